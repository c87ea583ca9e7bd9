/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caretaker-listen-pipewire: for which kinds of programs sound and pictures come in through this
 * user's PipeWire, told on standard output (media-heard.h) for as long as somebody reads there.
 * caretaker-home starts it while a device is held by a server of that user, so that the library is
 * in memory for as long alone.
 */
#include "confine.h"
#include "fd.h"
#include "log.h"
#include "pipewire.h"
#include "server-socket.h"

#include <string.h>

int main(int argc, char **argv)
{
	struct answer answer;
	cleanup(fd_close) int fd = -1;
	int r;

	log_open("caretaker-listen-pipewire", false);
	if (argc != 3 || strcmp(argv[1], "--runtime") != 0) {
		log_error("usage: caretaker-listen-pipewire --runtime DIR");
		return 64;
	}
	r = answer_init(&answer);
	if (r == -EPERM) {
		log_error("could not start: it wants to be a user, not root, with NoNewPrivileges");
		return 1;
	}
	r = r < 0 ? r : server_socket_open(argv[2], "pipewire-0", &fd);
	r = r < 0 ? r : confine_connected();
	r = r < 0 ? r : pipewire_listen(TAKE_FD(fd), &answer);
	if (r < 0) {
		log_error("could not listen to PipeWire: %s", strerror(-r));
	}
	return r < 0 ? 1 : 0;
}
