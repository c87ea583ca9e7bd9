/* SPDX-License-Identifier: Apache-2.0 */
/* What can be asked over control.sock: one row per verb. */
#include "control.h"

#include "enrolment.h"
#include "homes.h"
#include "keeper.h"
#include "key-owners.h"
#include "leaving.h"
#include "ledger.h"
#include "log.h"
#include "queue.h"
#include "report-share.h"
#include "sender.h"
#include "sensors.h"
#include "str.h"
#include "view.h"
#include "wall-plan.h"

#include <string.h>

#define TEXT_MAX 256

enum argument {
	ARGUMENT_CLIENT = 1 << 0,
	ARGUMENT_KEY = 1 << 1,
	ARGUMENT_ONLY = 1 << 2,
	ARGUMENT_STRING = 1 << 3,
	ARGUMENT_ID = 1 << 4,
	ARGUMENT_EXEMPTION = 1 << 5,
	ARGUMENT_FOLLOW = 1 << 6,
};

struct verb {
	const char *name;
	bool admin;
	unsigned cost;
	unsigned arguments;
	/* Answers, now or later. -ENOMEM ends the daemon, every other error is told to the peer. */
	int (*run)(struct core *core, const struct control_call *call);
};

static int answer(
	struct core *core, const struct control_call *call, int r, struct json_object *body)
{
	if (r == 0) {
		control_reply_object(core->control, call->peer, body);
	} else {
		log_error("could not answer a request: %s", r < 0 ? strerror(-r) : "refused");
		control_fail(core->control, call->peer, "internal",
			"caretakerd could not put the answer together; see its log");
	}
	return 0;
}

static int run_status(struct core *core, const struct control_call *call)
{
	cleanup(json_put) struct json_object *body = NULL;
	int r = view_status(core, call->uid, call->admin, call->only, &body);

	return answer(core, call, r, body);
}

static int run_audit(struct core *core, const struct control_call *call)
{
	int r = judge_run(core->judge, call->only);

	if (r == -ENOENT) {
		control_fail(core->control, call->peer, "bad-request",
			"only: there is no control of this name");
		return 0;
	}
	return r < 0 ? r : run_status(core, call);
}

static int run_plan(struct core *core, const struct control_call *call)
{
	cleanup(json_put) struct json_object *body = NULL;
	struct json_build build, changes;
	int r;

	if (call->client && !keeper_knows(core->keeper, call->client)) {
		control_fail(core->control, call->peer, "unknown-client",
			"client: there is no profile of this name");
		return 0;
	}
	build = json_build_object();
	changes = json_build_array();
	r = keeper_add_plan(core->keeper, call->client, &changes);
	homes_add_changes(core->homes, call->uid, call->admin, call->client, true, &changes);
	json_build_join(&build, "changes", &changes);
	json_build_int(&build, "format", 1);
	if (r == 0) {
		r = json_build_finish(&build, &body);
	} else {
		json_build_drop(&build);
	}
	return answer(core, call, r, body);
}

static bool key_has_client(struct core *core, const struct control_call *call)
{
	if (call->key && !call->client) {
		control_fail(core->control, call->peer, "bad-request",
			"key: names a setting of a client, and no client is given");
		return false;
	}
	return true;
}

static bool is_share(const struct control_call *call)
{
	return call->client && strcmp(call->client, REPORT_SHARE_CLIENT) == 0;
}

static int run_enforce(struct core *core, const struct control_call *call)
{
	if (is_share(call)) {
		return report_share_say(core, call, true);
	}
	return key_has_client(core, call)
		       ? keeper_enforce(core->keeper, call->client, call->key, call->peer)
		       : 0;
}

/* A setting that one program here has is named by its own name alone. */
static int undo_key(struct core *core, const struct control_call *call)
{
	struct key_owners owners;
	cleanup(str_finish) struct str names = {0};
	int r = key_owners_find(core, call, &owners);

	for (size_t i = 0; r == 0 && i < owners.n; i++) {
		r = str_appendf(&names, "%s%s", i > 0 ? ", " : "", owners.ids[i]);
	}
	if (r < 0) {
		return answer(core, call, r, NULL);
	}
	if (owners.n == 1) {
		return keeper_undo(core->keeper, owners.ids[0], call->key, call->peer);
	}
	control_fail(core->control, call->peer, owners.n == 0 ? "unknown-client" : "which-client",
		owners.n == 0 ? "key: no program here has a setting of this name" : names.p);
	return 0;
}

