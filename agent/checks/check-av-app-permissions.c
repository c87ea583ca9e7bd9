/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av.app-permissions: of the apps in a sandbox, only meeting programs and browsers of the fixed
 * lists may use the camera (and of snaps, record sound). Flatpaks are each person's claim
 * (personal-sandbox.c); snaps are snapd's state. How many there are is noted, never which.
 */
#include "media-program.h"
#include "people.h"
#include "snapd-state.h"

#include <inttypes.h>

#define ID "av.app-permissions"

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, SNAPD_STATE},
	{CHECK_INPUT_PEOPLE, NULL, PERSONAL_GROUP_SANDBOX},
};

struct snaps {
	int64_t seen, others;
	bool unseen;
};

static int judge(
	const struct check_ctx *ctx, const struct personal *facts, void *data, struct verdict *v)
{
	const int64_t *values = facts->values;

	(void)ctx;
	(void)data;
	if (values[PERSONAL_SANDBOX_CAMERA_OTHERS] > 0) {
		verdict_note(
			v, "apps-may-film", "%" PRId64, values[PERSONAL_SANDBOX_CAMERA_OTHERS]);
		return verdict_set(v, POSTURE_FAIL, POSTURE_APP_MAY_FILM);
	}
	if (values[PERSONAL_SANDBOX_CAMERA_OTHERS] != 0 || values[PERSONAL_SANDBOX_UNSEEN] != 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_APP_PERMISSIONS_UNSEEN);
	}
	if (values[PERSONAL_SANDBOX_APPS] == 0) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_SANDBOXED_APPS);
	}
	return values[PERSONAL_SANDBOX_STORE] == 1
		       ? verdict_set(v, POSTURE_PASS, POSTURE_APPS_APPROVED_ONLY)
		       : verdict_set(v, POSTURE_UNKNOWN, POSTURE_PERMISSION_STORE_ABSENT);
}

static int snap_take(const struct snapd_snap *snap, void *data)
{
	struct snaps *snaps = data;

	(void)snap;
	snaps->seen++;
	return 0;
}

static int plug_take(struct span snap, void *data)
{
	struct snaps *snaps = data;
	enum media_kind kind = media_program_name(snap);

	snaps->others += kind != MEDIA_KIND_CONFERENCING && kind != MEDIA_KIND_BROWSER;
	return 0;
}

static int look_snaps(const struct check_ctx *ctx, struct snaps *snaps)
{
	cleanup(snapd_state_finish) struct snapd_state state = {.json = NULL};
	int r = snapd_state_read(ctx->root, &state);

	if (r != 0) {
		snaps->unseen = r > 0;
		return r > 0 ? 0 : r;
	}
	r = snapd_state_each(&state, snap_take, snaps);
	if (r == 0) {
		r = snapd_state_each_plug(&state, "camera", plug_take, snaps);
	}
	return r == 0 ? snapd_state_each_plug(&state, "audio-record", plug_take, snaps) : r;
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct snaps snaps = {0};
	int r = look_snaps(ctx, &snaps);

	if (r < 0) {
		return r;
	}
	if (snaps.others > 0) {
		verdict_note(v, "apps-may-film", "%" PRId64, snaps.others);
		return verdict_set(v, POSTURE_FAIL, POSTURE_APP_MAY_FILM);
	}
	r = people_judge(ctx, judge, NULL, v);
	if (r < 0 || v->state == POSTURE_FAIL || v->state == POSTURE_UNKNOWN) {
		return r;
	}
	if (snaps.unseen) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_APP_PERMISSIONS_UNSEEN);
	}
	return v->state == POSTURE_NA && snaps.seen > 0
		       ? verdict_set(v, POSTURE_PASS, POSTURE_APPS_APPROVED_ONLY)
		       : 0;
}

const struct check check_av_app_permissions = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
