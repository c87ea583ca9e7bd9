/* SPDX-License-Identifier: Apache-2.0 */
#include "change.h"

#include "guidance.h"
#include "json.h"

#include <string.h>

struct change {
	const char *client;
	const char *path;
	const char *key;
	struct json_object *from;
	struct json_object *to;
	const char *why;
	const char *result;
	struct json_object *error;
};

static const struct json_field change_fields[] = {
	{"client", JSON_WANT_STRING, offsetof(struct change, client), true, 64},
	{"error", JSON_WANT_ANY, offsetof(struct change, error), true, 0},
	{"from", JSON_WANT_ANY, offsetof(struct change, from), true, 0},
	{"key", JSON_WANT_STRING, offsetof(struct change, key), true, 256},
	{"path", JSON_WANT_STRING, offsetof(struct change, path), true, 4096},
	{"result", JSON_WANT_STRING, offsetof(struct change, result), true, 16},
	{"to", JSON_WANT_ANY, offsetof(struct change, to), true, 0},
	{"why", JSON_WANT_STRING, offsetof(struct change, why), true, 160},
};

struct result_row {
	const char *word;
	size_t count; /* offset in struct changes */
	enum posture_state look;
};

static const struct result_row results[] = {
	{"applied", offsetof(struct changes, done), POSTURE_PASS},
	{"conflict", offsetof(struct changes, conflicts), POSTURE_UNKNOWN},
	{"failed", offsetof(struct changes, failed), POSTURE_FAIL},
	{"planned", offsetof(struct changes, planned), POSTURE_EXEMPT},
	{"refused", offsetof(struct changes, failed), POSTURE_FAIL},
	{"undone", offsetof(struct changes, done), POSTURE_PASS},
};

static const struct result_row *result_find(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(results); i++) {
		if (strcmp(results[i].word, word) == 0) {
			return &results[i];
		}
	}
	return NULL;
}

static int change_read(
	struct json_object *json, struct change *ret_change, struct json_error *error)
{
	struct change change = {0};
	int r = json_decode(json, change_fields, ARRAY_LEN(change_fields), &change, error);

	if (r != 0) {
		return r;
	}
	if (result_find(change.result) == NULL ||
		(change.error != NULL && !json_object_is_type(change.error, json_type_string))) {
		return JSON_E_TYPE;
	}
	*ret_change = change;
	return 0;
}

struct raw {
	int64_t format;
	struct json_object *list;
	int64_t agreed, confirm_s, unheard;
	bool school;
};

static int reply_read(struct json_object *reply, struct raw *ret_raw, struct json_error *error)
{
	struct raw raw = {0};
	static const struct json_field fields[] = {
		{"agreed", JSON_WANT_INT, offsetof(struct raw, agreed), false, 0},
		{"changes", JSON_WANT_ARRAY, offsetof(struct raw, list), true, CHANGES_MAX},
		{"confirm_seconds", JSON_WANT_INT, offsetof(struct raw, confirm_s), false, 3600},
		{"format", JSON_WANT_INT, offsetof(struct raw, format), true, 0},
		{"school", JSON_WANT_BOOL, offsetof(struct raw, school), false, 0},
		{"unheard", JSON_WANT_INT, offsetof(struct raw, unheard), false, 0},
	};
	int r = json_decode(reply, fields, ARRAY_LEN(fields), &raw, error);

	if (r == 0) {
		*ret_raw = raw;
	}
	return r;
}

int changes_count(struct json_object *reply, struct changes *ret_changes, struct json_error *error)
{
	struct changes changes = {0};
	struct raw raw = {0};
	int r = reply_read(reply, &raw, error);

	changes.confirm_s = raw.confirm_s;
	changes.unheard = (size_t)raw.unheard;
	for (size_t i = 0; r == 0 && i < json_object_array_length(raw.list); i++) {
		struct change change;

		r = change_read(json_object_array_get_idx(raw.list, i), &change, error);
		if (r == 0) {
			*(size_t *)((char *)&changes + result_find(change.result)->count) += 1;
		}
	}
	if (r == 0) {
		*ret_changes = changes;
	}
	return r;
}

/* What a person has typed is not told to the service, which puts this in its place (redact.h). */
#define HIDDEN "\xe2\x80\xa6"

