/* SPDX-License-Identifier: Apache-2.0 */
#include "tally.h"

#include "clock.h"
#include "report.h"

#include <string.h>

#define ADD                                                                                   \
	"ON CONFLICT (site, subject, team, state) DO UPDATE SET devices = tallies.devices + " \
	"excluded.devices"
#define ADD_TOTAL                                                                      \
	"ON CONFLICT (site, subject, state) DO UPDATE SET devices = totals.devices + " \
	"excluded.devices"

int tally_add(
	struct store *store, const char *team, const char *subject, const char *state, int64_t n)
{
	int r = store_do(store, NULL,
		"INSERT INTO tallies (site, subject, team, state, devices) "
		"VALUES ($1, $2, $3, $4, $5) " ADD,
		store_site(), store_text(subject), store_text(team), store_text(state),
		store_int(n));

	return r != 0 ? r
		      : store_do(store, NULL,
				"INSERT INTO totals (site, subject, state, devices) "
				"VALUES ($1, $2, $3, $4) " ADD_TOTAL,
				store_site(), store_text(subject), store_text(state), store_int(n));
}

/* What is shown of a control, with d its device */
#define SHOWN                                                                                  \
	"CASE WHEN d.shown = 'silent' AND c.state IN ('pass', 'na', 'exempt') THEN 'unknown' " \
	"ELSE c.state END"
#define INTO_TALLIES "INSERT INTO tallies (site, subject, team, state, devices) "
#define INTO_TOTALS "INSERT INTO totals (site, subject, state, devices) "
#define OF_CONTROLS                                                                           \
	" FROM devices d CROSS JOIN controls c WHERE d.site = $1 AND d.id = $2 AND c.site = " \
	"d.site AND c.device = d.id "
#define OF_MENDS                                                                           \
	" FROM devices WHERE site = $1 AND id = $2 AND failing = 1 AND worst IS NOT NULL " \
	"AND shown <> 'silent' "

int tally_device(struct store *store, const char *device, int64_t n)
{
	static const char *const statements[] = {
		INTO_TALLIES "SELECT c.site, c.control, d.team, " SHOWN ", $3" OF_CONTROLS ADD,
		INTO_TOTALS "SELECT c.site, c.control, " SHOWN ", $3" OF_CONTROLS ADD_TOTAL,
		INTO_TALLIES
		"SELECT site, '', team, shown, $3 FROM devices WHERE site = $1 AND id = "
		"$2 " ADD,
		INTO_TOTALS "SELECT site, '', shown, $3 FROM devices WHERE site = $1 AND id = "
			    "$2 " ADD_TOTAL,
		INTO_TALLIES "SELECT site, worst, team, 'mends', $3" OF_MENDS ADD,
		INTO_TOTALS "SELECT site, worst, 'mends', $3" OF_MENDS ADD_TOTAL,
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(statements); i++) {
		r = store_do(
			store, NULL, statements[i], store_site(), store_text(device), store_int(n));
	}
	return r;
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

int tally_sweep(struct store *store, int64_t before_s, size_t *ret_n)
{
	static const char *const postures[] = {"failing", "passing", "unknown"};
	struct quiet quiet = {.n = 0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(postures); i++) {
		r = find_quiet(store, postures[i], before_s, &quiet);
	}
	for (size_t i = 0; r == 0 && i < quiet.n; i++) {
		r = tally_show(store, quiet.ids[i], true);
	}
	if (r == 0) {
		*ret_n = quiet.n;
	}
	return r;
}

/* What every count should be; $1 the site */
#define COUNTED                                                                                  \
	"SELECT c.control AS subject, d.team AS team, " SHOWN " AS state, COUNT(*) AS devices "  \
	"FROM controls c JOIN devices d ON d.site = c.site AND d.id = c.device "                 \
	"WHERE c.site = $1 GROUP BY 1, 2, 3 "                                                    \
	"UNION ALL SELECT '', team, shown, COUNT(*) FROM devices WHERE site = $1 GROUP BY 2, 3 " \
	"UNION ALL SELECT worst, team, 'mends', COUNT(*) FROM devices WHERE site = $1 "          \
	"AND failing = 1 AND worst IS NOT NULL AND shown <> 'silent' GROUP BY 1, 2"

/* Totals that are not the sum of the groups' */
static int check_totals(struct store *store, int64_t *ret_wrong)
{
	int64_t wrong = 0, extra = 0;
	int r = store_query(store, store_row_int, &wrong,
		"SELECT COUNT(*) FROM (SELECT subject, state, SUM(devices) AS n FROM tallies "
		"WHERE site = $1 GROUP BY subject, state) s LEFT JOIN totals o ON o.site = $1 "
		"AND o.subject = s.subject AND o.state = s.state "
		"WHERE COALESCE(o.devices, 0) <> s.n",
		store_site());

	r = r != 0 ? r
		   : store_query(store, store_row_int, &extra,
			     "SELECT COUNT(*) FROM totals o WHERE o.site = $1 AND o.devices <> 0 "
			     "AND NOT EXISTS (SELECT 1 FROM tallies t WHERE t.site = $1 "
			     "AND t.subject = o.subject AND t.state = o.state)",
			     store_site());
	if (r == 0) {
		*ret_wrong = wrong + extra;
	}
	return r;
}

int tally_check(struct store *store, int64_t *ret_wrong)
{
	int64_t wrong = 0, missing = 0, totals = 0;
	int r = store_query(store, store_row_int, &missing,
		"SELECT COUNT(*) FROM (" COUNTED ") n LEFT JOIN tallies t ON t.site = $1 "
		"AND t.subject = n.subject AND t.team = n.team AND t.state = n.state "
		"WHERE COALESCE(t.devices, 0) <> n.devices",
		store_site());

	r = r != 0 ? r
		   : store_query(store, store_row_int, &wrong,
			     "SELECT COUNT(*) FROM tallies t LEFT JOIN (" COUNTED ") n "
			     "ON t.subject = n.subject AND t.team = n.team AND t.state = n.state "
			     "WHERE t.site = $1 AND t.devices <> 0 AND n.devices IS NULL",
			     store_site());
	r = r != 0 ? r : check_totals(store, &totals);
	if (r == 0) {
		*ret_wrong = wrong + missing + totals;
	}
	return r;
}
