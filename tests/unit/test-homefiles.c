/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel's openat2 lets through below a home that somebody laid out to be difficult. */
#include "homefiles.h"
#include "unit.h"

#include <fcntl.h>
#include <ftw.h>

struct fixture {
	char dir[32];
	int home;
};

static void file_write(const struct fixture *f, const char *name, const char *text)
{
	int fd = openat(f->home, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	snprintf(f->dir, sizeof(f->dir), "/tmp/homefiles-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->home = open(f->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(f->home >= 0);
	assert_int_equal(mkdirat(f->home, ".config", 0700), 0);
	file_write(f, ".config/set", "value\n");
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
	nftw(f->dir, one_remove, 16, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

static int read_of(const struct fixture *f, const char *name, size_t max)
{
	char *bytes = NULL;
	size_t len = 0;
	int r = homefiles_read(f->home, name, max, &bytes, &len);

	free(bytes);
	return r;
}

static void a_file_is_read(void **state)
{
	const struct fixture *f = *state;
	char *bytes = NULL;
	size_t len = 0;

	assert_int_equal(homefiles_read(f->home, ".config/set", 64, &bytes, &len), 0);
	assert_string_equal(bytes, "value\n");
	assert_int_equal(len, 6);
	free(bytes);
	assert_int_equal(read_of(f, ".config/set", 5), FD_E_TOO_LARGE);
	assert_int_equal(read_of(f, ".config/none", 64), FD_E_MISSING);
	assert_int_equal(read_of(f, "none/set", 64), FD_E_MISSING);
	assert_int_equal(read_of(f, ".config/set/more", 64), FD_E_MISSING);
}

static void no_link_is_followed(void **state)
{
	const struct fixture *f = *state;
	struct sysroot_names names;
	struct stat st;

	assert_int_equal(symlinkat("set", f->home, ".config/beside"), 0);
	assert_int_equal(symlinkat(".config", f->home, "folder"), 0);
	assert_int_equal(symlinkat("/etc/passwd", f->home, "out"), 0);
	assert_int_equal(symlinkat("loop", f->home, "loop"), 0);
	assert_int_equal(read_of(f, ".config/beside", 64), -ELOOP);
	assert_int_equal(read_of(f, "folder/set", 64), -ELOOP);
	assert_int_equal(read_of(f, "out", 65536), -ELOOP);
	assert_int_equal(read_of(f, "loop", 64), -ELOOP);
	assert_int_equal(homefiles_list(f->home, "folder", &names), -ELOOP);
	assert_int_equal(homefiles_stat(f->home, "out", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

static void nothing_above_the_home_is_opened(void **state)
{
	const struct fixture *f = *state;

	assert_int_equal(read_of(f, "../../etc/passwd", 65536), -EXDEV);
	assert_int_equal(read_of(f, "/etc/passwd", 65536), -EXDEV);
}

static void what_is_no_file_is_not_opened(void **state)
{
	const struct fixture *f = *state;

	assert_int_equal(mkfifoat(f->home, "pipe", 0600), 0);
	assert_int_equal(read_of(f, "pipe", 64), FD_E_NOT_REGULAR);
	assert_int_equal(read_of(f, ".config", 64), FD_E_NOT_REGULAR);
	assert_int_equal(read_of(f, ".", 64), FD_E_NOT_REGULAR);
}

static void names_are_listed(void **state)
{
	const struct fixture *f = *state;
	struct sysroot_names names = {0};

	file_write(f, ".config/b", "");
	file_write(f, ".config/a", "");
	assert_int_equal(homefiles_list(f->home, ".config", &names), 0);
	assert_int_equal(names.len, 3);
	assert_string_equal(names.names[0], "a");
	assert_string_equal(names.names[1], "b");
	assert_string_equal(names.names[2], "set");
	sysroot_names_finish(&names);
	assert_int_equal(homefiles_list(f->home, ".config/a", &names), FD_E_MISSING);
	assert_int_equal(homefiles_list(f->home, "none", &names), FD_E_MISSING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(no_link_is_followed, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_above_the_home_is_opened, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_file_is_not_opened, setup, teardown),
		cmocka_unit_test_setup_teardown(names_are_listed, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
