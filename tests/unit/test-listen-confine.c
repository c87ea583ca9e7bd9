/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the listeners may ask of the kernel: each call made for real in a process that is confined,
 * and without it, where all of them work, so that the filter and nothing else refuses.
 */
#include "confine.h"
#include "unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each gives 0 or an errno. */
static int of(long result)
{
	return result < 0 ? errno : 0;
}

static int read_file(void)
{
	return of(open("/proc/self/status", O_RDONLY | O_CLOEXEC));
}

static int write_file(void)
{
	return of(open("/dev/null", O_RDWR | O_CLOEXEC));
}

static int make_file(void)
{
	return of(open("/tmp", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600));
}

static int run_program(void)
{
	char *const argv[] = {(char *)"/bin/true", NULL}, *const environment[] = {NULL};

	return of(execve(argv[0], argv, environment));
}

static int run_program_at(void)
{
	char *const argv[] = {(char *)"true", NULL}, *const environment[] = {NULL};

	return of(syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv, environment, 0));
}

static int make_process(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		_exit(0);
	}
	return of(pid);
}

static void *turn(void *data)
{
	*(bool *)data = true;
	return NULL;
}

static int make_thread(void)
{
	pthread_t thread;
	bool done = false;
	int r = pthread_create(&thread, NULL, turn, &done);

	r = r == 0 ? pthread_join(thread, NULL) : r;
	return r == 0 && !done ? EIO : r;
}

static int socket_of_network(void)
{
	return of(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int socket_of_kernel(void)
{
	return of(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0));
}

static int socket_local(void)
{
	return of(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

/* ENOENT: it came as far as looking for it */
static int connect_local(void)
{
	const struct sockaddr_un address = {
		.sun_family = AF_UNIX, .sun_path = "/nonexistent/socket"};
	/* of one that was there before; that nobody is there shows that it was tried */
	int r = of(connect(3, (const struct sockaddr *)&address, sizeof(address)));

	return r == ENOENT ? 0 : r;
}

static int trace(void)
{
	return of(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int read_memory(void)
{
	char byte, own = 1;
	struct iovec to = {&byte, 1}, from = {&own, 1};

	return of(syscall(SYS_process_vm_readv, getpid(), &to, 1L, &from, 1L, 0L));
}

static int signal_parent(void)
{
	return of(kill(getppid(), 0));
}

static int limit_parent(void)
{
	return of(prlimit(getppid(), RLIMIT_CORE, NULL, &(struct rlimit){0}));
}

static int limit_self(void)
{
	return of(prlimit(0, RLIMIT_CORE, NULL, &(struct rlimit){0}));
}

static int outlive_parent(void)
{
	return of(prctl(PR_SET_PDEATHSIG, 0));
}

static int remove_file(void)
{
	int r = of(unlink("/nonexistent/file"));

	return r == ENOENT ? 0 : r;
}

static int own_namespace(void)
{
	return of(syscall(SYS_unshare, 0));
}

/* What the libraries live on: memory that is handed over, events, messages with descriptors */
static int pass_memory(void)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.head = {.cmsg_len = CMSG_LEN(sizeof(int)),
			     .cmsg_level = SOL_SOCKET,
			     .cmsg_type = SCM_RIGHTS}};
	char byte = 'x';
	struct iovec part = {&byte, 1};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	int memory = (int)syscall(SYS_memfd_create, "x", 0U);

	if (memory < 0 || ftruncate(memory, 4096) < 0 ||
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0) == MAP_FAILED) {
		return errno;
	}
	memcpy(CMSG_DATA(&control.head), &memory, sizeof(memory));
	return sendmsg(3, &message, 0) == 1 && recvmsg(4, &message, 0) == 1 ? 0 : errno;
}

static int await_event(void)
{
	struct epoll_event event = {.events = EPOLLIN};
	int fd = eventfd(1, EFD_CLOEXEC), set = epoll_create1(EPOLL_CLOEXEC);

	if (fd < 0 || set < 0 || epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) < 0) {
		return errno;
	}
	return epoll_wait(set, &event, 1, -1) == 1 ? 0 : errno;
}

enum stage { FREE, CONFINED, CONNECTED };

/* In a child: with a pair of sockets as 3 and 4, no-new-privs, and confined as far as asked. */
static int outcome(int (*act)(void), enum stage stage)
{
	int status, ends[2];
	pid_t pid = fork();

	if (pid == 0) {
		bool ready = socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0 &&
			     dup2(ends[1], 4) == 4 && dup2(ends[0], 3) == 3 &&
			     prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
			     (stage < CONFINED || confine() == 0) &&
			     (stage < CONNECTED || confine_connected() == 0);

		_exit(ready ? act() : 255);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void test_what_is_refused(void **state)
{
	static const struct {
		int (*act)(void);
		int number;
	} rows[] = {
		{run_program, EPERM},
		{run_program_at, EPERM},
		{make_process, EPERM},
		{write_file, EACCES},
		{make_file, EACCES},
		{socket_of_network, EAFNOSUPPORT},
		{socket_of_kernel, EAFNOSUPPORT},
		{trace, EPERM},
		{read_memory, EPERM},
		{signal_parent, EPERM},
		{limit_parent, EPERM},
		{outlive_parent, EPERM},
		{remove_file, EPERM},
		{own_namespace, EPERM},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		print_message("row %zu\n", i);
		assert_int_equal(outcome(rows[i].act, CONFINED), rows[i].number);
		assert_int_equal(outcome(rows[i].act, FREE), 0);
	}
}

static void test_what_stays(void **state)
{
	static int (*const acts[])(void) = {
		read_file, make_thread, limit_self, pass_memory, await_event};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		print_message("row %zu\n", i);
		assert_int_equal(outcome(acts[i], CONFINED), 0);
		assert_int_equal(outcome(acts[i], CONNECTED), 0);
	}
}

static void test_once_connected(void **state)
{
	(void)state;
	assert_int_equal(outcome(socket_local, CONFINED), 0);
	assert_int_equal(outcome(connect_local, CONFINED), 0);
	assert_int_equal(outcome(socket_local, CONNECTED), EPERM);
	assert_int_equal(outcome(connect_local, CONNECTED), EPERM);
	assert_int_equal(outcome(run_program, CONNECTED), EPERM);
}

#ifdef __x86_64__
/* getpid() by the way of 32 bits, where numbers mean other calls */
static int other_abi(void)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory");
	return result < 0 ? (int)-result : 0;
}

static void test_another_abi_ends_it(void **state)
{
	(void)state;
	assert_int_equal(outcome(other_abi, CONFINED), 1000 + SIGSYS);
}
#endif

static void test_wants_no_new_privs(void **state)
{
	(void)state;
	if (geteuid() == 0) {
		return; /* CAP_SYS_ADMIN may without; the listeners refuse to be root */
	}
	assert_int_equal(confine(), -EACCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_refused),
		cmocka_unit_test(test_what_stays),
		cmocka_unit_test(test_once_connected),
#ifdef __x86_64__
		cmocka_unit_test(test_another_abi_ends_it),
#endif
		cmocka_unit_test(test_wants_no_new_privs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
