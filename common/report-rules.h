/* SPDX-License-Identifier: Apache-2.0 */
/* What report.h is made of: report.c writes, report-parse.c and report-canonical.c read. */
#pragma once

#include "report.h"

#define REPORT_KINDS 3
#define REPORT_UNITS 2

/* By enum report_kind and report_unit, the words of the schema */
extern const char *const report_kind_names[REPORT_KINDS];
extern const char *const report_unit_names[REPORT_UNITS];
/* -1 for none */
int report_find_name(const char *const *names, size_t n, struct span name);

/* What the schema says beyond types; both directions pass through it. */
must_check int report_check(const struct report *report, struct json_error *error);
/* REPORT_E_SCHEMA, told where */
int report_refuse(struct json_error *error, const char *where, const char *what);

/*
 * Exactly as report_write spells it, which is how all agents do: without a tree of JSON, in a
 * seventh of the time. Not checked yet. REPORT_E_SCHEMA: spelt another way, or no report; what was
 * read of it is to be finished too.
 */
must_check int report_read_canonical(struct span payload, struct report *ret_report);
