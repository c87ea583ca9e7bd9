/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caretaker-listen-pulse: as caretaker-listen-pipewire, of this user's PulseAudio. Its library
 * finds no configuration and no cookie where caretaker-home has it look, and makes none.
 */
#include "log.h"
#include "pulse.h"
#include "server-socket.h"

#include <string.h>

int main(int argc, char **argv)
{
	struct answer answer;
	int r;

	log_open("caretaker-listen-pulse", false);
	if (argc != 3 || strcmp(argv[1], "--runtime") != 0) {
		log_error("usage: caretaker-listen-pulse --runtime DIR");
		return 64;
	}
	r = answer_init(&answer);
	if (r == -EPERM) {
		log_error("could not start: it wants to be a user, not root, with NoNewPrivileges");
		return 1;
	}
	r = r < 0 ? r : server_socket_check(argv[2], "pulse/native");
	r = r < 0 ? r : pulse_listen(argv[2], &answer);
	if (r < 0) {
		log_error("could not listen to PulseAudio: %s", strerror(-r));
	}
	return r < 0 ? 1 : 0;
}
