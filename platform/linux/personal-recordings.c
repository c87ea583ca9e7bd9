/* SPDX-License-Identifier: Apache-2.0 */
/* RECORDINGS: what meetings leave on this computer, in the folders of recordings-folders.h. */
#include "clock.h"
#include "homefiles.h"
#include "personal-parts.h"
#include "recorders.h"
#include "recordings-folders.h"

#include <stdio.h>
#include <string.h>

#define FLATPAKS ".local/share/flatpak/app"
#define WATCHED_MAX 32

static int64_t day_of(int64_t wall_s)
{
	return wall_s / CLOCK_DAY_S;
}

static void tally_tell(const struct recordings_walk *walk, struct personal *personal)
{
	static const enum personal_fact devices[RECORDINGS_DEVICES] = {PERSONAL_RECORDINGS_DEVICE_1,
		PERSONAL_RECORDINGS_DEVICE_2, PERSONAL_RECORDINGS_DEVICE_3};
	const struct recordings_tally *tally = &walk->tally;
	int64_t *values = personal->values;

	values[PERSONAL_RECORDINGS_COUNT] = (int64_t)tally->count;
	values[PERSONAL_RECORDINGS_UNSEEN] = tally->unseen;
	values[PERSONAL_RECORDINGS_SEALED] = (int64_t)tally->sealed;
	values[PERSONAL_RECORDINGS_EXPOSED] = (int64_t)tally->exposed;
	values[PERSONAL_RECORDINGS_SHARED] = (int64_t)tally->shared;
	values[PERSONAL_RECORDINGS_ACCESS_UNSEEN] = walk->access.unseen || walk->shares.unseen;
	values[PERSONAL_RECORDINGS_SYNC] = tally->sync;
	values[PERSONAL_RECORDINGS_DEVICES_UNSEEN] = tally->device_unseen || tally->devices_more;
	for (size_t i = 0; i < RECORDINGS_DEVICES; i++) {
		values[devices[i]] = i < tally->n_devices ? tally->devices[i] : PERSONAL_ABSENT;
	}
	values[PERSONAL_RECORDINGS_NEWEST_DAY] =
		tally->count > 0 ? day_of(tally->newest_s) : PERSONAL_ABSENT;
	values[PERSONAL_RECORDINGS_OLDEST_DAY] =
		tally->count > 0 ? day_of(tally->oldest_s) : PERSONAL_ABSENT;
}

/* The person's own flatpaks: no administrator is asked for one */
static int64_t recorders_count(int home)
{
#define X(package, id) id,
	static const char *const ids[] = {RECORDERS_FLATPAKS(X)};
#undef X
	int64_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		char path[256];
		struct stat st;
		int r;

		snprintf(path, sizeof(path), FLATPAKS "/%s", ids[i]);
		r = homefiles_stat(home, path, &st);
		if (r < 0) {
			return PERSONAL_NOT_SEEN;
		}
		n += r == 0;
	}
	return n;
}

static int recordings_read(const struct personal_place *place, struct personal *personal)
{
	cleanup(recordings_walk_finish) struct recordings_walk walk = {.root = place->root,
		.access = {.root = place->root, .uid = place->uid},
		.until_ms = clock_read().boot_ms + RECORDINGS_LOOK_MS};
	struct recordings_level home = {.fd = -1};
	int r = recordings_folders_walk(place, &walk, &home);

	recordings_level_leave(&home);
	if (r == 0) {
		tally_tell(&walk, personal);
		personal->values[PERSONAL_RECORDINGS_RECORDERS] = recorders_count(place->home);
	}
	return r == RECORDINGS_FOLDERS_E_HOME ? 0 : r;
}

static int dir_watch(const struct user_dir *dir, const char *below, const char *name,
	personal_path_fn fn, void *data)
{
	char path[USER_DIRS_PATH_MAX + 2 * NAME_MAX];

	snprintf(path, sizeof(path), "%s/%s%s%s%s%s/", dir->absolute ? "" : "~", dir->path,
		dir->path[0] && below[0] ? "/" : "", below, name[0] ? "/" : "", name);
	return fn(path, data);
}

/* Folders in a folder, for what is laid into them next */
static int below_watch(const struct personal_place *place, const struct user_dir *dir,
	const char *below, personal_path_fn fn, void *data)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	char path[USER_DIRS_PATH_MAX + 16];
	int r = dir_watch(dir, below, "", fn, data);

	snprintf(path, sizeof(path), "%s%s%s", dir->path, dir->path[0] && below[0] ? "/" : "",
		below);
	if (r != 0 || homefiles_list(dir->absolute ? place->root->fd : place->home,
			      path[0] ? path : ".", &names) != 0) {
		return r;
	}
	for (size_t i = 0, n = 0; r == 0 && i < names.len && n < WATCHED_MAX; i++) {
		bool wanted = below[0] || recordings_name_screencasts(span_z(names.names[i]));

		if (wanted) {
			n++;
			r = dir_watch(dir, below, names.names[i], fn, data);
		}
	}
	return r;
}

struct snap_watch {
	const struct personal_place *place;
	personal_path_fn fn;
	void *data;
	int error; /* of fn */
};

static int snap_watch(const struct user_dir *dir, void *data)
{
	struct snap_watch *snap = data;

	snap->error = below_watch(snap->place, dir, RECORDINGS_ZOOM, snap->fn, snap->data);
	return snap->error;
}

static int documents_watch(const struct personal_place *place, const struct user_dir *documents,
	personal_path_fn fn, void *data)
{
	struct snap_watch snap = {.place = place, .fn = fn, .data = data};
	int r = below_watch(place, documents, RECORDINGS_ZOOM, fn, data);

	if (r == 0) {
		r = fn("~/" RECORDINGS_SNAP "/", data);
	}
	if (r == 0) {
		r = recordings_folders_snap(place->home, snap_watch, &snap);
		/* a folder that cannot be listed is told by the facts */
		r = r == -ENOMEM ? r : snap.error;
	}
	return r;
}

static int recordings_watch(const struct personal_place *place, personal_path_fn fn, void *data)
{
	static const char *const paths[] = {"~/", "~/.config/" USER_DIRS_FILE,
		"~/.config/onedrive/", "~/" FLATPAKS "/", "/etc/exports", "/etc/exports.d/",
		"/etc/group", "/etc/passwd", "/etc/samba/smb.conf", "/var/lib/samba/usershares/"};
	struct recordings_tally tally = {.count = 0};
	struct recordings_folders folders;
	int r = recordings_folders_read(place->home, &folders, &tally);

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(paths); i++) {
		r = fn(paths[i], data);
	}
	if (r == 0) {
		r = below_watch(place, &folders.videos, "", fn, data);
	}
	return r == 0 ? documents_watch(place, &folders.documents, fn, data) : r;
}

const struct personal_collector personal_recordings = {
	.read = recordings_read, .watch = recordings_watch};
