/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recorder FOLDER WAY...: stands where a meeting program stands, and tries to leave a recording in
 * FOLDER in each WAY, or to do what such a program has to be able to do. One line each: "WAY done"
 * or "WAY CODE" with the error. Whoever calls it looks at what is on disk: that is what counts.
 * With the way "-" it reads ways from its standard input, a line each, until it is closed.
 *
 * Files it starts from: FOLDER/old.mp4, and an open file at descriptor 9 for the way "inherited".
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARK "RECORDED\n"
#define MARK_LEN (sizeof(MARK) - 1)
#define INHERITED 9

static int fail(void)
{
	return -errno;
}

static int write_mark(int fd)
{
	int r = write(fd, MARK, MARK_LEN) == (ssize_t)MARK_LEN ? 0 : fail();

	close(fd);
	return r;
}

static int put(const char *path, int flags)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | flags, 0600);

	return fd < 0 ? fail() : write_mark(fd);
}

static int way_create(void)
{
	return put("create.mp4", O_CREAT | O_EXCL);
}

static int way_audio(void)
{
	return put("audio.m4a", O_CREAT);
}

static int way_raw(void)
{
	return put("double_click_to_convert_01.zoom", O_CREAT);
}

static int way_case(void)
{
	return put("case.mP4", O_CREAT);
}

static int way_append(void)
{
	return put("old.mp4", O_APPEND);
}

static int way_overwrite(void)
{
	return put("old.mp4", O_TRUNC);
}

static int way_elsewhere(void)
{
	return put("/var/tmp/elsewhere.mp4", O_CREAT);
}

static int way_hidden(void)
{
	return put(".mp4", O_CREAT);
}

static int way_unfinished(void)
{
	if (mkdir("Zoom", 0700) < 0 && errno != EEXIST) {
		return fail();
	}
	if (mkdir("Zoom/2026-11-22 10.00.00 Lesson", 0700) < 0 && errno != EEXIST) {
		return fail();
	}
	return put("Zoom/2026-11-22 10.00.00 Lesson/video.tmp", O_CREAT);
}

static int way_rename(void)
{
	int r = put("rename.txt", O_CREAT);

	return r < 0 ? r : rename("rename.txt", "rename.mp4") < 0 ? fail() : 0;
}

/* renameat2(2): two names change places */
static int way_exchange(void)
{
	int r = put("exchange.txt", O_CREAT);

	if (r < 0) {
		return r;
	}
	return syscall(SYS_renameat2, AT_FDCWD, "exchange.txt", AT_FDCWD, "old.mp4", 2) < 0 ? fail()
											    : 0;
}

static int way_link(void)
{
	int r = put("link.txt", O_CREAT);

	return r < 0 ? r : link("link.txt", "link.mp4") < 0 ? fail() : 0;
}

