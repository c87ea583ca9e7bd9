/* SPDX-License-Identifier: Apache-2.0 */
#include "policy-view.h"

#include "answer.h"
#include "json-build.h"
#include "policy-edit.h"

#include <string.h>

#define COUNT_LINE \
	"SELECT COUNT(*) FROM policy_lines WHERE site = $1 AND ownership = $2 AND team = $3"

struct table {
	const char *name;
	const char *members[2]; /* what is shown of each, NULL at the end */
};
static const struct table tables[] = {
	{"clients", {"tier", NULL}},
	{"controls", {"on", "severity"}},
};

static void add_members(struct json_build *build, const char *name, const struct table *table,
	struct json_object *item)
{
	struct json_build members = json_build_object();

	for (size_t i = 0; i < ARRAY_LEN(table->members) && table->members[i]; i++) {
		struct json_object *value = NULL;

		json_object_object_get_ex(item, table->members[i], &value);
		json_build_share(&members, table->members[i], value);
	}
	json_build_join(build, name, &members);
}

/* [{"id","asked":{...},"package":{...}}], by id */
static void add_table(struct json_build *body, const struct table *table,
	struct json_object *package, struct json_object *asked)
{
	struct json_object *was = NULL, *is = NULL, *before = NULL;
	struct json_build list = json_build_array();

	json_object_object_get_ex(package, table->name, &was);
	json_object_object_get_ex(asked, table->name, &is);
	json_object_object_foreach(is, id, item)
	{
		struct json_build row = json_build_object();

		json_object_object_get_ex(was, id, &before);
		json_build_string(&row, "id", id);
		add_members(&row, "asked", table, item);
		add_members(&row, "package", table, before);
		json_build_join(&list, NULL, &row);
	}
	json_build_join(body, table->name, &list);
}

static int read_version(const struct store_value *row, void *data)
{
	cleanup(json_build_drop) struct json_build item = json_build_object();
	cleanup(json_put) struct json_object *edit = NULL;
	struct json_object *value = NULL;
	int r = policy_edit_parse(row[3].text, &edit, NULL);

	json_build_int(&item, "version", row[0].n);
	if (row[1].n == 0) {
		json_build_null(&item, "at");
	} else {
		json_build_take(&item, "at", moment_json_instant(row[1].n));
	}
	json_build_span(&item, "who", row[2].text);
	json_build_int(&item, "changes", r == 0 ? (int64_t)policy_edit_len(edit) : 0);
	json_build_bool(&item, "published", span_eq(row[4].text, "published"));
	r = r < 0 ? r : json_build_finish(&item, &value);
	return r != 0 ? r : answer_push(data, value);
}

static int read_group(const struct store_value *row, void *data)
{
	struct json_object *item = json_object_new_object();
	int r = answer_push(data, item);

	r = r != 0 ? r : answer_add_span(item, "group", row[0].text);
	r = r != 0 ? r : answer_add_int(item, "devices", row[1].n);
	return r != 0 ? r : answer_add(item, "own", json_object_new_boolean(row[2].n != 0));
}

static int read_standing(const struct store_value *row, void *data)
{
	static const char *const names[] = {"reaches", "holding"};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(names); i++) {
		r = answer_add_int(data, names[i], row[i].n);
	}
	return r;
}

static int add_standing(struct store *store, const struct policies_line *line,
	const struct policies_held *held, struct json_object *body)
{
	return store_query(store, read_standing, body,
		"SELECT COALESCE(SUM(d.devices), 0), COALESCE(SUM(CASE WHEN d.policy = $4 THEN "
		"d.devices ELSE 0 END), 0) FROM holdings d WHERE " POLICY_VIEW_OF_LINE,
		store_site(), store_text(moment_owner_name(line->owner)), store_text(line->team),
		store_int(held->version));
}

static int add_lists(struct store *store, const struct policies_line *line,
	struct json_object *versions, struct json_object *groups)
{
	int r = store_query(store, read_version, versions,
		"SELECT version, at, who, edit, source FROM policies WHERE site = $1 AND ownership "
		"= $2 AND team = $3 ORDER BY version DESC LIMIT 50",
		store_site(), store_text(moment_owner_name(line->owner)), store_text(line->team));

	return r != 0 ? r
		      : store_query(store, read_group, groups,
				"SELECT d.team, SUM(d.devices), CASE WHEN EXISTS (SELECT 1 FROM "
				"policy_lines l WHERE l.site = $1 AND l.ownership = $2 AND l.team "
				"= d.team) THEN 1 ELSE 0 END FROM holdings d WHERE d.site = $1 AND "
				"d.ownership = $2 GROUP BY d.team HAVING SUM(d.devices) > 0 "
				"ORDER BY d.team LIMIT 200",
				store_site(), store_text(moment_owner_name(line->owner)));
}

