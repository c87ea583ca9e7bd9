/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: media-bench NODE TIMES bare|verdict known|new, media-bench look TIMES
 *
 * From just before an open of the node: until control.sock says "held" (verdict), or until inotify
 * has told and one look at the process that did it, whose number is known, has found it (bare):
 * the least that it can take. By one process each time that stays (known), or by another each time
 * (new). look: the CPU of one look at the descriptors of every process. Prints microseconds: the
 * median and the 95th of a hundred.
 */
#include "clock.h"
#include "fd.h"
#include "media-words.h"
#include "str.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#define TIMES_MAX 1000

struct told {
	int64_t at;
	pid_t pid;
};
struct bench {
	const char *node;
	dev_t number;
	bool bare, fresh;
	int words[2], done[2]; /* pipes: what to do; what was done */
	int follow;
};

static int64_t now_ns(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void open_once(const struct bench *bench)
{
	const struct told told = {now_ns(CLOCK_MONOTONIC), getpid()};
	int fd = open(bench->node, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	char byte;

	if (fd < 0 || write(bench->done[1], &told, sizeof(told)) != sizeof(told) ||
		read(bench->words[0], &byte, 1) != 1) {
		_exit(1);
	}
	fd_close(&fd);
}

/* A child that opens the node at each "o", tells when it did so, and closes it at the next byte */
static pid_t opener(const struct bench *bench)
{
	pid_t pid = fork(), own;
	char byte;

	if (pid != 0) {
		return pid;
	}
	while (read(bench->words[0], &byte, 1) == 1 && byte == 'o') {
		own = bench->fresh ? fork() : 0;
		if (own > 0) {
			(void)waitpid(own, NULL, 0);
			continue;
		}
		open_once(bench);
		if (bench->fresh) {
			_exit(0);
		}
	}
	_exit(0);
}

static bool has_node(pid_t pid, dev_t number)
{
	struct dirent *entry;
	bool has = false;
	char path[64];
	DIR *dir;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		struct stat st;

		has = has || (fstatat(dirfd(dir), entry->d_name, &st, 0) == 0 &&
				     S_ISCHR(st.st_mode) && st.st_rdev == number);
	}
	if (dir) {
		closedir(dir);
	}
	return has;
}

static int64_t measure_bare(const struct bench *bench)
{
	cleanup(fd_close) int fd = inotify_init1(IN_CLOEXEC);
	struct told told;
	int64_t end;
	char buf[4096];

	if (fd < 0 || inotify_add_watch(fd, bench->node, IN_OPEN) < 0 ||
		write(bench->words[1], "o", 1) != 1 || read(fd, buf, sizeof(buf)) <= 0 ||
		read(bench->done[0], &told, sizeof(told)) != sizeof(told) ||
		!has_node(told.pid, bench->number)) {
		return -1;
	}
	end = now_ns(CLOCK_MONOTONIC);
	return write(bench->words[1], "c", 1) == 1 ? end - told.at : -1;
}

static bool drain_until(int fd, const char *word)
{
	int64_t until_ms = clock_read().boot_ms + (int64_t)MEDIA_WORDS_LIMIT_S * 1000;
	char said[MEDIA_WORDS_SAID_MAX];

	for (;;) {
		cleanup(ipc_message_finish) struct ipc_message message = {0};

		if (!media_words_receive(fd, until_ms, &message)) {
			return false;
		}
		if (media_words_hold(message.body, word, said)) {
			return true;
		}
	}
}

static int64_t measure_ours(const struct bench *bench)
{
	struct told told;
	int64_t end;

	if (write(bench->words[1], "o", 1) != 1 || !drain_until(bench->follow, "c1=held")) {
		return -1;
	}
	end = now_ns(CLOCK_MONOTONIC);
	if (read(bench->done[0], &told, sizeof(told)) != sizeof(told) ||
		write(bench->words[1], "c", 1) != 1 || !drain_until(bench->follow, "c1=idle")) {
		return -1;
	}
	return end - told.at;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void print_spans(int64_t *spans, size_t n)
{
	qsort(spans, n, sizeof(spans[0]), compare);
	printf("%lld %lld\n", (long long)spans[n / 2] / 1000,
		(long long)spans[n * 95 / 100] / 1000);
}

static int measure(struct bench *bench, size_t times, int64_t *spans)
{
	struct stat st;
	pid_t child;

	if (stat(bench->node, &st) < 0 || pipe2(bench->words, O_CLOEXEC) < 0 ||
		pipe2(bench->done, O_CLOEXEC) < 0) {
		return -1;
	}
	bench->number = st.st_rdev;
	child = opener(bench);
	bench->follow = bench->bare ? -1 : media_words_follow();
	if (child < 0 ||
		(!bench->bare && (bench->follow < 0 || !drain_until(bench->follow, "c1=idle")))) {
		return -1;
	}
	for (size_t i = 0; i < times; i++) {
		spans[i] = bench->bare ? measure_bare(bench) : measure_ours(bench);
		if (spans[i] < 0) {
			return -1;
		}
	}
	/* it has the other end as well: told, not hung up on */
	(void)!write(bench->words[1], "q", 1);
	return waitpid(child, NULL, 0) == child ? 0 : -1;
}

static int look(size_t times, int64_t *spans)
{
	for (size_t i = 0; i < times; i++) {
		int64_t begin = now_ns(CLOCK_PROCESS_CPUTIME_ID);
		struct dirent *entry;
		DIR *dir = opendir("/proc");
		uint64_t pid;

		while (dir && (entry = readdir(dir))) {
			if (span_u64(span_z(entry->d_name), &pid) == 0) {
				(void)has_node((pid_t)pid, 0);
			}
		}
		if (!dir || closedir(dir) < 0) {
			return -1;
		}
		spans[i] = now_ns(CLOCK_PROCESS_CPUTIME_ID) - begin;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static int64_t spans[TIMES_MAX];
	struct bench bench = {.follow = -1};
	uint64_t times = 0;
	int r = -1;

	if (argc >= 3 && span_u64(span_z(argv[2]), &times) == 0 && times > 0 &&
		times <= TIMES_MAX) {
		bench.node = argv[1];
		if (argc == 3 && strcmp(argv[1], "look") == 0) {
			r = look(times, spans);
		} else if (argc == 5) {
			bench.bare = strcmp(argv[3], "bare") == 0;
			bench.fresh = strcmp(argv[4], "new") == 0;
			r = measure(&bench, times, spans);
		}
	}
	if (r < 0) {
		perror("media-bench");
		return 1;
	}
	print_spans(spans, times);
	return 0;
}
