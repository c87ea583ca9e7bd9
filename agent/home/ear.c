/* SPDX-License-Identifier: Apache-2.0 */
#include "ear.h"

#include "fd.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

struct ear {
	struct ear_config config;
	pid_t pid; /* 0: ended */
	int output;
	bool told;
	struct media_heard heard;
	struct loop_source *readable, *child;
};

static void stop_reading(struct ear *ear)
{
	loop_source_free(TAKE_PTR(ear->readable));
	fd_close(&ear->output);
	ear->output = -1;
}

void ear_free(struct ear *ear)
{
	if (!ear) {
		return;
	}
	stop_reading(ear);
	loop_source_free(ear->child);
	if (ear->pid > 0) {
		/* it holds nothing that it would have to put in order */
		(void)kill(ear->pid, SIGKILL);
		while (waitpid(ear->pid, NULL, 0) < 0 && errno == EINTR) {
		}
	}
	free(ear);
}

const struct media_heard *ear_heard(const struct ear *ear)
{
	return ear->told ? &ear->heard : NULL;
}

bool ear_ended(const struct ear *ear)
{
	return ear->pid == 0;
}

static int unhear(struct ear *ear)
{
	bool told = ear->told;

	ear->told = false;
	return told ? ear->config.changed(ear->config.data) : 0;
}

/* What is not in its format ends it: nothing that it said is believed any more. */
static int on_output(struct loop_source *source, uint32_t events, void *data)
{
	struct ear *ear = data;
	struct media_heard heard;
	ssize_t n = read(ear->output, &heard, sizeof(heard));

	(void)source;
	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return 0;
	}
	if (n != (ssize_t)sizeof(heard) || !media_heard_valid(&heard)) {
		stop_reading(ear);
		if (ear->pid > 0) {
			(void)kill(ear->pid, SIGKILL);
		}
		return unhear(ear);
	}
	ear->heard = heard;
	ear->told = true;
	return ear->config.changed(ear->config.data);
}

static int on_child(struct loop_source *source, pid_t pid, int status, void *data)
{
	struct ear *ear = data;

	(void)source;
	(void)pid;
	(void)status;
	loop_source_free(TAKE_PTR(ear->child));
	ear->pid = 0;
	stop_reading(ear);
	return unhear(ear);
}

static _Noreturn void become(const struct ear_config *config, pid_t parent, int output)
{
	const char *const argv[] = {config->program, "--runtime", config->runtime, NULL};
	char runtime[sizeof("XDG_RUNTIME_DIR=") + EAR_PATH_MAX];
	/* libpulse neither finds a configuration there nor makes a cookie */
	char *const environment[] = {(char *)"LC_ALL=C", (char *)"HOME=/nonexistent",
		(char *)"PULSE_CLIENTCONFIG=/dev/null", (char *)"PULSE_COOKIE=/dev/zero", runtime,
		NULL};
	sigset_t none;

	snprintf(runtime, sizeof(runtime), "XDG_RUNTIME_DIR=%s", config->runtime);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent &&
		dup2(output, STDOUT_FILENO) >= 0) {
		(void)execve(argv[0], (char *const *)(uintptr_t)argv, environment);
	}
	_exit(1);
}

static int start(struct loop *loop, struct ear *ear)
{
	pid_t parent = getpid();
	int ends[2];
	int r;

	if (pipe2(ends, O_CLOEXEC) < 0) {
		return -errno;
	}
	ear->output = ends[0];
	ear->pid = fork();
	if (ear->pid == 0) {
		become(&ear->config, parent, ends[1]);
	}
	r = ear->pid < 0 ? -errno : 0;
	fd_close(&ends[1]);
	if (r == 0 && fcntl(ear->output, F_SETFL, O_NONBLOCK) < 0) {
		r = -errno;
	}
	if (r == 0) {
		r = loop_add_child(loop, ear->pid, on_child, ear, &ear->child);
	}
	if (r == 0) {
		r = loop_add_fd(loop, ear->output, EPOLLIN, on_output, ear, &ear->readable);
	}
	return r;
}

int ear_new(struct loop *loop, const struct ear_config *config, struct ear **ret_ear)
{
	struct ear *ear = calloc(1, sizeof(*ear));
	int r;

	if (!ear) {
		return -ENOMEM;
	}
	*ear = (struct ear){.config = *config, .output = -1};
	r = start(loop, ear);
	ear->config.program = ear->config.runtime = NULL;
	if (r < 0) {
		ear_free(ear);
		return r;
	}
	*ret_ear = ear;
	return 0;
}
