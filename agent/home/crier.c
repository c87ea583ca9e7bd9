/* SPDX-License-Identifier: Apache-2.0 */
#include "crier.h"

#include "fd.h"
#include "json-build.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define RUNS_MAX (CRIER_STAY_MAX + 4) /* some may be about to end */

/* One caretaker-notify; the last one in the list may not have shown its messages yet. */
struct run {
	struct crier *crier;
	pid_t pid;
	bool ending; /* was asked to make room */
	int output;  /* says that they are shown; -1 once it has, or never will */
	struct loop_source *readable, *child;
};

struct crier {
	struct loop *loop;
	struct crier_config config;
	struct run *runs[RUNS_MAX];
	size_t n;
	bool busy;
};

static void drop(struct crier *crier, size_t i)
{
	struct run *run = crier->runs[i];

	loop_source_free(run->readable);
	loop_source_free(run->child);
	fd_close(&run->output);
	free(run);
	crier->n--;
	memmove(crier->runs + i, crier->runs + i + 1, (crier->n - i) * sizeof(crier->runs[0]));
}

int crier_new(struct loop *loop, const struct crier_config *config, struct crier **ret_crier)
{
	struct crier *crier = calloc(1, sizeof(*crier));

	if (!crier) {
		return -ENOMEM;
	}
	*crier = (struct crier){.loop = loop, .config = *config};
	*ret_crier = crier;
	return 0;
}

void crier_free(struct crier *crier)
{
	while (crier && crier->n > 0) {
		drop(crier, crier->n - 1);
	}
	free(crier);
}

bool crier_busy(const struct crier *crier)
{
	return crier->busy;
}

static void stop_listening(struct run *run)
{
	loop_source_free(TAKE_PTR(run->readable));
	fd_close(&run->output);
	run->output = -1;
}

static int tell(struct crier *crier, bool shown)
{
	crier->busy = false;
	return crier->config.told(shown, crier->config.for_whom);
}

static int on_output(struct loop_source *source, uint32_t events, void *data)
{
	struct run *run = data;
	char word[16];
	ssize_t len = read(run->output, word, sizeof(word));

	(void)source;
	(void)events;
	stop_listening(run);
	/* closed without a word: its end tells */
	return len > 0 ? tell(run->crier, true) : 0;
}

/* What it said with its last breath counts. */
static bool has_said(const struct run *run)
{
	char word[16];

	return run->output >= 0 && read(run->output, word, sizeof(word)) > 0;
}

static int on_child(struct loop_source *source, pid_t pid, int status, void *data)
{
	struct run *run = data;
	struct crier *crier = run->crier;
	bool is_last = crier->busy && crier->runs[crier->n - 1] == run;
	bool shown = is_last && has_said(run);

	(void)source;
	(void)pid;
	(void)status;
	for (size_t i = 0; i < crier->n; i++) {
		if (crier->runs[i] == run) {
			drop(crier, i);
			break;
		}
	}
	return is_last ? tell(crier, shown) : 0;
}

static _Noreturn void become(
	const struct crier_config *config, const char *bus, int input, int output)
{
	const char *const argv[] = {
		config->program, "--bus", bus, config->data ? "--data" : NULL, config->data, NULL};
	char *const environment[] = {(char *)"LC_ALL=C", NULL};
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0) {
		(void)execve(argv[0], (char *const *)(uintptr_t)argv, environment);
	}
	_exit(1);
}

static int make_input(struct json_object *messages, int *ret_fd)
{
	cleanup(fd_close) int fd = memfd_create("caretaker-notify", MFD_CLOEXEC);
	cleanup(json_put) struct json_object *object = NULL;
	struct json_build build = json_build_object();
	const char *text;
	int r;

	json_build_int(&build, "format", 1);
	json_build_share(&build, "messages", messages);
	r = json_build_finish(&build, &object);
	text = r == 0 ? json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN) : NULL;
	if (!text || fd < 0) {
		return fd < 0 ? -errno : -ENOMEM;
	}
	r = fd_write_all(fd, text, strlen(text));
	if (r == 0 && lseek(fd, 0, SEEK_SET) < 0) {
		r = -errno;
	}
	if (r == 0) {
		*ret_fd = TAKE_FD(fd);
	}
	return r;
}

static int start(struct run *run, const char *bus, int input)
{
	struct crier *crier = run->crier;
	int ends[2];
	int r;

	if (pipe2(ends, O_CLOEXEC) < 0) {
		return -errno;
	}
	run->output = ends[0];
	run->pid = fork();
	if (run->pid == 0) {
		become(&crier->config, bus, input, ends[1]);
	}
	r = run->pid < 0 ? -errno : 0;
	fd_close(&ends[1]);
	if (r == 0) {
		r = loop_add_child(crier->loop, run->pid, on_child, run, &run->child);
	}
	if (r == 0) {
		r = loop_add_fd(crier->loop, run->output, EPOLLIN, on_output, run, &run->readable);
	}
	return r;
}

/* Its end is told by on_child, as that of any other. */
static void make_room(const struct crier *crier)
{
	struct run *oldest = NULL;
	size_t n = 0;

	for (size_t i = crier->n; i > 0; i--) {
		if (!crier->runs[i - 1]->ending) {
			oldest = crier->runs[i - 1];
			n++;
		}
	}
	if (n >= CRIER_STAY_MAX) {
		oldest->ending = true;
		(void)kill(oldest->pid, SIGTERM);
	}
}

int crier_tell(struct crier *crier, const char *bus, struct json_object *messages)
{
	cleanup(fd_close) int input = -1;
	struct run *run;
	int r;

	if (crier->busy) {
		return -EAGAIN;
	}
	make_room(crier);
	if (crier->n == RUNS_MAX) {
		return -EAGAIN;
	}
	r = make_input(messages, &input);
	if (r < 0) {
		return r == -ENOMEM ? r : -EAGAIN;
	}
	run = calloc(1, sizeof(*run));
	if (!run) {
		return -ENOMEM;
	}
	*run = (struct run){.crier = crier, .output = -1};
	crier->runs[crier->n++] = run;
	r = start(run, bus, input);
	if (r < 0) {
		drop(crier, crier->n - 1);
		return r == -ENOMEM ? r : -EAGAIN;
	}
	crier->busy = true;
	return 0;
}
