/* SPDX-License-Identifier: Apache-2.0 */
/* Who tells when: posts fall due, are sent over free links, and wait as agents do when refused. */
#include "link.h"

#include "clock.h"

#include <stdio.h>
#include <string.h>

#define TICK_US 2000
#define US INT64_C(1000000)
/* agent/core/pace.h: a minute, doubled up to thirty, a quarter more or less */
#define WAIT_FIRST_US (60 * US)
#define WAIT_LAST_US (30 * 60 * US)

struct queue {
	struct fleet_post *first, **last;
};

struct run {
	const struct fleet_terms *terms;
	struct link_target target;
	struct link **links;
	struct link **free_links;
	size_t n_links, n_free;
	struct queue ready;
	struct fleet_post **sleeping; /* a heap by due_us */
	size_t n_sleeping;
	size_t n;
	size_t open; /* posts neither accepted nor given up */
	uint64_t random;
	struct fleet_result result;
};

static int64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * US + ts.tv_nsec / 1000;
}

static void swap(struct run *run, size_t a, size_t b)
{
	struct fleet_post *post = run->sleeping[a];

	run->sleeping[a] = run->sleeping[b];
	run->sleeping[b] = post;
}

static void put_to_sleep(struct run *run, struct fleet_post *post)
{
	size_t i = run->n_sleeping++;

	run->sleeping[i] = post;
	while (i > 0 && run->sleeping[(i - 1) / 2]->due_us > run->sleeping[i]->due_us) {
		swap(run, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
}

static struct fleet_post *wake_first(struct run *run)
{
	struct fleet_post *post = run->sleeping[0];
	size_t i = 0;

	run->sleeping[0] = run->sleeping[--run->n_sleeping];
	for (;;) {
		size_t least = i;

		for (size_t child = 2 * i + 1; child <= 2 * i + 2; child++) {
			if (child < run->n_sleeping &&
				run->sleeping[child]->due_us < run->sleeping[least]->due_us) {
				least = child;
			}
		}
		if (least == i) {
			return post;
		}
		swap(run, i, least);
		i = least;
	}
}

static void make_ready(struct run *run, struct fleet_post *post)
{
	post->next = NULL;
	*run->ready.last = post;
	run->ready.last = &post->next;
}

static void send_ready(struct run *run)
{
	static const char *const paths[] = {[FLEET_ENROL] = "/api/v1/enrol",
		"/api/v1/reports",
		"/api/v1/reports",
		"/api/v1/reports"};

	while (run->ready.first && run->n_free > 0) {
		struct fleet_post *post = run->ready.first;
		struct link *link = run->free_links[--run->n_free];

		run->ready.first = post->next;
		run->ready.last = post->next ? run->ready.last : &run->ready.first;
		post->began_us = now_us();
		link_set_post(link, post);
		link_send(link, paths[post->kind], (struct span){post->jws, post->len});
	}
}

/* As agents wait: no sooner than the endpoint asks, which is spread by a quarter. */
static void wait_again(struct run *run, struct fleet_post *post, int retry_after_s)
{
	int64_t wait_us = WAIT_FIRST_US;

	for (unsigned i = 0; i < post->tries && wait_us < WAIT_LAST_US; i++) {
		wait_us *= 2;
	}
	wait_us = wait_us < WAIT_LAST_US ? wait_us : WAIT_LAST_US;
	post->tries++;
	wait_us = wait_us * 3 / 4 + (int64_t)(fleet_random(&run->random) % (uint64_t)(wait_us / 2));
	if (retry_after_s > 0) {
		int64_t asked_us = retry_after_s * US;

		asked_us += (int64_t)(fleet_random(&run->random) % (uint64_t)(asked_us / 4 + 1));
		wait_us = wait_us > asked_us ? wait_us : asked_us;
	}
	post->due_us = now_us() + (int64_t)((double)wait_us / run->terms->wait_divisor);
	put_to_sleep(run, post);
}

static bool has(struct span body, const char *text)
{
	return memmem(body.p, body.len, text, strlen(text));
}

static int take_id(struct fleet_device *device, struct span body)
{
	static const char name[] = "\"device\":\"";
	const char *at = memmem(body.p, body.len, name, sizeof(name) - 1);

	if (!at || (size_t)(body.p + body.len - at) < sizeof(name) + FLEET_ID_LEN) {
		return -EBADMSG;
	}
	memcpy(device->id, at + sizeof(name) - 1, FLEET_ID_LEN);
	return 0;
}

static void accept_post(struct run *run, struct fleet_post *post, const struct link_answer *answer)
{
	struct fleet_device *device = post->device;

	if (post->kind == FLEET_ENROL && take_id(device, answer->body) < 0) {
		run->result.refused++;
		return;
	}
	if (post->kind != FLEET_ENROL) {
		device->sequence = post->sequence;
		device->want_full = has(answer->body, "\"want\":\"full\"");
		memcpy(device->failing, post->failing, sizeof(device->failing));
		run->result.wants_full += device->want_full;
	}
	run->result.took_us[run->result.accepted++] = (uint32_t)(now_us() - post->began_us);
	if (run->result.accepted == run->n / 2) {
		fputs("half\n", stderr); /* what a test that kills a process waits for */
	}
}

static void on_answer(struct link *link, const struct link_answer *answer, void *data)
{
	struct run *run = data;
	struct fleet_post *post = link_post(link);

	run->free_links[run->n_free++] = link;
	if (answer->status == 200 || answer->status == 201) {
		accept_post(run, post, answer);
		run->open--;
	} else if (answer->status == 429 || answer->status == 503 || answer->status == 0) {
		*(answer->status ? &run->result.refused_busy : &run->result.broken) += 1;
		wait_again(run, post, answer->retry_after_s);
	} else {
		if (run->result.refused++ == 0) {
			fprintf(stderr, "refused with %d: %.*s\n", answer->status,
				(int)answer->body.len, answer->body.p);
		}
		run->open--;
	}
	send_ready(run);
	if (run->open == 0) {
		event_base_loopbreak(run->target.base);
	}
}

static void tick(evutil_socket_t fd, short what, void *data)
{
	struct run *run = data;
	int64_t now = now_us();

	(void)fd;
	(void)what;
	while (run->n_sleeping > 0 && run->sleeping[0]->due_us <= now) {
		make_ready(run, wake_first(run));
	}
	send_ready(run);
}

static SSL_CTX *new_tls(void)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_client_method());

	/* Devices pin the key; that costs nothing to speak of, and is left out. */
	if (tls) {
		SSL_CTX_set_verify(tls, SSL_VERIFY_NONE, NULL);
		SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
	}
	return tls;
}

