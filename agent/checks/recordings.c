/* SPDX-License-Identifier: Apache-2.0 */
#include "recordings.h"

#include "recordings-list.h"

bool recordings_agreed(const struct check_ctx *ctx, const char *id, struct verdict *v)
{
	if (people_may_look(ctx->policy, id, PERSONAL_GROUP_RECORDINGS)) {
		return true;
	}
	verdict_set(v, POSTURE_NA, POSTURE_NOT_AGREED);
	return false;
}

bool recordings_all_seen(const struct personal *facts)
{
	return facts->values[PERSONAL_RECORDINGS_UNSEEN] == 0;
}

bool recordings_there(const struct personal *facts, struct verdict *v)
{
	int64_t count = facts->values[PERSONAL_RECORDINGS_COUNT];

	if (count > 0) {
		return true;
	}
	if (count == 0 && recordings_all_seen(facts)) {
		verdict_set(v, POSTURE_NA, POSTURE_NO_RECORDINGS);
	} else {
		verdict_set(v, POSTURE_UNKNOWN, POSTURE_RECORDINGS_UNSEEN);
	}
	return false;
}

int recordings_device_crypt(const struct sysroot *root, const struct mount_table *table,
	int64_t device, enum block_crypt *ret_crypt)
{
	vec_for_each (mount, &table->mounts) {
		if (mount->major == RECORDINGS_MAJOR(device) &&
			mount->minor == RECORDINGS_MINOR(device)) {
			return mount_crypt_of(root, table, mount, 0, ret_crypt);
		}
	}
	*ret_crypt = BLOCK_CRYPT_UNKNOWN; /* mounted for that person's programs alone */
	return 0;
}
