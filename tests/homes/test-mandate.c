/* SPDX-License-Identifier: Apache-2.0 */
/* What an administrator decided, and what is stricter than we ask, is left: mandate.h, accept.h. */
#include "accept.h"
#include "fake.h"
#include "unit.h"

#define FIREFOX "root/etc/firefox/policies/policies.json"

static struct fake *start(void **state, const char *id, const char *program)
{
	struct fake *fake = *state;

	fake_profile(fake, id);
	fake_write(fake, program, "x\n");
	return fake;
}

static void undo_quietly(struct fake *fake)
{
	struct enforce_changes changes;

	fake_undo(fake, NULL, NULL, &changes);
	enforce_changes_finish(&changes);
}

static const struct enforce_change *keep_and_find(
	struct fake *fake, struct enforce_changes *changes, const char *key)
{
	fake_keep(fake, changes);
	return fake_change(changes, key);
}

/* What an administrator decided before us is told; what was changed after us is put back. */
static void a_decision_is_told_and_drift_is_put_back(void **state)
{
	struct fake *fake = start(state, "firefox", "root/usr/bin/firefox-esr");
	cleanup(enforce_changes_finish) struct enforce_changes decided = {0};
	cleanup(enforce_changes_finish) struct enforce_changes drifted = {0};
	const struct enforce_change *change;
	char *text, *edited;

	fake_write(fake, FIREFOX, "{\"policies\": {\"NetworkPrediction\": true}}\n");
	change = keep_and_find(fake, &decided, "policies.NetworkPrediction");
	assert_int_equal(change->result, ENFORCE_CONFLICT);
	assert_int_equal(change->error, ENFORCE_ERROR_MANAGED);
	assert_string_equal(change->path, "/etc/firefox/policies/policies.json");
	assert_true(json_object_get_boolean(change->from));
	text = fake_read(fake, FIREFOX);
	assert_non_null(strstr(text, "\"NetworkPrediction\": true"));
	edited = strstr(text, "\"DisableTelemetry\": true");
	assert_non_null(edited);
	memcpy(edited, "\"DisableTelemetry\":false", strlen("\"DisableTelemetry\":false"));
	fake_write(fake, FIREFOX, text);
	free(text);
	fake_reopen_journal(fake);
	change = keep_and_find(fake, &drifted, "policies.DisableTelemetry");
	assert_int_equal(change->result, ENFORCE_APPLIED);
	undo_quietly(fake);
	text = fake_read(fake, FIREFOX);
	assert_string_equal(text, "{\"policies\": {\"NetworkPrediction\": true}}\n");
	free(text);
}

/* "Locked" beside what an administrator decided would fix what we do not want. */
static void nothing_is_locked_beside_a_decision(void **state)
{
	struct fake *fake = start(state, "firefox", "root/usr/bin/firefox-esr");
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	cleanup(enforce_plan_finish) struct enforce_plan plan = {0};
	char *text;

	fake_write(fake, FIREFOX, "{\"policies\": {\"GenerativeAI\": {\"Enabled\": true}}}\n");
	assert_int_equal(
		enforce_plan(&fake->place, fake->profile, ENFORCE_BASE, &fake->journal, &plan), 0);
	assert_int_equal(fake_change(&plan.changes, "policies.GenerativeAI.Locked")->result,
		ENFORCE_CONFLICT);
	fake_keep(fake, &changes);
	assert_int_equal(fake_change(&changes, "policies.GenerativeAI.Locked")->error,
		ENFORCE_ERROR_MANAGED);
	text = fake_read(fake, FIREFOX);
	assert_non_null(strstr(text, "\"GenerativeAI\": {\"Enabled\": true}"));
	free(text);
}

static bool accepts(enum enforce_format format, const char *wanted, const char *found)
{
	cleanup(json_put) struct json_object *value = json_object_new_string(wanted);
	cleanup(json_put) struct json_object *there = json_object_new_string(found);
	struct enforce_setting setting = {.value = value, .ranged = true, .from = 1, .to = 300};
	struct enforce_value read = {.present = true, .object = there};

	return enforce_accepts(&setting, format, &read);
}

static void a_stricter_number_is_as_good(void **state)
{
	(void)state;
	assert_true(accepts(ENFORCE_DCONF, "uint32 300", "uint32 300"));
	assert_true(accepts(ENFORCE_DCONF, "uint32 300", "uint32 60"));
	assert_true(accepts(ENFORCE_DCONF, "uint32 300", "uint32 1"));
	/* never, later, and what GSettings would not take for a number of this type */
	assert_false(accepts(ENFORCE_DCONF, "uint32 300", "uint32 0"));
	assert_false(accepts(ENFORCE_DCONF, "uint32 300", "uint32 301"));
	assert_false(accepts(ENFORCE_DCONF, "uint32 300", "60"));
	assert_false(accepts(ENFORCE_DCONF, "uint32 300", "int32 60"));
	assert_true(accepts(ENFORCE_INI, "5", "1"));
	assert_false(accepts(ENFORCE_INI, "5", ""));
	assert_false(accepts(ENFORCE_INI, "5", " "));
	assert_false(accepts(ENFORCE_INI, "5", "-1"));
	assert_false(accepts(ENFORCE_INI, "5", "+1"));
	assert_false(accepts(ENFORCE_INI, "5", "1x"));
	assert_false(accepts(ENFORCE_INI, "5", "0x1"));
	assert_false(accepts(ENFORCE_INI, "5", "1.5"));
	assert_false(accepts(ENFORCE_INI, "5", "99999999999999999999"));
}

static void a_range_that_is_none_is_no_profile(void **state)
{
	static const char *const rows[] = {"{}", "{\"from\":1}", "{\"from\":2,\"to\":1}",
		"{\"from\":-1,\"to\":1}", "{\"from\":1,\"to\":\"2\"}", "[1,2]"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct enforce_profile *profile = NULL;
		char text[512];

		snprintf(text, sizeof(text),
			"{\"format\":1,\"id\":\"a\",\"name\":\"A\",\"files\":[{\"path\":\"/etc/a\","
			"\"packaging\":\"p\",\"role\":\"config\",\"format\":\"ini\",\"detect\":"
			"[\"/a\"]}],\"settings\":[{\"key\":\"a.b\",\"value\":\"5\",\"accept\":%s,"
			"\"tier\":\"base\",\"why\":\"setting.a\",\"source\":\"s\"}]}",
			rows[i]);
		assert_int_not_equal(enforce_profile_parse(span_z(text), &profile, NULL), 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_new, fake_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_decision_is_told_and_drift_is_put_back),
		TEST(nothing_is_locked_beside_a_decision),
		cmocka_unit_test(a_stricter_number_is_as_good),
		cmocka_unit_test(a_range_that_is_none_is_no_profile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
