/* SPDX-License-Identifier: Apache-2.0 */
/* The numbered files of migrations/, embedded in order at build; only ever added to. */
#pragma once

#include "base.h"

struct migration {
	int64_t version;    /* 1, 2, 3, ... */
	const char *sql;    /* statements, without a transaction of their own */
	const char *sqlite; /* what is done besides in SQLite, after them; or NULL */
	const char *postgres;
};

extern const struct migration migrations[];
extern const size_t migrations_len;
