/* SPDX-License-Identifier: Apache-2.0 */
#include "report-rules.h"
#include "fd.h"
#include "unit.h"

#include <fcntl.h>

#define DEVICE "AAAAAAAAAAAAAAAAAAAAAA"
#define HEAD "{\"controls\":["
#define CONTROL \
	"{\"age\":26,\"id\":\"disk.encrypted\",\"reason\":\"not-encrypted\",\"state\":\"fail\"}"
#define TAIL                                                                                      \
	"],\"device\":\"" DEVICE "\",\"format\":1,\"kind\":\"full\",\"policy\":1,\"sequence\":1," \
	"\"unit\":\"hours\"}"

static struct report sample(struct report_control *controls, size_t n)
{
	return (struct report){
		.kind = REPORT_FULL,
		.device = DEVICE,
		.sequence = 1,
		.policy = 1,
		.unit = REPORT_HOURS,
		.controls = controls,
		.n_controls = n,
	};
}

static void the_bytes_are_those_of_the_schema(void **state)
{
	struct report_control controls[] = {
		{"disk.encrypted", POSTURE_FAIL, POSTURE_NOT_ENCRYPTED, 26}};
	struct report report = sample(controls, 1);
	cleanup(report_finish) struct report back = {0};
	cleanup(str_finish) struct str out = {0};

	(void)state;
	assert_int_equal(report_write(&report, NULL, 0, &out), 0);
	assert_string_equal(out.p, HEAD CONTROL TAIL);
	assert_int_equal(report_parse((struct span){out.p, out.len}, &back, NULL), 0);
	assert_int_equal(back.kind, REPORT_FULL);
	assert_int_equal(back.unit, REPORT_HOURS);
	assert_int_equal(back.sequence, 1);
	assert_int_equal(back.policy, 1);
	assert_string_equal(back.device, DEVICE);
	assert_int_equal(back.n_controls, 1);
	assert_memory_equal(&back.controls[0].age, &controls[0].age, sizeof(int64_t));
	assert_string_equal(back.controls[0].id, "disk.encrypted");
	assert_int_equal(back.controls[0].state, POSTURE_FAIL);
	assert_int_equal(back.controls[0].reason, POSTURE_NOT_ENCRYPTED);
}

static void a_local_control_never_leaves(void **state)
{
	static const char *const local[] = {"auth.a", "home.b", "wifi.c"};
	struct report_control controls[] = {
		{"disk.encrypted", POSTURE_PASS, POSTURE_ALL_ENCRYPTED, 1},
		{"home.b", POSTURE_PASS, POSTURE_SUPPORTED, 1},
	};
	struct report report = sample(controls, 2);
	cleanup(str_finish) struct str out = {0};

	(void)state;
	assert_int_equal(report_write(&report, local, 3, &out), REPORT_E_LOCAL_ONLY);
	assert_null(out.p);
	report.n_controls = 1;
	assert_int_equal(report_write(&report, local, 3, &out), 0);
	assert_null(strstr(out.p, "home.b"));
}

static void the_builder_keeps_the_schema(void **state)
{
	struct report_control controls[] = {
		{"disk.encrypted", POSTURE_PASS, POSTURE_ALL_ENCRYPTED, 1},
		{"wifi.strong-encryption", POSTURE_NA, POSTURE_NO_RADIO, 1},
	};
	struct report_control swapped[] = {controls[1], controls[0]};
	struct report_control twice[] = {controls[0], controls[0]};
	struct report_control named[] = {{"Laptop of Anna", POSTURE_PASS, POSTURE_SUPPORTED, 1}};
	struct report_control old[] = {
		{"disk.encrypted", POSTURE_PASS, POSTURE_SUPPORTED, REPORT_AGE_MAX + 1}};
	struct report wrong[] = {sample(swapped, 2), sample(twice, 2), sample(named, 1),
		sample(old, 1), sample(controls, 2), sample(controls, 2), sample(controls, 2),
		sample(controls, 2)};
	cleanup(str_finish) struct str out = {0};

	(void)state;
	wrong[4].kind = REPORT_HEARTBEAT;
	wrong[5].sequence = 0;
	wrong[6].policy = 0;
	wrong[7].device[3] = '"';
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(report_write(&wrong[i], NULL, 0, &out), REPORT_E_SCHEMA);
	}
	assert_null(out.p);
}

