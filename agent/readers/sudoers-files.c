/* SPDX-License-Identifier: Apache-2.0 */
#include "sudoers-files.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define PATH_LEN_MAX 512
#define NAME_LEN_MAX 200

void sudoers_files_finish(struct sudoers_files *files)
{
	vec_for_each (file, &files->files) {
		free(file->path);
		free(file->text);
	}
	vec_free(&files->files);
	vec_free(&files->parts);
}

/* A file within itself would never end; sudo gives up there too. */
static bool is_open(const struct sudoers_files *files, const char *path, size_t from)
{
	for (size_t i = from;; i = files->files.items[i].parent) {
		if (strcmp(files->files.items[i].path, path) == 0) {
			return true;
		}
		if (files->files.items[i].parent == i) {
			return false;
		}
	}
}

static int part_insert(struct sudoers_files *files, size_t at, struct sudoers_part part)
{
	int r = vec_push(&files->parts, part, SUDOERS_PARTS_MAX);

	if (r != 0) {
		files->damaged = true;
		return r == -ENOSPC ? 0 : r;
	}
	at = at < files->parts.len ? at : files->parts.len - 1;
	memmove(&files->parts.items[at + 1], &files->parts.items[at],
		(files->parts.len - 1 - at) * sizeof(part));
	files->parts.items[at] = part;
	return 0;
}

/* at: where its text goes, moved behind it */
static int file_add(const struct sysroot *root, struct sudoers_files *files, const char *path,
	size_t parent, size_t *at)
{
	struct sudoers_file file = {.parent = parent};
	struct sudoers_part part = {.file = files->files.len};
	size_t len = 0;
	int r;

	if (files->files.len > 0 && is_open(files, path, parent)) {
		return 0;
	}
	r = sysroot_read(root, path, SUDOERS_FILE_MAX, &file.text, &len);
	if (r != 0) {
		files->refused = files->refused || r == -EACCES || r == -EPERM;
		files->damaged = true;
		return r == -ENOMEM ? r : 0;
	}
	sudoers_join(file.text, len);
	file.path = strdup(path);
	r = file.path ? vec_push(&files->files, file, SUDOERS_FILES_MAX) : -ENOMEM;
	if (r != 0) {
		free(file.path);
		free(file.text);
		files->damaged = true;
		return r == -ENOSPC ? 0 : r;
	}
	part.text = (struct span){file.text, len};
	return part_insert(files, (*at)++, part);
}

/* Names with a dot or a last "~" are passed over (sudoers(5)). */
static int directory_add(const struct sysroot *root, struct sudoers_files *files, const char *path,
	size_t parent, size_t *at)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, path, &names);

	if (r != 0) {
		files->refused = files->refused || r == -EACCES || r == -EPERM;
		files->damaged = files->damaged || (r != FD_E_MISSING && r != -ENOENT);
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; i < names.len && r == 0; i++) {
		size_t len = strlen(names.names[i]);
		char full[PATH_LEN_MAX + NAME_MAX + 2];

		if (len == 0 || names.names[i][len - 1] == '~' || strchr(names.names[i], '.')) {
			continue;
		}
		(void)snprintf(full, sizeof(full), "%s/%s", path, names.names[i]);
		r = file_add(root, files, full, parent, at);
	}
	return r;
}

static int include_take(const struct sysroot *root, struct sudoers_files *files,
	const struct sudoers_statement *statement, size_t from, size_t *at)
{
	const char *own = files->files.items[from].path, *slash = strrchr(own, '/');
	struct span name = statement->body;
	char path[PATH_LEN_MAX];
	bool absolute;

	if (name.len >= 2 && name.p[0] == '"') {
		name = (struct span){name.p + 1, name.len - 2};
	}
	absolute = name.len > 0 && name.p[0] == '/';
	if (name.len == 0 || name.len > NAME_LEN_MAX || memchr(name.p, '%', name.len) ||
		memchr(name.p, '\\', name.len)) {
		files->damaged = true; /* the host's name is put in, or a byte is escaped */
		return 0;
	}
	(void)snprintf(path, sizeof(path), "%.*s%.*s",
		absolute ? 0 : (int)(slash ? slash + 1 - own : 0), own, (int)name.len - absolute,
		name.p + absolute);
	return statement->kind == SUDOERS_INCLUDE ? file_add(root, files, path, from, at)
						  : directory_add(root, files, path, from, at);
}

/* A part ends at its first include: then comes what is included, then the rest as a part. */
static int part_split(const struct sysroot *root, struct sudoers_files *files, size_t i)
{
	struct sudoers_part part = files->parts.items[i];
	struct span rest = part.text;
	struct sudoers_statement statement;
	int next, r;

	while ((next = sudoers_next(&rest, &statement)) != SUDOERS_E_END) {
		size_t at = i + 1;

		files->damaged = files->damaged || next == SUDOERS_E_FORMAT;
		if (next != 0 || (statement.kind != SUDOERS_INCLUDE &&
					 statement.kind != SUDOERS_INCLUDEDIR)) {
			continue;
		}
		r = include_take(root, files, &statement, part.file, &at);
		if (r == 0 && rest.p) {
			files->parts.items[i].text.len = (size_t)(rest.p - part.text.p);
			part.text = rest;
			r = part_insert(files, at, part);
		}
		return r;
	}
	return 0;
}

int sudoers_files_read(const struct sysroot *root, struct sudoers_files *ret_files)
{
	cleanup(sudoers_files_finish) struct sudoers_files files = {.refused = false};
	size_t at = 0;
	int r = file_add(root, &files,
		sysroot_exists(root, "etc/sudoers") ? "etc/sudoers" : "usr/etc/sudoers", 0, &at);

	/* The list grows while it is walked. */
	for (size_t i = 0; i < files.parts.len && r == 0; i++) {
		r = part_split(root, &files, i);
	}
	if (r == 0) {
		*ret_files = files;
		files = (struct sudoers_files){.refused = false};
	}
	return r;
}

bool sudoers_files_next(const struct sudoers_files *files, struct sudoers_walk *walk,
	struct sudoers_statement *ret_statement)
{
	for (;;) {
		int r = walk->rest.p ? sudoers_next(&walk->rest, ret_statement) : SUDOERS_E_END;

		if (r == 0) {
			return true;
		}
		if (r != SUDOERS_E_END) {
			continue;
		}
		if (walk->part >= files->parts.len) {
			return false;
		}
		walk->rest = files->parts.items[walk->part++].text;
	}
}
