/* SPDX-License-Identifier: Apache-2.0 */
#include "fake.h"
#include "fd.h"
#include "redact.h"
#include "target.h"
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#define CHROMIUM "root/etc/chromium/policies/managed/caretaker.json"
#define FIREFOX "root/etc/firefox/policies/policies.json"
#define DISTRIBUTION "root/usr/lib/firefox-esr/distribution/policies.json"
#define REMOTE_CONTROL "home/.config/obs-studio/plugin_config/obs-websocket/config.json"
#define GDM "/etc/gdm3/daemon.conf"
#define MASK "/etc/systemd/system/whoopsie.path"
#define TEAMS "home/.config/teams-for-linux/config.json"

static struct fake *start(void **state, const char *id, const char *program)
{
	struct fake *fake = *state;

	fake_profile(fake, id);
	fake_write(fake, program, "x\n");
	return fake;
}

static void keep_quietly(struct fake *fake)
{
	struct enforce_changes changes;

	fake_keep(fake, &changes);
	enforce_changes_finish(&changes);
}

static void undo_quietly(struct fake *fake)
{
	struct enforce_changes changes;

	fake_undo(fake, NULL, NULL, &changes);
	enforce_changes_finish(&changes);
}

static void first_former_value_survives_drift(void **state)
{
	struct fake *fake = start(state, "chromium", "root/usr/bin/chromium");
	struct enforce_changes changes;
	char *text;

	fake_write(fake, CHROMIUM, "{\"NetworkPredictionOptions\": 0}\n");
	keep_quietly(fake);
	/* drift, twice, with a journal read from disk as after a restart */
	fake_write(fake, CHROMIUM, "{\"NetworkPredictionOptions\": 1}\n");
	fake_reopen_journal(fake);
	fake_keep(fake, &changes);
	assert_int_equal(
		json_object_get_int(fake_change(&changes, "NetworkPredictionOptions")->from), 1);
	enforce_changes_finish(&changes);
	fake_reopen_journal(fake);
	fake_undo(fake, "chromium", "NetworkPredictionOptions", &changes);
	assert_int_equal(changes.len, 1);
	assert_int_equal(changes.items[0].result, ENFORCE_UNDONE);
	assert_int_equal(json_object_get_int(changes.items[0].to), 0);
	enforce_changes_finish(&changes);
	text = fake_read(fake, CHROMIUM);
	assert_non_null(strstr(text, "{\"NetworkPredictionOptions\": 0,"));
	free(text);
}

static void undo_leaves_a_foreign_value_and_says_so(void **state)
{
	struct fake *fake = start(state, "chromium", "root/usr/bin/chromium");
	struct enforce_changes changes;
	const struct enforce_change *change;
	char *text;

	keep_quietly(fake);
	fake_write(fake, CHROMIUM,
		"{\n  \"SearchSuggestEnabled\": true,\n  \"SyncDisabled\": true,\n"
		"  \"BackgroundModeEnabled\": false\n}\n");
	fake_undo(fake, NULL, NULL, &changes);
	change = fake_change(&changes, "SearchSuggestEnabled");
	assert_int_equal(change->result, ENFORCE_CONFLICT);
	assert_int_equal(change->error, ENFORCE_ERROR_OTHER_VALUE);
	change = fake_change(&changes, "BackgroundModeEnabled");
	assert_int_equal(change->result, ENFORCE_UNDONE);
	enforce_changes_finish(&changes);
	text = fake_read(fake, CHROMIUM);
	assert_string_equal(
		text, "{\n  \"SearchSuggestEnabled\": true,\n  \"SyncDisabled\": true\n}\n");
	free(text);
}

static void undo_of_a_file_that_is_gone(void **state)
{
	struct fake *fake = start(state, "chromium", "root/usr/bin/chromium");
	cleanup(free_ptr) char *before = fake_describe(fake);
	cleanup(free_ptr) char *path = fake_path(fake, CHROMIUM);
	cleanup(free_ptr) char *after = NULL;

	keep_quietly(fake);
	assert_int_equal(unlink(path), 0);
	undo_quietly(fake);
	after = fake_describe(fake);
	assert_string_equal(before, after);
	assert_int_equal(json_object_array_length(enforce_journal_files(&fake->journal)), 0);
}

