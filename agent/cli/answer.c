/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

#include "allowed.h"

#include <stdio.h>
#include <string.h>

void answer_finish(struct answer *answer)
{
	json_put(&answer->json);
	vec_free(&answer->verdicts);
	vec_free(&answer->clients);
	vec_free(&answer->restored);
	*answer = (struct answer){0};
}

static int wrong(struct json_error *error, const char *where, const char *what)
{
	if (error != NULL) {
		snprintf(error->where, sizeof(error->where), "%s", where);
		error->what = what;
	}
	return JSON_E_TYPE;
}

/* A number, or null for none. */
static int optional_number(
	struct json_object *value, const char *where, int64_t *ret_number, struct json_error *error)
{
	if (value == NULL) {
		*ret_number = ANSWER_NONE;
		return 0;
	}
	if (!json_object_is_type(value, json_type_int) || json_object_get_int64(value) < 0) {
		return wrong(error, where, "not a number");
	}
	*ret_number = json_object_get_int64(value);
	return 0;
}

static int evidence_check(struct json_object *evidence, struct json_error *error)
{
	json_object_object_foreach(evidence, key, value)
	{
		if (!json_object_is_type(value, json_type_string)) {
			return wrong(error, key, "not a text");
		}
	}
	return 0;
}

static int verdict_read(struct json_object *json, struct answer *answer, struct json_error *error)
{
	struct raw {
		const char *id;
		const char *state;
		const char *reason;
		struct json_object *due;
		struct json_object *since;
		struct json_object *evidence;
	} raw = {0};
	static const struct json_field fields[] = {
		{"due", JSON_WANT_ANY, offsetof(struct raw, due), false, 0},
		{"evidence", JSON_WANT_OBJECT, offsetof(struct raw, evidence), true, 0},
		{"id", JSON_WANT_STRING, offsetof(struct raw, id), true, POSTURE_ID_MAX},
		{"reason", JSON_WANT_STRING, offsetof(struct raw, reason), true, ANSWER_TEXT_MAX},
		{"since", JSON_WANT_ANY, offsetof(struct raw, since), true, 0},
		{"state", JSON_WANT_STRING, offsetof(struct raw, state), true, ANSWER_TEXT_MAX},
	};
	struct answer_verdict verdict;
	int r = json_decode(json, fields, ARRAY_LEN(fields), &raw, error);

	if (r != 0) {
		return r;
	}
	verdict = (struct answer_verdict){.id = raw.id, .evidence = raw.evidence};
	if (!posture_id_valid(span_z(raw.id))) {
		return wrong(error, "id", "not a control's id");
	}
	if (posture_state_parse(span_z(raw.state), &verdict.state) < 0) {
		return wrong(error, "state", "not a state");
	}
	if (posture_reason_parse(span_z(raw.reason), &verdict.reason) < 0) {
		return wrong(error, "reason", "not a reason");
	}
	r = optional_number(raw.since, "since", &verdict.since, error);
	if (r == 0) {
		r = optional_number(raw.due, "due", &verdict.due, error);
	}
	if (r == 0) {
		r = evidence_check(raw.evidence, error);
	}
	return r != 0 ? r : vec_push(&answer->verdicts, verdict, ANSWER_VERDICTS_MAX);
}

static int client_read(struct json_object *json, struct answer *answer, struct json_error *error)
{
	struct raw {
		struct answer_client client;
		struct json_object *uid;
		struct json_object *said; /* a worker that is gone: when it last knew this */
	} raw = {0};
	static const struct json_field fields[] = {
		{"assessed", JSON_WANT_BOOL, offsetof(struct raw, client.assessed), false, 0},
		{"client", JSON_WANT_STRING, offsetof(struct raw, client.client), true, 64},
		{"drifted", JSON_WANT_INT, offsetof(struct raw, client.drifted), true, 0},
		{"installed", JSON_WANT_BOOL, offsetof(struct raw, client.installed), true, 0},
		{"kept", JSON_WANT_INT, offsetof(struct raw, client.kept), true, 0},
		{"later", JSON_WANT_STRING, offsetof(struct raw, client.later), false, 16},
		{"said", JSON_WANT_ANY, offsetof(struct raw, said), false, 0},
		{"tier", JSON_WANT_STRING, offsetof(struct raw, client.tier), true, 16},
		{"uid", JSON_WANT_ANY, offsetof(struct raw, uid), true, 0},
	};
	int r = json_decode(json, fields, ARRAY_LEN(fields), &raw, error);

	if (r == 0) {
		r = optional_number(raw.uid, "uid", &raw.client.uid, error);
	}
	return r != 0 ? r : vec_push(&answer->clients, raw.client, ANSWER_CLIENTS_MAX);
}

static int restored_read(struct json_object *json, struct answer *answer, struct json_error *error)
{
	static const struct json_field fields[] = {
		{"at", JSON_WANT_INT, offsetof(struct answer_restored, at), true, 0},
		{"client", JSON_WANT_STRING, offsetof(struct answer_restored, client), true, 64},
		{"key", JSON_WANT_STRING, offsetof(struct answer_restored, key), true,
			ANSWER_TEXT_MAX},
	};
	struct answer_restored restored = {0};
	int r = json_decode(json, fields, ARRAY_LEN(fields), &restored, error);

	return r != 0 ? r : vec_push(&answer->restored, restored, ANSWER_RESTORED_MAX);
}

struct answer_lists {
	struct json_object *verdicts;
	struct json_object *clients;
	struct json_object *restored;
};
typedef int (*item_fn)(struct json_object *json, struct answer *answer, struct json_error *error);

