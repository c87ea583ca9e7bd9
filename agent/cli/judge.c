/* SPDX-License-Identifier: Apache-2.0 */
#include "judge.h"

#include "accounts-look.h"
#include "check.h"
#include "config.h"
#include "json-build.h"
#include "rpm-installed.h"

#include <string.h>

static void add_verdict(
	const struct check *check, const struct verdict *verdict, struct json_build *list)
{
	struct json_build evidence = json_build_object(), json = json_build_object();

	for (size_t i = 0; i < verdict->n_evidence; i++) {
		json_build_string(&evidence, verdict->evidence[i].key, verdict->evidence[i].value);
	}
	json_build_join(&json, "evidence", &evidence);
	json_build_null(&json, "due");
	json_build_string(&json, "id", check->id);
	json_build_string(&json, "reason", posture_reason_code(verdict->reason));
	json_build_null(&json, "since");
	json_build_string(&json, "state", posture_state_name(verdict->state));
	json_build_join(list, NULL, &json);
}

static struct json_build run_checks(const struct check_ctx *ctx, const char *only)
{
	struct json_build list = json_build_array();

	for (size_t i = 0; i < check_registry_len; i++) {
		const struct check *check = check_registry[i];
		struct verdict verdict;

		if (only == NULL || strcmp(check->id, only) == 0) {
			check_run(check, ctx, &verdict);
			add_verdict(check, &verdict, &list);
		}
	}
	return list;
}

static struct json_build write_policy(const struct policy *policy)
{
	struct json_build json = json_build_object();

	json_build_string(&json, "name", policy_name(policy));
	json_build_int(&json, "version", policy_version(policy));
	return json;
}

static struct json_build write_sending(void)
{
	struct json_build json = json_build_object();

	json_build_null(&json, "next");
	json_build_null(&json, "problem");
	json_build_int(&json, "waiting", 0);
	return json;
}

/* As the daemon would answer it, where there is none */
static int write_answer(
	const struct check_ctx *ctx, const char *only, struct json_object **ret_answer)
{
	struct json_build answer = json_build_object(), none = json_build_array();
	struct json_build restored = json_build_array(), verdicts = run_checks(ctx, only);
	struct json_build policy = write_policy(ctx->policy), sending = write_sending();

	json_build_join(&answer, "verdicts", &verdicts);
	json_build_join(&answer, "clients", &none);
	json_build_bool(&answer, "enrolled", false);
	json_build_int(&answer, "format", 1);
	json_build_bool(&answer, "keeping", false);
	json_build_join(&answer, "policy", &policy);
	json_build_null(&answer, "reported");
	json_build_join(&answer, "restored", &restored);
	json_build_bool(&answer, "school", false);
	json_build_join(&answer, "sending", &sending);
	return json_build_finish(&answer, ret_answer);
}

int judge_machine(const struct judge *judge, struct json_object **ret_answer)
{
	cleanup(sysroot_finish) struct sysroot root = {.fd = -1};
	cleanup(free_ptr) struct check_person *people = NULL;
	cleanup(rpm_installed_finish) struct rpm_installed rpm = {.asked = false};
	struct facts_live live;
	struct check_ctx ctx = {
		.root = &root,
		.policy = judge->policy,
		.now = judge->now,
		.unpack = CARETAKER_LIBEXECDIR "/caretaker-unpack",
		.rpm = &rpm,
	};
	int r = sysroot_open(judge->root ? judge->root : "/", judge->root == NULL, &root);

	if (r < 0) {
		return r;
	}
	if (judge->root != NULL && !sysroot_exists(&root, "etc")) {
		return JUDGE_E_NO_SYSTEM;
	}
	if (judge->root == NULL) {
		facts_live_linux(&live);
		ctx.live = &live;
	}
	r = accounts_look(&root, judge->policy, judge->now, &people, &ctx.n_people);
	if (r < 0) {
		return r;
	}
	ctx.people = people;
	return write_answer(&ctx, judge->only, ret_answer);
}
