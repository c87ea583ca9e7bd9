/* SPDX-License-Identifier: Apache-2.0 */
/* What may stand in an exemption. The form is refused as a whole when one word of it is missing. */
#include "exemption.h"

#include "clock.h"
#include "report.h"

#include <string.h>

static int refuse(struct json_error *error, const char *where, const char *what)
{
	json_error_set(error, where, what);
	return JSON_E_TYPE;
}

static bool is_person(struct json_object *value)
{
	return exemption_word_known(EXEMPTION_PERSONS, json_object_get_string(value));
}

static bool is_considered(struct json_object *value)
{
	return exemption_word_known(EXEMPTION_CONSIDERED, json_object_get_string(value));
}

static bool is_control(struct json_object *value)
{
	const char *id = json_object_get_string(value);

	/* what holds Caretaker itself to its word is lifted for nobody */
	return posture_id_valid(span_z(id)) && strncmp(id, "agent.", 6) != 0 &&
	       strncmp(id, "exempt.", 7) != 0;
}

static bool is_device(struct json_object *value)
{
	return report_device_valid(span_z(json_object_get_string(value)));
}

/* At least one, each a text that fits */
static bool each(struct json_object *array, bool (*fits)(struct json_object *value))
{
	size_t n = json_object_array_length(array);

	for (size_t i = 0; i < n; i++) {
		struct json_object *value = json_object_array_get_idx(array, i);

		if (!json_object_is_type(value, json_type_string) || !fits(value)) {
			return false;
		}
	}
	return n > 0;
}

