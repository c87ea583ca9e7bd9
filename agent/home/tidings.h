/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells this user, in their session, what is allowed for a while here (before it starts, while it
 * runs at each sign-in, and that it ended) and that settings wait for a yes. Each once. It starts
 * caretaker-notify, one at a time, and remembers what that has shown; without a session bus it is
 * quiet, and tries again when there is something new.
 */
#pragma once

#include "json.h"
#include "loop.h"

#include <sys/types.h>

struct tidings;
struct tidings_config {
	const char *program; /* caretaker-notify's path, as all here borrowed */
	const char *data;    /* its texts; NULL: the installed ones */
	const char *root;
	uid_t uid;
	int state; /* where told.json lies; -1: nowhere */
};

must_check int tidings_new(
	struct loop *loop, const struct tidings_config *config, struct tidings **ret_tidings);
void tidings_free(struct tidings *tidings);
/* asked: settings that wait for a yes under this version of the policy. -ENOMEM */
must_check int tidings_take(
	struct tidings *tidings, struct json_object *exemptions, int64_t asked, int64_t policy);
