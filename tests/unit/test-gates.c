/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The profiles of the recording gates, as Debian's apparmor_parser compiles them, and what is read
 * of the record. What a kernel makes of them is shown in tests/vm/guest/cases/gate.bash.
 */
#include "gates.h"

#include "tool.h"
#include "unit.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PARSER "/usr/sbin/apparmor_parser"
#define COMPILED_MAX ((size_t)1 << 20)

static int compile(const char *text, char **ret_bytes, size_t *ret_len)
{
	/* no kernel, no cache, to its output */
	static const char *const argv[] = {PARSER, "-Q", "-K", "-S", NULL};
	cleanup(fd_close) int fd = memfd_create("profile", MFD_CLOEXEC);
	struct tool tool = {
		.argv = argv, .input = fd, .timeout_ms = 20000, .output_max = COMPILED_MAX};

	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return tool_run(&tool, ret_bytes, ret_len);
}

static bool holds_name(const char *bytes, size_t len, const struct gate *gate)
{
	const char *name = gate->profile;

	return name && memmem(bytes, len, name, strlen(name) + 1);
}

static void the_parser_takes_each_profile(void **state)
{
	(void)state;
	assert_true(gates_len > 0);
	for (size_t i = 0; i < gates_len; i++) {
		cleanup(free_ptr) char *denies = NULL;
		cleanup(free_ptr) char *lifted = NULL;
		size_t denies_len = 0, lifted_len = 0;
		const char *const *texts = gates[i].texts[GATE_DIALECT_3];

		assert_int_equal(compile(texts[GATE_DENIES], &denies, &denies_len), 0);
		assert_int_equal(compile(texts[GATE_LIFTED], &lifted, &lifted_len), 0);
		/* its name is in what the kernel gets, and the two are told apart by their hash */
		assert_true(holds_name(denies, denies_len, &gates[i]));
		assert_true(holds_name(lifted, lifted_len, &gates[i]));
		assert_true(denies_len != lifted_len || memcmp(denies, lifted, denies_len) != 0);
	}
}

/* One that does not know a rule loads nothing of it: that is how a dialect is found out. */
static void a_parser_refuses_what_it_does_not_know(void **state)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len = 0;

	(void)state;
	assert_int_equal(compile("profile x { not_a_rule, }\n", &bytes, &len), TOOL_E_FAILED);
}

static void a_gate_knows_its_own_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < gates_len; i++) {
		assert_ptr_equal(gate_find(gates[i].client), &gates[i]);
		assert_true(gate_wrote(&gates[i], gates[i].texts[GATE_DIALECT_3][GATE_DENIES]));
		assert_true(gate_wrote(&gates[i], gates[i].texts[GATE_DIALECT_4][GATE_DENIES]));
		assert_false(gate_wrote(&gates[i], gates[i].texts[GATE_DIALECT_3][GATE_LIFTED]));
		assert_false(gate_wrote(&gates[i], ""));
		/* a file lies in the folder itself, under the name of the profile */
		assert_string_equal(strrchr(gates[i].path, '/') + 1, gates[i].profile);
		for (size_t k = 0; k < GATE_NAMES_MAX && gates[i].detect[k]; k++) {
			assert_true(gates[i].detect[k][0] != '/');
		}
	}
	assert_null(gate_find("chromium"));
	assert_null(gate_find(""));
}

static void the_record_is_read(void **state)
{
	static const char text[] = "{\"format\":1,\"gates\":["
				   "{\"client\":\"webex\",\"denies\":\"aa\",\"lifted\":\"\"},"
				   "{\"client\":\"zoom\",\"denies\":\"bb\",\"lifted\":\"cc\"}]}";
	struct gate_record record;

	(void)state;
	assert_int_equal(gate_record_parse(span_z(text), "zoom", &record), 0);
	assert_string_equal(record.hashes[GATE_DENIES], "bb");
	assert_string_equal(record.hashes[GATE_LIFTED], "cc");
	assert_int_equal(gate_record_parse(span_z(text), "webex", &record), 0);
	assert_string_equal(record.hashes[GATE_LIFTED], "");
	assert_int_equal(gate_record_parse(span_z(text), "jitsi-meet-electron", &record), -ENOENT);
	assert_int_not_equal(
		gate_record_parse(span_z("{\"format\":2,\"gates\":[]}"), "zoom", &record), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_parser_takes_each_profile),
		cmocka_unit_test(a_parser_refuses_what_it_does_not_know),
		cmocka_unit_test(a_gate_knows_its_own_file),
		cmocka_unit_test(the_record_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
