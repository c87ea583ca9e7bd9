/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First byte: dialect; then the document. What must hold: what was set is found; a name that was
 * absent and is removed again leaves every byte as it was.
 */
#include "fuzz.h"
#include "ini-edit.h"

#include <string.h>

static void try_key(struct span text, enum ini_edit_dialect dialect, const char *key)
{
	struct span before = {NULL, 0}, after = {NULL, 0}, value = span_z("value");
	struct str set = {.max = 2 * INI_EDIT_MAX}, removed = {.max = 2 * INI_EDIT_MAX};
	struct json_path path;

	FUZZ_REQUIRE(json_path_parse(span_z(key), &path) == 0);
	if (ini_edit_find(text, dialect, &path, &before) == 0 &&
		ini_edit_set(text, dialect, &path, value, &set) == 0) {
		struct span now = {set.p ? set.p : "", set.len};

		FUZZ_REQUIRE(ini_edit_find(now, dialect, &path, &after) == 0 && after.p);
		FUZZ_REQUIRE(ini_edit_remove(now, dialect, &path, &removed) == 0);
		if (!before.p) {
			FUZZ_REQUIRE(removed.len == text.len &&
				     (text.len == 0 || memcmp(removed.p, text.p, text.len) == 0));
		}
	}
	str_finish(&set);
	str_finish(&removed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum ini_edit_dialect dialect;
	struct ini_edit_pair pair = {.next = 0};
	struct span text;

	if (size < 1 || size > 65536) {
		return 0;
	}
	dialect = data[0] & 1 ? INI_EDIT_FLAT : INI_EDIT_SECTIONS;
	text = (struct span){(const char *)data + 1, size - 1};
	if (ini_edit_check(text, dialect) != 0) {
		return 0;
	}
	while (ini_edit_next(text, dialect, &pair)) {
		FUZZ_REQUIRE(pair.next <= text.len);
	}
	if (dialect == INI_EDIT_FLAT) {
		try_key(text, dialect, "k");
	} else {
		try_key(text, dialect, "A");
		try_key(text, dialect, "A.k");
		try_key(text, dialect, "A.k.e");
		try_key(text, dialect, "A[\"k[$i]\"]");
		try_key(text, dialect, "A[\"k[$ie]\"]");
	}
	return 0;
}
