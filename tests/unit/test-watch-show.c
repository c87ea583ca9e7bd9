/* SPDX-License-Identifier: Apache-2.0 */
/* What `caretaker watch` shows of an answer, and what it takes for none. */
#include "fd.h"
#include "unit.h"
#include "watch-show.h"

#include <fcntl.h>

#define DEVICE(number, state, kind, reason, since)                                                \
	"{\"kind\":" kind ",\"number\":" number ",\"reason\":" reason ",\"since_seconds\":" since \
	",\"state\":\"" state "\"}"
#define VIEW(cameras, microphones)                                                            \
	"{\"cameras\":[" cameras "],\"format\":1,\"microphones\":[" microphones "],\"more\":" \
	"false}"
#define IDLE DEVICE("1", "idle", "null", "null", "null")

static struct text_catalogue *texts;
static const struct term term = {.width = 80};

static int load(void **state)
{
	cleanup(fd_close) int dir = fd_open_dir(AT_FDCWD, TEXTS_DIR);

	(void)state;
	return dir < 0 ? dir : text_open(dir, NULL, &texts);
}

static int unload(void **state)
{
	(void)state;
	text_free(texts);
	return 0;
}

static int read_view(const char *text, struct watch_view *view)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct json_error error = {0};

	assert_int_equal(json_parse(span_z(text), &object, NULL), 0);
	return watch_view_read(object, 1000000, view, &error);
}

static void assert_page(struct page *page, const char *wanted)
{
	assert_int_equal(page_error(page), 0);
	assert_string_equal(page->out.p ? page->out.p : "", wanted);
	page_finish(page);
}

static void test_live(void **state)
{
	struct page page = {.term = &term, .texts = texts};
	struct watch_view view;

	(void)state;
	assert_int_equal(read_view(VIEW(DEVICE("1", "meeting", "\"conferencing\"", "null", "180"),
					   DEVICE("1", "idle", "null", "\"daemon\"", "7")),
				 &view),
		0);
	watch_show_all(&page, &view, 1000000);
	assert_page(&page, "Live, and nothing is kept. Ctrl-C ends it.\n\n"
			   "* Camera 1: in use in a meeting, by a meeting program, began 3 minutes "
			   "ago\n"
			   "- Microphone 1: not used (the desktop's own service has it ready)\n");
}

/* read_view is told that the machine has been up for a thousand seconds. */
static void test_longer_than_up(void **state)
{
	struct page page = {.term = &term, .texts = texts};
	struct watch_view view;

	(void)state;
	assert_int_equal(
		read_view(VIEW(DEVICE("1", "other", "\"recorder\"", "null", "7200"), ""), &view),
		0);
	watch_show_all(&page, &view, 1000000);
	assert_page(&page, "Live, and nothing is kept. Ctrl-C ends it.\n\n"
			   "! Camera 1: in use, without a meeting, by a recorder, began 2 hours "
			   "ago\n");
}

static void test_nothing_there(void **state)
{
	struct page page = {.term = &term, .texts = texts};
	struct watch_view view;

	(void)state;
	assert_int_equal(read_view(VIEW("", ""), &view), 0);
	watch_show_all(&page, &view, 1000000);
	assert_page(&page, "Live, and nothing is kept. Ctrl-C ends it.\n\n"
			   "There is no camera or microphone here, or it is switched off.\n");
	page = (struct page){.term = &term, .texts = texts};
	watch_show_changes(&page, &view, NULL);
	assert_page(&page, "There is no camera or microphone here, or it is switched off.\n");
	page = (struct page){.term = &term, .texts = texts};
	watch_show_changes(&page, &view, &view);
	assert_page(&page, "");
}

/* How long it has been so is no change, and the same again is no line. */
static void test_changes(void **state)
{
	struct page page = {.term = &term, .texts = texts};
	struct watch_view first, later, last;

	(void)state;
	assert_int_equal(
		read_view(VIEW(IDLE, DEVICE("1", "other", "\"browser\"", "null", "1")), &first), 0);
	assert_int_equal(
		read_view(VIEW(IDLE, DEVICE("1", "other", "\"browser\"", "null", "99")), &later),
		0);
	assert_int_equal(
		read_view(
			VIEW(DEVICE("1", "off", "null", "\"privacy-switch\"", "null"), ""), &last),
		0);
	watch_show_changes(&page, &first, NULL);
	assert_page(&page,
		"- Camera 1: not used\n! Microphone 1: in use, without a meeting, by a browser\n");
	page = (struct page){.term = &term, .texts = texts};
	watch_show_changes(&page, &later, &first);
	assert_page(&page, "");
	page = (struct page){.term = &term, .texts = texts};
	watch_show_changes(&page, &last, &later);
	assert_page(&page, "x Camera 1: off (by a switch or cover of its own)\n"
			   "Microphone 1: unplugged or switched off\n");
}

static void test_other_answers(void **state)
{
	static const char *const answers[] = {"{}",
		"{\"cameras\":{},\"format\":1,\"microphones\":[]}",
		VIEW(DEVICE("1", "filming", "null", "null", "null"), ""),
		VIEW(DEVICE("-1", "idle", "null", "null", "null"), ""),
		VIEW(DEVICE("1", "idle", "7", "null", "null"), ""),
		VIEW(DEVICE("1", "idle", "null", "null", "-5"), ""),
		VIEW(DEVICE("1", "idle", "null", "null", "9000000000000000000"), ""),
		VIEW(DEVICE("1", "idle", "null", "null", "\"1\""), "")};
	struct watch_view view;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		assert_int_not_equal(read_view(answers[i], &view), 0);
	}
}

/* A word of a newer caretakerd says nothing here, and is never printed. */
static void test_unknown_words(void **state)
{
	struct page page = {.term = &term, .texts = texts};
	struct watch_view view;

	(void)state;
	assert_int_equal(
		read_view(
			VIEW(DEVICE("1", "other", "\"\\u001b[2J\"", "\"new\"", "null"), ""), &view),
		0);
	watch_show_changes(&page, &view, NULL);
	assert_page(&page, "! Camera 1: in use, without a meeting\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_longer_than_up),
		cmocka_unit_test(test_nothing_there),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_other_answers),
		cmocka_unit_test(test_unknown_words),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
