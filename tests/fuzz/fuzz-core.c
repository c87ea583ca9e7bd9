/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that caretakerd parses by itself: the server's answers, a worker's words, own files.
 */
#include "local-accounts.h"
#include "answer.h"
#include "claim-file.h"
#include "fuzz.h"
#include "home-facts.h"
#include "home-genuine.h"
#include "home-state.h"
#include "identity.h"
#include "state.h"

#include <string.h>

static void try_answers(struct span text)
{
	cleanup(answer_enrolled_finish) struct answer_enrolled enrolled = {0};
	cleanup(answer_accepted_finish) struct answer_accepted accepted = {0};

	FUZZ_TRY(answer_parse_enrolled(text, &enrolled));
	FUZZ_TRY(answer_parse_accepted(text, &accepted));
	FUZZ_TRY(answer_parse_erased(text));
}

static void try_files(struct span text)
{
	cleanup(state_finish) struct state state = {0};
	cleanup(str_finish) struct str out = {.max = 4 * STATE_MAX};
	struct identity identity;

	if (text.len <= STATE_MAX && state_parse(text, &state, NULL) == 0) {
		FUZZ_REQUIRE(state_write(&state, &out) == 0);
	}
	str_clear(&out);
	if (identity_parse(text, &identity, NULL) == 0) {
		FUZZ_REQUIRE(identity_write(&identity, &out) == 0);
	}
}

/* What is read is written so that it is read as the same. */
static void try_claims(struct span text)
{
	cleanup(claims_list_finish) struct claims_list list = {0};
	cleanup(claims_list_finish) struct claims_list again = {0};
	cleanup(str_finish) struct str out = {.max = CLAIM_FILE_MAX};

	if (text.len > CLAIM_FILE_MAX || claim_file_parse(text, &list) != 0) {
		return;
	}
	FUZZ_REQUIRE(list.rows.len <= CHECK_PEOPLE_MAX);
	FUZZ_REQUIRE(claim_file_write(&list, &out) == 0);
	FUZZ_REQUIRE(claim_file_parse((struct span){out.p, out.len}, &again) == 0);
	FUZZ_REQUIRE(again.rows.len <= list.rows.len);
	vec_for_each (claim, &again.rows) {
		const struct claim *first = claims_list_find(&list, claim->person.uid);

		FUZZ_REQUIRE(first && memcmp(&first->person.facts, &claim->person.facts,
					      sizeof(first->person.facts)) == 0);
	}
}

static void try_worker(struct span text)
{
	cleanup(home_state_finish) struct home_state state = {0};
	cleanup(json_put) struct json_object *body = NULL;
	struct personal facts;

	if (json_parse(text, &body, NULL) == 0) {
		FUZZ_TRY(home_state_read(body, 1000, &state, NULL));
		FUZZ_TRY(home_facts_read(body, &facts));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len};
	uid_t min, max;
	gid_t gid;

	try_answers(text);
	try_files(text);
	try_claims(text);
	try_worker(text);
	FUZZ_TRY(local_accounts_group_gid(text, "caretaker-admin", &gid));
	local_accounts_uid_range(text, &min, &max);
	FUZZ_TRY(home_genuine_cgroup(text, text, 1000));
	FUZZ_TRY(home_genuine_pidfile(text, text, 1));
	return 0;
}
