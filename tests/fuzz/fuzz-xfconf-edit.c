/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A channel. What must hold: what was set is found, locked; what was absent and is removed again,
 * or was there and is put back, leaves every byte as it was.
 */
#include "fuzz.h"
#include "xfconf-edit.h"

#include <string.h>

static bool same(struct span a, const struct str *b)
{
	return a.len == b->len && memcmp(a.p, b->p, a.len) == 0;
}

/* Back from what set or make left */
static void undo(struct span text, struct span now, const struct json_path *path,
	const struct xfconf_edit_found *before)
{
	struct str back = {.max = 2 * XFCONF_EDIT_MAX};

	FUZZ_REQUIRE((before->tag.p ? xfconf_edit_put_back(now, path, before->tag, &back)
				    : xfconf_edit_remove(now, path, &back)) == 0);
	FUZZ_REQUIRE(same(text, &back));
	str_finish(&back);
}

static void try_key(struct span text, const char *key, const char *type, const char *value)
{
	struct xfconf_edit_found before, after;
	struct str set = {.max = 2 * XFCONF_EDIT_MAX}, made = {.max = 2 * XFCONF_EDIT_MAX};
	struct json_path path;

	FUZZ_REQUIRE(json_path_parse(span_z(key), &path) == 0);
	if (xfconf_edit_find(text, &path, &before) == 0 &&
		xfconf_edit_set(text, &path, type, value, &set) == 0) {
		struct span now = {set.p, set.len};

		FUZZ_REQUIRE(xfconf_edit_find(now, &path, &after) == 0 && after.locked);
		FUZZ_REQUIRE(span_eq(after.type, type) && after.value.p);
		FUZZ_REQUIRE(after.holds == before.holds && after.children == before.children);
		undo(text, now, &path, &before);
		FUZZ_REQUIRE(xfconf_edit_make(text, &path, &made) == 0);
		now = (struct span){made.p, made.len};
		FUZZ_REQUIRE(xfconf_edit_find(now, &path, &after) == 0 && after.holds);
		undo(text, now, &path, &before);
	}
	str_finish(&set);
	str_finish(&made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};

	if (size > 65536 || xfconf_edit_check(text) != 0) {
		return 0;
	}
	try_key(text, "a", "bool", "true");
	try_key(text, "a.b", "int", "5");
	try_key(text, "a.b.c", "string", "<\"&\n'");
	return 0;
}
