/* SPDX-License-Identifier: Apache-2.0 */
#include "allowed.h"

#include <string.h>
#include <time.h>

struct allowed {
	int64_t devices, noticed, start, end;
	const char *feature, *id, *phase, *purpose;
	bool given;
	struct json_object *persons;
};

static const struct json_field fields[] = {
	{"devices", JSON_WANT_INT, offsetof(struct allowed, devices), false, 0},
	{"end", JSON_WANT_INT, offsetof(struct allowed, end), true, 0},
	{"feature", JSON_WANT_STRING, offsetof(struct allowed, feature), true, 48},
	{"given", JSON_WANT_BOOL, offsetof(struct allowed, given), true, 0},
	{"id", JSON_WANT_STRING, offsetof(struct allowed, id), true, 48},
	{"noticed", JSON_WANT_INT, offsetof(struct allowed, noticed), false, 0},
	{"persons", JSON_WANT_ARRAY, offsetof(struct allowed, persons), true, 8},
	{"phase", JSON_WANT_STRING, offsetof(struct allowed, phase), true, 16},
	{"purpose", JSON_WANT_STRING, offsetof(struct allowed, purpose), true, 48},
	{"start", JSON_WANT_INT, offsetof(struct allowed, start), true, 0},
};

static const struct phase {
	const char *word, *key;
	enum term_style style;
} phases[] = {
	{"ended", "cli.exempt.ended", TERM_DIM},
	{"runs", "cli.exempt.runs", TERM_BOLD},
	{"waits", "cli.exempt.waits", TERM_BOLD},
};

static const struct phase *phase_find(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(phases); i++) {
		if (strcmp(phases[i].word, word) == 0) {
			return &phases[i];
		}
	}
	return NULL;
}

static int read_one(struct json_object *json, struct allowed *ret_allowed, struct json_error *error)
{
	struct allowed allowed = {0};
	int r = json_decode(json, fields, ARRAY_LEN(fields), &allowed, error);

	for (size_t i = 0; r == 0 && i < json_object_array_length(allowed.persons); i++) {
		if (!json_object_is_type(
			    json_object_array_get_idx(allowed.persons, i), json_type_string)) {
			r = JSON_E_TYPE;
		}
	}
	if (r == 0 && phase_find(allowed.phase) == NULL) {
		r = JSON_E_TYPE;
	}
	if (r == 0) {
		*ret_allowed = allowed;
	}
	return r;
}

int allowed_check(struct json_object *list, struct json_error *error)
{
	size_t n = json_object_array_length(list);
	int r = n > ALLOWED_MAX ? JSON_E_TYPE : 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		struct allowed unused;

		r = read_one(json_object_array_get_idx(list, i), &unused, error);
	}
	return r;
}

size_t allowed_running(struct json_object *list)
{
	size_t running = 0;

	for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
		struct allowed allowed;

		running += read_one(json_object_array_get_idx(list, i), &allowed, NULL) == 0 &&
			   strcmp(allowed.phase, "runs") == 0;
	}
	return running;
}

void allowed_time(int64_t wall_s, char text[ALLOWED_TIME_MAX])
{
	time_t seconds = (time_t)wall_s;
	struct tm local;

	text[0] = '\0';
	if (localtime_r(&seconds, &local) != NULL) {
		strftime(text, ALLOWED_TIME_MAX, "%Y-%m-%d %H:%M", &local);
	}
}

static void persons_put(
	const struct page *page, struct json_object *persons, struct page *target, struct str *out)
{
	for (size_t i = 0; i < json_object_array_length(persons); i++) {
		const char *word = json_object_get_string(json_object_array_get_idx(persons, i));

		page_check(target, str_append_z(out, i > 0 ? ", " : ""));
		page_check(
			target, str_append_z(out, page_lookup(page, "exempt.person.", word, "")));
	}
}

/* Prior notice and scope; a caretakerd that is older tells neither. */
static void show_notice(struct page *page, const struct allowed *allowed)
{
	cleanup(str_finish) struct str scope = {0};
	char noticed[ALLOWED_TIME_MAX];

	if (allowed->noticed <= 0 || allowed->devices <= 0) {
		return;
	}
	allowed_time(allowed->noticed, noticed);
	page_count(page, "cli.exempt.scope", (size_t)allowed->devices, &scope);
	page_text(page, PAGE_BLOCK(.indent = 4, .hang = 4), "cli.exempt.noticed",
		{"noticed", noticed}, {"scope", scope.p ? scope.p : ""});
}

static void show_one(struct page *page, const struct allowed *allowed)
{
	const struct phase *phase = phase_find(allowed->phase);
	const char *feature = allowed->feature[0] != '\0' ? allowed->feature : "controls";
	char start[ALLOWED_TIME_MAX], end[ALLOWED_TIME_MAX];
	cleanup(str_finish) struct str persons = {0};

	allowed_time(allowed->start, start);
	allowed_time(allowed->end, end);
	persons_put(page, allowed->persons, page, &persons);
	page_text(page, PAGE_BLOCK(.indent = 2, .hang = 4, .style = phase->style), phase->key,
		{"feature", page_lookup(page, "exempt.feature.", feature, "")}, {"start", start},
		{"end", end});
	page_text(page, PAGE_BLOCK(.indent = 4, .hang = 4),
		allowed->given ? "cli.exempt.by-owner" : "cli.exempt.by-school",
		{"purpose", page_lookup(page, "exempt.purpose.", allowed->purpose, "")},
		{"persons", persons.p ? persons.p : ""}, {"id", allowed->id});
	show_notice(page, allowed);
}

void allowed_show(struct page *page, struct json_object *list)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct allowed allowed;

		if (read_one(json_object_array_get_idx(list, i), &allowed, NULL) == 0) {
			show_one(page, &allowed);
		}
	}
}
