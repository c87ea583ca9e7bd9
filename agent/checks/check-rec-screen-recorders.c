/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rec.screen-recorders: none of the known screen recorders is installed, neither for all nor by a
 * person for themselves. Of private devices and of the staff's ("staff": true in the policy) it is
 * nobody's business. The recorder of the desktop itself, or a phone before the screen, is not seen.
 */
#include "apps.h"
#include "people.h"
#include "recorders.h"

#define ID "rec.screen-recorders"

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "snap"},
	{CHECK_INPUT_FILE, "var/lib/dpkg"},
	{CHECK_INPUT_FILE, "var/lib/flatpak/app"},
	{CHECK_INPUT_PEOPLE, NULL, PERSONAL_GROUP_RECORDINGS},
};

/* Snaps have the names of the packages. */
static const struct app recorders[] = {
#define X(package, id) {package, {"snap/" package, "var/lib/flatpak/app/" id}},
	RECORDERS_FLATPAKS(X)
#undef X
#define X(package) {package, {"snap/" package}},
		RECORDERS_OTHERS(X)
#undef X
};

static int person_judge(
	const struct check_ctx *ctx, const struct personal *facts, void *data, struct verdict *v)
{
	int64_t n = facts->values[PERSONAL_RECORDINGS_RECORDERS];

	(void)ctx;
	(void)data;
	if (n < 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SETTINGS_NOT_READ);
	}
	return n > 0 ? verdict_set(v, POSTURE_FAIL, POSTURE_RECORDER_INSTALLED)
		     : verdict_set(v, POSTURE_PASS, POSTURE_NO_RECORDER);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct app_seen seen[APPS_MAX];
	size_t n = 0;
	int r;

	if (policy_owner(ctx->policy) == POLICY_PRIVATE) {
		return verdict_set(v, POSTURE_NA, POSTURE_PRIVATE_DEVICE);
	}
	if (json_object_get_boolean(policy_control_value(ctx->policy, ID, "staff"))) {
		return verdict_set(v, POSTURE_NA, POSTURE_STAFF_DEVICE);
	}
	r = apps_look(ctx, recorders, ARRAY_LEN(recorders), seen);
	if (r < 0) {
		return r;
	}
	for (size_t i = 0; i < ARRAY_LEN(recorders); i++) {
		n += seen[i].packaged || seen[i].elsewhere;
	}
	if (n > 0) {
		verdict_note(v, "recorders", "%zu", n);
		return verdict_set(v, POSTURE_FAIL, POSTURE_RECORDER_INSTALLED);
	}
	return r != 0 ? apps_explain(r, v) : people_judge(ctx, person_judge, NULL, v);
}

const struct check check_rec_screen_recorders = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
