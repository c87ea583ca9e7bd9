/* SPDX-License-Identifier: Apache-2.0 */
/* A path that stands for a file in every folder of a place, in a home whose owner is not kind. */
#include "fake.h"
#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#define PROFILES "home/.config/obs-studio/basic/profiles/"

static void make_folder(struct fake *fake, const char *name)
{
	cleanup(free_ptr) char *path = NULL;
	cleanup(str_finish) struct str full = {0};

	assert_int_equal(str_appendf(&full, PROFILES "%s", name), 0);
	path = fake_path(fake, full.p);
	assert_int_equal(mkdir(path, 0755), 0);
}

static struct enforce_changes keep(struct fake *fake)
{
	struct enforce_changes changes;

	fake_profile(fake, "obs-studio");
	fake_keep(fake, &changes);
	return changes;
}

static size_t count(
	const struct enforce_changes *changes, enum enforce_result result, enum enforce_error error)
{
	size_t n = 0;

	for (size_t i = 0; i < changes->len; i++) {
		n += changes->items[i].result == result && changes->items[i].error == error;
	}
	return n;
}

static void only_folders_are_gone_into(void **state)
{
	struct fake *fake = *state;
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	cleanup(free_ptr) char *link = fake_path(fake, PROFILES "link");
	cleanup(free_ptr) char *fifo = fake_path(fake, PROFILES "fifo");
	char *text;

	fake_write(fake, PROFILES "a file", "x\n");
	fake_write(fake, "root/elsewhere/basic.ini", "[AdvOut]\nRecRB=true\n");
	make_folder(fake, "Untitled");
	assert_int_equal(symlink("../../../../../root/elsewhere", link), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	changes = keep(fake);
	text = fake_read(fake, PROFILES "Untitled/basic.ini");
	assert_non_null(strstr(text, "RecRB=false"));
	free(text);
	text = fake_read(fake, "root/elsewhere/basic.ini");
	assert_string_equal(text, "[AdvOut]\nRecRB=true\n");
	free(text);
	assert_int_equal(count(&changes, ENFORCE_REFUSED, ENFORCE_ERROR_UNLISTED), 0);
}

/* A name that could not be told to anybody, since it is no text */
static void a_name_that_is_no_text_is_told_as_left_out(void **state)
{
	static const char *const names[] = {"line\nbreak", "\xff\xfe", "escape\x1b[2J"};
	struct fake *fake = *state;
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};

	fake_write(fake, PROFILES "Untitled/basic.ini", "[AdvOut]\nRecRB=true\n");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		make_folder(fake, names[i]);
	}
	changes = keep(fake);
	assert_int_equal(count(&changes, ENFORCE_REFUSED, ENFORCE_ERROR_UNLISTED), 1);
	for (size_t i = 0; i < changes.len; i++) {
		assert_null(strstr(changes.items[i].path, "break"));
	}
}

static void more_than_are_looked_at_is_told(void **state)
{
	struct fake *fake = *state;
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	cleanup(enforce_changes_finish) struct enforce_changes undone = {0};
	cleanup(free_ptr) char *before = NULL;
	cleanup(free_ptr) char *after = NULL;

	fake_write(fake, PROFILES "Untitled/basic.ini", "[AdvOut]\n");
	for (int i = 0; i < ENFORCE_PATHS_MAX + 3; i++) {
		char name[16];

		snprintf(name, sizeof(name), "%03d", i);
		make_folder(fake, name);
	}
	before = fake_describe(fake);
	changes = keep(fake);
	assert_int_equal(count(&changes, ENFORCE_REFUSED, ENFORCE_ERROR_UNLISTED), 1);
	assert_true(count(&changes, ENFORCE_APPLIED, ENFORCE_NO_ERROR) >= 2 * ENFORCE_PATHS_MAX);
	fake_undo(fake, "obs-studio", NULL, &undone);
	after = fake_describe(fake);
	assert_string_equal(before, after);
}

static void a_key_of_each_server_is_undone_for_all_of_them(void **state)
{
	struct fake *fake = *state;
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	cleanup(enforce_changes_finish) struct enforce_changes undone = {0};
	char *text;

	fake_write(fake, "home/.config/Mattermost/config.json",
		"{\"servers\":[{\"url\":\"https://a.example\"},{\"url\":\"http://B.example:80/x\"},"
		"{\"url\":\"javascript:x\"},{\"url\":7},{}]}\n");
	fake_profile(fake, "mattermost-desktop");
	fake_keep(fake, &changes);
	/* an address that is none is a server that is not looked after */
	assert_int_equal(count(&changes, ENFORCE_REFUSED, ENFORCE_ERROR_UNLISTED), 1);
	text = fake_read(fake, "home/.config/Mattermost/permissions.json");
	assert_non_null(strstr(text, "\"https://a.example\""));
	assert_non_null(strstr(text, "\"http://b.example\""));
	free(text);
	fake_undo(fake, "mattermost-desktop", "{each}.geolocation.allowed", &undone);
	assert_int_equal(count(&undone, ENFORCE_UNDONE, ENFORCE_NO_ERROR), 2);
	text = fake_read(fake, "home/.config/Mattermost/permissions.json");
	assert_null(strstr(text, "allowed"));
	assert_non_null(strstr(text, "alwaysDeny"));
	free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_new, fake_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_folders_are_gone_into),
		TEST(a_name_that_is_no_text_is_told_as_left_out),
		TEST(more_than_are_looked_at_is_told),
		TEST(a_key_of_each_server_is_undone_for_all_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
