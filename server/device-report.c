/* SPDX-License-Identifier: Apache-2.0 */
#include "device.h"

#include "clock.h"
#include "hooks.h"
#include "device-held.h"
#include "findings.h"
#include "summary.h"
#include "tally.h"

#include <stdio.h>
#include <string.h>

/* What a report changes, on its way through the statements below. */
struct intake {
	struct store *store;
	const struct report *report;
	struct device *device;
	int64_t now_s;		/* rounded for this device's owner */
	bool changed;		/* a control is another than it was */
	struct summary summary; /* once it changed */
	struct str row;		/* the controls as they stand then */
};

static void intake_finish(struct intake *in)
{
	str_finish(&in->row);
}

/* A sequence that came before: the same bytes get the same answer. */
static int answer_again(const char *hash, struct device *device)
{
	return device_recent_has(device->recent, hash, &device->want_full) ? 0 : DEVICE_E_CONFLICT;
}

static int64_t since_of(const struct intake *in, const struct report_control *control)
{
	int64_t unit = in->report->unit == REPORT_DAYS ? CLOCK_DAY_S : MOMENT_HOUR_S;
	int64_t most = in->now_s / unit;
	int64_t age = control->age < most ? control->age : most;

	return moment_round(in->device->owner, in->now_s - age * unit);
}

/* An age is whole units, so the same state may seem to begin one unit earlier or later. */
static bool within_rounding(const struct intake *in, int64_t a, int64_t b)
{
	int64_t unit =
		in->report->unit == REPORT_DAYS ? CLOCK_DAY_S : moment_unit(in->device->owner);

	return a - b <= unit && b - a <= unit;
}

static int add_history(
	const struct intake *in, const struct report_control *control, int64_t since_s)
{
	return store_do(in->store, NULL,
		"INSERT INTO history (site, device, at, control, state, reason) "
		"VALUES ($1, $2, $3, $4, $5, $6)",
		store_site(), store_text(in->device->id), store_int(since_s),
		store_text(control->id), store_text(posture_state_name(control->state)),
		store_text(posture_reason_code(control->reason)));
}

static int tally(const struct intake *in, const char *control, enum posture_state state, int64_t n)
{
	return tally_add(in->store, in->device->team, control, posture_state_name(state), n);
}

/* In the row, which is written once for all of them, and in what is asked for by control */
static int put_control(
	struct intake *in, const struct held_control *held, const struct held_control *is)
{
	int r = held_write(&in->row, is);

	in->changed = true;
	r = r != 0 ? r : findings_change(in->store, in->device->id, held, is);
	return r > 0 ? -EIO : r;
}

/* What a full report says again is confirmed by the device's own row: nothing is written. */
static int take_control(
	struct intake *in, const struct report_control *control, const struct held_control *held)
{
	const char *reason = posture_reason_code(control->reason);
	struct held_control is = {.id = control->id,
		.reason = reason,
		.state = control->state,
		.since_s = since_of(in, control),
		.answered_s = in->now_s,
		.sequence = in->report->sequence};
	bool same = held && held->state == control->state;
	int r;

	if (same && within_rounding(in, is.since_s, held->since_s)) {
		is.since_s = held->since_s;
	}
	if (same && in->report->kind == REPORT_FULL && held->since_s == is.since_s &&
		strcmp(held->reason, reason) == 0) {
		return str_append(&in->row, held->line.p, held->line.len);
	}
	r = put_control(in, held, &is);
	if (r != 0 || same) {
		return r;
	}
	r = held ? tally(in, held->id, held->state, -1) : 0;
	r = r != 0 ? r : tally(in, control->id, control->state, 1);
	r = r != 0 ? r : add_history(in, control, is.since_s);
	/* Of a family's device nobody else is told. */
	if (r == 0 && control->state == POSTURE_FAIL && in->device->owner == POLICY_SCHOOL) {
		r = hooks_note(in->store, in->device->id, control->id, reason, is.since_s);
	}
	return r;
}

