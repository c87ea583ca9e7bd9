/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet-list.h"

#include "answer.h"

#include <inttypes.h>
#include <stdio.h>

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

int fleet_fill_device(struct json_object *item, const struct store_value *row)
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

/* The cursor is where the last device stands in this order: what it is sorted by, and its label. */
static void set_next(struct fleet_page *page, const struct store_value *row)
{
	char value[24] = "";

	switch (page->sort) {
	case FLEET_BY_LABEL:
	case FLEET_BY_GROUP:
		break;
	case FLEET_BY_FAILING:
		snprintf(value, sizeof(value), "%" PRId64 ".", row[5].n);
		break;
	case FLEET_BY_HEARD:
		snprintf(value, sizeof(value), "%" PRId64 ".", row[11].n);
		break;
	case FLEET_BY_STATE:
		snprintf(value, sizeof(value), "%zu.", fleet_state_rank(row[4].text));
		break;
	}
	snprintf(page->next, sizeof(page->next), "%s%.*s.%" PRId64, value, (int)row[1].text.len,
		row[1].text.p, row[2].n);
}

int fleet_page_read(const struct store_value *row, void *data)
{
	struct fleet_page *page = data;
	struct json_object *item;
	int r;

	if (page->n == FLEET_PAGE) {
		page->more = true;
		return 0;
	}
	item = json_object_new_object();
	r = answer_push(page->list, item);
	page->n++;
	set_next(page, row);
	return r != 0 ? r : fleet_fill_device(item, row);
}
