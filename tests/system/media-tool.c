/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: media-tool hold NODE open|mmap|stream|read|userptr|orphan|child, await WORD...,
 *        crowd PROCESSES FILES, fanotify NODE
 *
 * hold does that to a node, says "ready" once the kernel has done it, and keeps it so until its
 * standard input says anything, or ends. await follows control.sock until every word is true of the
 * answer (media-words.h), and prints them as the last one has them. crowd stays, with so many
 * processes that have so many files open. fanotify says which of its modes report an open of the
 * node.
 */
#include "clock.h"
#include "media-words.h"

#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define BUFFERS 4
#define WORDS_MAX 8

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

/* Prints the words as they are true of the last answer; the answer itself is for who looks on. */
static int await(char **words, int n)
{
	int64_t until_ms = clock_read().boot_ms + (int64_t)MEDIA_WORDS_LIMIT_S * 1000;
	char said[WORDS_MAX][MEDIA_WORDS_SAID_MAX] = {"nothing"};
	int fd = media_words_follow(MEDIA_WORDS_SOCKET), held = 0;

	while (fd >= 0 && n <= WORDS_MAX && held < n) {
		cleanup(ipc_message_finish) struct ipc_message message = {0};

		if (!media_words_receive(fd, until_ms, &message)) {
			break;
		}
		held = 0;
		for (int i = 0; i < n; i++) {
			held += media_words_hold(message.body, words[i], said[i]);
		}
		(void)fprintf(stderr, "%s\n", json_object_to_json_string(message.body));
	}
	for (int i = 0; i < n && i < WORDS_MAX; i++) {
		printf("%s%s", i > 0 ? " " : "", said[i]);
	}
	printf("\n");
	return held < n;
}

/* Others on the same machine, each with some open files */
static int crowd(long processes, long files)
{
	char byte;

	for (long i = 0; i < processes; i++) {
		pid_t pid = fork();

		if (pid < 0) {
			perror("fork");
			return 1;
		}
		if (pid > 0) {
			continue;
		}
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (long j = 0; j < files; j++) {
			if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) {
				_exit(1);
			}
		}
		for (;;) {
			(void)pause();
		}
	}
	printf("ready\n");
	(void)fflush(stdout);
	return read(STDIN_FILENO, &byte, 1) < 0; /* its end is theirs */
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

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "crowd") == 0) {
		return crowd(strtol(argv[2], NULL, 10), strtol(argv[3], NULL, 10));
	}
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
	(void)fprintf(stderr, "usage: media-tool hold|await|crowd|fanotify ...\n");
	return 64;
}
