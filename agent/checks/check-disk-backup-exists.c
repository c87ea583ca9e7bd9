/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk.backup-exists: a backup succeeded in the last days ("max_age_days"). Deja Dup writes down
 * when one did. For other programs the policy may name "stamps", files that a backup writes when it
 * succeeded (ExecStartPost= of a service runs after success alone, systemd.service(5)), and
 * "timers": a timer's stamp (systemd.timer(5), Persistent=), like Borg's own, proves that something
 * began, so that an old one proves that nothing succeeded since, and a new one nothing at all.
 */
#include "people.h"

#include <stdio.h>
#include <string.h>

#define ID "disk.backup-exists"
#define AGE_MAX_DAYS 14
#define NAMES_MAX 32
#define BORG "root/.config/borg/security"
#define BORG_REPOSITORIES_MAX 64

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, BORG},
	{CHECK_INPUT_FILE, "var/lib/systemd/timers"},
	{CHECK_INPUT_PEOPLE, NULL, PERSONAL_GROUP_BACKUP},
};

struct times {
	int64_t success_s; /* 0: none known */
	int64_t began_s;
	bool named; /* the policy names a stamp or a timer */
	bool refused;
};

static void time_take(const struct sysroot *root, const char *path, int64_t *newest, bool *refused)
{
	struct stat st;
	int r = sysroot_stat(root, path, &st);

	*refused = *refused || r == -EACCES || r == -EPERM;
	if (r == 0 && S_ISREG(st.st_mode) && st.st_mtime > *newest) {
		*newest = st.st_mtime;
	}
}

static const char *name_at(struct json_object *list, size_t i)
{
	struct json_object *item = json_object_array_get_idx(list, i);

	return json_object_is_type(item, json_type_string) ? json_object_get_string(item) : "";
}

/* Only below /var, and looked at without being opened: a policy cannot lead anywhere else. */
static void stamps_take(const struct check_ctx *ctx, struct times *times)
{
	struct json_object *list = policy_control_value(ctx->policy, ID, "stamps");

	if (!json_object_is_type(list, json_type_array)) {
		return;
	}
	for (size_t i = 0; i < json_object_array_length(list) && i < NAMES_MAX; i++) {
		const char *path = name_at(list, i);

		if (path[0] == '/' && strncmp(path + 1, "var/", 4) == 0 && !strstr(path, "..")) {
			times->named = true;
			time_take(ctx->root, path + 1, &times->success_s, &times->refused);
		}
	}
}

static void timers_take(const struct check_ctx *ctx, struct times *times)
{
	struct json_object *list = policy_control_value(ctx->policy, ID, "timers");

	if (!json_object_is_type(list, json_type_array)) {
		return;
	}
	for (size_t i = 0; i < json_object_array_length(list) && i < NAMES_MAX; i++) {
		const char *timer = name_at(list, i);
		char path[320];

		if (timer[0] && !strchr(timer, '/') && strlen(timer) < 256) {
			times->named = true;
			snprintf(path, sizeof(path), "var/lib/systemd/timers/stamp-%s", timer);
			time_take(ctx->root, path, &times->began_s, &times->refused);
		}
	}
}

static int borg_take(const struct check_ctx *ctx, struct times *times)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(ctx->root, BORG, &names);

	for (size_t i = 0; i < names.len && i < BORG_REPOSITORIES_MAX; i++) {
		char path[400];

		snprintf(path, sizeof(path), BORG "/%.255s/manifest-timestamp", names.names[i]);
		time_take(ctx->root, path, &times->began_s, &times->refused);
	}
	return r == -ENOMEM ? r : 0;
}

struct question {
	struct times times;
	int64_t oldest_s; /* what is before is too old */
};

static int64_t day_start(int64_t day)
{
	return day >= 0 ? day * CLOCK_DAY_S : 0;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* A day is known for these, so that its end counts. */
static int judge_times(const struct check_ctx *ctx, const struct question *question,
	const struct times *times, struct verdict *v)
{
	int64_t newest = larger(times->success_s, times->began_s);

	if (newest > ctx->now.wall_s + CLOCK_DAY_S) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_CLOCK_NOT_TRUSTED);
	}
	if (times->success_s >= question->oldest_s) {
		v->due_s = times->success_s + (ctx->now.wall_s - question->oldest_s) + 1;
		return verdict_set(v, POSTURE_PASS, POSTURE_BACKUP_RECENT);
	}
	if (times->began_s >= question->oldest_s) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_BACKUP_NOT_PROVED);
	}
	if (newest > 0 || times->named) {
		return times->refused && newest == 0
			       ? verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED)
			       : verdict_set(v, POSTURE_FAIL, POSTURE_BACKUP_OLD);
	}
	return verdict_set(v, POSTURE_UNKNOWN, POSTURE_BACKUP_TOOL_UNKNOWN);
}

static int person_judge(
	const struct check_ctx *ctx, const struct personal *facts, void *data, struct verdict *v)
{
	const struct question *question = data;
	int64_t deja_dup = facts->values[PERSONAL_BACKUP_DEJA_DUP_DAY];
	int64_t borg = facts->values[PERSONAL_BACKUP_BORG_DAY];
	struct times times = question->times;
	int r;

	if (deja_dup >= 0) {
		times.success_s = larger(times.success_s, day_start(deja_dup) + CLOCK_DAY_S - 1);
	}
	if (borg >= 0) {
		times.began_s = larger(times.began_s, day_start(borg) + CLOCK_DAY_S - 1);
	}
	r = judge_times(ctx, question, &times, v);
	/* What was not seen may be the backup that is missing. */
	if (v->state == POSTURE_FAIL &&
		(deja_dup == PERSONAL_NOT_SEEN || borg == PERSONAL_NOT_SEEN)) {
		verdict_set(v, POSTURE_UNKNOWN, POSTURE_BACKUP_TOOL_UNKNOWN);
	}
	return r;
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	int64_t days = policy_control_number(ctx->policy, ID, "max_age_days", AGE_MAX_DAYS);
	struct json_object *server = policy_control_value(ctx->policy, ID, "files_on_server");
	struct question question = {.oldest_s = ctx->now.wall_s - days * CLOCK_DAY_S};
	int r;

	if (json_object_get_boolean(server)) {
		return verdict_set(v, POSTURE_NA, POSTURE_FILES_ON_SERVER);
	}
	stamps_take(ctx, &question.times);
	timers_take(ctx, &question.times);
	r = borg_take(ctx, &question.times);
	if (r < 0) {
		return r;
	}
	/* One for the whole computer is everybody's. */
	if (question.times.success_s >= question.oldest_s) {
		return judge_times(ctx, &question, &question.times, v);
	}
	return people_judge(ctx, person_judge, &question, v);
}

const struct check check_disk_backup_exists = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
