/* SPDX-License-Identifier: Apache-2.0 */
#include "refresh.h"

#include "device.h"
#include "fleet.h"
#include "moment.h"
#include "policies.h"
#include "retention.h"

#include <string.h>

/* next->jws stays empty when there is nothing to sign, or on a failure. */
static int build(const struct state *state, const char *datadir, struct store *store, int64_t now_s,
	struct policies_next *next, int64_t version[2])
{
	struct json_error error = {0};
	struct policies_held held;
	int64_t *newest = &version[next->line.owner];
	int r = policies_find(store, &next->line, &held);

	r = r != 0 ? r : policies_gather(store, now_s, next);
	if (r == 0) {
		*newest = *newest > held.newest ? *newest : held.newest;
		r = policies_build(state, datadir, &held, now_s, next, newest, &error);
	}
	if (r == POLICIES_E_REFUSED) {
		log_error("could not make the %s policy: %s %s",
			moment_owner_name(next->line.owner), error.where, error.what);
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
	struct policies_lines lines = {.n = 0};
	int64_t version[2] = {0, 0};
	int r = policies_list_lines(store, &lines);

	if (r != 0) {
		log_error("could not read which policies there are: %s", strerror(abs(r)));
	}
	for (size_t i = 0; r == 0 && i < lines.n; i++) {
		cleanup(policies_next_finish) struct policies_next next = {.line = lines.list[i]};

		r = build(state, datadir, store, now_s, &next, version);
		if (r == 0 && next.jws.len > 0) {
			r = put_now(store, &next);
			if (r != 0) {
				log_error("could not keep the policy: %s", strerror(abs(r)));
			}
		}
	}
	return r == 0;
}

static int sweep_once(struct store *store, int64_t now_s, bool *ret_more)
{
	int r = store->ops->begin(store, true);

	r = r < 0 ? r : fleet_sweep(store, now_s, ret_more);
	if (r == 0) {
		return store->ops->commit(store);
	}
	store->ops->rollback(store);
	return r;
}

bool refresh_sweep(struct store *store, int64_t now_s)
{
	bool more = true;
	int r = 0;

	while (r == 0 && more) {
		r = sweep_once(store, now_s, &more);
	}
	if (r != 0) {
		log_error("could not look for silent devices: %s", strerror(abs(r)));
	}
	return r == 0;
}

struct round {
	struct work_job job;
	struct refresh *refresh;
	int64_t now_s;
	bool writing;
	bool more; /* devices that fell silent are left for the next round */
	struct policies_lines lines;
	struct policies_next next[POLICIES_LINES_MAX];
};

static int round_build(struct round *round, struct store *store)
{
	const struct refresh *refresh = round->refresh;
	int64_t version[2] = {0, 0};
	int r = policies_list_lines(store, &round->lines);

	for (size_t i = 0; r == 0 && i < round->lines.n; i++) {
		round->next[i].line = round->lines.list[i];
		/* A policy that cannot be made must not keep the rest from being done. */
		(void)!build(refresh->state, refresh->datadir, store, round->now_s, &round->next[i],
			version);
	}
	return r;
}

static int round_run(struct work_job *job, struct store *store)
{
	struct round *round = (struct round *)job;
	int64_t rows = 0;
	int r = 0;

	if (!round->writing) {
		return round_build(round, store);
	}
	for (size_t i = 0; i < round->lines.n && r == 0; i++) {
		r = round->next[i].jws.len > 0 ? put(store, &round->next[i]) : 0;
	}
	r = r != 0 ? r : fleet_sweep(store, round->now_s, &round->more);
	r = r != 0 ? r : fleet_count_day(store, round->now_s);
	r = r != 0 ? r : auth_forget_old(store, round->now_s);
	r = r != 0 ? r : throttle_forget_old(store, round->now_s);
	r = r != 0 ? r : retention_purge(store, round->now_s, &rows);
	/* What goes leaves the disk, too. */
	job->erases = r == 0 && rows > 0;
	return r > 0 ? -EIO : r;
}

static void round_done(struct work_job *job, int result)
{
	struct round *round = (struct round *)job;
	struct refresh *refresh = round->refresh;

	if (result < 0) {
		log_error("could not do the regular round: %s", strerror(-result));
	} else if (!round->writing) {
		round->writing = true;
		if (work_submit(refresh->app->work, WORK_WRITE, &round->job) == 0) {
			return;
		}
	}
	/* A whole school that goes on holiday: a round after the other, reports between them */
	refresh->again = refresh->again || (result == 0 && round->more);
	for (size_t i = 0; i < round->lines.n; i++) {
		policies_next_finish(&round->next[i]);
	}
	free(round);
	refresh->running = false;
	if (refresh->again) {
		refresh->again = false;
		refresh_start(refresh);
	}
}

void refresh_start(void *data)
{
	struct refresh *refresh = data;
	struct round *round = refresh->running ? NULL : calloc(1, sizeof(*round));

	if (!round) {
		/* What changed while a round runs may have come too late for it. */
		refresh->again = refresh->running;
		return;
	}
	round->job.run = round_run;
	round->job.done = round_done;
	round->refresh = refresh;
	round->now_s = refresh->app->wall_s();
	refresh->running = work_submit(refresh->app->work, WORK_SLOW, &round->job) == 0;
	if (!refresh->running) {
		free(round);
	}
}
