/* SPDX-License-Identifier: Apache-2.0 */
/* Plugs of snaps, with a stand-in for snapd: plugs.h. tests/settings/snap.py asks snapd itself. */
#include "fake-snapd.h"
#include "fake.h"
#include "plan.h"
#include "unit.h"

#include <sys/stat.h>

#define STATE "root/var/lib/snapd/state.json"
#define CONNECTED                                               \
	"{\"data\":{\"snaps\":{\"zoom-client\":{}},\"conns\":{" \
	"\"zoom-client:camera core:camera\":{\"auto\":true},"   \
	"\"zoom-client:audio-record core:audio-record\":{}}}}"
#define CAMERA "zoom-client:camera"

static struct fake *start(void **state, const char *text)
{
	struct fake *fake = *state;

	fake_profile(fake, "zoom");
	fake_write(fake, "root/snap/zoom-client/current/x", "x\n");
	if (text) {
		fake_write(fake, STATE, text);
	}
	fake->place.plug = fake_snapd;
	return fake;
}

static void keep(struct fake *fake, struct enforce_changes *changes)
{
	*changes = (struct enforce_changes){0};
	assert_int_equal(enforce_keep(&fake->place, fake->profile, ENFORCE_STRICT, NULL,
				 &fake->journal, changes),
		0);
}

static void they_are_taken_and_given_back(void **state)
{
	struct fake *fake = start(state, CONNECTED);
	struct enforce_changes changes;
	char *text;

	keep(fake, &changes);
	assert_int_equal(changes.len, 2);
	assert_int_equal(fake_change(&changes, CAMERA)->result, ENFORCE_APPLIED);
	assert_string_equal(
		json_object_get_string(fake_change(&changes, CAMERA)->from), "connected");
	enforce_changes_finish(&changes);
	text = fake_read(fake, STATE);
	assert_null(strstr(text, CAMERA));
	free(text);
	keep(fake, &changes);
	assert_int_equal(changes.len, 0);
	enforce_changes_finish(&changes);
	fake_reopen_journal(fake);
	fake_undo(fake, "zoom", CAMERA, &changes);
	assert_int_equal(changes.len, 1);
	assert_int_equal(changes.items[0].result, ENFORCE_UNDONE);
	enforce_changes_finish(&changes);
	text = fake_read(fake, STATE);
	assert_non_null(strstr(text, CAMERA));
	assert_null(strstr(text, "zoom-client:audio-record"));
	free(text);
}

static int refuses(const struct enforce_place *place, const char *plug, bool connect)
{
	(void)place;
	(void)plug;
	(void)connect;
	return ENFORCE_ERROR_SNAPD;
}

static void a_snapd_that_does_not_do_it_is_told(void **state)
{
	struct fake *fake = start(state, CONNECTED);
	struct enforce_changes changes;
	char *text;

	fake->place.plug = refuses;
	keep(fake, &changes);
	assert_int_equal(fake_change(&changes, CAMERA)->result, ENFORCE_FAILED);
	assert_int_equal(fake_change(&changes, CAMERA)->error, ENFORCE_ERROR_SNAPD);
	enforce_changes_finish(&changes);
	/* nothing was done, so there is nothing to give back, and nothing is held against it */
	fake_undo(fake, NULL, NULL, &changes);
	for (size_t i = 0; i < changes.len; i++) {
		assert_int_equal(changes.items[i].result, ENFORCE_UNDONE);
	}
	enforce_changes_finish(&changes);
	assert_int_equal(json_object_array_length(enforce_journal_files(&fake->journal)), 0);
	text = fake_read(fake, STATE);
	assert_string_equal(text, CONNECTED);
	free(text);
}

static void a_snap_that_is_removed_meanwhile_is_let_go(void **state)
{
	struct fake *fake = start(state, CONNECTED);
	struct enforce_changes changes;

	keep(fake, &changes);
	enforce_changes_finish(&changes);
	fake_write(fake, STATE, "{\"data\":{\"snaps\":{},\"conns\":{}}}");
	fake->place.plug = refuses;
	fake_undo(fake, NULL, NULL, &changes);
	assert_int_equal(changes.len, 2);
	assert_int_equal(changes.items[0].error, ENFORCE_ERROR_OTHER_VALUE);
	assert_int_equal(json_object_array_length(enforce_journal_files(&fake->journal)), 0);
	enforce_changes_finish(&changes);
}

static void what_cannot_be_read_is_told(void **state)
{
	static const struct {
		const char *text; /* NULL: none */
		enum enforce_error error;
	} rows[] = {
		{NULL, ENFORCE_ERROR_SNAPD},
		{"", ENFORCE_ERROR_NOT_JSON},
		{"{\"data\":", ENFORCE_ERROR_NOT_JSON},
		{"[]", ENFORCE_ERROR_NOT_JSON},
		{"{\"data\":{},\"data\":{}}", ENFORCE_ERROR_NOT_JSON},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct fake *fake = start(state, rows[i].text);
		cleanup(enforce_plan_finish) struct enforce_plan plan = {0};

		assert_int_equal(enforce_plan(&fake->place, fake->profile, ENFORCE_STRICT,
					 &fake->journal, &plan),
			0);
		assert_int_equal(fake_change(&plan.changes, CAMERA)->result, ENFORCE_REFUSED);
		assert_int_equal(fake_change(&plan.changes, CAMERA)->error, rows[i].error);
	}
}

static void a_link_in_its_place_is_not_followed_out(void **state)
{
	struct fake *fake = start(state, NULL);
	cleanup(enforce_plan_finish) struct enforce_plan plan = {0};
	cleanup(free_ptr) char *path = NULL;

	fake_write(fake, "elsewhere.json", CONNECTED);
	fake_write(fake, "root/var/lib/snapd/other", "x");
	path = fake_path(fake, STATE);
	assert_int_equal(symlink("../../../../elsewhere.json", path), 0);
	assert_int_equal(
		enforce_plan(&fake->place, fake->profile, ENFORCE_STRICT, &fake->journal, &plan),
		0);
	assert_int_equal(fake_change(&plan.changes, CAMERA)->error, ENFORCE_ERROR_SNAPD);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_new, fake_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(they_are_taken_and_given_back),
		TEST(a_snapd_that_does_not_do_it_is_told),
		TEST(a_snap_that_is_removed_meanwhile_is_let_go),
		TEST(what_cannot_be_read_is_told),
		TEST(a_link_in_its_place_is_not_followed_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
