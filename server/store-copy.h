/* SPDX-License-Identifier: Apache-2.0 */
/* Every row of one store into another, whichever databases they are. */
#pragma once

#include "store.h"

/* Told after each table: its name, and how many rows it has. */
typedef void (*store_copied_fn)(const char *table, int64_t rows, void *data);

#define STORE_COPY_E_FULL 32 /* the other store holds rows already */

/*
 * One consistent read and one transaction: all of it or nothing, also while from is served. to has
 * the same schema and is empty, else STORE_COPY_E_FULL. fn may be NULL.
 */
must_check int store_copy_all(struct store *from, struct store *to, store_copied_fn fn, void *data);
