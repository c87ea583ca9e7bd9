/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHOWN: which exemptions this person was shown on their desktop in this session, as numbers
 * (shown.h). What else they were told is not looked at.
 */
#include "shown.h"

#include "fd.h"
#include "homefiles.h"
#include "json.h"
#include "personal-parts.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MAX ((size_t)64 << 10)
#define CAUSES_MAX 128
#define CAUSE_MAX 128
#define RUN_USER "run/user/%u%s"
#define USERS "run/systemd/users/%u"
#define US INT64_C(1000000)
/* FNV-1a, draft-eastlake-fnv: to tell apart, not to hide */
#define FNV_BASIS UINT32_C(2166136261)
#define FNV_PRIME UINT32_C(16777619)
#define POSITIVE UINT32_C(0x7fffffff)

/*
 * When the person signed in, as logind notes it (REALTIME=, microseconds); on a machine without it,
 * when the runtime directory was made. Its own times change with each name that is made in it.
 */
static int64_t signed_in_us(const struct sysroot *root, uid_t uid, int dir)
{
	cleanup(free_ptr) char *text = NULL;
	struct span rest, line, key;
	struct statx stx = {0};
	char path[64];
	uint64_t since_us;
	size_t len = 0;

	(void)snprintf(path, sizeof(path), USERS, (unsigned)uid);
	if (sysroot_read(root, path, FILE_MAX, &text, &len) == 0) {
		rest = (struct span){text, len};
		while (span_next(&rest, '\n', &line)) {
			if (span_next(&line, '=', &key) && span_eq(key, "REALTIME") && line.p &&
				span_u64(line, &since_us) == 0 && since_us <= INT64_MAX) {
				return (int64_t)since_us;
			}
		}
	}
	return dir >= 0 && statx(dir, "", AT_EMPTY_PATH, STATX_BTIME, &stx) == 0 &&
			       (stx.stx_mask & STATX_BTIME)
		       ? stx.stx_btime.tv_sec * US + stx.stx_btime.tv_nsec / 1000
		       : 0;
}

void shown_session(const struct sysroot *root, uid_t uid, char ret_word[SHOWN_SESSION_MAX])
{
	cleanup(fd_close) int dir = -1;
	struct stat st = {0};
	char path[64];

	(void)snprintf(path, sizeof(path), RUN_USER, (unsigned)uid, "");
	if (sysroot_open_dir(root, path, &dir) == 0) {
		(void)!fstat(dir, &st);
	}
	(void)snprintf(ret_word, SHOWN_SESSION_MAX, "%" PRIu64 "-%" PRId64, (uint64_t)st.st_ino,
		signed_in_us(root, uid, dir));
}

bool shown_has_bus(const struct sysroot *root, uid_t uid)
{
	struct stat st;
	char path[64];

	(void)snprintf(path, sizeof(path), RUN_USER, (unsigned)uid, "/bus");
	return sysroot_stat(root, path, &st) == 0 && S_ISSOCK(st.st_mode) && st.st_uid == uid;
}

int64_t shown_number(struct span id, int64_t start_s)
{
	uint32_t sum = FNV_BASIS;
	char start[24];

	for (size_t i = 0; i < id.len; i++) {
		sum = (sum ^ (unsigned char)id.p[i]) * FNV_PRIME;
	}
	(void)snprintf(start, sizeof(start), " %" PRId64, start_s);
	for (const char *p = start; *p != '\0'; p++) {
		sum = (sum ^ (unsigned char)*p) * FNV_PRIME;
	}
	return sum & POSITIVE;
}

struct wire {
	int64_t format;
	struct json_object *told;
};
static const struct json_field fields[] = {
	{"format", JSON_WANT_INT, offsetof(struct wire, format), true, 1},
	{"told", JSON_WANT_ARRAY, offsetof(struct wire, told), true, CAUSES_MAX},
};

bool shown_cause_read(struct span cause, const char *session, int64_t *ret_number)
{
	struct span word, id, start;
	uint64_t start_s;

	if (!span_next(&cause, ' ', &word) || !span_eq(word, SHOWN_RUNS) ||
		!span_next(&cause, ' ', &id) || !span_next(&cause, ' ', &start) ||
		span_u64(start, &start_s) != 0 || start_s > INT64_MAX || !span_eq(cause, session)) {
		return false;
	}
	*ret_number = shown_number(id, (int64_t)start_s);
	return true;
}

/* The newest come last, and there is room for a few. */
static void causes_take(struct json_object *told, const char *session, int64_t *values)
{
	size_t n = 0;

	for (size_t i = json_object_array_length(told); i > 0 && n < PERSONAL_SHOWN_N; i--) {
		struct json_object *cause = json_object_array_get_idx(told, i - 1);

		n += json_object_is_type(cause, json_type_string) &&
		     shown_cause_read(span_z(json_object_get_string(cause)), session, &values[n]);
	}
}

static int read_told(const struct personal_place *place, int64_t *values)
{
	cleanup(json_put) struct json_object *object = NULL;
	cleanup(free_ptr) char *bytes = NULL;
	char session[SHOWN_SESSION_MAX];
	struct wire wire = {0};
	size_t len;
	int r = homefiles_read(place->home, SHOWN_PLACE "/" SHOWN_FILE, FILE_MAX, &bytes, &len);

	if (r == 0) {
		r = json_parse((struct span){bytes, len}, &object, NULL);
	}
	if (r == 0) {
		r = json_decode(object, fields, ARRAY_LEN(fields), &wire, NULL);
	}
	if (r == 0) {
		shown_session(place->root, place->uid, session);
		causes_take(wire.told, session, values);
	}
	/* nothing that can be read: nothing was shown, as far as anybody can tell */
	return r == -ENOMEM ? r : 0;
}

static int shown_read(const struct personal_place *place, struct personal *personal)
{
	int64_t *values = &personal->values[PERSONAL_SHOWN_1];

	personal->values[PERSONAL_SHOWN_BUS] = shown_has_bus(place->root, place->uid);
	for (size_t i = 0; i < PERSONAL_SHOWN_N; i++) {
		values[i] = PERSONAL_ABSENT;
	}
	return read_told(place, values);
}

static int watch(const struct personal_place *place, personal_path_fn fn, void *data)
{
	char path[64];
	int r = fn("~/" SHOWN_PLACE "/" SHOWN_FILE, data);

	(void)snprintf(path, sizeof(path), "/" RUN_USER, (unsigned)place->uid, "/bus");
	return r == 0 ? fn(path, data) : r;
}

const struct personal_collector personal_shown = {.read = shown_read, .watch = watch};
