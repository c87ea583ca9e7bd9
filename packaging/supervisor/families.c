// SPDX-License-Identifier: Apache-2.0
#include "families.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#	define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#	define NATIVE_ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#	define NATIVE_ARCH AUDIT_ARCH_RISCV64
#else
#	error "name this machine's AUDIT_ARCH_*, and make sure that it has socket(2) as a call of its own"
#endif

/* Calls of the x32 ABI carry this bit and would pass by another number. */
#define X32_BIT 0x40000000U

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS_EQUAL(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skip))
#define UNLESS_ABOVE(value, skip) BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (value), 0, (skip))
#define ANSWER(action) BPF_STMT(BPF_RET | BPF_K, (action))
#define REFUSE(number) ANSWER(SECCOMP_RET_ERRNO | (number))
#define ALLOW ANSWER(SECCOMP_RET_ALLOW)
#define ALLOW_FAMILY(family) UNLESS_EQUAL((family), 1), ALLOW

#define BEGIN                                                                         \
	LOAD(arch), UNLESS_EQUAL(NATIVE_ARCH, 1), BPF_STMT(BPF_JMP | BPF_JA, 1),      \
		ANSWER(SECCOMP_RET_KILL_PROCESS), LOAD(nr), UNLESS_ABOVE(X32_BIT, 1), \
		REFUSE(ENOSYS), UNLESS_EQUAL(SYS_io_uring_setup, 1), REFUSE(ENOSYS)
/* The address family is an int: the low half of args[0] on the little-endian machines above. */
#define SOCKET_ONLY UNLESS_EQUAL(SYS_socket, 1), BPF_STMT(BPF_JMP | BPF_JA, 1), ALLOW, LOAD(args[0])
#define START BEGIN, SOCKET_ONLY
#define REFUSE_CALL(number) UNLESS_EQUAL((number), 1), REFUSE(EPERM)
#define END REFUSE(EAFNOSUPPORT)

static const struct sock_filter local[] = {START, ALLOW_FAMILY(AF_UNIX), END};
static const struct sock_filter kernel[] = {
	START, ALLOW_FAMILY(AF_UNIX), ALLOW_FAMILY(AF_NETLINK), END};
static const struct sock_filter network[] = {START, ALLOW_FAMILY(AF_UNIX), ALLOW_FAMILY(AF_NETLINK),
	ALLOW_FAMILY(AF_INET), ALLOW_FAMILY(AF_INET6), END};
static const struct sock_filter mute[] = {BEGIN, REFUSE_CALL(SYS_bind), REFUSE_CALL(SYS_connect),
	REFUSE_CALL(SYS_sendmmsg), REFUSE_CALL(SYS_sendmsg), REFUSE_CALL(SYS_sendto), SOCKET_ONLY,
	ALLOW_FAMILY(AF_UNIX), ALLOW_FAMILY(AF_INET), ALLOW_FAMILY(AF_INET6), END};

static const struct {
	const struct sock_filter *filter;
	unsigned short len;
} rows[] = {
	[FAMILIES_LOCAL] = {local, ARRAY_LEN(local)},
	[FAMILIES_KERNEL] = {kernel, ARRAY_LEN(kernel)},
	[FAMILIES_NETWORK] = {network, ARRAY_LEN(network)},
	[FAMILIES_MUTE] = {mute, ARRAY_LEN(mute)},
};

int families_restrict(enum families families)
{
	struct sock_fprog program = {
		.len = rows[families].len, .filter = (struct sock_filter *)rows[families].filter};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		return -errno;
	}
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0) {
		return -errno;
	}
	return 0;
}
