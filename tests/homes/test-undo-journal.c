/* SPDX-License-Identifier: Apache-2.0 */
/* What the journal forbids and what it brings back. */
#include "fake.h"
#include "fd.h"
#include "target.h"
#include "unit.h"

#include <fcntl.h>

#define REMOTE_CONTROL "home/.config/obs-studio/plugin_config/obs-websocket/config.json"

static struct fake *start(void **state, const char *id, const char *program)
{
	struct fake *fake = *state;

	fake_profile(fake, id);
	fake_write(fake, program, "x\n");
	return fake;
}

static void a_broken_journal_forbids_every_change(void **state)
{
	static const char *const broken[] = {"", "{", "[]", "{\"format\":1}",
		"{\"files\":[{}],\"format\":1}", "{\"files\":[],\"format\":2}",
		"{\"files\":[{\"aside\":false,\"client\":\"c\",\"dialect\":\"json\",\"dirs\":0,"
		"\"existed\":true,\"made\":[],\"path\":\"etc/x\",\"start\":null,\"values\":[]}],"
		"\"format\":1}"};
	struct fake *fake = *state;

	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		struct enforce_journal journal;

		cleanup(free_ptr) char *path = NULL;
		cleanup(fd_close) int fd = -1;

		assert_true(asprintf(&path, "%s/state/%s", fake->path, ENFORCE_JOURNAL_NAME) > 0);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		assert_int_equal(fd_write_all(fd, broken[i], strlen(broken[i])), 0);
		assert_int_equal(
			enforce_journal_open(fake->state, &journal), ENFORCE_JOURNAL_E_BROKEN);
	}
}

static void without_a_journal_nothing_is_written(void **state)
{
	struct fake *fake = start(state, "chromium", "root/usr/bin/chromium");
	cleanup(free_ptr) char *before = fake_describe(fake);
	cleanup(free_ptr) char *after = NULL;
	struct enforce_changes changes;

	fake->journal.dirfd = -1;
	fake_keep(fake, &changes);
	assert_true(changes.len > 0);
	assert_int_equal(changes.items[0].result, ENFORCE_FAILED);
	assert_int_equal(changes.items[0].error, ENFORCE_ERROR_JOURNAL);
	enforce_changes_finish(&changes);
	after = fake_describe(fake);
	assert_string_equal(before, after);
	assert_int_equal(json_object_array_length(enforce_journal_files(&fake->journal)), 0);
}

/* Older versions knew OBS Studio's remote control as a client of its own. */
static void a_former_client_is_undone_by_its_present_name(void **state)
{
	struct fake *fake = *state;
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	cleanup(free_ptr) char *after = NULL;
	cleanup(fd_close) int fd = -1;
	static const char journal[] =
		"{\"files\":[{\"aside\":false,\"client\":\"obs-websocket\",\"dialect\":\"json\","
		"\"dirs\":0,\"existed\":true,\"made\":[],\"path\":\"~/.config/obs-studio/"
		"plugin_config/obs-websocket/config.json\",\"start\":null,\"values\":[{\"former\":"
		"\"true\",\"key\":\"server_enabled\",\"why\":"
		"\"setting.obs-websocket.server_enabled\",\"written\":false}]}],\"format\":1}";

	fake_write(fake, REMOTE_CONTROL, "{\"server_enabled\": false}\n");
	fd = openat(fake->state, ENFORCE_JOURNAL_NAME, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(fd_write_all(fd, journal, strlen(journal)), 0);
	fake_reopen_journal(fake);
	fake_undo(fake, "obs-studio", NULL, &changes);
	assert_int_equal(changes.len, 1);
	assert_string_equal(changes.items[0].client, "obs-studio");
	assert_int_equal(changes.items[0].result, ENFORCE_UNDONE);
	after = fake_read(fake, REMOTE_CONTROL);
	assert_string_equal(after, "{\"server_enabled\": true}\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_new, fake_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_broken_journal_forbids_every_change),
		TEST(without_a_journal_nothing_is_written),
		TEST(a_former_client_is_undone_by_its_present_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
