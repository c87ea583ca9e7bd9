/* SPDX-License-Identifier: Apache-2.0 */
/* TLS of the server, and each connection's deadline and count. Included by http.c alone. */
#pragma once

#include "base.h"

#include <event2/bufferevent.h>
#include <event2/event.h>

struct tls;
struct tls_connection;

/* changed: called on the event thread whenever count went up or down */
must_check int tls_new(
	struct event_base *base, void (*changed)(void *data), void *data, struct tls **ret_tls);
void tls_free(struct tls *tls); /* after the last connection went */
/* -EBADMSG on a certificate or key that is none, or that do not belong together */
must_check int tls_load(struct tls *tls, struct span cert_pem, struct span key_pem);
bool tls_loaded(const struct tls *tls);
size_t tls_count(const struct tls *tls);

/* A bufferevent for a connection that is being accepted, its clock running; NULL: no memory */
struct bufferevent *tls_accept(struct tls *tls, int deadline_s);
bool tls_is(struct bufferevent *bev);
/* Starts the clock of this connection anew; 0 stops it. Past it the connection is shut down. */
void tls_deadline(struct bufferevent *bev, int deadline_s);