static const char *value_text(const struct page *page, struct json_object *value, const char *none)
{
	if (value == NULL) {
		return text_get(page->texts, none);
	}
	if (json_object_is_type(value, json_type_string) &&
		strcmp(json_object_get_string(value), HIDDEN) == 0) {
		return text_get(page->texts, "cli.change.hidden");
	}
	return json_object_to_json_string_ext(
		value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

static void diff_line(struct page *page, enum posture_state look, const char *sign, const char *key,
	const char *value)
{
	cleanup(str_finish) struct str lead = {0};

	page_check(page, str_appendf(&lead, "%s %s:", sign, key));
	page_put(page, PAGE_BLOCK(.indent = 4, .hang = 8, .style = term_state_style(look),
			       .lead = lead.p, .text = value));
}

static void why_show(struct page *page, const struct change *change, const char *control)
{
	cleanup(str_finish) struct str text = {0};

	page_check(page, str_append_z(&text, text_get(page->texts, change->why)));
	if (control) {
		page_check(page, str_appendf(&text, " (%s)", control));
	}
	page_put(page, PAGE_BLOCK(.indent = 6, .hang = 6, .text = text.p ? text.p : ""));
}

static void change_show(struct page *page, const struct change *change, const char *control)
{
	const struct result_row *row = result_find(change->result);
	/* put back, a key without a value is gone; kept, it stands there with none */
	const char *none =
		strcmp(row->word, "undone") == 0 ? "cli.change.unset" : "cli.change.null";
	cleanup(str_finish) struct str key = {0};

	diff_line(page, POSTURE_FAIL, "-", change->key,
		value_text(page, change->from, "cli.change.unset"));
	diff_line(page, POSTURE_PASS, "+", change->key, value_text(page, change->to, none));
	why_show(page, change, control);
	if (strcmp(row->word, "planned") == 0) {
		return;
	}
	page_check(page, str_appendf(&key, "cli.change.%s", row->word));
	page_text(page,
		PAGE_BLOCK(.indent = 6, .hang = 8, .style = term_state_style(row->look),
			.lead = term_state_symbol(page->term, row->look)),
		key.p ? key.p : "");
	if (change->error != NULL) {
		page_put(page, PAGE_BLOCK(.indent = 6, .hang = 6,
				       .text = page_lookup(page, "enforce.error.",
					       json_object_get_string(change->error), "")));
	}
}

#define CONTROLS_MAX 64

/* Each control once, in the order in which they came */
struct behind {
	const char *controls[CONTROLS_MAX];
	size_t n;
};

static void behind_add(struct behind *behind, const char *control)
{
	for (size_t i = 0; control && i < behind->n; i++) {
		if (strcmp(behind->controls[i], control) == 0) {
			return;
		}
	}
	if (control && behind->n < CONTROLS_MAX) {
		behind->controls[behind->n++] = control;
	}
}

static void behind_show(struct page *page, const struct behind *behind)
{
	if (behind->n > 0) {
		page_gap(page);
		page_text(page, PAGE_BLOCK(.style = TERM_BOLD), "cli.change.guidance");
	}
	for (size_t i = 0; i < behind->n; i++) {
		cleanup(str_finish) struct str lead = {0};

		page_check(page, str_appendf(&lead, "%s:", behind->controls[i]));
		page_put(page, PAGE_BLOCK(.indent = 2, .hang = 4, .lead = lead.p,
				       .text = page_lookup(page, "control.", behind->controls[i],
					       ".guidance")));
	}
}

void changes_show(struct page *page, struct json_object *reply, const char *datadir)
{
	cleanup(guidance_finish) struct guidance guidance = {0};
	struct behind behind = {.n = 0};
	struct raw raw;
	const char *path = "";

	guidance_load(datadir, &guidance);
	if (reply_read(reply, &raw, NULL) != 0) {
		return;
	}
	for (size_t i = 0; i < json_object_array_length(raw.list); i++) {
		struct change change;
		const char *control;

		if (change_read(json_object_array_get_idx(raw.list, i), &change, NULL) != 0) {
			continue;
		}
		control = strcmp(change.result, "undone") == 0
				  ? NULL
				  : guidance_control(&guidance, change.why);
		behind_add(&behind, control);
		if (strcmp(path, change.path) != 0) {
			if (*path != '\0') {
				page_gap(page);
			}
			path = change.path;
			page_put(page,
				PAGE_BLOCK(.style = TERM_BOLD,
					.lead = page_lookup(page, "client.", change.client, ""),
					.text = path, .hang = 2));
		}
		change_show(page, &change, control);
	}
	behind_show(page, &behind);
}
