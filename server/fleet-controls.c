/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet-list.h"

#include "answer.h"
#include "clock.h"
#include "tally.h"

#include <string.h>

/* Columns 0 id, 1 severity, then one count for each state in the order of state_names */
#define CONTROL_ROW                                                                          \
	"SELECT n.subject, COALESCE((SELECT s.severity FROM severities s WHERE s.site = $1 " \
	"AND s.control = n.subject ORDER BY s.rank LIMIT 1), 'info'), "                      \
	"SUM(CASE WHEN n.state = 'pass' THEN n.devices ELSE 0 END), "                        \
	"SUM(CASE WHEN n.state = 'fail' THEN n.devices ELSE 0 END), "                        \
	"SUM(CASE WHEN n.state = 'unknown' THEN n.devices ELSE 0 END), "                     \
	"SUM(CASE WHEN n.state = 'na' THEN n.devices ELSE 0 END), "                          \
	"SUM(CASE WHEN n.state = 'exempt' THEN n.devices ELSE 0 END), "                      \
	"SUM(CASE WHEN n.state = 'error' THEN n.devices ELSE 0 END) "                        \
	"FROM totals n WHERE n.site = $1 AND n.subject <> '' AND n.state <> 'mends' "
#define CONTROL_GROUP "GROUP BY n.subject HAVING SUM(n.devices) > 0 "

static const char *const state_names[] = {"pass", "fail", "unknown", "na", "exempt", "error"};

static int fill_control(struct json_object *item, const struct store_value *row)
{
	struct json_object *counts = json_object_new_object();
	int r = answer_add(item, "counts", counts);

	r = r != 0 ? r : answer_add_span(item, "id", row[0].text);
	r = r != 0 ? r : answer_add_span(item, "severity", row[1].text);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(state_names); i++) {
		r = answer_add_int(counts, state_names[i], row[i + 2].n);
	}
	return r;
}

static int read_control(const struct store_value *row, void *data)
{
	struct json_object *item = json_object_new_object();
	int r = answer_push(data, item);

	return r != 0 ? r : fill_control(item, row);
}

/* Those that a policy names come first: no device can crowd them out by names it invents. */
int fleet_read_controls(struct store *store, struct json_object **ret)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	struct json_object *list = json_object_new_array();
	int r = answer_add(body, "controls", list);

	r = r != 0 ? r
		   : store_query(store, read_control, list,
			     CONTROL_ROW CONTROL_GROUP
			     "ORDER BY EXISTS (SELECT 1 FROM "
			     "severities s WHERE s.site = $1 AND s.control = n.subject) "
			     "DESC, n.subject LIMIT 256",
			     store_site());
	if (r == 0) {
		*ret = TAKE_PTR(body);
	}
	return r;
}

static int read_one(const struct store_value *row, void *data)
{
	return fill_control(data, row);
}

static int read_failing(const struct store_value *row, void *data)
{
	struct json_object *item = json_object_new_object();
	enum policy_ownership owner;
	int r = answer_push(data, item);

	r = r != 0 ? r : moment_parse_owner(row[3].text, &owner);
	r = r != 0 ? r : answer_add_span(item, "device", row[0].text);
	r = r != 0 ? r : fleet_add_label(item, row[1].text, row[2].n);
	r = r != 0 ? r : answer_add_span(item, "group", row[1].text);
	r = r != 0 ? r : answer_add_span(item, "reason", row[4].text);
	return r != 0 ? r : answer_add(item, "since", moment_json(owner, row[5].n));
}

/* From the few that fail to their devices, or down the list of devices until enough were found. */
static int add_failing(struct store *store, const char *id, struct json_object *body)
{
	struct json_object *list = json_object_new_array();
	int64_t failing = 0, fleet = 0;
	int r = answer_add(body, "failing", list);

	r = r != 0 ? r
		   : store_query(store, store_row_int, &failing,
			     "SELECT COALESCE(SUM(devices), 0) FROM totals WHERE site = $1 "
			     "AND subject = $2 AND state = 'fail'",
			     store_site(), store_text(id));
	r = r != 0 ? r
		   : store_query(store, store_row_int, &fleet,
			     "SELECT COALESCE(SUM(devices), 0) FROM totals WHERE site = $1 "
			     "AND subject = ''",
			     store_site());
	if (r == 0 && !FLEET_FEW(failing, fleet)) {
		return store_query(store, read_failing, list,
			"SELECT d.id, d.team, d.number, d.ownership, c.reason, c.since "
			"FROM devices d CROSS JOIN findings c WHERE d.site = $1 "
			"AND c.site = d.site AND c.device = d.id AND c.control = $2 "
			"AND c.state = 'fail' ORDER BY d.team, d.number LIMIT 50",
			store_site(), store_text(id));
	}

	return r != 0 ? r
		      : store_query(store, read_failing, list,
				"SELECT d.id, d.team, d.number, d.ownership, c.reason, c.since "
				"FROM findings c CROSS JOIN devices d WHERE d.site = c.site AND "
				"d.id = c.device AND c.site = $1 AND c.control = $2 AND "
				"c.state = 'fail' ORDER BY d.team, d.number LIMIT 50",
				store_site(), store_text(id));
}

