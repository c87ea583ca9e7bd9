/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One POST to the school endpoint over HTTPS. The server is who holds one of the pinned keys: no
 * certificate authority, no name and no date in a certificate is asked, so neither a foreign CA
 * nor an expired certificate matters. Redirects, proxies, cookies and HTTP/0.9 are refused.
 */
#pragma once

#include "spool.h"

#define TRANSPORT_CONNECT_TIMEOUT_S 15L
#define TRANSPORT_TIMEOUT_S 60L
#define TRANSPORT_LOW_SPEED_BYTES 64L /* a second, over ... */
#define TRANSPORT_LOW_SPEED_S 20L

/* Seconds; a test shortens them, 0 takes the ones above. */
struct transport_limits {
	long connect_s;
	long total_s;
};

struct transport;

must_check int transport_new(const struct spool_endpoint *endpoint,
	const struct transport_limits *limits, struct transport **ret_transport);
void transport_free(struct transport *transport);
void transport_free_p(struct transport **transport);

/*
 * Posts body as application/jose to path ("/api/v1/reports"). 0 with the reply filled, which the
 * caller finishes, also when there was no answer: reply.error then says why. -errno of our own.
 */
must_check int transport_post(struct transport *transport, const char *path, struct span body,
	struct spool_reply *ret_reply);
