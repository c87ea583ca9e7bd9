/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: media-bench NODE OTHER ROUNDS known|new [PAUSE_MS [SOCKET]], media-bench look TIMES
 *
 * Each round measures both of these, one after the other and in turns first, so that what else the
 * machine does hits both alike, from just before an open:
 *
 * - bare: until inotify has told of an open of OTHER and one look at the process that did it, whose
 *   number is known, has found the node: the least that it can take. OTHER is a node of the same
 *   driver that caretakerd does not follow, so that it does not wake in this.
 * - verdict: until control.sock says "held" of NODE, the first camera, which is all that
 *   caretakerd is told.
 *
 * By one process each time that stays (known), or by another each time (new). PAUSE_MS goes before
 * each open: by then caretakerd has given back its pages. look: the CPU of one look at the
 * descriptors of every process. Prints microseconds: the median and the 95th of a hundred of bare,
 * of verdict, and a hundred times the one median divided by the other.
 */
#include "clock.h"
#include "fd.h"
#include "media-words.h"
#include "str.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#define TIMES_MAX 1000
#define PAUSE_MS_MAX 60000

struct told {
	int64_t at;
	pid_t pid;
};
/* A child that opens one node as it is told */
struct opener {
	const char *node;
	dev_t number;
	bool fresh;
	pid_t child;
	int words[2], done[2]; /* pipes: what to do; what was done */
};
struct bench {
	struct opener bare, ours;
	const char *socket;
	int64_t pause_ns;
	int follow;
};

