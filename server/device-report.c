/* SPDX-License-Identifier: Apache-2.0 */
#include "device.h"

#include "clock.h"

/* What a report changes, on its way through the statements below. */
struct intake {
	struct store *store;
	const struct report *report;
	struct device *device;
	int64_t now_s; /* rounded for this device's owner */
};

struct replay {
	bool same;
	bool found;
	bool want_full;
	const char *hash;
};

static int read_replay(const struct store_value *row, void *data)
{
	struct replay *replay = data;

	replay->found = true;
	replay->same = span_eq(row[0].text, replay->hash);
	replay->want_full = span_eq(row[1].text, "full");
	return 0;
}

/* A sequence that came before: the same bytes get the same answer. */
static int answer_again(
	struct store *store, const struct report *report, const char *hash, struct device *device)
{
	struct replay replay = {.hash = hash};
	int r = store_query(store, read_replay, &replay,
		"SELECT hash, want FROM reports WHERE site = $1 AND device = $2 AND sequence = $3",
		store_site(), store_text(device->id), store_int(report->sequence));

	if (r != 0) {
		return r < 0 ? r : -EIO;
	}
	device->want_full = replay.want_full;
	return replay.found && replay.same ? 0 : DEVICE_E_CONFLICT;
}

struct held {
	bool found;
	bool same;
	int64_t since;
	const struct report_control *control;
};

static int read_held(const struct store_value *row, void *data)
{
	struct held *held = data;

	held->found = true;
	held->same = span_eq(row[0].text, posture_state_name(held->control->state));
	held->since = row[1].n;
	return 0;
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

static int take_control(const struct intake *in, const struct report_control *control)
{
	struct held held = {.control = control};
	int64_t since_s = since_of(in, control);
	int r = store_query(in->store, read_held, &held,
		"SELECT state, since FROM controls "
		"WHERE site = $1 AND device = $2 AND control = $3",
		store_site(), store_text(in->device->id), store_text(control->id));

	if (r != 0) {
		return r;
	}
	if (held.same && within_rounding(in, since_s, held.since)) {
		since_s = held.since;
	}
	r = store_do(in->store, NULL,
		"INSERT INTO controls (site, device, control, state, reason, since, answered, "
		"sequence) "
		"VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
		"ON CONFLICT (site, device, control) DO UPDATE SET state = excluded.state, "
		"reason = excluded.reason, since = excluded.since, answered = excluded.answered, "
		"sequence = excluded.sequence",
		store_site(), store_text(in->device->id), store_text(control->id),
		store_text(posture_state_name(control->state)),
		store_text(posture_reason_code(control->reason)), store_int(since_s),
		store_int(in->now_s), store_int(in->report->sequence));
	return r != 0 || held.same ? r : add_history(in, control, since_s);
}

/* A full report names every control: what it does not name is judged no more. */
static int drop_unnamed(const struct intake *in)
{
	return store_do(in->store, NULL,
		"DELETE FROM controls WHERE site = $1 AND device = $2 AND sequence <> $3",
		store_site(), store_text(in->device->id), store_int(in->report->sequence));
}

static int take_controls(const struct intake *in)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < in->report->n_controls; i++) {
		r = take_control(in, &in->report->controls[i]);
	}
	return r == 0 && in->report->kind == REPORT_FULL ? drop_unnamed(in) : r;
}

struct summary {
	int64_t passing; /* controls that pass or are exempt */
	int64_t failing;
	int64_t unknown;
	char worst[POSTURE_ID_MAX + 1];
};

static int read_counts(const struct store_value *row, void *data)
{
	struct summary *summary = data;

	summary->passing = row[0].n;
	summary->failing = row[1].n;
	summary->unknown = row[2].n;
	return 0;
}

static int read_worst(const struct store_value *row, void *data)
{
	return store_copy(&row[0], ((struct summary *)data)->worst, POSTURE_ID_MAX);
}