static int run_undo(struct core *core, const struct control_call *call)
{
	if (is_share(call)) {
		return report_share_say(core, call, false);
	}
	if (call->key && !call->client) {
		return undo_key(core, call);
	}
	if (!call->client && report_share_forget(&core->state)) {
		/* its error is logged, and the rest is undone all the same */
		(void)!core_save(core);
	}
	return keeper_undo(core->keeper, call->client, call->key, call->peer);
}

static int run_confirm(struct core *core, const struct control_call *call)
{
	if (call->client && strcmp(call->client, WALL_CLIENT) != 0) {
		control_fail(core->control, call->peer, "unknown-client",
			"client: only the firewall waits for a word");
		return 0;
	}
	return keeper_confirm(core->keeper, call->peer);
}

static int run_enrol(struct core *core, const struct control_call *call)
{
	if (!call->string) {
		control_fail(core->control, call->peer, "bad-request", "string: is missing");
		return 0;
	}
	return enrolment_begin(core->enrolment, span_z(call->string), call->peer);
}

static int run_leave(struct core *core, const struct control_call *call)
{
	return leaving_begin(core->leaving, call->peer);
}

static bool has_school(struct core *core, const struct control_call *call)
{
	if (!core_enrolled(core)) {
		control_fail(core->control, call->peer, "not-enrolled",
			"this device is enrolled nowhere and sends nothing");
		return false;
	}
	return true;
}

static int run_preview(struct core *core, const struct control_call *call)
{
	cleanup(json_put) struct json_object *body = NULL;
	int r;

	if (!has_school(core, call)) {
		return 0;
	}
	r = queue_preview(core, &body);
	return answer(core, call, r, body);
}

static int run_send(struct core *core, const struct control_call *call)
{
	return has_school(core, call) ? sender_send(core->sender, call->peer) : 0;
}

static int run_sent(struct core *core, const struct control_call *call)
{
	cleanup(json_put) struct json_object *body = NULL;
	struct json_build build = json_build_object();
	struct json_object *list = NULL;
	int r = ledger_list(core->store.sent_fd, &list);

	json_build_int(&build, "format", 1);
	json_build_take(&build, "sent", r == 0 ? list : NULL);
	r = json_build_finish(&build, &body);
	return answer(core, call, r, body);
}

static int run_doctor(struct core *core, const struct control_call *call)
{
	cleanup(json_put) struct json_object *body = NULL;
	int r = view_doctor(core, &body);

	return answer(core, call, r, body);
}

static const struct verb verbs[] = {
	{"audit", false, 10, ARGUMENT_ONLY, run_audit},
	{"confirm", true, 5, ARGUMENT_CLIENT, run_confirm},
	{"consent", false, 5, 0, control_consent},
	{"doctor", false, 1, 0, run_doctor},
	{"enforce", true, 5, ARGUMENT_CLIENT | ARGUMENT_KEY, run_enforce},
	{"enrol", true, 10, ARGUMENT_STRING, run_enrol},
	{"exempt", false, 1, 0, control_exempt_list},
	{"exempt-end", true, 2, ARGUMENT_ID, control_exempt_end},
	{"exempt-give", true, 2, ARGUMENT_EXEMPTION, control_exempt_give},
	{"leave", true, 10, 0, run_leave},
	{"media", false, 5, ARGUMENT_FOLLOW, sensors_ask},
	{"plan", false, 5, ARGUMENT_CLIENT, run_plan},
	{"preview", false, 2, 0, run_preview},
	{"send", true, 5, 0, run_send},
	{"sent", false, 5, 0, run_sent},
	{"status", false, 1, 0, run_status},
	{"switch", true, 5, ARGUMENT_CLIENT | ARGUMENT_KEY, control_switch},
	{"switches", false, 2, 0, control_switches},
	{"undo", true, 5, ARGUMENT_CLIENT | ARGUMENT_KEY, run_undo},
};

static const struct verb *find(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_LEN(verbs); i++) {
		if (strcmp(verbs[i].name, name) == 0) {
			return &verbs[i];
		}
	}
	return NULL;
}

