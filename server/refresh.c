/* SPDX-License-Identifier: Apache-2.0 */
#include "refresh.h"

#include "device.h"
#include "fleet.h"
#include "policies.h"

#include <string.h>

#define OWNERS 2

static int build(const struct state *state, const char *datadir, struct store *store, int64_t now_s,
	struct policies_next *next)
{
	struct json_error error = {0};
	struct policies_held held;
	int r = policies_find(store, next->owner, &held);

	r = r != 0 ? r : policies_build(state, datadir, &held, now_s, next, &error);
	if (r == POLICIES_E_REFUSED) {
		log_error("could not make the %s policy: %s %s",
			next->owner == POLICY_SCHOOL ? "school" : "private", error.where,
			error.what);
	} else if (r != 0) {
		log_error("could not make the policy: %s",
			r == -EKEYREJECTED ? "the signing child refused" : strerror(abs(r)));
	}
	if (r != 0) {
		str_clear(&next->jws);
	}
	return r;
}

static int put(struct store *store, const struct policies_next *next)
{
	struct json_error error = {0};
	int r = policies_put(store, next, &error);

	/* Another process was faster: the newest policy is newer still. */
	return r == POLICIES_E_REFUSED ? 0 : r;
}

static int put_now(struct store *store, const struct policies_next *next)
{
	int r = store->ops->begin(store, true);

	r = r < 0 ? r : put(store, next);
	if (r == 0) {
		return store->ops->commit(store);
	}
	store->ops->rollback(store);
	return r;
}

bool refresh_now(const struct state *state, const char *datadir, struct store *store, int64_t now_s)
{
	for (size_t i = 0; i < OWNERS; i++) {
		cleanup(policies_next_finish) struct policies_next next = {
			.owner = (enum policy_ownership)i};
		int r = build(state, datadir, store, now_s, &next);

		if (r == 0 && next.jws.len > 0) {
			r = put_now(store, &next);
			if (r != 0) {
				log_error("could not keep the policy: %s", strerror(abs(r)));
			}
		}
		if (r != 0) {
			return false;
		}
	}
	return true;
}

struct round {
	struct work_job job;
	struct refresh *refresh;
	int64_t now_s;
	bool writing;
	struct policies_next next[OWNERS];
};

static int round_run(struct work_job *job, struct store *store)
{
	struct round *round = (struct round *)job;
	const struct refresh *refresh = round->refresh;
	int r = 0;

	for (size_t i = 0; i < OWNERS && !round->writing; i++) {
		/* A policy that cannot be made must not keep the rest from being done. */
		(void)!build(
			refresh->state, refresh->datadir, store, round->now_s, &round->next[i]);
	}
	for (size_t i = 0; i < OWNERS && round->writing && r == 0; i++) {
		r = round->next[i].jws.len > 0 ? put(store, &round->next[i]) : 0;
	}
	if (round->writing) {
		r = r != 0 ? r : fleet_count_day(store, round->now_s);
		r = r != 0 ? r : auth_forget_old(store, round->now_s);
		r = r != 0 ? r : device_forget_old(store, round->now_s);
	}
	return r > 0 ? -EIO : r;
}

static void round_done(struct work_job *job, int result)
{
	struct round *round = (struct round *)job;

	if (result < 0) {
		log_error("could not do the regular round: %s", strerror(-result));
	} else if (!round->writing) {
		round->writing = true;
		if (work_submit(round->refresh->app->work, WORK_WRITE, &round->job) == 0) {
			return;
		}
	}
	round->refresh->running = false;
	for (size_t i = 0; i < OWNERS; i++) {
		policies_next_finish(&round->next[i]);
	}
	free(round);
}

void refresh_start(void *data)
{
	struct refresh *refresh = data;
	struct round *round = refresh->running ? NULL : calloc(1, sizeof(*round));

	if (!round) {
		return;
	}
	round->job.run = round_run;
	round->job.done = round_done;
	round->refresh = refresh;
	round->now_s = refresh->app->wall_s();
	for (size_t i = 0; i < OWNERS; i++) {
		round->next[i].owner = (enum policy_ownership)i;
	}
	refresh->running = work_submit(refresh->app->work, WORK_SLOW, &round->job) == 0;
	if (!refresh->running) {
		free(round);
	}
}
