/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The older iptables is read through a socket of IPv4 and one of IPv6 (getsockopt), which
 * caretakerd may not open: caretaker-legacy does, started when its own socket is connected to.
 */
#include "config.h"
#include "facts-parts.h"
#include "fd.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#define LEGACY_TIMEOUT_S 10

static int legacy_connect(int *ret_fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const struct timeval limit = {.tv_sec = LEGACY_TIMEOUT_S};
	cleanup(fd_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		return -errno;
	}
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", CARETAKER_RUNDIR "/legacy.sock");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) < 0 ||
		connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		return -errno;
	}
	*ret_fd = TAKE_FD(fd);
	return 0;
}

int facts_legacy_read(void *data, struct facts_bytes *ret_tables)
{
	cleanup(fd_close) int fd = -1;
	struct facts_bytes tables = {.p = NULL};
	int r = legacy_connect(&fd);

	(void)data;
	switch (r) {
	case 0:
		break;
	case -ENOENT:
	case -ECONNREFUSED:
		return FACTS_E_NO_TOOL;
	case -EACCES:
	case -EPERM:
		return FACTS_E_NOT_PERMITTED;
	default:
		return r;
	}
	r = fd_read_all(fd, FACTS_LEGACY_MAX, &tables.p, &tables.len);
	if (r == -EAGAIN) {
		return FACTS_E_NO_TOOL; /* it did not answer in time */
	}
	if (r != 0) {
		return r > 0 ? FACTS_E_LIMIT : r;
	}
	*ret_tables = tables;
	return 0;
}
