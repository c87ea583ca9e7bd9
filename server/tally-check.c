/* SPDX-License-Identifier: Apache-2.0 */
/* Every count anew, group by group: however large the fleet, one group's counts are in memory. */
#include "tally.h"

#include "clock.h"
#include "device.h"
#include "device-held.h"
#include "vec.h"

#include <string.h>

#define AT_ONCE 500
#define COUNTS_MAX 65536 /* different controls and states of one group */

/* One control and state: as the rows say, less what was counted */
struct count {
	char subject[POSTURE_ID_MAX + 1];
	char state[DEVICE_SHOWN_MAX + 1];
	int64_t n;
};

struct counts {
	VEC(struct count) list;
};

static void counts_finish(struct counts *counts)
{
	vec_free(&counts->list);
}

static int add(struct counts *counts, const char *subject, const char *state, int64_t n)
{
	struct count count = {.n = n};
	size_t low = 0, high = counts->list.len;
	int r;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct count *at = &counts->list.items[middle];
		int order = strcmp(at->subject, subject);

		order = order != 0 ? order : strcmp(at->state, state);
		if (order == 0) {
			counts->list.items[middle].n += n;
			return 0;
		}
		*(order < 0 ? &low : &high) = order < 0 ? middle + 1 : middle;
	}
	if (strlen(subject) > POSTURE_ID_MAX || strlen(state) > DEVICE_SHOWN_MAX) {
		return -EBADMSG;
	}
	memcpy(count.subject, subject, strlen(subject));
	memcpy(count.state, state, strlen(state));
	r = vec_push(&counts->list, count, COUNTS_MAX);
	if (r == 0) {
		struct count *at = &counts->list.items[low];

		memmove(at + 1, at, (counts->list.len - 1 - low) * sizeof(*at));
		*at = count;
	}
	return r;
}

static int64_t count_wrong(const struct counts *counts)
{
	int64_t wrong = 0;

	for (size_t i = 0; i < counts->list.len; i++) {
		wrong += counts->list.items[i].n != 0;
	}
	return wrong;
}

struct counting {
	struct counts group;	/* as shown, of one group */
	struct counts findings; /* as they are, of the site */
	int64_t number;		/* of the last device */
	size_t rows;
};

static void counting_finish(struct counting *counting)
{
	counts_finish(&counting->group);
	counts_finish(&counting->findings);
}

static int add_controls(struct counting *counting, const struct held *held, bool silent)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < held->n; i++) {
		const struct held_control *control = &held->controls[i];

		r = add(&counting->group, control->id, tally_state(control->state, silent), 1);
		r = r != 0 || control->state == POSTURE_PASS
			    ? r
			    : add(&counting->findings, control->id,
				      posture_state_name(control->state), 1);
	}
	return r;
}

/* Columns 0 number, 1 shown, 2 the one control that fails, 3 controls */
static int read_device(const struct store_value *row, void *data)
{
	cleanup(held_finish) struct held held = {0};
	struct counting *counting = data;
	char shown[DEVICE_SHOWN_MAX + 1], mends[POSTURE_ID_MAX + 1];
	int r = store_copy(&row[1], shown, DEVICE_SHOWN_MAX);

	counting->number = row[0].n;
	counting->rows++;
	r = r < 0 ? r : store_copy(&row[2], mends, POSTURE_ID_MAX);
	r = r < 0 ? r : add(&counting->group, TALLY_DEVICES, shown, 1);
	r = r != 0 || !mends[0] ? r : add(&counting->group, mends, TALLY_MENDS, 1);
	r = r != 0 || row[3].type != STORE_TEXT ? r : held_parse(row[3].text, &held);
	return r != 0 ? r : add_controls(counting, &held, strcmp(shown, TALLY_SILENT) == 0);
}

static int read_tally(const struct store_value *row, void *data)
{
	char subject[POSTURE_ID_MAX + 1], state[DEVICE_SHOWN_MAX + 1];
	int r = store_copy(&row[0], subject, POSTURE_ID_MAX);

	r = r < 0 ? r : store_copy(&row[1], state, DEVICE_SHOWN_MAX);
	return r < 0 ? r : add(data, subject, state, -row[2].n);
}

static int check_team(
	struct store *store, const char *team, struct counting *counting, int64_t *ret_wrong)
{
	int r;

