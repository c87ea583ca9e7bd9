/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.join-muted: people join the school's meetings with camera and microphone off. That is set in
 * the account of the meeting provider, which no device can see. Whoever can may say in the policy
 * what is set there and when they looked ("attested"); such a word holds "max_attested_days".
 */
#include "check.h"

#include <string.h>

#define ID "conf.join-muted"
#define ATTESTED_MAX_DAYS 90

static int attested_judge(
	const struct check_ctx *ctx, struct json_object *attested, struct verdict *v)
{
	int64_t days =
		policy_control_number(ctx->policy, ID, "max_attested_days", ATTESTED_MAX_DAYS);
	struct json_object *muted = json_object_object_get(attested, "muted");
	struct json_object *on = json_object_object_get(attested, "on");
	const char *date =
		json_object_is_type(on, json_type_string) ? json_object_get_string(on) : "";
	int64_t said_s;

	if (!json_object_is_type(muted, json_type_boolean) ||
		clock_parse(date, strlen(date), &said_s) < 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_PROVIDER_NOT_SEEN);
	}
	/* One of tomorrow is a slip of the pen or of the clock. */
	if (said_s > ctx->now.wall_s || ctx->now.wall_s - said_s > days * CLOCK_DAY_S) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_ATTESTED_LONG_AGO);
	}
	v->due_s = said_s + days * CLOCK_DAY_S + 1;
	return json_object_get_boolean(muted) ? verdict_set(v, POSTURE_PASS, POSTURE_JOINS_MUTED)
					      : verdict_set(v, POSTURE_FAIL, POSTURE_JOINS_OPEN);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct json_object *provider = policy_control_value(ctx->policy, ID, "provider");
	struct json_object *attested = policy_control_value(ctx->policy, ID, "attested");

	if (!json_object_is_type(provider, json_type_string) ||
		json_object_get_string_len(provider) == 0) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_PROVIDER);
	}
	if (!json_object_is_type(attested, json_type_object)) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_PROVIDER_NOT_SEEN);
	}
	return attested_judge(ctx, attested, v);
}

const struct check check_conf_join_muted = {
	.id = ID,
	.run = run,
};