static void every_state_is_told(void **state)
{
	static const struct report_control controls[] = {
		{"a.error", POSTURE_ERROR, POSTURE_CHECK_FAILED, 0},
		{"a.exempt", POSTURE_EXEMPT, POSTURE_EXTRA_ORIGIN, 1},
		{"a.fail", POSTURE_FAIL, POSTURE_NOT_ENCRYPTED, 2},
		{"a.na", POSTURE_NA, POSTURE_NO_RADIO, 3},
		{"a.pass", POSTURE_PASS, POSTURE_ALL_ENCRYPTED, 4},
		{"a.unknown", POSTURE_UNKNOWN, POSTURE_LIVE_ONLY, 5},
	};
	struct report_control copy[ARRAY_LEN(controls)];
	struct report report;
	cleanup(report_finish) struct report back = {0};
	cleanup(str_finish) struct str out = {0};

	(void)state;
	assert_int_equal(ARRAY_LEN(controls), POSTURE_STATE_COUNT);
	memcpy(copy, controls, sizeof(copy));
	report = sample(copy, ARRAY_LEN(copy));
	assert_int_equal(report_write(&report, NULL, 0, &out), 0);
	assert_int_equal(report_parse((struct span){out.p, out.len}, &back, NULL), 0);
	assert_int_equal(back.n_controls, ARRAY_LEN(controls));
	for (size_t i = 0; i < ARRAY_LEN(controls); i++) {
		const char *name = strchr(controls[i].id, '.') + 1;
		char told[32];

		assert_int_equal(back.controls[i].state, controls[i].state);
		assert_int_equal(back.controls[i].reason, controls[i].reason);
		snprintf(told, sizeof(told), "\"state\":\"%s\"", name);
		assert_non_null(strstr(out.p, told));
	}
}

static void the_largest_report_fits(void **state)
{
	static struct report_control controls[REPORT_CONTROLS_MAX + 1];
	struct report report = sample(controls, REPORT_CONTROLS_MAX);
	cleanup(report_finish) struct report back = {0};
	cleanup(str_finish) struct str out = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(controls); i++) {
		snprintf(controls[i].id, sizeof(controls[i].id),
			"a-group-with-a-long-name.and-a-control-with-%04zu", i);
		controls[i].reason = POSTURE_OWE_UNAUTHENTICATED;
		controls[i].age = REPORT_AGE_MAX;
	}
	assert_int_equal(strlen(controls[0].id), POSTURE_ID_MAX);
	assert_int_equal(report_write(&report, NULL, 0, &out), 0);
	assert_true(out.len <= REPORT_MAX);
	assert_int_equal(report_parse((struct span){out.p, out.len}, &back, NULL), 0);
	assert_int_equal(back.n_controls, REPORT_CONTROLS_MAX);
	report.n_controls++;
	assert_int_equal(report_write(&report, NULL, 0, &out), REPORT_E_SCHEMA);
}

#define REST(kind, rest) \
	"{\"controls\":[],\"device\":\"" DEVICE "\",\"format\":1,\"kind\":\"" kind "\"," rest "}"

