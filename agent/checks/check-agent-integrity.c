/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Caretaker itself is what was installed, and the policy is what the school signed.
 *
 * The policy is verified by caretaker-seal whenever it is loaded, and a version below one that held
 * is never taken; what was found then is told here.
 */
#include "check.h"
#include "config.h"

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, &CARETAKER_MANIFEST[1], 0},
	{CHECK_INPUT_FILE, &CARETAKER_LIBEXECDIR[1], 0},
	{CHECK_INPUT_FILE, &CARETAKER_COMMAND[1], 0},
};

static int files_take(const struct check_ctx *ctx, struct verdict *v)
{
	struct own_files files = {0};
	int r = ctx->live->own_files(ctx->live->data, &files);

	switch (r) {
	case 0:
		break;
	case FACTS_E_ABSENT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANIFEST_MISSING);
	case FACTS_E_LIMIT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	case FACTS_E_NOT_PERMITTED:
	case -EACCES:
	case -EPERM:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	case FACTS_E_NO_TOOL:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	default:
		return r;
	}
	verdict_note(v, "own-files", "%zu", files.whole + files.changed);
	if (files.changed > 0) {
		verdict_note(v, "own-files-changed", "%zu", files.changed);
		return verdict_set(v, POSTURE_FAIL, POSTURE_AGENT_CHANGED);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_AGENT_GENUINE);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	switch (ctx->policy_from) {
	case CHECK_POLICY_REFUSED:
		return verdict_set(v, POSTURE_FAIL, POSTURE_POLICY_NOT_GENUINE);
	case CHECK_POLICY_OLDER:
		return verdict_set(v, POSTURE_FAIL, POSTURE_POLICY_WENT_BACK);
	case CHECK_POLICY_PACKAGE:
	case CHECK_POLICY_SCHOOL:
		break;
	}
	if (!ctx->live || !ctx->live->own_files) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_LIVE_ONLY);
	}
	return files_take(ctx, v);
}

const struct check check_agent_integrity = {
	.id = "agent.integrity",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
