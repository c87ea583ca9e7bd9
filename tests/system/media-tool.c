/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: media-tool hold NODE open|mmap|stream|read|userptr|orphan|child, await WORD...,
 *        fanotify NODE, bench NODE TIMES bare|verdict
 *
 * hold does that to a node, says "ready" once the kernel has done it, and keeps it so until its
 * standard input says anything, or ends. await follows control.sock until every word ("c1=held",
 * "m2=other/browser", "c3=-" for none) is true of the answer, and prints the last one. fanotify
 * says which of its modes report an open of the node. bench compares, from just before the open,
 * the verdict on control.sock with bare inotify and one look-up of the holder that is known.
 */
#include "clock.h"
#include "fd.h"
#include "ipc.h"
#include "json-build.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#define SOCKET "/run/caretaker/control.sock"
#define LIMIT_S 60
#define BUFFERS 4
#define TIMES_MAX 1000

static int request(int fd, enum v4l2_memory memory)
{
	struct v4l2_requestbuffers req = {
		.count = BUFFERS, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = memory};

	return ioctl(fd, VIDIOC_REQBUFS, &req);
}

static int map_buffers(int fd, bool queue)
{
	for (unsigned i = 0; i < BUFFERS; i++) {
		struct v4l2_buffer buf = {.index = i,
			.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
			.memory = V4L2_MEMORY_MMAP};

		if (ioctl(fd, VIDIOC_QUERYBUF, &buf) < 0 ||
			mmap(NULL, buf.length, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
				buf.m.offset) == MAP_FAILED ||
			(queue && ioctl(fd, VIDIOC_QBUF, &buf) < 0)) {
			return -1;
		}
	}
	return 0;
}

static int stream_userptr(int fd)
{
	struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};

	if (ioctl(fd, VIDIOC_G_FMT, &format) < 0 || request(fd, V4L2_MEMORY_USERPTR) < 0) {
		return -1;
	}
	for (unsigned i = 0; i < BUFFERS; i++) {
		size_t len = (format.fmt.pix.sizeimage + 4095) & ~(size_t)4095;
		void *p =
			mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		struct v4l2_buffer buf = {.index = i,
			.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
			.memory = V4L2_MEMORY_USERPTR,
			.m.userptr = (unsigned long)p,
			.length = (unsigned)len};

		if (p == MAP_FAILED || ioctl(fd, VIDIOC_QBUF, &buf) < 0) {
			return -1;
		}
	}
	return 0;
}

static int act(int fd, const char *what)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	char byte[4096];

	if (strcmp(what, "open") == 0 || strcmp(what, "child") == 0) {
		return 0;
	}
	if (strcmp(what, "read") == 0) {
		return read(fd, byte, sizeof(byte)) > 0 ? 0 : -1;
	}
	if (strcmp(what, "userptr") == 0) {
		return stream_userptr(fd) < 0 ? -1 : ioctl(fd, VIDIOC_STREAMON, &type);
	}
	if (request(fd, V4L2_MEMORY_MMAP) < 0 || map_buffers(fd, strcmp(what, "stream") == 0) < 0) {
		return -1;
	}
	if (strcmp(what, "orphan") == 0) {
		return close(fd); /* its memory alone is left */
	}
	return strcmp(what, "stream") == 0 ? ioctl(fd, VIDIOC_STREAMON, &type) : 0;
}

static int hold(const char *node, const char *what)
{
	int fd = open(node, O_RDWR | O_NONBLOCK);
	char byte;

	if (fd >= 0) {
		(void)fcntl(fd, F_SETFL, 0); /* a read waits for a picture */
	}
	if (fd < 0 || act(fd, what) < 0) {
		perror(what);
		return 1;
	}
	if (strcmp(what, "child") == 0 && fork() > 0) {
		_exit(0); /* who opened it is gone, who inherited it is not */
	}
	printf("ready\n");
	(void)fflush(stdout);
	return read(STDIN_FILENO, &byte, 1) < 0;
}