static int count_lines(
	struct store *store, const char *sql, const struct policies_line *line, int64_t *ret_n)
{
	const struct store_value params[] = {
		store_site(), store_text(moment_owner_name(line->owner)), store_text(line->team)};

	return store->ops->run(store, sql, params, ARRAY_LEN(params), store_row_int, ret_n, NULL);
}

static int add_line(struct store *store, const struct policies_line *line,
	const struct policies_held *held, struct json_build *body)
{
	int64_t own = 0, waits = 0;
	int r = count_lines(store, COUNT_LINE, line, &own);

	/* What is asked for, and not signed yet */
	r = r != 0 ? r
		   : count_lines(store,
			     COUNT_LINE " AND edit <> COALESCE((SELECT p.edit FROM policies p "
					"WHERE p.site = $1 AND p.ownership = $2 AND p.team = $3 "
					"ORDER BY p.version DESC LIMIT 1), '')",
			     line, &waits);
	json_build_string(body, "ownership", moment_owner_name(line->owner));
	json_build_string(body, "group", line->team);
	json_build_bool(body, "own", !line->team[0] || own > 0);
	json_build_int(body, "version", held->version);
	json_build_bool(body, "published", held->published);
	json_build_bool(body, "waits", waits > 0 && !held->published);
	return r;
}

int policy_view_read(struct store *store, const char *datadir, const struct policies_line *line,
	struct json_object **ret_body, struct json_error *error)
{
	cleanup(json_build_drop) struct json_build body = json_build_object();
	cleanup(json_put) struct json_object *edit = NULL, *asked = NULL, *package = NULL;
	struct json_object *versions = json_object_new_array(), *groups = json_object_new_array();
	struct json_object *whole = NULL;
	struct policies_held held = {0};
	int r = policies_find(store, line, &held);

	json_build_take(&body, "versions", versions);
	json_build_take(&body, "groups", groups);
	r = r != 0 || !body.error ? r : -ENOMEM;
	r = r != 0 ? r : policy_view_load(store, datadir, line, &edit, &asked, error);
	r = r != 0 ? r : policies_load(datadir, line->owner, &package, error);
	r = r != 0 ? r : add_line(store, line, &held, &body);
	r = r != 0 ? r : add_lists(store, line, versions, groups);
	if (r != 0) {
		return r;
	}
	json_build_share(&body, "edit", edit);
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		add_table(&body, &tables[i], package, asked);
	}
	r = json_build_finish(&body, &whole);
	r = r != 0 ? r : add_standing(store, line, &held, whole);
	if (r != 0) {
		json_object_put(whole);
		return r;
	}
	*ret_body = whole;
	return 0;
}

int policy_view_load(struct store *store, const char *datadir, const struct policies_line *line,
	struct json_object **ret_edit, struct json_object **ret_asked, struct json_error *error)
{
	cleanup(str_finish) struct str text = {.max = POLICIES_EDIT_MAX};
	cleanup(json_put) struct json_object *edit = NULL, *asked = NULL;
	struct policies_line all = {.owner = line->owner};
	int64_t own = 0;
	int r = count_lines(store, COUNT_LINE, line, &own);

	r = r != 0 ? r : policies_read_edit(store, own > 0 ? line : &all, &text);
	r = r != 0 ? r : policy_edit_parse(span_z(text.p), &edit, error);
	r = r != 0 ? r : policies_load(datadir, line->owner, &asked, error);
	r = r != 0 ? r : policy_edit_apply(edit, asked, false, error);
	if (r == 0) {
		*ret_edit = TAKE_PTR(edit);
		*ret_asked = TAKE_PTR(asked);
	}
	return r > 0 ? POLICIES_E_REFUSED : r;
}

int policy_view_put(struct store *store, int64_t now_s, const char *who,
	const struct policies_line *line, const char *edit)
{
	return store_do(store, NULL,
		"INSERT INTO policy_lines (site, ownership, team, edit, at, who) "
		"VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (site, ownership, team) DO UPDATE "
		"SET edit = excluded.edit, at = excluded.at, who = excluded.who",
		store_site(), store_text(moment_owner_name(line->owner)), store_text(line->team),
		store_text(edit), store_int(now_s), store_text(who));
}

int policy_view_drop(struct store *store, const struct policies_line *line)
{
	return store_do(store, NULL,
		"DELETE FROM policy_lines WHERE site = $1 AND ownership = $2 AND team = $3",
		store_site(), store_text(moment_owner_name(line->owner)), store_text(line->team));
}

static int read_edit(const struct store_value *row, void *data)
{
	return str_append(data, row[0].text.p, row[0].text.len);
}

int policy_view_read_version(
	struct store *store, const struct policies_line *line, int64_t version, struct str *out)
{
	return store_query(store, read_edit, out,
		"SELECT edit FROM policies WHERE site = $1 AND ownership = $2 AND team = $3 "
		"AND version = $4 AND source <> 'published'",
		store_site(), store_text(moment_owner_name(line->owner)), store_text(line->team),
		store_int(version));
}
