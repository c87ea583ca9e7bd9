// SPDX-License-Identifier: Apache-2.0
#include "spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SETPRIV "/usr/bin/setpriv"
#define FIRST_FD 3    /* SD_LISTEN_FDS_START */
#define SAFE_FD 32    /* above every fd that is handed on */
#define WORD_MAX 1280 /* "HOME=" and a path, or a capability list */
#define ARGUMENTS_MAX 12
#define VARIABLES_MAX 10

/* What execve wants, all in one block, made before fork: nothing allocates in the child. */
struct image {
	char *argv[ARGUMENTS_MAX + 1];
	char *envp[VARIABLES_MAX + 1];
	char listen_pid[32];
	char words[ARGUMENTS_MAX + VARIABLES_MAX][WORD_MAX];
	size_t n_argv, n_envp, n_words;
	bool too_long;
};

static void printf_like(4, 5)
	image_add(struct image *image, char **list, size_t *n, const char *fmt, ...)
{
	char *word = image->words[image->n_words++];
	va_list args;

	va_start(args, fmt);
	if (vsnprintf(word, WORD_MAX, fmt, args) >= WORD_MAX) {
		image->too_long = true;
	}
	va_end(args);
	list[(*n)++] = word;
}

static void image_add_identity(struct image *image, const struct spawn *spawn)
{
	char **argv = image->argv;

	if (spawn->uid == 0) {
		return;
	}
	image_add(image, argv, &image->n_argv, "--reuid=%u", (unsigned)spawn->uid);
	image_add(image, argv, &image->n_argv, "--regid=%u", (unsigned)spawn->gid);
	image_add(image, argv, &image->n_argv, "%s",
		spawn->user ? "--init-groups" : "--clear-groups");
}

static void image_add_environment(struct image *image, const struct spawn *spawn)
{
	char **envp = image->envp;
	char names[128] = "";
	size_t len = 0;

	image_add(image, envp, &image->n_envp, "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
	image_add(image, envp, &image->n_envp, "LANG=C.UTF-8");
	/* What malloc keeps for speed lies on pages that are never given back. */
	image_add(image, envp, &image->n_envp, "GLIBC_TUNABLES=glibc.malloc.tcache_count=%u",
		spawn->tcache_count);
	if (spawn->user) {
		image_add(image, envp, &image->n_envp, "USER=%s", spawn->user);
		image_add(image, envp, &image->n_envp, "LOGNAME=%s", spawn->user);
		image_add(image, envp, &image->n_envp, "HOME=%s", spawn->home);
	}
	if (spawn->n_fds == 0) {
		return;
	}
	for (size_t i = 0; i < spawn->n_fds && len < sizeof(names); i++) {
		len += (size_t)snprintf(
			names + len, sizeof(names) - len, "%s%s", i ? ":" : "", spawn->fds[i].name);
	}
	image->too_long |= len >= sizeof(names);
	image_add(image, envp, &image->n_envp, "LISTEN_FDS=%zu", spawn->n_fds);
	image_add(image, envp, &image->n_envp, "LISTEN_FDNAMES=%s", names);
	envp[image->n_envp++] = image->listen_pid;
}

static int image_make(const struct spawn *spawn, struct image **ret_image)
{
	cleanup(free_ptr) struct image *image = calloc(1, sizeof(*image));
	char **argv;

	if (!image) {
		return -ENOMEM;
	}
	argv = image->argv;
	image_add(image, argv, &image->n_argv, "%s", SETPRIV);
	image_add_identity(image, spawn);
	/* Not left behind when the supervisor is killed. */
	image_add(image, argv, &image->n_argv, "--pdeathsig=TERM");
	image_add(image, argv, &image->n_argv, "--no-new-privs");
	image_add(image, argv, &image->n_argv, "--inh-caps=-all");
	image_add(image, argv, &image->n_argv, "--bounding-set=%s", spawn->caps);
	image_add(image, argv, &image->n_argv, "--");
	image_add(image, argv, &image->n_argv, "%s", spawn->program);
	if (spawn->argument) {
		image_add(image, argv, &image->n_argv, "%s", spawn->argument);
	}
	image_add_environment(image, spawn);
	if (image->too_long) {
		return -ENAMETOOLONG;
	}
	*ret_image = TAKE_PTR(image);
	return 0;
}

static int pass_fds(const struct spawn *spawn)
{
	int moved[SPAWN_FDS_MAX];

	for (size_t i = 0; i < spawn->n_fds; i++) {
		moved[i] = fcntl(spawn->fds[i].fd, F_DUPFD_CLOEXEC, SAFE_FD);
		if (moved[i] < 0) {
			return -errno;
		}
	}
	for (size_t i = 0; i < spawn->n_fds; i++) {
		if (dup2(moved[i], FIRST_FD + (int)i) < 0) {
			return -errno;
		}
	}
	return 0;
}

static void restore_signals(void)
{
	struct sigaction ordinary = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int signo = 1; signo < NSIG; signo++) {
		(void)sigaction(signo, &ordinary, NULL);
	}
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void become(struct image *image, const struct spawn *spawn, int gate)
{
	char byte;
	int null;
	ssize_t n;

	gate = fcntl(gate, F_DUPFD_CLOEXEC, SAFE_FD);
	do {
		n = read(gate, &byte, 1);
	} while (n < 0 && errno == EINTR);
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (n != 0 || null < 0 || dup2(null, STDIN_FILENO) < 0 || pass_fds(spawn) < 0) {
		_exit(126);
	}
	(void)snprintf(
		image->listen_pid, sizeof(image->listen_pid), "LISTEN_PID=%d", (int)getpid());
	restore_signals();
	(void)setsid();
	if (chdir("/") < 0 || families_restrict(spawn->families) < 0) {
		_exit(126);
	}
	execve(SETPRIV, image->argv, image->envp);
	_exit(127);
}

int spawn_start(const struct spawn *spawn, int *ret_gate, pid_t *ret_pid)
{
	cleanup(free_ptr) struct image *image = NULL;
	cleanup(fd_close) int wait_end = -1;
	cleanup(fd_close) int gate = -1;
	int ends[2];
	pid_t pid;
	int r;

	r = image_make(spawn, &image);
	if (r < 0) {
		return r;
	}
	if (pipe2(ends, O_CLOEXEC) < 0) {
		return -errno;
	}
	wait_end = ends[0];
	gate = ends[1];
	pid = fork();
	if (pid < 0) {
		return -errno;
	}
	if (pid == 0) {
		(void)close(gate);
		become(image, spawn, wait_end);
	}
	*ret_gate = TAKE_FD(gate);
	*ret_pid = pid;
	return 0;
}
