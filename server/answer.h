/* SPDX-License-Identifier: Apache-2.0 */
/* Filling an answer: JSON, problem details (RFC 9457), and the small parts of JSON objects. */
#pragma once

#include "http.h"
#include "json.h"

#define ANSWER_MAX ((size_t)4 << 20)

/* Takes body over, also when it fails; NULL counts as out of memory. */
must_check int answer_json(struct http_answer *answer, int status, struct json_object *body);
/* Never fails: without memory the answer is a bare status. what names what is wrong and where. */
void answer_problem(struct http_answer *answer, int status, const char *what, ...)
	printf_like(3, 4);
/* Whatever was there goes away first. */
void answer_clear(struct http_answer *answer);

/* value is taken over, also on failure; NULL is out of memory */
must_check int answer_add(struct json_object *object, const char *key, struct json_object *value);
must_check int answer_add_int(struct json_object *object, const char *key, int64_t n);
must_check int answer_add_text(struct json_object *object, const char *key, const char *text);
must_check int answer_add_span(struct json_object *object, const char *key, struct span text);
must_check int answer_add_null(struct json_object *object, const char *key);
must_check int answer_push(struct json_object *array, struct json_object *value);