	counting->group.list.len = 0;
	counting->number = -1;
	do {
		counting->rows = 0;
		r = store_query(store, read_device, counting,
			"SELECT d.number, d.shown, CASE WHEN d.failing = 1 AND d.shown <> 'silent' "
			"THEN d.worst END, h.controls FROM devices d LEFT JOIN held h ON h.site = "
			"d.site AND h.device = d.id WHERE d.site = $1 AND d.team = $2 AND "
			"d.number > $3 ORDER BY d.number LIMIT $4",
			store_site(), store_text(team), store_int(counting->number),
			store_int(AT_ONCE));
	} while (r == 0 && counting->rows == AT_ONCE);
	r = r != 0 ? r
		   : store_query(store, read_tally, &counting->group,
			     "SELECT subject, state, devices FROM tallies WHERE site = $1 AND team "
			     "= $2",
			     store_site(), store_text(team));
	if (r == 0) {
		*ret_wrong = count_wrong(&counting->group);
	}
	return r;
}

static int read_team(const struct store_value *row, void *data)
{
	return store_copy(&row[0], data, DEVICE_TEAM_MAX);
}

/* The first group behind this one that has a device or a count; '' behind the last */
static int next_team(struct store *store, char team[DEVICE_TEAM_MAX + 1])
{
	char after[DEVICE_TEAM_MAX + 1];

	memcpy(after, team, sizeof(after));
	team[0] = 0;
	return store_query(store, read_team, team,
		"SELECT MIN(team) FROM (SELECT MIN(team) AS team FROM devices WHERE site = $1 AND "
		"team > $2 UNION ALL SELECT MIN(team) FROM tallies WHERE site = $1 AND team > $2) "
		"next_teams",
		store_site(), store_text(after));
}

static int check_findings(struct store *store, struct counts *findings, int64_t *ret_wrong)
{
	int r = store_query(store, read_tally, findings,
		"SELECT control, state, COUNT(*) FROM findings WHERE site = $1 "
		"GROUP BY control, state",
		store_site());

	if (r == 0) {
		*ret_wrong = count_wrong(findings);
	}
	return r;
}

static int check_teams(struct store *store, int64_t *ret_wrong)
{
	cleanup(counting_finish) struct counting counting = {0};
	char team[DEVICE_TEAM_MAX + 1] = "";
	int64_t wrong = 0, one = 0;
	int r = next_team(store, team);

	while (r == 0 && team[0]) {
		r = check_team(store, team, &counting, &one);
		wrong += one;
		r = r != 0 ? r : next_team(store, team);
	}
	r = r != 0 ? r : check_findings(store, &counting.findings, &one);
	if (r == 0) {
		*ret_wrong = wrong + one;
	}
	return r;
}

/* What two statements count of this site, together */
static int count_both(
	struct store *store, const char *differing, const char *superfluous, int64_t *ret_wrong)
{
	int64_t wrong = 0, extra = 0;
	int r = store_query(store, store_row_int, &wrong, differing, store_site());

	r = r != 0 ? r : store_query(store, store_row_int, &extra, superfluous, store_site());
	if (r == 0) {
		*ret_wrong = wrong + extra;
	}
	return r;
}

/* Totals that are not the sum of the groups' */
static int check_totals(struct store *store, int64_t *ret_wrong)
{
	return count_both(store,
		"SELECT COUNT(*) FROM (SELECT subject, state, SUM(devices) AS n FROM tallies "
		"WHERE site = $1 GROUP BY subject, state) s LEFT JOIN totals o ON o.site = $1 "
		"AND o.subject = s.subject AND o.state = s.state "
		"WHERE COALESCE(o.devices, 0) <> s.n",
		"SELECT COUNT(*) FROM totals o WHERE o.site = $1 AND o.devices <> 0 "
		"AND NOT EXISTS (SELECT 1 FROM tallies t WHERE t.site = $1 "
		"AND t.subject = o.subject AND t.state = o.state)",
		ret_wrong);
}

static int check_holdings(struct store *store, int64_t *ret_wrong)
{
	return count_both(store,
		"SELECT COUNT(*) FROM (SELECT ownership, team, policy, COUNT(*) AS n FROM devices "
		"WHERE site = $1 GROUP BY ownership, team, policy) d LEFT JOIN holdings h ON "
		"h.site = $1 AND h.ownership = d.ownership AND h.team = d.team AND h.policy = "
		"d.policy WHERE COALESCE(h.devices, 0) <> d.n",
		"SELECT COUNT(*) FROM holdings h WHERE h.site = $1 AND NOT EXISTS "
		"(SELECT 1 FROM devices d WHERE d.site = $1 AND d.ownership = "
		"h.ownership AND d.team = h.team AND d.policy = h.policy)",
		ret_wrong);
}

int tally_check(struct store *store, int64_t *ret_wrong)
{
	int64_t wrong = 0, totals = 0, holdings = 0;
	int r = check_teams(store, &wrong);

	r = r != 0 ? r : check_totals(store, &totals);
	r = r != 0 ? r : check_holdings(store, &holdings);
	if (r == 0) {
		*ret_wrong = wrong + totals + holdings;
	}
	return r;
}
