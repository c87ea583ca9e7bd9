/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"
#include "watch.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

struct fixture {
	char dir[32];
	struct sysroot root;
	struct loop *loop;
	struct watch *watch;
	unsigned fired;
	const void *token;
};

/* Each step waits for its event; the loop ends when it has come. */
static void on_event(enum watch_kind kind, const void *token, void *data)
{
	struct fixture *f = data;

	assert_int_equal(kind, WATCH_FILE);
	f->fired++;
	f->token = token;
	loop_quit(f->loop, 0);
}

static void await(struct fixture *f)
{
	f->fired = 0;
	assert_int_equal(loop_run(f->loop), 0);
	assert_true(f->fired > 0);
}

static void path_of(const struct fixture *f, const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", f->dir, name);
}

static void file_write(const struct fixture *f, const char *name)
{
	char path[128];
	int fd;

	path_of(f, name, path, sizeof(path));
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_true(fd >= 0 && write(fd, "x", 1) == 1);
	close(fd);
}

static void dir_make(const struct fixture *f, const char *name)
{
	char path[128];

	path_of(f, name, path, sizeof(path));
	assert_int_equal(mkdir(path, 0755), 0);
}

static void move(const struct fixture *f, const char *from, const char *to)
{
	char a[128], b[128];

	path_of(f, from, a, sizeof(a));
	path_of(f, to, b, sizeof(b));
	assert_int_equal(rename(a, b), 0);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	snprintf(f->dir, sizeof(f->dir), "/tmp/watch-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(sysroot_open(f->dir, false, &f->root), 0);
	assert_int_equal(loop_new(&f->loop), 0);
	assert_int_equal(watch_new(f->loop, &f->root, on_event, f, &f->watch), 0);
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

	watch_free(f->watch);
	loop_free(f->loop);
	sysroot_finish(&f->root);
	nftw(f->dir, one_remove, 16, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

static void directories_may_come_later(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(watch_add_file(f->watch, "etc/a/b/file", "T"), 0);
	dir_make(f, "etc");
	await(f);
	dir_make(f, "etc/a");
	await(f);
	dir_make(f, "etc/a/b");
	await(f);
	file_write(f, "etc/a/b/file");
	await(f);
	assert_string_equal(f->token, "T");
}

static void rename_onto_is_seen(void **state)
{
	struct fixture *f = *state;

	dir_make(f, "etc");
	file_write(f, "etc/file");
	file_write(f, "other");
	assert_int_equal(watch_add_file(f->watch, "etc/file", "T"), 0);
	move(f, "other", "etc/file");
	await(f);
	file_write(f, "etc/file");
	await(f);
}

/* The directory above is moved away and another one takes its place. */
static void replaced_parent_is_seen(void **state)
{
	struct fixture *f = *state;

	dir_make(f, "etc");
	dir_make(f, "etc/a");
	file_write(f, "etc/a/file");
	assert_int_equal(watch_add_file(f->watch, "etc/a/file", "T"), 0);
	move(f, "etc", "old");
	await(f);
	dir_make(f, "etc");
	await(f);
	dir_make(f, "etc/a");
	await(f);
	file_write(f, "etc/a/file");
	await(f);
}

static void names_in_a_directory_are_seen(void **state)
{
	struct fixture *f = *state;
	char path[128];

	dir_make(f, "managed");
	assert_int_equal(watch_add_file(f->watch, "managed", "T"), 0);
	file_write(f, "managed/a.json");
	await(f);
	path_of(f, "managed/a.json", path, sizeof(path));
	assert_int_equal(unlink(path), 0);
	await(f);
}

static void target_of_a_link_is_seen(void **state)
{
	struct fixture *f = *state;
	char path[128];

	dir_make(f, "etc");
	dir_make(f, "usr");
	file_write(f, "usr/file");
	file_write(f, "usr/new");
	path_of(f, "etc/file", path, sizeof(path));
	assert_int_equal(symlink("/usr/file", path), 0);
	assert_int_equal(watch_add_file(f->watch, "etc/file", "T"), 0);
	file_write(f, "usr/file");
	await(f);
	move(f, "usr/new", "usr/file");
	await(f);
}

/* Only the one that is still wanted fires, and a file beside it does not. */
static void removed_and_others_stay_silent(void **state)
{
	struct fixture *f = *state;

	dir_make(f, "etc");
	assert_int_equal(watch_add_file(f->watch, "etc/one", "1"), 0);
	assert_int_equal(watch_add_file(f->watch, "etc/two", "2"), 0);
	watch_remove_token(f->watch, "1");
	file_write(f, "etc/one");
	file_write(f, "etc/beside");
	file_write(f, "etc/two");
	await(f);
	assert_string_equal(f->token, "2");
	assert_int_equal(f->fired, 1);
}

static void odd_paths_are_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(watch_add_file(f->watch, "", NULL), -EINVAL);
	assert_int_equal(watch_add_file(f->watch, "/etc", NULL), -EINVAL);
	assert_int_equal(watch_add_kind(f->watch, WATCH_FILE), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(directories_may_come_later, setup, teardown),
		cmocka_unit_test_setup_teardown(rename_onto_is_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(replaced_parent_is_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(names_in_a_directory_are_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(target_of_a_link_is_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(removed_and_others_stay_silent, setup, teardown),
		cmocka_unit_test_setup_teardown(odd_paths_are_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
