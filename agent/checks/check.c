/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "exempt.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FAILED_AGE_S 60 /* after which a check that could not be done is tried again */

const struct check *check_find(const char *id)
{
	for (size_t i = 0; i < check_registry_len; i++) {
		if (strcmp(check_registry[i]->id, id) == 0) {
			return check_registry[i];
		}
	}
	return NULL;
}

/* A state without a reason, or one that only others may set, is a fault of the check. */
static bool verdict_sound(const struct verdict *v)
{
	switch (v->state) {
	case POSTURE_UNKNOWN:
	case POSTURE_PASS:
	case POSTURE_FAIL:
	case POSTURE_NA:
		return v->reason > POSTURE_REASON_NONE && v->reason < POSTURE_REASON_COUNT;
	case POSTURE_EXEMPT:
	case POSTURE_ERROR:
		return false;
	}
	return false;
}

void check_run(const struct check *check, const struct check_ctx *ctx, struct verdict *ret_verdict)
{
	struct verdict v = {.state = POSTURE_UNKNOWN, .reason = POSTURE_SOURCE_MISSING};
	int r;

	if (!policy_control_on(ctx->policy, check->id)) {
		verdict_set(&v, POSTURE_NA, POSTURE_DISABLED_BY_POLICY);
		*ret_verdict = v;
		return;
	}
	r = check->run(ctx, &v);
	if (r != 0 || !verdict_sound(&v)) {
		v = (struct verdict){.state = POSTURE_ERROR,
			.reason = POSTURE_CHECK_FAILED,
			.due_s = ctx->now.wall_s + FAILED_AGE_S};
		if (r < 0) {
			verdict_note(&v, "errno", "%d", -r);
		}
	}
	exempt_apply(ctx, check->id, &v);
	*ret_verdict = v;
}

void verdict_note(struct verdict *v, const char *key, const char *fmt, ...)
{
	struct check_evidence *note;
	va_list args;

	if (v->n_evidence >= CHECK_EVIDENCE_MAX) {
		return;
	}
	note = &v->evidence[v->n_evidence++];
	note->key = key;
	va_start(args, fmt);
	vsnprintf(note->value, sizeof(note->value), fmt, args);
	va_end(args);
}
