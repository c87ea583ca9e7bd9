/* SPDX-License-Identifier: Apache-2.0 */
#include "sysroot.h"
#include "unit.h"

#include <fcntl.h>
#include <ftw.h>

struct fixture {
	char dir[32];
	struct sysroot root;
};

static void path_of(const struct fixture *f, const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", f->dir, name);
}

static void file_write(const struct fixture *f, const char *name, const char *text)
{
	char path[128];
	int fd;

	path_of(f, name, path, sizeof(path));
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void link_make(const struct fixture *f, const char *name, const char *target)
{
	char path[128];

	path_of(f, name, path, sizeof(path));
	assert_int_equal(symlink(target, path), 0);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char path[128];

	assert_non_null(f);
	snprintf(f->dir, sizeof(f->dir), "/tmp/sysroot-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(sysroot_open(f->dir, false, &f->root), 0);
	path_of(f, "etc", path, sizeof(path));
	assert_int_equal(mkdir(path, 0755), 0);
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

	sysroot_finish(&f->root);
	nftw(f->dir, one_remove, 16, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

static int read_of(const struct fixture *f, const char *name, size_t max)
{
	char *bytes = NULL;
	size_t len = 0;
	int r = sysroot_read(&f->root, name, max, &bytes, &len);

	free(bytes);
	return r;
}

static void files_are_read(void **state)
{
	const struct fixture *f = *state;
	char *bytes = NULL;
	size_t len = 0;

	file_write(f, "etc/a", "hello");
	assert_int_equal(sysroot_read(&f->root, "etc/a", 5, &bytes, &len), 0);
	assert_int_equal(len, 5);
	assert_string_equal(bytes, "hello");
	free(bytes);
	assert_int_equal(read_of(f, "etc/a", 4), FD_E_TOO_LARGE);
	assert_int_equal(read_of(f, "etc/b", 4), FD_E_MISSING);
	assert_int_equal(read_of(f, "etc/a/b", 4), FD_E_MISSING);
	assert_int_equal(read_of(f, "etc", 4), FD_E_NOT_REGULAR);
}

static void links_stay_below_the_root(void **state)
{
	const struct fixture *f = *state;
	char *target = NULL;

	file_write(f, "etc/a", "x");
	link_make(f, "etc/absolute", "/etc/a");
	link_make(f, "etc/up", "../../../../../../../../etc/a");
	link_make(f, "etc/passwd", "/../../../../etc/hostname");
	link_make(f, "etc/loop", "loop");
	link_make(f, "etc/magic", "/proc/self/root/etc/passwd");
	assert_int_equal(read_of(f, "etc/absolute", 9), 0);
	assert_int_equal(read_of(f, "etc/up", 9), 0);
	assert_int_equal(read_of(f, "etc/passwd", 9), FD_E_MISSING);
	assert_int_equal(read_of(f, "etc/loop", 9), -ELOOP);
	assert_int_equal(read_of(f, "etc/magic", 9), FD_E_MISSING);
	assert_int_equal(read_of(f, "../../../../etc/passwd", 9), FD_E_MISSING);
	assert_int_equal(sysroot_readlink(&f->root, "etc/absolute", &target), 0);
	assert_string_equal(target, "/etc/a");
	free(target);
	assert_int_equal(sysroot_readlink(&f->root, "etc/a", &target), -EINVAL);
	assert_int_equal(sysroot_readlink(&f->root, "etc/none", &target), FD_E_MISSING);
}

/* Nobody writes to the FIFO: an open that waited would never come back. */
static void a_fifo_does_not_block(void **state)
{
	const struct fixture *f = *state;
	char path[128];
	int fd = -1;

	path_of(f, "etc/fifo", path, sizeof(path));
	assert_int_equal(mkfifo(path, 0644), 0);
	assert_int_equal(read_of(f, "etc/fifo", 9), FD_E_NOT_REGULAR);
	assert_int_equal(sysroot_open_file(&f->root, "etc/fifo", &fd), FD_E_NOT_REGULAR);
	assert_int_equal(fd, -1);
	assert_true(sysroot_exists(&f->root, "etc/fifo"));
}

static void names_are_sorted(void **state)
{
	const struct fixture *f = *state;
	struct sysroot_names names;

	file_write(f, "etc/b", "");
	file_write(f, "etc/a", "");
	file_write(f, "etc/.c", "");
	assert_int_equal(sysroot_list(&f->root, "etc", &names), 0);
	assert_int_equal(names.len, 3);
	assert_string_equal(names.names[0], ".c");
	assert_string_equal(names.names[1], "a");
	assert_string_equal(names.names[2], "b");
	sysroot_names_finish(&names);
	assert_int_equal(sysroot_list(&f->root, "none", &names), FD_E_MISSING);
	assert_int_equal(sysroot_list(&f->root, "etc/a", &names), FD_E_MISSING);
}

static void files_without_size_are_read(void **state)
{
	struct sysroot root;
	char *bytes = NULL;
	size_t len = 0;

	(void)state;
	assert_int_equal(sysroot_open("/", true, &root), 0);
	assert_int_equal(sysroot_read(&root, "proc/self/status", 65536, &bytes, &len), 0);
	assert_true(len > 0);
	free(bytes);
	sysroot_finish(&root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(files_are_read, setup, teardown),
		cmocka_unit_test_setup_teardown(links_stay_below_the_root, setup, teardown),
		cmocka_unit_test_setup_teardown(a_fifo_does_not_block, setup, teardown),
		cmocka_unit_test_setup_teardown(names_are_sorted, setup, teardown),
		cmocka_unit_test(files_without_size_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
