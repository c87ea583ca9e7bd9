/* SPDX-License-Identifier: Apache-2.0 */
#include "clock.h"
#include "scan-command.h"

#include <stdio.h>
#include <string.h>

/* "2026:11:22 04:46:06", as clamscan's end has it since 0.103 */
static int date_parse(struct span text, int64_t *ret_wall_s)
{
	static const char shape[] = "0000:00:00 00:00:00";
	char iso[CLOCK_TEXT_LEN];

	if (text.len != strlen(shape)) {
		return -EINVAL;
	}
	for (size_t i = 0; shape[i]; i++) {
		bool digit = text.p[i] >= '0' && text.p[i] <= '9';

		if (shape[i] == '0' ? !digit : text.p[i] != shape[i]) {
			return -EINVAL;
		}
	}
	snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2sT%.8sZ", text.p, text.p + 5, text.p + 8,
		text.p + 11);
	return clock_parse(iso, strlen(iso), ret_wall_s);
}

/* The text behind "NAME:" */
static bool line_named(struct span line, const char *name, struct span *ret_value)
{
	size_t len = strlen(name);

	if (!span_starts(line, name)) {
		return false;
	}
	*ret_value = span_trim((struct span){line.p + len, line.len - len});
	return true;
}

int scan_log_last(struct span text, int64_t *ret_end_s)
{
	bool found = false, empty = false;
	struct span line, value;
	int64_t end;

	while (span_next(&text, '\n', &line)) {
		if (line_named(line, "----------- SCAN SUMMARY", &value)) {
			empty = false;
		} else if (line_named(line, "Scanned files:", &value)) {
			empty = span_eq(value, "0");
		} else if (line_named(line, "End Date:", &value) && !empty &&
			   date_parse(value, &end) == 0) {
			*ret_end_s = end;
			found = true;
		}
	}
	return found ? 0 : SCAN_LOG_E_NONE;
}
