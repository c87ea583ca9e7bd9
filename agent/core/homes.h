/* SPDX-License-Identifier: Apache-2.0 */
/*
 * home.sock: the workers of the users who are logged in. A worker is believed only about its own
 * uid, only when that uid is a person's, and only when the process is the one that init or the
 * supervisor started (home-genuine.h). What it says stays that user's claim. When it is gone or
 * hangs, the last it said is shown with the time at which it was said.
 */
#pragma once

#include "core.h"
#include "json-build.h"

#include <sys/types.h>

#define HOMES_MAX 64
#define HOMES_CLIENTS_MAX 64
#define HOMES_RESTORED_MAX 32
/* A worker that has not answered by then is slow, stopped or hostile. */
#define HOMES_WAIT_MS 5000
#define HOMES_WAITS_MAX 32
/*
 * Asked and looked at that often without an answer, a worker hangs: in a system call on a home
 * whose server is away, or stopped by its user. Two looks, since the clock runs on while the
 * machine sleeps.
 */
#define HOMES_QUIET_MS 10000
#define HOMES_QUIET_MAX 2

struct homes;

/* listen_fd stays the caller's. */
must_check int homes_new(struct core *core, int listen_fd, struct homes **ret_homes);
void homes_free(struct homes *homes);
void homes_free_p(struct homes **homes);

/* Policy or the owner's word changed: tells every worker what to keep now. */
void homes_settings_changed(struct homes *homes);
/* Something was kept, or a program closed: tells those for whom other things count later. */
void homes_later_changed(struct homes *homes);
/* Tells every worker to put back, NULL for all; then what to keep now. */
void homes_undo(struct homes *homes, const char *client, const char *key);

/* unheard: workers that have not said in time what became of it */
typedef void (*homes_heard_fn)(size_t unheard, void *data);
/*
 * Calls fn, once, when every worker has answered the last homes_settings_changed or homes_undo, or
 * after HOMES_WAIT_MS, but never before this returns. Meanwhile changes (CHANGE), which outlives
 * the call, gets what they did or could not do; client NULL for all.
 */
must_check int homes_await(struct homes *homes, const char *client, struct json_build *changes,
	homes_heard_fn fn, void *data);

/* Tells that user's worker whether to say who is behind the sound server's streams. */
void homes_listen(struct homes *homes, uid_t uid, bool on);

/* Of every user for an administrator, else of uid alone. client NULL for all. */
void homes_add_clients(const struct homes *homes, uid_t uid, bool admin, struct json_build *array);
void homes_add_changes(const struct homes *homes, uid_t uid, bool admin, const char *client,
	bool planned_too, struct json_build *array);
/* Changes that wait for the owner's yes */
size_t homes_asked(const struct homes *homes, uid_t uid, bool admin);
void homes_add_restored(const struct homes *homes, uid_t uid, bool admin, struct json_build *array);
