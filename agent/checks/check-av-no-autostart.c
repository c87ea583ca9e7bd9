/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av.no-autostart: no meeting program of a fixed list starts with anybody's session. One that runs
 * unasked may hold camera and microphone, and rings into homework.
 */
#include "apps.h"
#include "people.h"

#include <inttypes.h>

#define ID "av.no-autostart"

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "snap"},
	{CHECK_INPUT_FILE, "usr/lib/sysimage/rpm"},
	{CHECK_INPUT_FILE, "var/lib/dpkg"},
	{CHECK_INPUT_FILE, "var/lib/flatpak/app"},
	{CHECK_INPUT_FILE, "var/lib/pacman/local"},
	{CHECK_INPUT_FILE, "var/lib/rpm"},
	{CHECK_INPUT_PEOPLE, NULL, PERSONAL_GROUP_AUTOSTART},
};

static int judge(
	const struct check_ctx *ctx, const struct personal *facts, void *data, struct verdict *v)
{
	int64_t n = facts->values[PERSONAL_AUTOSTART_CLIENTS];

	(void)ctx;
	(void)data;
	if (n > 0) {
		verdict_note(v, "clients-starting", "%" PRId64, n);
		return verdict_set(v, POSTURE_FAIL, POSTURE_CLIENT_AUTOSTARTS);
	}
	return n == 0 && facts->values[PERSONAL_AUTOSTART_UNSEEN] == 0
		       ? verdict_set(v, POSTURE_PASS, POSTURE_CLIENTS_BY_HAND)
		       : verdict_set(v, POSTURE_UNKNOWN, POSTURE_AUTOSTART_UNSEEN);
}

/* Not applicable only when it is sure that there is none: a person may have one of their own. */
static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct app_seen seen[APPS_MAX];
	int r = people_judge(ctx, judge, NULL, v);

	if (r != 0 || v->state != POSTURE_PASS ||
		apps_look(ctx, apps_clients, apps_clients_len, seen) != 0) {
		return r;
	}
	for (size_t i = 0; i < apps_clients_len; i++) {
		if (seen[i].packaged || seen[i].elsewhere) {
			return 0;
		}
	}
	return verdict_set(v, POSTURE_NA, POSTURE_NO_CLIENT);
}

const struct check check_av_no_autostart = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
