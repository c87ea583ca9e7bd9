/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av.family-switch: a camera or microphone that a parent or owner switched off is off, in whatever
 * way it was switched (platform/switches.h). What can be seen and not be switched is unknown.
 */
#include "check.h"
#include "switches.h"

#define ID "av.family-switch"
/* What was open before the switch ends without a word: looked at again so much later. */
#define RUNNING_AGAIN_S 30

static const struct check_input inputs[] = {
	/* written anew each time that caretaker-hand looked: also when a device came */
	{CHECK_INPUT_FILE, SWITCHES_BOOK_PATH},
};

struct counts {
	size_t off, on, running, stuck;
};

static struct counts count(const struct switches_book *book, const struct switches_parts *parts)
{
	struct counts counts = {0};

	for (size_t i = 0; i < parts->len; i++) {
		const struct switches_part *part = &parts->items[i];

		if (!book->off[part->what]) {
			continue;
		}
		counts.off += part->off;
		counts.running += part->running;
		counts.stuck += part->way == SWITCHES_NO_WAY;
		counts.on += !part->off && part->way != SWITCHES_NO_WAY;
	}
	return counts;
}

static int judge(
	const struct check_ctx *ctx, const struct counts *counts, bool more, struct verdict *v)
{
	verdict_note(v, "switch-off", "%zu", counts->off);
	if (counts->on > 0) {
		verdict_note(v, "switch-on", "%zu", counts->on);
		return verdict_set(v, POSTURE_FAIL, POSTURE_SWITCH_DIFFERS);
	}
	if (counts->running > 0) {
		v->due_s = ctx->now.wall_s + RUNNING_AGAIN_S;
		return verdict_set(v, POSTURE_FAIL, POSTURE_SWITCH_STILL_USED);
	}
	if (counts->stuck > 0 || more) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SWITCH_NO_WAY);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_SWITCHED_AS_CHOSEN);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct switches_book book;
	struct switches_parts parts;
	struct counts counts;
	int r = switches_book_read(ctx->root, &book);

	if (r == -ENOMEM) {
		return r;
	}
	if (r < 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SWITCH_UNREADABLE);
	}
	if (!book.off[SWITCHES_CAMERA] && !book.off[SWITCHES_MICROPHONE]) {
		return verdict_set(v, POSTURE_NA, POSTURE_SWITCH_NOT_CHOSEN);
	}
	r = switches_look(ctx->root, &book, &parts);
	if (r < 0) {
		return r;
	}
	counts = count(&book, &parts);
	return judge(ctx, &counts, parts.more, v);
}

const struct check check_av_family_switch = {
	.id = ID,
	.local_only = true,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
