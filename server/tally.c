/* SPDX-License-Identifier: Apache-2.0 */
#include "tally.h"

#include "batch.h"
#include "clock.h"
#include "device.h"
#include "device-held.h"
#include "report.h"

#include <string.h>

#define ADD                                                                                   \
	"ON CONFLICT (site, subject, team, state) DO UPDATE SET devices = tallies.devices + " \
	"excluded.devices"
#define ADD_TOTAL                                                                      \
	"ON CONFLICT (site, subject, state) DO UPDATE SET devices = totals.devices + " \
	"excluded.devices"

int tally_put_team(
	struct store *store, const char *team, const char *subject, const char *state, int64_t n)
{
	return store_do(store, NULL,
		"INSERT INTO tallies (site, subject, team, state, devices) "
		"VALUES ($1, $2, $3, $4, $5) " ADD,
		store_site(), store_text(subject), store_text(team), store_text(state),
		store_int(n));
}

int tally_put_total(struct store *store, const char *subject, const char *state, int64_t n)
{
	return store_do(store, NULL,
		"INSERT INTO totals (site, subject, state, devices) "
		"VALUES ($1, $2, $3, $4) " ADD_TOTAL,
		store_site(), store_text(subject), store_text(state), store_int(n));
}

int tally_add(
	struct store *store, const char *team, const char *subject, const char *state, int64_t n)
{
	int r;

	if (store->batch && batch_count(store->batch, team, subject, state, n)) {
		return 0;
	}
	r = tally_put_team(store, team, subject, state, n);
	return r != 0 ? r : tally_put_total(store, subject, state, n);
}

/* A count of none goes: a device may say any version, and each time another. */
int tally_hold(struct store *store, const char *device, int64_t n)
{
	int r = store_do(store, NULL,
		"INSERT INTO holdings (site, ownership, team, policy, devices) "
		"SELECT site, ownership, team, policy, $3 FROM devices WHERE site = $1 AND id = $2 "
		"ON CONFLICT (site, ownership, team, policy) DO UPDATE SET devices = "
		"holdings.devices + excluded.devices",
		store_site(), store_text(device), store_int(n));

	return r != 0 || n > 0
		       ? r
		       : store_do(store, NULL,
				 "DELETE FROM holdings WHERE site = $1 AND devices = 0 AND "
				 "(ownership, team, policy) = (SELECT ownership, team, policy FROM "
				 "devices WHERE site = $1 AND id = $2)",
				 store_site(), store_text(device));
}

/* What a device's own row says that is counted */
struct counted {
	char team[DEVICE_TEAM_MAX + 1];
	char shown[DEVICE_SHOWN_MAX + 1];
	char mends[POSTURE_ID_MAX + 1]; /* the one control that fails, or empty */
	bool there;
};

static int read_counted(const struct store_value *row, void *data)
{
	struct counted *counted = data;
	int r = store_copy(&row[0], counted->team, DEVICE_TEAM_MAX);

	r = r < 0 ? r : store_copy(&row[1], counted->shown, DEVICE_SHOWN_MAX);
	r = r < 0 ? r : store_copy(&row[2], counted->mends, POSTURE_ID_MAX);
	counted->there = r == 0;
	return r;
}

const char *tally_state(enum posture_state state, bool silent)
{
	bool known = state == POSTURE_PASS || state == POSTURE_NA || state == POSTURE_EXEMPT;

	return posture_state_name(silent && known ? POSTURE_UNKNOWN : state);
}

static int count_controls(
	struct store *store, const char *device, const struct counted *counted, int64_t n)
{
	cleanup(held_finish) struct held held = {0};
	bool silent = strcmp(counted->shown, TALLY_SILENT) == 0;
	int r = held_read(store, device, &held);

	for (size_t i = 0; r == 0 && i < held.n; i++) {
		r = tally_add(store, counted->team, held.controls[i].id,
			tally_state(held.controls[i].state, silent), n);
	}
	return r;
}

int tally_device(struct store *store, const char *device, int64_t n)
{
	struct counted counted = {0};
	int r = tally_hold(store, device, n);

	r = r != 0 ? r
		   : store_query(store, read_counted, &counted,
			     "SELECT team, shown, CASE WHEN failing = 1 AND shown <> 'silent' THEN "
			     "worst END FROM devices WHERE site = $1 AND id = $2",
			     store_site(), store_text(device));
	if (r != 0 || !counted.there) {
		return r;
	}
	r = count_controls(store, device, &counted, n);
	r = r != 0 ? r : tally_add(store, counted.team, TALLY_DEVICES, counted.shown, n);
	return r != 0 || !counted.mends[0]
		       ? r
		       : tally_add(store, counted.team, counted.mends, TALLY_MENDS, n);
}

int tally_show(struct store *store, const char *device, bool silent)
{
	int r = tally_device(store, device, -1);

	r = r != 0 ? r
		   : store_do(store, NULL,
			     "UPDATE devices SET shown = CASE WHEN $3 = 1 THEN 'silent' ELSE "
			     "posture END WHERE site = $1 AND id = $2",
			     store_site(), store_text(device), store_int(silent));
	return r != 0 ? r : tally_device(store, device, 1);
}

struct quiet {
	char ids[TALLY_SWEEP_MAX][REPORT_DEVICE_LEN + 1];
	size_t n;
};

static int read_quiet(const struct store_value *row, void *data)
{
	struct quiet *quiet = data;
	int r = store_copy(&row[0], quiet->ids[quiet->n], REPORT_DEVICE_LEN);

	quiet->n += r == 0;
	return r;
}

/* Each posture of its own, so that the index gives them by the day on which they were heard. */
static int find_quiet(struct store *store, const char *shown, int64_t before_s, struct quiet *quiet)
{
	return store_query(store, read_quiet, quiet,
		"SELECT id FROM devices WHERE site = $1 AND shown = $2 "
		"AND heard_day <= $5 AND COALESCE(heard, enrolled) < $3 LIMIT $4",
		store_site(), store_text(shown), store_int(before_s),
		store_int((int64_t)(TALLY_SWEEP_MAX - quiet->n)),
		store_int(before_s / CLOCK_DAY_S));
}

/* Of many devices of a few groups, each count is written once. */
static int hush_all(struct store *store, const struct quiet *quiet)
{
	struct batch *batch = NULL;
	int r = batch_new(&batch);

	for (size_t i = 0; r == 0 && i < quiet->n; i++) {
		batch_mark(batch);
		store->batch = batch;
		r = tally_show(store, quiet->ids[i], true);
		store->batch = NULL;
	}
	r = r != 0 ? r : batch_write(batch, store);
	batch_free(batch);
	return r;
}

int tally_sweep(struct store *store, int64_t before_s, size_t *ret_n)
{
	static const char *const postures[] = {"failing", "passing", "unknown"};
	struct quiet quiet = {.n = 0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(postures); i++) {
		r = find_quiet(store, postures[i], before_s, &quiet);
	}
	r = r != 0 || quiet.n == 0 ? r : hush_all(store, &quiet);
	if (r == 0) {
		*ret_n = quiet.n;
	}
	return r;
}