/* A full report names every control: what it does not name is judged no more. */
static int drop_control(struct intake *in, const struct held_control *held)
{
	int r;

	if (in->report->kind != REPORT_FULL) {
		return str_append(&in->row, held->line.p, held->line.len);
	}
	in->changed = true;
	r = tally(in, held->id, held->state, -1);
	return r != 0 ? r : findings_change(in->store, in->device->id, held, NULL);
}

/* One place of two lists that are sorted by id; NULL in the list that has nothing there */
struct pair {
	const struct report_control *now;
	const struct held_control *held;
};

static bool next_pair(const struct report *report, const struct held *held, size_t *i, size_t *j,
	struct pair *ret_pair)
{
	bool more_now = *i < report->n_controls, more_held = *j < held->n;
	int order = !more_now	 ? 1
		    : !more_held ? -1
				 : strcmp(report->controls[*i].id, held->controls[*j].id);

	if (!more_now && !more_held) {
		return false;
	}
	ret_pair->now = order <= 0 ? &report->controls[(*i)++] : NULL;
	ret_pair->held = order >= 0 ? &held->controls[(*j)++] : NULL;
	return true;
}

static int merge(struct intake *in, const struct held *held)
{
	struct pair pair;
	size_t i = 0, j = 0;
	int r = held_begin(&in->row);

	while (r == 0 && next_pair(in->report, held, &i, &j, &pair)) {
		r = pair.now ? take_control(in, pair.now, pair.held) : drop_control(in, pair.held);
	}
	return r;
}

/* From what was read and what came: the rows just written are not read again. */
static int summarise(struct intake *in, const struct held *held)
{
	struct pair pair;
	size_t i = 0, j = 0;
	int r = 0;

	while (r == 0 && next_pair(in->report, held, &i, &j, &pair)) {
		if (pair.now) {
			r = summary_add(&in->summary, in->store, in->device->owner, pair.now->id,
				pair.now->state);
		} else if (in->report->kind != REPORT_FULL) {
			r = summary_add(&in->summary, in->store, in->device->owner, pair.held->id,
				pair.held->state);
		}
	}
	return r;
}

static int take_controls(struct intake *in)
{
	cleanup(held_finish) struct held held = {0};
	int r = in->report->kind == REPORT_HEARTBEAT ? 0
						     : held_read(in->store, in->device->id, &held);

	/* Names that a device invents, report after report: a full one names them all, or drops
	 * them. */
	if (r == 0 && in->report->kind == REPORT_DELTA &&
		held.n + in->report->n_controls > HELD_MAX) {
		in->device->want_full = true;
		return 0;
	}
	r = r != 0 || in->report->kind == REPORT_HEARTBEAT ? r : merge(in, &held);
	if (r == 0 && in->changed) {
		r = held_put(in->store, in->device->id, &in->row, held.text != NULL);
		r = r != 0 ? r : summarise(in, &held);
	}
	return r;
}

/* What the device's own row adds to the counts */
struct shown {
	char posture[DEVICE_SHOWN_MAX + 1];
	char mends[POSTURE_ID_MAX + 1]; /* the one control that fails, or empty */
};

static int tally_shown(const struct intake *in, const struct shown *shown, int64_t n)
{
	int r = tally_add(in->store, in->device->team, TALLY_DEVICES, shown->posture, n);

	return r != 0 || !shown->mends[0]
		       ? r
		       : tally_add(in->store, in->device->team, shown->mends, TALLY_MENDS, n);
}

static int retally(const struct intake *in, bool *ret_moved)
{
	const struct summary *summary = &in->summary;
	const struct device *device = in->device;
	struct shown before = {0}, after = {0};
	int r;

	memcpy(before.posture, device->shown, sizeof(before.posture));
	if (device->failing == 1) {
		memcpy(before.mends, device->worst, sizeof(before.mends));
	}
	snprintf(after.posture, sizeof(after.posture), "%s", summary_posture(summary));
	if (summary->failing == 1) {
		memcpy(after.mends, summary->worst, sizeof(after.mends));
	}
	*ret_moved = strcmp(before.posture, after.posture) != 0;
	if (!*ret_moved && strcmp(before.mends, after.mends) == 0) {
		return 0;
	}
	r = tally_shown(in, &before, -1);
	return r != 0 ? r : tally_shown(in, &after, 1);
}

