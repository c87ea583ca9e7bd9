/* SPDX-License-Identifier: Apache-2.0 */
#include "duties-own.h"

#include "clock.h"
#include "exemptions.h"
#include "retention.h"
#include "settings.h"

#include <string.h>

struct look {
	struct store *store;
	int64_t now_s;
	enum duties_storage storage;
	enum duty_state state;
	const char *reason;
};

static int settle(struct look *look, enum duty_state state, const char *reason)
{
	look->state = state;
	look->reason = reason;
	return 0;
}

/* The day that the school has written down as that of its assessment */
static int judge_dpia(struct look *look)
{
	char text[SETTINGS_TEXT_MAX + 1];
	int64_t at = 0;
	int r = settings_text(look->store, "dpia_done", text);

	if (r != 0) {
		return r;
	}
	if (clock_parse(text, strlen(text), &at) < 0) {
		return settle(look, DUTY_UNKNOWN, "not-said");
	}
	return at > look->now_s ? settle(look, DUTY_FAIL, "not-yet")
				: settle(look, DUTY_PASS, "done");
}

/* common/exemption.h refuses such a one; a store of another origin may hold it. */
static bool lacks_consent(struct json_object *exemption)
{
	struct json_object *basis = json_object_object_get(exemption, "basis");
	struct json_object *consent = json_object_object_get(exemption, "consent");

	return !basis || !consent ||
	       (strcmp(json_object_get_string(basis), "consent") == 0 &&
		       strcmp(json_object_get_string(consent), "given") != 0);
}

/*
 * Hong Kong asks that people are told, which an exemption's notice is; elsewhere its basis in law
 * says whether consent is needed.
 */
static int judge_consent(struct look *look)
{
	cleanup(json_put) struct json_object *running = NULL;
	char profile[SETTINGS_TEXT_MAX + 1];
	int r = settings_text(look->store, "consent_profile", profile);

	r = r != 0 ? r : exemptions_in_force(look->store, look->now_s, &running);
	if (r != 0) {
		return r;
	}
	if (!profile[0]) {
		return settle(look, DUTY_UNKNOWN, "no-profile");
	}
	for (size_t i = 0; running && i < json_object_array_length(running); i++) {
		if (lacks_consent(json_object_array_get_idx(running, i))) {
			return settle(look, DUTY_FAIL, "consent-missing");
		}
	}
	return strcmp(profile, "hk") == 0 ? settle(look, DUTY_NA, "notice-only")
					  : settle(look, DUTY_PASS, "consent-by-basis");
}

static int judge_storage(struct look *look)
{
	switch (look->storage) {
	case DUTIES_ENCRYPTED:
		return settle(look, DUTY_PASS, "encrypted");
	case DUTIES_PLAIN:
		return settle(look, DUTY_FAIL, "plain");
	case DUTIES_UNSEEN:
		break;
	}
	return DUTIES_OWN_E_ASK;
}

static int judge_hosting(struct look *look)
{
	static const char *const names[] = {"contact", "hosting_processor", "hosting_region"};
	char text[SETTINGS_TEXT_MAX + 1];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		int r = settings_text(look->store, names[i], text);

		if (r != 0) {
			return r;
		}
		if (!text[0]) {
			return settle(look, DUTY_FAIL, "not-stated");
		}
	}
	return settle(look, DUTY_PASS, "stated");
}

static int judge_logs(struct look *look)
{
	(void)look;
	return DUTIES_OWN_E_ASK;
}

/* Backups hold what is forgotten here: each has to be made anew within 35 days. */
static int judge_retention(struct look *look)
{
	int64_t overdue = 0, purged = 0;
	int r = retention_overdue(look->store, look->now_s, &overdue);

	r = r != 0 ? r : settings_number(look->store, "purged", &purged);
	if (r != 0) {
		return r;
	}
	if (overdue > 0 || (purged > 0 && look->now_s - purged > CLOCK_DAY_S)) {
		return settle(look, DUTY_FAIL, "overdue");
	}
	return purged > 0 ? settle(look, DUTY_PASS, "on-time")
			  : settle(look, DUTY_UNKNOWN, "never-purged");
}

static int judge_reviews(struct look *look)
{
	static const char *const names[] = {"review_dpia", "review_policy"};
	char text[SETTINGS_TEXT_MAX + 1];
	bool missing = false;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		int64_t due = 0;
		int r = settings_text(look->store, names[i], text);

		if (r != 0) {
			return r;
		}
		if (clock_parse(text, strlen(text), &due) < 0) {
			missing = true;
		} else if (look->now_s >= due + CLOCK_DAY_S) {
			return settle(look, DUTY_FAIL, "overdue");
		}
	}
	return missing ? settle(look, DUTY_UNKNOWN, "not-said")
		       : settle(look, DUTY_PASS, "on-time");
}

static const struct {
	const char *control;
	int (*judge)(struct look *look);
	bool asked;
} rows[] = {
	{"doc.dpia", judge_dpia, false},
	{"exempt.consent-where-needed", judge_consent, false},
	{"server.encrypted-at-rest", judge_storage, true},
	{"server.hosting-stated", judge_hosting, false},
	{"server.no-ip-logs", judge_logs, true},
	{"server.retention", judge_retention, false},
	{"server.review-dates", judge_reviews, false},
};

int duties_own_judge(struct store *store, int64_t now_s, enum duties_storage storage,
	const char *control, enum duty_state *ret_state, const char **ret_reason)
{
	struct look look = {store, now_s, storage, DUTY_UNKNOWN, ""};
	int r = -EINVAL;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].control, control) == 0) {
			r = rows[i].judge(&look);
		}
	}
	if (r == 0) {
		*ret_state = look.state;
		*ret_reason = look.reason;
	}
	return r;
}

bool duties_own_asked(const char *control)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].control, control) == 0) {
			return rows[i].asked;
		}
	}
	return false;
}