static void other_bytes_are_refused(void **state)
{
	static const struct {
		const char *text, *where;
	} rows[] = {
		{"", "offset 0"},
		{"[]", ""},
		{REST("full", "\"policy\":1,\"sequence\":1,\"unit\":\"hours\",\"host\":\"pc\""),
			"host"},
		{REST("full", "\"policy\":1,\"unit\":\"hours\""), "sequence"},
		{REST("full", "\"policy\":1,\"sequence\":0,\"unit\":\"hours\""), "sequence"},
		{REST("full", "\"policy\":1,\"sequence\":-1,\"unit\":\"hours\""), "sequence"},
		{REST("full", "\"policy\":1,\"sequence\":9007199254740992,\"unit\":\"hours\""),
			"sequence"},
		{REST("full", "\"policy\":1,\"sequence\":\"1\",\"unit\":\"hours\""), "sequence"},
		{REST("full", "\"policy\":0,\"sequence\":1,\"unit\":\"hours\""), "policy"},
		{REST("full", "\"policy\":1,\"sequence\":1,\"unit\":\"minutes\""), "unit"},
		{REST("all", "\"policy\":1,\"sequence\":1,\"unit\":\"hours\""), "kind"},
		{"{\"controls\":{},\"device\":\"" DEVICE "\",\"format\":1,\"kind\":\"full\","
		 "\"policy\":1,\"sequence\":1,\"unit\":\"hours\"}",
			"controls"},
		{"{\"controls\":[],\"device\":\"AAAAAAAAAAAAAAAAAAAAAB\",\"format\":1,"
		 "\"kind\":\"full\",\"policy\":1,\"sequence\":1,\"unit\":\"hours\"}",
			"device"}, /* stray low bits: two spellings of one id */
		{"{\"controls\":[],\"device\":\"" DEVICE "\",\"format\":2,\"kind\":\"full\","
		 "\"policy\":1,\"sequence\":1,\"unit\":\"hours\"}",
			"format"},
		{HEAD CONTROL "," CONTROL TAIL, "controls.id"},
		{HEAD "{\"age\":1,\"id\":\"a.b\",\"reason\":\"x\",\"state\":\"fail\"}" TAIL,
			"controls.reason"},
		{HEAD "{\"age\":1,\"id\":\"a.b\",\"reason\":\"none\",\"state\":\"x\"}" TAIL,
			"controls.state"},
		{HEAD "{\"age\":-1,\"id\":\"a.b\",\"reason\":\"none\",\"state\":\"na\"}" TAIL,
			"age"},
		{HEAD "{\"age\":1000001,\"id\":\"a.b\",\"reason\":\"none\",\"state\":\"na\"}" TAIL,
			"age"},
		{HEAD "{\"age\":1.5,\"id\":\"a.b\",\"reason\":\"none\",\"state\":\"na\"}" TAIL,
			"age"},
		{HEAD "{\"age\":1,\"id\":\"A.b\",\"reason\":\"none\",\"state\":\"na\"}" TAIL,
			"controls.id"},
		{HEAD "{\"age\":1,\"id\":\"a.b\",\"reason\":\"none\",\"state\":\"na\",\"ip\":"
		      "1}" TAIL,
			"ip"},
		{HEAD "null" TAIL, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct report report = {0};
		struct json_error error = {0};

		assert_int_equal(
			report_parse(span_z(rows[i].text), &report, &error), REPORT_E_SCHEMA);
		assert_string_equal(error.where, rows[i].where);
		assert_null(report.controls);
	}
}

static void spelt_another_way_it_reads_the_same(void **state)
{
	static const char *const texts[] = {
		"{\"unit\":\"days\",\"sequence\":7,\"policy\":3,\"kind\":\"delta\",\"format\":1,"
		"\"device\":\"" DEVICE "\",\"controls\":[" CONTROL "]}",
		" {\"controls\" : [ " CONTROL " ],\"device\":\"\\u0041"
		"AAAAAAAAAAAAAAAAAAAAA\","
		"\"format\":1,\"kind\":\"delta\",\"policy\":3,\"sequence\":7,\"unit\":\"days\"}\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		cleanup(report_finish) struct report plain = {0};
		cleanup(report_finish) struct report report = {0};
		cleanup(str_finish) struct str text = {0};

		assert_int_equal(report_read_canonical(span_z(texts[i]), &plain), REPORT_E_SCHEMA);
		assert_int_equal(report_parse(span_z(texts[i]), &report, NULL), 0);
		assert_int_equal(report_write(&report, NULL, 0, &text), 0);
		assert_string_equal(text.p,
			HEAD CONTROL "],\"device\":\"" DEVICE "\",\"format\":1,\"kind\":\"delta\","
				     "\"policy\":3,\"sequence\":7,\"unit\":\"days\"}");
	}
}

/* Whatever byte of it is another: what the shortcut takes, it takes for what it says. */
static void the_shortcut_takes_nothing_for_what_it_is_not(void **state)
{
	static const char whole[] = HEAD CONTROL TAIL;
	static const char others[] = "\"\\,:{}[]0179aef \n\x01\xc3";
	char text[sizeof(whole)];
	size_t taken = 0;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(whole) * sizeof(others); i++) {
		cleanup(report_finish) struct report report = {0};
		cleanup(str_finish) struct str again = {0};
		size_t at = i / 2 / sizeof(others), len = sizeof(whole) - 1 - i % 2;

		memcpy(text, whole, sizeof(whole));
		text[at] = others[i / 2 % sizeof(others)];
		if (report_read_canonical((struct span){text, len}, &report) == 0 &&
			report_check(&report, NULL) == 0) {
			assert_int_equal(report_write(&report, NULL, 0, &again), 0);
			assert_int_equal(again.len, len);
			assert_memory_equal(again.p, text, len);
			taken++;
		}
	}
	assert_in_range(taken, 20, 500);
}

