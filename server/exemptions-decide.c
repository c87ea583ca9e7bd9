/* SPDX-License-Identifier: Apache-2.0 */
/* Asking, approving, refusing and ending. */
#include "exemptions.h"

#include "answer.h"
#include "exemption.h"

#include <string.h>

static int refuse(struct json_error *error, const char *where, const char *what)
{
	json_error_set(error, where, what);
	return EXEMPTIONS_E_REFUSED;
}

/* An approver who is not the ones named: to judge terms before anybody has approved */
static const char *some_approver(const char *not_this, const char *nor_this)
{
	for (size_t i = 0; exemption_word(EXEMPTION_APPROVERS, i); i++) {
		const char *word = exemption_word(EXEMPTION_APPROVERS, i);

		if (strcmp(word, not_this) != 0 && strcmp(word, nor_this) != 0) {
			return word;
		}
	}
	return "";
}

static const char *text_of(struct json_object *terms, const char *key)
{
	struct json_object *value = NULL;

	return json_object_object_get_ex(terms, key, &value) &&
			       json_object_is_type(value, json_type_string)
		       ? json_object_get_string(value)
		       : "";
}

static bool shows_pupils(struct json_object *terms)
{
	struct json_object *value = NULL;

	return json_object_object_get_ex(terms, "pupils_visible", &value) &&
	       json_object_get_boolean(value);
}

struct roles {
	const char *first;
	const char *second; /* "" for none */
};

static int complete(struct json_object *terms, struct json_object *devices,
	const struct roles *roles, struct json_object **ret_whole)
{
	struct json_object *list = json_object_new_array(), *whole = NULL;
	int r = json_object_deep_copy(terms, &whole, NULL) < 0 ? -ENOMEM : 0;

	r = r != 0 ? r : answer_add_text(whole, "id", "exemption-0");
	r = r != 0 ? r : answer_add_text(whole, "approved_by", roles->first);
	if (r == 0 && roles->second[0]) {
		r = answer_add_text(whole, "second_approver", roles->second);
	}
	r = r != 0 ? r : answer_add(whole, "devices", json_object_get(devices));
	if (r != 0) {
		json_object_put(whole);
		json_object_put(list);
		return r;
	}
	*ret_whole = list;
	return answer_push(list, whole);
}

/* The very rules that a device judges by */
static int judge(struct json_object *terms, struct json_object *devices, const struct roles *roles,
	struct exemption *ret_exemption, struct json_error *error)
{
	cleanup(exemptions_finish) struct exemptions parsed = {0};
	cleanup(json_put) struct json_object *whole = NULL;
	int r = complete(terms, devices, roles, &whole);

	r = r != 0 ? r : exemptions_parse(whole, EXEMPTION_NOTICE_DAYS, &parsed, error);
	if (r == 0) {
		/* Its texts end with whole; the times are what is taken from here. */
		*ret_exemption = parsed.list.items[0];
	}
	return r > 0 ? EXEMPTIONS_E_REFUSED : r;
}

static int read_id(const struct store_value *row, void *data)
{
	return answer_push(data, json_object_new_string_len(row[0].text.p, (int)row[0].text.len));
}

static int team_devices(struct store *store, const char *team, struct json_object **ret_devices)
{
	struct json_object *devices = json_object_new_array();
	int r = !devices
			? -ENOMEM
			: store_query(store, read_id, devices,
				  "SELECT id FROM (SELECT id FROM devices WHERE site = $1 AND "
				  "team = $2 AND ownership = 'school' ORDER BY number LIMIT 257) d "
				  "ORDER BY id",
				  store_site(), store_text(team));

	if (r != 0) {
		json_object_put(devices);
		return r;
	}
	*ret_devices = devices;
	return 0;
}

static int check_devices(struct store *store, struct json_object *devices, struct json_error *error)
{
	size_t n = json_object_array_length(devices);

	if (n == 0 || n > EXEMPTION_DEVICES_MAX) {
		return refuse(error, "devices", "are none, or more than 256");
	}
	for (size_t i = 0; i < n; i++) {
		struct json_object *id = json_object_array_get_idx(devices, i);
		struct device device;
		int r = json_object_is_type(id, json_type_string)
				? device_find(store, json_object_get_string(id), &device)
				: DEVICE_E_UNKNOWN;

		if (r < 0) {
			return r;
		}
		if (r > 0 || device.owner != POLICY_SCHOOL) {
			return refuse(error, "devices", "has one that is not the school's");
		}
	}
	return 0;
}

