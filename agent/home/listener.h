/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For whom this user's sound servers take sound and pictures in, while caretakerd wants to know.
 * Which servers run is looked up once for each question, so that no socket is called that would
 * start one (systemd's sockets do); for each that runs a program of its own listens
 * (platform/media-heard.h). What neither of them can ask, as JACK, is not heard: so a question of
 * caretakerd is answered by as much as is known, and what is not known stays unknown there.
 */
#pragma once

#include "json.h"
#include "loop.h"

#define LISTENER_PAUSE_MS 300 /* between two answers: caretakerd counts them */

struct listener;
struct listener_config {
	const char *programs; /* directory of caretaker-listen-*; borrowed, as all here */
	const char *root;     /* in which run/user/UID lies */
	int proc;
	uid_t uid;
	int (*changed)(void *data); /* listener_body is another one, or was asked for anew */
	void *data;
};

must_check int listener_new(
	struct loop *loop, const struct listener_config *config, struct listener **ret_listener);
void listener_free(struct listener *listener);
void listener_stop(struct listener *listener);
/*
 * HOME_LISTEN. Told to listen again, it looks anew which servers there are, and answers anew. What
 * cannot be started is not heard. JSON_E_*
 */
must_check int listener_take(struct listener *listener, struct json_object *body);
/* HOME_STREAMS; the caller puts it. */
must_check int listener_body(const struct listener *listener, struct json_object **ret_body);
