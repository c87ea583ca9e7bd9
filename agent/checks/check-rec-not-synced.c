/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rec.not-synced: the recordings lie in no folder that a program copies to a cloud, save those of
 * the policy's list "allowed": "nextcloud", "onedrive", ...
 */
#include "recordings.h"

#include <string.h>

#define ID "rec.not-synced"

static const struct check_input inputs[] = {
	{CHECK_INPUT_PEOPLE, NULL, PERSONAL_GROUP_RECORDINGS},
};

static const struct {
	const char *word;
	unsigned sync;
} words[] = {
	{"dropbox", PERSONAL_SYNC_DROPBOX},
	{"gvfs", PERSONAL_SYNC_GVFS},
	{"nextcloud", PERSONAL_SYNC_NEXTCLOUD},
	{"onedrive", PERSONAL_SYNC_ONEDRIVE},
	{"rclone", PERSONAL_SYNC_RCLONE},
	{"syncthing", PERSONAL_SYNC_SYNCTHING},
};

static unsigned sync_of_word(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(words[i].word, word) == 0) {
			return words[i].sync;
		}
	}
	return 0;
}

static unsigned allowed_by(const struct policy *policy)
{
	struct json_object *list = policy_control_value(policy, ID, "allowed");
	unsigned allowed = 0;

	if (!json_object_is_type(list, json_type_array)) {
		return 0;
	}
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *item = json_object_array_get_idx(list, i);

		if (json_object_is_type(item, json_type_string)) {
			allowed |= sync_of_word(json_object_get_string(item));
		}
	}
	return allowed;
}

static int judge(
	const struct check_ctx *ctx, const struct personal *facts, void *data, struct verdict *v)
{
	unsigned sync;

	(void)data;
	if (!recordings_there(facts, v)) {
		return 0;
	}
	sync = (unsigned)facts->values[PERSONAL_RECORDINGS_SYNC] & ~allowed_by(ctx->policy);
	if (sync & ~PERSONAL_SYNC_UNKNOWN) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_RECORDINGS_SYNCED);
	}
	if (sync != 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SYNC_UNKNOWN);
	}
	if (!recordings_all_seen(facts)) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_RECORDINGS_UNSEEN);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_RECORDINGS_STAY);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	return recordings_agreed(ctx, ID, v) ? people_judge(ctx, judge, NULL, v) : 0;
}

const struct check check_rec_not_synced = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
