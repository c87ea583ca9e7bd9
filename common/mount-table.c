/* SPDX-License-Identifier: Apache-2.0 */
#include "mount-table.h"

#include <string.h>

void mount_table_finish(struct mount_table *table)
{
	free(table->text);
	table->text = NULL;
	vec_free(&table->mounts);
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

void mount_unescape(char *text)
{
	char *out = text;

	for (const char *p = text; *p;) {
		if (p[0] == '\\' && is_octal(p[1]) && is_octal(p[2]) && is_octal(p[3])) {
			*out++ = (char)((p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0'));
			p += 4;
		} else {
			*out++ = *p++;
		}
	}
	*out = '\0';
}

/* The next word of a line, terminated in place; NULL at its end */
static char *word_next(char **line)
{
	char *word = *line;
	char *blank;

	if (!word || !*word) {
		return NULL;
	}
	blank = strchr(word, ' ');
	*line = blank ? blank + 1 : NULL;
	if (blank) {
		*blank = '\0';
	}
	return word;
}

static int device_parse(const char *word, struct mount *mount)
{
	struct span rest = span_z(word), major;
	uint64_t a, b;

	if (!span_next(&rest, ':', &major) || span_u64(major, &a) != 0 || span_u64(rest, &b) != 0 ||
		a > UINT32_MAX || b > UINT32_MAX) {
		return -EBADMSG;
	}
	mount->major = (unsigned)a;
	mount->minor = (unsigned)b;
	return 0;
}

/* ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [TAG...] - FSTYPE SOURCE SUPER-OPTIONS */
static int line_parse(char *line, struct mount *ret_mount)
{
	struct mount mount = {0};
	char *device, *point, *tag, *fstype, *source, *options;

	if (!word_next(&line) || !word_next(&line)) {
		return -EBADMSG;
	}
	device = word_next(&line);
	if (!word_next(&line)) {
		return -EBADMSG;
	}
	point = word_next(&line);
	do {
		tag = word_next(&line);
	} while (tag && strcmp(tag, "-") != 0);
	fstype = word_next(&line);
	/* Some file systems have an empty source: two blanks follow each other */
	source = line && *line == ' ' ? line++ : word_next(&line);
	options = word_next(&line);
	if (!device || !point || !tag || !fstype || !source || device_parse(device, &mount) != 0) {
		return -EBADMSG;
	}
	if (*source == ' ') {
		*source = '\0';
	}
	mount_unescape(point);
	mount_unescape(source);
	mount.point = point;
	mount.fstype = fstype;
	mount.source = source;
	mount.options = options ? options : "";
	*ret_mount = mount;
	return 0;
}

int mount_table_parse(char *text, size_t len, struct mount_table *ret_table)
{
	cleanup(mount_table_finish) struct mount_table table = {.text = text};
	char *line = text, *newline;

	if (strlen(text) != len) {
		return -EBADMSG;
	}
	for (; *line; line = newline + 1) {
		struct mount mount;
		int r;

		newline = strchr(line, '\n');
		if (!newline) {
			return -EBADMSG; /* cut off */
		}
		*newline = '\0';
		r = line_parse(line, &mount);
		if (r == 0) {
			r = vec_push(&table.mounts, mount, MOUNT_TABLE_MAX);
		}
		if (r < 0) {
			return r;
		}
	}
	*ret_table = table;
	table = (struct mount_table){.text = NULL};
	return 0;
}

/* point has no leading slash: the root's own is empty. */
static bool path_below(const char *path, const char *point)
{
	size_t len = strlen(point);

	return len == 0 ||
	       (strncmp(path, point, len) == 0 && (path[len] == '/' || path[len] == '\0'));
}

const struct mount *mount_table_find(const struct mount_table *table, const char *path)
{
	const struct mount *best = NULL;

	for (size_t i = 0; i < table->mounts.len; i++) {
		const struct mount *mount = &table->mounts.items[i];

		if (mount->point[0] == '/' && path_below(path, mount->point + 1) &&
			(!best || strlen(mount->point) >= strlen(best->point))) {
			best = mount;
		}
	}
	return best;
}

char *mount_option(const struct mount *mount, const char *name)
{
	struct span rest = span_z(mount->options), option;
	size_t len = strlen(name);

	while (span_next(&rest, ',', &option)) {
		if (option.len > len && memcmp(option.p, name, len) == 0 && option.p[len] == '=') {
			return strndup(option.p + len + 1, option.len - len - 1);
		}
	}
	return NULL;
}