static void a_deleted_file_of_ours_begins_anew(void **state)
{
	struct fake *fake = start(state, "chromium", "root/usr/bin/chromium");
	cleanup(free_ptr) char *before = fake_describe(fake);
	cleanup(free_ptr) char *path = fake_path(fake, CHROMIUM);
	cleanup(free_ptr) char *after = NULL;

	keep_quietly(fake);
	assert_int_equal(unlink(path), 0);
	keep_quietly(fake);
	undo_quietly(fake);
	/* the directories were there the second time, so they stay */
	after = fake_describe(fake);
	assert_null(strstr(after, "caretaker.json"));
	assert_non_null(before);
}

static void a_changed_base_is_merged_again(void **state)
{
	struct fake *fake = start(state, "firefox", "root/usr/bin/firefox-esr");
	struct enforce_plan plan;
	cleanup(free_ptr) char *before = NULL;
	cleanup(free_ptr) char *after = NULL;
	char *text;

	fake_write(fake, DISTRIBUTION, "{\"policies\": {\"DisableAppUpdate\": true}}\n");
	keep_quietly(fake);
	fake_write(fake, DISTRIBUTION,
		"{\"policies\": {\"DisableAppUpdate\": false, \"NetworkPrediction\": false}}\n");
	before = fake_describe(fake);
	assert_int_equal(
		enforce_plan(&fake->place, fake->profile, ENFORCE_BASE, &fake->journal, &plan), 0);
	assert_int_equal(plan.drifted, 0);
	assert_int_equal(plan.changes.len, 1);
	assert_string_equal(plan.changes.items[0].why, "enforce.base-changed");
	assert_int_equal(plan.files, 1);
	enforce_plan_finish(&plan);
	keep_quietly(fake);
	text = fake_read(fake, FIREFOX);
	assert_non_null(strstr(text, "\"DisableAppUpdate\": false"));
	assert_non_null(strstr(text, "\"NetworkPrediction\": false"));
	free(text);
	assert_int_equal(
		enforce_plan(&fake->place, fake->profile, ENFORCE_BASE, &fake->journal, &plan), 0);
	assert_int_equal(plan.changes.len, 0);
	enforce_plan_finish(&plan);
	undo_quietly(fake);
	text = fake_read(fake, FIREFOX);
	assert_null(text);
	after = fake_describe(fake);
	assert_null(strstr(after, "etc/firefox"));
}

static void a_base_does_not_overwrite_what_the_owner_added(void **state)
{
	struct fake *fake = start(state, "firefox", "root/usr/bin/firefox-esr");
	struct enforce_plan plan;
	cleanup(free_ptr) char *text = NULL;
	char *edited;

	fake_write(fake, DISTRIBUTION, "{\"policies\": {}}\n");
	keep_quietly(fake);
	text = fake_read(fake, FIREFOX);
	assert_true(asprintf(&edited, "{\"school\": 1,%s", text + 1) > 0);
	fake_write(fake, FIREFOX, edited);
	fake_write(fake, DISTRIBUTION, "{\"policies\": {\"DisableAppUpdate\": true}}\n");
	assert_int_equal(
		enforce_plan(&fake->place, fake->profile, ENFORCE_BASE, &fake->journal, &plan), 0);
	assert_int_equal(plan.changes.len, 0);
	enforce_plan_finish(&plan);
	undo_quietly(fake);
	free(text);
	text = fake_read(fake, FIREFOX);
	assert_non_null(strstr(text, "\"school\": 1"));
	free(edited);
}

