/* SPDX-License-Identifier: Apache-2.0 */
/* The version of a store's schema, and the way forward; the same for every database. */
#pragma once

#include "store.h"

struct store_schema {
	struct store *store;
	const char *count_tables; /* SELECT: how many tables named schema_version there are */
	bool sqlite;		  /* it has migrations of its own besides */
	int (*execute)(struct store *store, const char *sql); /* several statements; -errno */
};

/*
 * 0 when the store is as this program wants it; STORE_CREATE makes or migrates it, forward only and
 * all or nothing. STORE_E_NEWER, STORE_E_TORN, -ENODATA when it is older, -errno.
 */
must_check int store_schema_check(const struct store_schema *schema, enum store_mode mode);
