/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DETAIL_MAX 512

void answer_clear(struct http_answer *answer)
{
	str_finish(&answer->body);
	str_finish(&answer->link);
	*answer = (struct http_answer){0};
}

static int write_body(struct http_answer *answer, struct json_object *body)
{
	answer->body.max = ANSWER_MAX;
	return json_write_canonical(body, &answer->body);
}

int answer_json(struct http_answer *answer, int status, struct json_object *body)
{
	int r = body ? write_body(answer, body) : -ENOMEM;

	json_object_put(body);
	if (r < 0) {
		return r;
	}
	answer->status = status;
	answer->type = "application/json";
	return 0;
}

static int fill_problem(struct json_object *body, int status, const char *detail)
{
	int r = answer_add_text(body, "type", "about:blank");

	r = r < 0 ? r : answer_add_text(body, "title", http_reason(status));
	r = r < 0 ? r : answer_add_int(body, "status", status);
	return r < 0 ? r : answer_add_text(body, "detail", detail);
}

void answer_problem(struct http_answer *answer, int status, const char *what, ...)
{
	struct json_object *body = json_object_new_object();
	struct str safe = {.max = DETAIL_MAX};
	char detail[DETAIL_MAX];
	va_list args;

	va_start(args, what);
	vsnprintf(detail, sizeof(detail), what, args);
	va_end(args);
	answer_clear(answer);
	answer->status = status;
	if (body && str_append_printable(&safe, span_z(detail)) == 0 &&
		fill_problem(body, status, safe.p) == 0 && write_body(answer, body) == 0) {
		answer->type = "application/problem+json";
	} else {
		str_finish(&answer->body);
	}
	str_finish(&safe);
	json_object_put(body);
}

int answer_add(struct json_object *object, const char *key, struct json_object *value)
{
	if (!object || !value || json_object_object_add(object, key, value) < 0) {
		json_object_put(value);
		return -ENOMEM;
	}
	return 0;
}

int answer_add_int(struct json_object *object, const char *key, int64_t n)
{
	return answer_add(object, key, json_object_new_int64(n));
}

int answer_add_text(struct json_object *object, const char *key, const char *text)
{
	return answer_add(object, key, json_object_new_string(text));
}

int answer_add_span(struct json_object *object, const char *key, struct span text)
{
	return text.len > INT_MAX
		       ? -EINVAL
		       : answer_add(object, key, json_object_new_string_len(text.p, (int)text.len));
}

int answer_add_null(struct json_object *object, const char *key)
{
	return !object || json_object_object_add(object, key, NULL) < 0 ? -ENOMEM : 0;
}

int answer_push(struct json_object *array, struct json_object *value)
{
	if (!array || !value || json_object_array_add(array, value) < 0) {
		json_object_put(value);
		return -ENOMEM;
	}
	return 0;
}
