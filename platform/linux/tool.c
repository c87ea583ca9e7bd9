/* SPDX-License-Identifier: Apache-2.0 */
#include "tool.h"
#include "str.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#define CHUNK ((size_t)64 << 10)

static int64_t monotonic_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int child_limit(const struct tool *tool)
{
	const struct {
		__rlimit_resource_t what;
		rlim_t max;
		bool wanted;
	} rows[] = {
		{RLIMIT_CPU, tool->cpu_seconds ? tool->cpu_seconds : TOOL_CPU_SECONDS_MAX, true},
		{RLIMIT_CORE, 0, true},
		{RLIMIT_FSIZE, tool->file_max, true},
		{RLIMIT_NOFILE, TOOL_CONFINED_FDS_MAX, tool->confined},
		{RLIMIT_AS, tool->memory_max, tool->confined && tool->memory_max > 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct rlimit limit = {rows[i].max, rows[i].max};

		if (rows[i].wanted && setrlimit(rows[i].what, &limit) < 0) {
			return -errno;
		}
	}
	return 0;
}

static int child_become_nobody(const struct tool *tool)
{
	if (!(tool->confined || tool->nobody) || geteuid() != 0) {
		return 0;
	}
	if (setgroups(0, NULL) < 0 || setresgid(TOOL_NOBODY, TOOL_NOBODY, TOOL_NOBODY) < 0 ||
		setresuid(TOOL_NOBODY, TOOL_NOBODY, TOOL_NOBODY) < 0) {
		return -errno;
	}
	return 0;
}

/* After the change of identity, which takes PR_SET_PDEATHSIG back (prctl(2)) */
static int child_bind(pid_t parent)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) {
		return -errno;
	}
	/* its own group: what it starts ends with it */
	if (setpgid(0, 0) < 0) {
		return -errno;
	}
	return getppid() == parent ? 0 : -EPERM;
}

/* The loop blocks the signals that it reads by signalfd; the tool must not inherit that. */
static void child_reset_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	for (int signo = 1; signo < NSIG; signo++) {
		signal(signo, SIG_DFL);
	}
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int child_place_fds(const struct tool *tool, int output, int *report)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int in, out, moved;

	if (null < 0) {
		return -errno;
	}
	/* Above the three, so that none of the sources is overwritten by a dup2 */
	in = fcntl(tool->input >= 0 ? tool->input : null, F_DUPFD_CLOEXEC, 10);
	out = fcntl(output, F_DUPFD_CLOEXEC, 10);
	moved = fcntl(*report, F_DUPFD_CLOEXEC, 10);
	if (in < 0 || out < 0 || moved < 0 || dup2(null, 2) < 0 || dup2(in, 0) < 0 ||
		dup2(out, 1) < 0 || dup2(moved, 3) < 0) {
		return -errno;
	}
	if (fcntl(3, F_SETFD, FD_CLOEXEC) < 0 || close_range(4, ~0U, 0) < 0) {
		return -errno;
	}
	*report = 3;
	return 0;
}

/* -errno; a confined one through its fd, so that nobody need not be let into its folder */
static int child_become_tool(const struct tool *tool, int program)
{
	static char *const plain[] = {(char *)"LC_ALL=C", NULL};
	static char *const empty[] = {NULL};
	char *const *argv = (char *const *)(uintptr_t)tool->argv;

	if (tool->confined) {
		execveat(program, "", argv, empty, AT_EMPTY_PATH);
	} else {
		execve(tool->argv[0], argv, plain);
	}
	return -errno;
}

static void child_exec(const struct tool *tool, pid_t parent, int output, int report)
{
	int r = child_place_fds(tool, output, &report);
	int program = -1;

	child_reset_signals();
	if (r == 0) {
		program = open(tool->argv[0], O_PATH | O_CLOEXEC);
		r = program < 0 ? -errno : child_limit(tool);
	}
	if (r == 0) {
		r = child_become_nobody(tool);
	}
	if (r == 0) {
		r = child_bind(parent);
	}
	if (r == 0) {
		r = child_become_tool(tool, program);
	}
	while (write(report, &r, sizeof(r)) < 0 && errno == EINTR) {
	}
	_exit(127);
}

/* Waits for the exec: the pipe closes with it, or brings the errno of what failed before it. */
static int exec_result(int report)
{
	int code = 0;
	ssize_t n;

	do {
		n = read(report, &code, sizeof(code));
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		return -errno;
	}
	if (n == 0) {
		return 0;
	}
	if (n != sizeof(code)) {
		return -EIO;
	}
	return code == -ENOENT ? TOOL_E_ABSENT : code;
}

