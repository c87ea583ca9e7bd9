/* SPDX-License-Identifier: Apache-2.0 */
/* Cameras and microphones as `media` answers them (ARCHITECTURE.md), shown live or line by line. */
#pragma once

#include "cli.h"

#define WATCH_DEVICES_MAX 64 /* of each kind */
#define WATCH_NOT_TOLD INT64_MIN

struct watch_device {
	bool microphone;
	int64_t number;
	const char *state, *kind, *reason; /* closed words, static; NULL where there is none */
	/* Boot clock, or WATCH_NOT_TOLD. Below 0 where an answer goes back before the boot. */
	int64_t since_boot_ms;
};

struct watch_view {
	struct watch_device devices[2 * WATCH_DEVICES_MAX];
	size_t len;
	bool more; /* there are more than caretakerd follows */
};

/* JSON_E_* with error filled. now_ms: boot clock at which reply came */
must_check int watch_view_read(struct json_object *reply, int64_t now_ms,
	struct watch_view *ret_view, struct json_error *error);
/* The whole view, as paragraphs */
void watch_show_all(struct page *page, const struct watch_view *view, int64_t now_ms);
/* A line for each device that is other than in before, or gone; before NULL: for each */
void watch_show_changes(
	struct page *page, const struct watch_view *view, const struct watch_view *before);
