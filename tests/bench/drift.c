/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long a changed setting stays changed. usage: drift FILE CHANGED RUNS PAUSE_MS [--floor]
 *
 * Each run lays the bytes of CHANGED over FILE by rename(2), waits on inotify until FILE holds its
 * first bytes again, and prints the milliseconds, or "-" after five seconds. --floor: a child of
 * its own puts the bytes back as soon as inotify tells it, which is the least that can be.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FILE_MAX ((size_t)1 << 20)
#define LIMIT_MS 5000

struct bytes {
	char *p;
	size_t len;
};

struct job {
	const char *path;
	char dir[PATH_MAX];
	struct bytes good;
	struct bytes bad;
	mode_t mode;
	uid_t uid;
	gid_t gid;
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int read_file(const char *path, struct bytes *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n;

	if (fd < 0) {
		return -errno;
	}
	n = read(fd, ret->p, FILE_MAX);
	close(fd);
	if (n < 0) {
		return -EIO;
	}
	ret->len = (size_t)n;
	return 0;
}

static bool holds(const char *path, const struct bytes *wanted)
{
	static char buffer[FILE_MAX];
	struct bytes seen = {buffer, 0};

	return read_file(path, &seen) == 0 && seen.len == wanted->len &&
	       memcmp(seen.p, wanted->p, seen.len) == 0;
}

/* name keeps the two writers apart */
static int lay(const struct job *job, const struct bytes *bytes, const char *name)
{
	char temporary[PATH_MAX + 16];
	int fd, r = 0;

	snprintf(temporary, sizeof(temporary), "%s/%s", job->dir, name);
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, job->mode);
	if (fd < 0) {
		return -errno;
	}
	if (write(fd, bytes->p, bytes->len) != (ssize_t)bytes->len ||
		fchown(fd, job->uid, job->gid) != 0 || rename(temporary, job->path) != 0) {
		r = -errno;
	}
	close(fd);
	return r;
}

static int watch(const struct job *job)
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd < 0 || inotify_add_watch(fd, job->dir, IN_MOVED_TO | IN_CLOSE_WRITE) < 0) {
		return -errno;
	}
	return fd;
}

/* Waits for something to happen in the directory; false after limit_ms. */
static bool wait_event(int fd, double limit_ms)
{
	char events[4096];
	struct pollfd wanted = {.fd = fd, .events = POLLIN};

	if (limit_ms <= 0 || poll(&wanted, 1, (int)limit_ms + 1) <= 0) {
		return false;
	}
	while (read(fd, events, sizeof(events)) > 0) {
	}
	return true;
}

static void floor_serve(const struct job *job)
{
	int fd = watch(job);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (fd >= 0 && wait_event(fd, INT_MAX / 2)) {
		if (holds(job->path, &job->bad)) {
			(void)!lay(job, &job->good, ".floor");
		}
	}
	_exit(1);
}

static int run_once(const struct job *job, int fd)
{
	double begin;

	while (wait_event(fd, 0.5)) {
	}
	begin = now_ms();
	if (lay(job, &job->bad, ".drift") != 0) {
		return -1;
	}
	while (!holds(job->path, &job->good)) {
		if (!wait_event(fd, LIMIT_MS - (now_ms() - begin))) {
			puts("-");
			return 0;
		}
	}
	printf("%.3f\n", now_ms() - begin);
	return 0;
}

static int prepare(struct job *job, const char *changed)
{
	char copy[PATH_MAX];
	struct stat st;

	snprintf(copy, sizeof(copy), "%s", job->path);
	snprintf(job->dir, sizeof(job->dir), "%s", dirname(copy));
	job->good.p = malloc(FILE_MAX);
	job->bad.p = malloc(FILE_MAX);
	if (job->good.p == NULL || job->bad.p == NULL || stat(job->path, &st) != 0) {
		return -1;
	}
	job->mode = st.st_mode & 07777;
	job->uid = st.st_uid;
	job->gid = st.st_gid;
	return read_file(job->path, &job->good) == 0 && read_file(changed, &job->bad) == 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
	struct job job = {0};
	struct timespec pause;
	long runs, pause_ms;
	int fd;

	if (argc < 5) {
		return 64;
	}
	job.path = argv[1];
	runs = strtol(argv[3], NULL, 10);
	pause_ms = strtol(argv[4], NULL, 10);
	pause = (struct timespec){pause_ms / 1000, (pause_ms % 1000) * 1000000};
	umask(0);
	if (prepare(&job, argv[2]) != 0) {
		perror("drift");
		return 1;
	}
	if (argc > 5 && fork() == 0) {
		floor_serve(&job);
	}
	fd = watch(&job);
	for (long i = 0; fd >= 0 && i < runs; i++) {
		nanosleep(&pause, NULL);
		if (run_once(&job, fd) != 0) {
			return 1;
		}
		fflush(stdout);
	}
	return fd < 0;
}
