/* SPDX-License-Identifier: Apache-2.0 */
#include "watch-show.h"

#include <stdio.h>
#include <string.h>

#define WORD_MAX 32
#define SECONDS_MAX ((int64_t)10 * 366 * 86400)

struct word_row {
	const char *word;
	const char *text;
	enum term_style style;
	const char *sign, *ascii; /* told apart without colour */
};

static const struct word_row states[] = {
	{"held", "cli.watch.state.held", TERM_UNSURE, "◐", "~"},
	{"idle", "cli.watch.state.idle", TERM_DIM, "○", "-"},
	{"meeting", "cli.watch.state.meeting", TERM_GOOD, "●", "*"},
	{"off", "cli.watch.state.off", TERM_DIM, "×", "x"},
	{"other", "cli.watch.state.other", TERM_BAD, "●", "!"},
	{"unknown", "cli.watch.state.unknown", TERM_UNSURE, "?", "?"},
};
static const struct word_row kinds[] = {
	{"browser", "cli.watch.kind.browser", TERM_PLAIN, NULL, NULL},
	{"conferencing", "cli.watch.kind.conferencing", TERM_PLAIN, NULL, NULL},
	{"other", "cli.watch.kind.other", TERM_PLAIN, NULL, NULL},
	{"recorder", "cli.watch.kind.recorder", TERM_PLAIN, NULL, NULL},
};
static const struct word_row reasons[] = {
	{"daemon", "cli.watch.reason.daemon", TERM_PLAIN, NULL, NULL},
	{"hidden-streams", "cli.watch.reason.hidden-streams", TERM_PLAIN, NULL, NULL},
	{"privacy-switch", "cli.watch.reason.privacy-switch", TERM_PLAIN, NULL, NULL},
	{"unseen-holder", "cli.watch.reason.unseen-holder", TERM_PLAIN, NULL, NULL},
};

static const struct word_row *row_of(const struct word_row *rows, size_t n, const char *word)
{
	for (size_t i = 0; word && i < n; i++) {
		if (strcmp(rows[i].word, word) == 0) {
			return &rows[i];
		}
	}
	return NULL;
}

/* null is no word; one of a newer caretakerd is none that this version can show */
static int word_take(
	struct json_object *value, const struct word_row *rows, size_t n, const char **ret_word)
{
	const struct word_row *row;

	if (!value) {
		*ret_word = NULL;
		return 0;
	}
	if (!json_object_is_type(value, json_type_string)) {
		return JSON_E_TYPE;
	}
	row = row_of(rows, n, json_object_get_string(value));
	*ret_word = row ? row->word : NULL;
	return 0;
}

struct device_wire {
	struct json_object *kind, *reason, *since;
	int64_t number;
	const char *state;
};
static const struct json_field device_fields[] = {
	{"kind", JSON_WANT_ANY, offsetof(struct device_wire, kind), true, 0},
	{"number", JSON_WANT_INT, offsetof(struct device_wire, number), true, 4096},
	{"reason", JSON_WANT_ANY, offsetof(struct device_wire, reason), true, 0},
	{"since_seconds", JSON_WANT_ANY, offsetof(struct device_wire, since), true, 0},
	{"state", JSON_WANT_STRING, offsetof(struct device_wire, state), true, WORD_MAX},
};

static int since_take(struct json_object *value, int64_t now_ms, int64_t *ret_ms)
{
	int64_t seconds;

	*ret_ms = WATCH_NOT_TOLD;
	if (!value) {
		return 0;
	}
	seconds = json_object_get_int64(value);
	if (!json_object_is_type(value, json_type_int) || seconds < 0 || seconds > SECONDS_MAX) {
		return JSON_E_TYPE;
	}
	*ret_ms = now_ms - seconds * 1000;
	return 0;
}

static int device_take(struct json_object *json, int64_t now_ms, struct watch_device *device,
	struct json_error *error)
{
	struct device_wire wire = {0};
	const struct word_row *state;
	int r = json_decode(json, device_fields, ARRAY_LEN(device_fields), &wire, error);

	if (r != 0) {
		return r;
	}
	state = row_of(states, ARRAY_LEN(states), wire.state);
	if (!state) {
		json_error_set(error, "state", "is a word that this command does not know");
		return JSON_E_TYPE;
	}
	device->state = state->word;
	device->number = wire.number;
	r = word_take(wire.kind, kinds, ARRAY_LEN(kinds), &device->kind);
	if (r == 0) {
		r = word_take(wire.reason, reasons, ARRAY_LEN(reasons), &device->reason);
	}
	if (r == 0) {
		r = since_take(wire.since, now_ms, &device->since_boot_ms);
	}
	if (r != 0) {
		json_error_set(error, "kind, reason, since_seconds", "is of another type");
	}
	return r;
}

struct view_wire {
	struct json_object *cameras, *microphones;
	int64_t format;
	bool more;
};
static const struct json_field view_fields[] = {
	{"cameras", JSON_WANT_ARRAY, offsetof(struct view_wire, cameras), true, WATCH_DEVICES_MAX},
	{"format", JSON_WANT_INT, offsetof(struct view_wire, format), true, 0},
	{"microphones", JSON_WANT_ARRAY, offsetof(struct view_wire, microphones), true,
		WATCH_DEVICES_MAX},
	{"more", JSON_WANT_BOOL, offsetof(struct view_wire, more), false, 0},
};

