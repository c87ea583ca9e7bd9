/* SPDX-License-Identifier: Apache-2.0 */
/* Which tables there are, and the statements that read each. */
#pragma once

#include "tables.h"

/* @name: a time, server/tables-row.h */
struct tables_table {
	const char *name;
	const char *head;
	const char *first;  /* the first $2 rows */
	const char *later;  /* the next ones behind the key in $3 and on */
	const char *same;   /* those of that key, behind $2 of them; NULL where a key has one row */
	const char *key;    /* what rows are sorted by: i, a number, or t, a text, and its column */
	const char *all;    /* without parameters, for scan */
	const char *device; /* $2 device; NULL when rows are about none */
	bool packed;	    /* a row of the store, "device, controls", is several of the table */
};
