/* SPDX-License-Identifier: Apache-2.0 */
#include "http-door.h"

#include "http-deadline.h"

#include <sys/socket.h>

#define US_OF_MS 1000

struct waiting {
	int fd;
	int64_t since_ms;
};

struct http_door {
	struct http_set *set;
	int fd;
	struct event *arrival, *beginning, *tick;
	bool deaf; /* accept has failed: until the next tick */
	struct waiting ring[HTTP_WAITING_MAX];
	size_t first, n;
};

/* RFC 9293 section 3.10.4: who is reset knows at once, and nothing of it stays behind here. */
static void refuse(struct http_door *door, int fd)
{
	const struct linger at_once = {.l_onoff = 1};

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(fd);
	door->set->counts.refused++;
}

static struct waiting take_first(struct http_door *door)
{
	struct waiting first = door->ring[door->first];

	door->first = (door->first + 1) % HTTP_WAITING_MAX;
	door->n--;
	return first;
}

static bool has_place(const struct http_door *door)
{
	return door->set->count < door->set->limits.connections;
}

static void let_in(struct http_door *door, size_t max)
{
	for (size_t i = 0; i < max && door->n > 0 && has_place(door); i++) {
		struct waiting first = take_first(door);

		door->set->counts.admitted++;
		(void)!http_connection_open(door->set, first.fd);
	}
}

static bool first_waits_since(const struct http_door *door, int64_t before_ms)
{
	return door->n > 0 && door->ring[door->first].since_ms <= before_ms;
}

static void refuse_late(struct http_door *door, int64_t now)
{
	while (first_waits_since(door, now - HTTP_WAIT_MS)) {
		refuse(door, take_first(door).fd);
	}
}

static bool is_behind(const struct http_door *door)
{
	const struct http_set *set = door->set;

	return set->limits.behind && set->limits.behind(set->data);
}

/* Behind all else that is to be done in this turn: the event has the lowest priority. */
static void begin_later(struct http_door *door)
{
	if (door->n > 0 && has_place(door) && !is_behind(door)) {
		event_active(door->beginning, EV_TIMEOUT, 0);
	}
}

static void look_again(struct http_door *door)
{
	const struct timeval soon = {.tv_usec = HTTP_TICK_MS * US_OF_MS};

	if ((door->n > 0 || door->deaf) && !event_pending(door->tick, EV_TIMEOUT, NULL)) {
		(void)!event_add(door->tick, &soon);
	}
}

static void begin(evutil_socket_t fd, short what, void *data)
{
	struct http_door *door = data;

	(void)fd;
	(void)what;
	refuse_late(door, http_deadline_now_ms());
	let_in(door, HTTP_BEGINNINGS_MAX);
	begin_later(door);
}

static void ticked(evutil_socket_t fd, short what, void *data)
{
	struct http_door *door = data;
	int64_t now = http_deadline_now_ms();

	(void)fd;
	(void)what;
	if (door->deaf) {
		door->deaf = event_add(door->arrival, NULL) < 0;
	}
	if (!has_place(door)) {
		http_connections_end_silent(door->set, HTTP_SILENT_MS, door->n);
	}
	if (first_waits_since(door, now - HTTP_FAIR_MS)) {
		let_in(door, 1);
	}
	refuse_late(door, now);
	begin_later(door);
	look_again(door);
}

static void take_in(struct http_door *door, int fd, int64_t now)
{
	if (door->n == HTTP_WAITING_MAX) {
		refuse(door, fd);
		return;
	}
	door->ring[(door->first + door->n++) % HTTP_WAITING_MAX] = (struct waiting){fd, now};
}

static void somebody_arrives(evutil_socket_t fd, short what, void *data)
{
	struct http_door *door = data;
	int64_t now = http_deadline_now_ms();

	(void)what;
	for (size_t i = 0; i < HTTP_ARRIVALS_MAX; i++) {
		int own = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (own < 0) {
			/* Out of descriptors or memory: whoever goes makes room. */
			if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
				door->deaf = true;
				event_del(door->arrival);
			}
			break;
		}
		take_in(door, own, now);
	}
	begin_later(door);
	look_again(door);
}

int http_door_new(struct http_set *set, int fd, struct http_door **ret_door)
{
	struct http_door *door = calloc(1, sizeof(*door));

	if (!door) {
		return -ENOMEM;
	}
	door->set = set;
	door->fd = -1;
	door->arrival = event_new(set->base, fd, EV_READ | EV_PERSIST, somebody_arrives, door);
	door->beginning = event_new(set->base, -1, 0, begin, door);
	door->tick = event_new(set->base, -1, 0, ticked, door);
	if (!door->arrival || !door->beginning || !door->tick ||
		event_priority_set(door->beginning, HTTP_PRIORITY_BEGIN) < 0 ||
		event_add(door->arrival, NULL) < 0) {
		http_door_free(door);
		return -ENOMEM;
	}
	door->fd = fd;
	*ret_door = door;
	return 0;
}

void http_door_free(struct http_door *door)
{
	if (!door) {
		return;
	}
	while (door->n > 0) {
		refuse(door, take_first(door).fd);
	}
	for (size_t i = 0; i < 3; i++) {
		struct event *event =
			(struct event *[]){door->arrival, door->beginning, door->tick}[i];

		if (event) {
			event_free(event);
		}
	}
	if (door->fd >= 0) {
		close(door->fd);
	}
	free(door);
}

void http_door_go_on(struct http_door *door)
{
	begin_later(door);
}

size_t http_door_waiting(const struct http_door *door)
{
	return door->n;
}