/* A column that is named is written in each index that has it: what stays the same is left out. */
static int put_posture(const struct intake *in)
{
	return store_do(in->store, NULL,
		"UPDATE devices SET posture = $3, shown = $3 WHERE site = $1 AND id = $2",
		store_site(), store_text(in->device->id),
		store_text(summary_posture(&in->summary)));
}

static int put_day(const struct intake *in)
{
	return store_do(in->store, NULL,
		"UPDATE devices SET heard_day = $3 WHERE site = $1 AND id = $2", store_site(),
		store_text(in->device->id), store_int(in->now_s / CLOCK_DAY_S));
}

#define HEARD                                                            \
	"UPDATE devices SET heard = $3, "                                \
	"confirmed = CASE WHEN $4 = 'full' THEN confirmed ELSE $3 END, " \
	"want = $4, sequence = $5, policy = $6, recent = $7"
#define OF_DEVICE " WHERE site = $1 AND id = $2"

static int put_device(const struct intake *in)
{
	const struct summary *summary = &in->summary;
	const char *sql = in->changed ? HEARD ", failing = $8, unknown = $9, worst = $10" OF_DEVICE
				      : HEARD OF_DEVICE;
	const struct store_value values[] = {store_site(), store_text(in->device->id),
		store_int(in->now_s), store_text(in->device->want_full ? "full" : "delta"),
		store_int(in->report->sequence), store_int(in->report->policy),
		store_text(in->device->recent), store_int(summary->failing),
		store_int(summary->unknown),
		summary->worst[0] ? store_text(summary->worst) : store_null()};

	return in->store->ops->run(in->store, sql, values,
		in->changed ? ARRAY_LEN(values) : ARRAY_LEN(values) - 3, NULL, NULL, NULL);
}

static int update_device(const struct intake *in)
{
	bool moved = false, another = in->report->policy != in->device->policy;
	int r = in->changed ? retally(in, &moved) : 0;

	r = r != 0 || !moved ? r : put_posture(in);
	r = r != 0 || in->device->heard_day == in->now_s / CLOCK_DAY_S ? r : put_day(in);
	r = r != 0 || !another ? r : tally_hold(in->store, in->device->id, -1);
	r = r != 0 ? r : put_device(in);
	return r != 0 || !another ? r : tally_hold(in->store, in->device->id, 1);
}

/* Shown as its posture again, and counted so */
static int unsilence(struct store *store, struct device *device)
{
	int r = tally_show(store, device->id, false);

	memcpy(device->shown, device->posture, sizeof(device->shown));
	return r;
}

int device_report(struct store *store, const struct report *report, const struct device_signed *by,
	int64_t now_s, struct device *ret_device)
{
	struct device device;
	cleanup(intake_finish) struct intake in = {
		.store = store, .report = report, .device = &device};
	int r = device_find_signer(store, report->device, by->public_key, &device);

	if (r != 0) {
		return r;
	}
	in.now_s = moment_round(device.owner, now_s);
	if (report->sequence <= device.sequence) {
		r = answer_again(by->hash, &device);
	} else {
		/* What a gap lost may have been a change: ask for everything. */
		device.want_full = report->kind != REPORT_FULL &&
				   (device.want_full || report->sequence != device.sequence + 1);
		r = device.silent ? unsilence(store, &device) : 0;
		r = r != 0 ? r : take_controls(&in);
		r = r != 0 ? r
			   : device_recent_put(
				     device.recent, by->hash, device.want_full, device.recent);
		r = r != 0 ? r : update_device(&in);
		/* The row that was found a moment ago is in this same transaction. */
		r = r > 0 ? -EIO : r;
	}
	if (r == 0) {
		*ret_device = device;
	}
	return r;
}
