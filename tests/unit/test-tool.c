/* SPDX-License-Identifier: Apache-2.0 */
#include "tool.h"
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static int run_shell(const char *script, int input, int64_t timeout_ms, size_t max, char **output)
{
	const char *const argv[] = {"/bin/sh", "-c", script, NULL};
	const struct tool tool = {
		.argv = argv, .input = input, .timeout_ms = timeout_ms, .output_max = max};
	size_t len = 0;
	int r = tool_run(&tool, output, &len);

	if (r == 0) {
		assert_int_equal(strlen(*output), len);
	}
	return r;
}

static void output_wanted(const char *script, int input, const char *wanted)
{
	char *output = NULL;

	assert_int_equal(run_shell(script, input, 20000, 65536, &output), 0);
	assert_string_equal(output, wanted);
	free(output);
}

static void environment_is_bare(void **state)
{
	(void)state;
	assert_int_equal(setenv("LD_PRELOAD_X", "1", 1), 0);
	output_wanted("tr '\\0' '\\n' < /proc/$$/environ", -1, "LC_ALL=C\n");
}

/* The shell's own listing shows its three and what the glob opens to read them */
static void no_fd_is_inherited(void **state)
{
	int fd = open("/etc/passwd", O_RDONLY); /* on purpose without O_CLOEXEC */

	(void)state;
	assert_true(fd >= 0);
	output_wanted("for f in 0 1 2 3 4 5 6 7 8 9 10 11 12; do [ -e /proc/$$/fd/$f ] && "
		      "printf %s $f; done; true",
		-1, "012");
	close(fd);
}

static void signals_are_reset(void **state)
{
	sigset_t all, old;

	(void)state;
	sigfillset(&all);
	assert_int_equal(sigprocmask(SIG_SETMASK, &all, &old), 0);
	output_wanted("exec grep SigBlk /proc/self/status", -1, "SigBlk:\t0000000000000000\n");
	assert_int_equal(sigprocmask(SIG_SETMASK, &old, NULL), 0);
}

static void input_is_handed_over(void **state)
{
	int fds[2];

	(void)state;
	output_wanted("cat", -1, "");
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(write(fds[1], "hello", 5), 5);
	close(fds[1]);
	output_wanted("cat", fds[0], "hello");
	close(fds[0]);
}

static void ends_are_told_apart(void **state)
{
	static const char *const absent[] = {"/nonexistent/tool", NULL};
	const struct tool tool = {.argv = absent, .input = -1, .timeout_ms = 1000};
	char *output = NULL;
	size_t len;

	(void)state;
	assert_int_equal(tool_run(&tool, &output, &len), TOOL_E_ABSENT);
	assert_int_equal(run_shell("exit 3", -1, 20000, 10, &output), TOOL_E_FAILED);
	assert_int_equal(run_shell("kill -9 $$", -1, 20000, 10, &output), TOOL_E_FAILED);
	assert_int_equal(run_shell("echo 0123456789", -1, 20000, 10, &output), TOOL_E_LIMIT);
	assert_int_equal(run_shell("yes", -1, 20000, 100000, &output), TOOL_E_LIMIT);
	assert_int_equal(run_shell("exec tail -f /dev/null", -1, 1, 10, &output), TOOL_E_TIMEOUT);
	assert_null(output);
}

/* A tool that closes its output and stays is not waited for beyond its time. */
static void staying_behind_is_a_timeout(void **state)
{
	char *output = NULL;

	(void)state;
	assert_int_equal(run_shell("exec >/dev/null; exec tail -f /dev/null", -1, 300, 10, &output),
		TOOL_E_TIMEOUT);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* What the tool left running is this process's to reap: how it ended, 0 when there was none. */
static int left_over_ended(void)
{
	int status = 0;

	return waitpid(-1, &status, 0) > 0 && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* A tool that forks: what it leaves holds the output open, or nothing at all; it ends either way.
 */
static void what_a_tool_starts_ends_with_it(void **state)
{
	char *output = NULL;

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(
		run_shell("tail -f /dev/null & exit 0", -1, 300, 10, &output), TOOL_E_TIMEOUT);
	assert_int_equal(left_over_ended(), SIGKILL);
	output_wanted("tail -f /dev/null >/dev/null & echo x", -1, "x\n");
	assert_int_equal(left_over_ended(), SIGKILL);
	assert_int_equal(
		run_shell("yes & yes & exec yes", -1, 20000, 100000, &output), TOOL_E_LIMIT);
	assert_int_equal(left_over_ended(), SIGKILL);
	assert_int_equal(left_over_ended(), SIGKILL);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static char *run_confined(const char *script)
{
	const char *const argv[] = {"/bin/sh", "-c", script, NULL};
	const struct tool tool = {.argv = argv,
		.input = -1,
		.timeout_ms = 20000,
		.output_max = 65536,
		.confined = true,
		.memory_max = (size_t)96 << 20};
	char *output = NULL;
	size_t len = 0;

	assert_int_equal(tool_run(&tool, &output, &len), 0);
	return output;
}

static void confined_wanted(const char *script, const char *wanted)
{
	char *output = run_confined(script);

	assert_string_equal(output, wanted);
	free(output);
}

static void confined_has_little(void **state)
{
	(void)state;
	assert_int_equal(setenv("LD_PRELOAD_X", "1", 1), 0);
	confined_wanted("read -r x < /proc/$$/environ; echo \"$x\"", "\n");
	confined_wanted("ulimit -n; ulimit -v; ulimit -f; ulimit -c", "16\n98304\n0\n0\n");
	confined_wanted("while read -r k v; do case $k in NoNewPrivs:) echo $v;; esac; done"
			" < /proc/$$/status",
		"1\n");
}

static void confined_is_nobody_below_root(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		skip();
	}
	confined_wanted(
		"while read -r k v; do case $k in Uid:|Gid:|Groups:|CapEff:|CapPrm:) echo $v;;"
		" esac; done < /proc/$$/status",
		"65534 65534 65534 65534\n65534 65534 65534 65534\n\n0000000000000000\n"
		"0000000000000000\n");
	confined_wanted("exec 2>&1; [ -r /etc/shadow ] || echo no", "no\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(environment_is_bare),
		cmocka_unit_test(no_fd_is_inherited),
		cmocka_unit_test(signals_are_reset),
		cmocka_unit_test(input_is_handed_over),
		cmocka_unit_test(ends_are_told_apart),
		cmocka_unit_test(staying_behind_is_a_timeout),
		cmocka_unit_test(what_a_tool_starts_ends_with_it),
		cmocka_unit_test(confined_has_little),
		cmocka_unit_test(confined_is_nobody_below_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
