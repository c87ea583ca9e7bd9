/* SPDX-License-Identifier: Apache-2.0 */
#include "breaches.h"

#include "clock.h"
#include "json-build.h"
#include "moment.h"

#include <stdio.h>
#include <inttypes.h>
#include <string.h>

#define LINES_MAX ((size_t)256 << 10)

/* What this endpoint holds of a device, and so what may have been seen: the store's own tables */
static const char *const held[] = {
	"answers", "device-number", "enrolled", "exemptions", "group", "history", "public-key"};

static void add_time(struct json_build *build, const char *name, int64_t at)
{
	if (at > 0) {
		json_build_take(build, name, moment_json_instant(at));
	} else {
		json_build_null(build, name);
	}
}

struct listing {
	struct json_build *list;
	int64_t now_s;
	size_t n;
};

static void add_head(struct json_build *item, const struct store_value *row, int64_t now_s)
{
	int64_t due = row[3].n + BREACHES_TELL_S;

	json_build_int(item, "id", row[0].n);
	json_build_span(item, "kind", row[1].text);
	add_time(item, "happened", row[2].n);
	add_time(item, "known", row[3].n);
	add_time(item, "opened", row[4].n);
	json_build_span(item, "who", row[5].text);
	add_time(item, "told", row[6].n);
	add_time(item, "closed", row[7].n);
	add_time(item, "due", due);
	json_build_bool(item, "overdue", row[6].n == 0 && now_s > due);
	json_build_int(item, "devices", row[8].n);
}
#define HEAD                                                                                      \
	"SELECT id, kind, happened, known, opened, who, told, closed, (SELECT COUNT(*) FROM "     \
	"breach_devices d WHERE d.site = b.site AND d.breach = b.id) FROM breaches b WHERE site " \
	"= "                                                                                      \
	"$1 "

static int read_head(const struct store_value *row, void *data)
{
	struct listing *listing = data;
	struct json_build item = json_build_object();

	add_head(&item, row, listing->now_s);
	json_build_join(listing->list, NULL, &item);
	return listing->list->error;
}

int breaches_list(struct store *store, int64_t now_s, struct json_object **ret_body)
{
	cleanup(json_build_drop) struct json_build body = json_build_object();
	struct json_build list = json_build_array();
	struct listing listing = {&list, now_s, 0};
	int r = store_query(
		store, read_head, &listing, HEAD "ORDER BY id DESC LIMIT 200", store_site());

	json_build_join(&body, "breaches", &list);
	return r != 0 ? r : json_build_finish(&body, ret_body);
}

static int read_one(const struct store_value *row, void *data)
{
	struct listing *listing = data;

	add_head(listing->list, row, listing->now_s);
	listing->n++;
	return listing->list->error;
}

/* "staff-007" while the device is here, else the receipt that it left */
#define LABEL_MAX 64
#define DEVICES                                                                              \
	"SELECT d.team, d.number, b.device, b.encrypted FROM breach_devices b LEFT JOIN "    \
	"devices d ON d.site = b.site AND d.id = b.device WHERE b.site = $1 AND b.breach = " \
	"$2 ORDER BY d.team, d.number, b.device"

static void label_of(const struct store_value *row, char label[LABEL_MAX])
{
	if (row[0].type == STORE_NULL) {
		snprintf(label, LABEL_MAX, "%.*s", (int)row[2].text.len, row[2].text.p);
	} else {
		snprintf(label, LABEL_MAX, "%.*s-%03" PRId64, (int)row[0].text.len, row[0].text.p,
			row[1].n);
	}
}

static int read_device(const struct store_value *row, void *data)
{
	struct json_build *list = data;
	struct json_build item = json_build_object();
	char label[LABEL_MAX];

	label_of(row, label);
	json_build_string(&item, "device", label);
	json_build_span(&item, "encrypted", row[3].text);
	json_build_join(list, NULL, &item);
	return list->error;
}

#define NOTES                                                                         \
	"SELECT n, at, who, step, note FROM breach_notes WHERE site = $1 AND breach " \
	"= $2 ORDER BY n"

static int read_note(const struct store_value *row, void *data)
{
	struct json_build *list = data;
	struct json_build item = json_build_object();

	json_build_int(&item, "n", row[0].n);
	add_time(&item, "at", row[1].n);
	json_build_span(&item, "who", row[2].text);
	json_build_span(&item, "step", row[3].text);
	json_build_span(&item, "note", row[4].text);
	json_build_join(list, NULL, &item);
	return list->error;
}