static int way_tmpfile(void)
{
	int fd = open(".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	char path[64];
	int r = 0;

	if (fd < 0 || write(fd, MARK, MARK_LEN) < 0) {
		return fail();
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (linkat(AT_FDCWD, path, AT_FDCWD, "tmpfile.mp4", AT_SYMLINK_FOLLOW) < 0) {
		r = fail();
	}
	close(fd);
	return r;
}

static int way_symlink(void)
{
	if (symlink("symlink.mp4", "symlink.dat") < 0 && errno != EEXIST) {
		return fail();
	}
	return put("symlink.dat", O_CREAT);
}

static int way_mmap(void)
{
	int fd = open("old.mp4", O_RDWR | O_CLOEXEC);
	void *map;

	if (fd < 0) {
		return fail();
	}
	map = mmap(NULL, MARK_LEN, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED) {
		return fail();
	}
	memcpy(map, MARK, MARK_LEN);
	munmap(map, MARK_LEN);
	return 0;
}

static int way_truncate(void)
{
	return truncate("old.mp4", 1) < 0 ? fail() : 0;
}

static int way_inherited(void)
{
	return write(INHERITED, MARK, MARK_LEN) < 0 ? fail() : 0;
}

static int run(char *const *argv)
{
	pid_t pid = fork();
	int status = 0;

	if (pid < 0) {
		return fail();
	}
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, 1);
		dup2(null, 2);
		execv(argv[0], argv);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ECHILD;
}

static int way_child(void)
{
	static char *const argv[] = {
		(char *)"/bin/cp", (char *)"child.txt", (char *)"child.mp4", NULL};
	int r = put("child.txt", O_CREAT);

	return r < 0 ? r : run(argv);
}

/* A recording that goes on: begun by the first call, written to by each. */
static int way_going_on(void)
{
	static int fd = -1;

	if (fd < 0) {
		fd = open("going-on.mp4", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	}
	return fd < 0 || write(fd, MARK, MARK_LEN) < 0 ? fail() : 0;
}

/* What has to go on working */

static int way_settings(void)
{
	int r = put("zoomus.conf.new", O_CREAT);

	if (r == 0 && rename("zoomus.conf.new", "zoomus.conf") < 0) {
		r = fail();
	}
	return r < 0 ? r : put("zoomus.enc.db", O_CREAT);
}

static int way_documents(void)
{
	int r = put("notes.txt", O_CREAT);

	if (r == 0 && mkdir(".zoom", 0700) < 0 && errno != EEXIST) {
		r = fail();
	}
	if (r == 0) {
		r = put(".zoom/picture.png", O_CREAT);
	}
	if (r == 0) {
		r = put("video.tmp", O_CREAT);
	}
	return r == 0 && unlink("notes.txt") < 0 ? fail() : r;
}

static int way_read(void)
{
	char text[4];
	int fd = open("old.mp4", O_RDONLY | O_CLOEXEC);
	int r = fd < 0 || read(fd, text, sizeof(text)) < 0 ? fail() : 0;

	if (fd >= 0) {
		close(fd);
	}
	return r;
}

static int way_memory(void)
{
	int fd = shm_open("/recorder", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	void *map;

	if (fd < 0 || ftruncate(fd, 4096) < 0) {
		return fail();
	}
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	shm_unlink("/recorder");
	if (map == MAP_FAILED) {
		return fail();
	}
	munmap(map, 4096);
	return 0;
}

static int way_network(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int caller = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int r = 0;

	if (listener < 0 || caller < 0 ||
		bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		listen(listener, 1) < 0 ||
		getsockname(listener, (struct sockaddr *)&address, &len) < 0 ||
		connect(caller, (struct sockaddr *)&address, len) < 0) {
		r = fail();
	}
	close(listener);
	close(caller);
	return r;
}

static int way_programs(void)
{
	static char *const argv[] = {(char *)"/bin/ls", (char *)"-d", (char *)"/usr", NULL};

	return run(argv);
}

static const struct {
	const char *name;
	int (*fn)(void);
} ways[] = {
	{"append", way_append},
	{"audio", way_audio},
	{"case", way_case},
	{"child", way_child},
	{"create", way_create},
	{"documents", way_documents},
	{"elsewhere", way_elsewhere},
	{"exchange", way_exchange},
	{"going-on", way_going_on},
	{"hidden", way_hidden},
	{"inherited", way_inherited},
	{"link", way_link},
	{"memory", way_memory},
	{"mmap", way_mmap},
	{"network", way_network},
	{"overwrite", way_overwrite},
	{"programs", way_programs},
	{"raw", way_raw},
	{"read", way_read},
	{"rename", way_rename},
	{"settings", way_settings},
	{"symlink", way_symlink},
	{"tmpfile", way_tmpfile},
	{"truncate", way_truncate},
	{"unfinished", way_unfinished},
};

static void try(const char *name)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (strcmp(ways[i].name, name) == 0) {
			int r = ways[i].fn();

			printf("%s %s\n", name, r == 0 ? "done" : strerrorname_np(-r));
			fflush(stdout);
			return;
		}
	}
	printf("%s unknown\n", name);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	char line[64];

	if (argc < 3 || chdir(argv[1]) < 0) {
		fprintf(stderr, "usage: recorder FOLDER WAY...\n");
		return 64;
	}
	if (strcmp(argv[2], "-") == 0) {
		while (fgets(line, sizeof(line), stdin)) {
			line[strcspn(line, "\n")] = '\0';
			try(line);
		}
		return 0;
	}
	for (int i = 2; i < argc; i++) {
		try(argv[i]);
	}
	return 0;
}
