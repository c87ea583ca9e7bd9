/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet.h"

#include "answer.h"
#include "labels.h"
#include "policies.h"

#include <stdio.h>
#include <inttypes.h>
#include <string.h>

#define FEW_MAX \
	2000 /* of a control's state, from which a page is made rather than from all devices */

/* One row as openapi's Device; $1 site */
#define DEVICE_ROW                                                                             \
	"SELECT d.id, d.team, d.number, d.ownership, d.shown, d.failing, d.unknown, d.worst, " \
	"d.heard, d.enrolled, d.policy FROM devices d WHERE d.site = $1 "

static int add_nullable(struct json_object *object, const char *key, const struct store_value *text)
{
	return text->type == STORE_NULL ? answer_add_null(object, key)
					: answer_add_span(object, key, text->text);
}

static int add_moment(struct json_object *object, const char *key, enum policy_ownership owner,
	const struct store_value *at)
{
	return at->type == STORE_NULL ? answer_add_null(object, key)
				      : answer_add(object, key, moment_json(owner, at->n));
}

static int fill_device(struct json_object *item, const struct store_value *row)
{
	enum policy_ownership owner;
	int r = moment_parse_owner(row[3].text, &owner);

	r = r != 0 ? r : answer_add_span(item, "id", row[0].text);
	r = r != 0 ? r : fleet_add_label(item, row[1].text, row[2].n);
	r = r != 0 ? r : answer_add_span(item, "group", row[1].text);
	r = r != 0 ? r : answer_add_span(item, "ownership", row[3].text);
	r = r != 0 ? r : answer_add_span(item, "state", row[4].text);
	r = r != 0 ? r : answer_add_int(item, "failing", row[5].n);
	r = r != 0 ? r : answer_add_int(item, "unknown", row[6].n);
	r = r != 0 ? r : add_nullable(item, "worst", &row[7]);
	r = r != 0 ? r : add_moment(item, "heard", owner, &row[8]);
	r = r != 0 ? r : add_moment(item, "enrolled", owner, &row[9]);
	return r != 0 ? r : answer_add_int(item, "policy", row[10].n);
}

struct page {
	struct json_object *list;
	size_t n;
	bool more;
	char next[FLEET_LABEL_MAX + 1]; /* team.number of the last device on the page */
};

static int read_page(const struct store_value *row, void *data)
{
	struct page *page = data;
	struct json_object *item;
	int r;

	if (page->n == FLEET_PAGE) {
		page->more = true;
		return 0;
	}
	item = json_object_new_object();
	r = answer_push(page->list, item);
	page->n++;
	snprintf(page->next, sizeof(page->next), "%.*s.%" PRId64, (int)row[1].text.len,
		row[1].text.p, row[2].n);
	return r != 0 ? r : fill_device(item, row);
}

/*
 * $2 state, $3 control, $4 its state, $5 team, $6 part of a label, $7 teams that may be seen; ''
 * leaves a filter out. A team's name has no sign that LIKE takes for another.
 */
#define LABEL                                                 \
	"d.team || '-' || CASE WHEN d.number < 10 THEN '00' " \
	"WHEN d.number < 100 THEN '0' ELSE '' END || CAST(d.number AS TEXT)"
#define FILTER_REST                                      \
	"AND ($5 = '' OR d.team = $5) "                  \
	"AND ($6 = '' OR " LABEL " LIKE $6 ESCAPE '!') " \
	"AND ($7 = '' OR $7 LIKE '%,' || d.team || ',%') "
#define FILTER_CONTROL                                                             \
	"AND ($3 = '' OR EXISTS (SELECT 1 FROM controls c WHERE c.site = d.site "  \
	"AND c.device = d.id AND c.control = $3 AND CASE WHEN d.shown = 'silent' " \
	"AND c.state IN ('pass', 'na', 'exempt') THEN 'unknown' ELSE c.state END = $4)) "
#define FILTER_ANY "AND ($2 = '' OR d.shown = $2) " FILTER_CONTROL FILTER_REST
/* By the index of what devices are shown as, in the order of the list */
#define FILTER_STATE "AND d.shown = $2 " FILTER_CONTROL FILTER_REST
/* From the few that are so to their devices */
#define FILTER_FEW                                                                              \
	"AND d.id IN (SELECT c.device FROM controls c WHERE c.site = $1 AND c.control = $3 "    \
	"AND c.state <> 'pass' AND c.state = $4) AND ($2 = '' OR d.shown = $2) " FILTER_CONTROL \
		FILTER_REST
#define PAGE_ORDER                                            \
	"AND (d.team, d.number) > ($8, $9) ORDER BY d.team, " \
	"d.number LIMIT 51"

/* The same of one group, by its own part of that index */
#define TEAM_ORDER                                                                           \
	"AND d.team = $5 AND ($8 < d.team OR d.number > $9) AND $8 <= $5 ORDER BY d.number " \
	"LIMIT 51"

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* "%text%" for LIKE, its own signs escaped; labels have small letters only */
static int like_pattern(const char *text, struct str *out)
{
	int r = str_append_char(out, '%');

	for (; r == 0 && *text; text++) {
		if (strchr("%_!", *text)) {
			r = str_append_char(out, '!');
		}
		r = r < 0 ? r
			  : str_append_char(out,
				    *text >= 'A' && *text <= 'Z' ? (char)(*text | 0x20) : *text);
	}
	return r < 0 ? r : str_append_char(out, '%');
}

