/* SPDX-License-Identifier: Apache-2.0 */
#include "recordings-share.h"
#include "ini.h"
#include "str.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define FILES_MAX 256

static bool word_is(struct span word, const char *text)
{
	return word.len == strlen(text) && strncasecmp(word.p, text, word.len) == 0;
}

/* What smb.conf(5) takes for a boolean's no */
static bool word_no(struct span word)
{
	return word_is(word, "no") || word_is(word, "false") || word_is(word, "0") ||
	       word_is(word, "off");
}

static int path_give(struct span path, recordings_share_fn fn, void *data)
{
	char text[RECORDINGS_SHARE_PATH_MAX + 1];

	if (path.len >= 2 && path.p[0] == '"' && path.p[path.len - 1] == '"') {
		path = (struct span){path.p + 1, path.len - 2};
	}
	if (path.len == 0) {
		return 0;
	}
	if (path.p[0] != '/' || path.len > sizeof(text) || memchr(path.p, '%', path.len) ||
		memchr(path.p, '\0', path.len)) {
		return fn(NULL, data);
	}
	memcpy(text, path.p + 1, path.len - 1);
	text[path.len - 1] = '\0';
	return fn(text, data);
}

struct section {
	struct span name, path;
	bool off;
};

/* [homes] gives each person their own home alone; [global] and printers are no folders. */
static int section_give(const struct section *section, recordings_share_fn fn, void *data)
{
	static const char *const none[] = {"", "global", "homes", "print$", "printers"};

	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		if (word_is(section->name, none[i])) {
			return 0;
		}
	}
	return section->off ? 0 : path_give(section->path, fn, data);
}

int recordings_share_smb(struct span text, recordings_share_fn fn, void *data)
{
	struct ini ini = {.rest = text, .section = {"", 0}};
	struct section section = {.name = {"", 0}, .path = {"", 0}};
	int r = 0;

	while (r == 0 && ini_next(&ini)) {
		if (ini.section.p != section.name.p) {
			r = section_give(&section, fn, data);
			section = (struct section){.name = ini.section, .path = {"", 0}};
		}
		if (word_is(ini.key, "path") || word_is(ini.key, "directory")) {
			section.path = ini.value;
		} else if (word_is(ini.key, "available")) {
			section.off = word_no(ini.value);
		} else if (word_is(ini.key, "include") || word_is(ini.key, "config file")) {
			r = r == 0 ? fn(NULL, data) : r;
		}
	}
	return r == 0 ? section_give(&section, fn, data) : r;
}

/* exports(5): the path comes first, quoted when it has blanks, which may be \040 as well. */
static int export_give(struct span line, recordings_share_fn fn, void *data)
{
	struct span path;
	bool quoted = line.p[0] == '"';

	if (quoted) {
		line = (struct span){line.p + 1, line.len - 1};
	}
	if (!quoted) {
		size_t len = 0;

		while (len < line.len && line.p[len] != ' ' && line.p[len] != '\t') {
			len++;
		}
		path = (struct span){line.p, len};
	} else if (!span_next(&line, '"', &path)) {
		return 0;
	}
	return memchr(path.p, '\\', path.len) ? fn(NULL, data) : path_give(path, fn, data);
}

int recordings_share_exports(struct span text, recordings_share_fn fn, void *data)
{
	struct span line;
	bool joined = false;
	int r = 0;

	while (r == 0 && span_next(&text, '\n', &line)) {
		bool joins = line.len > 0 && line.p[line.len - 1] == '\\';
		struct span rest = span_trim(line);

		if (!joined && rest.len > 0 && rest.p[0] != '#') {
			r = export_give(rest, fn, data);
		}
		joined = joins;
	}
	return r;
}

struct reading {
	const struct sysroot *root;
	struct recordings_shares *shares;
};

static int path_take(const char *path, void *data)
{
	struct reading *reading = data;
	struct stat st;
	int r = path ? sysroot_stat(reading->root, path[0] ? path : ".", &st) : -EACCES;

	if (r == 0) {
		recordings_shares_add(reading->shares, &st);
	}
	reading->shares->unseen = reading->shares->unseen || r < 0;
	return r == -ENOMEM ? r : 0;
}

static int usershare_each(struct span text, recordings_share_fn fn, void *data)
{
	struct ini ini = {.rest = text, .section = {"", 0}};
	int r = 0;

	while (r == 0 && ini_next(&ini)) {
		if (span_eq(ini.key, "path")) {
			r = path_give(ini.value, fn, data);
		}
	}
	return r;
}

typedef int (*parse_fn)(struct span text, recordings_share_fn fn, void *data);

static int file_read(struct reading *reading, const char *path, parse_fn parse)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = sysroot_read(reading->root, path, RECORDINGS_SHARE_FILE_MAX, &text, &len);

	if (r == 0) {
		return parse((struct span){text, len}, path_take, reading);
	}
	reading->shares->unseen = reading->shares->unseen || r != FD_E_MISSING;
	return r == -ENOMEM ? r : 0;
}

static int dir_read(struct reading *reading, const char *dir, const char *end, parse_fn parse)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(reading->root, dir, &names);

	/*
	 * Who may not list the folder of usershares is in no group that may make one, and a share
	 * of another one's folder needs that one's own right.
	 */
	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; r == 0 && i < names.len && i < FILES_MAX; i++) {
		size_t len = strlen(names.names[i]), end_len = strlen(end);
		char path[320];

		if (len > end_len && strcmp(names.names[i] + len - end_len, end) == 0) {
			snprintf(path, sizeof(path), "%s/%.255s", dir, names.names[i]);
			r = file_read(reading, path, parse);
		}
	}
	reading->shares->unseen = reading->shares->unseen || names.len > FILES_MAX;
	return r;
}

int recordings_shares_read(const struct sysroot *root, struct recordings_shares *ret_shares)
{
	static const char *const servers[] = {"usr/sbin/smbd", "sbin/smbd", "usr/bin/smbd"};
	struct recordings_shares shares = {.len = 0};
	struct reading reading = {root, &shares};
	bool smbd = false;
	int r;

	/* The settings come with Samba's library, which many desktops have without its server. */
	for (size_t i = 0; i < ARRAY_LEN(servers); i++) {
		smbd = smbd || sysroot_exists(root, servers[i]);
	}
	r = smbd ? file_read(&reading, "etc/samba/smb.conf", recordings_share_smb) : 0;
	if (r == 0 && smbd) {
		r = dir_read(&reading, "var/lib/samba/usershares", "", usershare_each);
	}
	if (r == 0) {
		r = file_read(&reading, "etc/exports", recordings_share_exports);
	}
	if (r == 0) {
		r = dir_read(&reading, "etc/exports.d", ".exports", recordings_share_exports);
	}
	if (r == 0) {
		*ret_shares = shares;
	}
	return r;
}

void recordings_shares_add(struct recordings_shares *shares, const struct stat *st)
{
	if (shares->len == RECORDINGS_SHARES_MAX) {
		shares->unseen = true;
		return;
	}
	shares->at[shares->len].dev = st->st_dev;
	shares->at[shares->len].ino = st->st_ino;
	shares->len++;
}

bool recordings_shares_have(const struct recordings_shares *shares, const struct stat *st)
{
	for (size_t i = 0; i < shares->len; i++) {
		if (shares->at[i].dev == st->st_dev && shares->at[i].ino == st->st_ino) {
			return true;
		}
	}
	return false;
}