static int64_t now_ns(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void open_once(const struct opener *opener)
{
	const struct told told = {now_ns(CLOCK_MONOTONIC), getpid()};
	int fd = open(opener->node, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	char byte;

	if (fd < 0 || write(opener->done[1], &told, sizeof(told)) != sizeof(told) ||
		read(opener->words[0], &byte, 1) != 1) {
		_exit(1);
	}
	fd_close(&fd);
}

/* Opens the node at each "o", tells when it did so, and closes it at the next byte */
static void serve(const struct opener *opener)
{
	char byte;

	while (read(opener->words[0], &byte, 1) == 1 && byte == 'o') {
		pid_t own = opener->fresh ? fork() : 0;

		if (own == 0 && opener->fresh) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		}
		if (own > 0) {
			(void)waitpid(own, NULL, 0);
			continue;
		}
		open_once(opener);
		if (opener->fresh) {
			_exit(0);
		}
	}
	_exit(0);
}

static int begin(struct opener *opener, const char *node, bool fresh)
{
	struct stat st;

	*opener = (struct opener){.node = node, .fresh = fresh};
	if (stat(node, &st) < 0 || pipe2(opener->words, O_CLOEXEC) < 0 ||
		pipe2(opener->done, O_CLOEXEC) < 0) {
		return -1;
	}
	opener->number = st.st_rdev;
	opener->child = fork();
	if (opener->child == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* ends with us, however that is */
		serve(opener);
	}
	return opener->child > 0 ? 0 : -1;
}

/* It has the other end as well: told, not hung up on */
static int end(const struct opener *opener)
{
	return write(opener->words[1], "q", 1) == 1 &&
			       waitpid(opener->child, NULL, 0) == opener->child
		       ? 0
		       : -1;
}

static bool tell(const struct opener *opener, const char *word)
{
	return write(opener->words[1], word, 1) == 1;
}

static bool hear(const struct opener *opener, struct told *ret_told)
{
	return read(opener->done[0], ret_told, sizeof(*ret_told)) == sizeof(*ret_told);
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
	const struct opener *opener = &bench->bare;
	cleanup(fd_close) int fd = inotify_init1(IN_CLOEXEC);
	struct told told;
	int64_t found;
	char buf[4096];

	if (fd < 0 || inotify_add_watch(fd, opener->node, IN_OPEN) < 0 || !tell(opener, "o") ||
		read(fd, buf, sizeof(buf)) <= 0 || !hear(opener, &told) ||
		!has_node(told.pid, opener->number)) {
		return -1;
	}
	found = now_ns(CLOCK_MONOTONIC);
	return tell(opener, "c") ? found - told.at : -1;
}

/* *ret_at: when the answer came of which the word is true */
static bool drain_until(int fd, const char *word, int64_t *ret_at)
{
	int64_t until_ms = clock_read().boot_ms + (int64_t)MEDIA_WORDS_LIMIT_S * 1000;
	char said[MEDIA_WORDS_SAID_MAX];

	for (;;) {
		cleanup(ipc_message_finish) struct ipc_message message = {0};

		if (!media_words_wait(fd, until_ms)) {
			return false;
		}
		*ret_at = now_ns(CLOCK_MONOTONIC);
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
	const struct opener *opener = &bench->ours;
	struct told told;
	int64_t found, closed;

	if (!tell(opener, "o") || !drain_until(bench->follow, "c1=held", &found) ||
		!hear(opener, &told) || !tell(opener, "c") ||
		!drain_until(bench->follow, "c1=idle", &closed)) {
		return -1;
	}
	return found - told.at;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

struct span_us {
	int64_t median, p95;
};

static struct span_us sum_up(int64_t *spans, size_t n)
{
	qsort(spans, n, sizeof(spans[0]), compare);
	return (struct span_us){spans[n / 2] / 1000, spans[n * 95 / 100] / 1000};
}

static int64_t measure_one(const struct bench *bench, bool bare)
{
	const struct timespec pause = {bench->pause_ns / 1000000000, bench->pause_ns % 1000000000};

	if (bench->pause_ns > 0) {
		(void)nanosleep(&pause, NULL);
	}
	return bare ? measure_bare(bench) : measure_ours(bench);
}

static int measure(struct bench *bench, size_t rounds)
{
	static int64_t bare[TIMES_MAX], ours[TIMES_MAX];
	struct span_us least, found;
	int64_t at;

	bench->follow = media_words_follow(bench->socket);
	if (bench->follow < 0 || !drain_until(bench->follow, "c1=idle", &at)) {
		return -1;
	}
	for (size_t i = 0; i < 2 * rounds; i++) {
		bool is_bare = (i + i / 2) % 2 == 0;
		int64_t span = measure_one(bench, is_bare);

		if (span < 0) {
			return -1;
		}
		*(is_bare ? &bare[i / 2] : &ours[i / 2]) = span;
	}
	least = sum_up(bare, rounds);
	found = sum_up(ours, rounds);
	printf("%lld %lld %lld %lld %lld\n", (long long)least.median, (long long)least.p95,
		(long long)found.median, (long long)found.p95,
		(long long)(found.median * 100 / (least.median > 0 ? least.median : 1)));
	return end(&bench->bare) == 0 ? end(&bench->ours) : -1;
}

static int look(size_t times)
{
	static int64_t spans[TIMES_MAX];
	struct span_us sum;

	for (size_t i = 0; i < times; i++) {
		int64_t begin_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID);
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
		spans[i] = now_ns(CLOCK_PROCESS_CPUTIME_ID) - begin_ns;
	}
	sum = sum_up(spans, times);
	printf("%lld %lld\n", (long long)sum.median, (long long)sum.p95);
	return 0;
}

static int compare_both(int argc, char **argv, size_t rounds)
{
	struct bench bench = {.socket = argc > 6 ? argv[6] : MEDIA_WORDS_SOCKET, .follow = -1};
	bool fresh = strcmp(argv[4], "new") == 0;
	uint64_t pause_ms = 0;

	if ((argc > 5 && (span_u64(span_z(argv[5]), &pause_ms) < 0 || pause_ms > PAUSE_MS_MAX)) ||
		begin(&bench.bare, argv[2], fresh) < 0 || begin(&bench.ours, argv[1], fresh) < 0) {
		return -1;
	}
	bench.pause_ns = (int64_t)pause_ms * 1000000;
	return measure(&bench, rounds);
}

static bool read_times(const char *word, size_t *ret_times)
{
	uint64_t times;

	if (span_u64(span_z(word), &times) < 0 || times == 0 || times > TIMES_MAX) {
		return false;
	}
	*ret_times = times;
	return true;
}

int main(int argc, char **argv)
{
	size_t times;
	int r = -1;

	if (argc == 3 && strcmp(argv[1], "look") == 0 && read_times(argv[2], &times)) {
		r = look(times);
	} else if (argc >= 5 && argc <= 7 && read_times(argv[3], &times)) {
		r = compare_both(argc, argv, times);
	}
	if (r < 0) {
		perror("media-bench");
	}
	return r < 0;
}