static int put_devices(struct store *store, int64_t id, struct json_object *devices)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < json_object_array_length(devices); i++) {
		const char *device = json_object_get_string(json_object_array_get_idx(devices, i));

		r = store_do(store, NULL,
			"INSERT INTO exemption_devices (site, exemption, device) "
			"VALUES ($1, $2, $3) ON CONFLICT (site, exemption, device) DO NOTHING",
			store_site(), store_int(id), store_text(device));
	}
	return r;
}

static int put_request(struct store *store, int64_t now_s, const char *who,
	const struct exemptions_wish *wish, const struct exemption *times, int64_t *ret_id)
{
	cleanup(str_finish) struct str terms = {0};
	int64_t id = 0;
	int r = json_write_canonical(wish->terms, &terms);

	r = r != 0 ? r
		   : store_query(store, store_row_int, &id,
			     "SELECT COALESCE(MAX(id), 0) + 1 FROM exemptions WHERE site = $1",
			     store_site());
	r = r != 0 ? r
		   : store_do(store, NULL,
			     "INSERT INTO exemptions (site, id, state, team, terms, starts, ends, "
			     "requested, requester, approver, approver_role, second, second_role) "
			     "VALUES ($1, $2, 'requested', $3, $4, $5, $6, $7, $8, '', '', '', '')",
			     store_site(), store_int(id), store_text(wish->team),
			     store_text(terms.p), store_int(times->start), store_int(times->end),
			     store_int(now_s), store_text(who));
	if (r == 0) {
		*ret_id = id;
	}
	return r;
}

int exemptions_request(struct store *store, int64_t now_s, const char *who,
	const struct exemptions_wish *wish, int64_t *ret_id, struct json_error *error)
{
	cleanup(json_put) struct json_object *devices = json_object_get(wish->devices);
	const char *asker = text_of(wish->terms, "asked_by");
	struct roles roles = {some_approver(asker, asker), ""};
	struct exemption times;
	int64_t id = 0;
	int r = devices ? 0 : team_devices(store, wish->team, &devices);

	if (shows_pupils(wish->terms)) {
		roles.second = some_approver(asker, roles.first);
	}
	r = r != 0 ? r : check_devices(store, devices, error);
	r = r != 0 ? r : judge(wish->terms, devices, &roles, &times, error);
	if (r == 0 && (times.end <= now_s || times.noticed > now_s)) {
		r = refuse(error, "terms", "end in the past, or a notice is still to be sent");
	}
	r = r != 0 ? r : put_request(store, now_s, who, wish, &times, &id);
	r = r != 0 ? r : put_devices(store, id, devices);
	if (r == 0) {
		*ret_id = id;
	}
	return r;
}

struct held {
	bool found;
	char state[16];
	char requester[65];
	char approver[65];
	char approver_role[EXEMPTIONS_WORD_MAX + 1];
	int64_t ends;
	struct json_object *terms;
};

static void held_finish(struct held *held)
{
	json_object_put(held->terms);
}

static int read_held(const struct store_value *row, void *data)
{
	struct held *held = data;
	int r = store_copy(&row[0], held->state, sizeof(held->state) - 1);

	held->found = true;
	held->ends = row[4].n;
	r = r != 0 ? r : store_copy(&row[1], held->requester, sizeof(held->requester) - 1);
	r = r != 0 ? r : store_copy(&row[2], held->approver, sizeof(held->approver) - 1);
	r = r != 0 ? r : store_copy(&row[3], held->approver_role, EXEMPTIONS_WORD_MAX);
	r = r != 0 ? r : json_parse(row[5].text, &held->terms, NULL);
	return r > 0 ? -EBADMSG : r;
}

static int find(struct store *store, int64_t id, struct held *held)
{
	int r = store_query(store, read_held, held,
		"SELECT state, requester, approver, approver_role, ends, terms FROM exemptions "
		"WHERE site = $1 AND id = $2",
		store_site(), store_int(id));

	return r != 0 || held->found ? r : EXEMPTIONS_E_UNKNOWN;
}

