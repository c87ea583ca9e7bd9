/* SPDX-License-Identifier: Apache-2.0 */
#include "recordings-folders.h"

#include "homefiles.h"
#include "recordings-sync.h"
#include "str.h"

#include <stdio.h>
#include <string.h>

#define DEPTH_MEDIA 2
#define ONEDRIVE_CONF_MAX ((size_t)64 << 10)

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

int recordings_folders_read(
	int home, struct recordings_folders *folders, struct recordings_tally *tally)
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
static void share_add(const struct personal_place *place, const struct recordings_folders *folders,
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

int recordings_folders_snap(int home, recordings_dir_fn fn, void *data)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = homefiles_list(home, RECORDINGS_SNAP, &names);

	for (size_t i = 0; r == 0 && i < names.len; i++) {
		struct user_dir dir = {.absolute = false};
		int len = snprintf(dir.path, sizeof(dir.path), RECORDINGS_SNAP "/%s/Documents",
			names.names[i]);
		struct stat st;

		if (len > 0 && (size_t)len < sizeof(dir.path) &&
			homefiles_stat(home, dir.path, &st) == 0 && S_ISDIR(st.st_mode)) {
			r = fn(&dir, data);
		}
	}
	return r;
}

struct snap_walk {
	const struct personal_place *place;
	struct recordings_walk *walk;
	const struct recordings_level *home;
};

static int snap_walk(const struct user_dir *dir, void *data)
{
	struct snap_walk *snap = data;

	return folder_walk(snap->place, snap->walk, snap->home, dir, RECORDINGS_ZOOM,
		RECORDINGS_LOOK_ZOOM, RECORDINGS_ZOOM_DEPTH);
}

static int snaps_walk(const struct personal_place *place, struct recordings_walk *walk,
	const struct recordings_level *home)
{
	struct snap_walk snap = {.place = place, .walk = walk, .home = home};
	int r = recordings_folders_snap(place->home, snap_walk, &snap);

	walk->tally.unseen = walk->tally.unseen || (r != 0 && r != FD_E_MISSING);
	return r == -ENOMEM ? r : 0;
}

static int folders_walk(const struct personal_place *place, struct recordings_walk *walk,
	const struct recordings_folders *folders, const struct recordings_level *home)
{
	static const struct user_dir top = {.path = ""}, usual = {.path = "Documents"};
	int r = folder_walk(
		place, walk, home, &folders->videos, "", RECORDINGS_LOOK_DATED, DEPTH_MEDIA);

	if (r == 0 && !dirs_same(&folders->videos, &top)) {
		r = folder_walk(place, walk, home, &top, "", RECORDINGS_LOOK_DATED, 0);
	}
	if (r == 0) {
		r = folder_walk(place, walk, home, &folders->documents, RECORDINGS_ZOOM,
			RECORDINGS_LOOK_ZOOM, RECORDINGS_ZOOM_DEPTH);
	}
	if (r == 0 && !dirs_same(&folders->documents, &usual)) {
		r = folder_walk(place, walk, home, &usual, RECORDINGS_ZOOM, RECORDINGS_LOOK_ZOOM,
			RECORDINGS_ZOOM_DEPTH);
	}
	if (r == 0) {
		r = snaps_walk(place, walk, home);
	}
	return r;
}

int recordings_folders_walk(const struct personal_place *place, struct recordings_walk *walk,
	struct recordings_level *ret_home)
{
	struct recordings_level home = {.fd = -1};
	struct recordings_folders folders;
	int fd;
	int r = homefiles_open_dir(place->home, ".", &fd);

	if (r != 0) {
		return r == -ENOMEM ? r : RECORDINGS_FOLDERS_E_HOME;
	}
	r = recordings_folders_read(place->home, &folders, &walk->tally);
	if (r == 0) {
		r = recordings_shares_read(place->root, &walk->shares);
	}
	if (r == 0) {
		share_add(place, &folders, walk);
		r = onedrive_find(place, walk);
	}
	if (r < 0) {
		close(fd);
		return r;
	}
	r = recordings_level_top(walk, fd, &home);
	if (r == 0) {
		r = folders_walk(place, walk, &folders, &home);
	}
	if (r != 0) {
		recordings_level_leave(&home);
		return r;
	}
	*ret_home = home;
	return 0;
}
