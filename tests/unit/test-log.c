/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"
#include "unit.h"

#include <fcntl.h>
#include <sys/socket.h>

struct capture {
	int saved, ends[2];
};

/* stderr becomes what can be read: a socket, as the journal has, or a pipe */
static struct capture capture_start(bool journal)
{
	struct capture c = {.saved = dup(STDERR_FILENO)};

	if (journal) {
		assert_int_equal(
			socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, c.ends),
			0);
	} else {
		assert_int_equal(pipe2(c.ends, O_CLOEXEC | O_NONBLOCK), 0);
	}
	assert_int_equal(dup2(c.ends[1], STDERR_FILENO), STDERR_FILENO);
	return c;
}

static void capture_end(struct capture *c, char *text, size_t size)
{
	ssize_t n = read(c->ends[0], text, size - 1);

	assert_int_equal(dup2(c->saved, STDERR_FILENO), STDERR_FILENO);
	close(c->saved);
	close(c->ends[0]);
	close(c->ends[1]);
	text[n < 0 ? 0 : n] = '\0';
}

static void lines_carry_their_level(void **state)
{
	struct capture c = capture_start(true);
	char text[4096];

	(void)state;
	log_open("caretakerd", false);
	errno = ENOENT;
	log_error("could not %s", "read");
	assert_int_equal(errno, ENOENT);
	log_warning("w");
	log_info("i");
	log_debug("never");
	log_open("caretakerd", true);
	log_debug("d");
	capture_end(&c, text, sizeof(text));
	assert_string_equal(text, "<3>caretakerd: could not read\n<4>caretakerd: w\n"
				  "<6>caretakerd: i\n<7>caretakerd: d\n");
}

static void people_see_no_level(void **state)
{
	struct capture c = capture_start(false);
	char text[4096];

	(void)state;
	log_open("caretaker-server", false);
	log_error("could not %s", "read");
	capture_end(&c, text, sizeof(text));
	assert_string_equal(text, "caretaker-server: could not read\n");
}

static void one_event_is_one_line(void **state)
{
	struct capture c = capture_start(true);
	const char first[] = "<3>caretakerd: a?<0>forged: ??[2J\n";
	char text[4096], longest[3000];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	log_open("caretakerd", false);
	log_error("a\n<0>forged: %s\x1b[2J", "\xff");
	log_error("%s", longest);
	capture_end(&c, text, sizeof(text));
	assert_memory_equal(text, first, strlen(first));
	/* The long one is cut, and still ends its line. */
	assert_true(strlen(text) > strlen(first) + 1000 && strlen(text) < 2000);
	assert_ptr_equal(strchr(text + strlen(first), '\n'), text + strlen(text) - 1);
}

static void a_burst_is_cut(void **state)
{
	struct log_limit limit = {.window_ms = 1000, .burst = 2};

	(void)state;
	assert_true(log_limit_allows(&limit, 500));
	assert_true(log_limit_allows(&limit, 600));
	assert_false(log_limit_allows(&limit, 700));
	assert_false(log_limit_allows(&limit, 1499));
	assert_int_equal(limit.dropped, 2);
	assert_true(log_limit_allows(&limit, 1500));
	assert_true(log_limit_allows(&limit, 2499));
	assert_false(log_limit_allows(&limit, 2499));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_carry_their_level),
		cmocka_unit_test(people_see_no_level),
		cmocka_unit_test(one_event_is_one_line),
		cmocka_unit_test(a_burst_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
