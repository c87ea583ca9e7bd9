/* SPDX-License-Identifier: Apache-2.0 */
#include "running.h"

#include "fd.h"
#include "sysroot.h"
#include "vec.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define STAT_MAX ((size_t)4096)
#define CGROUP_MAX ((size_t)16384)
#define PROCESSES_MAX 4096
#define FLATPAK "flatpak:"
#define SNAP "snap:"

struct process {
	pid_t pid;
	char comm[RUNNING_NAME_MAX + 1];
};

struct watched {
	pid_t pid;
	int fd; /* pidfd_open(2) */
	struct loop_source *source;
};

struct running {
	struct loop *loop;
	int proc;
	uid_t uid;
	running_fn fn;
	void *data;
	bool read;
	VEC(struct process) processes;
	VEC(struct watched) watched;
};

static void drop(struct watched *watched)
{
	loop_source_free(watched->source);
	fd_close(&watched->fd);
}

void running_free(struct running *running)
{
	if (!running) {
		return;
	}
	vec_for_each (watched, &running->watched) {
		drop(watched);
	}
	vec_free(&running->watched);
	vec_free(&running->processes);
	free(running);
}

int running_new(struct loop *loop, int proc, uid_t uid, running_fn fn, void *data,
	struct running **ret_running)
{
	struct running *running = calloc(1, sizeof(*running));

	if (!running) {
		return -ENOMEM;
	}
	*running = (struct running){.loop = loop, .proc = proc, .uid = uid, .fn = fn, .data = data};
	*ret_running = running;
	return 0;
}

void running_forget(struct running *running)
{
	vec_free(&running->processes);
	running->read = false;
}

/* "PID (name) STATE ...": a name may hold anything, so the last ")" ends it (proc_pid_stat(5)) */
bool running_stat_read(const char *text, char ret_name[RUNNING_NAME_MAX + 1])
{
	const char *begin = strchr(text, '('), *end = strrchr(text, ')');

	/* one that has ended is only waited for by its parent */
	if (!begin || !end || end < begin || end[1] != ' ' || end[2] == 'Z' || end[2] == 'X') {
		return false;
	}
	(void)snprintf(ret_name, RUNNING_NAME_MAX + 1, "%.*s", (int)(end - begin - 1), begin + 1);
	return true;
}

static bool read_stat(int dir, struct process *process)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len;

	return fd_read_regular(dir, "stat", STAT_MAX, &text, &len) == 0 &&
	       running_stat_read(text, process->comm);
}

static int open_process(const struct running *running, const char *name)
{
	cleanup(fd_close) int dir =
		openat(running->proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;

	if (dir < 0 || fstat(dir, &st) < 0 || st.st_uid != running->uid) {
		return -1;
	}
	return TAKE_FD(dir);
}

static void read_processes(struct running *running)
{
	struct sysroot root = {.fd = running->proc};
	struct sysroot_names names = {0};

	running->read = true;
	if (running->proc < 0 || sysroot_list(&root, ".", &names) != 0) {
		return;
	}
	for (size_t i = 0; i < names.len; i++) {
		struct process process = {0};
		cleanup(fd_close) int dir = -1;

		if (names.names[i][0] < '1' || names.names[i][0] > '9') {
			continue;
		}
		dir = open_process(running, names.names[i]);
		process.pid = (pid_t)strtol(names.names[i], NULL, 10);
		if (dir >= 0 && read_stat(dir, &process) &&
			vec_push(&running->processes, process, PROCESSES_MAX) < 0) {
			break;
		}
	}
	sysroot_names_finish(&names);
}

/* Whether a control group's path names this application of flatpak or snap */
static bool in_group(const struct running *running, pid_t pid, const char *name)
{
	bool flatpak = strncmp(name, FLATPAK, strlen(FLATPAK)) == 0;
	cleanup(free_ptr) char *text = NULL;
	cleanup(fd_close) int dir = -1;
	char part[NAME_MAX + 1], number[16];
	size_t len;
	int n;

	n = snprintf(part, sizeof(part), flatpak ? "/app-flatpak-%s-" : "/snap.%s.",
		name + strlen(flatpak ? FLATPAK : SNAP));
	snprintf(number, sizeof(number), "%d", (int)pid);
	dir = open_process(running, number);
	return n > 0 && (size_t)n < sizeof(part) && dir >= 0 &&
	       fd_read_regular(dir, "cgroup", CGROUP_MAX, &text, &len) == 0 && strstr(text, part);
}

static bool is_program(
	const struct running *running, const struct process *process, const char *name)
{
	if (strncmp(name, FLATPAK, strlen(FLATPAK)) == 0 ||
		strncmp(name, SNAP, strlen(SNAP)) == 0) {
		return in_group(running, process->pid, name);
	}
	return strncmp(process->comm, name, RUNNING_NAME_MAX) == 0;
}

static int on_end(struct loop_source *source, uint32_t events, void *data)
{
	struct running *running = data;
	size_t kept = 0;

	(void)events;
	for (size_t i = 0; i < running->watched.len; i++) {
		struct watched *watched = &running->watched.items[i];

		if (watched->source == source) {
			drop(watched);
		} else {
			running->watched.items[kept++] = *watched;
		}
	}
	running->watched.len = kept;
	return running->fn(running->data);
}

/* Whether the end of this process will be told. One that ended meanwhile does not run. */
static bool wait_for(struct running *running, const struct process *process)
{
	struct watched watched = {.pid = process->pid};

	vec_for_each (known, &running->watched) {
		if (known->pid == process->pid) {
			return true;
		}
	}
	watched.fd = (int)syscall(SYS_pidfd_open, process->pid, 0);
	if (watched.fd < 0) {
		return false;
	}
	if (loop_add_fd(running->loop, watched.fd, EPOLLIN, on_end, running, &watched.source) < 0 ||
		vec_push(&running->watched, watched, RUNNING_WATCHED_MAX) < 0) {
		drop(&watched);
		return false;
	}
	return true;
}

static bool is_one_of(const struct running *running, const struct process *process,
	const struct enforce_file *file)
{
	for (size_t i = 0; i < file->n_running; i++) {
		if (is_program(running, process, file->running[i])) {
			return true;
		}
	}
	return false;
}

/* One of its processes is waited for; when that one ends, another may be found. */
bool running_has(struct running *running, const struct enforce_file *file)
{
	if (!running->read) {
		read_processes(running);
	}
	vec_for_each (process, &running->processes) {
		if (is_one_of(running, process, file) && wait_for(running, process)) {
			return true;
		}
	}
	return false;
}
