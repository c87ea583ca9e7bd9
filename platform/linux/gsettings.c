/* SPDX-License-Identifier: Apache-2.0 */
#include "gsettings.h"

#include "str.h"

#include <stdio.h>
#include <string.h>

#define KEY_PATH_MAX 256
#define OPTIONS_MAX 16 /* behind a key's default: range, choices, translation, desktops */

/* XDG_DATA_DIRS as it is when nobody sets it; the first that has a schema counts */
static const char *const schema_paths[GSETTINGS_SCHEMAS_MAX] = {
	"usr/local/share/glib-2.0/schemas/gschemas.compiled",
	"usr/share/glib-2.0/schemas/gschemas.compiled",
};

void gsettings_finish(struct gsettings *settings)
{
	dconf_finish(&settings->dconf);
	for (size_t i = 0; i < settings->n; i++) {
		free(settings->bytes[i]);
	}
	settings->n = 0;
}

static int open_schemas(
	const struct personal_place *place, const char *path, struct gsettings *settings)
{
	struct span file = {NULL, 0};
	char **bytes = &settings->bytes[settings->n];
	int r = sysroot_read(place->root, path, GVDB_FILE_MAX, bytes, &file.len);

	if (r == FD_E_MISSING) {
		return 0;
	}
	if (r != 0) {
		return r == -ENOMEM ? r : GSETTINGS_E_NOT_SEEN;
	}
	file.p = *bytes;
	r = gvdb_open(file, &settings->schemas[settings->n]);
	settings->n++;
	return r == 0 ? 0 : GSETTINGS_E_NOT_SEEN;
}

int gsettings_open(const struct personal_place *place, struct gsettings *ret_settings)
{
	cleanup(gsettings_finish) struct gsettings settings = {.n = 0};
	int r = dconf_open(place, &settings.dconf);

	if (r > 0) {
		return GSETTINGS_E_NOT_SEEN;
	}
	for (size_t i = 0; r == 0 && i < GSETTINGS_SCHEMAS_MAX; i++) {
		r = open_schemas(place, schema_paths[i], &settings);
	}
	if (r == 0) {
		*ret_settings = settings;
		settings = (struct gsettings){.n = 0};
	}
	return r;
}

static int find_schema(const struct gsettings *settings, const char *schema, struct gvdb *ret_table)
{
	for (size_t i = 0; i < settings->n; i++) {
		int r = gvdb_table(&settings->schemas[i], schema, ret_table);

		if (r != GVDB_E_NONE) {
			return r == 0 ? 0 : GSETTINGS_E_NOT_SEEN;
		}
	}
	return GSETTINGS_E_NONE;
}

bool gsettings_has(const struct gsettings *settings, const char *schema, const char *key)
{
	struct gvdb table;

	return find_schema(settings, schema, &table) == 0 && gvdb_has_value(&table, key);
}

static int key_path(const struct gvdb *table, const char *key, char *path, size_t size)
{
	struct gvariant value;
	struct span dir;
	int n;

	if (gvdb_value(table, ".path", &value) != 0 || gvariant_string(&value, &dir) != 0) {
		return GSETTINGS_E_NOT_SEEN;
	}
	n = snprintf(path, size, "%.*s%s", (int)dir.len, dir.p, key);
	return n > 0 && (size_t)n < size ? 0 : GSETTINGS_E_NOT_SEEN;
}

/* An option behind the default: a tuple of its letter and what it says */
static int find_option(const struct gvariant *row, char letter, struct gvariant *ret_value)
{
	for (size_t i = 1; i < OPTIONS_MAX; i++) {
		struct gvariant option, tag;
		int64_t number;
		int r = gvariant_member(row, i, &option);

		if (r == 0) {
			r = gvariant_member(&option, 0, &tag);
		}
		if (r == 0) {
			r = gvariant_number(&tag, &number);
		}
		if (r != 0) {
			return r;
		}
		if (number == letter) {
			return gvariant_member(&option, 1, ret_value);
		}
	}
	return GVARIANT_E_NONE;
}

/* The vendor's word for this desktop goes before the one for all. */
static int default_number(const struct gvariant *row, struct span desktops, int64_t *ret_number)
{
	struct gvariant dictionary, value;
	struct span desktop;
	int r = find_option(row, 'd', &dictionary);

	while (r == 0 && span_next(&desktops, ':', &desktop)) {
		int found = gvariant_lookup(&dictionary, desktop, &value);

		if (found != GVARIANT_E_NONE) {
			return found == 0 ? gvariant_number(&value, ret_number) : found;
		}
	}
	if (r != 0 && r != GVARIANT_E_NONE) {
		return r;
	}
	r = gvariant_member(row, 0, &value);
	return r == 0 ? gvariant_number(&value, ret_number) : r;
}

static bool in_range(const struct gvariant *row, int64_t number)
{
	struct gvariant range, least, most;
	int64_t min, max;

	if (find_option(row, 'r', &range) != 0) {
		return true;
	}
	return gvariant_member(&range, 0, &least) == 0 && gvariant_member(&range, 1, &most) == 0 &&
	       gvariant_number(&least, &min) == 0 && gvariant_number(&most, &max) == 0 &&
	       number >= min && number <= max;
}

static bool same_type(const struct gvariant *a, const struct gvariant *row)
{
	struct gvariant first;

	return gvariant_member(row, 0, &first) == 0 && first.type.len == a->type.len &&
	       memcmp(first.type.p, a->type.p, a->type.len) == 0;
}

static int number_of(const struct gsettings *settings, const char *path, const struct gvariant *row,
	struct span desktops, int64_t *ret_number, bool *ret_fixed)
{
	struct gvariant value;
	int r = dconf_read(&settings->dconf, path, &value, ret_fixed);

	if (r != 0 && r != DCONF_E_NONE) {
		return GSETTINGS_E_NOT_SEEN;
	}
	if (r == 0 && same_type(&value, row) && gvariant_number(&value, ret_number) == 0 &&
		in_range(row, *ret_number)) {
		return 0;
	}
	return default_number(row, desktops, ret_number) == 0 ? 0 : GSETTINGS_E_NOT_SEEN;
}

int gsettings_number(const struct gsettings *settings, const char *schema, const char *key,
	struct span desktops, int64_t *ret_number, bool *ret_fixed)
{
	char path[KEY_PATH_MAX];
	struct gvariant row;
	struct gvdb table;
	int64_t number;
	bool fixed;
	int r = find_schema(settings, schema, &table);

	if (r == 0) {
		r = gvdb_value(&table, key, &row);
		r = r == GVDB_E_NONE ? GSETTINGS_E_NONE : r == 0 ? 0 : GSETTINGS_E_NOT_SEEN;
	}
	if (r == 0) {
		r = key_path(&table, key, path, sizeof(path));
	}
	if (r == 0) {
		r = number_of(settings, path, &row, desktops, &number, &fixed);
	}
	if (r == 0) {
		*ret_number = number;
		*ret_fixed = fixed;
	}
	return r;
}

int gsettings_watch(const struct personal_place *place, personal_path_fn fn, void *data)
{
	char path[128];
	int r = dconf_watch(place, fn, data);

	for (size_t i = 0; r == 0 && i < GSETTINGS_SCHEMAS_MAX; i++) {
		(void)snprintf(path, sizeof(path), "/%s", schema_paths[i]);
		r = fn(path, data);
	}
	return r;
}
