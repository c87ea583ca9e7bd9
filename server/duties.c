/* SPDX-License-Identifier: Apache-2.0 */
#include "duties.h"

#include "clock.h"
#include "duties-own.h"
#include "duties-rules.h"
#include "json-build.h"
#include "moment.h"
#include "settings.h"

#include <stdio.h>
#include <string.h>

#define NONE "none"

/* The meeting services that may be named; policies/providers/ has a bundle of settings for some. */
static const char *const providers[] = {
	"bigbluebutton", "google-meet", "jitsi", "other", "teams", "webex", "zoom"};

static bool is_provider(struct span word)
{
	for (size_t i = 0; i < ARRAY_LEN(providers); i++) {
		if (span_eq(word, providers[i])) {
			return true;
		}
	}
	return false;
}

bool duties_providers_valid(const char *text)
{
	struct span rest = span_z(text), word;
	char before[DUTIES_WORD_MAX + 1] = "";

	if (!text[0] || strcmp(text, NONE) == 0) {
		return true;
	}
	while (span_next(&rest, ',', &word)) {
		if (!is_provider(word)) {
			return false;
		}
		char name[DUTIES_WORD_MAX + 1];

		snprintf(name, sizeof(name), "%.*s", (int)word.len, word.p);
		if (strcmp(before, name) >= 0) {
			return false;
		}
		memcpy(before, name, sizeof(name));
	}
	return text[strlen(text) - 1] != ',';
}

struct given {
	enum duty_answer answer;
	int64_t at;
	char who[DUTIES_WORD_MAX * 2];
	char note[DUTIES_NOTE_MAX + 1];
};

static int read_given(const struct store_value *row, void *data)
{
	struct given *given = data;
	char word[DUTIES_WORD_MAX + 1];
	int r = store_copy(&row[0], word, DUTIES_WORD_MAX);

	given->at = row[2].n;
	r = r < 0 ? r : store_copy(&row[1], given->note, DUTIES_NOTE_MAX);
	r = r < 0 ? r : store_copy(&row[3], given->who, sizeof(given->who) - 1);
	return r < 0 || duty_answer_parse(word, &given->answer) ? r : -EBADMSG;
}

static int find_given(
	struct store *store, const char *provider, const char *control, struct given *ret)
{
	struct given given = {.answer = DUTY_NONE};
	int r = store_query(store, read_given, &given,
		"SELECT answer, note, at, who FROM answers WHERE site = $1 AND provider = $2 "
		"AND control = $3",
		store_site(), store_text(provider), store_text(control));

	if (r == 0) {
		*ret = given;
	}
	return r;
}

struct listing {
	struct store *store;
	int64_t now_s;
	struct json_build rows;
	int64_t counts[DUTY_EXEMPT + 1];
};

static void add_row(struct listing *listing, const char *provider, const struct duty *duty,
	enum duty_state state, const char *reason, const struct given *given)
{
	struct json_build row = json_build_object();
	bool answered = given->answer != DUTY_NONE;

	json_build_string(&row, "control", duty->id);
	json_build_string(&row, "provider", provider);
	json_build_string(&row, "severity", duty->severity);
	json_build_string(&row, "state", duty_state_name(state));
	json_build_string(&row, "reason", reason);
	if (answered) {
		json_build_string(&row, "answer", duty_answer_name(given->answer));
		json_build_string(&row, "note", given->note);
		json_build_string(&row, "who", given->who);
		json_build_take(&row, "at", moment_json_day(given->at));
		json_build_take(&row, "until", moment_json_day(given->at + DUTIES_ANSWER_S));
	}
	json_build_join(&listing->rows, NULL, &row);
	listing->counts[state]++;
}

