/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rec.encrypted: the recordings lie on an encrypted disk, or in a folder that is encrypted by
 * itself. The person's worker says on which devices they lie; what those are is seen here.
 */
#include "mount-explain.h"
#include "recordings.h"

#define ID "rec.encrypted"

static const struct check_input inputs[] = {
	{CHECK_INPUT_BLOCK, NULL},
	{CHECK_INPUT_PEOPLE, NULL, PERSONAL_GROUP_RECORDINGS},
};

static const enum personal_fact devices[] = {
	PERSONAL_RECORDINGS_DEVICE_1, PERSONAL_RECORDINGS_DEVICE_2, PERSONAL_RECORDINGS_DEVICE_3};

static int worst_find(const struct check_ctx *ctx, const struct mount_table *table,
	const struct personal *facts, enum block_crypt *ret_worst)
{
	enum block_crypt worst = BLOCK_CRYPT_NONE, one;

	for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
		int64_t device = facts->values[devices[i]];
		int r;

		if (device < 0) {
			continue;
		}
		r = recordings_device_crypt(ctx->root, table, device, &one);
		if (r < 0) {
			return r;
		}
		worst = one > worst ? one : worst;
	}
	*ret_worst = worst;
	return 0;
}

static int judge(
	const struct check_ctx *ctx, const struct personal *facts, void *data, struct verdict *v)
{
	const struct mount_table *table = data;
	enum block_crypt worst;
	int r;

	if (!recordings_there(facts, v)) {
		return 0;
	}
	r = worst_find(ctx, table, facts, &worst);
	if (r < 0) {
		return r;
	}
	switch (worst) {
	case BLOCK_CRYPT_PLAIN:
		return verdict_set(v, POSTURE_FAIL, POSTURE_RECORDINGS_PLAIN);
	case BLOCK_CRYPT_REMOTE:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_REMOTE_ROOT);
	case BLOCK_CRYPT_UNKNOWN:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_STORAGE_UNKNOWN);
	case BLOCK_CRYPT_NONE:
	case BLOCK_CRYPT_ENCRYPTED:
		break;
	}
	if (facts->values[PERSONAL_RECORDINGS_DEVICES_UNSEEN] != 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_STORAGE_UNKNOWN);
	}
	if (!recordings_all_seen(facts)) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_RECORDINGS_UNSEEN);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_RECORDINGS_ENCRYPTED);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(mount_table_finish) struct mount_table table = {.text = NULL};
	int r;

	if (!recordings_agreed(ctx, ID, v)) {
		return 0;
	}
	/* A /proc that lies on a disk tells nothing of this machine. */
	if (!ctx->live) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_LIVE_ONLY);
	}
	r = mount_crypt_table(ctx->root, &table);
	return r != 0 ? mount_crypt_explain(r, v) : people_judge(ctx, judge, &table, v);
}

const struct check check_rec_encrypted = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
