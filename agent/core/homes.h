/* SPDX-License-Identifier: Apache-2.0 */
/*
 * home.sock: the workers of the users who are logged in. A worker is believed only about its own
 * uid, only when that uid is a person's, and only when the process is the one that init or the
 * supervisor started (home-genuine.h). What it says stays that user's claim. When it is gone, the
 * last it said is shown with the time at which it was said.
 */
#pragma once

#include "core.h"
#include "json-build.h"

#include <sys/types.h>

#define HOMES_MAX 64
#define HOMES_CLIENTS_MAX 64
#define HOMES_RESTORED_MAX 32

struct homes;

/* listen_fd stays the caller's. */
must_check int homes_new(struct core *core, int listen_fd, struct homes **ret_homes);
void homes_free(struct homes *homes);
void homes_free_p(struct homes **homes);

/* Policy or the owner's word changed: tells every worker what to keep now. */
void homes_settings_changed(struct homes *homes);
/* Tells every worker to put back; NULL for all. */
void homes_undo(struct homes *homes, const char *client, const char *key);

/* Of every user for an administrator, else of uid alone. client NULL for all. */
void homes_add_clients(const struct homes *homes, uid_t uid, bool admin, struct json_build *array);
void homes_add_changes(const struct homes *homes, uid_t uid, bool admin, const char *client,
	bool planned_too, struct json_build *array);
void homes_add_restored(const struct homes *homes, uid_t uid, bool admin, struct json_build *array);
