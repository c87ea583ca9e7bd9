/* SPDX-License-Identifier: Apache-2.0 */
#include "app-permissions.h"

#include "gvdb.h"
#include "ini.h"

#include <string.h>

bool app_permissions_all(struct span text, bool before)
{
	struct ini ini = {.rest = text};
	bool all = before;

	while (ini_next(&ini)) {
		struct span list = ini.value, word;

		if (!span_eq(ini.section, "Context") || !span_eq(ini.key, "devices")) {
			continue;
		}
		while (span_next(&list, ';', &word)) {
			word = span_trim(word);
			if (span_eq(word, "all")) {
				all = true;
			} else if (span_eq(word, "!all")) {
				all = false;
			}
		}
	}
	return all;
}

static int first_text(const struct gvariant *list, struct span *ret_text)
{
	struct gvariant item;
	int r = gvariant_element(list, 0, &item);

	return r == 0 ? gvariant_string(&item, ret_text) : r;
}

static int entry_take(const struct gvariant *entry, app_permissions_fn fn, void *data)
{
	struct gvariant member;
	struct span id, answer;
	char text[APP_PERMISSIONS_ID_MAX + 1];
	int r = gvariant_member(entry, 0, &member);

	if (r == 0) {
		r = gvariant_string(&member, &id);
	}
	if (r == 0) {
		r = gvariant_member(entry, 1, &member);
	}
	if (r != 0) {
		return r;
	}
	r = first_text(&member, &answer);
	if (r == GVARIANT_E_NONE) {
		answer = span_z("");
	} else if (r != 0) {
		return r;
	}
	/* what is in no sandbox has no name here */
	if (id.len == 0 || id.len > APP_PERMISSIONS_ID_MAX) {
		return 0;
	}
	memcpy(text, id.p, id.len);
	text[id.len] = '\0';
	return fn(text, span_eq(answer, "yes"), data);
}

int app_permissions_camera(struct span bytes, app_permissions_fn fn, void *data)
{
	struct gvdb file, table;
	struct gvariant value, apps, entry;
	int r = gvdb_open(bytes, &file);

	if (r == 0) {
		r = gvdb_table(&file, "main", &table);
	}
	if (r == 0) {
		r = gvdb_value(&table, "camera", &value);
		if (r == GVDB_E_NONE) {
			return 0; /* nobody asked for it yet */
		}
	}
	if (r == 0) {
		r = gvariant_member(&value, 1, &apps);
	}
	for (size_t i = 0; r == 0 && i < APP_PERMISSIONS_APPS_MAX; i++) {
		r = gvariant_element(&apps, i, &entry);
		if (r == GVARIANT_E_NONE) {
			return 0;
		}
		if (r == 0) {
			r = entry_take(&entry, fn, data);
		}
	}
	return r;
}
