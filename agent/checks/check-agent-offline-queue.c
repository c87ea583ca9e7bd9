/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was not sent yet does not pile up, and what was sent is shown for 30 days and then let go.
 * The newest sent report stays: its number is where counting goes on from when the state is lost.
 */
#include "check.h"
#include "own-store.h"

#define WAITING_MAX 32 /* agent/core/outbox.h, OUTBOX_REPORTS_MAX */
#define SENT_MAX 512   /* agent/core/ledger.h, LEDGER_MAX */
#define SENT_DAYS 30   /* controls.json; agent/core/ledger.h, LEDGER_DAYS */

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, OWN_SENT, 0},
	{CHECK_INPUT_FILE, OWN_OUTBOX, 0},
};

struct look {
	int64_t oldest_s; /* of those sent but the newest; 0 for none */
	size_t sent, waiting;
};

static int sent_take(const struct check_ctx *ctx, struct look *look)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = own_store_list(ctx->root, OWN_SENT, ".json", &names);

	look->sent = names.len;
	for (size_t i = 0; r == 0 && i + 1 < names.len; i++) {
		int64_t wall_s = 0;

		r = own_store_age(ctx->root, OWN_SENT, names.names[i], &wall_s);
		if (r == 0 && (look->oldest_s == 0 || wall_s < look->oldest_s)) {
			look->oldest_s = wall_s;
		}
	}
	return r;
}

static int waiting_take(const struct check_ctx *ctx, struct look *look)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = own_store_list(ctx->root, OWN_OUTBOX, ".report", &names);

	look->waiting = names.len;
	return r == OWN_STORE_E_ABSENT ? 0 : r;
}

static int judge(const struct check_ctx *ctx, const struct look *look, struct verdict *v)
{
	int64_t old_at_s = look->oldest_s + SENT_DAYS * CLOCK_DAY_S;

	verdict_note(v, "waiting", "%zu", look->waiting);
	verdict_note(v, "sent-kept", "%zu", look->sent);
	if (look->waiting > WAITING_MAX || look->sent > SENT_MAX) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_QUEUE_LONG);
	}
	/* a day more: they are looked through with each batch, which comes daily at least */
	if (look->oldest_s > 0 && ctx->now.wall_s >= old_at_s + CLOCK_DAY_S) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_QUEUE_OLD);
	}
	v->due_s = look->oldest_s > 0 ? old_at_s + CLOCK_DAY_S : 0;
	return verdict_set(v, POSTURE_PASS, POSTURE_QUEUE_SHORT);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct look look = {0};
	int r = sent_take(ctx, &look);

	if (r == 0) {
		r = waiting_take(ctx, &look);
	}
	switch (r) {
	case 0:
		return judge(ctx, &look, v);
	case OWN_STORE_E_ABSENT:
		return verdict_set(v, POSTURE_NA, POSTURE_NOTHING_KEPT);
	case OWN_STORE_E_REFUSED:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	case OWN_STORE_E_FORMAT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	default:
		return r;
	}
}

const struct check check_agent_offline_queue = {
	.id = "agent.offline-queue",
	.local_only = true,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
