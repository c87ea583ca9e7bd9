/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold: what was set is found; a value or an item that was not there and is removed
 * again leaves every byte as it was.
 */
#include "apt-edit.h"
#include "fuzz.h"

#include <string.h>

#define KEY "A::b"

static bool same(const struct str *out, struct span text)
{
	return out->len == text.len && (text.len == 0 || memcmp(out->p, text.p, text.len) == 0);
}

static void try_value(struct span text)
{
	cleanup(free_ptr) char *before = NULL;
	cleanup(free_ptr) char *after = NULL;
	cleanup(str_finish) struct str set = {.max = 2 * APT_EDIT_MAX};
	cleanup(str_finish) struct str removed = {.max = 2 * APT_EDIT_MAX};

	FUZZ_REQUIRE(apt_edit_find(text, KEY, &before) == 0);
	if (apt_edit_set(text, KEY, "value", &set) == 0) {
		struct span now = {set.p, set.len};

		FUZZ_REQUIRE(apt_edit_find(now, KEY, &after) == 0);
		FUZZ_REQUIRE(after && strcmp(after, "value") == 0);
		FUZZ_REQUIRE(apt_edit_remove(now, KEY, NULL, &removed) == 0);
		FUZZ_REQUIRE(before || same(&removed, text) || removed.len < text.len);
	}
}

static void try_item(struct span text)
{
	cleanup(str_finish) struct str set = {.max = 2 * APT_EDIT_MAX};
	cleanup(str_finish) struct str removed = {.max = 2 * APT_EDIT_MAX};
	bool had = false, has = false;

	FUZZ_REQUIRE(apt_edit_has(text, KEY, "item", &had) == 0);
	if (apt_edit_add(text, KEY, "item", &set) == 0) {
		struct span now = {set.p ? set.p : "", set.len};

		FUZZ_REQUIRE(apt_edit_has(now, KEY, "item", &has) == 0 && has);
		FUZZ_REQUIRE(apt_edit_remove(now, KEY, "item", &removed) == 0);
		FUZZ_REQUIRE(had || same(&removed, text));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};

	if (size > 65536 || apt_edit_check(text) != 0) {
		return 0;
	}
	try_value(text);
	try_item(text);
	return 0;
}
