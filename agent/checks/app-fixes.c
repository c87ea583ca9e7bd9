/* SPDX-License-Identifier: Apache-2.0 */
#include "app-fixes.h"

#include "flatpak.h"
#include "snapd-state.h"

#include <string.h>

#define TRIAL_DAYS 30
#define INDEX_DAYS_DEFAULT 7

struct apps {
	const struct check_ctx *ctx;
	struct fix_tally *tally;
	const struct snapd_state *snapd;
	int64_t date; /* of snapd's word */
};

static void doubt(struct fix_tally *tally, enum posture_reason reason)
{
	if (tally->doubt == POSTURE_REASON_NONE) {
		tally->doubt = reason;
	}
}

/* What was heard last may hide what has come since. */
static void doubt_age(const struct apps *apps, int64_t heard)
{
	int64_t now = apps->ctx->now.wall_s;
	int64_t limit = CLOCK_DAY_S * policy_control_number(apps->ctx->policy, "patch.index-fresh",
					      "max_age_days", INDEX_DAYS_DEFAULT);

	if (heard == 0) {
		doubt(apps->tally, POSTURE_INDEX_MISSING);
	} else if (heard > now + CLOCK_SLACK_S) {
		doubt(apps->tally, POSTURE_CLOCK_NOT_TRUSTED);
	} else if (now - heard > limit) {
		doubt(apps->tally, POSTURE_INDEX_STALE);
	}
}

struct app {
	const char *kind, *name, *version, *source;
	int64_t date; /* of what tells of it */
	bool update, held;
	int64_t made;  /* the update was not there before; 0: not told */
	int64_t since; /* it has waited since then at the latest; 0: not told */
};

static int age_look(const struct apps *apps, const struct app *app, struct first_seen_age *age)
{
	struct first_seen *memory = apps->ctx->first_seen;
	int r = 0;

	*age = (struct first_seen_age){.listed = apps->ctx->now.wall_s, .absent = app->made};
	if (memory) {
		r = first_seen_take_pending(memory,
			first_seen_hash(
				memory, span_z(app->kind), span_z(app->name), span_z(app->version)),
			first_seen_hash(memory, span_z(app->kind), span_z(app->source), span_z("")),
			app->date, age);
		age->absent = app->made > age->absent ? app->made : age->absent;
	}
	if (app->made > 0 && app->made + TRIAL_DAYS * CLOCK_DAY_S < age->listed) {
		age->listed = app->made + TRIAL_DAYS * CLOCK_DAY_S;
	}
	if (app->since > 0 && app->since < age->listed) {
		age->listed = app->since;
	}
	return r;
}

static int app_take(const struct apps *apps, const struct app *app)
{
	struct first_seen *memory = apps->ctx->first_seen;
	struct first_seen_age age;
	int r = 0;

	if (memory) {
		r = first_seen_take_list(memory,
			first_seen_hash(memory, span_z(app->kind), span_z(app->source), span_z("")),
			app->date);
	}
	if (r != 0) {
		return r;
	}
	if (!app->update) {
		return memory ? first_seen_take_clean(
					memory, first_seen_hash(memory, span_z(app->kind),
							span_z(app->name), span_z(app->version)))
			      : 0;
	}
	r = age_look(apps, app, &age);
	if (r == 0) {
		apps->tally->apps++;
		fix_tally_add(apps->tally, app->held ? FIX_WAY_HELD : FIX_WAY_UNMARKED, &age);
	}
	return r;
}

static int flatpak_take(const struct flatpak_seen *seen, void *data)
{
	const struct apps *apps = data;
	const struct app app = {
		.kind = "flatpak",
		.name = seen->ref,
		.version = seen->commit,
		.source = seen->origin,
		.date = seen->heard,
		.update = seen->update,
		.held = seen->held,
		.made = seen->made,
	};

	/* What its remote does not have any more gets no fixes, and nobody says so. */
	doubt_age(apps, seen->told ? seen->heard : 0);
	return seen->told ? app_take(apps, &app) : 0;
}

static int snap_take(const struct snapd_snap *snap, void *data)
{
	const struct apps *apps = data;
	int64_t now = apps->ctx->now.wall_s;
	const struct app app = {
		.kind = "snap",
		.name = snap->name,
		.version = snap->revision,
		.source = "",
		.date = apps->date,
		.update = snap->update,
		.held = snap->held > now || snapd_time(apps->snapd->hold) > now,
		.since = snap->since,
	};

	return app_take(apps, &app);
}

/* Of many, the oldest one's age is told: the others only count. */
static void oldest_add(struct apps *apps, enum fix_way way, int64_t n, int64_t day)
{
	struct fix_tally *tally = apps->tally;
	int64_t made = day > 0 ? day * CLOCK_DAY_S : 0;
	int64_t late = made + TRIAL_DAYS * CLOCK_DAY_S;
	const struct first_seen_age age = {
		.listed = made > 0 && late < tally->now ? late : tally->now, .absent = made};

	if (n > 0) {
		fix_tally_add(tally, way, &age);
		tally->pending += (size_t)n - 1;
		tally->of[way] += (size_t)n - 1;
		tally->apps += (size_t)n;
	}
}

