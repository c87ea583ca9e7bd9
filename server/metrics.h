/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /metrics for Prometheus (text format 0.0.4), on a listener of its own: numbers of the whole, none
 * of a device, a group or a person. Counters are this process's own; gauges are the store's, read
 * every few seconds.
 */
#pragma once

#include "base.h"
#include "str.h"

#define METRICS_EVERY_S 10

enum metrics_report { METRICS_ACCEPTED, METRICS_REFUSED, METRICS_DEFERRED };
#define METRICS_REPORTS 3
#define METRICS_STATES 4

struct app;
struct metrics {
	struct app *app;
	uint64_t answers[6]; /* by the first digit of the status */
	uint64_t reports[METRICS_REPORTS];
	int64_t devices[METRICS_STATES];
	int64_t exemptions, hooks, purged_s, backup_s;
	bool running;
	bool known; /* the gauges were read once */
};

/* Counts an answer; on the event thread. report: it was one to POST /reports */
void metrics_count(struct metrics *metrics, int status, bool report);
/* Reads the gauges anew; data: struct metrics */
void metrics_refresh(void *data);
/* data: struct metrics */
must_check int metrics_write(struct str *out, void *data);
