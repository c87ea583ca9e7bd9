/* SPDX-License-Identifier: Apache-2.0 */
#include "policy.h"

#include "clock.h"
#include "fd.h"
#include "policy-check.h"
#include "vec.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define INTERVAL_SCHOOL_S ((int64_t)3600)
#define INTERVAL_PRIVATE_S CLOCK_DAY_S
#define INTERVAL_LEAST_S ((int64_t)60)
#define INTERVAL_MOST_S (30 * CLOCK_DAY_S)

struct profile_text {
	char *text; /* NULL: it lies in the file of texts */
	size_t len;
	off_t at;
};

struct policy {
	struct json_object *root; /* what every pointer below points into */
	const char *name;
	int64_t version, not_before, expires, interval, grace_days;
	enum policy_ownership ownership;
	struct json_object *controls, *clients;
	struct exemptions exemptions;
	struct pins pins;
	bool bundles;
	VEC(struct profile_text) profiles; /* text: parsed they take ten times as much */
	int texts_fd;			   /* -1: in memory */
};

void policy_free(struct policy *policy)
{
	if (policy) {
		vec_for_each (profile, &policy->profiles) {
			free(profile->text);
		}
		vec_free(&policy->profiles);
		fd_close(&policy->texts_fd);
		exemptions_finish(&policy->exemptions);
		json_object_put(policy->root);
		free(policy);
	}
}

void policy_free_p(struct policy **policy)
{
	policy_free(*policy);
}

static int refuse(struct json_error *error, const char *where, const char *what)
{
	json_error_set(error, where, what);
	return POLICY_E_SCHEMA;
}

/* What a profile says is checked by the module that knows profiles. */
static int take_profiles(struct json_object *list, struct policy *policy, struct json_error *error)
{
	const int flags = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;

	policy->bundles = true;
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *profile = json_object_array_get_idx(list, i);
		struct profile_text text = {0};
		const char *written;
		int r;

		if (!json_object_is_type(profile, json_type_object)) {
			return refuse(error, "profiles", "an object wanted for each");
		}
		written = json_object_to_json_string_ext(profile, flags);
		text.text = written ? strdup(written) : NULL;
		text.len = written ? strlen(written) : 0;
		r = text.text ? vec_push(&policy->profiles, text, POLICY_CLIENTS_MAX) : -ENOMEM;
		if (r < 0) {
			free(text.text);
			return r;
		}
	}
	return 0;
}

/* Out of the tree before that is kept: what profiles there are is text from here on. */
static int part_profiles(struct policy *policy, struct json_error *error)
{
	struct json_object *list;
	int r;

	if (!json_object_object_get_ex(policy->root, "profiles", &list)) {
		return 0;
	}
	if (!json_object_is_type(list, json_type_array) ||
		json_object_array_length(list) > POLICY_CLIENTS_MAX) {
		return refuse(
			error, "profiles", "a list wanted, of no more clients than there may be");
	}
	r = take_profiles(list, policy, error);
	json_object_object_del(policy->root, "profiles");
	return r;
}

struct wire_policy {
	int64_t format, version, grace_days, notice_days;
	const char *name, *not_before, *expires, *ownership;
	struct json_object *report, *controls, *clients, *exemptions, *pins;
};

#define WIRE(member) offsetof(struct wire_policy, member)
static const struct json_field policy_fields[] = {
	{"format", JSON_WANT_INT, WIRE(format), true, 0},
	{"name", JSON_WANT_STRING, WIRE(name), true, POLICY_WORD_MAX},
	{"version", JSON_WANT_INT, WIRE(version), true, POLICY_NUMBER_MAX},
	{"not_before", JSON_WANT_STRING, WIRE(not_before), true, 0},
	{"expires", JSON_WANT_STRING, WIRE(expires), true, 0},
	{"ownership", JSON_WANT_STRING, WIRE(ownership), true, 0},
	{"report", JSON_WANT_OBJECT, WIRE(report), false, 0},
	{"controls", JSON_WANT_OBJECT, WIRE(controls), true, POLICY_CONTROLS_MAX},
	{"clients", JSON_WANT_OBJECT, WIRE(clients), false, POLICY_CLIENTS_MAX},
	{"exemptions", JSON_WANT_ARRAY, WIRE(exemptions), false, EXEMPTIONS_MAX},
	{"grace_days", JSON_WANT_INT, WIRE(grace_days), false, POLICY_GRACE_DAYS_MAX},
	{"notice_days", JSON_WANT_INT, WIRE(notice_days), false, EXEMPTION_NOTICE_DAYS_MAX},
	{"pins", JSON_WANT_ARRAY, WIRE(pins), false, PINS_MAX},
};

