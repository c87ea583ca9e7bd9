/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where clients arrive, before anything is spent on them: a handshake is most of what a report
 * costs. They are let in one after the other whenever nothing waits that was begun already, here
 * or for a thread (http_limits.behind), so that whoever is let in is served at once, and nobody of
 * them holds what others wait for. Who would wait longer than HTTP_WAIT_MS is refused by a reset,
 * which costs next to nothing: an agent keeps what it has to tell and comes back by its own
 * back-off (agent/core/pace.h).
 *
 * Where all places are taken, whoever has said nothing whole for HTTP_SILENT_MS loses its own to
 * those who wait, the longest silent first. No address is looked at.
 */
#pragma once

#include "http-connection.h"

#define HTTP_BACKLOG 4096     /* of the kernel, which is emptied in each turn of the loop */
#define HTTP_WAITING_MAX 1024 /* sockets that wait at one door */
#define HTTP_WAIT_MS 250      /* each of them, at most; of what a device may wait for in all, 1 s */
#define HTTP_FAIR_MS 150      /* after it one is let in, however much else there is to do */
#define HTTP_TICK_MS 50	      /* how often the two are looked at while somebody waits */
#define HTTP_ARRIVALS_MAX 64  /* taken in one turn of the loop */
#define HTTP_BEGINNINGS_MAX 2 /* let in one after the other before what was begun goes on */
#define HTTP_SILENT_MS 2000

struct http_door;

/* Takes fd, which listens and does not block, over when it succeeds. */
must_check int http_door_new(struct http_set *set, int fd, struct http_door **ret_door);
void http_door_free(struct http_door *door); /* refuses who waits; NULL is fine */
/* There may be a place again. */
void http_door_go_on(struct http_door *door);
size_t http_door_waiting(const struct http_door *door);
