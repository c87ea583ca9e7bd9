/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the tables of the older iptables as legacy-tables.h says, and interprets nothing. */
#pragma once

#include "base.h"
#include "legacy-tables.h"

struct legacy_bytes {
	char *p;
	size_t len;
};
void legacy_bytes_finish(struct legacy_bytes *bytes);

#define LEGACY_E_LIMIT 1 /* more than LEGACY_ALL_MAX */
/*
 * All tables of both families, of this network namespace. The caller finishes them. -EAGAIN when
 * they change each time they are looked at.
 */
must_check int legacy_read(struct legacy_bytes *ret_bytes);
