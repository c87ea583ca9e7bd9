/* SPDX-License-Identifier: Apache-2.0 */
#include "compiled.h"

#include "accept.h"
#include "gvdb.h"
#include "list-edit.h"
#include "target.h"

#include <stdio.h>
#include <string.h>

#define DATABASE ENFORCE_COMPILED_DIR "local"
#define TEXTS DATABASE ".d"
#define PROGRAM "/usr/bin/dconf"
#define LOCKS ".locks"
#define PROFILE "/etc/dconf/profile/user"
#define SYSTEM_DB "system-db:"
#define KEY_MAX (JSON_PATH_TEXT_MAX + 2)

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

static bool has_lock(const struct gvdb *whole, const char *key)
{
	struct gvdb locks;

	return gvdb_table(whole, LOCKS, &locks) == 0 && gvdb_has_value(&locks, key);
}

static void write_key(const struct json_path *path, char key[KEY_MAX])
{
	(void)snprintf(key, KEY_MAX, "/%s/%s", json_path_name(path, 0), json_path_name(path, 1));
}

bool enforce_compiled_has(const struct enforce_compiled *compiled, enum enforce_format format,
	const struct json_path *path, const char *value)
{
	char key[KEY_MAX];
	struct gvdb whole;
	struct gvariant found;

	if (!enforce_compiled_needed(format)) {
		return true;
	}
	if (!compiled->there || path->n != 2 ||
		gvdb_open((struct span){compiled->bytes, compiled->len}, &whole) != 0) {
		return false;
	}
	write_key(path, key);
	if (format == ENFORCE_DCONF_LOCKS) {
		return has_lock(&whole, key);
	}
	return gvdb_value(&whole, key, &found) == 0 && value && same_value(&found, value);
}

/* Whether this database says, for everybody, something else of the key */
static int says_other(const struct enforce_place *place, const char *database, const char *key,
	const struct enforce_setting *setting, bool *ret_other)
{
	cleanup(free_ptr) char *bytes = NULL;
	struct gvdb whole;
	struct gvariant found;
	size_t len;
	int r = sysroot_read(&place->root, database + 1, GVDB_FILE_MAX, &bytes, &len);

	*ret_other = r == 0 && gvdb_open((struct span){bytes, len}, &whole) == 0 &&
		     has_lock(&whole, key) &&
		     !(gvdb_value(&whole, key, &found) == 0 &&
			     (same_value(&found, json_object_get_string(setting->value)) ||
				     enforce_accepts_compiled(setting, &found)));
	return r == -ENOMEM ? r : 0;
}

/* "/etc/dconf/db/NAME" of "system-db:NAME"; a name with a slash is none */
static int database_path(struct span item, struct str *out)
{
	struct span name = {item.p + strlen(SYSTEM_DB), item.len - strlen(SYSTEM_DB)};

	return memchr(name.p, '/', name.len) || str_append_z(out, ENFORCE_COMPILED_DIR) < 0
		       ? -EINVAL
		       : str_append(out, name.p, name.len);
}

int enforce_compiled_overruled(const struct enforce_place *place, enum enforce_format format,
	const struct enforce_setting *setting, char **ret_database)
{
	cleanup(free_ptr) char *text = NULL;
	struct span profile = {NULL, 0}, item;
	char key[KEY_MAX];
	size_t pos = 0;
	bool behind = false;
	int r = FD_E_MISSING;

	if (format == ENFORCE_DCONF && setting->path.n == 2 && setting->value) {
		write_key(&setting->path, key);
		r = sysroot_read(&place->root, PROFILE + 1, ENFORCE_FILE_MAX, &text, &profile.len);
		profile.p = text;
	}
	if (r != 0 || list_edit_check(profile) != 0) {
		return r == -ENOMEM ? r : 0;
	}
	while (r == 0 && list_edit_next(profile, &pos, &item)) {
		cleanup(str_finish) struct str database = {0};
		bool other = false;

		if (behind && span_starts(item, SYSTEM_DB) && database_path(item, &database) == 0) {
			r = says_other(place, database.p, key, setting, &other);
		}
		if (other) {
			*ret_database = TAKE_PTR(database.p);
			return 0;
		}
		behind = behind || span_eq(item, SYSTEM_DB "local");
	}
	return r;
}

struct enforce_compiled_mark enforce_compiled_mark(const struct enforce_place *place)
{
	struct stat st;

	if (sysroot_stat(&place->root, DATABASE + 1, &st) != 0) {
		return (struct enforce_compiled_mark){.ino = 0};
	}
	return (struct enforce_compiled_mark){st.st_ino, st.st_mtim};
}

int enforce_compiled_keeps(const struct enforce_place *place, enum enforce_format format,
	const struct enforce_compiled_mark *mark, const char *key, const char *value,
	bool *ret_keeps)
{
	struct enforce_compiled_mark now = enforce_compiled_mark(place);
	cleanup(enforce_compiled_finish) struct enforce_compiled compiled = {.there = false};
	struct json_path path;
	int r;

	*ret_keeps = false;
	if (now.ino == 0 || now.ino != mark->ino || now.at.tv_sec != mark->at.tv_sec ||
		now.at.tv_nsec != mark->at.tv_nsec || json_path_parse(span_z(key), &path) != 0) {
		return 0;
	}
	r = sysroot_read(&place->root, DATABASE + 1, GVDB_FILE_MAX, &compiled.bytes, &compiled.len);
	compiled.there = r == 0;
	*ret_keeps = r == 0 && enforce_compiled_has(&compiled, format, &path, value);
	return r == -ENOMEM ? r : 0;
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
