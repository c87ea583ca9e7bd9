/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario.h"

#include <stdio.h>

static int64_t ago(struct json_object *row, const char *name, struct clock_now now)
{
	struct json_object *value = NULL;

	return json_object_object_get_ex(row, name, &value)
		       ? now.boot_ms - json_object_get_int64(value) * 1000
		       : 0;
}

static int rows_read(struct json_object *list, enum media_device device, struct clock_now now,
	struct media_view *view)
{
	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		struct json_object *one = json_object_array_get_idx(list, i);
		struct media_row *row = &view->rows[view->len];
		const char *word = json_object_get_string(json_object_object_get(one, "state"));

		if (view->len == MEDIA_NODES_MAX || !word) {
			return -EINVAL;
		}
		*row = (struct media_row){.device = device,
			.open_ms = ago(one, "open", now),
			.left_ms = ago(one, "left", now)};
		if (media_state_parse(span_z(word), &row->state) < 0) {
			printf("# media: no state: %s\n", word);
			return -EINVAL;
		}
		view->len++;
	}
	return 0;
}

int scenario_media(struct json_object *facts, struct clock_now now, struct media_view **ret_view)
{
	struct json_object *media = NULL, *more = NULL;
	struct media_view *view;
	int r;

	if (!facts || !json_object_object_get_ex(facts, "media", &media)) {
		return 0;
	}
	view = calloc(1, sizeof(*view));
	if (!view) {
		return -ENOMEM;
	}
	view->more =
		json_object_object_get_ex(media, "more", &more) && json_object_get_boolean(more);
	r = rows_read(json_object_object_get(media, "cameras"), MEDIA_CAMERA, now, view);
	if (r == 0) {
		r = rows_read(
			json_object_object_get(media, "microphones"), MEDIA_MICROPHONE, now, view);
	}
	if (r < 0) {
		free(view);
		return r;
	}
	*ret_view = view;
	return 0;
}
