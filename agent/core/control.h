/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control.sock: one request, one answer. Any user may connect; SO_PEERCRED says who it is, and a
 * verb that changes something is for root and the group caretaker-admin (SO_PEERGROUPS). A peer
 * that is slow, hostile or too eager is dropped.
 */
#pragma once

#include "core.h"
#include "json-build.h"

#include <sys/types.h>

#define CONTROL_PEERS_MAX 32
#define CONTROL_PEERS_OF_USER_MAX 6 /* root aside */
#define CONTROL_IDLE_MS 20000	    /* without a request */
#define CONTROL_GROUP "caretaker-admin"

struct control;

/* What a verb is given. */
struct control_call {
	uint64_t peer; /* answer it with control_reply or control_fail, now or later */
	uid_t uid;
	bool admin;
	/* of the request, valid during the call; NULL when absent */
	const char *client;
	const char *key;
	const char *only;
	const char *string;
	const char *id;
	struct json_object *exemption;
	bool follow; /* not one answer, but each that is another */
};

/* listen_fd stays the caller's. */
must_check int control_new(struct core *core, int listen_fd, struct control **ret_control);
void control_free(struct control *control);
void control_free_p(struct control **control);

/* Answers go nowhere when the peer is gone meanwhile. Each ends the peer's request. */
void control_reply(struct control *control, uint64_t peer, struct json_build *body);
void control_reply_object(struct control *control, uint64_t peer, struct json_object *body);
void control_fail(struct control *control, uint64_t peer, const char *code, const char *text);
/*
 * An answer that more of the same follow: the request stays open, and the peer may ask nothing
 * else. False when the peer is gone.
 */
bool control_push(struct control *control, uint64_t peer, struct json_object *body);
bool control_has(const struct control *control, uint64_t peer);
/* step is a text key */
void control_progress(struct control *control, uint64_t peer, const char *step, int done, int of);

/* control-exempt.c: what is agreed to, and what is let go for a while */
must_check int control_consent(struct core *core, const struct control_call *call);
must_check int control_exempt_list(struct core *core, const struct control_call *call);
must_check int control_exempt_give(struct core *core, const struct control_call *call);
must_check int control_exempt_end(struct core *core, const struct control_call *call);

/* control-switch.c: the family's switch */
must_check int control_switches(struct core *core, const struct control_call *call);
must_check int control_switch(struct core *core, const struct control_call *call);

/* control-verbs.c: looks the verb up, checks who asks and with what, and runs it. */
must_check int control_dispatch(
	struct core *core, struct control_call *call, struct json_object *request);
/* What one request costs of a user's allowance (rate.h); 1 when it will only be refused */
unsigned control_cost(struct json_object *request, bool admin);
