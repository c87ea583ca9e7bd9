/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caretaker-legacy: hands caretakerd, which may open no socket of the network, the tables of the
 * older iptables, and does nothing else. It is started by its socket, takes nothing from its peer,
 * changes nothing, and ends when nobody asks.
 */
#include "fd.h"
#include "ipc.h"
#include "legacy-read.h"
#include "log.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>

#define PROGRAM "caretaker-legacy"
/* Each control of the firewall asks anew: one process answers them all. */
#define IDLE_MS 2000
#define SEND_TIMEOUT_S 5 /* for a peer that does not read */

static bool privileges_right(void)
{
	return geteuid() == 0 && getuid() == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static int packet_send(int fd, const void *bytes, size_t len)
{
	return write(fd, bytes, len) < 0 ? -errno : 0; /* send(2) may be refused: see the unit */
}

static int tables_send(int fd, const struct legacy_bytes *tables)
{
	struct legacy_answer answer = {.size = (uint32_t)tables->len};
	int r = packet_send(fd, &answer, sizeof(answer));

	for (size_t at = 0; at < tables->len && r == 0; at += LEGACY_PACKET_MAX) {
		size_t left = tables->len - at;

		r = packet_send(
			fd, tables->p + at, left < LEGACY_PACKET_MAX ? left : LEGACY_PACKET_MAX);
	}
	return r;
}

static int peer_answer(int fd)
{
	const struct timeval limit = {.tv_sec = SEND_TIMEOUT_S};
	cleanup(legacy_bytes_finish) struct legacy_bytes tables = {.p = NULL};
	struct ipc_peer peer;
	int r = ipc_peer_read(fd, &peer);

	if (r != 0) {
		return r;
	}
	if (peer.uid != 0) {
		return -EPERM;
	}
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) < 0) {
		return -errno;
	}
	r = legacy_read(&tables);
	if (r != 0) {
		struct legacy_answer answer = {.error = r == LEGACY_E_LIMIT ? E2BIG : -r};
		int sent = packet_send(fd, &answer, sizeof(answer));

		return sent != 0 ? sent : -answer.error;
	}
	return tables_send(fd, &tables);
}

/* Until nobody has come for a while */
static int serve(int listener)
{
	struct pollfd wait = {.fd = listener, .events = POLLIN};
	int r;

	while ((r = poll(&wait, 1, IDLE_MS)) > 0) {
		cleanup(fd_close) int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0 && (errno == EAGAIN || errno == ECONNABORTED || errno == EINTR)) {
			continue;
		}
		if (fd < 0) {
			return -errno;
		}
		r = peer_answer(fd);
		if (r != 0) {
			log_error("could not hand over the tables: %s", strerror(-r));
		}
	}
	return r < 0 && errno != EINTR ? -errno : 0;
}

int main(void)
{
	cleanup(fd_close) int listener = -1;
	int r;

	log_open(PROGRAM, false);
	(void)signal(SIGPIPE, SIG_IGN);
	if (!privileges_right()) {
		log_error("could not start: it wants to be root with NoNewPrivileges");
		return 1;
	}
	listener = fd_from_listen("legacy");
	if (listener < 0) {
		log_error("could not take the socket \"legacy\": %s", strerror(-listener));
		return 1;
	}
	r = serve(listener);
	if (r < 0) {
		log_error("could not serve the socket \"legacy\": %s", strerror(-r));
	}
	return r < 0;
}