static int list_read(
	struct json_object *list, item_fn fn, struct answer *answer, struct json_error *error)
{
	int r = 0;

	for (size_t i = 0; i < json_object_array_length(list) && r == 0; i++) {
		r = fn(json_object_array_get_idx(list, i), answer, error);
	}
	return r;
}

static int policy_read(struct json_object *json, struct answer *answer, struct json_error *error)
{
	static const struct json_field fields[] = {
		{"name", JSON_WANT_STRING, offsetof(struct answer, policy), true, 64},
		{"version", JSON_WANT_INT, offsetof(struct answer, policy_version), true, 0},
	};

	return json_decode(json, fields, ARRAY_LEN(fields), answer, error);
}

static int sending_read(struct json_object *json, struct answer *answer, struct json_error *error)
{
	struct raw {
		struct json_object *next;
		struct json_object *problem;
		int64_t waiting;
	} raw = {0};
	static const struct json_field fields[] = {
		{"next", JSON_WANT_ANY, offsetof(struct raw, next), true, 0},
		{"problem", JSON_WANT_ANY, offsetof(struct raw, problem), true, 0},
		{"waiting", JSON_WANT_INT, offsetof(struct raw, waiting), true, 0},
	};
	int r = json_decode(json, fields, ARRAY_LEN(fields), &raw, error);

	if (r != 0) {
		return r;
	}
	if (raw.problem != NULL && !json_object_is_type(raw.problem, json_type_string)) {
		return wrong(error, "problem", "not a text");
	}
	answer->problem = raw.problem ? json_object_get_string(raw.problem) : NULL;
	answer->waiting = raw.waiting;
	return optional_number(raw.next, "next", &answer->next, error);
}

static int lists_read(
	const struct answer_lists *lists, struct answer *answer, struct json_error *error)
{
	int r = list_read(lists->verdicts, verdict_read, answer, error);

	if (r == 0) {
		r = list_read(lists->clients, client_read, answer, error);
	}
	return r != 0 ? r : list_read(lists->restored, restored_read, answer, error);
}

int answer_read(struct json_object *json, struct answer *ret_answer, struct json_error *error)
{
	struct raw {
		int64_t format;
		int64_t asked;
		struct json_object *exemptions;
		bool enrolled, keeping, school;
		struct json_object *policy, *reported, *sending;
		struct answer_lists lists;
	} raw = {0};
	static const struct json_field fields[] = {
		{"asked", JSON_WANT_INT, offsetof(struct raw, asked), false, 0},
		{"clients", JSON_WANT_ARRAY, offsetof(struct raw, lists.clients), true, 0},
		{"enrolled", JSON_WANT_BOOL, offsetof(struct raw, enrolled), true, 0},
		{"exemptions", JSON_WANT_ARRAY, offsetof(struct raw, exemptions), false,
			ALLOWED_MAX},
		{"format", JSON_WANT_INT, offsetof(struct raw, format), true, 0},
		{"keeping", JSON_WANT_BOOL, offsetof(struct raw, keeping), true, 0},
		{"policy", JSON_WANT_OBJECT, offsetof(struct raw, policy), true, 0},
		{"reported", JSON_WANT_ANY, offsetof(struct raw, reported), true, 0},
		{"restored", JSON_WANT_ARRAY, offsetof(struct raw, lists.restored), true, 0},
		{"school", JSON_WANT_BOOL, offsetof(struct raw, school), true, 0},
		{"sending", JSON_WANT_OBJECT, offsetof(struct raw, sending), true, 0},
		{"verdicts", JSON_WANT_ARRAY, offsetof(struct raw, lists.verdicts), true, 0},
	};
	cleanup(answer_finish) struct answer answer = {0};
	int r = json_decode(json, fields, ARRAY_LEN(fields), &raw, error);

	if (r != 0) {
		return r;
	}
	answer.json = json_object_get(json);
	answer.enrolled = raw.enrolled;
	answer.keeping = raw.keeping;
	answer.asked = raw.asked;
	answer.exemptions = raw.exemptions;
	answer.school = raw.school;
	r = raw.exemptions ? allowed_check(raw.exemptions, error) : 0;
	if (r == 0) {
		r = policy_read(raw.policy, &answer, error);
	}
	if (r == 0) {
		r = optional_number(raw.reported, "reported", &answer.reported, error);
	}
	if (r == 0) {
		r = sending_read(raw.sending, &answer, error);
	}
	if (r == 0) {
		r = lists_read(&raw.lists, &answer, error);
	}
	if (r == 0) {
		*ret_answer = answer;
		answer = (struct answer){0};
	}
	return r;
}

const struct answer_verdict *answer_find(const struct answer *answer, const char *id)
{
	vec_for_each (verdict, &answer->verdicts) {
		if (strcmp(verdict->id, id) == 0) {
			return verdict;
		}
	}
	return NULL;
}

size_t answer_count(const struct answer *answer, enum posture_state state)
{
	size_t n = 0;

	vec_for_each (verdict, &answer->verdicts) {
		n += verdict->state == state;
	}
	return n;
}

bool answer_state_passes(enum posture_state state)
{
	switch (state) {
	case POSTURE_PASS:
	case POSTURE_NA:
	case POSTURE_EXEMPT:
		return true;
	case POSTURE_FAIL:
	case POSTURE_UNKNOWN:
	case POSTURE_ERROR:
		return false;
	}
	return false;
}

bool answer_all_pass(const struct answer *answer)
{
	vec_for_each (verdict, &answer->verdicts) {
		if (!answer_state_passes(verdict->state)) {
			return false;
		}
	}
	return true;
}
