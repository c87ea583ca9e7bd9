/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>

#define FILE_MAX ((size_t)8 << 20)
#define PATH_LEN_MAX 2048
/* Every file is this old unless "mtime" says otherwise: older than each scenario's now. */
#define MTIME_DEFAULT ((time_t)1600000000)

static int bytes_write(const char *path, const char *bytes, size_t len)
{
	cleanup(fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	return fd < 0 ? -errno : fd_write_all(fd, bytes, len);
}

static int file_copy(const char *from, const char *to)
{
	cleanup(fd_close) int fd = open(from, O_RDONLY | O_CLOEXEC);
	cleanup(free_ptr) char *bytes = NULL;
	size_t len = 0;
	int r;

	if (fd < 0) {
		return -errno;
	}
	r = fd_read_all(fd, FILE_MAX, &bytes, &len);
	return r != 0 ? r : bytes_write(to, bytes, len);
}

static int link_copy(const char *from, const char *to)
{
	char target[PATH_LEN_MAX];
	ssize_t n = readlink(from, target, sizeof(target) - 1);

	if (n < 0) {
		return -errno;
	}
	target[n] = '\0';
	return symlink(target, to) < 0 ? -errno : 0;
}

static int tree_copy(const char *from, const char *to)
{
	struct sysroot_names names = {0};
	struct sysroot dir;
	int r;

	if (mkdir(to, 0755) < 0) {
		return -errno;
	}
	r = sysroot_open(from, false, &dir);
	if (r < 0) {
		return r == -ENOENT ? 0 : r;
	}
	r = sysroot_list(&dir, ".", &names);
	sysroot_finish(&dir);
	for (size_t i = 0; i < names.len && r == 0; i++) {
		char a[PATH_LEN_MAX], b[PATH_LEN_MAX];
		struct stat st;

		snprintf(a, sizeof(a), "%s/%s", from, names.names[i]);
		snprintf(b, sizeof(b), "%s/%s", to, names.names[i]);
		if (lstat(a, &st) < 0) {
			r = -errno;
		} else if (S_ISDIR(st.st_mode)) {
			r = tree_copy(a, b);
		} else {
			r = S_ISLNK(st.st_mode) ? link_copy(a, b) : file_copy(a, b);
		}
	}
	sysroot_names_finish(&names);
	return r;
}

/* mkdir -p of all but the last part */
static int parents_make(const char *tree, const char *path)
{
	char whole[PATH_LEN_MAX];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(whole, sizeof(whole), "%s/%.*s", tree, (int)(slash - path), path);
		if (mkdir(whole, 0755) < 0 && errno != EEXIST) {
			return -errno;
		}
	}
	return 0;
}

static int mtime_set(const char *path, const char *text)
{
	int64_t wall_s;
	int r = clock_parse(text, strlen(text), &wall_s);
	const struct timespec times[2] = {{.tv_sec = wall_s}, {.tv_sec = wall_s}};

	if (r < 0) {
		return r;
	}
	return utimensat(AT_FDCWD, path, times, 0) < 0 ? -errno : 0;
}

static int line_do(const char *tree, const char *verb, const char *path, const char *value)
{
	char whole[PATH_LEN_MAX];
	int r = parents_make(tree, path);

	if (r < 0) {
		return r;
	}
	snprintf(whole, sizeof(whole), "%s/%s", tree, path);
	if (strcmp(verb, "fifo") == 0) {
		return mkfifo(whole, 0644) < 0 ? -errno : 0;
	}
	if (strcmp(verb, "dir") == 0) {
		return mkdir(whole, 0755) < 0 ? -errno : 0;
	}
	if (strcmp(verb, "link") == 0) {
		return symlink(value, whole) < 0 ? -errno : 0;
	}
	if (strcmp(verb, "mode") == 0) {
		return chmod(whole, (mode_t)strtoul(value, NULL, 8)) < 0 ? -errno : 0;
	}
	if (strcmp(verb, "mtime") == 0) {
		return mtime_set(whole, value);
	}
	if (strcmp(verb, "nul") == 0) {
		return bytes_write(whole, "a\0b\n", 4);
	}
	if (strcmp(verb, "size") == 0) {
		r = bytes_write(whole, "", 0);
		return r < 0 ? r : truncate(whole, strtol(value, NULL, 10)) < 0 ? -errno : 0;
	}
	return -EINVAL;
}

static int make_do(const char *dir, const char *tree)
{
	char path[PATH_LEN_MAX], line[PATH_LEN_MAX];
	FILE *file;
	int r = 0;

	snprintf(path, sizeof(path), "%s/make", dir);
	file = fopen(path, "re");
	if (!file) {
		return errno == ENOENT ? 0 : -errno;
	}
	while (r == 0 && fgets(line, sizeof(line), file)) {
		char *rest = line, *verb, *name;

		line[strcspn(line, "\n")] = '\0';
		verb = strsep(&rest, " ");
		name = strsep(&rest, " ");
		r = name ? line_do(tree, verb, name, rest ? rest : "") : -EINVAL;
	}
	(void)fclose(file);
	return r;
}

static int one_age(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	const struct timespec times[2] = {{.tv_sec = MTIME_DEFAULT}, {.tv_sec = MTIME_DEFAULT}};

	(void)st;
	(void)kind;
	(void)ftw;
	return utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

int scenario_lay_out(const char *dir, const char *tree)
{
	char from[PATH_LEN_MAX];
	int r;

	snprintf(from, sizeof(from), "%s/root", dir);
	r = tree_copy(from, tree);
	if (r == 0) {
		r = nftw(tree, one_age, 16, FTW_PHYS);
	}
	return r != 0 ? r : make_do(dir, tree);
}

static int one_remove(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path) < 0 ? -errno : 0;
}

int scenario_remove(const char *tree)
{
	return nftw(tree, one_remove, 16, FTW_DEPTH | FTW_PHYS);
}
