/* SPDX-License-Identifier: Apache-2.0 */
#include "policy.h"
#include "clock.h"
#include "fd.h"
#include "unit.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define HEAD                                                                            \
	"\"format\":1,\"name\":\"school\",\"version\":3,\"not_before\":\"2026-01-01\"," \
	"\"expires\":\"2027-01-01T00:00:00Z\",\"ownership\":\"school\""

static struct policy *parse(const char *text)
{
	struct policy *policy = NULL;
	struct json_error error = {0};
	int r = policy_parse(span_z(text), &policy, &error);

	if (r != 0) {
		fprintf(stderr, "%s: %s\n", error.where, error.what);
	}
	assert_int_equal(r, 0);
	return policy;
}

static void values_are_found(void **state)
{
	cleanup(policy_free_p) struct policy *policy =
		parse("{" HEAD ",\"controls\":{\"a.b\":{\"on\":true,\"severity\":\"high\","
		      "\"max_age_days\":14,\"list\":[1],\"word\":\"x\"},"
		      "\"c.d\":{\"on\":false,\"severity\":\"low\"}},"
		      "\"clients\":{\"firefox\":{\"tier\":\"strict\"}},\"profiles\":[{}]}");
	cleanup(free_ptr) char *text = NULL;

	(void)state;
	assert_string_equal(policy_name(policy), "school");
	assert_int_equal(policy_version(policy), 3);
	assert_int_equal(policy_expires(policy), 1798761600);
	assert_int_equal(policy_owner(policy), POLICY_SCHOOL);
	assert_int_equal(policy_report_interval(policy), 3600);
	assert_true(policy_control_on(policy, "a.b"));
	assert_false(policy_control_on(policy, "c.d"));
	assert_false(policy_control_on(policy, "not.there"));
	assert_string_equal(policy_control_severity(policy, "a.b"), "high");
	assert_string_equal(policy_control_severity(policy, "not.there"), "info");
	assert_int_equal(policy_control_number(policy, "a.b", "max_age_days", 1), 14);
	assert_int_equal(policy_control_number(policy, "a.b", "word", 9), 9);
	assert_int_equal(policy_control_number(policy, "c.d", "max_age_days", 9), 9);
	assert_int_equal(policy_control_number(policy, "not.there", "max_age_days", 9), 9);
	assert_int_equal(json_object_array_length(policy_control_value(policy, "a.b", "list")), 1);
	assert_null(policy_control_value(policy, "a.b", "none"));
	assert_string_equal(policy_client_tier(policy, "firefox"), "strict");
	assert_string_equal(policy_client_tier(policy, "chromium"), "off");
	assert_true(policy_bundles_profiles(policy));
	assert_int_equal(policy_profiles_len(policy), 1);
	assert_int_equal(policy_profile_text(policy, 0, &text), 0);
	assert_string_equal(text, "{}");
}

static char *profile(const struct policy *policy, size_t i)
{
	char *text = NULL;

	assert_int_equal(policy_profile_text(policy, i, &text), 0);
	return text;
}

static void profiles_lie_in_a_file_or_stay(void **state)
{
	cleanup(policy_free_p) struct policy *policy =
		parse("{" HEAD ",\"controls\":{},\"profiles\":[{\"id\":\"a\"},{},{\"id\":\"c\"}]}");
	static const char *const wanted[] = {"{\"id\":\"a\"}", "{}", "{\"id\":\"c\"}"};
	int fd = open("/dev/full", O_RDWR | O_CLOEXEC);

	(void)state;
	/* a full disk: they stay in memory, and the file the caller's */
	assert_int_equal(policy_lay_profiles(policy, fd), -ENOSPC);
	assert_int_equal(close(fd), 0);
	for (size_t laid = 0; laid < 2; laid++) {
		for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
			cleanup(free_ptr) char *text = profile(policy, i);

			assert_string_equal(text, wanted[i]);
		}
		if (laid == 0) {
			fd = memfd_create("texts", MFD_CLOEXEC);
			assert_int_equal(policy_lay_profiles(policy, fd), 0);
		}
	}
	/* somebody else's hand in the file is no profile */
	assert_int_equal(ftruncate(fd, 4), 0);
	{
		char *text = NULL;

		assert_int_equal(policy_profile_text(policy, 0, &text), -EIO);
	}
}

