/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exempt.visible: whoever is signed in while something is allowed for a while was shown so on their
 * desktop, in this session. Their worker tells which of them it was (platform/shown.h). A message
 * may take a while, since the desktop comes up after the sign-in.
 */
#include "check.h"
#include "exempt.h"
#include "shown.h"

#include <string.h>

/* caretaker-notify waits so long for a desktop to come up. */
#define SHOWING_S ((int64_t)600)

static const struct check_input inputs[] = {
	{CHECK_INPUT_PEOPLE, NULL, PERSONAL_GROUP_SHOWN},
};

struct look {
	size_t here, missed; /* people who are signed in; of those, who was not shown all of it */
	bool unseen, showing, unable;
};

static bool was_shown(const struct personal *facts, int64_t number)
{
	for (size_t i = 0; i < PERSONAL_SHOWN_N; i++) {
		if (facts->values[PERSONAL_SHOWN_1 + i] == number) {
			return true;
		}
	}
	return false;
}

/* Whether this person was shown all that runs; otherwise since when they could have been */
static bool shown_all(
	const struct check_ctx *ctx, const struct check_person *person, int64_t *ret_since_s)
{
	const struct exemption *exemption;
	bool all = true;

	*ret_since_s = person->since_s;
	for (size_t i = 0; (exemption = exempt_at(ctx, i)); i++) {
		if (exemption_concerns(exemption, ctx->device) &&
			exempt_phase(ctx, exemption) == EXEMPTION_RUNS &&
			!was_shown(&person->facts,
				shown_number(span_z(exemption->id), exemption->start))) {
			all = false;
			*ret_since_s =
				exemption->start > *ret_since_s ? exemption->start : *ret_since_s;
		}
	}
	return all;
}

static void person_take(const struct check_ctx *ctx, const struct check_person *person,
	struct look *look, struct verdict *v)
{
	int64_t since_s;

	if (person->silent) {
		look->unseen = true;
		return;
	}
	if (!person->answering) {
		return;
	}
	look->here++;
	if (shown_all(ctx, person, &since_s)) {
		return;
	}
	if (person->facts.values[PERSONAL_SHOWN_BUS] == PERSONAL_NOT_SEEN) {
		look->unseen = true;
	} else if (person->facts.values[PERSONAL_SHOWN_BUS] != 1) {
		look->unable = true;
	} else if (ctx->now.wall_s < since_s + SHOWING_S) {
		look->showing = true;
		v->due_s = v->due_s <= 0 || since_s + SHOWING_S < v->due_s ? since_s + SHOWING_S
									   : v->due_s;
	} else {
		look->missed++;
	}
}

static bool any_runs(const struct check_ctx *ctx)
{
	const struct exemption *exemption;

	for (size_t i = 0; (exemption = exempt_at(ctx, i)); i++) {
		if (exemption_concerns(exemption, ctx->device) &&
			exempt_phase(ctx, exemption) == EXEMPTION_RUNS) {
			return true;
		}
	}
	return false;
}

static int judge(const struct look *look, struct verdict *v)
{
	if (look->missed > 0) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_EXEMPTION_NOT_SHOWN);
	}
	if (look->unseen) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_ACCOUNT_SILENT);
	}
	if (look->showing) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_EXEMPTION_SHOWING);
	}
	if (look->unable || look->here == 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NO_DESKTOP_SESSION);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_EXEMPTION_SHOWN);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct look look = {0};

	if (!any_runs(ctx)) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_EXEMPTION);
	}
	for (size_t i = 0; i < ctx->n_people; i++) {
		person_take(ctx, &ctx->people[i], &look, v);
	}
	return judge(&look, v);
}

const struct check check_exempt_visible = {
	.id = "exempt.visible",
	.local_only = true,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
