/* SPDX-License-Identifier: Apache-2.0 */
/* Whose setting a name is, when somebody names a setting and no program. */
#pragma once

#include "control.h"
#include "rules.h"

#define KEY_OWNERS_MAX 16

struct key_owners {
	char ids[KEY_OWNERS_MAX][RULES_CLIENT_MAX + 1];
	size_t n;
};

/* Whether caretaker-hand wrote that setting of the client and has not put it back */
bool key_owners_wrote(const struct core *core, const char *client, const char *key);
/*
 * The clients that have a setting of this name and are installed, as far as who asks may see, or in
 * which it was written; each once, sorted, no more than there is room for. -errno
 */
must_check int key_owners_find(
	const struct core *core, const struct control_call *call, struct key_owners *ret_owners);
