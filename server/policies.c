/* SPDX-License-Identifier: Apache-2.0 */
#include "policies.h"

#include "exemptions.h"
#include "moment.h"

#include <string.h>

void policies_next_finish(struct policies_next *next)
{
	policy_free(next->policy);
	json_object_put(next->exemptions);
	str_finish(&next->edit);
	str_finish(&next->payload);
	str_finish(&next->jws);
}

struct policies_line policies_line_of(const struct device *device)
{
	struct policies_line line = {.owner = device->owner};

	memcpy(line.team, device->team, sizeof(line.team));
	return line;
}

static int read_text(const struct store_value *row, void *data)
{
	return str_append(data, row[0].text.p, row[0].text.len);
}

/* A group without a line of its own has that of all. */
#define OF_LINE                                                                            \
	"FROM policies WHERE site = $1 AND ownership = $2 AND version > $4 AND team = "    \
	"COALESCE((SELECT l.team FROM policy_lines l WHERE l.site = $1 AND l.ownership = " \
	"$2 AND l.team = $3), '') ORDER BY version DESC LIMIT 1"

int policies_newer(
	struct store *store, const struct policies_line *device, int64_t held, struct str *out)
{
	int r = store_query(store, read_text, out, "SELECT jws " OF_LINE, store_site(),
		store_text(moment_owner_name(device->owner)), store_text(device->team),
		store_int(held));

	return r > 0 ? -EIO : r;
}

struct current {
	char *name;
	int64_t version;
};

static int read_current(const struct store_value *row, void *data)
{
	struct current *current = data;

	current->version = row[1].n;
	return store_copy(&row[0], current->name, POLICY_WORD_MAX);
}

int policies_current(struct store *store, const struct policies_line *device,
	char ret_name[POLICY_WORD_MAX + 1], int64_t *ret_version)
{
	char name[POLICY_WORD_MAX + 1] = "";
	struct current current = {name, 0};
	int r = store_query(store, read_current, &current, "SELECT name, version " OF_LINE,
		store_site(), store_text(moment_owner_name(device->owner)),
		store_text(device->team), store_int(0));

	if (r == 0) {
		memcpy(ret_name, name, sizeof(name));
		*ret_version = current.version;
	}
	return r > 0 ? -EIO : r;
}

static int read_held(const struct store_value *row, void *data)
{
	struct policies_held *held = data;

	held->version = row[0].n;
	held->expires = row[1].n;
	held->published = span_eq(row[2].text, "published") && row[4].n >= row[5].n;
	return store_copy(&row[3], held->content, sizeof(held->content) - 1);
}

/*
 * A device may hold what another line got later: then this line is signed again, above that. What a
 * device says beyond the newest is no version of ours, and moves nothing.
 */
static int find_behind(struct store *store, const struct policies_line *line,
	const struct policies_held *held, int64_t *ret_behind)
{
	return store_query(store, store_row_int, ret_behind,
		"SELECT COUNT(*) FROM (SELECT id FROM devices WHERE site = $1 AND ownership = $2 "
		"AND policy > $4 AND policy <= $5 AND (team = $3 OR ($3 = '' AND NOT EXISTS "
		"(SELECT 1 FROM policy_lines l WHERE l.site = $1 AND l.ownership = $2 "
		"AND l.team = devices.team))) LIMIT 1) d",
		store_site(), store_text(moment_owner_name(line->owner)), store_text(line->team),
		store_int(held->version), store_int(held->newest));
}

int policies_find(
	struct store *store, const struct policies_line *line, struct policies_held *ret_held)
{
	struct policies_held held = {0};
	int64_t behind = 0;
	int r = store_query(store, read_held, &held,
		"SELECT p.version, p.expires, p.source, p.content, p.at, COALESCE((SELECT l.at "
		"FROM policy_lines l WHERE l.site = p.site AND l.ownership = p.ownership "
		"AND l.team = p.team), 0) FROM policies p WHERE p.site = $1 AND p.ownership = $2 "
		"AND p.team = $3 ORDER BY p.version DESC LIMIT 1",
		store_site(), store_text(moment_owner_name(line->owner)), store_text(line->team));

	r = r != 0 ? r
		   : store_query(store, store_row_int, &held.newest,
			     "SELECT COALESCE(MAX(version), 0) FROM policies WHERE site = $1 "
			     "AND ownership = $2",
			     store_site(), store_text(moment_owner_name(line->owner)));
	if (r == 0 && held.version < held.newest) {
		r = find_behind(store, line, &held, &behind);
	}
	if (r == 0) {
		held.behind = behind > 0;
		*ret_held = held;
	}
	return r;
}

