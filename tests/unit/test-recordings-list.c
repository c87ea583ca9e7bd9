/* SPDX-License-Identifier: Apache-2.0 */
/* What was listed may be another thing by the time it is deleted: then nothing is. */
#include "recordings-list.h"
#include "fd.h"
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define FOLDER "Documents/Zoom/class"
#define FILE_NAME FOLDER "/video1.mp4"

struct fixture {
	char path[64];
	struct sysroot root;
	int home;
	struct personal_place place;
	struct recordings list;
};

static void put(const struct fixture *f, const char *name)
{
	int fd = openat(f->home, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
}

static bool there(const struct fixture *f, const char *name)
{
	struct stat st;

	return fstatat(f->home, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static int set_up(void **state)
{
	static const char *const dirs[] = {"Documents", "Documents/Zoom", FOLDER, "aside"};
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	*state = f;
	snprintf(f->path, sizeof(f->path), "/tmp/caretaker-list-XXXXXX");
	assert_non_null(mkdtemp(f->path));
	f->home = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(f->home >= 0);
	assert_int_equal(sysroot_open("/", true, &f->root), 0);
	f->place = (struct personal_place){.root = &f->root, .home = f->home, .uid = geteuid()};
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		assert_int_equal(mkdirat(f->home, dirs[i], 0700), 0);
	}
	put(f, FILE_NAME);
	put(f, "aside/video1.mp4");
	assert_int_equal(recordings_list(&f->place, &f->list), 0);
	assert_int_equal(f->list.rows.len, 1);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {FILE_NAME, "aside/video1.mp4", "moved/video1.mp4"};
	static const char *const dirs[] = {FOLDER, "moved", "aside", "Documents/Zoom", "Documents"};
	struct fixture *f = *state;

	recordings_finish(&f->list);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		unlinkat(f->home, names[i], 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		if (unlinkat(f->home, dirs[i], AT_REMOVEDIR) < 0) {
			unlinkat(f->home, dirs[i], 0);
		}
	}
	sysroot_finish(&f->root);
	close(f->home);
	assert_int_equal(rmdir(f->path), 0);
	free(f);
	return 0;
}

static void that_very_file_goes(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(recordings_delete(&f->place, &f->list.rows.items[0]), 0);
	assert_false(there(f, FILE_NAME));
	assert_true(there(f, "aside/video1.mp4"));
	/* twice */
	assert_int_equal(
		recordings_delete(&f->place, &f->list.rows.items[0]), RECORDINGS_E_CHANGED);
}

static void another_file_of_its_name_stays(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(renameat(f->home, "aside/video1.mp4", f->home, FILE_NAME), 0);
	assert_int_equal(
		recordings_delete(&f->place, &f->list.rows.items[0]), RECORDINGS_E_CHANGED);
	assert_true(there(f, FILE_NAME));
}

static void a_link_in_its_place_stays_and_so_does_what_it_means(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(renameat(f->home, FILE_NAME, f->home, "aside/video1.mp4"), 0);
	assert_int_equal(symlinkat("../../../aside/video1.mp4", f->home, FILE_NAME), 0);
	assert_int_equal(
		recordings_delete(&f->place, &f->list.rows.items[0]), RECORDINGS_E_CHANGED);
	assert_true(there(f, FILE_NAME));
	assert_true(there(f, "aside/video1.mp4"));
}

/* The very same file, behind a folder that has become a link: no way that a link is on is gone. */
static void a_folder_that_became_a_link_is_not_followed(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(renameat(f->home, FOLDER, f->home, "moved"), 0);
	assert_int_equal(symlinkat("../../moved", f->home, FOLDER), 0);
	assert_int_equal(
		recordings_delete(&f->place, &f->list.rows.items[0]), RECORDINGS_E_CHANGED);
	assert_true(there(f, "moved/video1.mp4"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(that_very_file_goes),
		TEST(another_file_of_its_name_stays),
		TEST(a_link_in_its_place_stays_and_so_does_what_it_means),
		TEST(a_folder_that_became_a_link_is_not_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
