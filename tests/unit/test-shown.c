/* SPDX-License-Identifier: Apache-2.0 */
/* A session is the same for as long as it lasts, and the next one is another. */
#include "shown.h"

#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>

#define PERSON 1000

struct machine {
	char path[64];
	struct sysroot root;
};

static const char *const dirs[] = {
	"run", "run/user", "run/user/1000", "run/systemd", "run/systemd/users"};

static void put(const struct machine *machine, const char *name, const char *text)
{
	cleanup(fd_close) int fd =
		openat(machine->root.fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
}

static int machine_new(void **state)
{
	struct machine *machine = calloc(1, sizeof(*machine));

	assert_non_null(machine);
	(void)snprintf(machine->path, sizeof(machine->path), "/tmp/caretaker-shown.XXXXXX");
	assert_non_null(mkdtemp(machine->path));
	assert_int_equal(sysroot_open(machine->path, false, &machine->root), 0);
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		assert_int_equal(mkdirat(machine->root.fd, dirs[i], 0755), 0);
	}
	*state = machine;
	return 0;
}

static int machine_free(void **state)
{
	static const char *const files[] = {"run/systemd/users/1000", "run/user/1000/wayland-0"};
	struct machine *machine = *state;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		(void)unlinkat(machine->root.fd, files[i], 0);
	}
	for (size_t i = ARRAY_LEN(dirs); i > 0; i--) {
		(void)unlinkat(machine->root.fd, dirs[i - 1], AT_REMOVEDIR);
	}
	sysroot_finish(&machine->root);
	(void)rmdir(machine->path);
	free(machine);
	return 0;
}

static void test_a_session_by_logind(void **state)
{
	struct machine *machine = *state;
	char first[SHOWN_SESSION_MAX], again[SHOWN_SESSION_MAX], next[SHOWN_SESSION_MAX];

	put(machine, "run/systemd/users/1000", "NAME=ana\nREALTIME=1700000000000001\n");
	shown_session(&machine->root, PERSON, first);
	/* a desktop makes names in its runtime directory all the time */
	put(machine, "run/user/1000/wayland-0", "");
	shown_session(&machine->root, PERSON, again);
	assert_string_equal(first, again);
	put(machine, "run/systemd/users/1000", "NAME=ana\nREALTIME=1700000000000002\n");
	shown_session(&machine->root, PERSON, next);
	assert_string_not_equal(first, next);
}

static void test_a_session_without_logind(void **state)
{
	struct machine *machine = *state;
	char first[SHOWN_SESSION_MAX], again[SHOWN_SESSION_MAX];

	shown_session(&machine->root, PERSON, first);
	put(machine, "run/user/1000/wayland-0", "");
	shown_session(&machine->root, PERSON, again);
	assert_string_equal(first, again);
	assert_false(shown_has_bus(&machine->root, PERSON));
}

static void test_an_exemption_is_told_by_its_name_and_its_start(void **state)
{
	static const char *const others[] = {"runs e-1 100 other", "runs e-1 x here",
		"waits e-1 100 here", "runs e-1 100", "runs", "", "runs e-1 100 here more"};
	int64_t number = -1;

	(void)state;
	assert_true(shown_cause_read(span_z("runs e-1 100 here"), "here", &number));
	assert_int_equal(number, shown_number(span_z("e-1"), 100));
	assert_int_not_equal(number, shown_number(span_z("e-1"), 101));
	assert_int_not_equal(number, shown_number(span_z("e-2"), 100));
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		assert_false(shown_cause_read(span_z(others[i]), "here", &number));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_a_session_by_logind, machine_new, machine_free),
		cmocka_unit_test_setup_teardown(
			test_a_session_without_logind, machine_new, machine_free),
		cmocka_unit_test(test_an_exemption_is_told_by_its_name_and_its_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
