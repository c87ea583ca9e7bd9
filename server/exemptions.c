/* SPDX-License-Identifier: Apache-2.0 */
/* Reading: the list, one of them, and what policies carry. */
#include "exemptions.h"

#include "answer.h"
#include "exemption.h"
#include "fleet.h"
#include "json-build.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS                                                                            \
	"e.id, e.state, e.team, e.terms, e.starts, e.ends, e.requested, e.requester, "     \
	"e.approver, e.approver_role, e.second, e.second_role, e.decided, e.ended, "       \
	"(SELECT COUNT(*) FROM exemption_devices x WHERE x.site = e.site AND x.exemption " \
	"= e.id), (SELECT COUNT(*) FROM exemption_devices x JOIN devices d ON d.site = "   \
	"x.site AND d.id = x.device WHERE x.site = e.site AND x.exemption = e.id AND "     \
	"d.policy >= COALESCE((SELECT MIN(p.version) FROM policies p WHERE p.site = "      \
	"e.site AND p.ownership = d.ownership AND p.at >= e.decided), 9007199254740992)) " \
	"FROM exemptions e WHERE e.site = $1 "

/* What a person calls it: an approved one waits, runs and ends by itself. */
static const char *phase_of(const struct store_value *row, int64_t now_s)
{
	if (span_eq(row[1].text, "refused") || span_eq(row[1].text, "ended")) {
		return span_eq(row[1].text, "refused") ? "refused" : "ended";
	}
	if (now_s >= row[5].n) {
		return span_eq(row[1].text, "approved") ? "ended" : "lapsed";
	}
	if (span_eq(row[1].text, "approved")) {
		return now_s < row[4].n ? "waiting" : "running";
	}
	return span_eq(row[1].text, "seconded") ? "seconded" : "requested";
}

static void add_instant(struct json_build *build, const char *name, const struct store_value *at)
{
	if (at->type == STORE_NULL) {
		json_build_null(build, name);
	} else {
		json_build_take(build, name, moment_json_instant(at->n));
	}
}

static int build_row(const struct store_value *row, int64_t now_s, struct json_build *build)
{
	struct json_object *terms = NULL;
	int r = json_parse(row[3].text, &terms, NULL);

	json_build_int(build, "id", row[0].n);
	json_build_string(build, "phase", phase_of(row, now_s));
	json_build_span(build, "group", row[2].text);
	json_build_take(build, "terms", terms);
	json_build_take(build, "start", moment_json_instant(row[4].n));
	json_build_take(build, "end", moment_json_instant(row[5].n));
	json_build_take(build, "requested", moment_json_instant(row[6].n));
	json_build_span(build, "requester", row[7].text);
	json_build_span(build, "approver", row[8].text);
	json_build_span(build, "approver_role", row[9].text);
	json_build_span(build, "second", row[10].text);
	json_build_span(build, "second_role", row[11].text);
	add_instant(build, "decided", &row[12]);
	add_instant(build, "ended", &row[13]);
	json_build_int(build, "devices", row[14].n);
	json_build_int(build, "holding", row[15].n);
	return r > 0 ? -EBADMSG : r;
}

struct list {
	struct json_object *array;
	int64_t now_s;
};

static int read_row(const struct store_value *row, void *data)
{
	const struct list *list = data;
	cleanup(json_build_drop) struct json_build build = json_build_object();
	struct json_object *item = NULL;
	int r = build_row(row, list->now_s, &build);

	r = r != 0 ? r : json_build_finish(&build, &item);
	return r != 0 ? r : answer_push(list->array, item);
}

int exemptions_list(
	struct store *store, int64_t now_s, const char *device, struct json_object **ret_body)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	struct list list = {json_object_new_array(), now_s};
	int r = answer_add(body, "exemptions", list.array);

	if (r == 0 && device) {
		r = store_query(store, read_row, &list,
			"SELECT " COLUMNS "AND EXISTS (SELECT 1 FROM exemption_devices y WHERE "
			"y.site = e.site AND y.device = $2 AND y.exemption = e.id) "
			"ORDER BY e.id DESC LIMIT 200",
			store_site(), store_text(device));
	} else if (r == 0) {
		r = store_query(store, read_row, &list,
			"SELECT " COLUMNS "ORDER BY e.id DESC LIMIT 200", store_site());
	}
	r = r != 0 ? r : answer_add_int(body, "notice_days", EXEMPTION_NOTICE_DAYS);
	if (r == 0) {
		*ret_body = TAKE_PTR(body);
	}
	return r;
}

