/* SPDX-License-Identifier: Apache-2.0 */
/* Files against their sums: the sums are sha256sum's own, and so is the answer. */
#include "own-files.h"

#include "fd.h"
#include "unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

struct place {
	char dir[32];
	char list[64];
	char one[64];
	char two[64];
};

static void put(const char *path, const char *text)
{
	cleanup(fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
}

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	char text[512];

	assert_non_null(place);
	snprintf(place->dir, sizeof(place->dir), "/tmp/own-files-XXXXXX");
	assert_non_null(mkdtemp(place->dir));
	/* read as nobody, as the real ones are */
	assert_int_equal(chmod(place->dir, 0755), 0);
	snprintf(place->list, sizeof(place->list), "%s/manifest", place->dir);
	snprintf(place->one, sizeof(place->one), "%s/one", place->dir);
	snprintf(place->two, sizeof(place->two), "%s/two", place->dir);
	put(place->one, "abc");
	put(place->two, "");
	/* FIPS 180-2, appendix B.1; and of nothing */
	snprintf(text, sizeof(text),
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  %s\n"
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  %s\n",
		place->one, place->two);
	put(place->list, text);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	(void)unlink(place->one);
	(void)unlink(place->two);
	(void)unlink(place->list);
	(void)rmdir(place->dir);
	free(place);
	return 0;
}

static void as_installed(void **state)
{
	const struct place *place = *state;
	struct own_files files = {0};

	assert_int_equal(own_files_look(place->list, &files), 0);
	assert_int_equal(files.whole, 2);
	assert_int_equal(files.changed, 0);
}

static void changed_and_missing(void **state)
{
	const struct place *place = *state;
	struct own_files files = {0};

	put(place->one, "abd");
	assert_int_equal(own_files_look(place->list, &files), 0);
	assert_int_equal(files.whole, 1);
	assert_int_equal(files.changed, 1);
	assert_int_equal(unlink(place->two), 0);
	assert_int_equal(own_files_look(place->list, &files), 0);
	assert_int_equal(files.whole, 0);
	assert_int_equal(files.changed, 2);
}

static void no_list_says_nothing(void **state)
{
	const struct place *place = *state;
	struct own_files files = {0};

	put(place->list, "");
	assert_int_equal(own_files_look(place->list, &files), OWN_FILES_E_ABSENT);
	put(place->list, "no sums at all\n");
	assert_true(own_files_look(place->list, &files) > 0);
	assert_int_equal(unlink(place->list), 0);
	assert_int_equal(own_files_look(place->list, &files), OWN_FILES_E_ABSENT);
	assert_int_equal(mkfifo(place->list, 0644), 0);
	assert_int_equal(own_files_look(place->list, &files), OWN_FILES_E_ABSENT);
}

static void half_a_list_never_passes(void **state)
{
	const struct place *place = *state;
	struct own_files files = {0};

	put(place->list, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  ");
	assert_true(own_files_look(place->list, &files) > 0 || files.changed > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(as_installed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(changed_and_missing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_list_says_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(half_a_list_never_passes, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