struct request {
	const char *verb;
	struct json_object *client;
	struct json_object *exemption;
	struct json_object *follow;
	struct json_object *id;
	struct json_object *key;
	struct json_object *only;
	struct json_object *string;
};
static const struct json_field request_table[] = {
	{"client", JSON_WANT_ANY, offsetof(struct request, client), false, 0},
	{"exemption", JSON_WANT_ANY, offsetof(struct request, exemption), false, 0},
	{"follow", JSON_WANT_ANY, offsetof(struct request, follow), false, 0},
	{"id", JSON_WANT_ANY, offsetof(struct request, id), false, 0},
	{"key", JSON_WANT_ANY, offsetof(struct request, key), false, 0},
	{"only", JSON_WANT_ANY, offsetof(struct request, only), false, 0},
	{"string", JSON_WANT_ANY, offsetof(struct request, string), false, 0},
	{"verb", JSON_WANT_STRING, offsetof(struct request, verb), true, 16},
};

/* null stands for absent */
static bool take_argument(struct json_object *value, bool allowed, size_t max, const char **ret)
{
	if (!value) {
		return true;
	}
	if (!allowed || !json_object_is_type(value, json_type_string) ||
		(size_t)json_object_get_string_len(value) > max) {
		return false;
	}
	*ret = json_object_get_string(value);
	return true;
}

static const char *take_arguments(
	const struct verb *verb, const struct request *request, struct control_call *call)
{
	const struct {
		const char *name;
		struct json_object *value;
		enum argument bit;
		size_t max;
		const char **target;
	} rows[] = {
		{"client", request->client, ARGUMENT_CLIENT, RULES_CLIENT_MAX, &call->client},
		{"id", request->id, ARGUMENT_ID, EXEMPTION_ID_MAX, &call->id},
		{"key", request->key, ARGUMENT_KEY, RULES_KEY_MAX, &call->key},
		{"only", request->only, ARGUMENT_ONLY, POSTURE_ID_MAX, &call->only},
		{"string", request->string, ARGUMENT_STRING, ENROL_TEXT_MAX, &call->string},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (!take_argument(rows[i].value, (verb->arguments & rows[i].bit) != 0, rows[i].max,
			    rows[i].target)) {
			return rows[i].name;
		}
	}
	if (request->exemption && !(verb->arguments & ARGUMENT_EXEMPTION)) {
		return "exemption";
	}
	call->exemption = request->exemption;
	if (request->follow) {
		if (!(verb->arguments & ARGUMENT_FOLLOW) ||
			!json_object_is_type(request->follow, json_type_boolean)) {
			return "follow";
		}
		call->follow = json_object_get_boolean(request->follow);
	}
	return NULL;
}

static void refuse(
	struct core *core, const struct control_call *call, const char *where, const char *what)
{
	cleanup(str_finish) struct str text = {.max = TEXT_MAX};

	if (str_append_printable(&text, span_z(where)) != 0 ||
		str_appendf(&text, ": %s", what) != 0) {
		str_clear(&text);
	}
	control_fail(core->control, call->peer, "bad-request", text.len > 0 ? text.p : what);
}

unsigned control_cost(struct json_object *request, bool admin)
{
	struct json_object *name = NULL;
	const struct verb *verb = NULL;

	if (json_object_object_get_ex(request, "verb", &name) &&
		json_object_is_type(name, json_type_string)) {
		verb = find(json_object_get_string(name));
	}
	return verb && (admin || !verb->admin) ? verb->cost : 1;
}

int control_dispatch(struct core *core, struct control_call *call, struct json_object *request)
{
	struct request fields = {0};
	struct json_error error = {"", "is wrong"};
	const struct verb *verb;
	const char *where;

	if (json_decode(request, request_table, ARRAY_LEN(request_table), &fields, &error) != 0) {
		refuse(core, call, error.where, error.what);
		return 0;
	}
	verb = find(fields.verb);
	if (!verb) {
		refuse(core, call, fields.verb, "there is no such verb");
		return 0;
	}
	if (verb->admin && !call->admin) {
		control_fail(core->control, call->peer, "not-permitted",
			"this verb is for root and the group " CONTROL_GROUP);
		return 0;
	}
	where = take_arguments(verb, &fields, call);
	if (where) {
		refuse(core, call, where, "is not wanted here, no text, or too long");
		return 0;
	}
	return verb->run(core, call);
}
