/* SPDX-License-Identifier: Apache-2.0 */
#include "compiled.h"

#include "gvdb.h"
#include "target.h"

#include <stdio.h>
#include <string.h>

#define DATABASE "/etc/dconf/db/local"
#define TEXTS DATABASE ".d"
#define PROGRAM "/usr/bin/dconf"
#define LOCKS ".locks"

void enforce_compiled_finish(struct enforce_compiled *compiled)
{
	free(compiled->bytes);
	*compiled = (struct enforce_compiled){.there = false};
}

bool enforce_compiled_needed(enum enforce_format format)
{
	return format == ENFORCE_DCONF || format == ENFORCE_DCONF_LOCKS;
}

int enforce_compiled_open(const struct enforce_place *place, enum enforce_format format,
	struct enforce_compiled *ret_compiled)
{
	struct enforce_compiled compiled = {.there = false};
	int r = 0;

	if ((enforce_compiled_needed(format) || format == ENFORCE_DCONF_PROFILE) &&
		!sysroot_exists(&place->root, PROGRAM + 1)) {
		return ENFORCE_ERROR_NO_TOOL;
	}
	if (enforce_compiled_needed(format)) {
		r = sysroot_read(
			&place->root, DATABASE + 1, GVDB_FILE_MAX, &compiled.bytes, &compiled.len);
		compiled.there = r == 0;
		if (r != FD_E_MISSING && !sysroot_exists(&place->root, TEXTS + 1)) {
			enforce_compiled_finish(&compiled);
			return r == -ENOMEM ? r : ENFORCE_ERROR_OTHER_FILE;
		}
	}
	if (r == -ENOMEM) {
		return r;
	}
	*ret_compiled = compiled;
	return 0;
}

static bool same_number(const struct gvariant *found, const char *value)
{
	static const struct {
		const char *word;
		char type;
	} kinds[] = {{"uint32 ", 'u'}, {"int32 ", 'i'}, {"uint16 ", 'q'}, {"int16 ", 'n'},
		{"uint64 ", 't'}, {"int64 ", 'x'}, {"byte ", 'y'}};
	char type = 'i'; /* a bare number */
	int64_t number;
	char *end;
	long long wanted;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (span_starts(span_z(value), kinds[i].word)) {
			type = kinds[i].type;
			value += strlen(kinds[i].word);
		}
	}
	errno = 0;
	wanted = strtoll(value, &end, 0);
	return end != value && *end == '\0' && errno == 0 && found->type.len == 1 &&
	       found->type.p[0] == type && gvariant_number(found, &number) == 0 && number == wanted;
}

static bool same_value(const struct gvariant *found, const char *value)
{
	size_t len = strlen(value);
	int64_t number;
	struct span text;

	if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0) {
		return span_eq(found->type, "b") && gvariant_number(found, &number) == 0 &&
		       (number != 0) == (value[0] == 't');
	}
	if (strcmp(value, "@as []") == 0) {
		return span_eq(found->type, "as") && found->bytes.len == 0;
	}
	if (len >= 2 && value[0] == '\'' && value[len - 1] == '\'') {
		return gvariant_string(found, &text) == 0 && text.len == len - 2 &&
		       memcmp(text.p, value + 1, text.len) == 0;
	}
	return same_number(found, value);
}

bool enforce_compiled_has(const struct enforce_compiled *compiled, enum enforce_format format,
	const struct json_path *path, const char *value)
{
	char key[JSON_PATH_TEXT_MAX + 2];
	struct gvdb whole, locks;
	struct gvariant found;

	if (!enforce_compiled_needed(format)) {
		return true;
	}
	if (!compiled->there || path->n != 2 ||
		gvdb_open((struct span){compiled->bytes, compiled->len}, &whole) != 0) {
		return false;
	}
	(void)snprintf(
		key, sizeof(key), "/%s/%s", json_path_name(path, 0), json_path_name(path, 1));
	if (format == ENFORCE_DCONF_LOCKS) {
		return gvdb_table(&whole, LOCKS, &locks) == 0 && gvdb_has_value(&locks, key);
	}
	return gvdb_value(&whole, key, &found) == 0 && value && same_value(&found, value);
}

/* The database was made of our texts alone, and none are left. */
static int remove_database(const struct enforce_place *place, const char *path, size_t n_dirs)
{
	cleanup(enforce_target_finish) struct enforce_target target = {
		.dirfd = -1, .above = -1, .fd = -1};
	int r = enforce_target_open(place, DATABASE, &target);

	if (r == 0 && target.fd >= 0) {
		r = enforce_target_remove(place, DATABASE, &target, 0);
	}
	return r == 0 ? enforce_target_remove_dirs(place, path, n_dirs) : r;
}

int enforce_compiled_update(const struct enforce_place *place, enum enforce_format format,
	const char *path, bool gone, size_t n_dirs)
{
	if (!enforce_compiled_needed(format)) {
		return 0;
	}
	if (gone && n_dirs > 0 && !sysroot_exists(&place->root, TEXTS + 1)) {
		return remove_database(place, path, n_dirs);
	}
	return place->compile ? place->compile(place) : ENFORCE_ERROR_NO_TOOL;
}
