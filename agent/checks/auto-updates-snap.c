/* SPDX-License-Identifier: Apache-2.0 */
#include "auto-updates.h"

#include "json.h"

#include <stdio.h>
#include <string.h>

#define STATE "var/lib/snapd/state.json"
#define STATE_MAX ((size_t)8 << 20)
#define STATE_VALUES_MAX ((size_t)200000)
/* A week or two off is what somebody plans for; longer than fixes may wait is not. */
#define HOLD_DAYS_MAX 14

static bool snaps_there(const struct sysroot *root)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};

	if (sysroot_list(root, "var/lib/snapd/snaps", &names) != 0) {
		return false;
	}
	for (size_t i = 0; i < names.len; i++) {
		const char *dot = strrchr(names.names[i], '.');

		if (dot && strcmp(dot, ".snap") == 0) {
			return true;
		}
	}
	return false;
}

/* refresh.hold of the system (snap set system): "forever", a date, or nothing; NULL for nothing */
static const char *hold_find(struct json_object *state)
{
	static const char *const path[] = {"data", "config", "core", "refresh", "hold"};
	struct json_object *value = state;

	for (size_t i = 0; i < ARRAY_LEN(path); i++) {
		if (!json_object_is_type(value, json_type_object) ||
			!json_object_object_get_ex(value, path[i], &value)) {
			return NULL;
		}
	}
	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

/* Its date alone is looked at, in whatever zone it is told. */
static bool hold_long(const char *hold, int64_t now)
{
	char date[11];
	int64_t until = 0;

	snprintf(date, sizeof(date), "%s", hold);
	return strcmp(hold, "forever") == 0 || (clock_parse(date, strlen(date), &until) == 0 &&
						       until - now > HOLD_DAYS_MAX * CLOCK_DAY_S);
}

int auto_updates_judge_snap(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(free_ptr) char *text = NULL;
	cleanup(json_put) struct json_object *state = NULL;
	const char *hold;
	size_t len = 0;
	int r;

	if (!snaps_there(ctx->root)) {
		return 0;
	}
	r = sysroot_read(ctx->root, STATE, STATE_MAX, &text, &len);
	if (r == 0) {
		r = json_parse_bounded((struct span){text, len}, STATE_VALUES_MAX, &state, NULL);
	}
	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0) {
		return verdict_set(v, POSTURE_UNKNOWN,
			r == -EACCES || r == -EPERM ? POSTURE_NOT_PERMITTED
						    : POSTURE_FORMAT_UNKNOWN);
	}
	hold = hold_find(state);
	return hold && hold_long(hold, ctx->now.wall_s)
		       ? verdict_set(v, POSTURE_FAIL, POSTURE_AUTO_UPDATES_OFF)
		       : 0;
}
