/* SPDX-License-Identifier: Apache-2.0 */
#include "spool.h"

#include <stdio.h>
#include <string.h>

#define NUMBER_LEN 8

static const char *const kind_words[SPOOL_KIND_COUNT] = {
	[SPOOL_ENROL] = "enrol",
	[SPOOL_REPORT] = "report",
	[SPOOL_LEAVE] = "leave",
};

static const char *const error_words[SPOOL_ERROR_COUNT] = {
	[SPOOL_ERROR_NONE] = "none",
	[SPOOL_ERROR_NOT_HTTP] = "not-http",
	[SPOOL_ERROR_TIMEOUT] = "timeout",
	[SPOOL_ERROR_TOO_LARGE] = "too-large",
	[SPOOL_ERROR_UNREACHABLE] = "unreachable",
	[SPOOL_ERROR_WRONG_KEY] = "wrong-key",
};

const char *spool_error_word(enum spool_error error)
{
	return error_words[error];
}

/* "NNNNNNNN." and what follows it */
static int split_name(struct span name, int64_t *ret_number, struct span *ret_word)
{
	uint64_t number;

	if (name.len <= NUMBER_LEN + 1 || name.p[NUMBER_LEN] != '.') {
		return -EINVAL;
	}
	if (span_u64((struct span){name.p, NUMBER_LEN}, &number) != 0) {
		return -EINVAL;
	}
	*ret_word = (struct span){name.p + NUMBER_LEN + 1, name.len - NUMBER_LEN - 1};
	*ret_number = (int64_t)number;
	return 0;
}

static struct spool_name format_name(int64_t number, const char *word)
{
	struct spool_name name = {{0}};

	(void)snprintf(name.text, sizeof(name.text), "%08u.%s",
		(unsigned)(number % (SPOOL_NUMBER_MAX + 1)), word);
	return name;
}

int spool_name_parse(struct span name, int64_t *ret_number, enum spool_kind *ret_kind)
{
	struct span word;
	int64_t number;

	if (split_name(name, &number, &word) != 0) {
		return -EINVAL;
	}
	for (size_t i = 0; i < ARRAY_LEN(kind_words); i++) {
		if (span_eq(word, kind_words[i])) {
			*ret_number = number;
			*ret_kind = (enum spool_kind)i;
			return 0;
		}
	}
	return -EINVAL;
}

struct spool_name spool_name_format(int64_t number, enum spool_kind kind)
{
	return format_name(number, kind_words[kind]);
}

int spool_reply_name_parse(struct span name, int64_t *ret_number)
{
	struct span word;
	int64_t number;

	if (split_name(name, &number, &word) != 0 || !span_eq(word, "reply")) {
		return -EINVAL;
	}
	*ret_number = number;
	return 0;
}

struct spool_name spool_reply_name_format(int64_t number)
{
	return format_name(number, "reply");
}

struct endpoint_fields {
	int64_t format;
	struct json_object *pins;
	const char *url;
};
static const struct json_field endpoint_table[] = {
	{"format", JSON_WANT_INT, offsetof(struct endpoint_fields, format), true, 1},
	{"pins", JSON_WANT_ARRAY, offsetof(struct endpoint_fields, pins), true, ENROL_PINS_MAX},
	{"url", JSON_WANT_STRING, offsetof(struct endpoint_fields, url), true, ENROL_URL_MAX},
};

static int fail(struct json_error *error, const char *where, const char *what)
{
	if (error) {
		(void)snprintf(error->where, sizeof(error->where), "%s", where);
		error->what = what;
	}
	return -EBADMSG;
}

int spool_endpoint_parse(
	struct span text, struct spool_endpoint *ret_endpoint, struct json_error *error)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct endpoint_fields fields = {0};
	struct spool_endpoint endpoint = {{0}};
	int r;

	r = json_parse(text, &object, error);
	if (r == 0) {
		r = json_decode(object, endpoint_table, ARRAY_LEN(endpoint_table), &fields, error);
	}
	if (r != 0) {
		return r < 0 ? r : -EBADMSG;
	}
	if (fields.format != 1) {
		return fail(error, "format", "is not 1");
	}
	if (!enrol_url_valid(span_z(fields.url))) {
		return fail(error, "url", "is no https address of a server");
	}
	memcpy(endpoint.url, fields.url, strlen(fields.url) + 1);
	r = pins_parse(fields.pins, &endpoint.pins, error);
	if (r == 0) {
		*ret_endpoint = endpoint;
	}
	return r;
}