static void the_least_policy_has_defaults(void **state)
{
	cleanup(policy_free_p) struct policy *policy = parse("{" HEAD ",\"controls\":{}}");

	(void)state;
	assert_false(policy_bundles_profiles(policy));
	assert_int_equal(policy_profiles_len(policy), 0);
	assert_string_equal(policy_client_tier(policy, "firefox"), "off");
}

#define PIN_A "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define PIN_B "_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA"
#define PIN_LONG "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB" /* bits behind the hash */

static void keys_of_the_server_are_one_or_two_hashes(void **state)
{
	static const char *const wrong[] = {"[]", "[1]", "[\"\"]", "{}", "\"" PIN_A "\"",
		"[\"" PIN_A "A\"]", "[\"" PIN_A "\",\"" PIN_A "\",\"" PIN_A "\"]",
		"[\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+\"]", "[null]",
		"[\"" PIN_LONG "\"]"};
	cleanup(policy_free_p) struct policy *silent = parse("{" HEAD ",\"controls\":{}}");
	cleanup(policy_free_p) struct policy *two =
		parse("{" HEAD ",\"controls\":{},\"pins\":[\"" PIN_A "\",\"" PIN_B "\"]}");
	cleanup(policy_free_p) struct policy *one =
		parse("{" HEAD ",\"controls\":{},\"pins\":[\"" PIN_B "\"]}");

	(void)state;
	assert_int_equal(policy_pins(silent)->n, 0);
	assert_int_equal(policy_pins(two)->n, 2);
	assert_true(pins_have(policy_pins(two), PIN_B));
	assert_false(pins_have(policy_pins(one), PIN_A));
	assert_true(pins_meet(policy_pins(one), policy_pins(two)));
	assert_false(pins_meet(policy_pins(silent), policy_pins(two)));
	assert_false(pins_equal(policy_pins(one), policy_pins(two)));
	assert_true(pins_equal(policy_pins(two), policy_pins(two)));
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		cleanup(str_finish) struct str text = {0};
		struct policy *policy = NULL;
		struct json_error error = {0};

		assert_int_equal(
			str_appendf(&text, "{" HEAD ",\"controls\":{},\"pins\":%s}", wrong[i]), 0);
		assert_int_equal(policy_parse((struct span){text.p, text.len}, &policy, &error),
			POLICY_E_SCHEMA);
	}
}

static void admission_looks_at_version_and_time(void **state)
{
	cleanup(policy_free_p) struct policy *policy = parse("{" HEAD ",\"controls\":{}}");
	const int64_t from = 1767225600, until = 1798761600;

	(void)state;
	assert_int_equal(policy_admit(policy, 0, from), 0);
	assert_int_equal(policy_admit(policy, 3, from), 0);
	assert_int_equal(policy_admit(policy, 4, from), POLICY_E_OLDER);
	assert_int_equal(policy_admit(policy, 0, from - 1), POLICY_E_NOT_YET);
	assert_int_equal(policy_admit(policy, 0, until - 1), 0);
	assert_int_equal(policy_admit(policy, 0, until), POLICY_E_EXPIRED);
}

