/* SPDX-License-Identifier: Apache-2.0 */
#include "hooks.h"

#include "answer.h"
#include "batch.h"
#include "fleet.h"
#include "json-build.h"
#include "secret.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int hooks_note(struct store *store, const char *device, const char *control, const char *reason,
	int64_t since_s)
{
	bool wanted = true;
	int r = store->batch ? batch_hooks(store->batch, store, &wanted) : 0;

	if (r != 0 || !wanted) {
		return r;
	}
	r = store_do(store, NULL,
		"INSERT INTO hooks (site, n, device, control, reason, since) "
		"SELECT s.site, COALESCE((SELECT MAX(h.n) FROM hooks h WHERE h.site = $1), 0) + 1, "
		"$2, $3, $4, $5 FROM settings s WHERE s.site = $1 AND s.name = 'webhook_url' "
		"AND s.value <> ''",
		store_site(), store_text(device), store_text(control), store_text(reason),
		store_int(since_s));

	return r > 0 ? -EIO : r;
}

struct events {
	struct json_object *list;
	int64_t last;
};

static int read_event(const struct store_value *row, void *data)
{
	struct events *events = data;
	struct json_object *item = json_object_new_object();
	int r = answer_push(events->list, item);

	events->last = row[0].n;
	r = r != 0 ? r : answer_add_span(item, "device", row[1].text);
	r = r != 0 ? r : fleet_add_label(item, row[2].text, row[3].n);
	r = r != 0 ? r : answer_add_span(item, "control", row[4].text);
	r = r != 0 ? r : answer_add_span(item, "reason", row[5].text);
	return r != 0 ? r : answer_add(item, "since", moment_json(POLICY_SCHOOL, row[6].n));
}

static int read_events(struct store *store, struct events *events)
{
	return store_query(store, read_event, events,
		"SELECT h.n, h.device, d.team, d.number, h.control, h.reason, h.since FROM hooks h "
		"JOIN devices d ON d.site = h.site AND d.id = h.device WHERE h.site = $1 "
		"ORDER BY h.n LIMIT 100",
		store_site());
}

static int write_body(struct json_object *list, struct str *body)
{
	cleanup(str_finish) struct str text = {0};
	cleanup(json_put) struct json_object *whole = json_object_new_object();
	char hash[SECRET_HASH_LEN + 1];
	int r = json_write_canonical(list, &text);

	r = r != 0 ? r : secret_hash((struct span){text.p, text.len}, hash);
	if (r == 0) {
		hash[16] = 0;
		r = answer_add_text(whole, "id", hash);
	}
	r = r != 0 ? r : answer_add_text(whole, "kind", "newly-failing");
	r = r != 0 ? r : answer_add_int(whole, "format", 1);
	r = r != 0 ? r : answer_add(whole, "events", json_object_get(list));
	return r != 0 ? r : json_write_canonical(whole, body);
}

int hooks_load(struct store *store, int64_t now_s, struct hooks_batch *batch)
{
	cleanup(json_put) struct json_object *list = json_object_new_array();
	struct events events = {list, 0};
	char key[SETTINGS_TEXT_MAX + 1];
	int64_t next = 0;
	int r = settings_text(store, "webhook_url", batch->url);

	r = r != 0 ? r : settings_number(store, "webhook_next", &next);
	if (r != 0 || !batch->url[0] || next > now_s) {
		return r;
	}
	r = settings_text(store, "webhook_key", key);
	r = r != 0 ? r : list ? read_events(store, &events) : -ENOMEM;
	if (r != 0 || !key[0] || events.last == 0) {
		return r;
	}
	snprintf(batch->key, sizeof(batch->key), "%.*s", HOOKS_KEY_MAX, key);
	batch->last = events.last;
	return write_body(list, &batch->body);
}

static int keep_number(struct store *store, const char *name, int64_t n)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64, n);
	return settings_keep(store, name, text);
}

static int forget_told(struct store *store, int64_t last)
{
	int r = store_do(store, NULL, "DELETE FROM hooks WHERE site = $1 AND n <= $2", store_site(),
		store_int(last));

	r = r != 0 ? r : keep_number(store, "webhook_tries", 0);
	r = r != 0 ? r : keep_number(store, "webhook_next", 0);
	return r != 0 ? r : settings_keep(store, "webhook_problem", "");
}

static int try_later(struct store *store, int64_t now_s, int status)
{
	int64_t tries = 0, wait = HOOKS_WAIT_S;
	int r = settings_number(store, "webhook_tries", &tries);

	for (int64_t i = 0; i < tries && wait < HOOKS_WAIT_MOST_S; i++) {
		wait *= 2;
	}
	wait = wait < HOOKS_WAIT_MOST_S ? wait : HOOKS_WAIT_MOST_S;
	r = r != 0 ? r : keep_number(store, "webhook_tries", tries + 1);
	r = r != 0 ? r : keep_number(store, "webhook_next", now_s + wait);
	r = r != 0 ? r : keep_number(store, "webhook_problem", status);
	return r != 0 ? r
		      : store_do(store, NULL,
				"DELETE FROM hooks WHERE site = $1 AND n <= (SELECT MAX(n) FROM "
				"hooks WHERE site = $1) - $2",
				store_site(), store_int(HOOKS_QUEUE_MAX));
}

int hooks_done(struct store *store, int64_t now_s, const struct hooks_batch *batch, int status)
{
	int r = status >= 200 && status <= 299 ? forget_told(store, batch->last)
					       : try_later(store, now_s, status);

	return r > 0 ? -EIO : r;
}

int hooks_read(struct store *store, struct json_object **ret_body)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	char problem[SETTINGS_TEXT_MAX + 1];
	int64_t waiting = 0, next = 0;
	uint64_t status = 0;
	int r = store_query(store, store_row_int, &waiting,
		"SELECT COUNT(*) FROM hooks WHERE site = $1", store_site());

	r = r != 0 ? r : settings_text(store, "webhook_problem", problem);
	r = r != 0 ? r : settings_number(store, "webhook_next", &next);
	r = r != 0 ? r : answer_add_int(body, "waiting", waiting);
	if (r == 0) {
		r = problem[0] && span_u64(span_z(problem), &status) == 0
			    ? answer_add_int(body, "problem", (int64_t)status)
			    : answer_add_null(body, "problem");
	}
	if (r == 0) {
		r = next > 0 ? answer_add(body, "next", moment_json_instant(next))
			     : answer_add_null(body, "next");
	}
	if (r == 0) {
		*ret_body = TAKE_PTR(body);
	}
	return r;
}

int hooks_key(struct store *store, char ret[HOOKS_KEY_MAX + 1])
{
	char key[SETTINGS_TEXT_MAX + 1], fresh[SECRET_LEN + 1];
	int r = settings_text(store, "webhook_key", key);

	if (r == 0 && !key[0]) {
		r = secret_new(fresh);
		r = r != 0 ? r : settings_keep(store, "webhook_key", fresh);
		snprintf(key, sizeof(key), "%s", fresh);
	}
	if (r == 0) {
		snprintf(ret, HOOKS_KEY_MAX + 1, "%.*s", HOOKS_KEY_MAX, key);
	}
	return r;
}
