/* SPDX-License-Identifier: Apache-2.0 */
#include "retention.h"

#include "answer.h"
#include "audit.h"
#include "json-build.h"
#include "moment.h"
#include "settings.h"

#include <inttypes.h>
#include <stdio.h>

#define DAY_S ((int64_t)86400)

/* $2: what is as old as this goes. What is counted is capped: a page must not read a whole history.
 */
#define CAPPED(table, at)                                                                       \
	"SELECT COUNT(*) FROM (SELECT 1 FROM " table " WHERE site = $1 AND " at " <= $2 LIMIT " \
	"100000) c"
#define RULE(name, setting, kept_s, table, at)                                                   \
	{                                                                                        \
		name, setting, kept_s, "DELETE FROM " table " WHERE site = $1 AND " at " <= $2", \
			CAPPED(table, at), "SELECT MIN(" at ") FROM " table " WHERE site = $1"   \
	}
/* What does not go by a plain delete */
#define KEPT(name, kept_s, table, at)                                       \
	{                                                                   \
		name, NULL, kept_s, NULL, CAPPED(table, at),                \
			"SELECT MIN(" at ") FROM " table " WHERE site = $1" \
	}
static const struct rule {
	const char *name;
	const char *setting; /* days, or NULL for kept_s */
	int64_t kept_s;
	const char *purge, *count, *oldest;
} rules[] = {
	RULE("exemptions", "exemption_days", 0, "exemptions", "COALESCE(ended, ends)"),
	RULE("history", "history_days", 0, "history", "at"),
	KEPT("audit", AUDIT_KEPT_S, "audit", "at"),
	RULE("codes", NULL, RETENTION_CODES_S, "tokens", "expires"),
	RULE("counts", NULL, RETENTION_DAYS_S, "days", "day"),
	RULE("receipts", NULL, RETENTION_DAYS_S, "erasures", "at"),
};

static int kept_s(struct store *store, const struct rule *rule, int64_t *ret_s)
{
	int64_t days = 0;
	int r = rule->setting ? settings_number(store, rule->setting, &days) : 0;

	if (r == 0) {
		*ret_s = rule->setting ? days * DAY_S : rule->kept_s;
	}
	return r;
}

int retention_purge(struct store *store, int64_t now_s, int64_t *ret_rows)
{
	char text[64];
	int64_t rows = 0;
	int r = audit_prune(store, now_s, &rows);

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(rules); i++) {
		int64_t kept = 0, gone = 0;

		if (!rules[i].purge) {
			continue;
		}
		r = kept_s(store, &rules[i], &kept);
		r = r != 0 ? r
			   : store_do(store, &gone, rules[i].purge, store_site(),
				     store_int(now_s - kept));
		rows += gone;
	}
	r = r != 0 ? r
		   : store_do(store, NULL,
			     "DELETE FROM exemption_devices WHERE site = $1 AND NOT EXISTS (SELECT "
			     "1 "
			     "FROM exemptions e WHERE e.site = exemption_devices.site AND e.id = "
			     "exemption_devices.exemption)",
			     store_site());
	snprintf(text, sizeof(text), "%" PRId64, now_s);
	r = r != 0 ? r : settings_keep(store, "purged", text);
	if (r == 0) {
		*ret_rows = rows;
	}
	return r > 0 ? -EIO : r;
}

/* What came due since the last round is late by an hour at most. */
int retention_overdue(struct store *store, int64_t now_s, int64_t *ret_rows)
{
	int64_t rows = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(rules); i++) {
		int64_t kept = 0, over = 0;

		r = kept_s(store, &rules[i], &kept);
		r = r != 0 ? r
			   : store_query(store, store_row_int, &over, rules[i].count, store_site(),
				     store_int(now_s - kept - RETENTION_LATE_S));
		rows += over;
	}
	if (r == 0) {
		*ret_rows = rows;
	}
	return r;
}

static int read_oldest(const struct store_value *row, void *data)
{
	struct json_build *build = data;

	if (row[0].type == STORE_NULL) {
		json_build_null(build, "oldest");
	} else {
		json_build_take(build, "oldest", moment_json_day(row[0].n));
	}
	return build->error;
}

static int add_rule(
	struct store *store, const struct rule *rule, int64_t now_s, struct json_build *list)
{
	struct json_build row = json_build_object();
	int64_t kept = 0, over = 0, rows = 0;
	int r = kept_s(store, rule, &kept);

	json_build_string(&row, "kind", rule->name);
	json_build_int(&row, "days", kept / DAY_S);
	r = r != 0 ? r : store_query(store, read_oldest, &row, rule->oldest, store_site());
	r = r != 0 ? r
		   : store_query(store, store_row_int, &rows, rule->count, store_site(),
			     store_int(INT64_MAX));
	r = r != 0 ? r
		   : store_query(store, store_row_int, &over, rule->count, store_site(),
			     store_int(now_s - kept));
	json_build_int(&row, "rows", rows);
	json_build_int(&row, "overdue", over);
	json_build_join(list, NULL, &row);
	return r;
}

int retention_read(struct store *store, int64_t now_s, struct json_object **ret_body)
{
	cleanup(json_build_drop) struct json_build body = json_build_object();
	struct json_build list = json_build_array();
	int64_t purged = 0, backup = 0;
	int r = settings_number(store, "purged", &purged);

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(rules); i++) {
		r = add_rule(store, &rules[i], now_s, &list);
	}
	json_build_join(&body, "kept", &list);
	if (purged > 0) {
		json_build_take(&body, "purged", moment_json_instant(purged));
	} else {
		json_build_null(&body, "purged");
	}
	r = r != 0 ? r : settings_number(store, RETENTION_BACKUP, &backup);
	if (backup > 0) {
		json_build_take(&body, "backup", moment_json_instant(backup));
	} else {
		json_build_null(&body, "backup");
	}
	return r != 0 ? r : json_build_finish(&body, ret_body);
}
