/* SPDX-License-Identifier: Apache-2.0 */
/* What the checks on left-over recordings share. */
#pragma once

#include "mount-crypt.h"
#include "people.h"

/*
 * A private device is looked at only when its policy's control says "agreed": true; else the
 * verdict is na. True when the check is to go on.
 */
bool recordings_agreed(const struct check_ctx *ctx, const char *id, struct verdict *v);
/*
 * True when this person has recordings. Otherwise the verdict is set: na when there are none,
 * unknown when that could not be seen.
 */
bool recordings_there(const struct personal *facts, struct verdict *v);
/*
 * device: of a recording, major << 20 | minor; table: of mount_crypt_table. Unknown when nothing of
 * it is mounted for all. Negative errno
 */
must_check int recordings_device_crypt(const struct sysroot *root, const struct mount_table *table,
	int64_t device, enum block_crypt *ret_crypt);
/* Every place of this person could be looked at. */
bool recordings_all_seen(const struct personal *facts);
