/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caretaker-home: keeps the settings of one user's clients, with that user's rights and no others.
 * It lives with the login; the user may stop it, which shows as unknown with the age of its last
 * word.
 */
#include "config.h"
#include "fd.h"
#include "log.h"
#include "loop.h"
#include "put-back.h"
#include "rest.h"
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#define PROGRAM "caretaker-home"

struct options {
	const char *data;   /* NULL: the installed texts */
	const char *home;   /* NULL: that of the user database */
	const char *listen; /* directory of caretaker-listen-* */
	const char *notify;
	const char *root;
	const char *socket;
	bool put_back; /* everything, and then end */
};

static int options_read(int argc, char **argv, struct options *options)
{
	*options = (struct options){.listen = CARETAKER_LIBEXECDIR,
		.notify = CARETAKER_LIBEXECDIR "/caretaker-notify",
		.root = "/",
		.socket = CARETAKER_RUNDIR "/home.sock"};
	for (int i = 1; i < argc; i++) {
		const struct {
			const char *name;
			const char **value;
		} rows[] = {{"--data", &options->data}, {"--home", &options->home},
			{"--listen", &options->listen}, {"--notify", &options->notify},
			{"--root", &options->root}, {"--socket", &options->socket}};
		size_t j = 0;

		if (strcmp(argv[i], "--put-back") == 0) {
			options->put_back = true;
			continue;
		}
		while (j < ARRAY_LEN(rows) && strcmp(argv[i], rows[j].name) != 0) {
			j++;
		}
		if (j == ARRAY_LEN(rows) || i + 1 == argc) {
			return -EINVAL;
		}
		*rows[j].value = argv[++i];
	}
	return 0;
}

static bool privileges_right(void)
{
	uid_t real, effective, saved;

	return getresuid(&real, &effective, &saved) == 0 && real != 0 && effective == real &&
	       saved == real && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static int open_home(const struct options *options, int *ret_fd)
{
	const char *path = options->home;
	struct stat st;
	cleanup(fd_close) int fd = -1;

	if (!path) {
		const struct passwd *entry;

		errno = 0;
		entry = getpwuid(getuid());
		if (!entry) {
			return errno ? -errno : -ENOENT;
		}
		path = entry->pw_dir;
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0) {
		return -errno;
	}
	if (st.st_uid != getuid()) {
		return -EPERM;
	}
	*ret_fd = TAKE_FD(fd);
	return 0;
}

/* ~/.local/state/caretaker, each step made where it is missing, no link followed */
static int open_state(int home, int *ret_fd)
{
	static const char *const names[] = {".local", "state", "caretaker"};
	cleanup(fd_close) int dir = openat(home, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (size_t i = 0; i < ARRAY_LEN(names) && dir >= 0; i++) {
		struct stat st;
		int next;

		if (mkdirat(dir, names[i], 0700) < 0 && errno != EEXIST) {
			return -errno;
		}
		next = fd_open_dir(dir, names[i]);
		fd_close(&dir);
		dir = next;
		if (dir >= 0 && (fstat(dir, &st) < 0 || st.st_uid != getuid())) {
			return -EPERM;
		}
	}
	if (dir < 0) {
		return dir == -1 ? -errno : dir;
	}
	*ret_fd = TAKE_FD(dir);
	return 0;
}

REST_PATH static void on_idle(void *data)
{
	(void)data;
	rest_give_back();
}

static int run_put_back(const struct options *options)
{
	cleanup(fd_close) int home = -1;
	cleanup(sysroot_finish) struct sysroot root = {.fd = -1};
	struct enforce_place place;
	size_t stuck = 0;
	int r = open_home(options, &home);

	if (r == -ENOENT || r == -ENOTDIR) {
		return 0; /* an account without a home has no settings */
	}
	r = r == 0 ? sysroot_open(options->root, strcmp(options->root, "/") == 0, &root) : r;
	if (r == 0) {
		place = (struct enforce_place){
			.root = root, .home = home, .owner = getuid(), .edits = ENFORCE_USER};
		r = put_back(&place, &stuck);
	}
	if (r < 0) {
		log_error("could not put the settings back: %s", strerror(-r));
	} else if (stuck > 0) {
		log_error("could not put %zu settings back", stuck);
		r = -EBUSY;
	}
	return r;
}

static int run(const struct options *options)
{
	cleanup(loop_free_p) struct loop *loop = NULL;
	cleanup(fd_close) int home = -1;
	cleanup(fd_close) int state = -1;
	cleanup(fd_close) int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup(sysroot_finish) struct sysroot root = {.fd = -1};
	cleanup(session_free_p) struct session *session = NULL;
	struct session_config config;
	int r = open_home(options, &home);

	if (r < 0) {
		log_error("could not open the home: %s", strerror(-r));
		return r;
	}
	r = open_state(home, &state);
	if (r < 0) {
		/* it can still look and tell, which is more than nothing */
		log_warning("could not open the undo directory: %s", strerror(-r));
	}
	r = sysroot_open(options->root, strcmp(options->root, "/") == 0, &root);
	if (r == 0) {
		r = loop_new(&loop);
	}
	if (r == 0) {
		config = (struct session_config){.path = options->socket,
			.programs = options->listen,
			.proc = proc,
			.place = {.root = root,
				.home = home,
				.owner = getuid(),
				.edits = ENFORCE_USER},
			.telling = {.program = options->notify,
				.data = options->data,
				.root = options->root,
				.uid = getuid(),
				.sysroot = &root,
				.state = state}};
		r = session_new(loop, &config, &session);
	}
	if (r == 0) {
		loop_set_idle(loop, 0, on_idle, NULL);
		r = loop_run(loop);
	}
	if (r < 0) {
		log_error("could not keep the settings: %s", strerror(-r));
	}
	return r;
}

int main(int argc, char **argv)
{
	struct options options;

	log_open(PROGRAM, false);
	if (options_read(argc, argv, &options) < 0) {
		fprintf(stderr, "usage: " PROGRAM " [--data DIR] [--home DIR] [--listen DIR] "
				"[--notify PATH] [--root DIR] [--socket PATH] [--put-back]\n");
		return 64;
	}
	if (!privileges_right()) {
		log_error("could not start: it wants to be a user, not root, with NoNewPrivileges");
		return 1;
	}
	return (options.put_back ? run_put_back(&options) : run(&options)) < 0 ? 1 : 0;
}
