/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold: an item that was added is there, before those it has to precede; removed again
 * it leaves every byte as it was; every item that is told is there.
 */
#include "fuzz.h"
#include "list-edit.h"

#include <string.h>

#define ITEM "system-db:local"

static void walk(struct span text)
{
	struct span item;
	size_t pos = 0;

	while (list_edit_next(text, &pos, &item)) {
		cleanup(free_ptr) char *word = span_dup(item);

		FUZZ_REQUIRE(word && list_edit_has(text, word));
	}
}

static void try_add(struct span text, const char *const *before)
{
	cleanup(str_finish) struct str added = {.max = 2 * LIST_EDIT_MAX};
	cleanup(str_finish) struct str removed = {.max = 2 * LIST_EDIT_MAX};
	bool had = list_edit_has(text, ITEM);
	struct span now, first;
	size_t pos = 0;

	FUZZ_REQUIRE(list_edit_add(text, ITEM, before, &added) == 0);
	now = (struct span){added.p ? added.p : "", added.len};
	FUZZ_REQUIRE(list_edit_has(now, ITEM));
	FUZZ_REQUIRE(list_edit_remove(now, ITEM, &removed) == 0);
	FUZZ_REQUIRE(had || (removed.len == text.len &&
				    (text.len == 0 || memcmp(removed.p, text.p, text.len) == 0)));
	while (!had && before && list_edit_next(now, &pos, &first) && !span_eq(first, ITEM)) {
		FUZZ_REQUIRE(!span_starts(first, before[0]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const before[] = {"system-db:", NULL};
	struct span text = {(const char *)data, size};

	if (size > 65536 || list_edit_check(text) != 0) {
		return 0;
	}
	walk(text);
	try_add(text, NULL);
	try_add(text, before);
	return 0;
}