int tool_start(const struct tool *tool, struct tool_child *ret_child)
{
	cleanup(fd_close) int out_read = -1, out_write = -1, report_read = -1, report_write = -1;
	cleanup(tool_finish) struct tool_child child = {.output = -1};
	pid_t parent = getpid();
	int fds[2];
	int r;

	if (pipe2(fds, O_CLOEXEC) < 0) {
		return -errno;
	}
	out_read = fds[0];
	out_write = fds[1];
	if (pipe2(fds, O_CLOEXEC) < 0) {
		return -errno;
	}
	report_read = fds[0];
	report_write = fds[1];

	child.pid = fork();
	if (child.pid < 0) {
		child.pid = 0;
		return -errno;
	}
	if (child.pid == 0) {
		child_exec(tool, parent, out_write, report_write);
	}
	fd_close(&report_write);
	report_write = -1;
	r = exec_result(report_read);
	if (r != 0) {
		return r;
	}
	child.output = TAKE_FD(out_read);
	child.deadline_ms = monotonic_ms() + tool->timeout_ms;
	child.left = tool->output_max;
	*ret_child = child;
	child = (struct tool_child){.output = -1};
	return 0;
}

static int child_reap(struct tool_child *child)
{
	siginfo_t info;
	int status = 0;
	pid_t pid;

	/* While it is not reaped, no other process and no other group can have its number. */
	while (waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
	}
	(void)kill(-child->pid, SIGKILL);
	do {
		pid = waitpid(child->pid, &status, 0);
	} while (pid < 0 && errno == EINTR);
	child->pid = 0;
	if (pid < 0) {
		return -errno;
	}
	child->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	return child->status == 0 ? 0 : TOOL_E_FAILED;
}

static int child_wait(const struct tool_child *child, int fd)
{
	struct pollfd wanted = {.fd = fd, .events = POLLIN};
	int64_t left;
	int n;

	do {
		left = child->deadline_ms - monotonic_ms();
		if (left <= 0) {
			return TOOL_E_TIMEOUT;
		}
		n = poll(&wanted, 1, left > INT32_MAX ? INT32_MAX : (int)left);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		return -errno;
	}
	return n == 0 ? TOOL_E_TIMEOUT : 0;
}

/* Its output has ended; it may still run. */
static int child_wait_end(struct tool_child *child)
{
	cleanup(fd_close) int fd = (int)syscall(SYS_pidfd_open, child->pid, 0);
	int r = fd < 0 ? -errno : child_wait(child, fd);

	return r == 0 ? child_reap(child) : r;
}

int tool_read(struct tool_child *child, char *buf, size_t size, size_t *ret_n)
{
	ssize_t n;
	int r;

	if (child->pid == 0) {
		*ret_n = 0;
		return 0;
	}
	r = child_wait(child, child->output);
	if (r != 0) {
		return r;
	}
	do {
		n = read(child->output, buf, size);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		return -errno;
	}
	if (n == 0) {
		r = child_wait_end(child);
		if (r == 0) {
			*ret_n = 0;
		}
		return r;
	}
	if ((size_t)n > child->left) {
		return TOOL_E_LIMIT;
	}
	child->left -= (size_t)n;
	*ret_n = (size_t)n;
	return 0;
}

void tool_finish(struct tool_child *child)
{
	if (child->pid > 0) {
		kill(child->pid, SIGKILL);
		(void)child_reap(child);
	}
	if (child->output > 0) {
		close(child->output);
	}
	*child = (struct tool_child){.output = -1};
}

int tool_run(const struct tool *tool, char **ret_output, size_t *ret_len)
{
	cleanup(tool_finish) struct tool_child child = {.output = -1};
	cleanup(str_finish) struct str output = {.max = tool->output_max};
	cleanup(free_ptr) char *chunk = malloc(CHUNK);
	size_t n;
	int r;

	if (!chunk) {
		return -ENOMEM;
	}
	r = tool_start(tool, &child);
	if (r != 0) {
		return r;
	}
	do {
		r = tool_read(&child, chunk, CHUNK, &n);
		if (r == 0) {
			r = str_append(&output, chunk, n);
		}
	} while (r == 0 && n > 0);
	if (r != 0) {
		return r;
	}
	*ret_len = output.len;
	*ret_output = TAKE_PTR(output.p);
	return 0;
}
