/* SPDX-License-Identifier: Apache-2.0 */
/* Who did what: rows that are only ever added, each hashed together with the one before it. */
#pragma once

#include "store.h"

#define AUDIT_TEXT_MAX 128

/* who: an administrator's name, "console" or "device"; object: a label, a name, a version */
must_check int audit_append(struct store *store, int64_t now_s, const char *who, const char *action,
	const char *object);
/* ret_broken: number of the first row that does not fit the one before it, 0 for none */
must_check int audit_verify(struct store *store, int64_t *ret_rows, int64_t *ret_broken);
