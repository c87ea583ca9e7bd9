/* SPDX-License-Identifier: Apache-2.0 */
/*
 * platform/watch.h's kinds against a real kernel: it is started as the first process of namespaces
 * of its own, where it changes rules, links and mounts, and speaks as udevd does.
 */
#include "unit.h"
#include "watch.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define UDEV_GROUP 2 /* systemd, src/libsystemd/sd-device/device-monitor.c */
#define UDEV_MAGIC 0xfeedcafeU
#define PATIENCE_MS 60000 /* only ends a test that hangs */

struct fixture {
	struct sysroot root;
	struct loop *loop;
	struct watch *watch;
	struct loop_source *patience;
	unsigned seen[WATCH_LINK + 1];
};

static void on_event(enum watch_kind kind, const void *token, void *data)
{
	struct fixture *f = data;

	(void)token;
	f->seen[kind]++;
	loop_quit(f->loop, 0);
}

static int on_patience(struct loop_source *source, void *data)
{
	struct fixture *f = data;

	(void)source;
	loop_quit(f->loop, -ETIMEDOUT);
	return 0;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	assert_int_equal(sysroot_open("/", true, &f->root), 0);
	assert_int_equal(loop_new(&f->loop), 0);
	assert_int_equal(watch_new(f->loop, &f->root, on_event, f, &f->watch), 0);
	assert_int_equal(loop_add_timer(f->loop, on_patience, f, &f->patience), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	watch_free(f->watch);
	loop_source_free(f->patience);
	loop_free(f->loop);
	sysroot_finish(&f->root);
	free(f);
	return 0;
}

/* One change, one event or more of this kind and of no other */
static void await(struct fixture *f, enum watch_kind kind)
{
	f->seen[kind] = 0;
	assert_int_equal(loop_timer_set(f->patience, PATIENCE_MS), 0);
	assert_int_equal(loop_run(f->loop), 0);
	for (size_t i = 0; i < ARRAY_LEN(f->seen); i++) {
		assert_true(i == (size_t)kind ? f->seen[i] > 0 : f->seen[i] == 0);
	}
}

static void run(const char *const argv[])
{
	pid_t pid;
	int status;

	assert_int_equal(posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define RUN(...) run((const char *const[]){__VA_ARGS__, NULL})

static void a_change_of_rules_is_seen(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(watch_add_kind(f->watch, WATCH_FIREWALL), 0);
	assert_int_equal(watch_add_kind(f->watch, WATCH_FIREWALL), 0);
	RUN("nft", "add", "table", "inet", "watched");
	await(f, WATCH_FIREWALL);
	RUN("nft", "add", "chain", "inet", "watched", "input",
		"{ type filter hook input priority 0; policy drop; }");
	await(f, WATCH_FIREWALL);
	RUN("nft", "delete", "table", "inet", "watched");
	await(f, WATCH_FIREWALL);
}

static void links_that_come_and_go_are_seen(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(watch_add_kind(f->watch, WATCH_LINK), 0);
	RUN("ip", "link", "add", "here", "type", "veth", "peer", "name", "there");
	await(f, WATCH_LINK);
	RUN("ip", "link", "delete", "here");
	await(f, WATCH_LINK);
}

static void a_kernel_without_radios_is_no_error(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(watch_add_kind(f->watch, WATCH_WIFI), 0);
}

static void mounts_are_seen(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(watch_add_kind(f->watch, WATCH_BLOCK), 0);
	assert_int_equal(mkdir("/run/watched", 0700), 0);
	assert_int_equal(mount("none", "/run/watched", "tmpfs", 0, NULL), 0);
	await(f, WATCH_BLOCK);
	assert_int_equal(umount("/run/watched"), 0);
	await(f, WATCH_BLOCK);
}

/* MurmurHash2 with seed 0, as libudev's filter of subsystems wants it */
static uint32_t subsystem_hash(const char *text)
{
	const uint32_t m = 0x5bd1e995;
	size_t len = strlen(text);
	uint32_t h = (uint32_t)len;

	for (; len >= 4; text += 4, len -= 4) {
		uint32_t k;

		memcpy(&k, text, 4);
		k *= m;
		k ^= k >> 24;
		h = h * m ^ k * m;
	}
	for (size_t i = len; i > 0; i--) {
		h ^= (uint32_t)(uint8_t)text[i - 1] << 8 * (i - 1);
	}
	h = len > 0 ? h * m : h;
	h ^= h >> 13;
	h *= m;
	return h ^ h >> 15;
}

struct udev_header {
	char prefix[8];
	uint32_t magic, header_size, properties_at, properties_len;
	uint32_t subsystem, devtype, tags_high, tags_low;
};

/* As udevd tells of a disk, once its own rules are done */
static void tell_of_device(const char *subsystem)
{
	char message[512];
	struct udev_header header = {.prefix = "libudev",
		.magic = htonl(UDEV_MAGIC),
		.header_size = sizeof(header),
		.properties_at = sizeof(header),
		.subsystem = htonl(subsystem_hash(subsystem))};
	struct sockaddr_nl udev = {.nl_family = AF_NETLINK, .nl_groups = UDEV_GROUP};
	char *text = message + sizeof(header);
	cleanup(fd_close) int fd =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	int n = snprintf(text, sizeof(message) - sizeof(header),
		"ACTION=add%cDEVPATH=/devices/virtual/%s/w%cSUBSYSTEM=%s%cSEQNUM=1%c", 0, subsystem,
		0, subsystem, 0, 0);

	assert_true(fd >= 0 && n > 0);
	header.properties_len = (uint32_t)n;
	memcpy(message, &header, sizeof(header));
	assert_int_equal(sendto(fd, message, sizeof(header) + (size_t)n, 0,
				 (struct sockaddr *)&udev, sizeof(udev)),
		sizeof(header) + (size_t)n);
}

static void disks_are_seen_and_other_devices_are_not(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(watch_add_kind(f->watch, WATCH_BLOCK), 0);
	tell_of_device("sound");
	tell_of_device("block");
	await(f, WATCH_BLOCK);
	assert_int_equal(f->seen[WATCH_BLOCK], 1);
}

/* libudev listens only where it finds udevd's socket, or its marks on devices */
static void pretend_udevd(void)
{
	cleanup(fd_close) int fd = -1;

	if (mount("none", "/run", "tmpfs", 0, NULL) == 0 && mkdir("/run/udev", 0755) == 0) {
		fd = open("/run/udev/control", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	}
	if (fd < 0) {
		perror("/run/udev/control");
		exit(EXIT_FAILURE);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_change_of_rules_is_seen),
		TEST(links_that_come_and_go_are_seen),
		TEST(a_kernel_without_radios_is_no_error),
		TEST(mounts_are_seen),
		TEST(disks_are_seen_and_other_devices_are_not),
	};

	if (getpid() != 1) {
		(void)fputs(
			"start it by: unshare --mount --pid --fork --net --mount-proc\n", stderr);
		return 77; /* meson: skipped */
	}
	pretend_udevd();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