static int parse_times(
	const struct wire_policy *wire, struct policy *policy, struct json_error *error)
{
	if (clock_parse(wire->not_before, strlen(wire->not_before), &policy->not_before) < 0) {
		return refuse(error, "not_before", "not a date");
	}
	if (clock_parse(wire->expires, strlen(wire->expires), &policy->expires) < 0) {
		return refuse(error, "expires", "not a date");
	}
	if (policy->expires <= policy->not_before) {
		return refuse(error, "expires", "not after not_before");
	}
	return 0;
}

/*
 * A private device reports by the day at most, whatever its policy says: the hours of its reports
 * would tell about a family's day.
 */
static int parse_interval(
	struct json_object *report, struct policy *policy, struct json_error *error)
{
	static const struct json_field fields[] = {
		{"interval_seconds", JSON_WANT_INT, 0, false, INTERVAL_MOST_S}};
	bool private = policy->ownership == POLICY_PRIVATE;
	int64_t interval = private ? INTERVAL_PRIVATE_S : INTERVAL_SCHOOL_S;

	if (report && json_decode(report, fields, ARRAY_LEN(fields), &interval, error) != 0) {
		return POLICY_E_SCHEMA;
	}
	if (interval < (private ? INTERVAL_PRIVATE_S : INTERVAL_LEAST_S)) {
		return refuse(error, "interval_seconds", "too short");
	}
	policy->interval = interval;
	return 0;
}

static int parse_members(
	const struct wire_policy *wire, struct policy *policy, struct json_error *error)
{
	int r = policy_check_controls(policy->controls, error);

	if (r == 0 && policy->clients) {
		r = policy_check_clients(policy->clients, error);
	}
	if (r == 0 && wire->exemptions) {
		r = exemptions_parse(
			wire->exemptions, wire->notice_days, &policy->exemptions, error);
		r = r > 0 ? POLICY_E_SCHEMA : r;
	}
	if (r == 0 && wire->pins && pins_parse(wire->pins, &policy->pins, error) < 0) {
		r = POLICY_E_SCHEMA;
	}
	return r;
}

static int parse_fields(
	const struct wire_policy *wire, struct policy *policy, struct json_error *error)
{
	int r;

	if (wire->format != POLICY_FORMAT) {
		return refuse(error, "format", "unknown format");
	}
	if (!policy_word_valid(wire->name, '-')) {
		return refuse(error, "name", "small letters, digits and - wanted");
	}
	if (wire->notice_days < 1 || wire->version < 1) {
		return refuse(error, wire->version < 1 ? "version" : "notice_days", "starts at 1");
	}
	if (strcmp(wire->ownership, "school") != 0 && strcmp(wire->ownership, "private") != 0) {
		return refuse(error, "ownership", "school or private wanted");
	}
	policy->name = wire->name;
	policy->version = wire->version;
	policy->ownership = strcmp(wire->ownership, "school") == 0 ? POLICY_SCHOOL : POLICY_PRIVATE;
	policy->controls = wire->controls;
	policy->clients = wire->clients;
	policy->grace_days = wire->grace_days;
	r = parse_times(wire, policy, error);
	if (r == 0) {
		r = parse_interval(wire->report, policy, error);
	}
	if (r == 0) {
		r = parse_members(wire, policy, error);
	}
	return r;
}