int watch_view_read(struct json_object *reply, int64_t now_ms, struct watch_view *ret_view,
	struct json_error *error)
{
	struct watch_view view = {.len = 0};
	struct view_wire wire = {0};
	int r = json_decode(reply, view_fields, ARRAY_LEN(view_fields), &wire, error);

	for (size_t kind = 0; r == 0 && kind < 2; kind++) {
		struct json_object *list = kind == 0 ? wire.cameras : wire.microphones;

		for (size_t i = 0; r == 0 && i < json_object_array_length(list); i++) {
			struct watch_device *device = &view.devices[view.len++];

			device->microphone = kind == 1;
			r = device_take(json_object_array_get_idx(list, i), now_ms, device, error);
		}
	}
	if (r == 0) {
		view.more = wire.more;
		*ret_view = view;
	}
	return r;
}

static void add_text(struct page *page, struct str *out, const char *between, const char *key)
{
	page_check(page, str_append_z(out, between));
	page_check(page, str_append_z(out, text_get(page->texts, key)));
}

static void add_since(
	struct page *page, struct str *out, const struct watch_device *device, int64_t now_ms)
{
	cleanup(str_finish) struct str ago = {0};

	page_ago(page, 0, (now_ms - device->since_boot_ms) / 1000, &ago);
	page_check(page, str_append_z(out, ", "));
	page_check(page, text_format(page->texts, "cli.watch.since",
				 TEXT_ARGS({"ago", ago.p ? ago.p : ""}), 1, out));
}

static bool is_used(const struct watch_device *device)
{
	return strcmp(device->state, "idle") != 0 && strcmp(device->state, "off") != 0;
}

/* now_ms -1: without how long, as that is no change */
static void device_put(struct page *page, const struct watch_device *device, int64_t now_ms)
{
	const struct word_row *state = row_of(states, ARRAY_LEN(states), device->state);
	const struct word_row *kind = row_of(kinds, ARRAY_LEN(kinds), device->kind);
	const struct word_row *reason = row_of(reasons, ARRAY_LEN(reasons), device->reason);
	cleanup(str_finish) struct str text = {0};
	char number[24];

	(void)snprintf(number, sizeof(number), "%lld", (long long)device->number);
	page_check(page, text_format(page->texts,
				 device->microphone ? "cli.watch.microphone" : "cli.watch.camera",
				 TEXT_ARGS({"number", number}), 1, &text));
	add_text(page, &text, " ", state->text);
	if (kind && is_used(device)) {
		add_text(page, &text, ", ", kind->text);
	}
	if (reason) {
		add_text(page, &text, " ", reason->text);
	}
	if (now_ms >= 0 && device->since_boot_ms != WATCH_NOT_TOLD && is_used(device)) {
		add_since(page, &text, device, now_ms);
	}
	page_put(page, PAGE_BLOCK(.hang = 2, .style = state->style,
			       .lead = page->term->utf8 ? state->sign : state->ascii,
			       .text = text.p ? text.p : ""));
}

void watch_show_all(struct page *page, const struct watch_view *view, int64_t now_ms)
{
	page_text(page, PAGE_BLOCK(.style = TERM_DIM), "cli.watch.live");
	page_gap(page);
	for (size_t i = 0; i < view->len; i++) {
		device_put(page, &view->devices[i], now_ms);
	}
	if (view->len == 0) {
		page_text(page, PAGE_BLOCK(0), "cli.watch.none");
	}
	if (view->more) {
		page_text(page, PAGE_BLOCK(0), "cli.watch.more");
	}
}

static const struct watch_device *find(
	const struct watch_view *view, const struct watch_device *wanted)
{
	for (size_t i = 0; view && i < view->len; i++) {
		const struct watch_device *device = &view->devices[i];

		if (device->microphone == wanted->microphone && device->number == wanted->number) {
			return device;
		}
	}
	return NULL;
}

/* words are those of the tables */
static bool same(const struct watch_device *a, const struct watch_device *b)
{
	return a->state == b->state && a->kind == b->kind && a->reason == b->reason;
}

static void gone_put(struct page *page, const struct watch_device *device)
{
	char number[24];

	(void)snprintf(number, sizeof(number), "%lld", (long long)device->number);
	page_text(page, PAGE_BLOCK(.hang = 2),
		device->microphone ? "cli.watch.microphone-gone" : "cli.watch.camera-gone",
		{"number", number});
}

void watch_show_changes(
	struct page *page, const struct watch_view *view, const struct watch_view *before)
{
	for (size_t i = 0; i < view->len; i++) {
		const struct watch_device *old = find(before, &view->devices[i]);

		if (!old || !same(old, &view->devices[i])) {
			device_put(page, &view->devices[i], -1);
		}
	}
	for (size_t i = 0; before && i < before->len; i++) {
		if (!find(view, &before->devices[i])) {
			gone_put(page, &before->devices[i]);
		}
	}
	if (!before && view->len == 0) {
		page_text(page, PAGE_BLOCK(0), "cli.watch.none");
	}
}
