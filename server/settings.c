/* SPDX-License-Identifier: Apache-2.0 */
#include "settings.h"

#include "answer.h"
#include "clock.h"
#include "duties.h"
#include "mail.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum kind { NUMBER, TEXT, DAY, HTTPS, LANGUAGE, MAILBOX, PROFILE, PROVIDERS, RELAY };

/* controls.json: exempt.consent-where-needed, server.retention, server.hosting-stated,
 * server.review-dates */
static const struct setting {
	const char *name;
	enum kind kind;
	const char *fallback;
	int64_t max;
} settings[] = {
	{"consent_profile", PROFILE, "", 2},
	{"contact", TEXT, "", 200},
	{"dpia_done", DAY, "", 10},
	{"exemption_days", NUMBER, "365", 3650},
	{"history_days", NUMBER, "90", SETTINGS_HISTORY_DAYS_MAX},
	{"hosting_processor", TEXT, "", 200},
	{"hosting_region", TEXT, "", 200},
	{"language", LANGUAGE, "en", 8},
	{"mail_from", MAILBOX, "", MAIL_ADDRESS_MAX},
	{"mail_server", RELAY, "", MAIL_SERVER_MAX},
	{"mail_to", MAILBOX, "", MAIL_ADDRESS_MAX},
	{"providers", PROVIDERS, "", 80},
	{"review_dpia", DAY, "", 10},
	{"review_policy", DAY, "", 10},
	{"webhook_url", HTTPS, "", SETTINGS_TEXT_MAX},
};

static const struct setting *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		if (strcmp(settings[i].name, name) == 0) {
			return &settings[i];
		}
	}
	return NULL;
}

struct value {
	char text[SETTINGS_TEXT_MAX + 1];
	bool found;
};

static int read_value(const struct store_value *row, void *data)
{
	struct value *value = data;

	value->found = true;
	return store_copy(&row[0], value->text, SETTINGS_TEXT_MAX);
}

int settings_text(struct store *store, const char *name, char *text)
{
	const struct setting *setting = find(name);
	struct value value = {.found = false};
	int r = store_query(store, read_value, &value,
		setting ? "SELECT value FROM settings WHERE site = $1 AND name = $2"
			: "SELECT value FROM marks WHERE site = $1 AND name = $2",
		store_site(), store_text(name));

	if (r == 0) {
		snprintf(text, SETTINGS_TEXT_MAX + 1, "%s",
			value.found ? value.text
			: setting   ? setting->fallback
				    : "");
	}
	return r > 0 ? -EIO : r;
}

int settings_number(struct store *store, const char *name, int64_t *ret_n)
{
	char text[SETTINGS_TEXT_MAX + 1];
	uint64_t n = 0;
	int r = settings_text(store, name, text);

	if (r == 0 && text[0] && span_u64(span_z(text), &n) < 0) {
		return -EBADMSG;
	}
	if (r == 0) {
		*ret_n = (int64_t)n;
	}
	return r;
}

int settings_read(struct store *store, struct json_object **ret_body)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(settings); i++) {
		char text[SETTINGS_TEXT_MAX + 1];
		int64_t n = 0;

		if (settings[i].kind == NUMBER) {
			r = settings_number(store, settings[i].name, &n);
			r = r != 0 ? r : answer_add_int(body, settings[i].name, n);
		} else {
			r = settings_text(store, settings[i].name, text);
			r = r != 0 ? r : answer_add_text(body, settings[i].name, text);
		}
	}
	if (r == 0) {
		*ret_body = TAKE_PTR(body);
	}
	return r;
}

int settings_keep(struct store *store, const char *name, const char *value)
{
	return store_do(store, NULL,
		"INSERT INTO marks (site, name, value) VALUES ($1, $2, $3) "
		"ON CONFLICT (site, name) DO UPDATE SET value = excluded.value",
		store_site(), store_text(name), store_text(value));
}

static int set(struct store *store, const char *name, const char *value)
{
	return store_do(store, NULL,
		"INSERT INTO settings (site, name, value) VALUES ($1, $2, $3) "
		"ON CONFLICT (site, name) DO UPDATE SET value = excluded.value",
		store_site(), store_text(name), store_text(value));
}

