/* SPDX-License-Identifier: Apache-2.0 */
/*
 * platform/watch.h's kinds against a real kernel: it is started as the first process of namespaces
 * of its own, where it changes rules, links and mounts.
 */
#include "unit.h"
#include "watch.h"

#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define PATIENCE_MS 60000 /* only ends a test that hangs */

struct fixture {
	struct sysroot root;
	struct loop *loop;
	struct watch *watch;
	struct loop_source *patience;
	unsigned seen[WATCH_ROUTE + 1];
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

static void ways_and_links_that_change_are_seen(void **state)
{
	struct fixture *f = *state;

	RUN("ip", "link", "add", "near", "type", "veth", "peer", "name", "far");
	RUN("ip", "link", "set", "far", "up");
	assert_int_equal(watch_add_kind(f->watch, WATCH_ROUTE), 0);
	RUN("ip", "link", "set", "near", "up");
	await(f, WATCH_ROUTE);
	RUN("ip", "address", "add", "192.0.2.1/24", "dev", "near");
	RUN("ip", "route", "add", "default", "via", "192.0.2.2");
	await(f, WATCH_ROUTE);
	RUN("ip", "rule", "add", "fwmark", "1", "lookup", "100");
	await(f, WATCH_ROUTE);
	RUN("ip", "link", "delete", "near");
	await(f, WATCH_ROUTE);
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

/* Directories for mounts are made where nobody else looks */
static void make_run(void)
{
	if (mount("none", "/run", "tmpfs", 0, NULL) != 0) {
		perror("/run");
		exit(EXIT_FAILURE);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_change_of_rules_is_seen),
		TEST(links_that_come_and_go_are_seen),
		TEST(ways_and_links_that_change_are_seen),
		TEST(a_kernel_without_radios_is_no_error),
		TEST(mounts_are_seen),
	};

	if (getpid() != 1) {
		(void)fputs(
			"start it by: unshare --mount --pid --fork --net --mount-proc\n", stderr);
		return 77; /* meson: skipped */
	}
	make_run();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
