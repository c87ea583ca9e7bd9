/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First byte: dialect and value; then the document. What must hold: what was set is found; another
 * name keeps its value; a name that was absent and is removed again leaves every byte as it was.
 */
#include "fuzz.h"
#include "json-edit.h"

#include <string.h>

static bool same(struct span a, struct span b)
{
	return a.len == b.len && memcmp(a.p, b.p, a.len) == 0;
}

static void try_key(struct span text, enum json_edit_dialect dialect, const char *key,
	const char *other, const char *value)
{
	struct json_path path, other_path;
	struct json_edit_found before = {0}, after, kept, other_before;
	struct str set = {.max = 2 * JSON_EDIT_MAX}, removed = {.max = 2 * JSON_EDIT_MAX};
	bool has_other;

	FUZZ_REQUIRE(json_path_parse(span_z(key), &path) == 0);
	FUZZ_REQUIRE(json_path_parse(span_z(other), &other_path) == 0);
	if (json_edit_find(text, dialect, &path, &before) == 0 &&
		json_edit_set(text, dialect, &path, span_z(value), false, &set) == 0) {
		struct span now = {set.p, set.len};

		FUZZ_REQUIRE(json_edit_find(now, dialect, &path, &after) == 0 && after.value.p);
		has_other = json_edit_find(text, dialect, &other_path, &other_before) == 0 &&
			    other_before.value.p;
		if (has_other) {
			FUZZ_REQUIRE(json_edit_find(now, dialect, &other_path, &kept) == 0);
			FUZZ_REQUIRE(same(kept.value, other_before.value));
		}
		FUZZ_REQUIRE(json_edit_remove(now, dialect, &path, &removed) == 0);
		if (!before.value.p) {
			FUZZ_REQUIRE(same((struct span){removed.p, removed.len}, text));
		} else {
			FUZZ_REQUIRE(json_edit_find((struct span){removed.p, removed.len}, dialect,
					     &path, &after) == 0 &&
				     !after.value.p);
		}
	}
	str_finish(&set);
	str_finish(&removed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const values[] = {"1", "\"x\"", "{\"a\":{\"b\":[]},\"c\":2}", "[{},[]]"};
	enum json_edit_dialect dialect;
	struct str plain = {0};
	struct span text;

	if (size < 1 || size > 65536) {
		return 0;
	}
	dialect = data[0] & 1 ? JSON_EDIT_RELAXED : JSON_EDIT_STRICT;
	text = (struct span){(const char *)data + 1, size - 1};
	try_key(text, dialect, "k", "a", values[(data[0] >> 1) & 3]);
	try_key(text, dialect, "a.k", "k", values[(data[0] >> 1) & 3]);
	try_key(text, dialect, "a.a[\"b.c\"]", "k", values[(data[0] >> 1) & 3]);
	if (json_edit_strip(text, dialect, &plain) == 0) {
		struct json_path path = {.n = 0};
		struct json_edit_found found;
		int r = json_edit_find(
			(struct span){plain.p, plain.len}, JSON_EDIT_STRICT, &path, &found);

		FUZZ_REQUIRE(r == 0 || r == JSON_EDIT_E_NOT_OBJECT);
	}
	str_finish(&plain);
	return 0;
}
