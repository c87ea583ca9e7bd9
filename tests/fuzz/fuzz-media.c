/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel, udev and a worker say of cameras and microphones; the first byte says who. */
#include "home-streams.h"
#include "media-holders.h"
#include "media-program.h"
#include "fuzz.h"

static void streams_fuzz(struct span text)
{
	cleanup(json_put) struct json_object *body = NULL;
	struct media_streams streams;

	if (json_parse(text, &body, NULL) == 0 && body &&
		json_object_is_type(body, json_type_object) &&
		home_streams_read(body, 1000, &streams) == 0) {
		FUZZ_REQUIRE(streams.uid == 1000);
		FUZZ_REQUIRE(
			!((streams.captures | streams.films | streams.plays) >> MEDIA_KIND_DAEMON));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data + 1, size > 0 ? size - 1 : 0};
	struct media_pcm pcm;
	struct media_map map;
	enum media_kind kind;
	bool known;
	pid_t pid;

	if (size == 0) {
		return 0;
	}
	switch (data[0]) {
	case 'p':
		if (media_pcm_parse(text, &pcm) == 0) {
			FUZZ_REQUIRE(pcm.owner >= 0);
		}
		break;
	case 'm':
		if (media_map_parse(text, &map) == 0) {
			FUZZ_REQUIRE(map.path.len <= text.len);
		}
		break;
	case 'l':
		if (media_last_parse(text, &pid) == 0) {
			FUZZ_REQUIRE(pid > 0);
		}
		break;
	case 'u':
		FUZZ_REQUIRE(!media_udev_captures(text, &known) || known);
		break;
	case 'e':
		FUZZ_REQUIRE(media_program_judge(text, text) < MEDIA_KIND_COUNT);
		break;
	case 'k':
		FUZZ_REQUIRE(media_kind_parse(text, &kind) < 0 || kind < MEDIA_KIND_DAEMON);
		break;
	default:
		streams_fuzz(text);
	}
	return 0;
}