static int run_page(struct store *store, const struct fleet_filter *filter, const char *like,
	int64_t total, struct page *page)
{
	bool few = filter->control && total <= FEW_MAX &&
		   strcmp(filter->control_state, "unknown") != 0 &&
		   strcmp(filter->control_state, "pass") != 0;
	const char *sql = few		  ? DEVICE_ROW FILTER_FEW PAGE_ORDER
			  : filter->team  ? DEVICE_ROW FILTER_ANY TEAM_ORDER
			  : filter->state ? DEVICE_ROW FILTER_STATE PAGE_ORDER
					  : DEVICE_ROW FILTER_ANY PAGE_ORDER;

	return store_query(store, read_page, page, sql, store_site(),
		store_text(or_empty(filter->state)), store_text(or_empty(filter->control)),
		store_text(or_empty(filter->control_state)), store_text(or_empty(filter->team)),
		store_text(like), store_text(or_empty(filter->reach)),
		store_text(or_empty(filter->after_team)), store_int(filter->after_number));
}

/* One filter alone is counted already, by whole groups. */
static int run_tally(struct store *store, const struct fleet_filter *filter, int64_t *ret_total)
{
	const char *state = filter->control ? filter->control_state : or_empty(filter->state);

	if (!filter->team && !or_empty(filter->reach)[0]) {
		return store_query(store, store_row_int, ret_total,
			"SELECT COALESCE(SUM(devices), 0) FROM totals WHERE site = $1 "
			"AND subject = $2 AND ($3 = '' OR state = $3)",
			store_site(), store_text(or_empty(filter->control)), store_text(state));
	}
	return store_query(store, store_row_int, ret_total,
		"SELECT COALESCE(SUM(devices), 0) FROM tallies WHERE site = $1 AND subject = $2 "
		"AND ($3 = '' OR state = $3) AND ($4 = '' OR team = $4) "
		"AND ($5 = '' OR $5 LIKE '%,' || team || ',%')",
		store_site(), store_text(or_empty(filter->control)), store_text(state),
		store_text(or_empty(filter->team)), store_text(or_empty(filter->reach)));
}

static int run_total(struct store *store, const struct fleet_filter *filter, const char *like,
	int64_t *ret_total)
{
	if (!like[0] && !(filter->control && filter->state)) {
		return run_tally(store, filter, ret_total);
	}
	return store_query(store, store_row_int, ret_total,
		"SELECT COUNT(*) FROM devices d WHERE d.site = $1 " FILTER_ANY, store_site(),
		store_text(or_empty(filter->state)), store_text(or_empty(filter->control)),
		store_text(or_empty(filter->control_state)), store_text(or_empty(filter->team)),
		store_text(like), store_text(or_empty(filter->reach)));
}

/* What of one group is on the page; like is empty where all of it fits */
static int run_team(struct store *store, const struct fleet_filter *filter, const char *team,
	const char *like, struct page *page)
{
	int order = strcmp(team, or_empty(filter->after_team));

	if (order < 0 || page->more) {
		return 0;
	}
	return store_query(store, read_page, page,
		DEVICE_ROW "AND d.team = $2 AND d.number > $3 AND ($4 = '' OR " LABEL
			   " LIKE $4 ESCAPE '!') ORDER BY d.number LIMIT 51",
		store_site(), store_text(team), store_int(order == 0 ? filter->after_number : 0),
		store_text(like));
}

/* By part of a label alone: from the groups in which it is, never down the list of all devices. */
static int run_labels(struct store *store, const struct fleet_filter *filter, const char *like,
	int64_t *ret_total, struct page *page)
{
	cleanup(labels_finish) struct labels labels = {0};
	struct label_part part;
	int r = 0;

	if (labels_read(filter->text, &part)) {
		r = labels_find(store, &part, filter->team, filter->reach, &labels);
	}
	for (size_t i = 0; r == 0 && i < labels.n; i++) {
		const char *team = labels.teams[i].name;

		r = run_team(store, filter, team, labels_fit(&part, team) == LABEL_ALL ? "" : like,
			page);
	}
	*ret_total = labels.total;
	return r;
}

static int run_list(struct store *store, const struct fleet_filter *filter, const char *like,
	int64_t *ret_total, struct page *page)
{
	int r;

	if (like[0] && !filter->control && !filter->state) {
		return run_labels(store, filter, like, ret_total, page);
	}
	r = run_total(store, filter, like, ret_total);
	return r != 0 ? r : run_page(store, filter, like, *ret_total, page);
}

