/* SPDX-License-Identifier: Apache-2.0 */
#include "left-on.h"

#include "str.h"

#include <string.h>
#include <time.h>

#define MINUTE_S 60
#define HOURS_LOOK_S 900 /* how late another zone, which nothing announces, may be noticed */

/* "08:05" */
static int clock_minute(struct json_object *value, int *ret_minute)
{
	struct span text = span_z(
		json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "");
	struct span hour;
	uint64_t h, m;

	if (!span_next(&text, ':', &hour) || span_u64(hour, &h) < 0 || span_u64(text, &m) < 0 ||
		h > 24 || m > 59) {
		return -EINVAL;
	}
	*ret_minute = (int)(h * 60 + m);
	return 0;
}

static bool day_named(struct json_object *days, int weekday)
{
	static const char *const names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

	if (!json_object_is_type(days, json_type_array)) {
		return true;
	}
	for (size_t i = 0; i < json_object_array_length(days); i++) {
		struct json_object *day = json_object_array_get_idx(days, i);

		if (json_object_is_type(day, json_type_string) &&
			strcmp(json_object_get_string(day), names[weekday]) == 0) {
			return true;
		}
	}
	return false;
}

bool left_on_lesson(struct json_object *hours, int weekday, int minute)
{
	if (!json_object_is_type(hours, json_type_array)) {
		return true;
	}
	for (size_t i = 0; i < json_object_array_length(hours); i++) {
		struct json_object *one = json_object_array_get_idx(hours, i);
		int from, to;

		if (!json_object_is_type(one, json_type_object) ||
			clock_minute(json_object_object_get(one, "from"), &from) < 0 ||
			clock_minute(json_object_object_get(one, "to"), &to) < 0) {
			return true;
		}
		if (day_named(json_object_object_get(one, "days"), weekday) && minute >= from &&
			minute < to) {
			return true;
		}
	}
	return false;
}

static bool is_lesson(struct json_object *hours, int64_t wall_s)
{
	time_t now = (time_t)wall_s;
	struct tm local;

	if (!hours) {
		return true;
	}
	tzset(); /* localtime_r() alone never learns that the machine was given another zone */
	return !localtime_r(&now, &local) ||
	       left_on_lesson(hours, local.tm_wday, local.tm_hour * 60 + local.tm_min);
}

static bool has_device(const struct check_ctx *ctx, enum media_device device)
{
	struct media_nodes *nodes = calloc(1, sizeof(*nodes));
	bool has = !nodes || media_nodes_read(ctx->root, nodes) < 0;

	for (size_t i = 0; !has && i < nodes->len; i++) {
		has = nodes->items[i].device == device;
	}
	free(nodes);
	return has;
}

struct tally {
	size_t devices, left, unknown;
	int64_t due_ms; /* when the first of them has been on for too long; 0: none is on */
};

static void row_take(
	const struct media_row *row, bool lesson, int64_t limit_ms, int64_t now_ms, struct tally *t)
{
	int64_t since_ms = lesson ? row->left_ms : row->open_ms;

	t->devices++;
	if (row->state == MEDIA_STATE_UNKNOWN) {
		t->unknown++;
	} else if (since_ms > 0 && now_ms - since_ms > limit_ms) {
		t->left++;
	} else if (since_ms > 0 && (t->due_ms == 0 || since_ms + limit_ms < t->due_ms)) {
		t->due_ms = since_ms + limit_ms;
	}
}

static void set_due(int64_t due_s, struct verdict *v)
{
	if (v->due_s == 0 || due_s < v->due_s) {
		v->due_s = due_s;
	}
}

/* The minute at which these begin or end */
static void set_hours_due(struct json_object *hours, int64_t now_s, struct verdict *v)
{
	int64_t at_s = (now_s / MINUTE_S + 1) * MINUTE_S;
	bool now = is_lesson(hours, now_s);

	if (!hours) {
		return;
	}
	while (at_s < now_s + HOURS_LOOK_S && is_lesson(hours, at_s) == now) {
		at_s += MINUTE_S;
	}
	set_due(at_s, v);
}

static int conclude(const struct tally *t, const struct media_view *view, enum posture_reason none,
	struct verdict *v)
{
	if (t->left > 0) {
		verdict_note(v, "left-on", "%zu", t->left);
		return verdict_set(v, POSTURE_FAIL, POSTURE_LEFT_ON);
	}
	if (t->unknown > 0 || view->more) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_STREAMS_HIDDEN);
	}
	return t->devices > 0 ? verdict_set(v, POSTURE_PASS, POSTURE_NOT_LEFT_ON)
			      : verdict_set(v, POSTURE_NA, none);
}

int left_on_judge(const struct check_ctx *ctx, const char *id, enum media_device device,
	enum posture_reason none, struct verdict *v)
{
	struct json_object *hours = policy_control_value(ctx->policy, id, "lesson_hours");
	int64_t minutes = policy_control_number(ctx->policy, id, "minutes", LEFT_ON_MINUTES);
	bool lesson = is_lesson(hours, ctx->now.wall_s);
	/* so that a person is told when those are over, too */
	struct json_object *quiet = policy_control_value(ctx->policy, id, "quiet_hours");
	struct tally tally = {0};
	bool open = false;

	if (!ctx->media) {
		return has_device(ctx, device)
			       ? verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_FOLLOWED)
			       : verdict_set(v, POSTURE_NA, none);
	}
	for (size_t i = 0; i < ctx->media->len; i++) {
		const struct media_row *row = &ctx->media->rows[i];

		if (row->device == device) {
			row_take(row, lesson, minutes * MINUTE_S * 1000, ctx->now.boot_ms, &tally);
			open = open || row->open_ms > 0;
		}
	}
	if (tally.due_ms > 0) {
		set_due(ctx->now.wall_s + (tally.due_ms - ctx->now.boot_ms) / 1000 + 1, v);
	}
	if (open) {
		set_hours_due(hours, ctx->now.wall_s, v);
		set_hours_due(quiet, ctx->now.wall_s, v);
	}
	return conclude(&tally, ctx->media, none, v);
}