static void attributes_are_kept(void **state)
{
	struct fake *fake =
		start(state, "teams-for-linux", "root/opt/teams-for-linux/teams-for-linux");
	cleanup(free_ptr) char *path = fake_path(fake, TEAMS);
	char value[16] = "";
	struct stat st;

	fake_write(fake, TEAMS, "{}\n");
	assert_int_equal(chmod(path, 0640), 0);
	if (setxattr(path, "user.origin", "school", 6, 0) < 0 && errno == ENOTSUP) {
		skip();
	}
	keep_quietly(fake);
	assert_int_equal(getxattr(path, "user.origin", value, sizeof(value)), 6);
	assert_memory_equal(value, "school", 6);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

static void a_file_replaced_meanwhile_is_not_lost(void **state)
{
	struct fake *fake = start(state, "chromium", "root/usr/bin/chromium");
	cleanup(enforce_target_finish) struct enforce_target target = {-1, -1, -1};
	cleanup(free_ptr) char *path = fake_path(fake, CHROMIUM);
	cleanup(free_ptr) char *aside = fake_path(fake, "root/aside");
	char *text;

	fake_write(fake, CHROMIUM, "{\"a\": 1}\n");
	assert_int_equal(enforce_target_open(&fake->place,
				 "/etc/chromium/policies/managed/caretaker.json", &target),
		0);
	fake_write(fake, "root/aside", "{\"a\": 2}\n");
	assert_int_equal(rename(aside, path), 0);
	assert_int_equal(
		enforce_target_write(&target, "/etc/chromium/policies/managed/caretaker.json", true,
			span_z("{}\n")),
		ENFORCE_ERROR_CHANGED_MEANWHILE);
	text = fake_read(fake, CHROMIUM);
	assert_string_equal(text, "{\"a\": 2}\n");
	free(text);
	/* one that is edited in place, with the same length */
	enforce_target_finish(&target);
	assert_int_equal(enforce_target_open(&fake->place,
				 "/etc/chromium/policies/managed/caretaker.json", &target),
		0);
	fake_write(fake, CHROMIUM, "{\"a\": 3}\n");
	assert_int_equal(
		enforce_target_write(&target, "/etc/chromium/policies/managed/caretaker.json", true,
			span_z("{}\n")),
		ENFORCE_ERROR_CHANGED_MEANWHILE);
	text = fake_read(fake, CHROMIUM);
	assert_string_equal(text, "{\"a\": 3}\n");
	free(text);
}

static void a_file_that_appears_meanwhile_is_not_lost(void **state)
{
	struct fake *fake = start(state, "chromium", "root/usr/bin/chromium");
	cleanup(enforce_target_finish) struct enforce_target target = {-1, -1, -1};
	char *text;

	fake_write(fake, "root/etc/chromium/policies/managed/README", "x\n");
	assert_int_equal(enforce_target_open(&fake->place,
				 "/etc/chromium/policies/managed/caretaker.json", &target),
		0);
	fake_write(fake, CHROMIUM, "{\"a\": 1}\n");
	assert_int_equal(
		enforce_target_write(&target, "/etc/chromium/policies/managed/caretaker.json", true,
			span_z("{}\n")),
		ENFORCE_ERROR_CHANGED_MEANWHILE);
	text = fake_read(fake, CHROMIUM);
	assert_string_equal(text, "{\"a\": 1}\n");
	free(text);
}

static void left_overs_of_a_crash_are_cleared(void **state)
{
	struct fake *fake = start(state, "chromium", "root/usr/bin/chromium");
	cleanup(free_ptr) char *after = NULL;

	fake_write(fake, CHROMIUM, "{}\n");
	fake_write(fake, "root/etc/chromium/policies/.caretaker.json.new", "{\"torn");
	keep_quietly(fake);
	after = fake_describe(fake);
	assert_null(strstr(after, ".new"));
}

static void changes_survive_their_json(void **state)
{
	struct fake *fake =
		start(state, "teams-for-linux", "root/opt/teams-for-linux/teams-for-linux");
	cleanup(enforce_plan_finish) struct enforce_plan plan = {0};
	cleanup(enforce_changes_finish) struct enforce_changes read = {0};
	cleanup(json_put) struct json_object *array = NULL;

	fake_write(
		fake, TEAMS, "{\"incomingCallCommand\": \"/home/kim/ring\", \"webDebug\": true}\n");
	fake->place.edits = ENFORCE_USER;
	assert_int_equal(enforce_plan(&fake->place, fake->profile, ENFORCE_BASE, NULL, &plan), 0);
	assert_int_equal(enforce_changes_hide(&plan.changes), 0);
	assert_int_equal(enforce_changes_to_json(&plan.changes, &array), 0);
	assert_null(strstr(json_object_to_json_string(array), "kim"));
	assert_int_equal(enforce_changes_from_json(array, &read, NULL), 0);
	assert_int_equal(read.len, plan.changes.len);
	assert_true(json_object_get_boolean(fake_change(&read, "webDebug")->from));
	json_object_object_add(
		json_object_array_get_idx(array, 0), "result", json_object_new_string("won"));
	enforce_changes_finish(&read);
	assert_int_equal(enforce_changes_from_json(array, &read, NULL), JSON_E_TYPE);
}

/* A setting goes into the files of its own group, and into no other. */
static void each_group_has_its_own_files(void **state)
{
	struct fake *fake = start(state, "obs-studio", "root/usr/bin/obs");
	cleanup(free_ptr) char *ini = NULL;
	cleanup(free_ptr) char *json = NULL;

	keep_quietly(fake);
	ini = fake_read(fake, "home/.config/obs-studio/global.ini");
	json = fake_read(fake, REMOTE_CONTROL);
	assert_non_null(strstr(ini, "RecordWhenStreaming=false"));
	assert_null(strstr(ini, "server_enabled"));
	assert_non_null(strstr(json, "\"server_enabled\": false"));
	assert_null(strstr(json, "RecordWhenStreaming"));
}

/* The log-in screen reads its file when it is started: what is kept counts from then on. */
static void a_kept_file_says_since_when_it_counts(void **state)
{
	struct fake *fake = start(state, "gdm", "root" GDM);
	cleanup(free_ptr) char *path = fake_path(fake, "root" GDM);
	struct enforce_plan plan;
	struct stat st;

	fake_write(fake, "root" GDM, "[daemon]\nAutomaticLoginEnable=true\n");
	assert_int_equal(
		enforce_plan(&fake->place, fake->profile, ENFORCE_BASE, &fake->journal, &plan), 0);
	assert_int_equal(plan.start_s, 0);
	enforce_plan_finish(&plan);
	keep_quietly(fake);
	assert_int_equal(
		enforce_plan(&fake->place, fake->profile, ENFORCE_BASE, &fake->journal, &plan), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(plan.start_s, st.st_ctim.tv_sec);
	assert_int_equal(plan.sign_in_s, 0);
	enforce_plan_finish(&plan);
}

static void a_link_that_appears_meanwhile_stays(void **state)
{
	struct fake *fake = *state;
	cleanup(enforce_target_finish) struct enforce_target target = {
		.dirfd = -1, .above = -1, .fd = -1};
	cleanup(enforce_target_finish) struct enforce_target again = {
		.dirfd = -1, .above = -1, .fd = -1};
	cleanup(free_ptr) char *path = fake_path(fake, "root" MASK);

	fake_write(fake, "root/etc/systemd/system/other.path", "x\n");
	assert_int_equal(enforce_target_open_link(&fake->place, MASK, &target), 0);
	assert_int_equal(target.fd, -1);
	assert_int_equal(symlink("/etc/systemd/system/other.path", path), 0);
	assert_int_equal(enforce_target_write(&target, MASK, false, span_z("/dev/null")),
		ENFORCE_ERROR_CHANGED_MEANWHILE);
	assert_int_equal(enforce_target_open_link(&fake->place, MASK, &again), 0);
	assert_string_equal(again.bytes, "/etc/systemd/system/other.path");
	assert_int_equal(enforce_target_write(&again, MASK, false, span_z("/dev/null")),
		ENFORCE_ERROR_OTHER_FILE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_new, fake_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(first_former_value_survives_drift),
		TEST(undo_leaves_a_foreign_value_and_says_so),
		TEST(undo_of_a_file_that_is_gone),
		TEST(a_deleted_file_of_ours_begins_anew),
		TEST(a_changed_base_is_merged_again),
		TEST(a_base_does_not_overwrite_what_the_owner_added),
		TEST(attributes_are_kept),
		TEST(a_file_replaced_meanwhile_is_not_lost),
		TEST(a_file_that_appears_meanwhile_is_not_lost),
		TEST(left_overs_of_a_crash_are_cleared),
		TEST(changes_survive_their_json),
		TEST(each_group_has_its_own_files),
		TEST(a_kept_file_says_since_when_it_counts),
		TEST(a_link_that_appears_meanwhile_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
