/* SPDX-License-Identifier: Apache-2.0 */
/* What the store holds of one device's controls, to hold a report against and to show. */
#pragma once

#include "held-text.h"
#include "store.h"

/* Of a device that has no row: none, and ret_held->text is NULL */
must_check int held_read(struct store *store, const char *device, struct held *ret_held);
/* there: whether this device has a row. What did not pass has another (findings.h). */
must_check int held_put(
	struct store *store, const char *device, const struct str *text, bool there);
must_check int held_erase(struct store *store, const char *device);
