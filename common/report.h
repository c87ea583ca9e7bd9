/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report: the only thing that leaves a device. Closed schema (policies/schema/report.json),
 * built on the device and parsed on the server by the same file.
 */
#pragma once

#include "json.h"
#include "posture.h"

#define REPORT_FORMAT 1
#define REPORT_MAX ((size_t)64 << 10) /* bytes of payload */
#define REPORT_CONTROLS_MAX 256
#define REPORT_AGE_MAX 1000000
#define REPORT_NUMBER_MAX (((int64_t)1 << 53) - 1) /* exact in every JSON reader */
#define REPORT_DEVICE_LEN 22			   /* 16 random bytes in base64url */

enum report_kind {
	REPORT_FULL,	  /* every control: after enrolment, on request, after a policy change */
	REPORT_DELTA,	  /* those whose state or reason changed since the last report */
	REPORT_HEARTBEAT, /* none */
};

enum report_unit {
	REPORT_HOURS, /* school-owned: whole hours */
	REPORT_DAYS,  /* private: whole days, so that arrival tells nothing of a family's day */
};

struct report_control {
	char id[POSTURE_ID_MAX + 1];
	enum posture_state state;
	enum posture_reason reason;
	int64_t age; /* how long the state has held, in the report's unit */
};

struct report {
	enum report_kind kind;
	char device[REPORT_DEVICE_LEN + 1];
	int64_t sequence; /* 1, 2, 3, ... without a gap */
	int64_t policy;	  /* version of the policy that judged */
	enum report_unit unit;
	struct report_control *controls; /* sorted by id; owned */
	size_t n_controls;
};
void report_finish(struct report *report);
bool report_device_valid(struct span device);

enum report_outcome {
	REPORT_E_SCHEMA = 1, /* not a report: error says which field */
	REPORT_E_LOCAL_ONLY, /* a control marked local-only was given to the builder */
};

/* Canonical JSON. local_only: ids that must never leave (sorted, n of them). */
must_check int report_write(
	const struct report *report, const char *const *local_only, size_t n, struct str *out);
must_check int report_parse(
	struct span payload, struct report *ret_report, struct json_error *error);