int policy_parse(struct span payload, struct policy **ret_policy, struct json_error *error)
{
	cleanup(policy_free_p) struct policy *policy = NULL;
	struct wire_policy wire = {
		.grace_days = POLICY_GRACE_DAYS, .notice_days = EXEMPTION_NOTICE_DAYS};
	int r;

	if (payload.len > POLICY_MAX) {
		return refuse(error, "", "too large");
	}
	policy = calloc(1, sizeof(*policy));
	if (!policy) {
		return -ENOMEM;
	}
	policy->texts_fd = -1;
	r = json_parse(payload, &policy->root, error);
	if (r == 0) {
		r = part_profiles(policy, error);
	}
	if (r == 0) {
		r = json_slim(&policy->root);
	}
	if (r == 0) {
		r = json_decode(
			policy->root, policy_fields, ARRAY_LEN(policy_fields), &wire, error);
	}
	if (r != 0) {
		return r < 0 ? r : POLICY_E_SCHEMA;
	}
	r = parse_fields(&wire, policy, error);
	if (r == 0) {
		*ret_policy = TAKE_PTR(policy);
	}
	return r;
}

int policy_admit(const struct policy *policy, int64_t held, int64_t wall_s)
{
	if (policy->version < held) {
		return POLICY_E_OLDER;
	}
	if (wall_s < policy->not_before) {
		return POLICY_E_NOT_YET;
	}
	return wall_s >= policy->expires ? POLICY_E_EXPIRED : 0;
}

const char *policy_name(const struct policy *policy)
{
	return policy->name;
}

int64_t policy_version(const struct policy *policy)
{
	return policy->version;
}

int64_t policy_expires(const struct policy *policy)
{
	return policy->expires;
}

enum policy_ownership policy_owner(const struct policy *policy)
{
	return policy->ownership;
}

int64_t policy_report_interval(const struct policy *policy)
{
	return policy->interval;
}

int64_t policy_grace_days(const struct policy *policy, const char *id)
{
	int64_t days = policy_control_number(policy, id, "grace_days", policy->grace_days);

	return days < POLICY_GRACE_DAYS_MAX ? days : POLICY_GRACE_DAYS_MAX;
}

const struct pins *policy_pins(const struct policy *policy)
{
	return &policy->pins;
}

const struct exemptions *policy_exemptions(const struct policy *policy)
{
	return &policy->exemptions;
}

bool policy_bundles_profiles(const struct policy *policy)
{
	return policy->bundles;
}

size_t policy_profiles_len(const struct policy *policy)
{
	return policy->profiles.len;
}

int policy_profile_text(const struct policy *policy, size_t i, char **ret_text)
{
	const struct profile_text *profile = &policy->profiles.items[i];
	cleanup(free_ptr) char *text = malloc(profile->len + 1);
	ssize_t n = (ssize_t)profile->len;

	if (!text) {
		return -ENOMEM;
	}
	if (profile->text) {
		memcpy(text, profile->text, profile->len);
	} else {
		n = pread(policy->texts_fd, text, profile->len, profile->at);
	}
	if (n != (ssize_t)profile->len) {
		return n < 0 ? -errno : -EIO;
	}
	text[profile->len] = '\0';
	*ret_text = TAKE_PTR(text);
	return 0;
}

int policy_lay_profiles(struct policy *policy, int fd)
{
	off_t at = 0;

	vec_for_each (profile, &policy->profiles) {
		int r = fd_write_all(fd, profile->text, profile->len);

		if (r < 0) {
			return r;
		}
	}
	vec_for_each (profile, &policy->profiles) {
		profile->at = at;
		at += (off_t)profile->len;
		free(TAKE_PTR(profile->text));
	}
	policy->texts_fd = fd;
	return 0;
}

struct json_object *policy_control_value(
	const struct policy *policy, const char *id, const char *name)
{
	struct json_object *control;

	if (!json_object_object_get_ex(policy->controls, id, &control)) {
		return NULL;
	}
	return json_object_object_get(control, name);
}

bool policy_control_on(const struct policy *policy, const char *id)
{
	return json_object_get_boolean(policy_control_value(policy, id, "on"));
}

const char *policy_control_severity(const struct policy *policy, const char *id)
{
	struct json_object *severity = policy_control_value(policy, id, "severity");

	return severity ? json_object_get_string(severity) : "info";
}

int64_t policy_control_number(
	const struct policy *policy, const char *id, const char *name, int64_t fallback)
{
	struct json_object *value = policy_control_value(policy, id, name);

	return json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : fallback;
}

const char *policy_client_tier(const struct policy *policy, const char *client)
{
	struct json_object *row = NULL;

	if (policy->clients) {
		json_object_object_get_ex(policy->clients, client, &row);
	}
	return row ? json_object_get_string(json_object_object_get(row, "tier")) : "off";
}
