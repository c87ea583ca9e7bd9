/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RECORDINGS: what meetings leave on this computer, in the folders that the catalogue names and
 * nowhere else: Zoom's below the documents, Screencasts below the videos (GNOME, Spectacle), and
 * recordings of OBS by their names in the home and among the videos. Links are not followed; a
 * folder behind one is unseen.
 */
#include "clock.h"
#include "homefiles.h"
#include "personal-parts.h"
#include "recorders.h"
#include "recordings-sync.h"
#include "recordings-walk.h"
#include "str.h"
#include "user-dirs.h"

#include <stdio.h>
#include <string.h>

#define ZOOM "Zoom"
#define DEPTH_MEDIA 2
#define DEPTH_ZOOM 3
#define FLATPAKS ".local/share/flatpak/app"
#define WATCHED_MAX 32
#define ONEDRIVE_CONF_MAX ((size_t)64 << 10)

struct folders {
	struct user_dir documents, videos, share;
	bool has_share;
};

static void folder_find(struct span text, const char *key, const char *fallback,
	struct user_dir *dir, struct recordings_tally *tally)
{
	int r = user_dirs_find(text, key, dir);

	if (r != 0) {
		*dir = (struct user_dir){.absolute = false};
		snprintf(dir->path, sizeof(dir->path), "%s", fallback);
	}
	tally->unseen = tally->unseen || r == USER_DIRS_E_FORMAT;
}

static int folders_read(int home, struct folders *folders, struct recordings_tally *tally)
{
	cleanup(free_ptr) char *text = NULL;
	struct span all = {"", 0};
	size_t len = 0;
	int r = homefiles_read(home, ".config/" USER_DIRS_FILE, USER_DIRS_FILE_MAX, &text, &len);

	if (r == -ENOMEM) {
		return r;
	}
	tally->unseen = tally->unseen || (r != 0 && r != FD_E_MISSING);
	if (text) {
		all = (struct span){text, len};
	}
	folder_find(all, "XDG_DOCUMENTS_DIR", "Documents", &folders->documents, tally);
	folder_find(all, "XDG_VIDEOS_DIR", "Videos", &folders->videos, tally);
	folders->has_share = user_dirs_find(all, "XDG_PUBLICSHARE_DIR", &folders->share) == 0 &&
			     (folders->share.absolute || folders->share.path[0]);
	return 0;
}

/* The public folder is one to share, whoever offers it; the home itself means that there is none */
static void share_add(const struct personal_place *place, const struct folders *folders,
	struct recordings_walk *walk)
{
	struct stat st;
	int r = FD_E_MISSING;

	if (folders->has_share && folders->share.absolute) {
		r = sysroot_stat(place->root, folders->share.path, &st);
	} else if (folders->has_share) {
		r = homefiles_stat(place->home, folders->share.path, &st);
	}
	if (r == 0) {
		recordings_shares_add(&walk->shares, &st);
	}
}

static int onedrive_find(const struct personal_place *place, struct recordings_walk *walk)
{
	cleanup(free_ptr) char *text = NULL;
	struct user_dir dir = {.path = "OneDrive"};
	struct stat st;
	size_t len = 0;
	int r;

	/* Signed in is who has this; the folder alone may be anybody's. */
	if (homefiles_stat(place->home, ".config/onedrive/refresh_token", &st) != 0) {
		return 0;
	}
	r = homefiles_read(place->home, ".config/onedrive/config", ONEDRIVE_CONF_MAX, &text, &len);
	if (r == -ENOMEM) {
		return r;
	}
	if (text) {
		recordings_sync_onedrive((struct span){text, len}, &dir);
	}
	r = dir.absolute ? sysroot_stat(place->root, dir.path, &st)
			 : homefiles_stat(place->home, dir.path, &st);
	if (r == 0) {
		walk->onedrive = st;
	}
	return 0;
}