/* What a person's worker says of one installation: six facts, in the order of personal.h */
static void told_add(struct apps *apps, const int64_t *facts)
{
	if (facts[0] > 0) {
		doubt_age(apps, facts[5] > 0 ? facts[5] * CLOCK_DAY_S : 0);
		oldest_add(apps, FIX_WAY_UNMARKED, facts[1], facts[3]);
		oldest_add(apps, FIX_WAY_HELD, facts[2], facts[4]);
	}
}

/* Who heard of the system's flatpaks last; NULL: nobody */
static const int64_t *shared_heard(const struct check_ctx *ctx)
{
	const int64_t *best = NULL;

	for (size_t i = 0; i < ctx->n_people; i++) {
		const int64_t *facts = &ctx->people[i].facts.values[PERSONAL_APPS_SHARED];

		if (facts[0] > 0 && facts[5] > 0 && (!best || facts[5] > best[5])) {
			best = facts;
		}
	}
	return best;
}

/* A person's own are judged as far as that person's worker has told of them. */
static void own_add(struct apps *apps)
{
	for (size_t i = 0; i < apps->ctx->n_people; i++) {
		told_add(apps, &apps->ctx->people[i].facts.values[PERSONAL_APPS_OWN]);
	}
}

static int flatpaks_look(struct apps *apps)
{
	const struct flatpak_place place = {.root = apps->ctx->root,
		.installation = FLATPAK_SYSTEM,
		.summaries = FLATPAK_SYSTEM_SUMMARIES};
	int r = flatpak_look(&place, flatpak_take, apps);

	if (r <= 0) {
		return r;
	}
	doubt(apps->tally, r == FLATPAK_E_PERMITTED ? POSTURE_NOT_PERMITTED
			   : r == FLATPAK_E_LIMIT   ? POSTURE_EVALUATION_LIMIT
						    : POSTURE_FORMAT_UNKNOWN);
	return 0;
}

/* snapd writes its state anew whenever it has heard anything. */
static int snaps_look(struct apps *apps)
{
	cleanup(snapd_state_finish) struct snapd_state state = {.json = NULL};
	struct stat st;
	int r = snapd_state_read(apps->ctx->root, &state);

	if (r == SNAPD_STATE_E_FORMAT || r == SNAPD_STATE_E_PERMITTED) {
		doubt(apps->tally,
			r == SNAPD_STATE_E_FORMAT ? POSTURE_FORMAT_UNKNOWN : POSTURE_NOT_PERMITTED);
		return 0;
	}
	if (r != 0 || !state.json) {
		return r;
	}
	if (sysroot_stat(apps->ctx->root, SNAPD_STATE, &st) != 0) {
		doubt(apps->tally, POSTURE_FORMAT_UNKNOWN);
		return 0;
	}
	apps->date = st.st_mtim.tv_sec;
	apps->snapd = &state;
	doubt_age(apps, state.refreshed);
	return snapd_state_each(&state, snap_take, apps);
}

/* Where the system's own cache leaves a doubt, that of a person may be newer. */
static int flatpaks_judge(struct apps *apps)
{
	const int64_t *facts = shared_heard(apps->ctx);
	struct fix_tally before = *apps->tally;
	int r = flatpaks_look(apps);

	if (r == 0 && apps->tally->doubt != before.doubt && facts) {
		*apps->tally = before;
		told_add(apps, facts);
	}
	own_add(apps);
	return r;
}

int app_fixes_take(const struct check_ctx *ctx, struct fix_tally *tally)
{
	struct apps apps = {.ctx = ctx, .tally = tally};
	int r = flatpaks_judge(&apps);

	return r == 0 ? snaps_look(&apps) : r;
}

int app_fixes_join(const struct check_ctx *ctx, struct verdict *v)
{
	struct verdict apps = {.state = POSTURE_UNKNOWN};
	struct fix_tally tally;
	int r;

	if (v->state != POSTURE_PASS) {
		return 0;
	}
	fix_tally_init(&tally, ctx);
	if (ctx->first_seen) {
		first_seen_begin(ctx->first_seen);
	}
	r = app_fixes_take(ctx, &tally);
	if (r < 0) {
		return r == -ENOSPC ? verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT) : r;
	}
	if (ctx->first_seen) {
		first_seen_end(ctx->first_seen);
	}
	fix_tally_note(&tally, &apps);
	r = fix_tally_judge(&tally, true, INT64_MAX, &apps);
	if (r == 0 && apps.state != POSTURE_PASS) {
		apps.due_s = apps.due_s == 0 || apps.due_s > v->due_s ? v->due_s : apps.due_s;
		*v = apps;
	} else if (r == 0 && apps.due_s < v->due_s) {
		v->due_s = apps.due_s;
	}
	return r;
}
