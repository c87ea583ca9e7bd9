/* SPDX-License-Identifier: Apache-2.0 */
/* A device's controls as one text: what is written is read again, and what is no such text is not.
 */
#include "held-text.h"
#include "unit.h"

#include <stdio.h>

#define HOUR INT64_C(3600)

static const struct held_control some[] = {
	{.id = "a.b", .reason = "supported", .state = POSTURE_PASS},
	{.id = "a.b-c",
		.reason = "",
		.state = POSTURE_ERROR,
		.since_s = -HOUR,
		.answered_s = -2 * HOUR,
		.sequence = 1},
	{.id = "disk.encrypted",
		.reason = "not-encrypted",
		.state = POSTURE_FAIL,
		.since_s = 498707 * HOUR,
		.answered_s = 498709 * HOUR,
		.sequence = INT64_C(999999999999999999)},
};

static void write_some(struct str *text)
{
	assert_int_equal(held_begin(text), 0);
	for (size_t i = 0; i < ARRAY_LEN(some); i++) {
		assert_int_equal(held_write(text, &some[i]), 0);
	}
}

static void the_form_is_what_the_migration_says(void **state)
{
	cleanup(str_finish) struct str text = {0};

	(void)state;
	write_some(&text);
	assert_string_equal(text.p, "1\na.b psupported 0 0 0\na.b-c e -1 -1 1\n"
				    "disk.encrypted fnot-encrypted 498707 2 999999999999999999");
}

static void what_is_written_is_read(void **state)
{
	cleanup(str_finish) struct str text = {0}, again = {0};
	cleanup(held_finish) struct held held = {0};

	(void)state;
	write_some(&text);
	assert_int_equal(held_parse((struct span){text.p, text.len}, &held), 0);
	assert_int_equal(held.n, ARRAY_LEN(some));
	assert_int_equal(held_begin(&again), 0);
	for (size_t i = 0; i < held.n; i++) {
		const struct held_control *control = held_find(&held, some[i].id);

		assert_ptr_equal(control, &held.controls[i]);
		assert_string_equal(control->reason, some[i].reason);
		assert_int_equal(control->state, some[i].state);
		assert_int_equal(control->since_s, some[i].since_s);
		assert_int_equal(control->answered_s, some[i].answered_s);
		assert_int_equal(control->sequence, some[i].sequence);
		assert_int_equal(str_append(&again, control->line.p, control->line.len), 0);
	}
	assert_string_equal(again.p, text.p);
	assert_null(held_find(&held, "a.c"));
	assert_null(held_find(&held, ""));
}

static void none_is_a_text_too(void **state)
{
	cleanup(held_finish) struct held held = {0};

	(void)state;
	assert_null(held_find(&held, "a.b"));
	assert_int_equal(held_parse(span_z("1"), &held), 0);
	assert_int_equal(held.n, 0);
	assert_non_null(held.text);
}

static void what_is_no_such_text_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"2",
		"11",
		"1\n",
		"1 \na.b p 0 0 0",
		"1\na.b p 0 0",
		"1\na.b p 0 0 ",
		"1\na.b p 0 0 0 ",
		"1\na.b p 0 0 0 0",
		"1\na.b p 0 0 0\n",
		"1\na.b  p 0 0 0",
		"1\na.b z 0 0 0",
		"1\na.b  0 0 0",
		"1\na.b p x 0 0",
		"1\na.b p - 0 0",
		"1\na.b p 0 +1 0",
		"1\na.b p 9999999999999999999 0 0",
		"1\na.b p 999999999999999999 0 0",
		"1\na.b p 0 999999999999999999 0",
		"1\nab p 0 0 0",
		"1\n.b p 0 0 0",
		"1\nA.b p 0 0 0",
		"1\na.b p 0 0 0\na.b p 0 0 0",
		"1\na.c p 0 0 0\na.b p 0 0 0",
		"1\na.b p 0 0 0\n\na.c p 0 0 0",
	};
	cleanup(str_finish) struct str many = {0};
	struct held held = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (held_parse(span_z(bad[i]), &held) != -EBADMSG) {
			fail_msg("taken: %s", bad[i]);
		}
	}
	assert_int_equal(
		held_parse(
			(struct span){"1\na.b p\0 0 0 0", sizeof("1\na.b p\0 0 0 0") - 1}, &held),
		-EBADMSG);
	assert_int_equal(held_begin(&many), 0);
	for (int i = 0; i <= HELD_MAX; i++) {
		assert_int_equal(str_appendf(&many, "\na.b%05d p 0 0 0", i), 0);
	}
	assert_int_equal(held_parse((struct span){many.p, many.len}, &held), -EBADMSG);
	assert_null(held.text);
}

static void the_most_that_a_device_may_have_is_read(void **state)
{
	cleanup(str_finish) struct str many = {0};
	cleanup(held_finish) struct held held = {0};

	(void)state;
	assert_int_equal(held_begin(&many), 0);
	for (int i = 0; i < HELD_MAX; i++) {
		assert_int_equal(str_appendf(&many, "\na.b%05d p 0 0 0", i), 0);
	}
	assert_int_equal(held_parse((struct span){many.p, many.len}, &held), 0);
	assert_int_equal(held.n, HELD_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_form_is_what_the_migration_says),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(none_is_a_text_too),
		cmocka_unit_test(what_is_no_such_text_is_refused),
		cmocka_unit_test(the_most_that_a_device_may_have_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
