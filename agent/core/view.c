/* SPDX-License-Identifier: Apache-2.0 */
#include "view.h"

#include "exempt-run.h"
#include "grace.h"
#include "guard.h"
#include "homes.h"
#include "json-build.h"
#include "keeper.h"
#include "kept.h"
#include "sender.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void add_verdict(struct core *core, size_t i, struct json_build *array)
{
	const struct kept_verdict *verdict = judge_verdict(core->judge, i);
	const struct state_control *held = state_find(&core->state, check_registry[i]->id);
	int64_t due = held ? grace_until(&core->state, held, core->hold.policy) : 0;
	struct json_build evidence = json_build_object();
	struct json_build item = json_build_object();

	for (size_t j = 0; j < verdict->n_evidence; j++) {
		cleanup(str_finish) struct str text = {.max = CHECK_EVIDENCE_VALUE_MAX * 2};
		const char *value = verdict->evidence[j].value;

		/* it may be a word of some file */
		if (str_append_printable(&text, span_z(value)) == 0) {
			json_build_string(
				&evidence, verdict->evidence[j].key, text.p ? text.p : "");
		}
	}
	if (due > 0) {
		json_build_int(&item, "due", due);
	} else {
		json_build_null(&item, "due");
	}
	json_build_string(&item, "id", check_registry[i]->id);
	json_build_string(&item, "state", posture_state_name(verdict->state));
	json_build_string(&item, "reason", posture_reason_code(verdict->reason));
	json_build_int(&item, "since", held ? held->since : clock_read().wall_s);
	json_build_join(&item, "evidence", &evidence);
	json_build_join(array, NULL, &item);
}

static struct json_build build_policy(const struct core *core)
{
	struct json_build policy = json_build_object();

	json_build_string(&policy, "name", policy_name(core->hold.policy));
	json_build_int(&policy, "version", policy_version(core->hold.policy));
	return policy;
}

static void add_sending(struct core *core, struct json_build *body)
{
	struct json_object *sending = NULL;
	int r = sender_to_json(core->sender, &sending);

	json_build_take(body, "sending", r == 0 ? sending : NULL);
}

int view_status(
	struct core *core, uid_t uid, bool admin, const char *only, struct json_object **ret_body)
{
	struct json_build verdicts = json_build_array();
	struct json_build clients = json_build_array();
	struct json_build restored = json_build_array();
	struct json_build exemptions = json_build_array();
	struct json_build policy = build_policy(core);
	struct json_build body = json_build_object();

	(void)state_see_time(&core->state, clock_read().wall_s);
	for (size_t i = 0; i < check_registry_len; i++) {
		if (!only || strcmp(check_registry[i]->id, only) == 0) {
			add_verdict(core, i, &verdicts);
		}
	}
	keeper_add_clients(core->keeper, &clients);
	guard_add_client(core->guard, &clients);
	keeper_add_restored(core->keeper, &restored);
	homes_add_clients(core->homes, uid, admin, &clients);
	homes_add_restored(core->homes, uid, admin, &restored);
	json_build_int(&body, "format", 1);
	json_build_bool(&body, "enrolled", core_enrolled(core));
	json_build_bool(&body, "school", core_school_owned(core));
	json_build_join(&body, "policy", &policy);
	if (core->state.reported_at > 0) {
		json_build_int(&body, "reported", core->state.reported_at);
	} else {
		json_build_null(&body, "reported");
	}
	json_build_join(&body, "verdicts", &verdicts);
	json_build_join(&body, "clients", &clients);
	json_build_join(&body, "restored", &restored);
	json_build_bool(&body, "keeping", kept_at_all(core));
	json_build_int(&body, "asked",
		(int64_t)(keeper_asked(core->keeper) + homes_asked(core->homes, uid, admin)));
	exempt_run_build(core->exempt_run, &exemptions);
	json_build_join(&body, "exemptions", &exemptions);
	add_sending(core, &body);
	return json_build_finish(&body, ret_body);
}

struct doctor {
	struct core *core;
	struct json_build items;
};

static void examine(struct doctor *doctor, const char *word, bool ok, const char *detail)
{
	struct json_build item = json_build_object();

	json_build_string(&item, "detail", detail);
	json_build_string(&item, "item", word);
	json_build_bool(&item, "ok", ok);
	json_build_join(&doctor->items, NULL, &item);
}

static void examine_policy(struct doctor *doctor)
{
	struct core *core = doctor->core;
	int64_t expires = policy_expires(core->hold.policy);
	bool missing = core_enrolled(core) && !core->hold.from_school;
	bool expired = core->hold.from_school && expires < core->state.wall_highest;

	examine(doctor, "policy", !missing && !expired,
		missing	  ? "does not verify; the home policy holds meanwhile"
		: expired ? "past its expiry; it goes on to hold"
			  : policy_name(core->hold.policy));
}

int view_doctor(struct core *core, struct json_object **ret_body)
{
	const char *problem = sender_problem(core->sender);
	struct doctor doctor = {.core = core, .items = json_build_array()};
	char ran[24];
	struct json_build body = json_build_object();

	/* a day of grace: whoever corrects a clock that ran ahead is not nagged */
	examine(&doctor, "clock", clock_read().wall_s + CLOCK_DAY_S >= core->state.wall_highest,
		"");
	examine_policy(&doctor);
	(void)snprintf(ran, sizeof(ran), "%" PRId64, judge_ran(core->judge));
	examine(&doctor, "checks", true, ran);
	examine(&doctor, "reports", !problem, problem ? problem : "");
	json_build_int(&body, "format", 1);
	json_build_join(&body, "items", &doctor.items);
	return json_build_finish(&body, ret_body);
}
