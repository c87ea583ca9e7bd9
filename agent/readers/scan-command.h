/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a command says that checks files for malware with ClamAV (clamscan(1), clamdscan(1)), and
 * what the log of one says about its end.
 */
#pragma once

#include "base.h"
#include "str.h"

#define SCAN_LOG_PATH_MAX 255

enum scan_coverage {
	SCAN_NONE,   /* no such command */
	SCAN_PART,   /* a few folders, or nothing below the first one */
	SCAN_UNSEEN, /* variables, lists: where it looks cannot be told */
	SCAN_FULL,   /* "/" or "/home", with all below */
};

struct scan_command {
	enum scan_coverage coverage;
	char log[SCAN_LOG_PATH_MAX + 1]; /* without leading slash; empty: none is kept */
};
/* Pure: a line of a shell script, a crontab's command or an ExecStart= */
void scan_command_parse(struct span line, struct scan_command *ret_command);
/* Pure: the best of all lines, comments passed over */
void scan_script_parse(struct span text, struct scan_command *ret_command);

enum scan_log_outcome { SCAN_LOG_E_NONE = 1 /* no scan that came to its end */ };
/*
 * Pure: when the last scan in this log ended that looked at any file, in seconds since 1970 as if
 * the log's local time were UTC.
 */
must_check int scan_log_last(struct span text, int64_t *ret_end_s);
