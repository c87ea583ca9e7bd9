/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells this user, in their session, what is allowed for a while here (before it starts, while it
 * runs at each sign-in, and that it ended), that settings wait for a yes, and what has to be
 * closed, or signed out of, before what is kept counts: once in each session. It starts
 * caretaker-notify (crier.h) and remembers what that has shown; without a session bus it is quiet,
 * and tries again when there is something new.
 */
#pragma once

#include "json.h"
#include "loop.h"
#include "sysroot.h"

#include <sys/types.h>

#define TIDINGS_LATER_MAX 128 /* rows that caretakerd may send */

struct tidings;
struct tidings_config {
	const char *program;	       /* caretaker-notify's path, as all here borrowed */
	const char *data;	       /* its texts; NULL: the installed ones */
	const char *root;	       /* as a path, for who is started here */
	const struct sysroot *sysroot; /* the same */
	uid_t uid;
	int state; /* where told.json lies; -1: nowhere */
};

must_check int tidings_new(
	struct loop *loop, const struct tidings_config *config, struct tidings **ret_tidings);
void tidings_free(struct tidings *tidings);
struct tidings_news {
	struct json_object *exemptions, *later; /* of HOME_SETTINGS, or NULL */
	int64_t asked;				/* settings that wait for a yes */
	int64_t policy;				/* under this version of it */
};
must_check int tidings_take(struct tidings *tidings, const struct tidings_news *news);
/* This client runs here, and something of it counts once it has been closed. -ENOMEM */
must_check int tidings_reopen(struct tidings *tidings, const char *client);
