/* SPDX-License-Identifier: Apache-2.0 */
#include "state.h"

#include "exempt-use.h"
#include "json-build.h"
#include "spool.h"

#include <stdio.h>
#include <string.h>

#define STATE_FORMAT 1

void state_finish(struct state *state)
{
	rules_finish(&state->rules);
	vec_free(&state->controls);
	vec_free(&state->uses);
	agreed_finish(&state->agreed);
	exempt_given_finish(&state->given);
}

struct state_fields {
	int64_t format;
	int64_t sequence;
	int64_t wall_highest;
	int64_t reported_at;
	int64_t report_due;
	bool full_due;
	int64_t policy_version;
	bool policy_private;
	struct json_object *rules;
	struct json_object *controls;
	struct json_object *exemptions;
	struct json_object *agreed;
	struct json_object *given;
	bool was_school;
};
#define FIELD(type, name, max)                                              \
	{                                                                   \
#		name, type, offsetof(struct state_fields, name), true, max \
	}
static const struct json_field state_table[] = {
	{"agreed", JSON_WANT_ARRAY, offsetof(struct state_fields, agreed), false, AGREED_MAX},
	FIELD(JSON_WANT_ARRAY, controls, REPORT_CONTROLS_MAX),
	{"exemptions", JSON_WANT_ARRAY, offsetof(struct state_fields, exemptions), false,
		EXEMPT_USES_MAX},
	FIELD(JSON_WANT_INT, format, STATE_FORMAT),
	FIELD(JSON_WANT_BOOL, full_due, 0),
	{"given", JSON_WANT_ARRAY, offsetof(struct state_fields, given), false, EXEMPT_GIVEN_MAX},
	{"policy_private", JSON_WANT_BOOL, offsetof(struct state_fields, policy_private), false, 0},
	{"policy_version", JSON_WANT_INT, offsetof(struct state_fields, policy_version), false, 0},
	FIELD(JSON_WANT_INT, report_due, 0),
	FIELD(JSON_WANT_INT, reported_at, 0),
	FIELD(JSON_WANT_ARRAY, rules, RULES_MAX),
	FIELD(JSON_WANT_INT, sequence, 0),
	FIELD(JSON_WANT_INT, wall_highest, 0),
	{"was_school", JSON_WANT_BOOL, offsetof(struct state_fields, was_school), false, 0},
};
#undef FIELD

struct control_fields {
	const char *id;
	const char *state;
	const char *reason;
	int64_t on_since;
	int64_t since;
	const char *reported_state;
	const char *reported_reason;
};
#define FIELD(type, name, must)                                             \
	{                                                                   \
#		name, type, offsetof(struct control_fields, name), must, 0 \
	}
static const struct json_field control_table[] = {
	FIELD(JSON_WANT_STRING, id, true),
	FIELD(JSON_WANT_INT, on_since, false),
	FIELD(JSON_WANT_STRING, reason, true),
	FIELD(JSON_WANT_STRING, reported_reason, false),
	FIELD(JSON_WANT_STRING, reported_state, false),
	FIELD(JSON_WANT_INT, since, true),
	FIELD(JSON_WANT_STRING, state, true),
};
#undef FIELD

static int fail(struct json_error *error, const char *where, const char *what)
{
	if (error) {
		(void)snprintf(error->where, sizeof(error->where), "%s", where);
		error->what = what;
	}
	return -EBADMSG;
}

/* A word that a newer or older version knows and this one does not: that control starts anew. */
static bool parse_words(const struct control_fields *fields, struct state_control *control)
{
	if (posture_state_parse(span_z(fields->state), &control->state) != 0 ||
		posture_reason_parse(span_z(fields->reason), &control->reason) != 0) {
		return false;
	}
	control->reported = fields->reported_state && fields->reported_reason &&
			    posture_state_parse(span_z(fields->reported_state),
				    &control->reported_state) == 0 &&
			    posture_reason_parse(span_z(fields->reported_reason),
				    &control->reported_reason) == 0;
	return true;
}

