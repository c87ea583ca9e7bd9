/* SPDX-License-Identifier: Apache-2.0 */
#include "report-rules.h"

#include <stdio.h>
#include <string.h>

struct wire_control {
	const char *id, *state, *reason;
	int64_t age;
};

static const struct json_field control_fields[] = {
	{"age", JSON_WANT_INT, offsetof(struct wire_control, age), true, REPORT_AGE_MAX},
	{"id", JSON_WANT_STRING, offsetof(struct wire_control, id), true, POSTURE_ID_MAX},
	{"reason", JSON_WANT_STRING, offsetof(struct wire_control, reason), true, 0},
	{"state", JSON_WANT_STRING, offsetof(struct wire_control, state), true, 0},
};

struct wire_report {
	struct json_object *controls;
	const char *device, *kind, *unit;
	int64_t format, policy, sequence;
};

static const struct json_field report_fields[] = {
	{"controls", JSON_WANT_ARRAY, offsetof(struct wire_report, controls), true,
		REPORT_CONTROLS_MAX},
	{"device", JSON_WANT_STRING, offsetof(struct wire_report, device), true, REPORT_DEVICE_LEN},
	{"format", JSON_WANT_INT, offsetof(struct wire_report, format), true, 0},
	{"kind", JSON_WANT_STRING, offsetof(struct wire_report, kind), true, 0},
	{"policy", JSON_WANT_INT, offsetof(struct wire_report, policy), true, 0},
	{"sequence", JSON_WANT_INT, offsetof(struct wire_report, sequence), true, 0},
	{"unit", JSON_WANT_STRING, offsetof(struct wire_report, unit), true, 0},
};

static int parse_control(
	struct json_object *object, struct report_control *control, struct json_error *error)
{
	struct wire_control wire = {0};
	int r = json_decode(object, control_fields, ARRAY_LEN(control_fields), &wire, error);

	if (r != 0) {
		return r < 0 ? r : REPORT_E_SCHEMA;
	}
	if (posture_state_parse(span_z(wire.state), &control->state) < 0) {
		return report_refuse(error, "controls.state", "unknown word");
	}
	if (posture_reason_parse(span_z(wire.reason), &control->reason) < 0) {
		return report_refuse(error, "controls.reason", "unknown word");
	}
	snprintf(control->id, sizeof(control->id), "%s", wire.id);
	control->age = wire.age;
	return 0;
}

static int parse_controls(
	struct json_object *array, struct report *report, struct json_error *error)
{
	size_t n = json_object_array_length(array);

	report->controls = calloc(n ? n : 1, sizeof(*report->controls));
	if (!report->controls) {
		return -ENOMEM;
	}
	report->n_controls = n;
	for (size_t i = 0; i < n; i++) {
		int r = parse_control(
			json_object_array_get_idx(array, i), &report->controls[i], error);

		if (r != 0) {
			return r;
		}
	}
	return 0;
}

static int parse_fields(
	const struct wire_report *wire, struct report *report, struct json_error *error)
{
	int kind = report_find_name(report_kind_names, REPORT_KINDS, span_z(wire->kind));
	int unit = report_find_name(report_unit_names, REPORT_UNITS, span_z(wire->unit));

	if (wire->format != REPORT_FORMAT) {
		return report_refuse(error, "format", "unknown format");
	}
	if (kind < 0 || unit < 0) {
		return report_refuse(error, kind < 0 ? "kind" : "unit", "unknown word");
	}
	report->kind = (enum report_kind)kind;
	report->unit = (enum report_unit)unit;
	report->policy = wire->policy;
	report->sequence = wire->sequence;
	snprintf(report->device, sizeof(report->device), "%s", wire->device);
	return parse_controls(wire->controls, report, error);
}

static int parse_json(struct span payload, struct report *report, struct json_error *error)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct wire_report wire = {0};
	int r = json_parse(payload, &object, error);

	if (r == 0) {
		r = json_decode(object, report_fields, ARRAY_LEN(report_fields), &wire, error);
	}
	if (r != 0) {
		return r < 0 ? r : REPORT_E_SCHEMA;
	}
	return parse_fields(&wire, report, error);
}

int report_parse(struct span payload, struct report *ret_report, struct json_error *error)
{
	cleanup(report_finish) struct report report = {0};
	int r;

	if (payload.len > REPORT_MAX) {
		return report_refuse(error, "", "too large");
	}
	r = report_read_canonical(payload, &report);
	r = r != 0 ? r : report_check(&report, NULL);
	/* What is wrong with it is told by one reader alone. */
	if (r > 0) {
		report_finish(&report);
		r = parse_json(payload, &report, error);
		r = r != 0 ? r : report_check(&report, error);
	}
	if (r != 0) {
		return r;
	}
	*ret_report = report;
	report.controls = NULL; /* handed over */
	return 0;
}