static int read_team(const struct store_value *row, void *data)
{
	struct json_object *item = json_object_new_object();
	int r = answer_push(data, item);

	r = r != 0 ? r : answer_add_span(item, "group", row[0].text);
	r = r != 0 ? r : answer_add_int(item, "failing", row[1].n);
	return r != 0 ? r : answer_add_int(item, "total", row[2].n);
}

static int add_teams(struct store *store, const char *id, struct json_object *body)
{
	struct json_object *list = json_object_new_array();
	int r = answer_add(body, "groups", list);

	return r != 0 ? r
		      : store_query(store, read_team, list,
				"SELECT g.name, SUM(CASE WHEN t.state = 'fail' THEN t.devices ELSE "
				"0 END), SUM(t.devices) FROM teams g CROSS JOIN tallies t WHERE "
				"g.site = $1 AND t.site = g.site AND t.team = g.name AND "
				"t.subject = $2 AND t.state <> 'mends' GROUP BY g.name "
				"HAVING SUM(t.devices) > 0 ORDER BY g.name LIMIT 100",
				store_site(), store_text(id));
}

static int read_day(const struct store_value *row, void *data)
{
	static const char *const names[] = {"pass", "fail", "unknown"};
	struct json_object *item = json_object_new_object();
	int r = answer_push(data, item);

	r = r != 0 ? r : answer_add(item, "day", moment_json_day(row[0].n));
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(names); i++) {
		r = answer_add_int(item, names[i], row[i + 1].n);
	}
	return r;
}

static int add_trend(struct store *store, const char *id, int64_t now_s, struct json_object *body)
{
	struct json_object *list = json_object_new_array();
	int r = answer_add(body, "trend", list);

	return r != 0 ? r
		      : store_query(store, read_day, list,
				"SELECT day, SUM(CASE WHEN state = 'pass' THEN devices ELSE 0 "
				"END), "
				"SUM(CASE WHEN state = 'fail' THEN devices ELSE 0 END), "
				"SUM(CASE WHEN state IN ('unknown', 'error') THEN devices ELSE 0 "
				"END) FROM days WHERE site = $1 AND subject = $2 AND day > $3 "
				"AND day <= $4 GROUP BY day ORDER BY day",
				store_site(), store_text(id),
				store_int(now_s - now_s % CLOCK_DAY_S -
					  FLEET_TREND_DAYS * CLOCK_DAY_S),
				store_int(now_s));
}

/* A control that a policy names but no device has judged yet has a page, with nothing on it. */
static int add_empty(struct store *store, const char *id, struct json_object *body)
{
	return store_query(store, read_one, body,
		"SELECT control, severity, 0, 0, 0, 0, 0, 0 FROM severities "
		"WHERE site = $1 AND control = $2 ORDER BY rank LIMIT 1",
		store_site(), store_text(id));
}

int fleet_read_control(struct store *store, const char *id, int64_t now_s, struct json_object **ret)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	int r = body ? 0 : -ENOMEM;

	r = r != 0 ? r
		   : store_query(store, read_one, body,
			     CONTROL_ROW "AND n.subject = $2 " CONTROL_GROUP, store_site(),
			     store_text(id));
	if (r == 0 && json_object_object_length(body) == 0) {
		r = add_empty(store, id, body);
	}
	if (r == 0 && json_object_object_length(body) == 0) {
		return DEVICE_E_UNKNOWN;
	}
	r = r != 0 ? r : add_failing(store, id, body);
	r = r != 0 ? r : add_teams(store, id, body);
	r = r != 0 ? r : add_trend(store, id, now_s, body);
	if (r == 0) {
		*ret = TAKE_PTR(body);
	}
	return r;
}

int fleet_sweep(struct store *store, int64_t now_s, bool *ret_more)
{
	size_t n = 0;
	int r = tally_sweep(store, now_s - DEVICE_SILENT_S, &n);

	if (r == 0) {
		*ret_more = n == TALLY_SWEEP_MAX;
	}
	return r;
}

static int clear_day(struct store *store, int64_t day_s)
{
	return store_do(store, NULL, "DELETE FROM days WHERE site = $1 AND (day = $2 OR day < $3)",
		store_site(), store_int(day_s), store_int(day_s - DEVICE_HISTORY_S));
}

int fleet_count_day(struct store *store, int64_t now_s)
{
	int64_t day_s = now_s - now_s % CLOCK_DAY_S;
	int r = clear_day(store, day_s);

	r = r != 0 ? r
		   : store_do(store, NULL,
			     "INSERT INTO days (site, day, subject, state, devices) "
			     "SELECT $1, $2, subject, state, SUM(devices) FROM totals "
			     "WHERE site = $1 AND state <> 'mends' GROUP BY subject, state "
			     "HAVING SUM(devices) > 0",
			     store_site(), store_int(day_s));
	return r;
}
