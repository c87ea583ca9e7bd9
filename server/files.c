/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include "fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define HASH_MIN 8
#define HASH_MAX 64

struct file {
	char name[FILES_NAME_MAX + 1];
	char *bytes;
	size_t len;
	const char *type;
	bool immutable;
	bool gzip;
};

struct files {
	struct file items[FILES_MAX];
	size_t n;
	size_t total;
};

static const struct {
	const char *ending;
	const char *type;
} types[] = {
	{".css", "text/css; charset=utf-8"},
	{".html", "text/html; charset=utf-8"},
	{".ico", "image/x-icon"},
	{".js", "text/javascript; charset=utf-8"},
	{".json", "application/json"},
	{".md", "text/markdown; charset=utf-8"},
	{".png", "image/png"},
	{".svg", "image/svg+xml"},
	{".txt", "text/plain; charset=utf-8"},
	{".webmanifest", "application/manifest+json"},
	{".woff2", "font/woff2"},
};

static const char *type_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < ARRAY_LEN(types); i++) {
		if (strcmp(dot, types[i].ending) == 0) {
			return types[i].type;
		}
	}
	return NULL;
}

/* "app-3F9K2L0P.js": what a bundler names by its content can never change. */
static bool is_hashed(const char *name)
{
	const char *dot = strrchr(name, '.');
	const char *dash = strrchr(name, '-');
	size_t len;

	if (!dot || !dash || dash > dot) {
		return false;
	}
	len = (size_t)(dot - dash) - 1;
	for (const char *c = dash + 1; c < dot; c++) {
		if ((*c < 'A' || *c > 'Z') && (*c < '0' || *c > '9') && (*c < 'a' || *c > 'z')) {
			return false;
		}
	}
	return len >= HASH_MIN && len <= HASH_MAX;
}

/* "app-3F9K2L0P.js.gz" is app-3F9K2L0P.js for those who take it so. */
static bool cut_gzip(char *name)
{
	char *dot = strrchr(name, '.');

	if (!dot || strcmp(dot, ".gz") != 0) {
		return false;
	}
	*dot = '\0';
	return true;
}

static int add_file(struct files *files, int dirfd, const char *prefix, const char *entry)
{
	struct file *file = &files->items[files->n];
	char name[FILES_NAME_MAX + 1];
	const char *type;
	bool gzip;
	int r;

	if (snprintf(name, sizeof(name), "%s", entry) > FILES_NAME_MAX) {
		return 0;
	}
	gzip = cut_gzip(name);
	type = type_of(name);

	if (!type) {
		return 0;
	}
	if (files->n == FILES_MAX) {
		return -ENOSPC;
	}
	if (snprintf(file->name, sizeof(file->name), "%s%s", prefix, name) > FILES_NAME_MAX) {
		return 0;
	}
	r = fd_read_regular(dirfd, entry, FILES_FILE_MAX, &file->bytes, &file->len);
	if (r != 0) {
		return r < 0 ? r : 0;
	}
	file->type = type;
	file->immutable = is_hashed(name);
	file->gzip = gzip;
	files->total += file->len;
	files->n++;
	return files->total > FILES_TOTAL_MAX ? -EFBIG : 0;
}

static int walk(struct files *files, int dirfd, const char *prefix, unsigned depth);

static int walk_entry(
	struct files *files, int dirfd, const char *prefix, unsigned depth, struct dirent *entry)
{
	cleanup(fd_close) int sub = -1;
	char below[FILES_NAME_MAX + 2];

	if (entry->d_name[0] == '.') {
		return 0;
	}
	sub = fd_open_dir(dirfd, entry->d_name);
	if (sub < 0) {
		return add_file(files, dirfd, prefix, entry->d_name);
	}
	if (depth == FILES_DEPTH_MAX ||
		snprintf(below, sizeof(below), "%s%s/", prefix, entry->d_name) > FILES_NAME_MAX) {
		return 0;
	}
	return walk(files, TAKE_FD(sub), below, depth + 1);
}

/* Takes dirfd over. Depth is bounded by FILES_DEPTH_MAX. */
static int walk(struct files *files, int dirfd, const char *prefix, unsigned depth)
{
	DIR *dir = fdopendir(dirfd);
	struct dirent *entry;
	int r = 0;

	if (!dir) {
		r = -errno;
		close(dirfd);
		return r;
	}
	while (r == 0 && (entry = readdir(dir))) {
		r = walk_entry(files, dirfd, prefix, depth, entry);
	}
	closedir(dir);
	return r;
}

int files_load(const char *path, struct files **ret_files)
{
	struct files *files = calloc(1, sizeof(*files));
	int fd, r;

	if (!files) {
		return -ENOMEM;
	}
	fd = fd_open_dir(AT_FDCWD, path);
	r = fd < 0 ? fd : walk(files, fd, "", 0);
	if (r < 0) {
		files_free(files);
		return r;
	}
	*ret_files = files;
	return 0;
}

void files_free(struct files *files)
{
	for (size_t i = 0; files && i < files->n; i++) {
		free(files->items[i].bytes);
	}
	free(files);
}

void files_free_p(struct files **files)
{
	files_free(*files);
}

size_t files_count(const struct files *files)
{
	return files->n;
}

static bool answer_with(
	const struct files *files, struct span name, bool gzip, struct http_answer *answer)
{
	const struct file *found = NULL;
	bool twins = false;

	for (size_t i = 0; files && i < files->n; i++) {
		const struct file *file = &files->items[i];

		if (span_eq(name, file->name)) {
			twins = twins || file->gzip;
			if (file->gzip ? gzip : !found) {
				found = file;
			}
		}
	}
	if (!found) {
		return false;
	}
	answer->status = 200;
	answer->type = found->type;
	answer->file = (struct span){found->bytes, found->len};
	answer->cache = found->immutable ? "public, max-age=31536000, immutable" : "no-cache";
	answer->gzip = found->gzip;
	answer->varies = twins;
	return true;
}

bool files_answer(const struct files *files, struct span name, struct http_answer *answer)
{
	return answer_with(files, name, false, answer);
}

bool files_answer_page(
	const struct files *files, struct span path, bool gzip, struct http_answer *answer)
{
	struct span name = {path.p + 1, path.len - 1};

	if (answer_with(files, name, gzip, answer)) {
		return true;
	}
	/* A name with a dot is a file that is not there, not a place in the console. */
	for (size_t i = name.len; i > 0 && name.p[i - 1] != '/'; i--) {
		if (name.p[i - 1] == '.') {
			return false;
		}
	}
	return answer_with(files, span_z("index.html"), gzip, answer);
}
