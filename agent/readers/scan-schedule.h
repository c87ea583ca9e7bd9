/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scans for malware that this machine's cron or systemd starts by itself: root's crontabs, the
 * folders of cron(8) and run-parts(8), enabled timers (systemd.timer(5)).
 */
#pragma once

#include "check.h"
#include "scan-command.h"

#define SCAN_SCHEDULE_FILE_MAX ((size_t)64 << 10)
#define SCAN_SCHEDULE_NAMES_MAX 256
#define SCAN_SCHEDULE_LOGS_MAX 8

struct scan_schedule {
	size_t n_full, n_unseen, n_part; /* planned within the days asked about */
	size_t n_rare;			 /* planned, and not within them */
	char logs[SCAN_SCHEDULE_LOGS_MAX][SCAN_LOG_PATH_MAX + 1]; /* of those that are full */
	size_t n_logs;
	bool refused, damaged;
};

/* days: how far back a planned day counts. -ENOMEM */
must_check int scan_schedule_read(
	const struct check_ctx *ctx, int64_t days, struct scan_schedule *ret_schedule);
