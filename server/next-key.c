/* SPDX-License-Identifier: Apache-2.0 */
#include "next-key.h"

#include "moment.h"
#include "policies.h"
#include "settings.h"
#include "vec.h"

#include <stdio.h>
#include <string.h>

#define HELD_MAX 100000 /* versions that devices hold at once */

struct held {
	enum policy_ownership owner;
	int64_t version;
	int64_t devices;
};
struct held_list {
	VEC(struct held) rows;
};

static int read_held(const struct store_value *row, void *data)
{
	struct held_list *list = data;
	struct held held = {.version = row[1].n, .devices = row[2].n};
	int r = moment_parse_owner(row[0].text, &held.owner);

	return r != 0 ? r : vec_push(&list->rows, held, HELD_MAX);
}

static int read_jws(const struct store_value *row, void *data)
{
	return str_append(data, row[0].text.p, row[0].text.len);
}

/* One that is gone, or was signed elsewhere without keys, names none. */
static int names_next(
	const struct state *state, struct store *store, const struct held *held, bool *ret_names)
{
	cleanup(policies_next_finish) struct policies_next next = {0};
	cleanup(str_finish) struct str jws = {.max = JWS_MAX};
	struct json_error error = {0};
	int r = store_query(store, read_jws, &jws,
		"SELECT jws FROM policies WHERE site = $1 AND ownership = $2 AND version = $3",
		store_site(), store_text(moment_owner_name(held->owner)), store_int(held->version));

	*ret_names = false;
	if (r == 0 && jws.len > 0) {
		r = policies_open(state, (struct span){jws.p, jws.len}, &next, &error);
		*ret_names = r == 0 && pins_have(policy_pins(next.policy), state->pins.list[1]);
	}
	return r > 0 ? 0 : r;
}

static int read_label(const struct store_value *row, void *data)
{
	struct next_key *count = data;

	if (count->n_labels < NEXT_KEY_LABELS_MAX) {
		(void)snprintf(count->labels[count->n_labels++], FLEET_LABEL_MAX + 1, "%.*s-%03lld",
			(int)row[0].text.len, row[0].text.p, (long long)row[1].n);
	}
	return 0;
}

static int add(struct store *store, const struct held *held, struct next_key *count)
{
	count->devices += held->devices;
	return store_query(store, read_label, count,
		"SELECT team, number FROM devices WHERE site = $1 AND ownership = $2 AND "
		"policy = $3 AND lost IS NULL ORDER BY team, number LIMIT 10",
		store_site(), store_text(moment_owner_name(held->owner)), store_int(held->version));
}

static int count_held(const struct state *state, struct store *store, const struct held_list *list,
	struct next_key *count)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < list->rows.len; i++) {
		bool names = false;

		r = names_next(state, store, &list->rows.items[i], &names);
		if (r == 0 && !names) {
			r = add(store, &list->rows.items[i], count);
		}
	}
	return r;
}

int next_key_count(const struct state *state, struct store *store, struct next_key *ret_count)
{
	struct held_list list = {0};
	struct next_key count = {0};
	int64_t rotated = 0;
	int r = settings_number(store, NEXT_KEY_MARK, &rotated);

	if (r == 0 && rotated > 0) {
		r = store_query(store, read_held, &list,
			"SELECT ownership, policy, COUNT(*) FROM devices WHERE site = $1 AND "
			"lost IS NULL GROUP BY ownership, policy ORDER BY ownership, policy",
			store_site());
		r = r != 0 ? r : count_held(state, store, &list, &count);
	}
	vec_free(&list.rows);
	if (r == 0) {
		*ret_count = count;
	}
	return r > 0 ? -EIO : r;
}