int breaches_show(struct store *store, int64_t now_s, int64_t id, struct json_object **ret_body)
{
	cleanup(json_build_drop) struct json_build body = json_build_object();
	struct json_build devices = json_build_array(), notes = json_build_array();
	struct json_build kinds = json_build_array();
	struct listing listing = {&body, now_s, 0};
	int r = store_query(
		store, read_one, &listing, HEAD "AND id = $2", store_site(), store_int(id));

	r = r != 0 ? r
		   : store_query(
			     store, read_device, &devices, DEVICES, store_site(), store_int(id));
	r = r != 0 ? r : store_query(store, read_note, &notes, NOTES, store_site(), store_int(id));
	for (size_t i = 0; i < ARRAY_LEN(held); i++) {
		json_build_string(&kinds, NULL, held[i]);
	}
	json_build_join(&body, "held", &kinds);
	json_build_join(&body, "entered", &devices);
	json_build_join(&body, "notes", &notes);
	if (r != 0 || listing.n == 0) {
		return r != 0 ? r : BREACHES_E_UNKNOWN;
	}
	return json_build_finish(&body, ret_body);
}

/* Lines of the form: devices and steps, one below another */
static int line_of_device(const struct store_value *row, void *data)
{
	char label[LABEL_MAX];

	label_of(row, label);
	return str_appendf(data, "%s: %.*s\n", label, (int)row[3].text.len, row[3].text.p);
}

static int line_of_note(const struct store_value *row, void *data)
{
	char text[CLOCK_TEXT_LEN];

	clock_format(row[1].n, text);
	return str_appendf(data, "%s %.*s: %.*s\n", text, (int)row[3].text.len, row[3].text.p,
		(int)row[4].text.len, row[4].text.p);
}

struct head {
	bool found;
	char kind[BREACHES_WORD_MAX + 1];
	char happened[CLOCK_TEXT_LEN], known[CLOCK_TEXT_LEN], due[CLOCK_TEXT_LEN], devices[24];
};

static int read_fields(const struct store_value *row, void *data)
{
	struct head *head = data;

	head->found = true;
	clock_format(row[2].n, head->happened);
	clock_format(row[3].n, head->known);
	clock_format(row[3].n + BREACHES_TELL_S, head->due);
	snprintf(head->devices, sizeof(head->devices), "%" PRId64, row[8].n);
	return store_copy(&row[1], head->kind, BREACHES_WORD_MAX);
}

static const struct authority {
	const char *name, *title;
} authorities[] = {
	{"ap", "Autoriteit Persoonsgegevens, autoriteitpersoonsgegevens.nl"},
	{"ico", "Information Commissioner's Office, ico.org.uk"},
	{"pcpd", "Privacy Commissioner for Personal Data, www.pcpd.org.hk"},
	{"uodo", "Urząd Ochrony Danych Osobowych, uodo.gov.pl"},
};

static const char *title_of(const char *authority)
{
	for (size_t i = 0; i < ARRAY_LEN(authorities); i++) {
		if (strcmp(authorities[i].name, authority) == 0) {
			return authorities[i].title;
		}
	}
	return NULL;
}

int breaches_form(const struct files *files, struct store *store, int64_t id, const char *authority,
	const char *language, enum documents_format format, struct str *out)
{
	cleanup(str_finish) struct str devices = {.max = LINES_MAX}, notes = {.max = LINES_MAX};
	struct head head = {.found = false};
	const char *title = title_of(authority);
	int r = store_query(
		store, read_fields, &head, HEAD "AND id = $2", store_site(), store_int(id));

	if (r != 0 || !head.found || !title) {
		return r != 0 ? r : !head.found ? BREACHES_E_UNKNOWN : BREACHES_E_REFUSED;
	}
	r = store_query(store, line_of_device, &devices, DEVICES, store_site(), store_int(id));
	r = r != 0 ? r
		   : store_query(store, line_of_note, &notes, NOTES, store_site(), store_int(id));
	if (r != 0) {
		return r;
	}
	const struct documents_field fields[] = {
		{"authority", title, false},
		{"breach_devices", devices.p ? devices.p : "", true},
		{"breach_due", head.due, false},
		{"breach_happened", head.happened, false},
		{"breach_kind", head.kind, false},
		{"breach_known", head.known, false},
		{"breach_notes", notes.p ? notes.p : "", true},
		{"breach_number", head.devices, false},
	};

	r = documents_write_with(
		files, store, "breach-form", language, format, fields, ARRAY_LEN(fields), out);
	return r == DOCUMENTS_E_UNKNOWN ? BREACHES_E_REFUSED : r;
}
