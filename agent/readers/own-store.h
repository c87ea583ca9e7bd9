/* SPDX-License-Identifier: Apache-2.0 */
/* What Caretaker itself keeps on this device, as its own controls look at it. ARCHITECTURE.md,
 * "Paths". */
#pragma once

#include "sysroot.h"

#define OWN_STATE "var/lib/caretaker"
#define OWN_BELOW OWN_STATE "/"
#define OWN_SENT OWN_BELOW "sent"
#define OWN_OUTBOX "var/spool/caretaker/outbox"
#define OWN_OUTBOX_ENDPOINT "var/spool/caretaker/outbox/endpoint.json"
#define OWN_NAMES_MAX 4096

enum own_store_outcome {
	OWN_STORE_E_REFUSED = 1, /* not as this user */
	OWN_STORE_E_ABSENT,
	OWN_STORE_E_FORMAT, /* no directory, or more names than any that Caretaker makes */
};
/* Names below path that end so, sorted by bytes; OWN_STORE_E_*, -ENOMEM */
must_check int own_store_list(const struct sysroot *root, const char *path, const char *ending,
	struct sysroot_names *ret_names);
/* Wall second of a file's last change; OWN_STORE_E_* */
must_check int own_store_age(
	const struct sysroot *root, const char *dir, const char *name, int64_t *ret_wall_s);
/* OWN_STORE_E_ABSENT when there is no such thing; 0 when there is */
must_check int own_store_find(const struct sysroot *root, const char *path);
