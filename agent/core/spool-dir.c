/* SPDX-License-Identifier: Apache-2.0 */
#include "spool-dir.h"

#include "vec.h"

#include <dirent.h>

static void close_dir(DIR **dir)
{
	if (*dir) {
		(void)closedir(*dir);
	}
}

static int open_stream(int dirfd, DIR **ret_dir)
{
	/* an own description: its position is nobody else's */
	int fd = fd_open_dir(dirfd, ".");
	DIR *dir;

	if (fd < 0) {
		return fd;
	}
	dir = fdopendir(fd);
	if (!dir) {
		int r = -errno;

		close(fd);
		return r;
	}
	*ret_dir = dir;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct spool_dir_entry *x = a;
	const struct spool_dir_entry *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

int spool_dir_list(int dirfd, spool_dir_parse_fn parse, struct spool_dir *ret_dir)
{
	VEC(struct spool_dir_entry) found = {0};
	cleanup(close_dir) DIR *dir = NULL;
	int r = open_stream(dirfd, &dir);

	while (r == 0) {
		struct spool_dir_entry item = {0};
		struct dirent *entry;

		errno = 0;
		entry = readdir(dir);
		if (!entry) {
			r = -errno;
			break;
		}
		if (parse(span_z(entry->d_name), &item.number, &item.kind) == 0) {
			r = vec_push(&found, item, SPOOL_DIR_MAX);
		}
	}
	if (r < 0) {
		vec_free(&found);
		return r == -ENOSPC ? -E2BIG : r;
	}
	if (found.len > 0) {
		qsort(found.items, found.len, sizeof(found.items[0]), compare);
	}
	*ret_dir = (struct spool_dir){.entries = found.items, .len = found.len};
	return 0;
}

void spool_dir_finish(struct spool_dir *dir)
{
	free(TAKE_PTR(dir->entries));
	dir->len = 0;
}
