/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The older iptables is read through a socket of IPv4 and one of IPv6 (getsockopt), which
 * caretakerd may not open: caretaker-legacy does, started when its own socket is connected to.
 */
#include "config.h"
#include "facts-parts.h"
#include "fd.h"
#include "legacy-tables.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#define LEGACY_TIMEOUT_S 10 /* for each packet */

static int legacy_connect(int *ret_fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const struct timeval limit = {.tv_sec = LEGACY_TIMEOUT_S};
	cleanup(fd_close) int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

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

/* One packet; FACTS_E_NO_TOOL when it does not come, or is larger than there is room for. */
static int packet_take(int fd, void *room, size_t max, size_t *ret_len)
{
	ssize_t n = recv(fd, room, max, MSG_TRUNC); /* with the length that it was sent with */

	if (n <= 0 || (size_t)n > max) {
		return FACTS_E_NO_TOOL;
	}
	*ret_len = (size_t)n;
	return 0;
}

static int answer_take(int fd, struct legacy_answer *ret_answer)
{
	size_t len;
	int r = packet_take(fd, ret_answer, sizeof(*ret_answer), &len);

	if (r != 0 || len != sizeof(*ret_answer)) {
		return FACTS_E_NO_TOOL;
	}
	if (ret_answer->error == E2BIG || ret_answer->size > LEGACY_ALL_MAX) {
		return FACTS_E_LIMIT;
	}
	if (ret_answer->error == EPERM || ret_answer->error == EACCES) {
		return FACTS_E_NOT_PERMITTED;
	}
	return ret_answer->error != 0 ? FACTS_E_NO_TOOL : 0;
}

static int tables_take(int fd, struct facts_bytes *ret_tables)
{
	struct legacy_answer answer;
	cleanup(free_ptr) char *tables = NULL;
	size_t at = 0;
	int r = answer_take(fd, &answer);

	if (r != 0) {
		return r;
	}
	tables = malloc((size_t)answer.size + 1);
	if (!tables) {
		return -ENOMEM;
	}
	while (at < answer.size && r == 0) {
		size_t len = 0;

		r = packet_take(fd, tables + at, answer.size - at, &len);
		at += len;
	}
	if (r == 0) {
		*ret_tables = (struct facts_bytes){TAKE_PTR(tables), answer.size};
	}
	return r;
}

int facts_legacy_read(void *data, struct facts_bytes *ret_tables)
{
	cleanup(fd_close) int fd = -1;
	int r = legacy_connect(&fd);

	(void)data;
	switch (r) {
	case 0:
		return tables_take(fd, ret_tables);
	case -ENOENT:
	case -ECONNREFUSED:
		return FACTS_E_NO_TOOL;
	case -EACCES:
	case -EPERM:
		return FACTS_E_NOT_PERMITTED;
	default:
		return r;
	}
}