static int parse_control(struct json_object *object, struct state *state, struct json_error *error)
{
	struct control_fields fields = {.on_since = -1};
	struct state_control control = {.state = POSTURE_UNKNOWN};
	int r;

	r = json_decode(object, control_table, ARRAY_LEN(control_table), &fields, error);
	if (r != 0) {
		return r;
	}
	if (!posture_id_valid(span_z(fields.id)) || state_find(state, fields.id)) {
		return fail(error, "controls", "has a bad or repeated id");
	}
	if (!parse_words(&fields, &control)) {
		return 0;
	}
	memcpy(control.id, fields.id, strlen(fields.id) + 1);
	control.since = fields.since;
	control.on_since = fields.on_since < 0 ? fields.since : fields.on_since;
	return vec_push(&state->controls, control, REPORT_CONTROLS_MAX);
}

static int parse_object(struct json_object *object, struct state *state, struct json_error *error)
{
	struct state_fields fields = {0};
	int r;

	r = json_decode(object, state_table, ARRAY_LEN(state_table), &fields, error);
	if (r != 0) {
		return r;
	}
	if (fields.format != STATE_FORMAT) {
		return fail(error, "format", "is another than 1");
	}
	if (fields.sequence > SPOOL_NUMBER_MAX) {
		return fail(error, "sequence", "is too large");
	}
	state->sequence = fields.sequence;
	state->wall_highest = fields.wall_highest;
	state->reported_at = fields.reported_at;
	state->report_due = fields.report_due;
	state->full_due = fields.full_due;
	state->was_school = fields.was_school;
	state->mark = (struct policy_mark){fields.policy_version, fields.policy_private};
	r = rules_from_json(fields.rules, &state->rules, error);
	for (size_t i = 0; r == 0 && i < json_object_array_length(fields.controls); i++) {
		r = parse_control(json_object_array_get_idx(fields.controls, i), state, error);
	}
	if (r == 0 && fields.exemptions) {
		r = exempt_use_from_json(fields.exemptions, state, error);
	}
	if (r == 0 && fields.agreed) {
		r = agreed_from_json(fields.agreed, &state->agreed, error);
	}
	return r == 0 && fields.given ? exempt_given_from_json(fields.given, &state->given, error)
				      : r;
}

int state_parse(struct span text, struct state *ret_state, struct json_error *error)
{
	cleanup(json_put) struct json_object *object = NULL;
	cleanup(state_finish) struct state state = {0};
	int r;

	r = json_parse(text, &object, error);
	if (r == 0) {
		r = parse_object(object, &state, error);
	}
	if (r != 0) {
		return r < 0 ? r : -EBADMSG;
	}
	*ret_state = state;
	state = (struct state){0};
	return 0;
}

static void build_control(struct json_build *array, const struct state_control *control)
{
	struct json_build item = json_build_object();

	json_build_string(&item, "id", control->id);
	json_build_int(&item, "on_since", control->on_since);
	json_build_string(&item, "reason", posture_reason_code(control->reason));
	if (control->reported) {
		json_build_string(
			&item, "reported_reason", posture_reason_code(control->reported_reason));
		json_build_string(
			&item, "reported_state", posture_state_name(control->reported_state));
	}
	json_build_int(&item, "since", control->since);
	json_build_string(&item, "state", posture_state_name(control->state));
	json_build_join(array, NULL, &item);
}

