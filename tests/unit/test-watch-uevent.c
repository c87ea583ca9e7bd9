/* SPDX-License-Identifier: Apache-2.0 */
/* Real events of real block devices; and what somebody else says in the kernel's name. */
#include "fd.h"
#include "unit.h"
#include "watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#define LIMIT_MS 5000

struct seen {
	struct loop *loop;
	struct loop_source *read;
	unsigned blocks;
};

static void on_event(enum watch_kind kind, const void *token, void *data)
{
	struct seen *seen = data;

	assert_int_equal(kind, WATCH_BLOCK);
	assert_null(token);
	seen->blocks++;
	loop_quit(seen->loop, 0);
}

/* Deferred by a deferred call: what could be read was read in between. */
static int on_read(struct loop_source *source, void *data)
{
	struct seen *seen = data;

	(void)source;
	loop_quit(seen->loop, 0);
	return 0;
}

static int on_begin(struct loop_source *source, void *data)
{
	struct seen *seen = data;

	(void)source;
	return loop_defer(seen->loop, on_read, seen, &seen->read);
}

static int on_limit(struct loop_source *source, void *data)
{
	struct seen *seen = data;

	(void)source;
	loop_quit(seen->loop, 1);
	return 0;
}

/* -1 when there is no block device, or its file cannot be written here */
static int open_uevent(void)
{
	DIR *dir = opendir("/sys/class/block");
	struct dirent *entry;
	int fd = -1;

	while (dir && fd < 0 && (entry = readdir(dir))) {
		char path[320];

		(void)snprintf(path, sizeof(path), "/sys/class/block/%s/uevent", entry->d_name);
		fd = entry->d_name[0] == '.' ? -1 : open(path, O_WRONLY | O_CLOEXEC);
	}
	if (dir) {
		closedir(dir);
	}
	return fd;
}

/* As the kernel would say it, from a port that is not the kernel's */
static void pretend(void)
{
	static const char message[] = "change@/devices/virtual/block/loop0\0ACTION=change\0"
				      "SUBSYSTEM=block";
	struct sockaddr_nl everybody = {.nl_family = AF_NETLINK, .nl_groups = 1};
	cleanup(fd_close) int fd =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	assert_true(fd >= 0);
	assert_int_equal(sendto(fd, message, sizeof(message), 0, (struct sockaddr *)&everybody,
				 sizeof(everybody)),
		sizeof(message));
}

/* A device of another subsystem */
static void tell_of_null(void)
{
	cleanup(fd_close) int fd =
		open("/sys/devices/virtual/mem/null/uevent", O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, "change", 6), 0);
}

/* A root without /proc/1/mountinfo, so that mounts made meanwhile are not taken for an event. */
static void the_kernel_alone_is_believed(void **state)
{
	cleanup(sysroot_finish) struct sysroot root = {.fd = -1};
	cleanup(loop_free_p) struct loop *loop = NULL;
	cleanup(watch_free_p) struct watch *watch = NULL;
	cleanup(loop_source_free_p) struct loop_source *begin = NULL;
	cleanup(loop_source_free_p) struct loop_source *limit = NULL;
	cleanup(fd_close) int uevent = open_uevent();
	struct seen seen = {0};

	(void)state;
	if (uevent < 0 || geteuid() != 0) {
		skip();
	}
	assert_int_equal(sysroot_open("/sys/class/block", false, &root), 0);
	assert_int_equal(loop_new(&loop), 0);
	seen.loop = loop;
	assert_int_equal(watch_new(loop, &root, on_event, &seen, &watch), 0);
	assert_int_equal(watch_add_kind(watch, WATCH_BLOCK), 0);
	pretend();
	tell_of_null();
	assert_int_equal(loop_defer(loop, on_begin, &seen, &begin), 0);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(seen.blocks, 0);
	assert_int_equal(loop_add_timer(loop, on_limit, &seen, &limit), 0);
	assert_int_equal(loop_timer_set(limit, LIMIT_MS), 0);
	assert_int_equal(fd_write_all(uevent, "change", 6), 0);
	assert_int_equal(loop_run(loop), 0);
	assert_true(seen.blocks >= 1);
	loop_source_free(seen.read);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_alone_is_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
