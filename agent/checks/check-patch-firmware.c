/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patch.firmware: of what the computer's firmware says can be updated, nothing has waited too long
 * for a release that its maker calls urgent. The releases are those of fwupd's own lists; what
 * fwupd updates in other ways (docks, drives) is not seen here, and not judged.
 */
#include "check.h"
#include "firmware-table.h"
#include "firmware-version.h"
#include "ini.h"
#include "stream.h"

#include <stdio.h>
#include <string.h>

#define ID "patch.firmware"
#define PENDING_DAYS_DEFAULT 30
#define LIST_DAYS_DEFAULT 30
#define LIST_BYTES_MAX ((size_t)256 << 20)
#define CHUNK ((size_t)32 << 10)
#define PATH_LEN_MAX 640
#define REMOTES "etc/fwupd/remotes.d"
#define LISTS "var/lib/fwupd/metadata"

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/fwupd/remotes.d"},
	{CHECK_INPUT_FILE, "sys/firmware/efi/esrt/entries"},
	{CHECK_INPUT_FILE, "var/lib/fwupd/metadata"},
	{CHECK_INPUT_FILE, "var/lib/fwupd/metadata/lvfs"},
};

struct search {
	const struct check_ctx *ctx;
	struct firmware_table table;
	int64_t limit;	  /* seconds that an urgent release may wait */
	uint64_t listed;  /* bit i: some list knows devices[i] */
	uint64_t pending; /* a newer release is there */
	uint64_t overdue; /* an urgent one, for too long */
	bool hidden;	  /* whether one is newer, or meant for this one, cannot be told */
	int64_t next;	  /* when the next one becomes overdue */
	int64_t heard;	  /* when the oldest list was fetched */
	size_t n_lists;
};

static void release_take(struct search *search, const struct firmware_component *component,
	const struct firmware_release *release, size_t device)
{
	int64_t now = search->ctx->now.wall_s;
	int order = 0;

	if (firmware_version_compare(component->format, search->table.devices[device].version,
		    release->version, &order) != 0) {
		search->hidden = search->hidden || release->urgent;
		return;
	}
	if (order >= 0) {
		return;
	}
	if (component->conditional) {
		search->hidden = search->hidden || release->urgent;
		return;
	}
	search->pending |= UINT64_C(1) << device;
	if (!release->urgent) {
		return;
	}
	if (release->date == 0) {
		search->hidden = true;
	} else if (now - release->date > search->limit) {
		search->overdue |= UINT64_C(1) << device;
	} else if (release->date + search->limit + 1 < search->next) {
		search->next = release->date + search->limit + 1;
	}
}

static int component_take(const struct firmware_component *component, void *data)
{
	struct search *search = data;

	search->listed |= component->devices;
	for (size_t i = 0; i < search->table.n; i++) {
		for (size_t k = 0; component->devices >> i & 1 && k < component->n_releases; k++) {
			release_take(search, component, &component->releases[k], i);
		}
	}
	return 0;
}

static int list_read(struct search *search, const char *path)
{
	cleanup(stream_free_p) struct stream *stream = NULL;
	cleanup(firmware_catalogue_free_p) struct firmware_catalogue *catalogue = NULL;
	cleanup(free_ptr) char *chunk = malloc(CHUNK);
	size_t n = 1;
	int r = chunk ? firmware_catalogue_new(search->table.devices, search->table.n,
				component_take, search, &catalogue)
		      : -ENOMEM;

	if (r == 0) {
		r = stream_open(
			search->ctx->root, path, LIST_BYTES_MAX, search->ctx->unpack, &stream);
	}
	while (r == 0 && n > 0) {
		r = stream_read(stream, chunk, CHUNK, &n);
		if (r == 0) {
			r = n > 0 ? firmware_catalogue_feed(catalogue, chunk, n)
				  : firmware_catalogue_end(catalogue);
		}
	}
	return r;
}

/* "firmware.xml.zst", and not its signature beside it */
static bool name_is_list(const char *name)
{
	const char *dot = strrchr(name, '.');

	return strstr(name, ".xml") && dot && strcmp(dot, ".jcat") != 0 && strcmp(dot, ".asc") != 0;
}

