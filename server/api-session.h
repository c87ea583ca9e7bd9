/* SPDX-License-Identifier: Apache-2.0 */
/* What the ways into the console share. */
#pragma once

#include "api.h"
#include "factors.h"

#define SESSION_LINK_MAX 64

struct session_state {
	char name[AUTH_NAME_MAX + 1];
	char password[PASSWORD_MAX + 1];
	char link[SESSION_LINK_MAX + 1];
	char code[FACTORS_TEXT_MAX + 1];
	struct password hashed;
	bool tried;
};

struct session_body {
	const char *code;
	const char *link;
	const char *name;
	const char *password;
};

/* Into call->state, a struct session_state; or the answer is a 400. */
bool session_read_body(struct api_call *call, const struct json_field *fields, size_t n);
/* Starts a session of state->name and answers with it. */
must_check int session_sign_in(
	struct api_call *call, struct store *store, int status, const char *action);
