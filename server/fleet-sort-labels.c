/* SPDX-License-Identifier: Apache-2.0 */
/* Few devices in another order: where each stands is read, sorted, and the page's are looked up. */
#include "fleet-list.h"
#include "tally.h"
#include "vec.h"

#include <string.h>

/* Where a device stands; what is turned round is negative. */
struct stand {
	int64_t value;
	char team[DEVICE_TEAM_MAX + 1];
	int64_t number;
	bool teams_down;
};

struct stands {
	const struct fleet_filter *filter;
	const char *team; /* whose devices are read */
	VEC(struct stand) list;
};

static void stands_finish(struct stands *stands)
{
	vec_free(&stands->list);
}

static int64_t order_number(const struct fleet_filter *filter, int64_t number)
{
	return filter->down && filter->sort == FLEET_BY_LABEL ? -number : number;
}

static bool teams_down(const struct fleet_filter *filter)
{
	return filter->down && (filter->sort == FLEET_BY_LABEL || filter->sort == FLEET_BY_GROUP);
}

static int64_t order_value(const struct fleet_filter *filter, const struct store_value *row)
{
	int64_t value = 0;

	switch (filter->sort) {
	case FLEET_BY_LABEL:
	case FLEET_BY_GROUP:
		return 0;
	case FLEET_BY_FAILING:
		value = row[1].n;
		break;
	case FLEET_BY_HEARD:
		value = row[2].n;
		break;
	case FLEET_BY_STATE:
		value = (int64_t)fleet_state_rank(row[3].text);
		break;
	}
	return filter->down ? -value : value;
}

static int read_stand(const struct store_value *row, void *data)
{
	struct stands *stands = data;
	struct stand stand = {.value = order_value(stands->filter, row),
		.number = order_number(stands->filter, row[0].n),
		.teams_down = teams_down(stands->filter)};

	memcpy(stand.team, stands->team, strlen(stands->team));
	return vec_push(&stands->list, stand, FLEET_SORT_MAX);
}

static int compare(const void *a, const void *b)
{
	const struct stand *left = a, *right = b;
	int teams = strcmp(left->team, right->team);

	if (left->value != right->value) {
		return left->value < right->value ? -1 : 1;
	}
	if (teams != 0) {
		return left->teams_down ? -teams : teams;
	}
	return (left->number > right->number) - (left->number < right->number);
}

static int read_range(struct store *store, const struct fleet_asked *asked, const char *like,
	const struct label_run *run, struct stands *stands)
{
	return store_query(store, read_stand, stands,
		"SELECT d.number, d.failing, d.heard_day, d.shown FROM devices d WHERE "
		"d.site = $1 AND d.team = $2 AND d.number >= $5 AND d.number <= $6 AND "
		"($3 = '' OR " FLEET_LABEL " LIKE $3 ESCAPE '!') AND ($4 = '' OR d.shown = $4)",
		store_site(), store_text(stands->team), store_text(like),
		store_text(asked->filter->state ? asked->filter->state : ""), store_int(run->first),
		store_int(run->last));
}

/* Of a group: all of it, the runs of its numbers, or those of all that have the text */
static int read_team(struct store *store, const struct fleet_asked *asked, bool all,
	const struct labels *labels, struct stands *stands)
{
	const struct label_run any = {0, INT64_MAX};
	int r = 0;

	if (all || labels->n_runs == 0) {
		return read_range(store, asked, all ? "" : asked->like, &any, stands);
	}
	for (size_t i = 0; r == 0 && i < labels->n_runs; i++) {
		r = read_range(store, asked, "", &labels->runs[i], stands);
	}
	return r;
}

static int read_stands(struct store *store, const struct fleet_asked *asked,
	const struct label_part *part, const struct labels *labels, struct stands *stands)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < labels->n; i++) {
		stands->team = labels->teams[i].name;
		r = read_team(
			store, asked, labels_fit(part, stands->team) == LABEL_ALL, labels, stands);
	}
	return r;
}

static struct stand cursor(const struct fleet_filter *filter)
{
	struct stand stand = {.value = filter->down ? -filter->after_value : filter->after_value,
		.number = order_number(filter, filter->after_number),
		.teams_down = teams_down(filter)};

	memcpy(stand.team, filter->after_team, strlen(filter->after_team));
	return stand;
}

int fleet_sort_labels(struct store *store, const struct fleet_asked *asked,
	const struct label_part *part, const struct labels *labels, struct fleet_page *page)
{
	cleanup(stands_finish) struct stands stands = {.filter = asked->filter};
	struct stand after = asked->filter->after_team ? cursor(asked->filter) : (struct stand){0};
	int r = read_stands(store, asked, part, labels, &stands);

	if (r == 0 && stands.list.len > 0) {
		qsort(stands.list.items, stands.list.len, sizeof(stands.list.items[0]), compare);
	}
	for (size_t i = 0; r == 0 && !page->more && i < stands.list.len; i++) {
		const struct stand *stand = &stands.list.items[i];

		if (asked->filter->after_team && compare(stand, &after) <= 0) {
			continue;
		}
		r = store_query(store, fleet_page_read, page,
			FLEET_DEVICE_ROW "AND d.team = $2 AND d.number = $3", store_site(),
			store_text(stand->team),
			store_int(stand->number < 0 ? -stand->number : stand->number));
	}
	return r;
}
