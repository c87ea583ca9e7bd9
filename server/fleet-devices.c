/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"
#include "fleet-list.h"
#include "labels.h"

#include <string.h>

#define FLEET_COUNT "SELECT COUNT(*) "
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

/* What a control's index has: not what passed, and not what a silent device is taken for */
static bool indexed(const struct fleet_filter *filter)
{
	return filter->control && strcmp(filter->control_state, "unknown") != 0 &&
	       strcmp(filter->control_state, "pass") != 0;
}

bool fleet_few(const struct fleet_asked *asked)
{
	const struct fleet_filter *filter = asked->filter;

	if (!indexed(filter)) {
		return false;
	}
	/* How many of a page a part of a label leaves is not known: the walk may be the whole list.
	 */
	return asked->like[0] || (FLEET_FEW(asked->few_of, asked->fleet) &&
					 (!filter->team || asked->few_of <= FLEET_FEW_IN_TEAM));
}

int fleet_label_page(struct store *store, const struct fleet_asked *asked, struct fleet_page *page)
{
	const struct fleet_filter *filter = asked->filter;
	const char *sql = fleet_few(asked) ? FLEET_FEW_ROW PAGE_ORDER
			  : filter->team   ? FLEET_DEVICE_ROW FLEET_FILTER_ANY TEAM_ORDER
			  : filter->state  ? FLEET_DEVICE_ROW FLEET_FILTER_STATE PAGE_ORDER
					   : FLEET_DEVICE_ROW FLEET_FILTER_ANY PAGE_ORDER;

	return store_query(store, fleet_page_read, page, sql, store_site(),
		store_text(or_empty(filter->state)), store_text(or_empty(filter->control)),
		store_text(or_empty(filter->control_state)), store_text(or_empty(filter->team)),
		store_text(asked->like), store_text(or_empty(filter->reach)),
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
		"SELECT COALESCE(SUM(t.devices), 0) FROM teams g CROSS JOIN tallies t WHERE "
		"g.site = $1 AND ($4 = '' OR g.name = $4) AND ($5 = '' OR $5 LIKE '%,' || g.name "
		"|| ',%') AND t.site = g.site AND t.team = g.name AND t.subject = $2 "
		"AND ($3 = '' OR t.state = $3)",
		store_site(), store_text(or_empty(filter->control)), store_text(state),
		store_text(or_empty(filter->team)), store_text(or_empty(filter->reach)));
}

/* How many devices the control alone leaves, and of how many */
static int run_few(struct store *store, struct fleet_asked *asked)
{
	const struct fleet_filter one = {
		.control = asked->filter->control, .control_state = asked->filter->control_state};
	const struct fleet_filter none = {0};
	int r = asked->filter->control ? run_tally(store, &one, &asked->few_of) : 0;

	return r != 0 || !asked->filter->control ? r : run_tally(store, &none, &asked->fleet);
}

static int run_total(struct store *store, struct fleet_asked *asked)
{
	const struct fleet_filter *filter = asked->filter;
	int r = run_few(store, asked);

	if (r != 0 || (!asked->like[0] && !(filter->control && filter->state))) {
		return r != 0 ? r : run_tally(store, filter, &asked->total);
	}
	return store_query(store, store_row_int, &asked->total,
		indexed(filter) ? FLEET_COUNT FLEET_OF_FEW FLEET_FILTER_FEW
		: filter->state ? FLEET_COUNT FLEET_OF_ALL FLEET_FILTER_STATE
				: FLEET_COUNT FLEET_OF_ALL FLEET_FILTER_ANY,
		store_site(), store_text(or_empty(filter->state)),
		store_text(or_empty(filter->control)), store_text(or_empty(filter->control_state)),
		store_text(or_empty(filter->team)), store_text(asked->like),
		store_text(or_empty(filter->reach)));
}

/* What of one group is on the page; like is empty where all of it fits */
static int run_team(struct store *store, const struct fleet_filter *filter, const char *team,
	const char *like, struct fleet_page *page)
{
	int order = strcmp(team, or_empty(filter->after_team));

	if (order < 0 || page->more) {
		return 0;
	}
	return store_query(store, fleet_page_read, page,
		FLEET_DEVICE_ROW "AND d.team = $2 AND d.number > $3 AND ($4 = '' OR " FLEET_LABEL
				 " LIKE $4 ESCAPE '!') AND ($5 = '' OR d.shown = $5) "
				 "ORDER BY d.number LIMIT 51",
		store_site(), store_text(team), store_int(order == 0 ? filter->after_number : 0),
		store_text(like), store_text(or_empty(filter->state)));
}

/* By part of a label alone: from the groups in which it is, never down the list of all devices. */
static int run_labels(struct store *store, const struct fleet_asked *asked,
	const struct label_part *part, const struct labels *labels, struct fleet_page *page)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < labels->n; i++) {
		const char *team = labels->teams[i].name;

		r = run_team(store, asked->filter, team,
			labels_fit(part, team) == LABEL_ALL ? "" : asked->like, page);
	}
	return r;
}

/* Down the labels: groups lie together in this order */
static bool by_label(const struct fleet_filter *filter)
{
	return filter->sort == FLEET_BY_LABEL
		       ? !filter->down
		       : filter->sort == FLEET_BY_GROUP && (!filter->down || filter->team);
}

static int list_labels(struct store *store, struct fleet_asked *asked, struct fleet_page *page)
{
	cleanup(labels_finish) struct labels labels = {0};
	const struct fleet_filter *filter = asked->filter;
	struct label_part part;
	int r = 0;

	if (labels_read(filter->text, &part)) {
		r = labels_find(store, &part, filter, &labels);
	}
	asked->total = labels.total;
	if (r != 0 || labels.total == 0) {
		return r;
	}
	if (by_label(filter)) {
		return run_labels(store, asked, &part, &labels, page);
	}
	return labels.total <= FLEET_SORT_MAX
		       ? fleet_sort_labels(store, asked, &part, &labels, page)
		       : fleet_sort_page(store, asked, page);
}

static int list(struct store *store, struct fleet_asked *asked, struct fleet_page *page)
{
	const struct fleet_filter *filter = asked->filter;
	int r;

	if (asked->like[0] && !filter->control) {
		return list_labels(store, asked, page);
	}
	r = run_total(store, asked);
	if (r != 0) {
		return r;
	}
	return by_label(filter) ? fleet_label_page(store, asked, page)
				: fleet_sort_page(store, asked, page);
}

int fleet_read_devices(
	struct store *store, const struct fleet_filter *filter, struct json_object **ret)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	cleanup(str_finish) struct str like = {0};
	struct fleet_page page = {.list = json_object_new_array(), .sort = filter->sort};
	struct fleet_asked asked = {.filter = filter};
	int r = answer_add(body, "devices", page.list);

	if (r == 0 && filter->text && filter->text[0]) {
		r = like_pattern(filter->text, &like);
	}
	asked.like = or_empty(like.p);
	r = r != 0 ? r : list(store, &asked, &page);
	r = r != 0 ? r : answer_add_int(body, "total", asked.total);
	if (r == 0) {
		r = page.more ? answer_add_text(body, "next", page.next)
			      : answer_add_null(body, "next");
	}
	if (r == 0) {
		*ret = TAKE_PTR(body);
	}
	return r;
}