int spool_endpoint_write(const struct spool_endpoint *endpoint, struct str *out)
{
	int r = str_append_z(out, "{\"format\":1,\"pins\":[");

	for (size_t i = 0; r == 0 && i < endpoint->pins.n; i++) {
		r = str_appendf(out, "%s\"%s\"", i > 0 ? "," : "", endpoint->pins.list[i]);
	}
	return r == 0 ? str_appendf(out, "],\"url\":\"%s\"}", endpoint->url) : r;
}

void spool_reply_finish(struct spool_reply *reply)
{
	free(TAKE_PTR(reply->body));
}

struct reply_fields {
	int64_t format;
	int64_t status;
	int64_t retry_after;
	struct json_object *body;
	const char *error;
};
static const struct json_field reply_table[] = {
	{"body", JSON_WANT_ANY, offsetof(struct reply_fields, body), false, 0},
	{"error", JSON_WANT_STRING, offsetof(struct reply_fields, error), false, 16},
	{"format", JSON_WANT_INT, offsetof(struct reply_fields, format), true, 1},
	{"retry_after", JSON_WANT_INT, offsetof(struct reply_fields, retry_after), false,
		SPOOL_RETRY_AFTER_MAX_S},
	{"status", JSON_WANT_INT, offsetof(struct reply_fields, status), true, 599},
};

static int parse_failure(const char *word, struct spool_reply *ret_reply, struct json_error *error)
{
	for (size_t i = SPOOL_ERROR_NONE + 1; word && i < ARRAY_LEN(error_words); i++) {
		if (span_eq(span_z(word), error_words[i])) {
			*ret_reply = (struct spool_reply){.error = (enum spool_error)i};
			return 0;
		}
	}
	return fail(error, "error", "is no known word");
}

int spool_reply_parse(struct span text, struct spool_reply *ret_reply, struct json_error *error)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct reply_fields fields = {0};
	struct spool_reply reply = {0};
	int r;

	r = json_parse(text, &object, error);
	if (r == 0) {
		r = json_decode(object, reply_table, ARRAY_LEN(reply_table), &fields, error);
	}
	if (r != 0) {
		return r < 0 ? r : -EBADMSG;
	}
	if (fields.format != 1) {
		return fail(error, "format", "is not 1");
	}
	if (fields.status == 0) {
		return parse_failure(fields.error, ret_reply, error);
	}
	if (fields.status < 100 || fields.error ||
		!json_object_is_type(fields.body, json_type_string)) {
		return fail(error, "status", "does not go with the other fields");
	}
	if (fields.retry_after < 0 || fields.retry_after > SPOOL_RETRY_AFTER_MAX_S) {
		return fail(error, "retry_after", "is out of range");
	}
	reply.status = fields.status;
	reply.retry_after_s = fields.retry_after;
	reply.body_len = (size_t)json_object_get_string_len(fields.body);
	reply.body = span_dup((struct span){json_object_get_string(fields.body), reply.body_len});
	if (!reply.body) {
		return fail(error, "body", "holds a NUL byte");
	}
	*ret_reply = reply;
	return 0;
}

int spool_reply_write(const struct spool_reply *reply, struct str *out)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct json_object *text;

	if (reply->error != SPOOL_ERROR_NONE) {
		return str_appendf(out, "{\"error\":\"%s\",\"format\":1,\"status\":0}",
			spool_error_word(reply->error));
	}
	if (!utf8_valid((struct span){reply->body, reply->body_len}) ||
		memchr(reply->body, '\0', reply->body_len)) {
		return -EILSEQ;
	}
	object = json_object_new_object();
	text = json_object_new_string_len(reply->body, (int)reply->body_len);
	if (!object || !text || json_object_object_add(object, "body", text) != 0) {
		json_object_put(text);
		return -ENOMEM;
	}
	if (json_object_object_add(object, "format", json_object_new_int(1)) != 0 ||
		json_object_object_add(object, "status", json_object_new_int64(reply->status)) !=
			0 ||
		(reply->retry_after_s > 0 &&
			json_object_object_add(object, "retry_after",
				json_object_new_int64(reply->retry_after_s)) != 0)) {
		return -ENOMEM;
	}
	return json_write_canonical(object, out);
}