static int start(struct run *run, struct fleet_post *posts, size_t n)
{
	const struct fleet_terms *terms = run->terms;
	int64_t now = now_us();

	run->links = calloc(terms->connections, sizeof(*run->links));
	run->free_links = calloc(terms->connections, sizeof(*run->free_links));
	run->sleeping = calloc(n, sizeof(*run->sleeping));
	run->result.took_us = calloc(n, sizeof(*run->result.took_us));
	run->target = (struct link_target){.base = event_base_new(),
		.tls = new_tls(),
		.address = terms->address,
		.port = terms->port,
		.fresh = terms->fresh,
		.fn = on_answer,
		.data = run};
	if (!run->links || !run->free_links || !run->sleeping || !run->result.took_us ||
		!run->target.base || !run->target.tls) {
		return -ENOMEM;
	}
	for (; run->n_links < terms->connections; run->n_links++) {
		struct link **link = &run->links[run->n_links];

		if (link_new(&run->target, link) < 0) {
			return -ENOMEM;
		}
		run->free_links[run->n_free++] = *link;
	}
	for (size_t i = 0; i < n; i++) {
		double part = (double)(fleet_random(&run->random) >> 11) / (double)(1ULL << 53);

		posts[i].due_us = now + (int64_t)(part * terms->window_s * (double)US);
		put_to_sleep(run, &posts[i]);
	}
	return 0;
}

static void stop(struct run *run)
{
	for (size_t i = 0; i < run->n_links; i++) {
		link_free(run->links[i]);
	}
	if (run->target.base) {
		event_base_loop(run->target.base, EVLOOP_NONBLOCK);
		event_base_free(run->target.base);
	}
	SSL_CTX_free(run->target.tls);
	free(run->links);
	free(run->free_links);
	free(run->sleeping);
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

int fleet_run(const struct fleet_terms *terms, struct fleet_post *posts, size_t n,
	struct fleet_result *ret_result)
{
	const struct timeval every = {.tv_usec = TICK_US};
	struct run run = {.terms = terms, .n = n, .open = n, .random = (uint64_t)now_us()};
	struct event *ticks = NULL;
	int64_t began_us;
	int r;

	run.ready.last = &run.ready.first;
	r = start(&run, posts, n);
	began_us = now_us();
	if (r == 0) {
		ticks = event_new(run.target.base, -1, EV_PERSIST, tick, &run);
		r = ticks && event_add(ticks, &every) == 0 ? 0 : -ENOMEM;
	}
	if (r == 0 && event_base_dispatch(run.target.base) < 0) {
		r = -EIO;
	}
	run.result.seconds = (double)(now_us() - began_us) / (double)US;
	if (ticks) {
		event_free(ticks);
	}
	stop(&run);
	if (r < 0) {
		free(run.result.took_us);
		return r;
	}
	qsort(run.result.took_us, run.result.accepted, sizeof(uint32_t), compare);
	*ret_result = run.result;
	return 0;
}

void fleet_result_finish(struct fleet_result *result)
{
	free(result->took_us);
	result->took_us = NULL;
}
