/* SPDX-License-Identifier: Apache-2.0 */
/* One TLS connection to the endpoint, over which one post after the other is sent. */
#pragma once

#include "fleet.h"

#include <event2/event.h>
#include <openssl/ssl.h>

struct link_answer {
	int status; /* 0: the connection broke before an answer */
	int retry_after_s;
	struct span body; /* during the call alone */
	bool closed;	  /* the connection is gone: the next post makes a new one */
};

struct link;
/* The link is free again by then. */
typedef void (*link_answer_fn)(struct link *link, const struct link_answer *answer, void *data);

struct link_target {
	struct event_base *base;
	SSL_CTX *tls;
	const char *address;
	uint16_t port;
	bool fresh; /* each post over a connection of its own */
	link_answer_fn fn;
	void *data;
};

must_check int link_new(const struct link_target *target, struct link **ret_link);
void link_free(struct link *link);
/* fn is called exactly once for it, never before this returns. */
void link_send(struct link *link, const char *path, struct span body);
/* What the caller keeps with it */
void link_set_post(struct link *link, struct fleet_post *post);
struct fleet_post *link_post(const struct link *link);
