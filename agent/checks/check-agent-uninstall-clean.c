/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whoever left a school kept nothing of it. Leaving erases the key, the school's policy, what was
 * waiting and what was sent (agent/core/leaving.c); removing the package takes the directories
 * along, and then nobody is here to look. So this is the half that a device can see: once it
 * belongs to nobody, no trace of a school is left on it.
 */
#include "check.h"
#include "own-store.h"

#define OWN_KEY OWN_BELOW "key"

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, OWN_BELOW "endpoint.json", 0},
	{CHECK_INPUT_FILE, OWN_BELOW "policy.jws", 0},
	{CHECK_INPUT_FILE, OWN_KEY, 0},
	{CHECK_INPUT_FILE, OWN_OUTBOX, 0},
};

static int files_take(const struct check_ctx *ctx, size_t *left)
{
	static const char *const paths[] = {
		OWN_BELOW "policy.jws", OWN_BELOW "key/device.pem", OWN_OUTBOX_ENDPOINT};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(paths) && r == 0; i++) {
		r = own_store_find(ctx->root, paths[i]);
		*left += r == 0;
		r = r == OWN_STORE_E_ABSENT ? 0 : r;
	}
	return r;
}

static int lists_take(const struct check_ctx *ctx, size_t *left)
{
	static const struct {
		const char *dir, *ending;
	} rows[] = {
		{OWN_SENT, ".json"},
		{OWN_OUTBOX, ".enrol"},
		{OWN_OUTBOX, ".leave"},
		{OWN_OUTBOX, ".report"},
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows) && r == 0; i++) {
		cleanup(sysroot_names_finish) struct sysroot_names names = {0};

		r = own_store_list(ctx->root, rows[i].dir, rows[i].ending, &names);
		*left += names.len;
		r = r == OWN_STORE_E_ABSENT ? 0 : r;
	}
	return r;
}

static int judge(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	size_t left = 0;
	int r = own_store_list(ctx->root, OWN_STATE, ".json", &names);

	if (r == OWN_STORE_E_ABSENT) {
		return verdict_set(v, POSTURE_NA, POSTURE_NOTHING_KEPT);
	}
	if (r == 0) {
		r = own_store_find(ctx->root, OWN_BELOW "endpoint.json");
	}
	if (r == 0) {
		return verdict_set(v, POSTURE_NA, POSTURE_ENROLLED);
	}
	if (r == OWN_STORE_E_ABSENT) {
		r = files_take(ctx, &left);
	}
	if (r == 0) {
		r = lists_take(ctx, &left);
	}
	if (r == 0 && left > 0) {
		verdict_note(v, "left-over", "%zu", left);
		return verdict_set(v, POSTURE_FAIL, POSTURE_RESIDUE_LEFT);
	}
	return r != 0 ? r : verdict_set(v, POSTURE_PASS, POSTURE_NOTHING_LEFT);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	int r = judge(ctx, v);

	if (r == OWN_STORE_E_REFUSED) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	return r > 0 ? verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN) : r;
}

const struct check check_agent_uninstall_clean = {
	.id = "agent.uninstall-clean",
	.local_only = true,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