int fleet_read_devices(
	struct store *store, const struct fleet_filter *filter, struct json_object **ret)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	cleanup(str_finish) struct str like = {0};
	struct page page = {.list = json_object_new_array()};
	int64_t total = 0;
	int r = answer_add(body, "devices", page.list);

	if (r == 0 && filter->text && filter->text[0]) {
		r = like_pattern(filter->text, &like);
	}
	r = r != 0 ? r : run_list(store, filter, or_empty(like.p), &total, &page);
	r = r != 0 ? r : answer_add_int(body, "total", total);
	if (r == 0) {
		r = page.more ? answer_add_text(body, "next", page.next)
			      : answer_add_null(body, "next");
	}
	if (r == 0) {
		*ret = TAKE_PTR(body);
	}
	return r;
}

struct detail {
	struct json_object *device;
	struct policies_line line;
	int64_t held;
	bool found;
};

static int read_detail(const struct store_value *row, void *data)
{
	struct detail *detail = data;
	int r = moment_parse_owner(row[3].text, &detail->line.owner);

	detail->found = true;
	detail->held = row[10].n;
	r = r != 0 ? r : store_copy(&row[1], detail->line.team, DEVICE_TEAM_MAX);
	return r != 0 ? r : fill_device(detail->device, row);
}

struct rows {
	struct json_object *list;
	enum policy_ownership owner;
};

static int read_control(const struct store_value *row, void *data)
{
	const struct rows *rows = data;
	struct json_object *item = json_object_new_object();
	int r = answer_push(rows->list, item);

	r = r != 0 ? r : answer_add_span(item, "id", row[0].text);
	r = r != 0 ? r : answer_add_span(item, "severity", row[1].text);
	r = r != 0 ? r : answer_add_span(item, "state", row[2].text);
	r = r != 0 ? r : answer_add_span(item, "reason", row[3].text);
	r = r != 0 ? r : answer_add(item, "since", moment_json(rows->owner, row[4].n));
	return r != 0 ? r : answer_add(item, "answered", moment_json(rows->owner, row[5].n));
}

static int add_controls(
	struct store *store, const char *id, enum policy_ownership owner, struct json_object *body)
{
	struct rows rows = {json_object_new_array(), owner};
	int r = answer_add(body, "controls", rows.list);

	return r != 0 ? r
		      : store_query(store, read_control, &rows,
				"SELECT c.control, COALESCE(s.severity, 'info'), c.state, "
				"c.reason, "
				"c.since, CASE WHEN d.confirmed > c.answered THEN d.confirmed "
				"ELSE c.answered END FROM controls c JOIN devices d "
				"ON d.site = c.site AND d.id = c.device LEFT JOIN severities s "
				"ON s.site = c.site AND s.control = c.control "
				"AND s.ownership = d.ownership WHERE c.site = $1 AND c.device = $2 "
				"ORDER BY c.control LIMIT 256",
				store_site(), store_text(id));
}

static int read_change(const struct store_value *row, void *data)
{
	const struct rows *rows = data;
	struct json_object *item = json_object_new_object();
	int r = answer_push(rows->list, item);

	r = r != 0 ? r : answer_add_span(item, "control", row[0].text);
	r = r != 0 ? r : answer_add(item, "at", moment_json(rows->owner, row[1].n));
	r = r != 0 ? r : answer_add_span(item, "state", row[2].text);
	return r != 0 ? r : answer_add_span(item, "reason", row[3].text);
}

static int add_history(
	struct store *store, const char *id, enum policy_ownership owner, struct json_object *body)
{
	struct rows rows = {json_object_new_array(), owner};
	int r = answer_add(body, "history", rows.list);

	return r != 0 ? r
		      : store_query(store, read_change, &rows,
				"SELECT control, at, state, reason FROM history "
				"WHERE site = $1 AND device = $2 ORDER BY at DESC, control LIMIT "
				"500",
				store_site(), store_text(id));
}

static int add_policy(struct store *store, const struct detail *detail, struct json_object *body)
{
	struct json_object *policy = json_object_new_object();
	char name[POLICY_WORD_MAX + 1];
	int64_t current = 0;
	int r = answer_add(body, "policy", policy);

	r = r != 0 ? r : policies_current(store, &detail->line, name, &current);
	r = r != 0 ? r : answer_add_text(policy, "name", name);
	r = r != 0 ? r : answer_add_int(policy, "current", current);
	return r != 0 ? r : answer_add_int(policy, "held", detail->held);
}

int fleet_read_device(
	struct store *store, const char *id, const char *reach, struct json_object **ret)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	struct detail detail = {.device = json_object_new_object()};
	int r = answer_add(body, "device", detail.device);

	r = r != 0 ? r
		   : store_query(store, read_detail, &detail,
			     DEVICE_ROW
			     "AND d.id = $2 AND ($3 = '' OR $3 LIKE '%,' || d.team || ',%')",
			     store_site(), store_text(id), store_text(reach));
	if (r != 0 || !detail.found) {
		return r != 0 ? r : DEVICE_E_UNKNOWN;
	}
	r = add_policy(store, &detail, body);
	r = r != 0 ? r : add_controls(store, id, detail.line.owner, body);
	r = r != 0 ? r : add_history(store, id, detail.line.owner, body);
	if (r == 0) {
		*ret = TAKE_PTR(body);
	}
	return r;
}