int state_write(const struct state *state, struct str *out)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct json_object *rules = NULL;
	struct json_build build = json_build_object();
	struct json_build controls = json_build_array();
	struct json_build uses = json_build_array();
	struct json_build agreed = json_build_array();
	struct json_build given = json_build_array();
	int r;

	vec_for_each (control, &state->controls) {
		build_control(&controls, control);
	}
	r = rules_to_json(&state->rules, &rules);
	exempt_use_build(state, &uses);
	agreed_build(&state->agreed, &agreed);
	exempt_given_build(&state->given, &given);
	json_build_join(&build, "agreed", &agreed);
	json_build_join(&build, "controls", &controls);
	json_build_join(&build, "exemptions", &uses);
	json_build_int(&build, "format", STATE_FORMAT);
	json_build_bool(&build, "full_due", state->full_due);
	json_build_join(&build, "given", &given);
	json_build_bool(&build, "policy_private", state->mark.is_private);
	json_build_int(&build, "policy_version", state->mark.version);
	json_build_int(&build, "report_due", state->report_due);
	json_build_int(&build, "reported_at", state->reported_at);
	json_build_take(&build, "rules", r == 0 ? rules : NULL);
	json_build_int(&build, "sequence", state->sequence);
	json_build_int(&build, "wall_highest", state->wall_highest);
	json_build_bool(&build, "was_school", state->was_school);
	r = json_build_finish(&build, &object);
	return r == 0 ? json_write_canonical(object, out) : r;
}

struct state_control *state_find(const struct state *state, const char *id)
{
	vec_for_each (control, &state->controls) {
		if (strcmp(control->id, id) == 0) {
			return control;
		}
	}
	return NULL;
}

int state_observe(struct state *state, const char *id, enum posture_state value,
	enum posture_reason reason, int64_t wall_s, bool *ret_changed)
{
	struct state_control *control = state_find(state, id);
	struct state_control fresh = {.state = value, .reason = reason, .since = wall_s};

	fresh.on_since = reason == POSTURE_DISABLED_BY_POLICY ? 0 : wall_s;
	if (!control) {
		(void)snprintf(fresh.id, sizeof(fresh.id), "%s", id);
		*ret_changed = true;
		return vec_push(&state->controls, fresh, REPORT_CONTROLS_MAX);
	}
	*ret_changed = control->state != value || control->reason != reason;
	if (control->state != value) {
		control->since = wall_s;
	}
	if (fresh.on_since == 0 || control->on_since == 0) {
		control->on_since = fresh.on_since;
	}
	control->state = value;
	control->reason = reason;
	return 0;
}

/* Worst last; what cannot be known is worse than what is right. */
static int badness(enum posture_state value)
{
	static const enum posture_state order[] = {
		POSTURE_NA, POSTURE_PASS, POSTURE_EXEMPT, POSTURE_UNKNOWN, POSTURE_ERROR};

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		if (order[i] == value) {
			return (int)i;
		}
	}
	return (int)ARRAY_LEN(order);
}

static int end_day(struct state *state, struct state_control *day, bool *ret_changed)
{
	return state_observe(state, day->id, day->day_state, day->day_reason,
		day->day * CLOCK_DAY_S, ret_changed);
}

int state_observe_day(struct state *state, const char *id, enum posture_state value,
	enum posture_reason reason, int64_t wall_s, bool *ret_changed)
{
	struct state_control *control = state_find(state, id);
	int64_t today = wall_s / CLOCK_DAY_S;
	int r = 0;

	*ret_changed = false;
	if (!control) {
		r = state_observe(state, id, POSTURE_UNKNOWN, POSTURE_NOT_FOLLOWED,
			today * CLOCK_DAY_S, ret_changed);
		control = state_find(state, id);
	} else if (control->day > 0 && control->day != today) {
		r = end_day(state, control, ret_changed);
	}
	if (r < 0 || !control) {
		return r;
	}
	if (control->day != today || badness(value) > badness(control->day_state)) {
		control->day = today;
		control->day_state = value;
		control->day_reason = reason;
	}
	return 0;
}

int64_t state_see_time(struct state *state, int64_t wall_s)
{
	if (wall_s > state->wall_highest) {
		state->wall_highest = wall_s;
	}
	return state->wall_highest;
}

void state_forget_reports(struct state *state)
{
	vec_for_each (control, &state->controls) {
		control->reported = false;
		control->on_since = 0;
	}
	state->sequence = 0;
	state->reported_at = 0;
	state->report_due = 0;
	state->full_due = true;
}
