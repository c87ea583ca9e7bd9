/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet.h"

#include "answer.h"
#include "clock.h"

#include <stdio.h>
#include <inttypes.h>
#include <string.h>

int fleet_add_label(struct json_object *object, struct span team, int64_t number)
{
	char label[FLEET_LABEL_MAX + 1];

	snprintf(label, sizeof(label), "%.*s-%03" PRId64, (int)team.len, team.p, number);
	return answer_add_text(object, "label", label);
}

static int read_totals(const struct store_value *row, void *data)
{
	static const char *const names[] = {"total", "passing", "failing", "unknown", "silent"};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(names); i++) {
		r = answer_add_int(data, names[i], row[i].n);
	}
	return r;
}

static int add_totals(struct store *store, struct json_object *fleet)
{
	struct json_object *devices = json_object_new_object();
	int r = answer_add(fleet, "devices", devices);

	return r != 0 ? r
		      : store_query(store, read_totals, devices,
				"SELECT COALESCE(SUM(devices), 0), "
				"COALESCE(SUM(CASE WHEN state = 'passing' THEN devices ELSE 0 "
				"END), 0), "
				"COALESCE(SUM(CASE WHEN state = 'failing' THEN devices ELSE 0 "
				"END), 0), "
				"COALESCE(SUM(CASE WHEN state = 'unknown' THEN devices ELSE 0 "
				"END), 0), "
				"COALESCE(SUM(CASE WHEN state = 'silent' THEN devices ELSE 0 END), "
				"0) "
				"FROM totals WHERE site = $1 AND subject = ''",
				store_site());
}

static int read_worst(const struct store_value *row, void *data)
{
	struct json_object *item = json_object_new_object();
	int r = answer_push(data, item);

	r = r != 0 ? r : answer_add_span(item, "id", row[0].text);
	r = r != 0 ? r : answer_add_span(item, "severity", row[1].text);
	r = r != 0 ? r : answer_add_int(item, "failing", row[2].n);
	return r != 0 ? r : answer_add_int(item, "mends", row[3].n);
}

/* Counts what the list of a control counts; a silent device is mended by hearing of it alone. */
static int add_worst(struct store *store, struct json_object *fleet)
{
	struct json_object *list = json_object_new_array();
	int r = answer_add(fleet, "worst", list);

	return r != 0 ? r
		      : store_query(store, read_worst, list,
				"SELECT subject, severity, failing, mends FROM (SELECT t.subject, "
				"COALESCE((SELECT s.severity FROM severities s "
				"WHERE s.site = $1 AND s.control = t.subject "
				"ORDER BY s.rank LIMIT 1), 'info') AS severity, "
				"SUM(CASE WHEN t.state = 'fail' THEN t.devices ELSE 0 END) AS "
				"failing, "
				"SUM(CASE WHEN t.state = 'mends' THEN t.devices ELSE 0 END) AS "
				"mends "
				"FROM totals t WHERE t.site = $1 AND t.subject <> '' "
				"GROUP BY t.subject) w WHERE failing > 0 "
				"ORDER BY failing DESC, mends DESC, subject LIMIT 10",
				store_site());
}

static int read_new(const struct store_value *row, void *data)
{
	struct json_object *item = json_object_new_object();
	enum policy_ownership owner;
	int r = answer_push(data, item);

	r = r != 0 ? r : moment_parse_owner(row[3].text, &owner);
	r = r != 0 ? r : answer_add_span(item, "device", row[0].text);
	r = r != 0 ? r : fleet_add_label(item, row[1].text, row[2].n);
	r = r != 0 ? r : answer_add_span(item, "control", row[4].text);
	r = r != 0 ? r : answer_add_span(item, "reason", row[5].text);
	return r != 0 ? r : answer_add(item, "since", moment_json(owner, row[6].n));
}

