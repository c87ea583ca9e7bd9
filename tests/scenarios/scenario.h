/* SPDX-License-Identifier: Apache-2.0 */
/* One scenario: its machine laid out below a temporary directory, and a check run on it. */
#pragma once

#include "check.h"
#include "first-seen.h"

struct scenario_result {
	struct verdict verdict;
	char wanted_reason[64]; /* empty: any */
};
/* What all scenarios are run with, unless one brings its own */
struct scenario_setup {
	const char *policy;
	const char *unpack; /* caretaker-unpack of this build */
};
must_check int scenario_run(const struct check *check, const char *dir,
	const struct scenario_setup *setup, struct scenario_result *ret_result);

/* Copies root/ and does what make says; the copy is at tree below the caller's directory. */
must_check int scenario_lay_out(const char *dir, const char *tree);
must_check int scenario_remove(const char *tree);

/*
 * Facts by facts.json; NULL object for none. "firewall" and "legacy" name a file beside it, as the
 * kernel wrote it (firewall.nft or another source tells what was loaded).
 */
struct scenario_facts {
	struct json_object *object;
	const char *dir;
};
void scenario_facts_live(struct scenario_facts *facts, struct facts_live *ret_live);

/* "media" of facts.json: {"cameras": [ROW], "microphones": [ROW], "more": bool}, ROW: {"state",
 * "open": seconds ago, "left": seconds ago}. NULL when facts.json says nothing of it; heap. */
must_check int scenario_media(
	struct json_object *facts, struct clock_now now, struct media_view **ret_view);

/*
 * Each directory below the tree's home/ is a person's, signed in and answering, unless people (the
 * scenario's people.json, or NULL) says otherwise of that name. The list is the caller's to free.
 */
must_check int scenario_people(const struct sysroot *root, struct json_object *people,
	struct clock_now now, struct check_person **ret_people, size_t *ret_n);
