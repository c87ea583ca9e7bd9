/* SPDX-License-Identifier: Apache-2.0 */
#include "judge.h"

#include "accounts-look.h"
#include "check.h"
#include "config.h"
#include "rpm-installed.h"

#include <string.h>

/* Puts value into object, or lets go of it. */
static int add(struct json_object *object, const char *name, struct json_object *value)
{
	if (value == NULL || json_object_object_add(object, name, value) != 0) {
		json_object_put(value);
		return -ENOMEM;
	}
	return 0;
}

static int add_null(struct json_object *object, const char *name)
{
	return json_object_object_add(object, name, NULL) == 0 ? 0 : -ENOMEM;
}

static int verdict_write(
	const struct check *check, const struct verdict *verdict, struct json_object *list)
{
	struct json_object *json = json_object_new_object();
	struct json_object *evidence = json_object_new_object();
	int r;

	if (json == NULL || json_object_array_add(list, json) != 0) {
		json_object_put(json);
		json_object_put(evidence);
		return -ENOMEM;
	}
	r = add(json, "evidence", evidence);
	if (r == 0) {
		r = add_null(json, "due");
	}
	for (size_t i = 0; i < verdict->n_evidence && r == 0; i++) {
		r = add(evidence, verdict->evidence[i].key,
			json_object_new_string(verdict->evidence[i].value));
	}
	if (r == 0) {
		r = add(json, "id", json_object_new_string(check->id));
	}
	if (r == 0) {
		r = add(json, "reason",
			json_object_new_string(posture_reason_code(verdict->reason)));
	}
	if (r == 0) {
		r = add_null(json, "since");
	}
	return r != 0 ? r
		      : add(json, "state",
				json_object_new_string(posture_state_name(verdict->state)));
}

static int checks_run(const struct check_ctx *ctx, const char *only, struct json_object *list)
{
	for (size_t i = 0; i < check_registry_len; i++) {
		const struct check *check = check_registry[i];
		struct verdict verdict;
		int r;

		if (only != NULL && strcmp(check->id, only) != 0) {
			continue;
		}
		check_run(check, ctx, &verdict);
		r = verdict_write(check, &verdict, list);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static int policy_write(const struct policy *policy, struct json_object *answer)
{
	struct json_object *json = json_object_new_object();
	int r = add(answer, "policy", json);

	if (r == 0) {
		r = add(json, "name", json_object_new_string(policy_name(policy)));
	}
	return r != 0 ? r : add(json, "version", json_object_new_int64(policy_version(policy)));
}

static int sending_write(struct json_object *answer)
{
	struct json_object *json = json_object_new_object();
	int r = add(answer, "sending", json);

	if (r == 0) {
		r = add_null(json, "next");
	}
	if (r == 0) {
		r = add_null(json, "problem");
	}
	return r != 0 ? r : add(json, "waiting", json_object_new_int(0));
}

static int answer_write(const struct check_ctx *ctx, const char *only, struct json_object *answer)
{
	struct json_object *verdicts = json_object_new_array();
	int r = add(answer, "verdicts", verdicts);

	if (r == 0) {
		r = checks_run(ctx, only, verdicts);
	}
	if (r == 0) {
		r = add(answer, "clients", json_object_new_array());
	}
	if (r == 0) {
		r = add(answer, "enrolled", json_object_new_boolean(false));
	}
	if (r == 0) {
		r = add(answer, "format", json_object_new_int(1));
	}
	if (r == 0) {
		r = add(answer, "keeping", json_object_new_boolean(false));
	}
	if (r == 0) {
		r = policy_write(ctx->policy, answer);
	}
	if (r == 0) {
		r = add_null(answer, "reported");
	}
	if (r == 0) {
		r = add(answer, "restored", json_object_new_array());
	}
	if (r == 0) {
		r = add(answer, "school", json_object_new_boolean(false));
	}
	return r != 0 ? r : sending_write(answer);
}

int judge_machine(const struct judge *judge, struct json_object **ret_answer)
{
	cleanup(sysroot_finish) struct sysroot root = {.fd = -1};
	cleanup(json_put) struct json_object *answer = json_object_new_object();
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
	r = answer != NULL ? answer_write(&ctx, judge->only, answer) : -ENOMEM;
	if (r == 0) {
		*ret_answer = TAKE_PTR(answer);
	}
	return r;
}
