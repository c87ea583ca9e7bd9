/* SPDX-License-Identifier: Apache-2.0 */
/* What caretakerd answers is decoded, and shown without a byte that could drive a terminal. */
#include "fuzz.h"

#include "answer.h"
#include "change.h"
#include "page.h"
#include "say.h"

#include <fcntl.h>
#include <string.h>

static void require_tame(const struct page *page)
{
	for (size_t i = 0; i < page->out.len; i++) {
		unsigned char c = (unsigned char)page->out.p[i];

		FUZZ_REQUIRE(c == '\n' || (c >= 0x20 && c != 0x7f));
	}
	FUZZ_REQUIRE(utf8_valid((struct span){page->out.p ? page->out.p : "", page->out.len}));
}

static void show(struct json_object *object, struct text_catalogue *texts)
{
	static const struct term term = {.width = 40, .utf8 = true};
	cleanup(answer_finish) struct answer answer = {0};
	struct page page = {.term = &term, .texts = texts, .out = {.max = PAGE_MAX}};
	struct changes changes;

	if (answer_read(object, &answer, NULL) == 0) {
		say_headline(&page, &answer);
		say_tally(&page, &answer);
		say_clients(&page, &answer, 1800000000);
		say_reports(&page, &answer, 1800000000);
	}
	if (changes_count(object, &changes, NULL) == 0) {
		changes_show(&page, object, TEXTS_DIR "/..");
	}
	require_tame(&page);
	page_finish(&page);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(json_put) struct json_object *object = NULL;
	cleanup(text_free_p) struct text_catalogue *texts = NULL;
	cleanup(fd_close) int dir = -1;

	if (json_parse((struct span){(const char *)bytes, len}, &object, NULL) != 0) {
		return 0;
	}
	dir = open(TEXTS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	FUZZ_REQUIRE(dir >= 0 && text_open(dir, NULL, &texts) == 0);
	if (json_object_is_type(object, json_type_object)) {
		show(object, texts);
	}
	return 0;
}