static int read_line(const struct store_value *row, void *data)
{
	struct policies_lines *lines = data;
	struct policies_line *line = &lines->list[lines->n];
	int r = moment_parse_owner(row[0].text, &line->owner);

	r = r != 0 ? r : store_copy(&row[1], line->team, DEVICE_TEAM_MAX);
	lines->n += r == 0;
	return r;
}

int policies_list_lines(struct store *store, struct policies_lines *ret_lines)
{
	struct policies_lines lines = {
		.list = {{.owner = POLICY_SCHOOL}, {.owner = POLICY_PRIVATE}}, .n = 2};
	int r = store_query(store, read_line, &lines,
		"SELECT ownership, team FROM policy_lines WHERE site = $1 AND team <> '' "
		"ORDER BY ownership, team LIMIT 62",
		store_site());

	if (r == 0) {
		*ret_lines = lines;
	}
	return r;
}

int policies_read_edit(struct store *store, const struct policies_line *line, struct str *out)
{
	int r = store_query(store, read_text, out,
		"SELECT edit FROM policy_lines WHERE site = $1 AND ownership = $2 AND team = $3",
		store_site(), store_text(moment_owner_name(line->owner)), store_text(line->team));

	if (r == 0 && out->len == 0) {
		r = str_append_z(out, "{}");
	}
	return r > 0 ? -EIO : r;
}

static int read_who(const struct store_value *row, void *data)
{
	return store_copy(&row[0], data, POLICIES_WHO_MAX);
}

int policies_gather(struct store *store, int64_t now_s, struct policies_next *next)
{
	int r;

	next->edit.max = POLICIES_EDIT_MAX;
	r = policies_read_edit(store, &next->line, &next->edit);
	r = r != 0 ? r
		   : store_query(store, read_who, next->who,
			     "SELECT who FROM policy_lines WHERE site = $1 AND ownership = $2 AND "
			     "team = $3",
			     store_site(), store_text(moment_owner_name(next->line.owner)),
			     store_text(next->line.team));
	if (r == 0 && next->line.owner == POLICY_SCHOOL) {
		r = exemptions_in_force(store, now_s, &next->exemptions);
	}
	return r;
}

static int put_severity(struct store *store, const struct policies_next *next, const char *control)
{
	static const char *const severities[] = {"critical", "high", "medium", "low", "info"};
	const char *severity = policy_control_severity(next->policy, control);
	size_t rank = 0;

	while (rank < ARRAY_LEN(severities) - 1 &&
		(!severity || strcmp(severities[rank], severity) != 0)) {
		rank++;
	}
	return store_do(store, NULL,
		"INSERT INTO severities (site, ownership, control, severity, rank) "
		"VALUES ($1, $2, $3, $4, $5)",
		store_site(), store_text(moment_owner_name(next->line.owner)), store_text(control),
		store_text(severities[rank]), store_int((int64_t)rank));
}

/* Only what the newest policy names has a severity. */
static int put_severities(struct store *store, const struct policies_next *next)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct json_object *controls = NULL;
	int r = json_parse((struct span){next->payload.p, next->payload.len}, &object, NULL);

	r = r != 0 ? r
		   : store_do(store, NULL,
			     "DELETE FROM severities WHERE site = $1 AND ownership = $2",
			     store_site(), store_text(moment_owner_name(next->line.owner)));
	if (r != 0 || !json_object_object_get_ex(object, "controls", &controls)) {
		return r;
	}
	json_object_object_foreach(controls, id, value)
	{
		(void)value;
		r = r != 0 ? r : put_severity(store, next, id);
	}
	return r;
}

static int put_row(struct store *store, const struct policies_next *next)
{
	return store_do(store, NULL,
		"INSERT INTO policies (site, ownership, version, name, source, content, expires, "
		"jws, team, edit, at, who) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
		"$12)",
		store_site(), store_text(moment_owner_name(next->line.owner)),
		store_int(policy_version(next->policy)), store_text(policy_name(next->policy)),
		store_text(next->published ? "published" : "baseline"), store_text(next->content),
		store_int(policy_expires(next->policy)),
		store_span(((struct span){next->jws.p, next->jws.len})),
		store_text(next->line.team), store_text(next->edit.p ? next->edit.p : "{}"),
		store_int(next->at), store_text(next->who));
}

int policies_put(struct store *store, const struct policies_next *next, struct json_error *error)
{
	struct policies_held held;
	int r = policies_find(store, &next->line, &held);

	if (r == 0 && policy_version(next->policy) <= held.newest) {
		*error = (struct json_error){"version", "is not above the newest policy's"};
		return POLICIES_E_REFUSED;
	}
	r = r != 0 ? r : put_row(store, next);
	/* Groups of devices are compared by one measure: that of all. */
	if (r == 0 && !next->line.team[0]) {
		r = put_severities(store, next);
	}
	return r > 0 ? -EIO : r;
}