static const char *text_of(struct json_object *row, const char *name)
{
	struct json_object *value = json_object_object_get(row, name);

	return value ? json_object_get_string(value) : "";
}

/* "c1=held", "c1=held/other", "c2=-" */
static bool word_holds(struct json_object *body, const char *word)
{
	struct json_object *list =
		json_object_object_get(body, word[0] == 'c' ? "cameras" : "microphones");
	size_t n = (size_t)strtoul(word + 1, NULL, 10);
	const char *wanted = strchr(word, '=');
	struct json_object *row = n > 0 ? json_object_array_get_idx(list, n - 1) : NULL;
	char said[96];

	if (!wanted) {
		return false;
	}
	wanted++;
	if (!row) {
		return strcmp(wanted, "-") == 0;
	}
	(void)snprintf(said, sizeof(said), "%s%s%s", text_of(row, "state"),
		strchr(wanted, '/') ? "/" : "", strchr(wanted, '/') ? text_of(row, "kind") : "");
	return strcmp(said, wanted) == 0;
}

static int follow(void)
{
	cleanup(json_put) struct json_object *body = NULL;
	struct json_build build = json_build_object();
	int fd = ipc_connect(SOCKET);

	json_build_bool(&build, "follow", true);
	json_build_string(&build, "verb", "media");
	if (fd < 0 || json_build_finish(&build, &body) < 0 ||
		ipc_send(fd, IPC_REQUEST, body) != 0) {
		return -1;
	}
	return fd;
}

static bool receive(int fd, int64_t until_ms, struct ipc_message *ret_message)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	int64_t left_ms = until_ms - clock_read().boot_ms;

	return left_ms > 0 && poll(&wait, 1, (int)left_ms) > 0 &&
	       ipc_receive(fd, ret_message) == 0 && ret_message->type == IPC_REPLY;
}

static int await(char **words, int n)
{
	int64_t until_ms = clock_read().boot_ms + (int64_t)LIMIT_S * 1000;
	int fd = follow();
	char last[4096] = "nothing";

	for (;;) {
		cleanup(ipc_message_finish) struct ipc_message message = {0};
		int held = 0;

		if (fd < 0 || !receive(fd, until_ms, &message)) {
			printf("never so, but: %s\n", last);
			return 1;
		}
		(void)snprintf(last, sizeof(last), "%s", json_object_to_json_string(message.body));
		while (held < n && word_holds(message.body, words[held])) {
			held++;
		}
		if (held == n) {
			printf("%s\n", last);
			return 0;
		}
	}
}

static void fanotify_try(const char *node, const char *name, unsigned flags)
{
	int fd = fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC | flags, O_RDONLY);
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	const char *said = "reports nothing";
	char buf[4096] __attribute__((aligned(8)));
	const struct fanotify_event_metadata *event = (const void *)buf;
	pid_t child;

	if (fd < 0 || fanotify_mark(fd, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, node) < 0) {
		printf("fanotify %s: refused: %s\n", name, strerror(errno));
		close(fd);
		return;
	}
	child = fork();
	if (child == 0) {
		_exit(open(node, O_RDWR | O_NONBLOCK) < 0);
	}
	waitpid(child, NULL, 0);
	if (poll(&wait, 1, 2000) > 0 && read(fd, buf, sizeof(buf)) > 0) {
		said = event->pid == child ? "reports the open and its process"
					   : "reports the open alone";
	}
	printf("fanotify %s: %s\n", name, said);
	close(fd);
}

