/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The real caretaker-home, as some user, with a test in caretakerd's place. Run by root it becomes
 * uid 65534 for that; the fake home then belongs to it. HOME_PATH names the program.
 */
#pragma once

#include "fake.h"

#define WORKER_CONFIG "home/.config/teams-for-linux/config.json"

struct worker {
	struct fake *fake;
	char socket[96];
	int listener, fd;
	pid_t pid;
};

/* For cmocka's setup and teardown: teams-for-linux is installed, nothing runs yet */
int worker_new(void **state);
int worker_free(void **state);

void worker_listen(struct worker *worker);
void worker_launch(struct worker *worker);
/* Becomes the program, in a child */
void worker_run(const struct worker *worker, bool as_root);
void worker_take_hello(struct worker *worker);
/* Until there is something to read; false after a minute */
bool worker_wait(int fd);

void worker_send_settings(struct worker *worker, bool keep);
/* left: JSON, what is only looked at */
void worker_send_settings_leaving(struct worker *worker, bool keep, const char *left);
/* The next one; json_object_put */
struct json_object *worker_take_state(struct worker *worker);
/* Takes states until one has this; earlier ones may still tell of what came before */
struct json_object *worker_wait_state(struct worker *worker, const char *result, const char *error);
struct json_object *worker_list(struct json_object *state, const char *name);
/* How many changes of a state have this result and error */
size_t worker_count(struct json_object *state, const char *result, const char *error);

/* Gives a file or folder of the fake home to the worker's account. */
void worker_give(struct worker *worker, const char *name);
/* As an editor does it: a new file, renamed onto the old one */
void worker_edit(struct worker *worker, const char *text);
