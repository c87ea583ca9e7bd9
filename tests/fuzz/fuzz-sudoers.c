/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "sudoers.h"

#include <string.h>

static void inside(struct span part, struct span whole)
{
	FUZZ_REQUIRE(
		part.len == 0 || (part.p >= whole.p && part.p + part.len <= whole.p + whole.len));
}

static void rule_walk(const struct sudoers_statement *statement)
{
	struct sudoers_grants grants = {.rest = statement->body};
	struct sudoers_grant grant;

	while (sudoers_grant_next(&grants, &grant) == 0) {
		inside(grant.command, statement->body);
		inside(grant.runas, statement->body);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(free_ptr) char *text = malloc(len + 1);
	struct sudoers_statement statement;
	struct span whole, rest, name, list, item;
	int r;

	FUZZ_REQUIRE(text);
	memcpy(text, bytes, len);
	text[len] = '\0';
	sudoers_join(text, len);
	whole = rest = (struct span){text, len};
	while ((r = sudoers_next(&rest, &statement)) != SUDOERS_E_END) {
		if (r != 0) {
			continue;
		}
		inside(statement.head, whole);
		inside(statement.body, whole);
		rule_walk(&statement);
		while (sudoers_item_next(&statement.head, &item)) {
			inside(item, whole);
		}
		while (sudoers_alias_next(&statement.body, &name, &list) == 0) {
			inside(list, whole);
		}
	}
	return 0;
}
