/* SPDX-License-Identifier: Apache-2.0 */
#include "fd.h"
#include "fuzz.h"
#include "message.h"

#include <fcntl.h>
#include <string.h>

#define PART 150

/* Each part ends and is no more than asked for, or one sentence; together they are the text. */
static void take_parts(const char *text)
{
	for (size_t len; *text != '\0'; text += len) {
		len = message_part(text, PART);
		FUZZ_REQUIRE(len > 0 && len <= strlen(text));
		FUZZ_REQUIRE(len <= PART || len == message_part(text, 0));
	}
	FUZZ_REQUIRE(message_part(text, PART) == 0);
}

/* Whatever is taken can be written as text, and fits. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct text_catalogue *catalogue;
	cleanup(json_put) struct json_object *object = NULL;
	struct json_object *messages;

	if (!catalogue) {
		cleanup(fd_close) int dir = fd_open_dir(AT_FDCWD, TEXTS_DIR);

		FUZZ_REQUIRE(text_open(dir, NULL, &catalogue) == 0);
	}
	if (json_parse((struct span){(const char *)bytes, len}, &object, NULL) != 0 ||
		messages_read(object, &messages) != 0) {
		return 0;
	}
	for (size_t i = 0; i < json_object_array_length(messages); i++) {
		cleanup(message_text_finish) struct message_text text = {0};

		if (message_write(json_object_array_get_idx(messages, i), catalogue, &text) == 0) {
			FUZZ_REQUIRE(text.title.len > 0 && text.title.len <= MESSAGE_TEXT_MAX);
			FUZZ_REQUIRE(text.body.len > 0 && text.body.len <= MESSAGE_TEXT_MAX);
			take_parts(text.body.p);
			take_parts(text.steps.p ? text.steps.p : "");
		}
	}
	return 0;
}
