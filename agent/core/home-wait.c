/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting for the workers: a state says which message it answers, by the number that came with it.
 * What an undo did is told by one state and gone from the next, so each one on the way counts.
 */
#include "homes-parts.h"

#include "rules.h"

#include <stdio.h>
#include <string.h>

struct home_wait {
	struct home_wait *next;
	struct homes *homes;
	int64_t first; /* a state before this one answers something older */
	int64_t last;
	struct loop_source *timer; /* out of time, or nobody to wait for */
	struct json_build *changes;
	homes_heard_fn fn;
	void *data;
	char client[RULES_CLIENT_MAX + 1]; /* empty for all */
};

static bool is_waited_for(const struct home_wait *wait, const struct home *home)
{
	return home->fd >= 0 && home->greeted && home->state.serial < wait->last;
}

static size_t count_unheard(const struct home_wait *wait)
{
	size_t n = 0;

	for (const struct home *home = wait->homes->list; home; home = home->next) {
		n += is_waited_for(wait, home);
	}
	return n;
}

static void unlink_wait(struct home_wait *wait)
{
	for (struct home_wait **p = &wait->homes->waits; *p; p = &(*p)->next) {
		if (*p == wait) {
			*p = wait->next;
			break;
		}
	}
	loop_source_free(wait->timer);
}

static void finish(struct home_wait *wait)
{
	size_t unheard = count_unheard(wait);

	unlink_wait(wait);
	wait->fn(unheard, wait->data);
	free(wait);
}

static bool is_text(struct json_object *change, const char *name, const char *text)
{
	const char *value = json_object_get_string(json_object_object_get(change, name));

	return value && strcmp(value, text) == 0;
}

/* What was done is told by one state alone; what stands in the way by each, so only by the last. */
static bool is_news(
	const struct home_wait *wait, const struct home *home, struct json_object *change)
{
	if (wait->client[0] != '\0' && !is_text(change, "client", wait->client)) {
		return false;
	}
	if (is_text(change, "result", "applied") || is_text(change, "result", "undone")) {
		return true;
	}
	return home->state.serial >= wait->last && !is_text(change, "result", "planned");
}

static void collect(struct home_wait *wait, const struct home *home)
{
	struct json_object *changes = home->state.changes;

	for (size_t i = 0; changes && i < json_object_array_length(changes); i++) {
		struct json_object *change = json_object_array_get_idx(changes, i);

		if (is_news(wait, home, change)) {
			json_build_share(wait->changes, NULL, change);
		}
	}
}

void home_wait_heard(struct homes *homes, const struct home *home)
{
	struct home_wait *next;

	for (struct home_wait *wait = homes->waits; wait; wait = next) {
		next = wait->next;
		if (home->fd >= 0 && home->state.serial >= wait->first) {
			collect(wait, home);
		}
		if (count_unheard(wait) == 0) {
			/* from the loop, since whoever waits may still be at asking others */
			(void)!loop_timer_set(wait->timer, 0);
		}
	}
}

static int on_timer(struct loop_source *source, void *data)
{
	(void)source;
	finish(data);
	return 0;
}

static size_t count_waits(const struct homes *homes)
{
	size_t n = 0;

	for (const struct home_wait *wait = homes->waits; wait; wait = wait->next) {
		n++;
	}
	return n;
}

int homes_await(struct homes *homes, const char *client, struct json_build *changes,
	homes_heard_fn fn, void *data)
{
	struct home_wait *wait;
	int r;

	if (count_waits(homes) >= HOMES_WAITS_MAX) {
		return -ENOSPC;
	}
	wait = calloc(1, sizeof(*wait));
	if (!wait) {
		return -ENOMEM;
	}
	*wait = (struct home_wait){.homes = homes,
		.first = homes->asked_first,
		.last = homes->serial,
		.changes = changes,
		.fn = fn,
		.data = data};
	(void)snprintf(wait->client, sizeof(wait->client), "%s", client ? client : "");
	r = loop_add_timer(homes->core->loop, on_timer, wait, &wait->timer);
	if (r == 0) {
		r = loop_timer_set(wait->timer, count_unheard(wait) > 0 ? HOMES_WAIT_MS : 0);
	}
	if (r < 0) {
		loop_source_free(wait->timer);
		free(wait);
		return r;
	}
	wait->next = homes->waits;
	homes->waits = wait;
	return 0;
}

void home_wait_free_all(struct homes *homes)
{
	while (homes->waits) {
		struct home_wait *wait = homes->waits;

		unlink_wait(wait);
		free(wait);
	}
}
