/* SPDX-License-Identifier: Apache-2.0 */
#include "recordings-trash.h"

#include "homefiles.h"
#include "recordings-folders.h"
#include "str.h"

#include <stdio.h>
#include <string.h>

#define GROUP "[Trash Info]"
#define KEY "Path="

static int hex_value(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* URL escapes of RFC 2396, 2.4.1; a NUL among them ends no path. */
static bool unescape(struct span text, char path[PATH_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c == '%') {
			int high = i + 2 < text.len ? hex_value(text.p[i + 1]) : -1;
			int low = i + 2 < text.len ? hex_value(text.p[i + 2]) : -1;

			if (high < 0 || low < 0) {
				return false;
			}
			c = (char)(high << 4 | low);
			i += 2;
		}
		if (c == '\0' || n == PATH_MAX - 1) {
			return false;
		}
		path[n++] = c;
	}
	path[n] = '\0';
	return n > 0;
}

bool recordings_trash_path(struct span text, char path[PATH_MAX])
{
	bool inside = false;
	struct span line;

	while (span_next(&text, '\n', &line)) {
		if (line.len > 0 && line.p[line.len - 1] == '\r') {
			line.len--;
		}
		if (line.len > 0 && line.p[0] == '[') {
			inside = span_eq(line, GROUP);
		} else if (inside && span_starts(line, KEY)) {
			return unescape(
				(struct span){line.p + strlen(KEY), line.len - strlen(KEY)}, path);
		}
	}
	return false;
}

/* What lay in a folder for recordings is one by its kind; elsewhere only by its whole name. */
static enum recordings_look look_of(const char *path)
{
	struct span rest = span_z(path), part;

	while (span_next(&rest, '/', &part)) {
		if (span_eq(part, RECORDINGS_ZOOM)) {
			return RECORDINGS_LOOK_ZOOM;
		}
		if (recordings_name_screencasts(part)) {
			return RECORDINGS_LOOK_MEDIA;
		}
	}
	return RECORDINGS_LOOK_DATED;
}

static int entry_walk(int home_fd, struct recordings_walk *walk,
	const struct recordings_level *files, const char *info, struct span name)
{
	cleanup(free_ptr) char *text = NULL, *kept = NULL;
	char path[PATH_MAX];
	const char *slash;
	size_t len = 0;
	int r = homefiles_read(home_fd, info, RECORDINGS_TRASH_INFO_MAX, &text, &len);

	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0 || !recordings_trash_path((struct span){text, len}, path)) {
		walk->tally.unseen = walk->tally.unseen || r != FD_E_MISSING;
		return 0;
	}
	kept = span_dup(name);
	if (!kept) {
		return -ENOMEM;
	}
	slash = strrchr(path, '/');
	return recordings_walk_name(
		walk, files, kept, slash ? slash + 1 : path, look_of(path), RECORDINGS_ZOOM_DEPTH);
}

static int entries_walk(int home_fd, struct recordings_walk *walk,
	const struct recordings_level *files, const struct sysroot_names *names)
{
	const size_t ending = strlen(RECORDINGS_TRASH_INFO);
	int r = 0;

	for (size_t i = 0; r == 0 && i < names->len; i++) {
		struct span name = span_z(names->names[i]);
		char info[PATH_MAX];

		if (name.len <= ending ||
			strcmp(name.p + name.len - ending, RECORDINGS_TRASH_INFO) != 0) {
			continue;
		}
		snprintf(info, sizeof(info), RECORDINGS_TRASH "/info/%s", name.p);
		name.len -= ending;
		r = entry_walk(home_fd, walk, files, info, name);
	}
	return r;
}

int recordings_trash_walk(
	int home_fd, struct recordings_walk *walk, const struct recordings_level *home)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	struct recordings_level files = {.fd = -1};
	bool there = false;
	int r = recordings_level_enter(walk, home, RECORDINGS_TRASH "/files", &there, &files);

	if (r != 0 || !there) {
		return r;
	}
	r = homefiles_list(home_fd, RECORDINGS_TRASH "/info", &names);
	if (r == 0) {
		walk->thrown = true;
		r = entries_walk(home_fd, walk, &files, &names);
		walk->thrown = false;
	} else if (r != -ENOMEM) {
		walk->tally.unseen = true;
		r = 0;
	}
	recordings_level_leave(&files);
	return r;
}
