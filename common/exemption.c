/* SPDX-License-Identifier: Apache-2.0 */
#include "exemption.h"

#include "clock.h"
#include "report.h"

#include <string.h>

static const char *const askers[] = {
	"data-protection-officer", "it", "school-leader", "support-staff", "teacher"};
static const char *const purposes[] = {
	"accessibility", "assessment", "equipment", "lesson-for-absent", "teacher-training"};
static const char *const classes[] = {"guests", "parents", "pupils", "staff"};

void exemptions_finish(struct exemptions *exemptions)
{
	vec_free(&exemptions->list);
}

static bool among(struct json_object *value, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(json_object_get_string(value), words[i]) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_class(struct json_object *value)
{
	return among(value, classes, ARRAY_LEN(classes));
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

static int refuse(struct json_error *error, const char *where, const char *what)
{
	json_error_set(error, where, what);
	return JSON_E_TYPE;
}

struct wire {
	struct json_object *asked_by, *purpose;
	const char *id, *noticed, *start, *end;
	struct json_object *persons, *controls, *devices;
};
#define WIRE(type, name, max)                                       \
	{                                                           \
#		name, type, offsetof(struct wire, name), true, max \
	}
static const struct json_field fields[] = {
	WIRE(JSON_WANT_ANY, asked_by, 0),
	WIRE(JSON_WANT_ARRAY, controls, EXEMPTION_CONTROLS_MAX),
	WIRE(JSON_WANT_ARRAY, devices, EXEMPTION_DEVICES_MAX),
	WIRE(JSON_WANT_STRING, end, 0),
	WIRE(JSON_WANT_STRING, id, EXEMPTION_ID_MAX),
	WIRE(JSON_WANT_STRING, noticed, 0),
	WIRE(JSON_WANT_ARRAY, persons, ARRAY_LEN(classes)),
	WIRE(JSON_WANT_ANY, purpose, 0),
	WIRE(JSON_WANT_STRING, start, 0),
};
#undef WIRE

static int parse_times(
	const struct wire *wire, struct exemption *exemption, struct json_error *error)
{
	if (clock_parse(wire->noticed, strlen(wire->noticed), &exemption->noticed) < 0 ||
		clock_parse(wire->start, strlen(wire->start), &exemption->start) < 0 ||
		clock_parse(wire->end, strlen(wire->end), &exemption->end) < 0) {
		return refuse(error, wire->id, "not a date");
	}
	if (exemption->noticed > exemption->start) {
		return refuse(error, wire->id, "starts before those concerned were told");
	}
	if (exemption->end <= exemption->start ||
		exemption->end - exemption->start > EXEMPTION_MOST_S) {
		return refuse(error, wire->id, "ends before it starts, or after more than 30 days");
	}
	return 0;
}

static bool word_among(struct json_object *value, const char *const *words, size_t n)
{
	return json_object_is_type(value, json_type_string) && among(value, words, n);
}

static int parse_one(
	struct json_object *object, struct exemption *ret_exemption, struct json_error *error)
{
	struct wire wire = {0};
	int r = json_decode(object, fields, ARRAY_LEN(fields), &wire, error);

	if (r != 0) {
		return r;
	}
	if (!id_valid(wire.id)) {
		return refuse(error, "exemptions", "small letters, digits and - wanted in an id");
	}
	if (!word_among(wire.asked_by, askers, ARRAY_LEN(askers)) ||
		!word_among(wire.purpose, purposes, ARRAY_LEN(purposes)) ||
		!each(wire.persons, is_class) || !each(wire.controls, is_control) ||
		!each(wire.devices, is_device)) {
		return refuse(error, wire.id, "has a word that is none of those allowed");
	}
	*ret_exemption = (struct exemption){.id = wire.id,
		.asked_by = json_object_get_string(wire.asked_by),
		.purpose = json_object_get_string(wire.purpose),
		.persons = wire.persons,
		.controls = wire.controls,
		.devices = wire.devices};
	return parse_times(&wire, ret_exemption, error);
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

int exemptions_parse(
	struct json_object *array, struct exemptions *ret_exemptions, struct json_error *error)
{
	cleanup(exemptions_finish) struct exemptions exemptions = {0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < json_object_array_length(array); i++) {
		struct exemption one = {0};

		r = parse_one(json_object_array_get_idx(array, i), &one, error);
		if (r == 0 && has_id(&exemptions, one.id)) {
			r = refuse(error, one.id, "stands there twice");
		}
		if (r == 0) {
			r = vec_push(&exemptions.list, one, EXEMPTIONS_MAX);
		}
	}
	if (r == 0) {
		*ret_exemptions = exemptions;
		exemptions = (struct exemptions){0};
	}
	return r;
}

static bool holds(struct json_object *array, const char *word)
{
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		if (strcmp(json_object_get_string(json_object_array_get_idx(array, i)), word) ==
			0) {
			return true;
		}
	}
	return false;
}

bool exemption_covers(const struct exemption *exemption, const char *control)
{
	return holds(exemption->controls, control);
}

bool exemption_concerns(const struct exemption *exemption, const char *device)
{
	return device && device[0] && holds(exemption->devices, device);
}

enum exemption_phase exemption_phase(
	const struct exemption *exemption, const struct exemption_clock *clock)
{
	int64_t latest = clock->highest_s > clock->wall_s ? clock->highest_s : clock->wall_s;

	if (latest >= exemption->end || clock->used_s >= exemption->end - exemption->start ||
		(clock->wall_s < clock->highest_s - EXEMPTION_SLACK_S &&
			clock->highest_s >= exemption->start)) {
		return EXEMPTION_ENDED;
	}
	return clock->wall_s < exemption->start ? EXEMPTION_WAITS : EXEMPTION_RUNS;
}
