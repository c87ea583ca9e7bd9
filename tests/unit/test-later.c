/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is signed in since before a change. The files are as logind of systemd 252 (Debian 12) writes
 * them for its users.
 */
#include "later.h"

#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>

#define CHANGED ((int64_t)1700000000)
#define PERSON "1000"
#define PERSON_UID 1000

struct machine {
	char path[64];
	struct sysroot root;
};

static void put(const struct machine *machine, const char *name, const char *text)
{
	cleanup(fd_close) int fd =
		openat(machine->root.fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
}

static int machine_new(void **state)
{
	static const char *const dirs[] = {"etc", "run", "run/systemd", "run/systemd/users"};
	struct machine *machine = calloc(1, sizeof(*machine));

	assert_non_null(machine);
	(void)snprintf(machine->path, sizeof(machine->path), "/tmp/caretaker-later.XXXXXX");
	assert_non_null(mkdtemp(machine->path));
	assert_int_equal(sysroot_open(machine->path, false, &machine->root), 0);
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		assert_int_equal(mkdirat(machine->root.fd, dirs[i], 0755), 0);
	}
	put(machine, "etc/login.defs", "UID_MIN 1000\nUID_MAX 60000\n");
	*state = machine;
	return 0;
}

static int machine_free(void **state)
{
	static const char *const files[] = {"run/systemd/users/" PERSON, "run/systemd/users/112",
		"run/systemd/users/x", "etc/login.defs"};
	static const char *const dirs[] = {"run/systemd/users", "run/systemd", "run", "etc"};
	struct machine *machine = *state;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		(void)unlinkat(machine->root.fd, files[i], 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		(void)unlinkat(machine->root.fd, dirs[i], AT_REMOVEDIR);
	}
	sysroot_finish(&machine->root);
	(void)rmdir(machine->path);
	free(machine);
	return 0;
}

static void test_who_came_before_has_the_old_settings(void **state)
{
	static const struct {
		const char *text;
		bool before;
	} rows[] = {
		{"NAME=x\nSTATE=active\nREALTIME=1699999999000000\nMONOTONIC=1\n", true},
		{"NAME=x\nSTATE=active\nREALTIME=1700000000000000\nMONOTONIC=1\n", false},
		{"NAME=x\nSTATE=active\nREALTIME=1700000001000000", false},
		{"NAME=x\nREALTIME=soon\n", false},
		{"REALTIME", false},
		{"NAME=REALTIME=1\n", false},
		{"", false},
	};
	struct machine *machine = *state;

	assert_false(later_signed_in_before(&machine->root, CHANGED));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		put(machine, "run/systemd/users/" PERSON, rows[i].text);
		assert_int_equal(later_signed_in_before(&machine->root, CHANGED), rows[i].before);
	}
}

static void test_only_people_count(void **state)
{
	struct machine *machine = *state;

	/* the sign-in screen's own account, and what is no uid */
	put(machine, "run/systemd/users/112", "REALTIME=1600000000000000\n");
	put(machine, "run/systemd/users/x", "REALTIME=1600000000000000\n");
	assert_false(later_signed_in_before(&machine->root, CHANGED));
	put(machine, "run/systemd/users/" PERSON, "REALTIME=1600000000000000\n");
	assert_true(later_signed_in_before(&machine->root, CHANGED));
	assert_false(later_signed_in_before(&machine->root, 0));
}

static void test_one_person_is_not_another(void **state)
{
	struct machine *machine = *state;

	put(machine, "run/systemd/users/" PERSON, "REALTIME=1600000000000000\n");
	assert_true(later_signed_in_since(&machine->root, PERSON_UID, CHANGED));
	assert_false(later_signed_in_since(&machine->root, PERSON_UID + 1, CHANGED));
	assert_false(later_signed_in_since(&machine->root, PERSON_UID, 0));
}

static void test_a_computer_that_runs_since_before(void **state)
{
	const struct clock_now now = {.wall_s = CHANGED + 100, .boot_ms = 60000};

	(void)state;
	assert_true(later_started_before(now, CHANGED + 50));
	assert_false(later_started_before(now, CHANGED + 30));
	assert_false(later_started_before(now, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_who_came_before_has_the_old_settings, machine_new, machine_free),
		cmocka_unit_test_setup_teardown(test_only_people_count, machine_new, machine_free),
		cmocka_unit_test_setup_teardown(
			test_one_person_is_not_another, machine_new, machine_free),
		cmocka_unit_test(test_a_computer_that_runs_since_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
