/* SPDX-License-Identifier: Apache-2.0 */
#include "report-rules.h"

#include "base64.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DEVICE_BYTES 16

const char *const report_kind_names[REPORT_KINDS] = {
	[REPORT_FULL] = "full",
	[REPORT_DELTA] = "delta",
	[REPORT_HEARTBEAT] = "heartbeat",
};

const char *const report_unit_names[REPORT_UNITS] = {
	[REPORT_HOURS] = "hours",
	[REPORT_DAYS] = "days",
};

int report_find_name(const char *const *names, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++) {
		if (span_eq(name, names[i])) {
			return (int)i;
		}
	}
	return -1;
}

void report_finish(struct report *report)
{
	free(report->controls);
	report->controls = NULL;
	report->n_controls = 0;
}

int report_refuse(struct json_error *error, const char *where, const char *what)
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

int report_check(const struct report *report, struct json_error *error)
{
	if (!report_device_valid(span_z(report->device))) {
		return report_refuse(error, "device", "not a device id");
	}
	if (report->sequence < 1 || report->sequence > REPORT_NUMBER_MAX) {
		return report_refuse(error, "sequence", "out of range");
	}
	if (report->policy < 1 || report->policy > REPORT_NUMBER_MAX) {
		return report_refuse(error, "policy", "out of range");
	}
	if (report->n_controls > (report->kind == REPORT_HEARTBEAT ? 0 : REPORT_CONTROLS_MAX)) {
		return report_refuse(error, "controls", "too many");
	}
	for (size_t i = 0; i < report->n_controls; i++) {
		const struct report_control *c = &report->controls[i];

		if (!posture_id_valid(span_z(c->id))) {
			return report_refuse(error, "controls.id", "not a control id");
		}
		if (i > 0 && strcmp(report->controls[i - 1].id, c->id) >= 0) {
			return report_refuse(error, "controls.id", "not sorted, or twice");
		}
		if (c->age < 0 || c->age > REPORT_AGE_MAX) {
			return report_refuse(error, "controls.age", "out of range");
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
		report->device, REPORT_FORMAT, report_kind_names[report->kind], report->policy,
		report->sequence, report_unit_names[report->unit]);
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
	r = report_check(report, NULL);
	if (r == 0) {
		r = write_report(report, &text);
	}
	return r != 0 ? r : str_append(out, text.p, text.len);
}