/* A folder below the home, or below the root where the person's settings name such a one */
static int folder_walk(const struct personal_place *place, struct recordings_walk *walk,
	const struct recordings_level *home, const struct user_dir *dir, const char *below,
	enum recordings_look look, unsigned depth)
{
	struct recordings_level root = {.fd = -1}, level;
	char path[USER_DIRS_PATH_MAX + 16];
	bool there = false;
	int r = 0;

	snprintf(path, sizeof(path), "%s/%s", dir->path, below);
	if (dir->absolute) {
		int fd;

		r = homefiles_open_dir(place->root->fd, ".", &fd);
		if (r != 0) {
			walk->tally.unseen = true;
			return r == -ENOMEM ? r : 0;
		}
		r = recordings_level_top(walk, fd, &root);
	}
	if (r == 0) {
		r = recordings_level_enter(
			walk, dir->absolute ? &root : home, path, &there, &level);
	}
	recordings_level_leave(&root);
	if (r == 0 && there) {
		r = recordings_walk_level(walk, &level, look, depth);
		recordings_level_leave(&level);
	}
	return r;
}

static bool dirs_same(const struct user_dir *a, const struct user_dir *b)
{
	return a->absolute == b->absolute && strcmp(a->path, b->path) == 0;
}

static int folders_walk(const struct personal_place *place, struct recordings_walk *walk,
	const struct folders *folders, const struct recordings_level *home)
{
	static const struct user_dir top = {.path = ""}, usual = {.path = "Documents"};
	int r = folder_walk(
		place, walk, home, &folders->videos, "", RECORDINGS_LOOK_DATED, DEPTH_MEDIA);

	if (r == 0 && !dirs_same(&folders->videos, &top)) {
		r = folder_walk(place, walk, home, &top, "", RECORDINGS_LOOK_DATED, 0);
	}
	if (r == 0) {
		r = folder_walk(place, walk, home, &folders->documents, ZOOM, RECORDINGS_LOOK_ZOOM,
			DEPTH_ZOOM);
	}
	if (r == 0 && !dirs_same(&folders->documents, &usual)) {
		r = folder_walk(place, walk, home, &usual, ZOOM, RECORDINGS_LOOK_ZOOM, DEPTH_ZOOM);
	}
	return r;
}

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
	struct folders folders;
	int fd;
	int r = homefiles_open_dir(place->home, ".", &fd);

	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	r = folders_read(place->home, &folders, &walk.tally);
	if (r == 0) {
		r = recordings_shares_read(place->root, &walk.shares);
	}
	if (r == 0) {
		share_add(place, &folders, &walk);
		r = onedrive_find(place, &walk);
	}
	if (r < 0) {
		close(fd);
		return r;
	}
	r = recordings_level_top(&walk, fd, &home);
	if (r == 0) {
		r = folders_walk(place, &walk, &folders, &home);
		recordings_level_leave(&home);
	}
	if (r == 0) {
		tally_tell(&walk, personal);
		personal->values[PERSONAL_RECORDINGS_RECORDERS] = recorders_count(place->home);
	}
	return r;
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

static int recordings_watch(const struct personal_place *place, personal_path_fn fn, void *data)
{
	static const char *const paths[] = {"~/", "~/.config/" USER_DIRS_FILE,
		"~/.config/onedrive/", "~/" FLATPAKS "/", "/etc/exports", "/etc/exports.d/",
		"/etc/group", "/etc/passwd", "/etc/samba/smb.conf", "/var/lib/samba/usershares/"};
	struct recordings_tally tally = {.count = 0};
	struct folders folders;
	int r = folders_read(place->home, &folders, &tally);

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(paths); i++) {
		r = fn(paths[i], data);
	}
	if (r == 0) {
		r = below_watch(place, &folders.videos, "", fn, data);
	}
	return r == 0 ? below_watch(place, &folders.documents, ZOOM, fn, data) : r;
}

const struct personal_collector personal_recordings = {
	.read = recordings_read, .watch = recordings_watch};
