/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caretaker-hand: the one process that changes the system. It takes one caretakerd at a time over
 * the socket it was given, writes settings that are in its compiled-in table, puts them back, and
 * says what can be put back. It has no network and opens no home. It sleeps while something is
 * kept, and ends when nothing is and nobody wants anything.
 */
#include "config.h"
#include "fd.h"
#include "hand.h"
#include "ipc.h"
#include "log.h"
#include "loop.h"
#include "rest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#define PROGRAM "caretaker-hand"
/* Ten seconds hold the several messages of one plan together, so that they do not each start a
 * process, and keep what must be started anew from being so in a ring. */
#define IDLE_MS 10000
#define REST_AFTER_MS 1000
#define EXIT_SUCCESSOR 75 /* EX_TEMPFAIL: RestartForceExitStatus= of the unit */
/* What is loaded goes into the kernel of this machine, whatever root is looked at: with another
 * root nothing is. */
static const char *const parsers[] = {"/usr/sbin/apparmor_parser", "/sbin/apparmor_parser", NULL};
#define STATE_DEFAULT CARETAKER_STATEDIR "/undo"

struct options {
	const char *root;
	const char *state;
};

/* --root DIR and --state DIR: a fake machine for tests, and a mounted disk */
static int options_read(int argc, char **argv, struct options *options)
{
	*options = (struct options){"/", STATE_DEFAULT};
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--root") == 0 && i + 1 < argc) {
			options->root = argv[++i];
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
	struct stat st;
	cleanup(fd_close) int fd = -1;

	if (mkdir(path, 0700) < 0 && errno != EEXIST) {
		return -errno;
	}
	fd = fd_open_dir(AT_FDCWD, path);
	if (fd < 0) {
		return fd;
	}
	if (fstat(fd, &st) < 0) {
		return -errno;
	}
	/* former values of settings: nobody else may plant one */
	if (st.st_uid != 0 || (st.st_mode & 077) != 0) {
		return -EPERM;
	}
	*ret_fd = TAKE_FD(fd);
	return 0;
}

REST_PATH static void on_idle(void *data)
{
	(void)data;
	rest_give_back();
}

/* Serves until it ends; whether another process is to be started in its place */
static int serve(struct loop *loop, const struct hand_config *config, bool *ret_successor)
{
	cleanup(hand_free_p) struct hand *hand = NULL;
	int r = hand_new(loop, config, &hand);

	if (r == 0) {
		loop_set_idle(loop, REST_AFTER_MS, on_idle, NULL);
		r = loop_run(loop);
	}
	if (r == 0) {
		*ret_successor = hand_wants_successor(hand);
	}
	return r;
}

static int run(const struct options *options, bool *ret_successor)
{
	cleanup(surroundings_finish) struct surroundings surroundings = {.mounts = -1};
	cleanup(loop_free_p) struct loop *loop = NULL;
	cleanup(fd_close) int listener = fd_from_listen("hand");
	cleanup(fd_close) int state = -1;
	cleanup(sysroot_finish) struct sysroot root = {.fd = -1};
	int r;

	if (listener < 0) {
		log_error("could not take the socket \"hand\": %s", strerror(-listener));
		return listener;
	}
	r = open_state(options->state, &state);
	if (r < 0) {
		log_error("could not open the undo directory: %s", strerror(-r));
		return r;
	}
	r = sysroot_open(options->root, strcmp(options->root, "/") == 0, &root);
	if (r == 0) {
		r = surroundings_open(&surroundings);
	}
	if (r == 0) {
		r = loop_new(&loop);
	}
	if (r == 0) {
		struct hand_config config = {.listener = listener,
			.state = state,
			.root = root,
			.idle_ms = IDLE_MS,
			.surroundings = &surroundings,
			.parsers = root.live ? parsers : NULL};

		r = serve(loop, &config, ret_successor);
	}
	if (r < 0) {
		log_error("could not serve the socket \"hand\": %s", strerror(-r));
	}
	return r;
}

int main(int argc, char **argv)
{
	struct options options;
	bool successor = false;

	log_open(PROGRAM, false);
	if (options_read(argc, argv, &options) < 0) {
		fprintf(stderr, "usage: " PROGRAM " [--root DIR] [--state DIR]\n");
		return 64;
	}
	if (!privileges_right()) {
		log_error("could not start: it wants to be root with NoNewPrivileges");
		return 1;
	}
	if (run(&options, &successor) < 0) {
		return 1;
	}
	return successor ? EXIT_SUCCESSOR : 0;
}
