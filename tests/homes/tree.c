/* SPDX-License-Identifier: Apache-2.0 */
#include "tree.h"

#include "fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define CONTENT_MAX 65536
#define FDS 16
#define SETUP_MAX 4096

static int copy_file(const char *from, const char *to)
{
	cleanup(fd_close) int in = open(from, O_RDONLY | O_CLOEXEC);
	cleanup(fd_close) int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	cleanup(free_ptr) char *bytes = NULL;
	size_t len;
	int r = in < 0 || out < 0 ? -errno : fd_read_all(in, (size_t)4 << 20, &bytes, &len);

	if (r == 0 && fchmod(out, 0644) < 0) {
		r = -errno;
	}
	return r != 0 ? r : fd_write_all(out, bytes, len);
}

static int copy_link(const char *from, const char *to)
{
	char target[PATH_MAX];
	ssize_t n = readlink(from, target, sizeof(target) - 1);

	if (n < 0) {
		return -errno;
	}
	target[n] = '\0';
	return symlink(target, to) < 0 ? -errno : 0;
}

int tree_copy(const char *from, const char *to)
{
	struct dirent **names;
	int n = scandir(from, &names, NULL, alphasort);
	int r = n < 0 ? -errno : 0;

	for (int i = 0; i < n; i++) {
		char a[PATH_MAX], b[PATH_MAX];
		struct stat st;

		snprintf(a, sizeof(a), "%s/%s", from, names[i]->d_name);
		snprintf(b, sizeof(b), "%s/%s", to, names[i]->d_name);
		if (r == 0 && strcmp(names[i]->d_name, ".") != 0 &&
			strcmp(names[i]->d_name, "..") != 0) {
			r = lstat(a, &st) < 0 ? -errno : 0;
			if (r == 0 && S_ISDIR(st.st_mode)) {
				r = mkdir(b, 0755) < 0 || chmod(b, 0755) < 0 ? -errno
									     : tree_copy(a, b);
			} else if (r == 0 && S_ISREG(st.st_mode)) {
				r = copy_file(a, b);
			} else if (r == 0 && S_ISLNK(st.st_mode)) {
				r = copy_link(a, b);
			}
		}
		free(names[i]);
	}
	if (n >= 0) {
		free(names);
	}
	return r;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void tree_remove(const char *path)
{
	(void)nftw(path, remove_one, FDS, FTW_DEPTH | FTW_PHYS);
}

/* What dconf makes of texts: its bytes are the affair of the version that made them. */
static bool is_compiled(const char *bytes)
{
	return strncmp(bytes, "GVariant", strlen("GVariant")) == 0;
}

/* systemd's lead from the root; others, such as a snap's current, come from a scene's setup */
static bool is_unit_link(const char *path, const struct stat *st)
{
	char first = '\0';

	return S_ISLNK(st->st_mode) && readlink(path, &first, 1) == 1 && first == '/';
}

static int describe_entry(const char *path, const struct stat *st, bool contents_only,
	const char *shown, struct str *out)
{
	cleanup(fd_close) int fd = -1;
	cleanup(free_ptr) char *bytes = NULL;
	char target[PATH_MAX];
	size_t len = 0;
	ssize_t n;
	int r = 0;

	if (contents_only && !S_ISREG(st->st_mode) && !is_unit_link(path, st)) {
		return 0;
	}
	r = str_appendf(out, "%s", shown);
	if (r == 0 && !contents_only) {
		r = str_appendf(out, " %o", st->st_mode);
	}
	if (r == 0 && S_ISLNK(st->st_mode)) {
		n = readlink(path, target, sizeof(target) - 1);
		r = n < 0 ? -errno : str_appendf(out, " -> %.*s", (int)n, target);
	}
	if (r == 0 && S_ISREG(st->st_mode) && st->st_size > CONTENT_MAX) {
		r = str_appendf(out, " %lld bytes", (long long)st->st_size);
	} else if (r == 0 && S_ISREG(st->st_mode)) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		r = fd < 0 ? -errno : fd_read_all(fd, CONTENT_MAX, &bytes, &len);
		if (r == 0) {
			r = str_append_z(out, "\n");
		}
		if (r == 0) {
			r = contents_only && is_compiled(bytes) ? str_append_z(out, "compiled")
								: str_append(out, bytes, len);
		}
	}
	return r != 0 ? r : str_append_z(out, "\n");
}

static int describe_dir(const char *path, bool contents_only, size_t skip, struct str *out)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort);
	int r = n < 0 ? -errno : 0;

	for (int i = 0; i < n; i++) {
		char child[PATH_MAX];
		struct stat st;

		snprintf(child, sizeof(child), "%s/%s", path, names[i]->d_name);
		if (r == 0 && strcmp(names[i]->d_name, ".") != 0 &&
			strcmp(names[i]->d_name, "..") != 0) {
			r = lstat(child, &st) < 0
				    ? -errno
				    : describe_entry(child, &st, contents_only, child + skip, out);
			if (r == 0 && S_ISDIR(st.st_mode)) {
				r = describe_dir(child, contents_only, skip, out);
			}
		}
		free(names[i]);
	}
	if (n >= 0) {
		free(names);
	}
	return r;
}

int tree_describe(const char *path, bool contents_only, struct str *out)
{
	int r = str_append_z(out, "");

	return r != 0 ? r : describe_dir(path, contents_only, strlen(path) + 1, out);
}

static int set_up_line(const char *verb, const char *path, const char *argument)
{
	long long number = strtoll(argument, NULL, strcmp(verb, "chmod") == 0 ? 8 : 10);

	if (strcmp(verb, "fifo") == 0) {
		return mkfifo(path, 0644) < 0 ? -errno : 0;
	}
	if (strcmp(verb, "mkdir") == 0) {
		return mkdir(path, 0755) < 0 ? -errno : 0;
	}
	if (strcmp(verb, "link") == 0) {
		return symlink(argument, path) < 0 ? -errno : 0;
	}
	if (strcmp(verb, "chmod") == 0) {
		return chmod(path, (mode_t)number) < 0 ? -errno : 0;
	}
	if (strcmp(verb, "chown") == 0) {
		if (geteuid() != 0) {
			return 1;
		}
		return chown(path, (uid_t)number, (gid_t)-1) < 0 ? -errno : 0;
	}
	if (strcmp(verb, "sparse") == 0) {
		cleanup(fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

		return fd < 0 || ftruncate(fd, number) < 0 ? -errno : 0;
	}
	return -EINVAL;
}

int tree_set_up(const char *path, const char *setup)
{
	cleanup(fd_close) int fd = open(setup, O_RDONLY | O_CLOEXEC);
	cleanup(free_ptr) char *bytes = NULL;
	size_t len;
	char *save = NULL;
	int r, answer = 0;

	if (fd < 0) {
		return errno == ENOENT ? 0 : -errno;
	}
	r = fd_read_all(fd, SETUP_MAX, &bytes, &len);
	if (r != 0) {
		return r < 0 ? r : -EFBIG;
	}
	for (char *line = strtok_r(bytes, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char verb[16], name[PATH_MAX / 2] = "", argument[PATH_MAX / 2] = "";
		char full[PATH_MAX];

		if (sscanf(line, "%15s %2047s %2047s", verb, name, argument) < 2) {
			return -EINVAL;
		}
		snprintf(full, sizeof(full), "%s/%s", path, name);
		r = set_up_line(verb, full, argument);
		if (r < 0) {
			return r;
		}
		answer = r > 0 ? r : answer;
	}
	return answer;
}
