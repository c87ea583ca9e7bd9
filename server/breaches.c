/* SPDX-License-Identifier: Apache-2.0 */
#include "breaches.h"

#include "clock.h"
#include "device-held.h"
#include "rights.h"

#include <string.h>

static const char *const kinds[] = {
	"intrusion", "lost-device", "other", "recording", "stolen-account", "wrong-recipient"};

/* tells: that the authority was told, or need not be; closes: nothing follows */
static const struct step {
	const char *name;
	bool tells, closes;
} steps[] = {
	{"assessed", false, false},
	{"closed", false, true},
	{"found", false, false},
	{"learnt", false, false},
	{"need-not-tell", true, false},
	{"stopped", false, false},
	{"told-authority", true, false},
	{"told-people", false, false},
};

static int refuse(struct json_error *error, const char *where, const char *what)
{
	json_error_set(error, where, what);
	return BREACHES_E_REFUSED;
}

static bool is_kind(const char *kind)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (strcmp(kinds[i], kind) == 0) {
			return true;
		}
	}
	return false;
}

static const struct step *find_step(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		if (strcmp(steps[i].name, name) == 0) {
			return &steps[i];
		}
	}
	return NULL;
}

static bool is_plain(const char *text)
{
	for (const char *p = text; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f) {
			return false;
		}
	}
	return true;
}

/* The label is what people know it by: TEAM-NUMBER, as the office's list of stickers has it. */
static int enter_device(struct store *store, int64_t breach, const char *name)
{
	cleanup(held_finish) struct held held = {0};
	const struct held_control *encrypted;
	char id[REPORT_DEVICE_LEN + 1];
	int r = rights_find(store, span_z(name), id);

	if (r == RIGHTS_E_UNKNOWN) {
		return BREACHES_E_DEVICE;
	}
	r = r != 0 || breach == 0 ? r : held_read(store, id, &held);
	encrypted = held_find(&held, "disk.encrypted");
	return r != 0 || breach == 0
		       ? r
		       : store_do(store, NULL,
				 "INSERT INTO breach_devices (site, breach, device, encrypted) "
				 "VALUES ($1, $2, $3, $4) "
				 "ON CONFLICT (site, breach, device) DO NOTHING",
				 store_site(), store_int(breach), store_text(id),
				 store_text(posture_state_name(
					 encrypted ? encrypted->state : POSTURE_UNKNOWN)));
}

/* breach 0: only whether each is one, before anything is written */
static int each_device(
	struct store *store, int64_t breach, struct json_object *devices, struct json_error *error)
{
	for (size_t i = 0; i < json_object_array_length(devices); i++) {
		struct json_object *item = json_object_array_get_idx(devices, i);
		int r;

		if (!json_object_is_type(item, json_type_string)) {
			return refuse(error, "devices", "has something that is no text");
		}
		r = enter_device(store, breach, json_object_get_string(item));
		if (r == BREACHES_E_DEVICE) {
			json_error_set(error, json_object_get_string(item), "is no device here");
		}
		if (r != 0) {
			return r;
		}
	}
	return 0;
}

static int check_wish(const struct breaches_wish *wish, int64_t now_s, int64_t *ret_happened,
	int64_t *ret_known, struct json_error *error)
{
	if (!is_kind(wish->kind)) {
		return refuse(error, "kind", "is none");
	}
	if (clock_parse(wish->happened, strlen(wish->happened), ret_happened) < 0 ||
		clock_parse(wish->known, strlen(wish->known), ret_known) < 0) {
		return refuse(error, "happened, known", "must be days or instants");
	}
	if (*ret_happened > *ret_known || *ret_known > now_s) {
		return refuse(error, "known", "must not be before it happened, nor ahead");
	}
	if (json_object_array_length(wish->devices) > BREACHES_DEVICES_MAX) {
		return refuse(error, "devices", "are too many");
	}
	return 0;
}

int breaches_open(struct store *store, int64_t now_s, const struct breaches_wish *wish,
	int64_t *ret_id, struct json_error *error)
{
	int64_t happened = 0, known = 0, last = 0;
	int r = check_wish(wish, now_s, &happened, &known, error);

	r = r != 0 ? r : each_device(store, 0, wish->devices, error);
	r = r != 0 ? r
		   : store_query(store, store_row_int, &last,
			     "SELECT COALESCE(MAX(id), 0) FROM breaches WHERE site = $1",
			     store_site());
	r = r != 0 ? r
		   : store_do(store, NULL,
			     "INSERT INTO breaches (site, id, kind, happened, known, opened, who, "
			     "told, closed) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0)",
			     store_site(), store_int(last + 1), store_text(wish->kind),
			     store_int(happened), store_int(known), store_int(now_s),
			     store_text(wish->who));
	r = r != 0 ? r : each_device(store, last + 1, wish->devices, error);
	if (r == 0) {
		*ret_id = last + 1;
	}
	return r;
}

struct standing {
	bool found;
	int64_t told, closed, notes;
};

static int read_standing(const struct store_value *row, void *data)
{
	*(struct standing *)data = (struct standing){true, row[0].n, row[1].n, row[2].n};
	return 0;
}

static int put_note(struct store *store, int64_t now_s, int64_t id, const char *who,
	const char *step, const char *note, int64_t n)
{
	return store_do(store, NULL,
		"INSERT INTO breach_notes (site, breach, n, at, who, step, note) "
		"VALUES ($1, $2, $3, $4, $5, $6, $7)",
		store_site(), store_int(id), store_int(n), store_int(now_s), store_text(who),
		store_text(step), store_text(note));
}

int breaches_note(struct store *store, int64_t now_s, int64_t id, const char *who, const char *word,
	const char *note, struct json_error *error)
{
	const struct step *step = find_step(word);
	struct standing standing = {.found = false};
	int r = store_query(store, read_standing, &standing,
		"SELECT told, closed, (SELECT COUNT(*) FROM breach_notes n WHERE n.site = b.site "
		"AND "
		"n.breach = b.id) FROM breaches b WHERE site = $1 AND id = $2",
		store_site(), store_int(id));

	if (r != 0 || !standing.found) {
		return r != 0 ? r : BREACHES_E_UNKNOWN;
	}
	if (standing.closed) {
		return BREACHES_E_CLOSED;
	}
	if (!step || !is_plain(note) || standing.notes >= BREACHES_NOTES_MAX) {
		return refuse(error, step ? "note" : "step",
			step ? "must be one line, and not one too many" : "is none");
	}
	/* Until it was told, or written down why not, the clock runs. */
	if (step->closes && !standing.told) {
		return refuse(error, "step", "closes only what was told, or need not be");
	}
	r = put_note(store, now_s, id, who, word, note, standing.notes + 1);
	return r != 0 ? r
		      : store_do(store, NULL,
				"UPDATE breaches SET told = CASE WHEN told = 0 THEN $3 ELSE told "
				"END, "
				"closed = $4 WHERE site = $1 AND id = $2",
				store_site(), store_int(id), store_int(step->tells ? now_s : 0),
				store_int(step->closes ? now_s : 0));
}
