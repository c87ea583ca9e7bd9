/* SPDX-License-Identifier: Apache-2.0 */
#include "control.h"

#include "exempt-given.h"
#include "exempt-run.h"
#include "homes.h"
#include "keeper.h"
#include "kept.h"
#include "log.h"

#include <string.h>

/* An answer is put together whole: what a part of it could not be, the whole is not. */
static int reply(struct core *core, const struct control_call *call, struct json_build *body)
{
	json_build_int(body, "format", 1);
	control_reply(core->control, call->peer, body);
	return 0;
}

static bool is_asked(const struct core *core, struct json_object *change)
{
	const char *client = json_object_get_string(json_object_object_get(change, "client"));
	const char *key = json_object_get_string(json_object_object_get(change, "key"));
	const char *result = json_object_get_string(json_object_object_get(change, "result"));

	return client && key && result && strcmp(result, "planned") == 0 &&
	       kept_setting(core, client, key, json_object_object_get(change, "to")) != KEPT;
}

/* What would be set, and waits for a yes; one no longer asked for was declined */
int control_consent(struct core *core, const struct control_call *call)
{
	cleanup(json_put) struct json_object *all = NULL;
	struct json_build planned = json_build_array();
	struct json_build asked = json_build_array();
	struct json_build body = json_build_object();
	int r = keeper_add_plan(core->keeper, NULL, &planned);

	homes_add_changes(core->homes, call->uid, call->admin, NULL, true, &planned);
	if (r == 0) {
		r = json_build_finish(&planned, &all);
	} else {
		json_build_drop(&planned);
	}
	for (size_t i = 0; r == 0 && i < json_object_array_length(all); i++) {
		struct json_object *change = json_object_array_get_idx(all, i);

		if (is_asked(core, change)) {
			json_build_share(&asked, NULL, change);
		}
	}
	json_build_join(&body, "changes", &asked);
	json_build_int(&body, "agreed", (int64_t)core->state.agreed.list.len);
	json_build_bool(&body, "school", core_school_owned(core));
	if (r < 0) {
		json_build_drop(&body);
		control_fail(core->control, call->peer, "internal",
			"caretakerd could not put the answer together; see its log");
		return r == -ENOMEM ? r : 0;
	}
	return reply(core, call, &body);
}

int control_exempt_list(struct core *core, const struct control_call *call)
{
	struct json_build exemptions = json_build_array();
	struct json_build body = json_build_object();

	exempt_run_build(core->exempt_run, &exemptions);
	json_build_join(&body, "exemptions", &exemptions);
	return reply(core, call, &body);
}

static int refuse(struct core *core, const struct control_call *call, int outcome)
{
	static const struct {
		const char *code, *text;
	} rows[] = {
		[EXEMPT_GIVEN_E_WORD] = {"exempt-word",
			"exemption: has a word that is none of those allowed"},
		[EXEMPT_GIVEN_E_TIME] = {"exempt-time",
			"exemption: starts too soon or too late, or ends before its start or more "
			"than 30 days after it"},
		[EXEMPT_GIVEN_E_FULL] = {"exempt-full", "exemption: too many run or wait already"},
		[EXEMPT_GIVEN_E_NONE] = {"exempt-none",
			"id: none of this id was given here, or it has ended"},
	};

	if (outcome > 0) {
		control_fail(core->control, call->peer, rows[outcome].code, rows[outcome].text);
		return 0;
	}
	log_error("could not take an exemption: %s", strerror(-outcome));
	control_fail(core->control, call->peer, "internal",
		"what was asked could not be remembered; see the log of caretakerd");
	return outcome == -ENOMEM ? outcome : 0;
}

/* A school's device has the school's exemptions alone: signed, in its policy. */
static bool may_give(struct core *core, const struct control_call *call)
{
	if (core_school_owned(core)) {
		control_fail(core->control, call->peer, "school-owned",
			"this device belongs to a school, and its exemptions come with its policy");
		return false;
	}
	return true;
}

static const struct json_field wish_fields[] = {
	{"end", JSON_WANT_INT, offsetof(struct exempt_wish, end_s), true, 0},
	{"feature", JSON_WANT_STRING, offsetof(struct exempt_wish, feature), true,
		EXEMPTION_ID_MAX},
	{"persons", JSON_WANT_ARRAY, offsetof(struct exempt_wish, persons), true,
		EXEMPTION_LISTED_MAX},
	{"purpose", JSON_WANT_STRING, offsetof(struct exempt_wish, purpose), true,
		EXEMPTION_ID_MAX},
	{"start", JSON_WANT_INT, offsetof(struct exempt_wish, start_s), false, 0},
};

int control_exempt_give(struct core *core, const struct control_call *call)
{
	struct json_build body = json_build_object();
	struct json_build exemptions = json_build_array();
	struct exempt_wish wish = {0};
	const char *id;
	int r = EXEMPT_GIVEN_E_WORD;

	if (!may_give(core, call)) {
		r = 0;
	} else if (call->exemption && json_decode(call->exemption, wish_fields,
					      ARRAY_LEN(wish_fields), &wish, NULL) == 0) {
		r = exempt_run_give(core->exempt_run, &wish, &id);
		if (r == 0) {
			json_build_string(&body, "id", id);
			exempt_run_build(core->exempt_run, &exemptions);
			json_build_join(&body, "exemptions", &exemptions);
			return reply(core, call, &body);
		}
	}
	json_build_drop(&body);
	json_build_drop(&exemptions);
	return r == 0 ? 0 : refuse(core, call, r);
}

int control_exempt_end(struct core *core, const struct control_call *call)
{
	int r = EXEMPT_GIVEN_E_NONE;

	if (!may_give(core, call)) {
		return 0;
	}
	if (call->id) {
		r = exempt_run_end(core->exempt_run, call->id);
	}
	return r == 0 ? control_exempt_list(core, call) : refuse(core, call, r);
}
