/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "sudoers-person.h"

#include <string.h>

/* Each alias is looked for in the whole text: longer ones take time, and find nothing else. */
#define PERSON_LEN_MAX ((size_t)4096)

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
		inside(grant.hosts, statement->body);
	}
}

/* The same text is taken for the accounts and the groups. */
static void person_walk(struct span whole)
{
	struct sudoers_file file = {.path = NULL};
	struct sudoers_part part = {.text = whole};
	const struct sudoers_files files = {.files = {&file, 1, 1}, .parts = {&part, 1, 1}};
	const struct sudoers_view view = {.files = &files, .passwd = whole, .group = whole};
	const struct sudoers_person person = {.name = span_z("ann"), .uid = 1000, .gid = 1000};
	struct sudoers_walk walk = {.part = 0};
	struct sudoers_statement statement;

	while (sudoers_files_next(&files, &walk, &statement)) {
		struct span list = statement.head.len > 0 ? statement.head : statement.body;

		FUZZ_REQUIRE(sudoers_match_person(&view, &person, list) <= SUDOERS_YES);
		FUZZ_REQUIRE(sudoers_match_root(&view, list) <= SUDOERS_YES);
		FUZZ_REQUIRE(sudoers_match_everything(&view, list) <= SUDOERS_YES);
		FUZZ_REQUIRE(sudoers_match_here(&view, list) <= SUDOERS_YES);
		FUZZ_REQUIRE(sudoers_match_member(&view, &person, list) <= SUDOERS_YES);
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
	if (len <= PERSON_LEN_MAX) {
		person_walk(whole);
	}
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
