// SPDX-License-Identifier: Apache-2.0
/*
 * usage: await SECONDS PATH... -- COMMAND [ARGUMENT...]
 *
 * Runs COMMAND until it succeeds: at once, and again each time that something changes at one of the
 * PATHs (files, or what lies in directories). Ends with 1 when it has not after SECONDS, so that a
 * machine that hangs is told from one that is slow.
 */
#include "clock.h"
#include "str.h"

#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>

#define EVENTS                                                                              \
	(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB | \
		IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF)

static int run(char *argv[])
{
	pid_t pid;
	int status;

	if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) != 0) {
		(void)fprintf(stderr, "await: could not run %s\n", argv[0]);
		exit(EXIT_FAILURE);
	}
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			return -1;
		}
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void drain(int fd)
{
	char buf[8192];

	while (read(fd, buf, sizeof(buf)) > 0) {
	}
}

int main(int argc, char *argv[])
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	uint64_t seconds;
	int64_t end_ms, left;
	int i = 2;

	if (argc < 5 || fd < 0 || span_u64(span_z(argv[1]), &seconds) < 0) {
		(void)fputs("usage: await SECONDS PATH... -- COMMAND [ARGUMENT...]\n", stderr);
		return 64;
	}
	for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (inotify_add_watch(fd, argv[i], EVENTS) < 0) {
			(void)fprintf(stderr, "await: %s: %s\n", argv[i], strerror(errno));
			return EXIT_FAILURE;
		}
	}
	if (i + 1 >= argc) {
		return 64;
	}
	end_ms = clock_read().boot_ms + (int64_t)seconds * 1000;
	while (run(argv + i + 1) != 0) {
		struct pollfd wanted = {.fd = fd, .events = POLLIN};

		left = end_ms - clock_read().boot_ms;
		if (left <= 0 || poll(&wanted, 1, (int)left) == 0) {
			return EXIT_FAILURE;
		}
		drain(fd);
	}
	return EXIT_SUCCESS;
}
