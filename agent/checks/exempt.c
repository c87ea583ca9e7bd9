/* SPDX-License-Identifier: Apache-2.0 */
#include "exempt.h"

#include <string.h>

const struct exemption *exempt_at(const struct check_ctx *ctx, size_t i)
{
	const struct exemptions *exemptions = policy_exemptions(ctx->policy);

	if (i < exemptions->list.len) {
		return &exemptions->list.items[i];
	}
	i -= exemptions->list.len;
	return ctx->given && i < ctx->given->list.len ? &ctx->given->list.items[i] : NULL;
}

static int64_t used_s(const struct check_ctx *ctx, const struct exemption *exemption)
{
	for (size_t i = 0; i < ctx->n_uses; i++) {
		if (strcmp(ctx->uses[i].id, exemption->id) == 0) {
			return ctx->uses[i].used_s;
		}
	}
	return 0;
}

enum exemption_phase exempt_phase(const struct check_ctx *ctx, const struct exemption *exemption)
{
	const struct exemption_clock clock = {
		.wall_s = ctx->now.wall_s,
		.highest_s = ctx->highest_s,
		.used_s = used_s(ctx, exemption),
	};

	return exemption_phase(exemption, &clock);
}

static void due_at(struct verdict *verdict, int64_t wall_s)
{
	if (verdict->due_s <= 0 || wall_s < verdict->due_s) {
		verdict->due_s = wall_s;
	}
}

static void lift(const struct exemption *exemption, struct verdict *verdict)
{
	char until[CLOCK_TEXT_LEN];

	clock_format(exemption->end, until);
	if (verdict->n_evidence == CHECK_EVIDENCE_MAX) {
		verdict->n_evidence--;
	}
	verdict_note(verdict, "exempt-until", "%s", until);
	verdict_set(verdict, POSTURE_EXEMPT, POSTURE_EXEMPTION_RUNS);
}

void exempt_apply(const struct check_ctx *ctx, const char *control, struct verdict *verdict)
{
	const struct exemption *exemption;

	for (size_t i = 0; (exemption = exempt_at(ctx, i)); i++) {
		int64_t look = ctx->now.wall_s + EXEMPT_LOOK_S;

		if (!exemption_covers(exemption, control) ||
			!exemption_concerns(exemption, ctx->device)) {
			continue;
		}
		switch (exempt_phase(ctx, exemption)) {
		case EXEMPTION_WAITS:
			due_at(verdict, exemption->start);
			break;
		case EXEMPTION_RUNS:
			due_at(verdict, exemption->end < look ? exemption->end : look);
			if (verdict->state == POSTURE_FAIL) {
				lift(exemption, verdict);
			}
			break;
		case EXEMPTION_ENDED:
			break;
		}
	}
}
