/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages of devices in other orders than by label. What a device is sorted by has few values: days,
 * numbers of failing controls. So a page goes from value to value and takes of each, by label, what
 * an index (site, shown, value, team, number) says, one range for each state: however large the
 * fleet, no more rows are read than fit on the page, but those that a filter refuses.
 */
#include "fleet-list.h"

#include <string.h>

#define TEAM_LAST "{" /* behind every group's name in the order of bytes */

static const char *const states[] = {"failing", "unknown", "silent", "passing"};

const char *fleet_state_at(size_t rank)
{
	return rank < ARRAY_LEN(states) ? states[rank] : NULL;
}

size_t fleet_state_rank(struct span state)
{
	size_t rank = 0;

	while (rank < ARRAY_LEN(states) && !span_eq(state, states[rank])) {
		rank++;
	}
	return rank;
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* Where a page goes on: behind this label, of this value */
struct place {
	const char *team, *team_end;
	int64_t number, value;
};

static int run(struct store *store, const char *sql, const struct fleet_asked *asked,
	const struct place *place, struct fleet_page *page)
{
	const struct fleet_filter *filter = asked->filter;

	return store_query(store, fleet_page_read, page, sql, store_site(),
		store_text(or_empty(filter->state)), store_text(or_empty(filter->control)),
		store_text(or_empty(filter->control_state)), store_text(or_empty(filter->team)),
		store_text(asked->like), store_text(or_empty(filter->reach)),
		store_text(place->team), store_int(place->number), store_int(place->value),
		store_text(place->team_end), store_int((int64_t)(FLEET_PAGE + 1 - page->n)));
}

/* One order over all devices, over those of a state, and over few */
struct order {
	const char *any, *state, *few;
};
#define ORDER(tail)                                                                               \
	{                                                                                         \
		FLEET_DEVICE_ROW FLEET_FILTER_ANY tail, FLEET_DEVICE_ROW FLEET_FILTER_STATE tail, \
			FLEET_FEW_ROW tail                                                        \
	}

static const char *order_sql(const struct order *order, const struct fleet_asked *asked)
{
	return fleet_few(asked) ? order->few : asked->filter->state ? order->state : order->any;
}

static int page_label(struct store *store, const struct fleet_asked *asked, struct fleet_page *page)
{
	static const struct order down =
		ORDER("AND (d.team, d.number) < ($8, $9) AND d.team >= $11 "
		      "ORDER BY d.team DESC, d.number DESC LIMIT $12");
	const struct fleet_filter *filter = asked->filter;
	struct place place = {.team = filter->after_team ? filter->after_team : TEAM_LAST,
		.number = filter->after_number,
		.team_end = or_empty(filter->team)};

	if (filter->team && strcmp(place.team, filter->team) > 0) {
		place.team = filter->team;
		place.number = INT64_MAX;
	}
	return run(store, order_sql(&down, asked), asked, &place, page);
}

/* The rest of the group where the page before ended, then the groups before it */
static int page_group(struct store *store, const struct fleet_asked *asked, struct fleet_page *page)
{
	static const struct order rest =
		ORDER("AND d.team = $8 AND d.number > $9 ORDER BY d.number LIMIT $12");
	static const struct order before =
		ORDER("AND d.team < $8 ORDER BY d.team DESC, d.number LIMIT $12");
	const struct fleet_filter *filter = asked->filter;
	const struct place place = {.team = filter->after_team ? filter->after_team : TEAM_LAST,
		.number = filter->after_number,
		.team_end = ""};
	int r = filter->after_team ? run(store, order_sql(&rest, asked), asked, &place, page) : 0;

	return r != 0 || page->more ? r
				    : run(store, order_sql(&before, asked), asked, &place, page);
}

/* One state behind the other, each by label */
static int page_state(struct store *store, const struct fleet_asked *asked, struct fleet_page *page)
{
	struct fleet_filter filter = *asked->filter;
	const struct fleet_asked one = {&filter, asked->like, asked->total};
	size_t rank = filter.after_team ? (size_t)filter.after_value
		      : filter.down	? ARRAY_LEN(states) - 1
					: 0;
	int r = 0;

	for (; r == 0 && !page->more && rank < ARRAY_LEN(states); rank += filter.down ? -1 : 1) {
		filter.state = states[rank];
		if (!asked->filter->state || strcmp(asked->filter->state, filter.state) == 0) {
			r = fleet_label_page(store, &one, page);
		}
		filter.after_team = NULL;
		filter.after_number = 0;
	}
	return r;
}

/* What devices are sorted by: a column of which there is such an index */
struct value {
	const char *any, *state;  /* those of one value: of each state, joined, or of one */
	const char *least, *most; /* the next value behind $2, of state $3 or '' */
	const char *few_up, *few_down;
};
#define AFTER_LABEL                                                     \
	"AND (d.team, d.number) > ($8, $9) AND d.team <= $11 ORDER BY " \
	"d.team, d.number LIMIT $12"
#define STATE_AT(column, name)                                                      \
	"SELECT * FROM (" FLEET_DEVICE_ROW "AND d.shown = '" name "' AND d." column \
	" = $10 " FLEET_FILTER_CONTROL FLEET_FILTER_REST AFTER_LABEL ") " name "_ones "
#define ANY_AT(column)                                                         \
	STATE_AT(column, "failing")                                            \
	"UNION ALL " STATE_AT(column, "unknown") "UNION ALL " STATE_AT(column, \
		"silent") "UNION ALL " STATE_AT(column, "passing") "ORDER BY 2, 3 LIMIT $12"
#define STATE_NEXT(best, beyond, column, name)                                                 \
	"SELECT " best "(" column ") AS value FROM devices WHERE site = $1 AND shown = '" name \
	"' AND ($3 = '' OR $3 = '" name "') AND " column " " beyond " $2 "
#define NEXT(best, beyond, column)                                                             \
	"SELECT " best                                                                         \
	"(value) FROM (" STATE_NEXT(best, beyond, column, "failing") "UNION ALL " STATE_NEXT(  \
		best, beyond, column, "unknown") "UNION ALL " STATE_NEXT(best, beyond, column, \
		"silent") "UNION ALL " STATE_NEXT(best, beyond, column, "passing") ") next_values"
#define BEYOND(column, beyond, order)                                  \
	FLEET_FEW_ROW "AND (d." column " " beyond " $10 OR (d." column \
		      " = $10 AND (d.team, d.number) > ($8, $9))) "    \
		      "ORDER BY d." column order ", d.team, d.number LIMIT $12"
#define VALUE(column)                                                                              \
	{                                                                                          \
		.any = ANY_AT(column),                                                             \
		.state =                                                                           \
			FLEET_DEVICE_ROW "AND d." column " = $10 " FLEET_FILTER_STATE AFTER_LABEL, \
		.least = NEXT("MIN", ">", column), .most = NEXT("MAX", "<", column),               \
		.few_up = BEYOND(column, ">", ""), .few_down = BEYOND(column, "<", " DESC"),       \
	}
static const struct value value_heard = VALUE("heard_day");
static const struct value value_failing = VALUE("failing");

struct next {
	int64_t value;
	bool found;
};

static int read_next(const struct store_value *row, void *data)
{
	struct next *next = data;

	next->found = row[0].type == STORE_INT;
	next->value = row[0].n;
	return 0;
}

static int find_next(struct store *store, const struct value *value,
	const struct fleet_filter *filter, struct next *next)
{
	return store_query(store, read_next, next, filter->down ? value->most : value->least,
		store_site(), store_int(next->value), store_text(or_empty(filter->state)));
}

static struct place first_of(const struct fleet_filter *filter, int64_t value)
{
	return (struct place){.team = or_empty(filter->team),
		.team_end = filter->team ? filter->team : TEAM_LAST,
		.number = filter->team ? 0 : -1,
		.value = value};
}

/* Where the page begins: behind the cursor, or before all values */
static struct place first_place(const struct fleet_filter *filter)
{
	if (!filter->after_team) {
		return first_of(filter, filter->down ? INT64_MAX : -1);
	}
	return (struct place){.team = filter->after_team,
		.team_end = filter->team ? filter->team : TEAM_LAST,
		.number = filter->after_number,
		.value = filter->after_value};
}

static int page_value(struct store *store, const struct value *value,
	const struct fleet_asked *asked, struct fleet_page *page)
{
	const struct fleet_filter *filter = asked->filter;
	struct place place = first_place(filter);
	struct next next = {place.value, filter->after_team != NULL};
	int r = 0;

	if (fleet_few(asked)) {
		return run(
			store, filter->down ? value->few_down : value->few_up, asked, &place, page);
	}
	do {
		r = !next.found ? 0
				: run(store, filter->state ? value->state : value->any, asked,
					  &place, page);
		r = r != 0 || page->more ? r : find_next(store, value, filter, &next);
		place = first_of(filter, next.value);
	} while (r == 0 && next.found && !page->more);
	return r;
}

int fleet_sort_page(struct store *store, const struct fleet_asked *asked, struct fleet_page *page)
{
	switch (asked->filter->sort) {
	case FLEET_BY_LABEL:
		return page_label(store, asked, page);
	case FLEET_BY_GROUP:
		return page_group(store, asked, page);
	case FLEET_BY_HEARD:
		return page_value(store, &value_heard, asked, page);
	case FLEET_BY_FAILING:
		return page_value(store, &value_failing, asked, page);
	case FLEET_BY_STATE:
		return page_state(store, asked, page);
	}
	return -EINVAL;
}