static void too_many_bytes_are_refused(void **state)
{
	cleanup(str_finish) struct str text = {0};
	struct report report = {0};

	(void)state;
	assert_int_equal(str_append_z(&text, HEAD TAIL), 0);
	while (text.len <= REPORT_MAX) {
		assert_int_equal(str_append_char(&text, ' '), 0);
	}
	assert_int_equal(
		report_parse((struct span){text.p, text.len}, &report, NULL), REPORT_E_SCHEMA);
	assert_int_equal(report_parse((struct span){text.p, text.len - 1}, &report, NULL), 0);
	report_finish(&report);
}

static struct json_object *at(struct json_object *object, const char *path)
{
	struct json_object *found = NULL;

	assert_int_equal(json_pointer_get(object, path, &found), 0);
	return found;
}

static bool in_list(struct json_object *list, const char *word)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		if (strcmp(json_object_get_string(json_object_array_get_idx(list, i)), word) == 0) {
			return true;
		}
	}
	fprintf(stderr, "policies/schema/report.json: \"%s\" is missing\n", word);
	return false;
}

/* The page that tells what leaves a device names each word that the code can send, and no other. */
static void the_schema_names_every_word(void **state)
{
	cleanup(fd_close) int dir = fd_open_dir(AT_FDCWD, SCHEMA_DIR);
	cleanup(free_ptr) char *bytes = NULL;
	cleanup(json_put) struct json_object *schema = NULL;
	struct json_object *reasons, *states;
	size_t len;

	(void)state;
	assert_int_equal(fd_read_regular(dir, "report.json", 1 << 20, &bytes, &len), 0);
	assert_int_equal(json_parse((struct span){bytes, len}, &schema, NULL), 0);
	reasons = at(schema, "/properties/controls/items/properties/reason/enum");
	states = at(schema, "/properties/controls/items/properties/state/enum");
	assert_int_equal(json_object_array_length(states), POSTURE_STATE_COUNT);
	for (unsigned i = 0; i < POSTURE_STATE_COUNT; i++) {
		assert_true(in_list(states, posture_state_name((enum posture_state)i)));
	}
	for (unsigned i = 0; i < POSTURE_REASON_COUNT; i++) {
		assert_true(in_list(reasons, posture_reason_code((enum posture_reason)i)));
	}
	assert_int_equal(json_object_array_length(reasons), POSTURE_REASON_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bytes_are_those_of_the_schema),
		cmocka_unit_test(a_local_control_never_leaves),
		cmocka_unit_test(the_builder_keeps_the_schema),
		cmocka_unit_test(every_state_is_told),
		cmocka_unit_test(the_largest_report_fits),
		cmocka_unit_test(other_bytes_are_refused),
		cmocka_unit_test(spelt_another_way_it_reads_the_same),
		cmocka_unit_test(the_shortcut_takes_nothing_for_what_it_is_not),
		cmocka_unit_test(too_many_bytes_are_refused),
		cmocka_unit_test(the_schema_names_every_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
