/* SPDX-License-Identifier: Apache-2.0 */
#include "mail-due.h"

#include "breaches.h"

#include <inttypes.h>
#include <string.h>

#define OLD "answer-old" /* duty_judge's reason */

void mail_due_finish(struct mail_due *due)
{
	str_finish(&due->keys);
	str_finish(&due->controls);
}

uint64_t mail_due_total(const struct mail_due *due)
{
	uint64_t total = 0;

	for (size_t i = 0; i < MAIL_DUE_KINDS; i++) {
		total += due->counts[i];
	}
	return total;
}

static const char *text_of(struct json_object *row, const char *key)
{
	const char *text = json_object_get_string(json_object_object_get(row, key));

	return text ? text : "";
}

static bool has_control(const struct mail_due *due, const char *control)
{
	struct span rest = {due->controls.p, due->controls.len}, line;

	while (span_next(&rest, '\n', &line)) {
		if (span_eq(line, control)) {
			return true;
		}
	}
	return false;
}

static int add_duty(struct json_object *row, struct mail_due *due)
{
	const char *control = text_of(row, "control");
	int r;

	if (strcmp(text_of(row, "state"), "fail") != 0 &&
		strcmp(text_of(row, "reason"), OLD) != 0) {
		return 0;
	}
	due->counts[MAIL_DUE_DUTIES]++;
	r = str_appendf(&due->keys, "duty %s %s\n", control, text_of(row, "provider"));
	if (r == 0 && !has_control(due, control)) {
		r = str_appendf(&due->controls, "%s\n", control);
	}
	return r;
}

/* The same rows as the console's, which the school can look at */
static int add_duties(
	struct store *store, int64_t now_s, enum duties_storage storage, struct mail_due *due)
{
	cleanup(json_put) struct json_object *body = NULL;
	struct json_object *rows;
	int r = duties_read(store, now_s, storage, &body);

	rows = r == 0 ? json_object_object_get(body, "duties") : NULL;
	for (size_t i = 0; r == 0 && i < json_object_array_length(rows); i++) {
		r = add_duty(json_object_array_get_idx(rows, i), due);
	}
	return r;
}

struct listing {
	struct mail_due *due;
	int64_t now_s;
};

static int add_key(struct mail_due *due, enum mail_due_kind kind, int64_t id)
{
	static const struct {
		const char *what, *how;
	} words[MAIL_DUE_KINDS] = {
		[MAIL_DUE_OVERDUE] = {"breach", "overdue"},
		[MAIL_DUE_RUNNING] = {"breach", "running"},
		[MAIL_DUE_ENDS] = {"exemption", "ends"},
		[MAIL_DUE_WAITS] = {"exemption", "waits"},
	};

	due->counts[kind]++;
	return str_appendf(
		&due->keys, "%s %" PRId64 " %s\n", words[kind].what, id, words[kind].how);
}

static int read_breach(const struct store_value *row, void *data)
{
	const struct listing *listing = data;

	return add_key(listing->due,
		listing->now_s > row[1].n + BREACHES_TELL_S ? MAIL_DUE_OVERDUE : MAIL_DUE_RUNNING,
		row[0].n);
}

static int read_exemption(const struct store_value *row, void *data)
{
	const struct listing *listing = data;

	return add_key(listing->due,
		span_eq(row[1].text, "approved") ? MAIL_DUE_ENDS : MAIL_DUE_WAITS, row[0].n);
}

int mail_due_read(
	struct store *store, int64_t now_s, enum duties_storage storage, struct mail_due *due)
{
	struct listing listing = {due, now_s};
	int r = add_duties(store, now_s, storage, due);

	r = r != 0 ? r
		   : store_query(store, read_breach, &listing,
			     "SELECT id, known FROM breaches WHERE site = $1 AND told = 0 AND "
			     "closed = 0 ORDER BY id DESC LIMIT $2",
			     store_site(), store_int(MAIL_DUE_LISTED_MAX));
	r = r != 0 ? r
		   : store_query(store, read_exemption, &listing,
			     "SELECT id, state FROM exemptions WHERE site = $1 AND ends > $2 AND "
			     "(state = 'requested' OR state = 'seconded' OR (state = 'approved' "
			     "AND ends <= $3)) ORDER BY id DESC LIMIT $4",
			     store_site(), store_int(now_s), store_int(now_s + MAIL_DUE_SOON_S),
			     store_int(MAIL_DUE_LISTED_MAX));
	return r > 0 ? -EIO : r;
}
