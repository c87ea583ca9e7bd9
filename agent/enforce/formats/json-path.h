/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a value lies in a JSON document: names from the root, joined by dots; a name that holds a
 * dot, a bracket or a quote is written as a JSON string in brackets:
 * `policies.Preferences["privacy.globalprivacycontrol.enabled"].Value`.
 */
#pragma once

#include "base.h"
#include "str.h"

#define JSON_PATH_DEPTH_MAX 8
#define JSON_PATH_TEXT_MAX 256

struct json_path {
	char text[JSON_PATH_TEXT_MAX]; /* the names, each terminated */
	uint16_t start[JSON_PATH_DEPTH_MAX];
	size_t n;
};

/* -EINVAL on an empty name, a backslash, a control character, or more than the maxima */
must_check int json_path_parse(struct span text, struct json_path *ret_path);
static inline const char *json_path_name(const struct json_path *path, size_t i)
{
	return path->text + path->start[i];
}
/* The path of the first n names, in the notation above; -ENOSPC */
must_check int json_path_write(const struct json_path *path, size_t n, struct str *out);