static bool id_valid(const char *id)
{
	return id[0] != '\0' && id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

struct wire {
	const char *id, *feature;
	const char *asked_by, *approved_by, *second_approver;
	const char *purpose, *basis, *consent, *taking_part, *declining, *notice, *pupils_reason;
	const char *noticed, *start, *end, *delete_by;
	bool pupils_visible;
	struct json_object *persons, *considered, *controls, *devices;
};
#define WIRE(type, name, must, max)                                 \
	{                                                           \
#		name, type, offsetof(struct wire, name), must, max \
	}
static const struct json_field fields[] = {
	WIRE(JSON_WANT_STRING, approved_by, true, 0),
	WIRE(JSON_WANT_STRING, asked_by, true, 0),
	WIRE(JSON_WANT_STRING, basis, true, 0),
	WIRE(JSON_WANT_STRING, consent, true, 0),
	WIRE(JSON_WANT_ARRAY, considered, true, EXEMPTION_LISTED_MAX),
	WIRE(JSON_WANT_ARRAY, controls, false, EXEMPTION_CONTROLS_MAX),
	WIRE(JSON_WANT_STRING, declining, true, 0),
	WIRE(JSON_WANT_STRING, delete_by, true, 0),
	WIRE(JSON_WANT_ARRAY, devices, true, EXEMPTION_DEVICES_MAX),
	WIRE(JSON_WANT_STRING, end, true, 0),
	WIRE(JSON_WANT_STRING, feature, false, 0),
	WIRE(JSON_WANT_STRING, id, true, EXEMPTION_ID_MAX),
	WIRE(JSON_WANT_STRING, notice, true, EXEMPTION_ID_MAX),
	WIRE(JSON_WANT_STRING, noticed, true, 0),
	WIRE(JSON_WANT_ARRAY, persons, true, EXEMPTION_LISTED_MAX),
	WIRE(JSON_WANT_STRING, pupils_reason, false, 0),
	WIRE(JSON_WANT_BOOL, pupils_visible, true, 0),
	WIRE(JSON_WANT_STRING, purpose, true, 0),
	WIRE(JSON_WANT_STRING, second_approver, false, 0),
	WIRE(JSON_WANT_STRING, start, true, 0),
	WIRE(JSON_WANT_STRING, taking_part, true, 0),
};
#undef WIRE

static int parse_time(const char *text, int64_t *ret_wall_s)
{
	return clock_parse(text, strlen(text), ret_wall_s);
}

static int check_times(const struct exemption *exemption, struct json_error *error)
{
	if (exemption->end <= exemption->start ||
		exemption->end - exemption->start > EXEMPTION_MOST_S) {
		return refuse(
			error, exemption->id, "ends before it starts, or after more than 30 days");
	}
	return 0;
}

static int parse_times(const struct wire *wire, int64_t notice_days, struct exemption *exemption,
	struct json_error *error)
{
	int64_t delete_by;

	if (parse_time(wire->noticed, &exemption->noticed) < 0 ||
		parse_time(wire->start, &exemption->start) < 0 ||
		parse_time(wire->end, &exemption->end) < 0 ||
		parse_time(wire->delete_by, &delete_by) < 0) {
		return refuse(error, wire->id, "not a date");
	}
	if (exemption->start < exemption_notice_over(exemption->noticed, notice_days)) {
		return refuse(error, wire->id,
			"starts before those concerned were told, or too soon after it");
	}
	if (delete_by < exemption->end || delete_by - exemption->end > EXEMPTION_KEPT_MOST_S) {
		return refuse(error, wire->id,
			"is deleted before its end, or more than 30 days after it");
	}
	return check_times(exemption, error);
}

static bool words_known(const struct wire *wire)
{
	const struct {
		enum exemption_list list;
		const char *word;
	} rows[] = {
		{EXEMPTION_APPROVERS, wire->approved_by},
		{EXEMPTION_ASKERS, wire->asked_by},
		{EXEMPTION_BASES, wire->basis},
		{EXEMPTION_CONSENTS, wire->consent},
		{EXEMPTION_DECLINING, wire->declining},
		{EXEMPTION_PURPOSES, wire->purpose},
		{EXEMPTION_TAKING_PART, wire->taking_part},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (!exemption_word_known(rows[i].list, rows[i].word)) {
			return false;
		}
	}
	return id_valid(wire->notice) && each(wire->persons, is_person) &&
	       each(wire->considered, is_considered) && each(wire->devices, is_device) &&
	       (!wire->controls || each(wire->controls, is_control));
}

/* exempt.least-scope: pupils are seen only with a reason of their own and a second approver. */
static bool pupils_approved(const struct wire *wire)
{
	if (!wire->pupils_visible) {
		return true;
	}
	return wire->pupils_reason && wire->second_approver &&
	       exemption_word_known(EXEMPTION_PUPILS, wire->pupils_reason) &&
	       exemption_word_known(EXEMPTION_APPROVERS, wire->second_approver) &&
	       strcmp(wire->second_approver, wire->approved_by) != 0 &&
	       strcmp(wire->second_approver, wire->asked_by) != 0;
}

static int check_words(const struct wire *wire, struct json_error *error)
{
	/* ids of those given on a device begin so */
	if (!id_valid(wire->id) || strncmp(wire->id, "home-", 5) == 0) {
		return refuse(error, "exemptions",
			"small letters, digits and - wanted in an id, and no home- before it");
	}
	if (!words_known(wire)) {
		return refuse(error, wire->id, "has a word that is none of those allowed");
	}
	if (strcmp(wire->approved_by, wire->asked_by) == 0) {
		return refuse(error, wire->id, "is approved by who asked for it");
	}
	if (!pupils_approved(wire)) {
		return refuse(error, wire->id,
			"lets pupils be seen without a reason of its own and a second approver");
	}
	if (strcmp(wire->basis, "consent") == 0 && strcmp(wire->consent, "given") != 0) {
		return refuse(error, wire->id, "rests on consent that was not given");
	}
	return 0;
}

/* One thing: a feature, or a few controls that no feature has fail */
static int parse_scope(
	const struct wire *wire, struct exemption *exemption, struct json_error *error)
{
	if (!wire->feature == !wire->controls) {
		return refuse(error, wire->id, "names a feature or controls, and not both");
	}
	if (wire->feature && exemption_feature_parse(wire->feature, &exemption->feature) < 0) {
		return refuse(error, wire->id, "is for a feature that is none of those allowed");
	}
	exemption->controls = wire->controls;
	return 0;
}

static int parse_one(struct json_object *object, int64_t notice_days,
	struct exemption *ret_exemption, struct json_error *error)
{
	struct wire wire = {0};
	struct exemption exemption = {0};
	int r = json_decode(object, fields, ARRAY_LEN(fields), &wire, error);

	if (r == 0) {
		r = check_words(&wire, error);
	}
	if (r != 0) {
		return r;
	}
	exemption = (struct exemption){.id = wire.id,
		.asked_by = wire.asked_by,
		.purpose = wire.purpose,
		.persons = wire.persons,
		.devices = wire.devices};
	r = parse_scope(&wire, &exemption, error);
	if (r == 0) {
		r = parse_times(&wire, notice_days, &exemption, error);
	}
	if (r == 0) {
		*ret_exemption = exemption;
	}
	return r;
}

struct given {
	const char *id, *feature, *purpose;
	int64_t noticed, start, end;
	struct json_object *persons;
};
#define GIVEN(type, name, max)                                       \
	{                                                            \
#		name, type, offsetof(struct given, name), true, max \
	}
static const struct json_field given_fields[] = {
	GIVEN(JSON_WANT_INT, end, 0),
	GIVEN(JSON_WANT_STRING, feature, 0),
	GIVEN(JSON_WANT_STRING, id, EXEMPTION_ID_MAX),
	GIVEN(JSON_WANT_INT, noticed, 0),
	GIVEN(JSON_WANT_ARRAY, persons, EXEMPTION_LISTED_MAX),
	GIVEN(JSON_WANT_STRING, purpose, 0),
	GIVEN(JSON_WANT_INT, start, 0),
};
#undef GIVEN

static int parse_given(struct json_object *object, int64_t unused, struct exemption *ret_exemption,
	struct json_error *error)
{
	struct given given = {0};
	struct exemption exemption = {.given = true, .asked_by = "owner"};
	int r = json_decode(object, given_fields, ARRAY_LEN(given_fields), &given, error);

	(void)unused;
	if (r != 0) {
		return r;
	}
	if (!id_valid(given.id) || exemption_feature_parse(given.feature, &exemption.feature) < 0 ||
		!exemption_word_known(EXEMPTION_PURPOSES, given.purpose) ||
		!each(given.persons, is_person)) {
		return refuse(error, "exemption", "has a word that is none of those allowed");
	}
	exemption.id = given.id;
	exemption.purpose = given.purpose;
	exemption.persons = given.persons;
	exemption.noticed = given.noticed;
	exemption.start = given.start;
	exemption.end = given.end;
	if (given.start < given.noticed) {
		return refuse(error, given.id, "starts before those concerned were told");
	}
	r = check_times(&exemption, error);
	if (r == 0) {
		*ret_exemption = exemption;
	}
	return r;
}

static bool has_id(const struct exemptions *exemptions, const char *id)
{
	vec_for_each (exemption, &exemptions->list) {
		if (strcmp(exemption->id, id) == 0) {
			return true;
		}
	}
	return false;
}

typedef int (*parse_fn)(struct json_object *object, int64_t notice_days,
	struct exemption *ret_exemption, struct json_error *error);

static int parse_all(struct json_object *array, int64_t notice_days, parse_fn parse,
	struct exemptions *ret_exemptions, struct json_error *error)
{
	cleanup(exemptions_finish) struct exemptions exemptions = {0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < json_object_array_length(array); i++) {
		struct exemption one = {0};

		r = parse(json_object_array_get_idx(array, i), notice_days, &one, error);
		if (r == 0 && has_id(&exemptions, one.id)) {
			r = refuse(error, one.id, "stands there twice");
		}
		if (r == 0) {
			r = vec_push(&exemptions.list, one, EXEMPTIONS_MAX);
			r = r == -ENOSPC ? refuse(error, "exemptions", "are too many") : r;
		}
	}
	if (r == 0) {
		*ret_exemptions = exemptions;
		exemptions = (struct exemptions){0};
	}
	return r;
}

int exemptions_parse(struct json_object *array, int64_t notice_days,
	struct exemptions *ret_exemptions, struct json_error *error)
{
	return parse_all(array, notice_days, parse_one, ret_exemptions, error);
}

int exemptions_parse_given(
	struct json_object *array, struct exemptions *ret_exemptions, struct json_error *error)
{
	return parse_all(array, 0, parse_given, ret_exemptions, error);
}
