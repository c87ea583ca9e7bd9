/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"
#include "base64.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DEVICE_BYTES 16

static const char *const kind_names[] = {
	[REPORT_FULL] = "full",
	[REPORT_DELTA] = "delta",
	[REPORT_HEARTBEAT] = "heartbeat",
};

static const char *const unit_names[] = {
	[REPORT_HOURS] = "hours",
	[REPORT_DAYS] = "days",
};

void report_finish(struct report *report)
{
	free(report->controls);
	report->controls = NULL;
	report->n_controls = 0;
}

static int refuse(struct json_error *error, const char *where, const char *what)
{
	json_error_set(error, where, what);
	return REPORT_E_SCHEMA;
}

bool report_device_valid(struct span device)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len;

	return device.len == REPORT_DEVICE_LEN &&
	       base64url_decode(device, DEVICE_BYTES, &bytes, &len) == 0 && len == DEVICE_BYTES;
}

/* What the schema says beyond types; both directions pass through it. */
static int check_rules(const struct report *report, struct json_error *error)
{
	if (!report_device_valid(span_z(report->device))) {
		return refuse(error, "device", "not a device id");
	}
	if (report->sequence < 1 || report->sequence > REPORT_NUMBER_MAX) {
		return refuse(error, "sequence", "out of range");
	}
	if (report->policy < 1 || report->policy > REPORT_NUMBER_MAX) {
		return refuse(error, "policy", "out of range");
	}
	if (report->n_controls > (report->kind == REPORT_HEARTBEAT ? 0 : REPORT_CONTROLS_MAX)) {
		return refuse(error, "controls", "too many");
	}
	for (size_t i = 0; i < report->n_controls; i++) {
		const struct report_control *c = &report->controls[i];

		if (!posture_id_valid(span_z(c->id))) {
			return refuse(error, "controls.id", "not a control id");
		}
		if (i > 0 && strcmp(report->controls[i - 1].id, c->id) >= 0) {
			return refuse(error, "controls.id", "not sorted, or twice");
		}
		if (c->age < 0 || c->age > REPORT_AGE_MAX) {
			return refuse(error, "controls.age", "out of range");
		}
	}
	return 0;
}

static int compare_ids(const void *a, const void *b)
{
	return strcmp(a, *(const char *const *)b);
}

static int write_control(const struct report_control *c, struct str *out)
{
	return str_appendf(out,
		"{\"age\":%" PRId64 ",\"id\":\"%s\",\"reason\":\"%s\",\"state\":\"%s\"}", c->age,
		c->id, posture_reason_code(c->reason), posture_state_name(c->state));
}

/*
 * Spelt out rather than built as a tree: every word comes from a closed set that needs no escape,
 * and the fields stand in canonical order.
 */
static int write_report(const struct report *report, struct str *out)
{
	int r = str_append_z(out, "{\"controls\":[");

	for (size_t i = 0; i < report->n_controls && r == 0; i++) {
		r = i == 0 ? 0 : str_append_char(out, ',');
		if (r == 0) {
			r = write_control(&report->controls[i], out);
		}
	}
	if (r < 0) {
		return r;
	}
	return str_appendf(out,
		"],\"device\":\"%s\",\"format\":%d,\"kind\":\"%s\",\"policy\":%" PRId64
		",\"sequence\":%" PRId64 ",\"unit\":\"%s\"}",
		report->device, REPORT_FORMAT, kind_names[report->kind], report->policy,
		report->sequence, unit_names[report->unit]);
}

int report_write(
	const struct report *report, const char *const *local_only, size_t n, struct str *out)
{
	cleanup(str_finish) struct str text = {.max = REPORT_MAX};
	int r;

	for (size_t i = 0; i < report->n_controls; i++) {
		if (n && bsearch(report->controls[i].id, local_only, n, sizeof(*local_only),
				 compare_ids)) {
			return REPORT_E_LOCAL_ONLY;
		}
	}
	r = check_rules(report, NULL);
	if (r == 0) {
		r = write_report(report, &text);
	}
	return r != 0 ? r : str_append(out, text.p, text.len);
}

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

static int find_name(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(names[i], name) == 0) {
			return (int)i;
		}
	}
	return -1;
}

static int parse_control(
	struct json_object *object, struct report_control *control, struct json_error *error)
{
	struct wire_control wire = {0};
	int r = json_decode(object, control_fields, ARRAY_LEN(control_fields), &wire, error);

	if (r != 0) {
		return r < 0 ? r : REPORT_E_SCHEMA;
	}
	if (posture_state_parse(span_z(wire.state), &control->state) < 0) {
		return refuse(error, "controls.state", "unknown word");
	}
	if (posture_reason_parse(span_z(wire.reason), &control->reason) < 0) {
		return refuse(error, "controls.reason", "unknown word");
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
	int kind = find_name(kind_names, ARRAY_LEN(kind_names), wire->kind);
	int unit = find_name(unit_names, ARRAY_LEN(unit_names), wire->unit);

	if (wire->format != REPORT_FORMAT) {
		return refuse(error, "format", "unknown format");
	}
	if (kind < 0 || unit < 0) {
		return refuse(error, kind < 0 ? "kind" : "unit", "unknown word");
	}
	report->kind = (enum report_kind)kind;
	report->unit = (enum report_unit)unit;
	report->policy = wire->policy;
	report->sequence = wire->sequence;
	snprintf(report->device, sizeof(report->device), "%s", wire->device);
	return parse_controls(wire->controls, report, error);
}

int report_parse(struct span payload, struct report *ret_report, struct json_error *error)
{
	cleanup(json_put) struct json_object *object = NULL;
	cleanup(report_finish) struct report report = {0};
	struct wire_report wire = {0};
	int r;

	if (payload.len > REPORT_MAX) {
		return refuse(error, "", "too large");
	}
	r = json_parse(payload, &object, error);
	if (r == 0) {
		r = json_decode(object, report_fields, ARRAY_LEN(report_fields), &wire, error);
	}
	if (r != 0) {
		return r < 0 ? r : REPORT_E_SCHEMA;
	}
	r = parse_fields(&wire, &report, error);
	if (r == 0) {
		r = check_rules(&report, error);
	}
	if (r != 0) {
		return r;
	}
	*ret_report = report;
	report.controls = NULL; /* handed over */
	return 0;
}