static int read_device(const struct store_value *row, void *data)
{
	struct json_object *item = json_object_new_object();
	int r = answer_push(data, item);

	r = r != 0 ? r : answer_add_span(item, "device", row[0].text);
	return r != 0 ? r : fleet_add_label(item, row[1].text, row[2].n);
}

int exemptions_show(struct store *store, int64_t now_s, int64_t id, struct json_object **ret_body)
{
	cleanup(json_put) struct json_object *rows = json_object_new_array();
	struct json_object *devices = json_object_new_array(), *found;
	struct list list = {rows, now_s};
	int r = !rows || !devices
			? -ENOMEM
			: store_query(store, read_row, &list, "SELECT " COLUMNS "AND e.id = $2",
				  store_site(), store_int(id));

	r = r != 0 ? r
		   : store_query(store, read_device, devices,
			     "SELECT d.id, d.team, d.number FROM exemption_devices x "
			     "CROSS JOIN devices d WHERE x.site = $1 AND x.exemption = $2 AND "
			     "d.site = x.site AND d.id = x.device ORDER BY d.team, d.number",
			     store_site(), store_int(id));
	found = r == 0 ? json_object_array_get_idx(rows, 0) : NULL;
	if (!found) {
		json_object_put(devices);
		return r != 0 ? r : EXEMPTIONS_E_UNKNOWN;
	}
	r = answer_add(found, "concerned", devices);
	if (r == 0) {
		*ret_body = json_object_get(found);
	}
	return r;
}

static int read_id(const struct store_value *row, void *data)
{
	return answer_push(data, json_object_new_string_len(row[0].text.p, (int)row[0].text.len));
}

static int add_role(struct json_object *item, const char *key, struct span role)
{
	return role.len == 0 ? 0 : answer_add_span(item, key, role);
}

static int read_in_force(const struct store_value *row, void *data)
{
	struct json_object *array = data, *item = NULL;
	char id[EXEMPTION_ID_MAX];
	int r = json_parse(row[1].text, &item, NULL);

	r = r > 0 ? -EBADMSG : r;
	r = r != 0 ? r : answer_push(array, item);
	snprintf(id, sizeof(id), "exemption-%" PRId64, row[0].n);
	r = r != 0 ? r : answer_add_text(item, "id", id);
	r = r != 0 ? r : add_role(item, "approved_by", row[2].text);
	return r != 0 ? r : add_role(item, "second_approver", row[3].text);
}

/* The number behind the dash of its id */
static int64_t number_of(struct json_object *item)
{
	struct json_object *id = NULL;
	uint64_t n = 0;

	json_object_object_get_ex(item, "id", &id);
	return span_u64(span_z(json_object_get_string(id) + strlen("exemption-")), &n) < 0
		       ? 0
		       : (int64_t)n;
}

int exemptions_in_force(struct store *store, int64_t now_s, struct json_object **ret_array)
{
	cleanup(json_put) struct json_object *array = json_object_new_array();
	int r = !array ? -ENOMEM
		       : store_query(store, read_in_force, array,
				 "SELECT e.id, e.terms, e.approver_role, e.second_role FROM "
				 "exemptions e WHERE e.site = $1 AND e.state = 'approved' "
				 "AND e.ends > $2 AND EXISTS (SELECT 1 FROM exemption_devices x "
				 "WHERE x.site = e.site AND x.exemption = e.id) "
				 "ORDER BY e.id LIMIT 32",
				 store_site(), store_int(now_s));

	for (size_t i = 0; r == 0 && i < json_object_array_length(array); i++) {
		struct json_object *item = json_object_array_get_idx(array, i);
		struct json_object *devices = json_object_new_array();

		r = answer_add(item, "devices", devices);
		r = r != 0 ? r
			   : store_query(store, read_id, devices,
				     "SELECT device FROM exemption_devices WHERE site = $1 "
				     "AND exemption = $2 ORDER BY device LIMIT 256",
				     store_site(), store_int(number_of(item)));
	}
	if (r == 0) {
		*ret_array = TAKE_PTR(array);
	}
	return r > 0 ? -EIO : r;
}
