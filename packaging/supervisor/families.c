// SPDX-License-Identifier: Apache-2.0
#include "families.h"

#include "syscall-filter.h"

#include <sys/prctl.h>
#include <sys/socket.h>

#define ALLOW_FAMILY(family) UNLESS_EQUAL((family), 1), ALLOW

/* The address family is an int: the low half of args[0]. */
#define SOCKET_ONLY UNLESS_EQUAL(SYS_socket, 1), BPF_STMT(BPF_JMP | BPF_JA, 1), ALLOW, LOAD(args[0])
#define START BEGIN, SOCKET_ONLY
#define END REFUSE(EAFNOSUPPORT)

static const struct sock_filter local[] = {START, ALLOW_FAMILY(AF_UNIX), END};
static const struct sock_filter kernel[] = {
	START, ALLOW_FAMILY(AF_UNIX), ALLOW_FAMILY(AF_NETLINK), END};
static const struct sock_filter network[] = {START, ALLOW_FAMILY(AF_UNIX), ALLOW_FAMILY(AF_NETLINK),
	ALLOW_FAMILY(AF_INET), ALLOW_FAMILY(AF_INET6), END};
static const struct sock_filter mute[] = {BEGIN, REFUSE_CALL(SYS_bind, EPERM),
	REFUSE_CALL(SYS_connect, EPERM), REFUSE_CALL(SYS_sendmmsg, EPERM),
	REFUSE_CALL(SYS_sendmsg, EPERM), REFUSE_CALL(SYS_sendto, EPERM), SOCKET_ONLY,
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
