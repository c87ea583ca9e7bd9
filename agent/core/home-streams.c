/* SPDX-License-Identifier: Apache-2.0 */
#include "home-streams.h"

#include "str.h"

#define FORMAT 1

struct fields {
	struct json_object *captures, *films, *plays;
	int64_t format;
	bool sound, video;
};
static const struct json_field table[] = {
	{"captures", JSON_WANT_ARRAY, offsetof(struct fields, captures), true, MEDIA_KIND_COUNT},
	{"films", JSON_WANT_ARRAY, offsetof(struct fields, films), true, MEDIA_KIND_COUNT},
	{"format", JSON_WANT_INT, offsetof(struct fields, format), true, FORMAT},
	{"plays", JSON_WANT_ARRAY, offsetof(struct fields, plays), true, MEDIA_KIND_COUNT},
	{"sound", JSON_WANT_BOOL, offsetof(struct fields, sound), true, 0},
	{"video", JSON_WANT_BOOL, offsetof(struct fields, video), true, 0},
};

static int kinds_read(struct json_object *list, unsigned *ret_kinds)
{
	unsigned kinds = 0;

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *word = json_object_array_get_idx(list, i);
		enum media_kind kind;

		if (!json_object_is_type(word, json_type_string) ||
			media_kind_parse(span_z(json_object_get_string(word)), &kind) < 0) {
			return -EINVAL;
		}
		kinds |= 1U << kind;
	}
	*ret_kinds = kinds;
	return 0;
}

int home_streams_read(struct json_object *body, uid_t uid, struct media_streams *ret_streams)
{
	struct fields fields = {.format = 0};
	struct media_streams streams = {.uid = uid};
	int r = json_decode(body, table, ARRAY_LEN(table), &fields, NULL);

	if (r != 0) {
		return r < 0 ? r : -EINVAL;
	}
	if (kinds_read(fields.captures, &streams.captures) < 0 ||
		kinds_read(fields.films, &streams.films) < 0 ||
		kinds_read(fields.plays, &streams.plays) < 0) {
		return -EINVAL;
	}
	streams.sound_heard = fields.sound;
	streams.video_heard = fields.video;
	*ret_streams = streams;
	return 0;
}
