/* SPDX-License-Identifier: Apache-2.0 */
/* Whether parts of a policy are what its schema says; policy.c puts them together. */
#pragma once

#include "json.h"

/* Small letters, digits, and this separator between them; at most POLICY_WORD_MAX */
bool policy_word_valid(const char *word, char separator);
/* 0, or POLICY_E_SCHEMA with error filled */
must_check int policy_check_controls(struct json_object *controls, struct json_error *error);
must_check int policy_check_clients(struct json_object *clients, struct json_error *error);
