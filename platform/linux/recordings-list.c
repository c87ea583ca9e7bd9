/* SPDX-License-Identifier: Apache-2.0 */
#include "recordings-list.h"

#include "clock.h"
#include "homefiles.h"
#include "recordings-folders.h"
#include "recordings-trash.h"
#include "str.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

void recordings_finish(struct recordings *recordings)
{
	vec_for_each (row, &recordings->rows) {
		free(row->path);
	}
	vec_free(&recordings->rows);
}

/* The kernel's own word on where the open directory is: no link is in it. */
static int path_make(int dir, const char *name, struct recording *row)
{
	char link[32], path[PATH_MAX];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
	len = readlink(link, path, sizeof(path));
	if (len <= 0 || (size_t)len == sizeof(path) || path[0] != '/') {
		return RECORDINGS_E_CHANGED;
	}
	len = len == 1 ? 0 : len; /* "/" itself */
	row->path = malloc((size_t)len + strlen(name) + 2);
	if (!row->path) {
		return -ENOMEM;
	}
	memcpy(row->path, path, (size_t)len);
	row->path[len] = '/';
	memcpy(row->path + len + 1, name, strlen(name) + 1);
	row->dir = (size_t)len;
	return 0;
}

static int seen_take(const struct recordings_seen *seen, void *data)
{
	struct recordings *recordings = data;
	struct recording row = {
		.dev = seen->st->st_dev,
		.ino = seen->st->st_ino,
		.size = seen->st->st_size,
		.changed_s = seen->st->st_mtime,
		.names = seen->st->st_nlink,
		.device = seen->device,
		.sync = seen->sync,
		.sealed = seen->sealed,
		.exposed = seen->exposed,
		.shared = seen->shared,
		.thrown = seen->thrown,
	};
	struct stat in;
	int r = fstat(seen->dir, &in) < 0 ? RECORDINGS_E_CHANGED : 0;

	if (r == 0) {
		row.in_dev = in.st_dev;
		row.in_ino = in.st_ino;
		r = path_make(seen->dir, seen->name, &row);
	}
	if (r == 0) {
		r = vec_push(&recordings->rows, row, RECORDINGS_LIST_MAX);
	}
	if (r != 0) {
		free(row.path);
		recordings->unseen = true;
	}
	return r == -ENOMEM ? r : 0;
}

static int rows_compare(const void *a, const void *b)
{
	const struct recording *x = a, *y = b;

	return strcmp(x->path, y->path);
}

int recordings_list(const struct personal_place *place, struct recordings *ret_recordings)
{
	cleanup(recordings_finish) struct recordings recordings = {.unseen = false};
	cleanup(recordings_walk_finish) struct recordings_walk walk = {.root = place->root,
		.access = {.root = place->root, .uid = place->uid},
		.until_ms = clock_read().boot_ms + RECORDINGS_LIST_MS,
		.seen = seen_take,
		.data = &recordings};
	struct recordings_level home = {.fd = -1};
	int r = recordings_folders_walk(place, &walk, &home);

	if (r == 0) {
		r = recordings_trash_walk(place->home, &walk, &home);
	}
	recordings_level_leave(&home);
	if (r != 0) {
		return r == RECORDINGS_FOLDERS_E_HOME ? RECORDINGS_E_HOME : r;
	}
	recordings.unseen = recordings.unseen || walk.tally.unseen;
	recordings.access_unseen = walk.access.unseen || walk.shares.unseen;
	if (recordings.rows.len > 0) {
		qsort(recordings.rows.items, recordings.rows.len, sizeof(*recordings.rows.items),
			rows_compare);
	}
	*ret_recordings = recordings;
	recordings = (struct recordings){.unseen = false};
	return 0;
}

/* The .trashinfo of something that lies in the trash itself, not in a folder that was thrown away
 */
static int info_remove(const struct personal_place *place, const struct recording *recording)
{
	static const char files[] = "/files";
	const size_t len = strlen(files);
	cleanup(str_finish) struct str path = {0};
	cleanup(fd_close) int dir = -1;
	int r;

	if (!recording->thrown || recording->dir <= len ||
		memcmp(recording->path + recording->dir - len, files, len) != 0) {
		return 0;
	}
	r = str_appendf(&path, "%.*s/info", (int)(recording->dir - len - 1), recording->path + 1);
	if (r == 0) {
		r = homefiles_open_dir(place->root->fd, path.p, &dir);
	}
	str_finish(&path);
	path = (struct str){0};
	if (r == 0) {
		r = str_appendf(
			&path, "%s" RECORDINGS_TRASH_INFO, recording->path + recording->dir + 1);
	}
	if (r == 0 && unlinkat(dir, path.p, 0) < 0 && errno != ENOENT) {
		r = -errno;
	}
	return r == FD_E_MISSING ? 0 : r;
}

int recordings_delete(const struct personal_place *place, const struct recording *recording)
{
	cleanup(free_ptr) char *where =
		strndup(recording->path + 1, recording->dir ? recording->dir - 1 : 0);
	const char *name = recording->path + recording->dir + 1;
	cleanup(fd_close) int dir = -1;
	struct stat st;
	int r = where ? homefiles_open_dir(place->root->fd, where[0] ? where : ".", &dir) : -ENOMEM;

	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0 || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
		st.st_dev != recording->dev || st.st_ino != recording->ino) {
		return RECORDINGS_E_CHANGED;
	}
	if (unlinkat(dir, name, 0) < 0) {
		return -errno;
	}
	return info_remove(place, recording);
}
