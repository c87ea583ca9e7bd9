/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kills apply, and then undo, at each of their system calls in turn. Whatever the moment: the file
 * is the old or the new one, the journal on disk is whole, and undo gives back the old one.
 */
#include "fake.h"
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define CALLS_MAX 5000
#define FILE_NAME "root/etc/chromium/policies/managed/caretaker.json"

static void work_keep(struct fake *fake)
{
	struct enforce_changes changes = {0};

	_exit(enforce_keep(
		&fake->place, fake->profile, ENFORCE_BASE, NULL, &fake->journal, &changes));
}

static void work_undo(struct fake *fake)
{
	struct enforce_changes changes = {0};

	_exit(enforce_undo(&fake->place, NULL, NULL, &fake->journal, &changes));
}

/* Runs work in a child that is killed on entering system call n. True when it was killed. */
static bool run_until(struct fake *fake, void (*work)(struct fake *), size_t n)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		work(fake);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(
		ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL), 0);
	for (size_t stops = 0; WIFSTOPPED(status); stops++) {
		if (stops == 2 * n) {
			kill(pid, SIGKILL);
			assert_int_equal(waitpid(pid, &status, 0), pid);
			return true;
		}
		assert_int_equal(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	return false;
}

static bool can_trace(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		_exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

struct crash {
	const char *text; /* of the file before; NULL: none */
	void (*work)(struct fake *);
	bool kept_before;
};

/* One crash at call n: false when the work ended before it came to that. */
static bool crash_at(const struct crash *crash, size_t n)
{
	void *state = NULL;
	struct fake *fake;
	struct enforce_changes changes;
	char *old, *now;
	cleanup(free_ptr) char *new = NULL;
	bool killed;

	/* in memory where that is possible: each round waits for the disk several times */
	fake_new_below(access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", &state);
	fake = state;
	fake_profile(fake, "chromium");
	fake_write(fake, "root/usr/bin/chromium", "x\n");
	if (crash->text) {
		fake_write(fake, FILE_NAME, crash->text);
	}
	old = fake_describe(fake);
	if (crash->kept_before) {
		fake_keep(fake, &changes);
		enforce_changes_finish(&changes);
		new = fake_read(fake, FILE_NAME);
	}
	killed = run_until(fake, crash->work, n);
	fake_reopen_journal(fake);
	now = fake_read(fake, FILE_NAME);
	if (now && crash->text && strcmp(now, crash->text) != 0) {
		assert_non_null(strstr(now, "\"WebRtcIPHandling\""));
		assert_true(!new || strcmp(now, new) == 0);
	}
	free(now);
	fake_undo(fake, NULL, NULL, &changes);
	enforce_changes_finish(&changes);
	now = fake_describe(fake);
	if (strcmp(now, old) != 0) {
		print_error("at call %zu: wanted\n%s\nfound\n%s\n", n, old, now);
	}
	assert_string_equal(now, old);
	assert_int_equal(json_object_array_length(enforce_journal_files(&fake->journal)), 0);
	free(now);
	free(old);
	fake_free(&state);
	return killed;
}

static void crash_everywhere(const struct crash *crash)
{
	size_t n = 1;

	if (!can_trace()) {
		print_message("ptrace is not permitted here\n");
		skip();
	}
	while (crash_at(crash, n)) {
		n++;
		assert_true(n < CALLS_MAX);
	}
	print_message("killed at %zu calls\n", n - 1);
	assert_true(n > 10);
}

static const char owners[] = "{\n\t\"HomepageLocation\": \"https://school.example/\", // ours\n"
			     "\t\"NetworkPredictionOptions\": 0\n}\n";

static void apply_to_an_owners_file(void **state)
{
	(void)state;
	crash_everywhere(&(struct crash){owners, work_keep, false});
}

static void apply_without_a_file(void **state)
{
	(void)state;
	crash_everywhere(&(struct crash){NULL, work_keep, false});
}

static void undo_in_an_owners_file(void **state)
{
	(void)state;
	crash_everywhere(&(struct crash){owners, work_undo, true});
}

static void undo_of_a_file_we_made(void **state)
{
	(void)state;
	crash_everywhere(&(struct crash){NULL, work_undo, true});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(apply_to_an_owners_file),
		cmocka_unit_test(apply_without_a_file),
		cmocka_unit_test(undo_in_an_owners_file),
		cmocka_unit_test(undo_of_a_file_we_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