static int remote_read(struct search *search, const char *remote)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	char path[PATH_LEN_MAX];
	struct stat st;
	int r;

	snprintf(path, sizeof(path), LISTS "/%.255s", remote);
	r = sysroot_list(search->ctx->root, path, &names);
	for (size_t i = 0; i < names.len && r == 0; i++) {
		if (!name_is_list(names.names[i])) {
			continue;
		}
		snprintf(path, sizeof(path), LISTS "/%.255s/%.255s", remote, names.names[i]);
		r = sysroot_stat(search->ctx->root, path, &st);
		if (r == 0) {
			search->n_lists++;
			if (st.st_mtim.tv_sec < search->heard) {
				search->heard = st.st_mtim.tv_sec;
			}
			r = list_read(search, path);
		}
	}
	return r;
}

/* Switched on, and fetched from elsewhere: those of the system's own files need no fetching. */
static bool remote_counts(const struct sysroot *root, const char *name)
{
	cleanup(free_ptr) char *text = NULL;
	struct ini ini = {.rest = {NULL, 0}};
	char path[PATH_LEN_MAX];
	bool on = false, fetched = false;
	size_t len = 0;

	snprintf(path, sizeof(path), REMOTES "/%.255s", name);
	if (sysroot_read(root, path, INI_FILE_MAX, &text, &len) != 0) {
		return false;
	}
	ini.rest = (struct span){text, len};
	while (ini_next(&ini)) {
		if (span_eq(ini.key, "Enabled")) {
			on = span_eq(ini.value, "true");
		} else if (span_eq(ini.key, "MetadataURI")) {
			fetched = span_starts(ini.value, "http");
		}
	}
	return on && fetched;
}

/* FD_E_MISSING where fwupd, or one of its lists, is not there */
static int lists_read(struct search *search)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(search->ctx->root, REMOTES, &names);

	for (size_t i = 0; i < names.len && r == 0; i++) {
		char remote[256];
		const char *dot = strrchr(names.names[i], '.');

		if (!dot || strcmp(dot, ".conf") != 0 ||
			!remote_counts(search->ctx->root, names.names[i])) {
			continue;
		}
		snprintf(remote, sizeof(remote), "%.*s", (int)(dot - names.names[i]),
			names.names[i]);
		r = remote_read(search, remote);
	}
	return r == 0 && search->n_lists == 0 ? FD_E_MISSING : r;
}

static int cannot_say(int r, struct verdict *v)
{
	switch (r) {
	case -EACCES:
	case -EPERM:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	case -ENOSPC:
	case STREAM_E_LIMIT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	case FD_E_MISSING:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FIRMWARE_NO_LIST);
	case -EBADMSG:
	case -ELOOP:
	case -EISDIR:
	case -ENOTDIR:
	case FD_E_NOT_REGULAR:
	case STREAM_E_FORMAT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	default:
		return r;
	}
}

static int judge(const struct search *search, struct verdict *v)
{
	int64_t now = search->ctx->now.wall_s;
	int64_t stale =
		search->heard + CLOCK_DAY_S * policy_control_number(search->ctx->policy, ID,
						      "list_max_age_days", LIST_DAYS_DEFAULT);

	verdict_note(v, "firmware", "%zu", search->table.n);
	verdict_note(v, "pending", "%d", __builtin_popcountll(search->pending));
	if (search->heard > now + CLOCK_SLACK_S) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_CLOCK_NOT_TRUSTED);
	}
	if (search->overdue) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_FIRMWARE_OVERDUE);
	}
	if (now >= stale) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_INDEX_STALE);
	}
	if (search->hidden) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FIRMWARE_CONDITIONAL);
	}
	if (!search->listed) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FIRMWARE_NOT_LISTED);
	}
	v->due_s = search->next < stale ? search->next : stale;
	return verdict_set(v, POSTURE_PASS,
		search->pending ? POSTURE_FIRMWARE_RECENT : POSTURE_FIRMWARE_CURRENT);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct search search = {
		.ctx = ctx,
		.limit = CLOCK_DAY_S * policy_control_number(ctx->policy, ID, "max_age_days",
					       PENDING_DAYS_DEFAULT),
		.next = INT64_MAX,
		.heard = INT64_MAX,
	};
	int r;

	if (!ctx->live) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_LIVE_ONLY);
	}
	r = firmware_table_read(ctx->root, &search.table);
	if (r == FD_E_MISSING || (r == 0 && search.table.n == 0)) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_UPDATABLE_HARDWARE);
	}
	if (r == 0) {
		r = lists_read(&search);
	}
	return r != 0 ? cannot_say(r, v) : judge(&search, v);
}

const struct check check_patch_firmware = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