static int summarise(const struct intake *in, struct summary *ret_summary)
{
	int r = store_query(in->store, read_counts, ret_summary,
		"SELECT COALESCE(SUM(CASE WHEN state IN ('pass', 'exempt') THEN 1 ELSE 0 END), 0), "
		"COALESCE(SUM(CASE WHEN state = 'fail' THEN 1 ELSE 0 END), 0), "
		"COALESCE(SUM(CASE WHEN state IN ('unknown', 'error') THEN 1 ELSE 0 END), 0) "
		"FROM controls WHERE site = $1 AND device = $2",
		store_site(), store_text(in->device->id));

	return r != 0 ? r
		      : store_query(in->store, read_worst, ret_summary,
				"SELECT c.control FROM controls c LEFT JOIN severities s "
				"ON s.site = c.site AND s.control = c.control AND s.ownership = $3 "
				"WHERE c.site = $1 AND c.device = $2 AND c.state = 'fail' "
				"ORDER BY COALESCE(s.rank, 9), c.control LIMIT 1",
				store_site(), store_text(in->device->id),
				store_text(moment_owner_name(in->device->owner)));
}

/* One on which nothing applies was judged in nothing: that is no pass. */
static const char *posture_of(const struct summary *summary)
{
	if (summary->failing > 0) {
		return "failing";
	}
	return summary->unknown > 0 || summary->passing == 0 ? "unknown" : "passing";
}

static int update_device(const struct intake *in)
{
	struct summary summary = {0};
	int r = summarise(in, &summary);

	return r != 0 ? r
		      : store_do(in->store, NULL,
				"UPDATE devices SET heard = $3, "
				"confirmed = CASE WHEN $4 = 'full' THEN confirmed ELSE $3 END, "
				"want = $4, sequence = $5, policy = $6, posture = $7, failing = "
				"$8, "
				"unknown = $9, worst = $10 WHERE site = $1 AND id = $2",
				store_site(), store_text(in->device->id), store_int(in->now_s),
				store_text(in->device->want_full ? "full" : "delta"),
				store_int(in->report->sequence), store_int(in->report->policy),
				store_text(posture_of(&summary)), store_int(summary.failing),
				store_int(summary.unknown),
				summary.worst[0] ? store_text(summary.worst) : store_null());
}

static int remember(const struct intake *in, const char *hash)
{
	int r = store_do(in->store, NULL,
		"INSERT INTO reports (site, device, sequence, hash, want) "
		"VALUES ($1, $2, $3, $4, $5)",
		store_site(), store_text(in->device->id), store_int(in->report->sequence),
		store_text(hash), store_text(in->device->want_full ? "full" : "delta"));

	return r != 0 ? r
		      : store_do(in->store, NULL,
				"DELETE FROM reports WHERE site = $1 AND device = $2 AND sequence "
				"<= $3",
				store_site(), store_text(in->device->id),
				store_int(in->report->sequence - DEVICE_REPORTS_KEPT));
}

int device_report(struct store *store, const struct report *report, const char *hash, int64_t now_s,
	struct device *ret_device)
{
	struct device device;
	struct intake in = {.store = store, .report = report, .device = &device};
	int r = device_find(store, report->device, &device);

	if (r != 0) {
		return r;
	}
	in.now_s = moment_round(device.owner, now_s);
	if (report->sequence <= device.sequence) {
		r = answer_again(store, report, hash, &device);
	} else {
		/* What a gap lost may have been a change: ask for everything. */
		device.want_full = report->kind != REPORT_FULL &&
				   (device.want_full || report->sequence != device.sequence + 1);
		r = take_controls(&in);
		r = r != 0 ? r : update_device(&in);
		r = r != 0 ? r : remember(&in, hash);
		/* The row that was found a moment ago is in this same transaction. */
		r = r > 0 ? -EIO : r;
	}
	if (r == 0) {
		*ret_device = device;
	}
	return r;
}