static int refuse(struct json_error *error, const char *where, const char *what)
{
	json_error_set(error, where, what);
	return SETTINGS_E_REFUSED;
}

static bool is_among(const char *text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(words[i], text) == 0) {
			return true;
		}
	}
	return false;
}

bool settings_is_language(const char *text)
{
	static const char *const languages[] = {"en", "nl", "pl", "zh-Hant"};

	return is_among(text, languages, ARRAY_LEN(languages));
}

/* Where the rules on consent to a recording are those of; "" for not chosen */
static bool is_profile(const char *text)
{
	static const char *const profiles[] = {"", "hk", "nl", "pl", "uk"};

	return is_among(text, profiles, ARRAY_LEN(profiles));
}

/* No blanks or quotes, no user and password: what stands in it is shown to who may see settings. */
static bool is_https(const char *text)
{
	return strncmp(text, "https://", 8) == 0 && text[8] != '\0' &&
	       text[strcspn(text, " \t\r\n\"'<>@\\#")] == '\0';
}

static bool is_day(const char *text)
{
	int64_t at;

	return strlen(text) == 10 && clock_parse(text, 10, &at) == 0;
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

static bool fits(const struct setting *setting, const char *text)
{
	if (strlen(text) > (size_t)setting->max || !is_plain(text)) {
		return false;
	}
	switch (setting->kind) {
	case HTTPS:
		return text[0] == '\0' || is_https(text);
	case DAY:
		return text[0] == '\0' || is_day(text);
	case LANGUAGE:
		return settings_is_language(text);
	case MAILBOX:
		return text[0] == '\0' || mail_address_valid(text);
	case PROFILE:
		return is_profile(text);
	case PROVIDERS:
		return duties_providers_valid(text);
	case RELAY:
		return text[0] == '\0' || mail_server_valid(text);
	case NUMBER:
	case TEXT:
		break;
	}
	return true;
}

static const char *refusal(const struct setting *setting)
{
	return setting->kind == MAILBOX ? "is no mailbox such as privacy@school.example"
	       : setting->kind == RELAY ? "is no address such as smtps://mail.school.example"
					: "has a value that does not fit";
}

/* store NULL: only whether it may be */
static int put_one(
	struct store *store, const char *name, struct json_object *value, struct json_error *error)
{
	const struct setting *setting = find(name);
	char number[32];

	if (!setting) {
		return refuse(error, name, "is no setting");
	}
	if (setting->kind == NUMBER) {
		int64_t n = json_object_is_type(value, json_type_int) ? json_object_get_int64(value)
								      : -1;

		if (n < 0 || n > setting->max) {
			return refuse(error, name, "is no number within its bounds");
		}
		snprintf(number, sizeof(number), "%" PRId64, n);
		return store ? set(store, name, number) : 0;
	}
	if (!json_object_is_type(value, json_type_string) ||
		!fits(setting, json_object_get_string(value))) {
		return refuse(error, name, refusal(setting));
	}
	return store ? set(store, name, json_object_get_string(value)) : 0;
}

/* Nothing is written unless all of it may be. */
int settings_put(struct store *store, struct json_object *changes, struct json_error *error)
{
	int r = 0;

	json_object_object_foreach(changes, wanted, proposed)
	{
		r = r != 0 ? r : put_one(NULL, wanted, proposed, error);
	}
	json_object_object_foreach(changes, name, value)
	{
		r = r != 0 ? r : put_one(store, name, value, error);
	}
	return r;
}

bool settings_is_retention(struct json_object *changes)
{
	bool only = true;

	json_object_object_foreach(changes, name, value)
	{
		size_t len = strlen(name);

		(void)value;
		only = only && len > 5 && strcmp(name + len - 5, "_days") == 0;
	}
	return only;
}

bool settings_is_mail(struct json_object *changes)
{
	bool any = false;

	json_object_object_foreach(changes, name, value)
	{
		(void)value;
		any = any || strncmp(name, "mail_", 5) == 0;
	}
	return any;
}
