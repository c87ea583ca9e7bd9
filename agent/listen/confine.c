/* SPDX-License-Identifier: Apache-2.0 */
#include "confine.h"

#include "syscall-filter.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#define WRITES (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)

/* In the order of how often they come (strace -c of both, with Debian's libraries) */
static const int calls[] = {
	SYS_read,
	SYS_write,
	SYS_close,
	SYS_recvmsg,
	SYS_sendmsg,
	SYS_epoll_pwait,
	SYS_epoll_ctl,
	SYS_ppoll,
	SYS_newfstatat,
	SYS_readlinkat,
	SYS_mmap,
	SYS_munmap,
	SYS_mprotect,
	SYS_futex,
	SYS_brk,
	SYS_getuid,
	SYS_geteuid,
	SYS_getgid,
	SYS_getegid,
	SYS_getresuid,
	SYS_getpid,
	SYS_gettid,
	SYS_fstat,
	SYS_statx,
	SYS_lseek,
	SYS_pread64,
	SYS_getdents64,
	SYS_faccessat,
	SYS_faccessat2,
	SYS_fcntl,
	SYS_readv,
	SYS_writev,
	SYS_sendto,
	SYS_recvfrom,
	SYS_connect,
	SYS_shutdown,
	SYS_getsockopt,
	SYS_setsockopt,
	SYS_getsockname,
	SYS_getpeername,
	SYS_pipe2,
	SYS_eventfd2,
	SYS_epoll_create1,
	SYS_timerfd_create,
	SYS_timerfd_settime,
	SYS_memfd_create,
	SYS_ftruncate,
	SYS_madvise,
	SYS_mremap,
	SYS_rt_sigaction,
	SYS_rt_sigprocmask,
	SYS_rt_sigreturn,
	SYS_sigaltstack,
	SYS_clock_gettime,
	SYS_clock_nanosleep,
	SYS_nanosleep,
	SYS_gettimeofday,
	SYS_restart_syscall,
	SYS_sched_yield,
	SYS_sched_getaffinity,
	SYS_getrandom,
	SYS_uname,
	SYS_umask,
	SYS_set_robust_list,
	SYS_set_tid_address,
	SYS_rseq,
	SYS_exit,
	SYS_exit_group,
#ifdef __x86_64__
	/* older ways, which glibc still takes on this machine */
	SYS_epoll_wait,
	SYS_poll,
	SYS_access,
	SYS_readlink,
	SYS_stat,
	SYS_lstat,
#endif
};

/* What depends on how it is called; each leaves the call's number loaded for the next. */
#define WHERE(call, body) UNLESS_EQUAL((call), body)
static const struct sock_filter head[] = {BEGIN};
static const struct sock_filter tail[] = {
	/* flags of clone3 are out of a filter's sight; glibc takes clone then */
	REFUSE_CALL(SYS_clone3, ENOSYS),
/* libpulse only looks that way whether a folder is there */
#ifdef __x86_64__
	REFUSE_CALL(SYS_mkdir, EEXIST),
#endif
	REFUSE_CALL(SYS_mkdirat, EEXIST),
	/* threads, and no process */
	WHERE(SYS_clone, 4), LOAD(args[0]), UNLESS_ANY_BIT(CLONE_THREAD, 1), ALLOW, REFUSE(EPERM),
	/* files are only read */
	WHERE(SYS_openat, 4), LOAD(args[2]), UNLESS_ANY_BIT(WRITES, 1), REFUSE(EACCES), ALLOW,
	WHERE(SYS_socket, 4), LOAD(args[0]), UNLESS_EQUAL(AF_UNIX, 1), ALLOW, REFUSE(EAFNOSUPPORT),
	/* of itself alone */
	WHERE(SYS_prlimit64, 4), LOAD(args[0]), UNLESS_EQUAL(0, 1), ALLOW, REFUSE(EPERM),
	WHERE(SYS_ioctl, 6), LOAD(args[1]), UNLESS_EQUAL(TCGETS, 1), ALLOW,
	UNLESS_EQUAL(FIONREAD, 1), ALLOW, REFUSE(ENOTTY), WHERE(SYS_prctl, 10), LOAD(args[0]),
	UNLESS_EQUAL(PR_SET_NAME, 1), ALLOW, UNLESS_EQUAL(PR_GET_NAME, 1), ALLOW,
	UNLESS_EQUAL(PR_CAPBSET_READ, 1), ALLOW, UNLESS_EQUAL(PR_SET_SECCOMP, 1), ALLOW,
	REFUSE(EPERM), REFUSE(EPERM)};
static const struct sock_filter connected[] = {
	BEGIN, REFUSE_CALL(SYS_socket, EPERM), REFUSE_CALL(SYS_connect, EPERM), ALLOW};

static int set(const struct sock_filter *filter, size_t len)
{
	const struct sock_fprog program = {
		.len = (unsigned short)len, .filter = (struct sock_filter *)filter};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0 ? -errno : 0;
}

int confine(void)
{
	struct sock_filter filter[ARRAY_LEN(head) + 2 * ARRAY_LEN(calls) + ARRAY_LEN(tail)];
	size_t len = 0;

	for (size_t i = 0; i < ARRAY_LEN(head); i++) {
		filter[len++] = head[i];
	}
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		filter[len++] = (struct sock_filter)UNLESS_EQUAL((unsigned)calls[i], 1);
		filter[len++] = (struct sock_filter)ALLOW;
	}
	for (size_t i = 0; i < ARRAY_LEN(tail); i++) {
		filter[len++] = tail[i];
	}
	return set(filter, len);
}

int confine_connected(void)
{
	return set(connected, ARRAY_LEN(connected));
}
