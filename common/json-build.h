/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building JSON with one check at the end: a step after a failed one does nothing, and
 * json_build_finish tells. name is NULL when the thing built is an array.
 */
#pragma once

#include "json.h"

struct json_build {
	struct json_object *value; /* owned until finished */
	int error;
};

struct json_build json_build_object(void);
struct json_build json_build_array(void);
void json_build_drop(struct json_build *build); /* for cleanup(); fine when finished */

void json_build_string(struct json_build *build, const char *name, const char *text);
void json_build_span(struct json_build *build, const char *name, struct span text);
void json_build_int(struct json_build *build, const char *name, int64_t number);
void json_build_bool(struct json_build *build, const char *name, bool value);
void json_build_null(struct json_build *build, const char *name);
/* Takes the value over, also on failure; NULL counts as out of memory. */
void json_build_take(struct json_build *build, const char *name, struct json_object *value);
/* Takes another reference; NULL gives null. */
void json_build_share(struct json_build *build, const char *name, struct json_object *value);
/* Takes over what the other has built; its failure becomes this one's. */
void json_build_join(struct json_build *build, const char *name, struct json_build *other);

must_check int json_build_finish(struct json_build *build, struct json_object **ret_value);