static int64_t now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* A child that opens the node at each byte, tells when it did so, and closes it at the next. */
static pid_t opener(const char *node, int words, int done)
{
	pid_t pid = fork();
	char byte;

	if (pid != 0) {
		return pid;
	}
	while (read(words, &byte, 1) == 1 && byte == 'o') {
		int64_t at = now_ns();
		int fd = open(node, O_RDWR | O_NONBLOCK);

		if (write(done, &at, sizeof(at)) < 0 || read(words, &byte, 1) != 1) {
			break;
		}
		close(fd);
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

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* Bare: from the open to the end of one look at the process that is known to do it */
static int64_t measure_bare(const char *node, int words, int done, pid_t child, dev_t number)
{
	int fd = inotify_init1(IN_CLOEXEC);
	int64_t at = 0, end = 0;
	char buf[4096];

	if (inotify_add_watch(fd, node, IN_OPEN) < 0 || write(words, "o", 1) != 1 ||
		read(fd, buf, sizeof(buf)) <= 0) {
		return -1;
	}
	while (!has_node(child, number)) {
	}
	end = now_ns();
	if (read(done, &at, sizeof(at)) != sizeof(at) || write(words, "c", 1) != 1) {
		return -1;
	}
	close(fd);
	return end - at;
}

static bool drain_until(int fd, const char *word)
{
	int64_t until_ms = clock_read().boot_ms + (int64_t)LIMIT_S * 1000;

	for (;;) {
		cleanup(ipc_message_finish) struct ipc_message message = {0};

		if (!receive(fd, until_ms, &message)) {
			return false;
		}
		if (word_holds(message.body, word)) {
			return true;
		}
	}
}

static int64_t measure_ours(int fd, int words, int done)
{
	int64_t at = 0, end;

	if (write(words, "o", 1) != 1 || !drain_until(fd, "c1=held")) {
		return -1;
	}
	end = now_ns();
	if (read(done, &at, sizeof(at)) != sizeof(at) || write(words, "c", 1) != 1 ||
		!drain_until(fd, "c1=idle")) {
		return -1;
	}
	return end - at;
}

static int measure(
	const char *node, bool is_bare, int times, int64_t *spans, int words[2], int done[2])
{
	pid_t child = opener(node, words[0], done[1]);
	int fd = is_bare ? -1 : follow();
	struct stat st;

	if (stat(node, &st) < 0 || (!is_bare && (fd < 0 || !drain_until(fd, "c1=idle")))) {
		return -1;
	}
	for (int i = 0; i < times; i++) {
		spans[i] = is_bare ? measure_bare(node, words[1], done[0], child, st.st_rdev)
				   : measure_ours(fd, words[1], done[0]);
		if (spans[i] < 0) {
			return -1;
		}
	}
	/* it has the other end as well: told, not hung up on */
	(void)!write(words[1], "q", 1);
	waitpid(child, NULL, 0);
	return 0;
}

static int bench(const char *node, int times, const char *what)
{
	static int64_t spans[TIMES_MAX];
	int words[2], done[2];

	if (times < 1 || times > TIMES_MAX || pipe2(words, O_CLOEXEC) < 0 ||
		pipe2(done, O_CLOEXEC) < 0 ||
		measure(node, strcmp(what, "bare") == 0, times, spans, words, done) < 0) {
		perror("bench");
		return 1;
	}
	qsort(spans, (size_t)times, sizeof(spans[0]), compare);
	printf("%lld\n", (long long)spans[times / 2] / 1000);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "hold") == 0) {
		return hold(argv[2], argv[3]);
	}
	if (argc > 2 && strcmp(argv[1], "await") == 0) {
		return await(argv + 2, argc - 2);
	}
	if (argc == 3 && strcmp(argv[1], "fanotify") == 0) {
		fanotify_try(argv[2], "by descriptor", 0);
		fanotify_try(argv[2], "FAN_REPORT_FID", FAN_REPORT_FID);
		return 0;
	}
	if (argc == 5 && strcmp(argv[1], "bench") == 0) {
		return bench(argv[2], (int)strtol(argv[3], NULL, 10), argv[4]);
	}
	(void)fprintf(stderr, "usage: media-tool hold|await|fanotify|bench ...\n");
	return 64;
}
