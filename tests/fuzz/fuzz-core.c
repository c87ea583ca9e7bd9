/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that caretakerd parses by itself: the server's answers, a worker's words, own files.
 */
#include "local-accounts.h"
#include "answer.h"
#include "fuzz.h"
#include "home-genuine.h"
#include "home-state.h"
#include "identity.h"
#include "state.h"

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

static void try_worker(struct span text)
{
	cleanup(home_state_finish) struct home_state state = {0};
	cleanup(json_put) struct json_object *body = NULL;

	if (json_parse(text, &body, NULL) == 0) {
		FUZZ_TRY(home_state_read(body, 1000, &state, NULL));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len};
	uid_t min, max;
	gid_t gid;

	try_answers(text);
	try_files(text);
	try_worker(text);
	FUZZ_TRY(local_accounts_group_gid(text, "caretaker-admin", &gid));
	local_accounts_uid_range(text, &min, &max);
	FUZZ_TRY(home_genuine_cgroup(text, text, 1000));
	FUZZ_TRY(home_genuine_pidfile(text, text, 1));
	return 0;
}