static int add_new(struct store *store, int64_t now_s, struct json_object *fleet)
{
	struct json_object *list = json_object_new_array();
	int64_t total = 0;
	int r = answer_add(fleet, "newly_failing", list);

	r = r != 0 ? r
		   : store_query(store, read_new, list,
			     "SELECT d.id, d.team, d.number, d.ownership, c.control, c.reason, "
			     "c.since FROM (SELECT site, device, control, reason, since "
			     "FROM findings WHERE site = $1 AND state = 'fail' AND since >= $2 "
			     "ORDER BY since DESC, device DESC, control DESC LIMIT 50) c "
			     "JOIN devices d ON d.site = c.site AND d.id = c.device "
			     "ORDER BY c.since DESC, d.team, d.number, c.control",
			     store_site(), store_int(now_s - FLEET_NEW_S));
	r = r != 0 ? r
		   : store_query(store, store_row_int, &total,
			     "SELECT COUNT(*) FROM findings WHERE site = $1 AND state = 'fail' "
			     "AND since >= $2",
			     store_site(), store_int(now_s - FLEET_NEW_S));
	return r != 0 ? r : answer_add_int(fleet, "newly_failing_total", total);
}

static int read_silent(const struct store_value *row, void *data)
{
	struct json_object *item = json_object_new_object();
	enum policy_ownership owner;
	int r = answer_push(data, item);

	r = r != 0 ? r : moment_parse_owner(row[3].text, &owner);
	r = r != 0 ? r : answer_add_span(item, "device", row[0].text);
	r = r != 0 ? r : fleet_add_label(item, row[1].text, row[2].n);
	if (r != 0) {
		return r;
	}
	return row[4].type == STORE_NULL ? answer_add_null(item, "heard")
					 : answer_add(item, "heard", moment_json(owner, row[4].n));
}

static int add_silent(struct store *store, struct json_object *fleet)
{
	struct json_object *list = json_object_new_array();
	int r = answer_add(fleet, "silent", list);

	return r != 0 ? r
		      : store_query(store, read_silent, list,
				"SELECT id, team, number, ownership, heard FROM devices "
				"WHERE site = $1 AND shown = 'silent' "
				"ORDER BY COALESCE(heard, enrolled), team, number LIMIT 50",
				store_site());
}

static int read_day(const struct store_value *row, void *data)
{
	static const char *const names[] = {"passing", "failing", "unknown", "silent"};
	struct json_object *item = json_object_new_object();
	int r = answer_push(data, item);

	r = r != 0 ? r : answer_add(item, "day", moment_json_day(row[0].n));
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(names); i++) {
		r = answer_add_int(item, names[i], row[i + 1].n);
	}
	return r;
}

static int add_trend(struct store *store, int64_t now_s, struct json_object *fleet)
{
	struct json_object *list = json_object_new_array();
	int r = answer_add(fleet, "trend", list);

	return r != 0 ? r
		      : store_query(store, read_day, list,
				"SELECT day, "
				"SUM(CASE WHEN state = 'passing' THEN devices ELSE 0 END), "
				"SUM(CASE WHEN state = 'failing' THEN devices ELSE 0 END), "
				"SUM(CASE WHEN state = 'unknown' THEN devices ELSE 0 END), "
				"SUM(CASE WHEN state = 'silent' THEN devices ELSE 0 END) "
				"FROM days WHERE site = $1 AND subject = '' AND day > $2 "
				"AND day <= $3 GROUP BY day ORDER BY day",
				store_site(),
				store_int(now_s - now_s % CLOCK_DAY_S -
					  FLEET_TREND_DAYS * CLOCK_DAY_S),
				store_int(now_s));
}

int fleet_read(struct store *store, int64_t now_s, struct json_object **ret)
{
	cleanup(json_put) struct json_object *fleet = json_object_new_object();
	int r = answer_add(fleet, "generated", moment_json_instant(now_s));

	r = r != 0 ? r : add_totals(store, fleet);
	r = r != 0 ? r : add_worst(store, fleet);
	r = r != 0 ? r : add_new(store, now_s, fleet);
	r = r != 0 ? r : add_silent(store, fleet);
	r = r != 0 ? r : add_trend(store, now_s, fleet);
	if (r == 0) {
		*ret = TAKE_PTR(fleet);
	}
	return r;
}
