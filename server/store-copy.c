/* SPDX-License-Identifier: Apache-2.0 */
#include "store-copy.h"

/* Each table of migrations/ with its columns; a unit test holds them against the real schema. */
#define ROWS(table, columns, params, n)                                                        \
	{                                                                                      \
#		table, "SELECT " columns " FROM " #		   table,                     \
			"INSERT INTO " #		       table " (" columns ") VALUES (" params \
			")",                                                                   \
			"SELECT COUNT(*) FROM " #		table, n                      \
	}
static const struct table {
	const char *name, *select, *insert, *count;
	size_t columns;
} tables[] = {
	ROWS(admins, "site, name, salt, hash, cost_n, cost_r, cost_p", "$1, $2, $3, $4, $5, $6, $7",
		7),
	ROWS(answers, "site, provider, control, answer, note, at, who",
		"$1, $2, $3, $4, $5, $6, $7", 7),
	ROWS(api_tokens, "site, id, hash, account, name, team, role, made, expires",
		"$1, $2, $3, $4, $5, $6, $7, $8, $9", 9),
	ROWS(audit, "site, n, at, who, action, object, hash", "$1, $2, $3, $4, $5, $6, $7", 7),
	ROWS(breach_devices, "site, breach, device, encrypted", "$1, $2, $3, $4", 4),
	ROWS(breach_notes, "site, breach, n, at, who, step, note", "$1, $2, $3, $4, $5, $6, $7", 7),
	ROWS(breaches, "site, id, kind, happened, known, opened, who, told, closed",
		"$1, $2, $3, $4, $5, $6, $7, $8, $9", 9),
	ROWS(days, "site, day, subject, state, devices", "$1, $2, $3, $4, $5", 5),
	ROWS(devices,
		"site, id, public_key, ownership, team, number, enrolled, heard, confirmed, "
		"sequence, policy, posture, failing, unknown, worst, want, lost, shown, heard_day, "
		"recent",
		"$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
		"$19, $20",
		20),
	ROWS(disputes, "site, device, control, reason, at, who", "$1, $2, $3, $4, $5, $6", 6),
	ROWS(erasures, "site, receipt, at", "$1, $2, $3", 3),
	ROWS(exemption_devices, "site, exemption, device", "$1, $2, $3", 3),
	ROWS(exemptions,
		"site, id, state, team, terms, starts, ends, requested, requester, approver, "
		"approver_role, second, second_role, decided, ended",
		"$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15", 15),
	ROWS(factors, "site, account, kind, id, secret, last", "$1, $2, $3, $4, $5, $6", 6),
	ROWS(findings, "site, control, state, device, reason, since", "$1, $2, $3, $4, $5, $6", 6),
	ROWS(grants, "site, account, team, role", "$1, $2, $3, $4", 4),
	ROWS(held, "site, device, controls", "$1, $2, $3", 3),
	ROWS(history, "site, device, at, control, state, reason", "$1, $2, $3, $4, $5, $6", 6),
	ROWS(holdings, "site, ownership, team, policy, devices", "$1, $2, $3, $4, $5", 5),
	ROWS(hooks, "site, n, device, control, reason, since", "$1, $2, $3, $4, $5, $6", 6),
	ROWS(links, "site, hash, expires, used, account, grants", "$1, $2, $3, $4, $5, $6", 6),
	ROWS(marks, "site, name, value", "$1, $2, $3", 3),
	ROWS(policies,
		"site, ownership, version, name, source, content, expires, jws, team, edit, at, "
		"who",
		"$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12", 12),
	ROWS(policy_lines, "site, ownership, team, edit, at, who", "$1, $2, $3, $4, $5, $6", 6),
	ROWS(sessions, "site, hash, admin, started, seen", "$1, $2, $3, $4, $5", 5),
	ROWS(settings, "site, name, value", "$1, $2, $3", 3),
	ROWS(severities, "site, ownership, control, severity, rank", "$1, $2, $3, $4, $5", 5),
	ROWS(tallies, "site, subject, team, state, devices", "$1, $2, $3, $4, $5", 5),
	ROWS(teams, "site, name, last_number, kind", "$1, $2, $3, $4", 4),
	ROWS(tokens, "site, hash, ownership, team, uses_left, expires, id, uses, made",
		"$1, $2, $3, $4, $5, $6, $7, $8, $9", 9),
	ROWS(tries, "site, name, failures, next, last", "$1, $2, $3, $4, $5", 5),
	ROWS(totals, "site, subject, state, devices", "$1, $2, $3, $4", 4),
};

struct copy {
	struct store *to;
	const struct table *table;
	int64_t rows;
};

static int put_row(const struct store_value *row, void *data)
{
	struct copy *copy = data;
	int r = copy->to->ops->run(
		copy->to, copy->table->insert, row, copy->table->columns, NULL, NULL, NULL);

	copy->rows++;
	return r > 0 ? -EEXIST : r;
}

static int copy_table(struct store *from, struct copy *copy)
{
	int64_t there = 0;
	int r = copy->to->ops->run(
		copy->to, copy->table->count, NULL, 0, store_row_int, &there, NULL);

	if (r == 0 && there > 0) {
		return STORE_COPY_E_FULL;
	}
	return r != 0 ? r : from->ops->scan(from, copy->table->select, put_row, copy);
}

static int copy_tables(struct store *from, struct store *to, store_copied_fn fn, void *data)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(tables); i++) {
		struct copy copy = {to, &tables[i], 0};

		r = copy_table(from, &copy);
		if (r == 0 && fn) {
			fn(tables[i].name, copy.rows, data);
		}
	}
	return r;
}

int store_copy_all(struct store *from, struct store *to, store_copied_fn fn, void *data)
{
	int r = from->ops->begin(from, false);

	if (r != 0) {
		return r;
	}
	r = to->ops->begin(to, true);
	if (r == 0) {
		r = copy_tables(from, to, fn, data);
		if (r == 0) {
			r = to->ops->commit(to);
		}
		if (r != 0) {
			to->ops->rollback(to);
		}
	}
	from->ops->rollback(from);
	return r;
}