static int check_room(struct store *store, int64_t now_s)
{
	int64_t n = 0;
	int r = store_query(store, store_row_int, &n,
		"SELECT COUNT(*) FROM exemptions WHERE site = $1 AND state = 'approved' AND ends > "
		"$2",
		store_site(), store_int(now_s));

	return r != 0 ? r : n >= EXEMPTIONS_MAX ? EXEMPTIONS_E_FULL : 0;
}

static int judge_again(struct store *store, int64_t id, const struct held *held,
	const struct roles *roles, struct json_error *error)
{
	cleanup(json_put) struct json_object *devices = json_object_new_array();
	struct exemption times;
	int r = !devices ? -ENOMEM
			 : store_query(store, read_id, devices,
				   "SELECT device FROM exemption_devices WHERE site = $1 AND "
				   "exemption = $2",
				   store_site(), store_int(id));

	r = r != 0 ? r : check_devices(store, devices, error);
	return r != 0 ? r : judge(held->terms, devices, roles, &times, error);
}

static bool acted_before(const struct held *held, const char *who)
{
	return strcmp(held->requester, who) == 0 || strcmp(held->approver, who) == 0;
}

static int approve_first(struct store *store, int64_t now_s, int64_t id, const char *who,
	const char *role, const struct held *held)
{
	return store_do(store, NULL,
		"UPDATE exemptions SET state = $3, approver = $4, approver_role = $5, decided = $6 "
		"WHERE site = $1 AND id = $2",
		store_site(), store_int(id),
		store_text(shows_pupils(held->terms) ? "seconded" : "approved"), store_text(who),
		store_text(role), store_int(now_s));
}

static int approve_second(
	struct store *store, int64_t now_s, int64_t id, const char *who, const char *role)
{
	return store_do(store, NULL,
		"UPDATE exemptions SET state = 'approved', second = $3, second_role = $4, decided "
		"= $5 WHERE site = $1 AND id = $2",
		store_site(), store_int(id), store_text(who), store_text(role), store_int(now_s));
}

int exemptions_approve(struct store *store, int64_t now_s, int64_t id, const char *who,
	const char *role, struct json_error *error)
{
	cleanup(held_finish) struct held held = {.found = false};
	struct roles roles = {role, ""};
	bool second;
	int r = find(store, id, &held);

	if (r != 0) {
		return r;
	}
	second = strcmp(held.state, "seconded") == 0;
	if ((!second && strcmp(held.state, "requested") != 0) || now_s >= held.ends) {
		return EXEMPTIONS_E_PHASE;
	}
	if (acted_before(&held, who)) {
		return EXEMPTIONS_E_PERSON;
	}
	if (second) {
		roles = (struct roles){held.approver_role, role};
	} else if (shows_pupils(held.terms)) {
		roles.second = some_approver(text_of(held.terms, "asked_by"), role);
	}
	r = check_room(store, now_s);
	r = r != 0 ? r : judge_again(store, id, &held, &roles, error);
	if (r != 0) {
		return r;
	}
	return second ? approve_second(store, now_s, id, who, role)
		      : approve_first(store, now_s, id, who, role, &held);
}

static int close_as(struct store *store, int64_t now_s, int64_t id, const char *state)
{
	return store_do(store, NULL,
		"UPDATE exemptions SET state = $3, ended = $4 WHERE site = $1 AND id = $2",
		store_site(), store_int(id), store_text(state), store_int(now_s));
}

static bool is_open(const struct held *held)
{
	return strcmp(held->state, "requested") == 0 || strcmp(held->state, "seconded") == 0;
}

int exemptions_refuse(struct store *store, int64_t now_s, int64_t id)
{
	cleanup(held_finish) struct held held = {.found = false};
	int r = find(store, id, &held);

	if (r == 0 && !is_open(&held)) {
		return EXEMPTIONS_E_PHASE;
	}
	return r != 0 ? r : close_as(store, now_s, id, "refused");
}

int exemptions_end(struct store *store, int64_t now_s, int64_t id, const char *who)
{
	cleanup(held_finish) struct held held = {.found = false};
	int r = find(store, id, &held);
	bool own;

	if (r != 0) {
		return r;
	}
	own = is_open(&held) && strcmp(held.requester, who) == 0;
	if (now_s >= held.ends || (!own && strcmp(held.state, "approved") != 0)) {
		return EXEMPTIONS_E_PHASE;
	}
	return close_as(store, now_s, id, "ended");
}
