/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

#include <string.h>

void answer_enrolled_finish(struct answer_enrolled *answer)
{
	json_object_put(TAKE_PTR(answer->object));
	str_finish(&answer->policy_key);
}

void answer_accepted_finish(struct answer_accepted *answer)
{
	json_object_put(TAKE_PTR(answer->object));
}

struct enrolled_fields {
	const char *device;
	int64_t format;
	const char *policy;
	struct json_object *policy_key;
};
#define FIELD(type, name, max)                                                 \
	{                                                                      \
#		name, type, offsetof(struct enrolled_fields, name), true, max \
	}
static const struct json_field enrolled_table[] = {
	FIELD(JSON_WANT_STRING, device, REPORT_DEVICE_LEN),
	FIELD(JSON_WANT_INT, format, 1),
	FIELD(JSON_WANT_STRING, policy, JWS_MAX),
	FIELD(JSON_WANT_OBJECT, policy_key, 0),
};
#undef FIELD

/* Syntax, table and format number; -EBADMSG for any failure that is not ours */
static int decode(struct span body, const struct json_field *table, size_t n, void *fields,
	const int64_t *format, struct json_object **ret_object)
{
	cleanup(json_put) struct json_object *object = NULL;
	int r;

	r = json_parse(body, &object, NULL);
	if (r == 0) {
		r = json_decode(object, table, n, fields, NULL);
	}
	if (r != 0) {
		return r < 0 ? r : -EBADMSG;
	}
	if (*format != 1) {
		return -EBADMSG;
	}
	*ret_object = TAKE_PTR(object);
	return 0;
}

int answer_parse_enrolled(struct span body, struct answer_enrolled *ret_answer)
{
	cleanup(answer_enrolled_finish) struct answer_enrolled answer = {
		.policy_key = {.max = IDENTITY_KEY_MAX}};
	struct enrolled_fields fields = {0};
	int r;

	r = decode(body, enrolled_table, ARRAY_LEN(enrolled_table), &fields, &fields.format,
		&answer.object);
	if (r < 0) {
		return r;
	}
	if (!report_device_valid(span_z(fields.device)) ||
		json_write_canonical(fields.policy_key, &answer.policy_key) != 0) {
		return -EBADMSG;
	}
	answer.device = fields.device;
	answer.policy = span_z(fields.policy);
	*ret_answer = answer;
	answer = (struct answer_enrolled){0};
	return 0;
}

struct accepted_fields {
	int64_t accepted;
	int64_t format;
	const char *policy;
	const char *want;
};
static const struct json_field accepted_table[] = {
	{"accepted", JSON_WANT_INT, offsetof(struct accepted_fields, accepted), true,
		SPOOL_NUMBER_MAX},
	{"format", JSON_WANT_INT, offsetof(struct accepted_fields, format), true, 1},
	{"policy", JSON_WANT_STRING, offsetof(struct accepted_fields, policy), false, JWS_MAX},
	{"want", JSON_WANT_STRING, offsetof(struct accepted_fields, want), true, 8},
};

int answer_parse_accepted(struct span body, struct answer_accepted *ret_answer)
{
	cleanup(answer_accepted_finish) struct answer_accepted answer = {0};
	struct accepted_fields fields = {0};
	int r;

	r = decode(body, accepted_table, ARRAY_LEN(accepted_table), &fields, &fields.format,
		&answer.object);
	if (r < 0) {
		return r;
	}
	answer.want_full = strcmp(fields.want, "full") == 0;
	if (!answer.want_full && strcmp(fields.want, "delta") != 0) {
		return -EBADMSG;
	}
	answer.accepted = fields.accepted;
	answer.policy = fields.policy ? span_z(fields.policy) : (struct span){NULL, 0};
	*ret_answer = answer;
	answer = (struct answer_accepted){0};
	return 0;
}

struct erased_fields {
	bool erased;
	int64_t format;
};
static const struct json_field erased_table[] = {
	{"erased", JSON_WANT_BOOL, offsetof(struct erased_fields, erased), true, 0},
	{"format", JSON_WANT_INT, offsetof(struct erased_fields, format), true, 1},
};

int answer_parse_erased(struct span body)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct erased_fields fields = {0};
	int r;

	r = decode(body, erased_table, ARRAY_LEN(erased_table), &fields, &fields.format, &object);
	return r == 0 && !fields.erased ? -EBADMSG : r;
}

/* RFC 9110: 429 and 5xx are about the server's moment, not about what was asked. */
static bool is_busy(int64_t status)
{
	return status == 429 || (status >= 500 && status <= 599);
}

static const char *code_of(const struct spool_reply *reply, const char *unknown, const char *gone)
{
	if (reply->error != SPOOL_ERROR_NONE) {
		return spool_error_word(reply->error);
	}
	if (is_busy(reply->status)) {
		return "server-busy";
	}
	if (reply->status == 401) {
		return unknown;
	}
	if (reply->status == 410) {
		return gone;
	}
	/* a success whose body is not the API's, or a page of somebody else's */
	return reply->status < 400 || reply->status == 404 || reply->status == 405 ? "not-http"
										   : "refused";
}

const char *answer_enrol_code(const struct spool_reply *reply)
{
	return code_of(reply, "token-refused", "token-used");
}

const char *answer_device_code(const struct spool_reply *reply)
{
	return code_of(reply, "unknown-device", "refused");
}

enum answer_action answer_report_action(const struct spool_reply *reply)
{
	static const int64_t never[] = {400, 409, 413, 422};

	for (size_t i = 0; i < ARRAY_LEN(never); i++) {
		if (reply->error == SPOOL_ERROR_NONE && reply->status == never[i]) {
			return ANSWER_COLLAPSE;
		}
	}
	return ANSWER_KEEP;
}