/* A family's day must not show in when reports come, whatever a policy says. */
static void a_private_device_reports_by_the_day(void **state)
{
	static const char head[] = "{\"format\":1,\"name\":\"home\",\"version\":1,"
				   "\"not_before\":\"2026-01-01\",\"expires\":\"2027-01-01\","
				   "\"ownership\":\"private\",\"controls\":{}";
	static const struct {
		const char *rest;
		int64_t interval;
	} rows[] = {
		{"}", CLOCK_DAY_S},
		{",\"report\":{}}", CLOCK_DAY_S},
		{",\"report\":{\"interval_seconds\":172800}}", 2 * CLOCK_DAY_S},
		{",\"report\":{\"interval_seconds\":86399}}", 0},
		{",\"report\":{\"interval_seconds\":60}}", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cleanup(policy_free_p) struct policy *policy = NULL;
		char text[256];
		int r;

		snprintf(text, sizeof(text), "%s%s", head, rows[i].rest);
		r = policy_parse(span_z(text), &policy, NULL);
		assert_int_equal(r, rows[i].interval ? 0 : POLICY_E_SCHEMA);
		if (policy) {
			assert_int_equal(policy_report_interval(policy), rows[i].interval);
			assert_int_equal(policy_owner(policy), POLICY_PRIVATE);
		}
	}
}

#define AS(head, rest) "{" head ",\"controls\":{}" rest "}"
#define TIMES(from, until)                                                  \
	"{\"format\":1,\"name\":\"a\",\"version\":1,\"not_before\":\"" from \
	"\",\"expires\":\"" until "\",\"ownership\":\"school\",\"controls\":{}}"
#define CONTROL(id, value) "{" HEAD ",\"controls\":{\"" id "\":" value "}}"

static void other_bytes_are_refused(void **state)
{
	static const struct {
		const char *text, *where;
	} rows[] = {
		{"{", "offset 1"},
		{"[]", ""},
		{"{" HEAD "}", "controls"},
		{AS(HEAD, ",\"path\":\"/etc/passwd\""), "path"},
		{"{\"format\":2,\"name\":\"a\",\"version\":1,\"not_before\":\"2026-01-01\","
		 "\"expires\":\"2027-01-01\",\"ownership\":\"school\",\"controls\":{}}",
			"format"},
		{"{\"format\":1,\"name\":\"A b\",\"version\":1,\"not_before\":\"2026-01-01\","
		 "\"expires\":\"2027-01-01\",\"ownership\":\"school\",\"controls\":{}}",
			"name"},
		{"{\"format\":1,\"name\":\"a\",\"version\":0,\"not_before\":\"2026-01-01\","
		 "\"expires\":\"2027-01-01\",\"ownership\":\"school\",\"controls\":{}}",
			"version"},
		{"{\"format\":1,\"name\":\"a\",\"version\":1,\"not_before\":\"2026-01-01\","
		 "\"expires\":\"2027-01-01\",\"ownership\":\"state\",\"controls\":{}}",
			"ownership"},
		{TIMES("yesterday", "2027-01-01"), "not_before"},
		{TIMES("2026-01-01", "2026-02-30"), "expires"},
		{TIMES("2026-01-01", "2026-01-01"), "expires"},
		{AS(HEAD, ",\"report\":{\"interval_seconds\":1}"), "interval_seconds"},
		{AS(HEAD, ",\"report\":{\"interval_seconds\":9999999}"), "interval_seconds"},
		{AS(HEAD, ",\"report\":{\"to\":\"x\"}"), "to"},
		{CONTROL("nodot", "{\"on\":true,\"severity\":\"low\"}"), "nodot"},
		{CONTROL("a.b", "{\"severity\":\"low\"}"), "a.b"},
		{CONTROL("a.b", "{\"on\":1,\"severity\":\"low\"}"), "a.b"},
		{CONTROL("a.b", "{\"on\":true}"), "a.b"},
		{CONTROL("a.b", "{\"on\":true,\"severity\":\"worst\"}"), "a.b"},
		{CONTROL("a.b", "{\"on\":true,\"severity\":\"low\",\"n\":-1}"), "a.b"},
		{CONTROL("a.b", "{\"on\":true,\"severity\":\"low\",\"n\":1.5}"), "a.b"},
		{CONTROL("a.b", "{\"on\":true,\"severity\":\"low\",\"n\":null}"), "a.b"},
		{CONTROL("a.b", "{\"on\":true,\"severity\":\"low\",\"A\":1}"), "a.b"},
		{CONTROL("a.b", "true"), "a.b"},
		{CONTROL("a.b", "null"), "a.b"},
		{AS(HEAD, ",\"clients\":{\"firefox\":{\"tier\":\"loose\"}}"), "firefox"},
		{AS(HEAD, ",\"clients\":{\"firefox\":{}}"), "firefox"},
		{AS(HEAD, ",\"clients\":{\"firefox\":{\"tier\":\"base\",\"x\":1}}"), "firefox"},
		{AS(HEAD, ",\"clients\":{\"../x\":{\"tier\":\"base\"}}"), "../x"},
		{AS(HEAD, ",\"clients\":[]"), "clients"},
		{AS(HEAD, ",\"profiles\":[1]"), "profiles"},
		{AS(HEAD, ",\"profiles\":{}"), "profiles"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct policy *policy = NULL;
		struct json_error error = {0};

		assert_int_equal(
			policy_parse(span_z(rows[i].text), &policy, &error), POLICY_E_SCHEMA);
		assert_string_equal(error.where, rows[i].where);
		assert_non_null(error.what);
		assert_null(policy);
	}
}

/* What the package ships: ten controls on, five clients kept, valid for as long as anybody asks. */
static void the_baselines_are_policies(void **state)
{
	static const struct {
		const char *name;
		enum policy_ownership ownership;
		int64_t interval;
	} rows[] = {
		{"home", POLICY_PRIVATE, CLOCK_DAY_S},
		{"school", POLICY_SCHOOL, 3600},
	};
	static const char *const ids[] = {"auth.no-autologin", "auth.no-empty-password",
		"conf.camera-mic-gate", "disk.encrypted", "fw.inbound-default-deny",
		"malware.av-active", "patch.index-fresh", "patch.os-supported",
		"patch.security-updates", "wifi.strong-encryption"};
	static const char *const clients[] = {
		"brave", "chromium", "firefox", "google-chrome", "teams-for-linux"};
	cleanup(fd_close) int dir = fd_open_dir(AT_FDCWD, BASELINE_DIR);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cleanup(policy_free_p) struct policy *policy = NULL;
		cleanup(free_ptr) char *bytes = NULL;
		char name[32];
		size_t len;

		snprintf(name, sizeof(name), "%s.json", rows[i].name);
		assert_int_equal(fd_read_regular(dir, name, POLICY_MAX, &bytes, &len), 0);
		policy = parse(bytes);
		assert_string_equal(policy_name(policy), rows[i].name);
		assert_int_equal(policy_owner(policy), rows[i].ownership);
		assert_int_equal(policy_report_interval(policy), rows[i].interval);
		assert_int_equal(policy_admit(policy, 0, 1795309323), 0);
		assert_int_equal(policy_admit(policy, 0, 4102444800), 0);
		for (size_t k = 0; k < ARRAY_LEN(ids); k++) {
			assert_true(policy_control_on(policy, ids[k]));
			assert_string_not_equal(policy_control_severity(policy, ids[k]), "info");
		}
		for (size_t k = 0; k < ARRAY_LEN(clients); k++) {
			assert_string_equal(policy_client_tier(policy, clients[k]), "base");
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_found),
		cmocka_unit_test(profiles_lie_in_a_file_or_stay),
		cmocka_unit_test(the_least_policy_has_defaults),
		cmocka_unit_test(keys_of_the_server_are_one_or_two_hashes),
		cmocka_unit_test(admission_looks_at_version_and_time),
		cmocka_unit_test(a_private_device_reports_by_the_day),
		cmocka_unit_test(other_bytes_are_refused),
		cmocka_unit_test(the_baselines_are_policies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
