/* SPDX-License-Identifier: Apache-2.0 */
#include "rights.h"

#include "answer.h"
#include "device-held.h"
#include "json-build.h"
#include "secret.h"
#include "tables.h"

#include <inttypes.h>
#include <string.h>

static int read_id(const struct store_value *row, void *data)
{
	return store_copy(&row[0], data, REPORT_DEVICE_LEN);
}

/* The number of a label stands behind its last dash. */
static int find_label(struct store *store, struct span name, char id[REPORT_DEVICE_LEN + 1])
{
	struct span team = name, number;
	uint64_t n = 0;

	while (team.len > 0 && team.p[team.len - 1] != '-') {
		team.len--;
	}
	if (team.len < 2) {
		return 0;
	}
	number = (struct span){name.p + team.len, name.len - team.len};
	team.len--;
	if (span_u64(number, &n) < 0 || n > INT64_MAX || !device_team_valid(team)) {
		return 0;
	}
	return store_query(store, read_id, id,
		"SELECT id FROM devices WHERE site = $1 AND team = $2 AND number = $3",
		store_site(), store_span(team), store_int((int64_t)n));
}

int rights_find(struct store *store, struct span name, char ret_id[REPORT_DEVICE_LEN + 1])
{
	char id[REPORT_DEVICE_LEN + 1] = "";
	int r = utf8_valid(name) ? store_query(store, read_id, id,
					   "SELECT id FROM devices WHERE site = $1 AND id = $2",
					   store_site(), store_span(name))
				 : 0;

	if (r == 0 && !id[0]) {
		r = find_label(store, name, id);
	}
	if (r == 0 && !id[0]) {
		return RIGHTS_E_UNKNOWN;
	}
	if (r == 0) {
		memcpy(ret_id, id, sizeof(id));
	}
	return r;
}

int rights_receipt(const char *id, char ret[RIGHTS_RECEIPT_LEN + 1])
{
	char hash[SECRET_HASH_LEN + 1];
	int r = secret_hash(span_z(id), hash);

	if (r == 0) {
		memcpy(ret, hash, RIGHTS_RECEIPT_LEN);
		ret[RIGHTS_RECEIPT_LEN] = 0;
	}
	return r;
}

static int must_be_here(struct store *store, const char *id)
{
	struct device device;
	int r = device_find(store, id, &device);

	return r == DEVICE_E_UNKNOWN ? RIGHTS_E_UNKNOWN : r;
}

int rights_export(struct store *store, int64_t now_s, const char *id, struct json_object **ret_body)
{
	cleanup(json_build_drop) struct json_build body = json_build_object();
	struct json_object *held = NULL;
	char receipt[RIGHTS_RECEIPT_LEN + 1];
	int r = must_be_here(store, id);

	r = r != 0 ? r : rights_receipt(id, receipt);
	r = r != 0 ? r : tables_of_device(store, id, &held);
	if (r != 0) {
		return r;
	}
	json_build_int(&body, "format", 1);
	json_build_take(&body, "exported", moment_json_instant(now_s));
	json_build_string(&body, "receipt", receipt);
	json_build_take(&body, "held", held);
	return json_build_finish(&body, ret_body);
}

int rights_erase(struct store *store, int64_t now_s, const char *id)
{
	char receipt[RIGHTS_RECEIPT_LEN + 1];
	int r = must_be_here(store, id);

	r = r != 0 ? r : rights_receipt(id, receipt);
	r = r != 0 ? r : device_erase(store, id);
	return r != 0 ? r
		      : store_do(store, NULL,
				"INSERT INTO erasures (site, receipt, at) VALUES ($1, $2, $3) "
				"ON CONFLICT (site, receipt) DO NOTHING",
				store_site(), store_text(receipt),
				store_int(now_s - now_s % 86400));
}

static bool is_reason(const char *reason)
{
	static const char *const reasons[] = {
		"explained", "mended", "not-this-device", "wrong-result"};

	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		if (strcmp(reasons[i], reason) == 0) {
			return true;
		}
	}
	return false;
}

static int settle(struct store *store, const char *id, const char *control)
{
	int64_t changes = 0;
	int r = store_do(store, &changes,
		"DELETE FROM disputes WHERE site = $1 AND device = $2 AND control = $3",
		store_site(), store_text(id), store_text(control));

	return r != 0 || changes > 0 ? r : RIGHTS_E_UNKNOWN;
}

int rights_dispute(struct store *store, int64_t now_s, const char *who, const char *id,
	const char *control, const char *reason)
{
	cleanup(held_finish) struct held held = {0};
	int r;

	if (!reason) {
		return settle(store, id, control);
	}
	if (!is_reason(reason)) {
		return RIGHTS_E_REASON;
	}
	r = held_read(store, id, &held);
	if (r == 0 && !held_find(&held, control)) {
		return RIGHTS_E_UNKNOWN;
	}
	return r != 0 ? r
		      : store_do(store, NULL,
				"INSERT INTO disputes (site, device, control, reason, at, who) "
				"VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (site, device, "
				"control) DO UPDATE SET reason = excluded.reason, at = "
				"excluded.at, who = excluded.who",
				store_site(), store_text(id), store_text(control),
				store_text(reason), store_int(now_s - now_s % 86400),
				store_text(who));
}

int rights_set_lost(struct store *store, int64_t now_s, const char *id, bool lost)
{
	int r = must_be_here(store, id);

	return r != 0 ? r
		      : store_do(store, NULL,
				"UPDATE devices SET lost = $3 WHERE site = $1 AND id = $2",
				store_site(), store_text(id),
				lost ? store_int(now_s - now_s % 86400) : store_null());
}

static int read_dispute(const struct store_value *row, void *data)
{
	struct json_object *item = json_object_new_object();
	int r = answer_push(data, item);

	r = r != 0 ? r : answer_add_span(item, "control", row[0].text);
	r = r != 0 ? r : answer_add_span(item, "reason", row[1].text);
	return r != 0 ? r : answer_add(item, "at", moment_json_day(row[2].n));
}

int rights_read(struct store *store, const char *id, struct json_object **ret_body)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	struct json_object *disputes = json_object_new_array();
	char receipt[RIGHTS_RECEIPT_LEN + 1];
	int64_t lost = 0;
	int r = answer_add(body, "disputes", disputes);

	r = r != 0 ? r : rights_receipt(id, receipt);
	r = r != 0 ? r : answer_add_text(body, "receipt", receipt);
	r = r != 0 ? r
		   : store_query(store, read_dispute, disputes,
			     "SELECT control, reason, at FROM disputes WHERE site = $1 AND device "
			     "= $2 ORDER BY control LIMIT 256",
			     store_site(), store_text(id));
	r = r != 0 ? r
		   : store_query(store, store_row_int, &lost,
			     "SELECT COALESCE(lost, 0) FROM devices WHERE site = $1 AND id = $2",
			     store_site(), store_text(id));
	if (r == 0) {
		r = lost > 0 ? answer_add(body, "lost", moment_json_day(lost))
			     : answer_add_null(body, "lost");
	}
	if (r == 0) {
		*ret_body = TAKE_PTR(body);
	}
	return r;
}