/* Rows that hang on another of the same service; what they are without one, by their own answer */
static bool follows(struct listing *listing, const char *provider, const struct duty *duty,
	enum duty_state *state, const char **reason, int *ret_r)
{
	static const struct {
		const char *id, *other;
		enum duty_state state;
		const char *reason;
	} rows[] = {
		{"conf.authenticated-join", "conf.waiting-room", DUTY_PASS, "waiting-room"},
		{"conf.cloud-retention", "conf.cloud-recording-off", DUTY_NA, "not-recorded"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct given other;

		if (strcmp(rows[i].id, duty->id) != 0) {
			continue;
		}
		*ret_r = find_given(listing->store, provider, rows[i].other, &other);
		if (*ret_r == 0 && other.answer == DUTY_AS_WANTED &&
			listing->now_s < other.at + DUTIES_ANSWER_S) {
			*state = rows[i].state;
			*reason = rows[i].reason;
			return true;
		}
	}
	return false;
}

static int add_of_provider(struct listing *listing, const char *provider)
{
	enum duty_state worst = DUTY_PASS;
	const struct duty *bundle = duty_find(duties_conf, duties_conf_len, DUTY_BUNDLE);
	struct given given = {.answer = DUTY_NONE};
	int r = 0;

	for (size_t i = 0; r == 0 && i < duties_conf_len; i++) {
		const struct duty *duty = &duties_conf[i];
		enum duty_state state;
		const char *reason;

		if (duty == bundle) {
			continue;
		}
		r = find_given(listing->store, provider, duty->id, &given);
		if (r != 0) {
			return r;
		}
		state = duty_judge(
			duty, given.answer, listing->now_s >= given.at + DUTIES_ANSWER_S, &reason);
		(void)follows(listing, provider, duty, &state, &reason, &r);
		worst = state == DUTY_FAIL || worst == DUTY_FAIL ? DUTY_FAIL
			: state == DUTY_UNKNOWN			 ? DUTY_UNKNOWN
								 : worst;
		add_row(listing, provider, duty, state, reason, &given);
	}
	given.answer = DUTY_NONE;
	add_row(listing, provider, bundle, worst,
		worst == DUTY_PASS   ? "as-wanted"
		: worst == DUTY_FAIL ? "otherwise"
				     : "not-all-answered",
		&given);
	return r;
}

/* Nobody has said which services there are, or there are none: one row for each control. */
static void add_without_provider(struct listing *listing, bool none)
{
	const struct given given = {.answer = DUTY_NONE};

	for (size_t i = 0; i < duties_conf_len; i++) {
		add_row(listing, "", &duties_conf[i], none ? DUTY_NA : DUTY_UNKNOWN,
			none ? "no-provider" : "not-said", &given);
	}
}

static int add_conf(struct listing *listing, const char *list)
{
	struct span rest = span_z(list), word;
	int r = 0;

	if (!list[0] || strcmp(list, NONE) == 0) {
		add_without_provider(listing, list[0] != 0);
		return 0;
	}
	while (r == 0 && span_next(&rest, ',', &word)) {
		char name[DUTIES_WORD_MAX + 1];

		snprintf(name, sizeof(name), "%.*s", (int)word.len, word.p);
		r = add_of_provider(listing, name);
	}
	return r;
}

static int add_own(struct listing *listing, enum duties_storage storage)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < duties_own_len; i++) {
		const struct duty *duty = &duties_own[i];
		struct given given;
		enum duty_state state = DUTY_UNKNOWN;
		const char *reason = "";

		r = find_given(listing->store, "", duty->id, &given);
		r = r != 0 ? r
			   : duties_own_judge(listing->store, listing->now_s, storage, duty->id,
				     &state, &reason);
		if (r == DUTIES_OWN_E_ASK) {
			state = duty_judge(duty, given.answer,
				listing->now_s >= given.at + DUTIES_ANSWER_S, &reason);
			r = 0;
		}
		if (r == 0) {
			add_row(listing, "", duty, state, reason, &given);
		}
	}
	return r;
}

static void add_counts(struct json_build *body, const struct listing *listing)
{
	struct json_build counts = json_build_object();

	for (int i = DUTY_UNKNOWN; i <= DUTY_EXEMPT; i++) {
		json_build_int(&counts, duty_state_name((enum duty_state)i), listing->counts[i]);
	}
	json_build_join(body, "counts", &counts);
}

int duties_read(struct store *store, int64_t now_s, enum duties_storage storage,
	struct json_object **ret_body)
{
	cleanup(json_build_drop) struct json_build body = json_build_object();
	struct listing listing = {.store = store, .now_s = now_s, .rows = json_build_array()};
	char list[SETTINGS_TEXT_MAX + 1];
	int r = settings_text(store, "providers", list);

	r = r != 0 ? r : add_own(&listing, storage);
	r = r != 0 ? r : add_conf(&listing, list);
	json_build_join(&body, "duties", &listing.rows);
	json_build_string(&body, "providers", r == 0 ? list : "");
	add_counts(&body, &listing);
	return r != 0 ? (r > 0 ? -EIO : r) : json_build_finish(&body, ret_body);
}

static int refuse(struct json_error *error, const char *where, const char *what)
{
	json_error_set(error, where, what);
	return DUTIES_E_REFUSED;
}

static bool list_has(const char *list, const char *word)
{
	struct span rest = span_z(list), one;

	while (span_next(&rest, ',', &one)) {
		if (span_eq(one, word)) {
			return true;
		}
	}
	return false;
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

static int check_answer(
	struct store *store, const struct duties_answer *answer, struct json_error *error)
{
	bool own = !answer->provider[0];
	const struct duty *duty = own ? duty_find(duties_own, duties_own_len, answer->control)
				      : duty_find(duties_conf, duties_conf_len, answer->control);
	char list[SETTINGS_TEXT_MAX + 1];
	enum duty_answer word;
	int r = settings_text(store, "providers", list);

	if (r != 0) {
		return r;
	}
	if (!duty || strcmp(answer->control, DUTY_BUNDLE) == 0 ||
		(own && !duties_own_asked(answer->control))) {
		return refuse(error, "control", "is none that people answer");
	}
	if (!own && (!is_provider(span_z(answer->provider)) || !list_has(list, answer->provider))) {
		return refuse(error, "provider", "is none of the setting providers");
	}
	if (!duty_answer_parse(answer->answer, &word) ||
		(word == DUTY_EXEMPTED && !(duty->flags & DUTY_MAY_EXEMPT))) {
		return refuse(error, "answer", "is none that this control has");
	}
	if ((word == DUTY_EXEMPTED && !answer->note[0]) || !is_plain(answer->note)) {
		return refuse(error, "note", "must be one line, and say why for exempted");
	}
	return 0;
}

int duties_put(struct store *store, int64_t now_s, const struct duties_answer *answer,
	struct json_error *error)
{
	int r = check_answer(store, answer, error);

	return r != 0 ? r
		      : store_do(store, NULL,
				"INSERT INTO answers (site, provider, control, answer, note, at, "
				"who) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (site, "
				"provider, control) DO UPDATE SET answer = excluded.answer, "
				"note = excluded.note, at = excluded.at, who = excluded.who",
				store_site(), store_text(answer->provider),
				store_text(answer->control), store_text(answer->answer),
				store_text(answer->note), store_int(now_s),
				store_text(answer->who));
}
