/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may open a recording: held against the kernel, which is asked as each of the other people.
 * Modes, owners and access lists are made at random from a fixed seed; setfacl(1) writes the lists.
 */
#include "personal.h"
#include "recordings-walk.h"
#include "unit.h"

#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <sys/wait.h>

#define ME 3001
#define ROUNDS 150
#define NAMES_MANY (RECORDINGS_NAMES_MAX + 500)

/* ann is in "class" (3100), bob has it as his first group, a stranger has nothing */
static const struct {
	uid_t uid;
	gid_t gid, more;
} people[] = {{3002, 3002, 3100}, {3003, 3100, 3100}, {3004, 3004, 3004}};

static const char passwd[] = "me:x:3001:3001::/:/bin/sh\nann:x:3002:3002::/:/bin/sh\n"
			     "bob:x:3003:3100::/:/bin/sh\nstranger:x:3004:3004::/:/bin/sh\n"
			     "service:x:120:120::/:/usr/sbin/nologin\n";
static const char group[] = "me:x:3001:\nann:x:3002:\nclass:x:3100:ann\nstranger:x:3004:\n"
			    "service:x:120:service\nmine:x:3200:me\n";

struct fixture {
	char dir[32];
	struct sysroot root;
	int home;
	unsigned seed;
};

static void file_write(int at, const char *name, const char *text)
{
	int fd = openat(at, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->seed = 20261122;
	snprintf(f->dir, sizeof(f->dir), "/tmp/access-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(chmod(f->dir, 0755), 0);
	assert_int_equal(sysroot_open(f->dir, false, &f->root), 0);
	assert_int_equal(mkdirat(f->root.fd, "etc", 0755), 0);
	file_write(f->root.fd, "etc/passwd", passwd);
	file_write(f->root.fd, "etc/group", group);
	assert_int_equal(mkdirat(f->root.fd, "home", 0755), 0);
	assert_int_equal(mkdirat(f->root.fd, "home/Videos", 0755), 0);
	assert_int_equal(mkdirat(f->root.fd, "home/Videos/Screencasts", 0755), 0);
	file_write(f->root.fd, "home/Videos/Screencasts/1.webm", "x");
	f->home = openat(f->root.fd, "home", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(f->home >= 0);
	*state = f;
	return 0;
}

static int one_remove(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	close(f->home);
	sysroot_finish(&f->root);
	nftw(f->dir, one_remove, 16, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

static unsigned draw(struct fixture *f, unsigned below)
{
	f->seed = f->seed * 1103515245U + 12345U;
	return (f->seed >> 16) % below;
}

static void run(const char *const argv[])
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Whether one of the others can open it. A child gives root up for each. */
static bool kernel_says_open(const char *path)
{
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(people); i++) {
		int status;
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			if (setgroups(1, &people[i].more) < 0 || setgid(people[i].gid) < 0 ||
				setuid(people[i].uid) < 0) {
				_exit(2);
			}
			_exit(open(path, O_RDONLY | O_CLOEXEC) >= 0 ? 0 : 1);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
		any = any || WEXITSTATUS(status) == 0;
	}
	return any;
}

static bool we_say_open(const struct fixture *f)
{
	struct personal_place place = {.root = &f->root, .home = f->home, .uid = ME, .now_s = 1};
	struct personal personal;

	assert_int_equal(personal_read(&place, 1U << PERSONAL_GROUP_RECORDINGS, &personal), 0);
	assert_int_equal(personal.values[PERSONAL_RECORDINGS_COUNT], 1);
	assert_int_equal(personal.values[PERSONAL_RECORDINGS_ACCESS_UNSEEN], 0);
	return personal.values[PERSONAL_RECORDINGS_EXPOSED] == 1;
}

static void part_draw(struct fixture *f, const char *path)
{
	static const gid_t gids[] = {3001, 3100, 120, 3200, 3002};
	static const char *const entries[] = {
		"u:3002:", "u:3001:", "u:120:", "g:3100:", "g:3200:", "g:120:", "m::"};
	static const char *const rights[] = {"---", "r--", "r-x", "--x"};
	char entry[32];

	assert_int_equal(lchown(path, draw(f, 8) ? ME : 3002, gids[draw(f, ARRAY_LEN(gids))]), 0);
	run((const char *const[]){"setfacl", "-b", path, NULL});
	assert_int_equal(chmod(path, 0700 | (draw(f, 4) ? draw(f, 64) & 070 : 0) |
					     (draw(f, 4) ? 0 : draw(f, 8))),
		0);
	for (unsigned n = draw(f, 3); n > 0; n--) {
		snprintf(entry, sizeof(entry), "%s%s", entries[draw(f, ARRAY_LEN(entries))],
			rights[draw(f, ARRAY_LEN(rights))]);
		run((const char *const[]){"setfacl", "-m", entry, path, NULL});
	}
}

/* One part of the way differs, all others are open: then the answer is the kernel's exactly. */
static void one_part_is_as_the_kernel_says(void **state)
{
	static const char *const parts[] = {
		"home", "home/Videos", "home/Videos/Screencasts", "home/Videos/Screencasts/1.webm"};
	struct fixture *f = *state;
	char path[128], file[128];
	size_t n_open = 0;

	snprintf(file, sizeof(file), "%s/%s", f->dir, parts[3]);
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
			snprintf(path, sizeof(path), "%s/%s", f->dir, parts[i]);
			run((const char *const[]){"setfacl", "-b", path, NULL});
			assert_int_equal(chmod(path, 0755), 0);
			assert_int_equal(lchown(path, ME, ME), 0);
		}
		snprintf(path, sizeof(path), "%s/%s", f->dir, parts[round % ARRAY_LEN(parts)]);
		part_draw(f, path);
		if (we_say_open(f) != kernel_says_open(file)) {
			run((const char *const[]){"getfacl", "-n", path, NULL});
			fail_msg("round %u: the kernel says otherwise", round);
		}
		n_open += kernel_says_open(file);
	}
	assert_true(n_open > ROUNDS / 8 && n_open < ROUNDS - ROUNDS / 8);
}

/* Every part differs: what somebody can open is never called closed. */
static void nothing_open_is_called_closed(void **state)
{
	static const char *const parts[] = {
		"home", "home/Videos", "home/Videos/Screencasts", "home/Videos/Screencasts/1.webm"};
	struct fixture *f = *state;
	char path[128], file[128];

	snprintf(file, sizeof(file), "%s/%s", f->dir, parts[3]);
	for (unsigned round = 0; round < ROUNDS / 2; round++) {
		for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
			snprintf(path, sizeof(path), "%s/%s", f->dir, parts[i]);
			part_draw(f, path);
		}
		assert_true(we_say_open(f) || !kernel_says_open(file));
	}
}

/* A folder with more names than are looked at is not called empty, whatever lies at its end. */
static void many_names_are_bounded(void **state)
{
	struct fixture *f = *state;
	struct personal_place place = {.root = &f->root, .home = f->home, .uid = ME, .now_s = 1};
	struct personal personal;
	int dir = openat(f->home, "Videos/Screencasts", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char name[16];

	assert_int_equal(unlinkat(dir, "1.webm", 0), 0);
	for (unsigned i = 0; i < NAMES_MANY; i++) {
		snprintf(name, sizeof(name), "%u", i);
		assert_int_equal(mknodat(dir, name, S_IFREG | 0600, 0), 0);
	}
	close(dir);
	assert_int_equal(personal_read(&place, 1U << PERSONAL_GROUP_RECORDINGS, &personal), 0);
	assert_int_equal(personal.values[PERSONAL_RECORDINGS_COUNT], 0);
	assert_int_equal(personal.values[PERSONAL_RECORDINGS_UNSEEN], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_part_is_as_the_kernel_says, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_open_is_called_closed, setup, teardown),
		cmocka_unit_test_setup_teardown(many_names_are_bounded, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
