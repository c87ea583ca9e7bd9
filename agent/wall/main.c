/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caretaker-firewall: the one process that changes the firewall. It takes one caretakerd at a time
 * over the socket it was given, has the machine's own firewall deny what nobody asked for, stays
 * until somebody confirmed that the network still works, and puts everything back otherwise.
 */
#include "config.h"
#include "fd.h"
#include "log.h"
#include "wall.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#define PROGRAM "caretaker-firewall"
#define IDLE_MS 10000
/* sysexits(3), EX_CONFIG: starting again would not mend it (RestartPreventExitStatus) */
#define EXIT_DAMAGED 78
#define STATE_DEFAULT CARETAKER_STATEDIR "/firewall"

struct options {
	const char *state;
	bool restore;
};

static int options_read(int argc, char **argv, struct options *options)
{
	*options = (struct options){.state = STATE_DEFAULT};
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--restore") == 0) {
			options->restore = true;
		} else if (strcmp(argv[i], "--state") == 0 && i + 1 < argc) {
			options->state = argv[++i];
		} else {
			return -EINVAL;
		}
	}
	return 0;
}

static bool privileges_right(void)
{
	return geteuid() == 0 && getuid() == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static int open_state(const char *path, int *ret_fd)
{
	cleanup(fd_close) int fd = fd_open_dir(AT_FDCWD, path);
	struct stat st;

	if (fd < 0) {
		return fd;
	}
	if (fstat(fd, &st) < 0) {
		return -errno;
	}
	/* what is to be put back: nobody else may say */
	if (st.st_uid != 0 || (st.st_mode & 077) != 0) {
		return -EPERM;
	}
	*ret_fd = TAKE_FD(fd);
	return 0;
}

static int serve(struct wall_setup *setup)
{
	cleanup(loop_free_p) struct loop *loop = NULL;
	cleanup(fd_close) int listener = fd_from_listen("firewall");
	cleanup(wall_free_p) struct wall *wall = NULL;
	int r;

	if (listener < 0) {
		log_error("could not take the socket \"firewall\": %s", strerror(-listener));
		return listener;
	}
	r = loop_new(&loop);
	if (r == 0) {
		setup->loop = loop;
		setup->listener = listener;
		r = wall_new(setup, &wall);
	}
	return r == 0 ? loop_run(loop) : r;
}

static int run(const struct options *options)
{
	cleanup(fd_close) int state = -1;
	cleanup(sysroot_finish) struct sysroot root = {.fd = -1};
	struct wall_setup setup = {.listener = -1, .idle_ms = IDLE_MS};
	int r = open_state(options->state, &state);

	if (r < 0) {
		log_error("could not open the directory of its state: %s", strerror(-r));
		return r;
	}
	r = sysroot_open("/", true, &root);
	if (r == 0) {
		setup.state = state;
		setup.root = root;
		r = options->restore ? wall_restore(&setup) : serve(&setup);
	}
	if (r < 0) {
		log_error("could not look after the firewall: %s", strerror(-r));
	}
	return r;
}

int main(int argc, char **argv)
{
	struct options options;
	int r;

	log_open(PROGRAM, false);
	if (options_read(argc, argv, &options) < 0) {
		fprintf(stderr, "usage: " PROGRAM " [--restore] [--state DIR]\n");
		return 64;
	}
	if (!privileges_right()) {
		log_error("could not start: it wants to be root with NoNewPrivileges");
		return 1;
	}
	r = run(&options);
	if (r == 0) {
		return 0;
	}
	return r == -EBADMSG || r == -EPERM || r == -ENOENT ? EXIT_DAMAGED : 1;
}
