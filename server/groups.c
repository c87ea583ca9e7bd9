/* SPDX-License-Identifier: Apache-2.0 */
#include "groups.h"

#include "answer.h"
#include "tally.h"

bool groups_kind_valid(struct span kind)
{
	static const char *const kinds[] = {"class", "loan", "school", "staff"};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (span_eq(kind, kinds[i])) {
			return true;
		}
	}
	return false;
}

static int read_group(const struct store_value *row, void *data)
{
	static const char *const names[] = {"devices", "passing", "failing", "unknown", "silent"};
	struct json_object *item = json_object_new_object();
	int r = answer_push(data, item);

	r = r != 0 ? r : answer_add_span(item, "group", row[0].text);
	r = r != 0 ? r : answer_add_span(item, "kind", row[1].text);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(names); i++) {
		r = answer_add_int(item, names[i], row[i + 2].n);
	}
	return r;
}

int groups_read(struct store *store, const char *teams, struct json_object **ret)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	struct json_object *list = json_object_new_array();
	int r = answer_add(body, "groups", list);

	/* From what is counted already: silent is who is shown as silent. */
	r = r != 0 ? r
		   : store_query(store, read_group, list,
			     "SELECT t.name, t.kind, COALESCE(SUM(n.devices), 0), "
			     "COALESCE(SUM(CASE WHEN n.state = 'passing' THEN n.devices ELSE 0 "
			     "END), 0), "
			     "COALESCE(SUM(CASE WHEN n.state = 'failing' THEN n.devices ELSE 0 "
			     "END), 0), "
			     "COALESCE(SUM(CASE WHEN n.state = 'unknown' THEN n.devices ELSE 0 "
			     "END), 0), "
			     "COALESCE(SUM(CASE WHEN n.state = 'silent' THEN n.devices ELSE 0 "
			     "END), 0) FROM teams t LEFT JOIN tallies n ON n.site = $1 "
			     "AND n.subject = '' AND n.team = t.name WHERE t.site = $1 "
			     "AND ($2 = '' OR $2 LIKE '%,' || t.name || ',%') "
			     "GROUP BY t.name, t.kind "
			     "HAVING t.kind <> '' OR SUM(n.devices) > 0 "
			     "ORDER BY t.name LIMIT 500",
			     store_site(), store_text(teams));
	if (r == 0) {
		*ret = TAKE_PTR(body);
	}
	return r;
}

int groups_put(struct store *store, const char *name, const char *kind)
{
	return store_do(store, NULL,
		"INSERT INTO teams (site, name, last_number, kind) VALUES ($1, $2, 0, $3) "
		"ON CONFLICT (site, name) DO UPDATE SET kind = excluded.kind",
		store_site(), store_text(name), store_text(kind));
}

/*
 * Its row stays once a device had a label of it, so that none is given twice; the name is then
 * merely not listed as long as nobody makes it anew.
 */
int groups_end(struct store *store, const char *name)
{
	int64_t devices = 0, changes = 0;
	int r = store_query(store, store_row_int, &devices,
		"SELECT COUNT(*) FROM devices WHERE site = $1 AND team = $2", store_site(),
		store_text(name));

	if (r != 0 || devices > 0) {
		return r != 0 ? r : GROUPS_E_USED;
	}
	r = store_do(store, &changes,
		"UPDATE teams SET kind = '' WHERE site = $1 AND name = $2 AND kind <> ''",
		store_site(), store_text(name));
	return r == 0 && changes == 0 ? GROUPS_E_UNKNOWN : r;
}

int groups_move_device(struct store *store, const char *id, const char *name,
	struct device *ret_before, int64_t *ret_number)
{
	int64_t number = 0;
	int r = device_find(store, id, ret_before);

	if (r != 0) {
		return r == DEVICE_E_UNKNOWN ? GROUPS_E_UNKNOWN : r;
	}
	r = store_query(store, store_row_int, &number,
		"UPDATE teams SET last_number = last_number + 1 WHERE site = $1 AND name = $2 "
		"AND kind <> '' RETURNING last_number",
		store_site(), store_text(name));
	if (r != 0 || number == 0) {
		return r != 0 ? r : GROUPS_E_UNKNOWN;
	}
	r = tally_device(store, id, -1);
	r = r != 0 ? r
		   : store_do(store, NULL,
			     "UPDATE devices SET team = $3, number = $4 WHERE site = $1 AND id = "
			     "$2",
			     store_site(), store_text(id), store_text(name), store_int(number));
	r = r != 0 ? r : tally_device(store, id, 1);
	if (r == 0) {
		*ret_number = number;
	}
	return r;
}
