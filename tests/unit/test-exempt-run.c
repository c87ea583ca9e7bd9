/* SPDX-License-Identifier: Apache-2.0 */
/* Which exemptions run, minute by minute by clocks that the test turns; what they let go; and what
 * a parent may give. */
#include "exempt-run.h"
#include "gates.h"

#include "agreed.h"
#include "exempt-given.h"
#include "exempt-lifts.h"
#include "fd.h"
#include "profiles.h"
#include "some-policy.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define DEVICE "AAAAAAAAAAAAAAAAAAAAAA"
#define SIGNED(id, feature, start, end)                                                            \
	"{\"id\":\"" id "\",\"feature\":\"" feature                                                \
	"\",\"asked_by\":\"teacher\",\"approved_by\":\"it\",\"purpose\":\"equipment\","            \
	"\"persons\":[\"pupils\"],\"pupils_visible\":false,\"basis\":\"public-task\",\"consent\":" \
	"\"not-needed\",\"considered\":[\"live-only\"],\"declining\":\"nothing\",\"notice\":"      \
	"\"n\",\"taking_part\":\"voluntary\",\"devices\":[\"" DEVICE                               \
	"\"],\"noticed\":\"2026-11-01\",\"start\":\"" start "\",\"end\":\"" end                    \
	"\",\"delete_by\":\"2026-11-27\"}"
#define START ((int64_t)1794268800) /* date -u -d 2026-11-10 +%s */
#define DAY ((int64_t)86400)

struct machine {
	char dir[32]; /* of state.json */
	struct core core;
	struct loop *loop;
	struct clock_now now;
};

static void begin(struct machine *machine, const char *exemptions)
{
	cleanup(str_finish) struct str members = {0};

	*machine = (struct machine){.dir = "/tmp/exempt-run-XXXXXX",
		.core = {.store = STORE_NONE, .seal = {.key_fd = -1}},
		.now = {.boot_ms = 1000}};
	assert_non_null(mkdtemp(machine->dir));
	machine->core.store.state_fd = open(machine->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(loop_new(&machine->loop), 0);
	machine->core.loop = machine->loop;
	machine->core.hold.from_school = true;
	memcpy(machine->core.identity.device, DEVICE, sizeof(DEVICE));
	assert_int_equal(str_appendf(&members,
				 "\"controls\":{},\"clients\":{\"obs-studio\":{\"tier\":\"base\"}},"
				 "\"exemptions\":[%s]",
				 exemptions),
		0);
	machine->core.hold.policy = some_policy(members.p);
	assert_int_equal(exempt_run_new(&machine->core, &machine->core.exempt_run), 0);
}

static void end(struct machine *machine)
{
	exempt_run_free(machine->core.exempt_run);
	policy_free(machine->core.hold.policy);
	state_finish(&machine->core.state);
	assert_int_equal(unlinkat(machine->core.store.state_fd, STATE_FILE, 0), 0);
	fd_close(&machine->core.store.state_fd);
	assert_int_equal(rmdir(machine->dir), 0);
	loop_free(machine->loop);
}

/* The machine runs on until this second of the wall clock, which the boot clock sees too. */
static unsigned at(struct machine *machine, int64_t wall_s)
{
	if (machine->now.wall_s > 0 && wall_s > machine->now.wall_s) {
		machine->now.boot_ms += (wall_s - machine->now.wall_s) * 1000;
	}
	machine->now.wall_s = wall_s;
	assert_int_equal(exempt_run_look(machine->core.exempt_run, &machine->now), 0);
	return exempt_run_features(machine->core.exempt_run);
}

/* Somebody sets the wall clock: the boot clock goes on. */
static unsigned set(struct machine *machine, int64_t wall_s)
{
	machine->now.wall_s = wall_s;
	assert_int_equal(exempt_run_look(machine->core.exempt_run, &machine->now), 0);
	return exempt_run_features(machine->core.exempt_run);
}

#define RECORDING (1U << EXEMPTION_RECORDING)
#define CAMERA (1U << EXEMPTION_CAMERA)

static void test_it_runs_from_start_to_end(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine, SIGNED("e-1", "recording", "2026-11-10", "2026-11-12"));
	assert_int_equal(at(&machine, START - 1), 0);
	assert_int_equal(at(&machine, START), RECORDING);
	assert_true(exempt_covers(machine.core.exempt_run, EXEMPTION_RECORDING));
	assert_false(exempt_covers(machine.core.exempt_run, EXEMPTION_CAMERA));
	assert_int_equal(at(&machine, START + 2 * DAY - 1), RECORDING);
	assert_int_equal(at(&machine, START + 2 * DAY), 0);
	assert_false(exempt_covers(NULL, EXEMPTION_RECORDING));
	end(&machine);
}

static void test_two_that_overlap(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine, SIGNED("e-1", "recording", "2026-11-10", "2026-11-12") "," SIGNED(
				"e-2", "recording", "2026-11-11", "2026-11-14") "," SIGNED("e-3",
				"camera", "2026-11-11", "2026-11-13"));
	assert_int_equal(at(&machine, START), RECORDING);
	assert_int_equal(at(&machine, START + DAY), RECORDING | CAMERA);
	assert_int_equal(at(&machine, START + 2 * DAY), RECORDING | CAMERA);
	assert_int_equal(at(&machine, START + 3 * DAY), RECORDING);
	assert_int_equal(at(&machine, START + 4 * DAY), 0);
	end(&machine);
}

static void test_a_clock_turned_back_ends_it(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine, SIGNED("e-1", "recording", "2026-11-10", "2026-11-12"));
	assert_int_equal(at(&machine, START + 7200), RECORDING);
	/* as much as a clock is corrected by */
	assert_int_equal(set(&machine, START + 7200 - EXEMPTION_SLACK_S), RECORDING);
	assert_int_equal(set(&machine, START + 7199 - EXEMPTION_SLACK_S), 0);
	assert_int_equal(set(&machine, START - 999999), 0);
	/* past its end once, and back to the middle of it */
	assert_int_equal(set(&machine, START + 9 * DAY), 0);
	assert_int_equal(set(&machine, START + 7200), 0);
	end(&machine);
}

/* The wall clock is held at one second, again and again: the boot clock counts. */
static void test_a_clock_held_still_does_not_stretch_it(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine, SIGNED("e-1", "recording", "2026-11-10", "2026-11-12"));
	assert_int_equal(at(&machine, START), RECORDING);
	for (int hour = 1; hour < 48; hour++) {
		machine.now.boot_ms += 3600 * 1000;
		assert_int_equal(set(&machine, START + 10), RECORDING);
	}
	machine.now.boot_ms += 3600 * 1000;
	assert_int_equal(set(&machine, START + 10), 0);
	end(&machine);
}

static void test_after_a_start_it_goes_on_where_it_was(void **state)
{
	cleanup(str_finish) struct str text = {.max = STATE_MAX};
	struct machine machine;

	(void)state;
	begin(&machine, SIGNED("e-1", "recording", "2026-11-10", "2026-11-12"));
	assert_int_equal(at(&machine, START), RECORDING);
	assert_int_equal(at(&machine, START + 36 * 3600), RECORDING);
	assert_int_equal(state_write(&machine.core.state, &text), 0);
	end(&machine);
	begin(&machine, SIGNED("e-1", "recording", "2026-11-10", "2026-11-12"));
	assert_int_equal(
		state_parse((struct span){text.p, text.len}, &machine.core.state, NULL), 0);
	/* half an hour off, or so the clock says, and then held there */
	assert_int_equal(set(&machine, START + 36 * 3600 + 60), RECORDING);
	machine.now.boot_ms += 11 * 3600 * 1000;
	assert_int_equal(set(&machine, START + 36 * 3600 + 60), RECORDING);
	machine.now.boot_ms += 3600 * 1000;
	assert_int_equal(set(&machine, START + 36 * 3600 + 60), 0);
	end(&machine);
}

static struct json_object *family(void)
{
	struct json_object *array = json_object_new_array();

	assert_int_equal(json_object_array_add(array, json_object_new_string("family")), 0);
	return array;
}

static void test_what_a_parent_gives(void **state)
{
	cleanup(json_put) struct json_object *persons = family();
	struct exempt_given given = {0};
	struct exempt_wish wish = {
		.feature = "recording", .purpose = "own-practice", .persons = persons};
	const char *id = NULL;
	char first[EXEMPTION_ID_MAX + 1];

	(void)state;
	wish.end_s = START + 601;
	assert_int_equal(exempt_given_add(&given, &wish, START, &id), 0);
	(void)snprintf(first, sizeof(first), "%s", id);
	assert_int_equal(given.parsed.list.items[0].start, START + EXEMPTION_HOME_NOTICE_S);
	wish.end_s = START + 600;
	assert_int_equal(exempt_given_add(&given, &wish, START, &id), EXEMPT_GIVEN_E_TIME);
	wish.end_s = START + 600 + 30 * DAY;
	assert_int_equal(exempt_given_add(&given, &wish, START, &id), 0);
	wish.end_s++;
	assert_int_equal(exempt_given_add(&given, &wish, START, &id), EXEMPT_GIVEN_E_TIME);
	assert_int_equal(exempt_given_end(&given, first, START + 700), EXEMPT_GIVEN_E_NONE);
	/* one that has not begun leaves nothing behind, and its number is not given twice */
	assert_int_equal(exempt_given_end(&given, first, START + 10), 0);
	assert_int_equal(given.parsed.list.len, 1);
	wish.end_s = START + DAY;
	for (int i = 1; i < EXEMPT_GIVEN_MAX; i++) {
		assert_int_equal(exempt_given_add(&given, &wish, START, &id), 0);
	}
	assert_int_equal(exempt_given_add(&given, &wish, START, &id), EXEMPT_GIVEN_E_FULL);
	/* those that ended make room */
	wish.end_s = START + 3 * DAY;
	assert_int_equal(exempt_given_add(&given, &wish, START + 2 * DAY, &id), 0);
	assert_int_equal(given.parsed.list.len, EXEMPT_GIVEN_MAX);
	exempt_given_finish(&given);
}

static void test_what_was_agreed_is_the_setting_with_its_value(void **state)
{
	cleanup(json_put) struct json_object *yes = json_object_new_boolean(true);
	cleanup(json_put) struct json_object *no = json_object_new_boolean(false);
	cleanup(json_put) struct json_object *array = NULL;
	struct json_build build = json_build_array();
	struct agreed agreed = {0}, again = {0};
	const struct agreed_setting rows[] = {{"firefox", "A", yes}, {"firefox", "B", NULL}};
	const struct agreed_setting others[] = {{"firefox", "A", no}, {"firefox", "A", NULL},
		{"chromium", "A", yes}, {"firefoxA", "", yes}, {"firefox", "B", yes}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(agreed_add(&agreed, &rows[i]), 0);
		assert_int_equal(agreed_add(&agreed, &rows[i]), 0);
	}
	assert_int_equal(agreed.list.len, 2);
	agreed_build(&agreed, &build);
	assert_int_equal(json_build_finish(&build, &array), 0);
	assert_int_equal(agreed_from_json(array, &again, NULL), 0);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		assert_false(agreed_has(&again, &others[i]));
	}
	assert_true(agreed_has(&again, &rows[0]) && agreed_has(&again, &rows[1]));
	agreed_drop(&again, &others[0]);
	agreed_drop(&again, &rows[0]);
	assert_false(agreed_has(&again, &rows[0]));
	assert_true(agreed_has(&again, &rows[1]));
	agreed_finish(&agreed);
	agreed_finish(&again);
}

static bool matches(const struct exempt_lift *row, const struct enforce_profile *profile)
{
	for (size_t i = 0; i < profile->n_settings; i++) {
		const char *key = profile->settings[i].key;

		if ((!row->client || strcmp(row->client, profile->id) == 0) &&
			exempt_lifts(1U << row->feature, profile->id, key) &&
			strncmp(key, row->key, strcspn(row->key, "*")) == 0) {
			return true;
		}
	}
	return false;
}

/* A row that names no setting of the package would let nothing go, and look as if it did. */
static void test_each_row_lets_something_go(void **state)
{
	cleanup(fd_close) int dirfd = fd_open_dir(AT_FDCWD, CLIENTS_DIR);
	cleanup(enforce_profiles_finish) struct enforce_profiles profiles = {0};

	(void)state;
	assert_int_equal(enforce_profiles_load(dirfd, &profiles, NULL), 0);
	for (size_t i = 0; i < exempt_lift_rows_len; i++) {
		size_t n = strcmp(exempt_lift_rows[i].key, GATES_KEY) == 0 ? gates_len : 0;

		for (size_t j = 0; j < profiles.len; j++) {
			n += matches(&exempt_lift_rows[i], profiles.items[j]);
		}
		if (n == 0) {
			fail_msg("no profile has %s", exempt_lift_rows[i].key);
		}
	}
	assert_true(exempt_lifts(1U << EXEMPTION_RECORDING, "zoom", GATES_KEY));
	assert_false(exempt_lifts(CAMERA, "zoom", GATES_KEY));
	assert_false(exempt_lifts(0, "obs-studio", "BasicWindow.RecordWhenStreaming"));
	assert_false(exempt_lifts(CAMERA, "obs-studio", "BasicWindow.RecordWhenStreaming"));
	assert_false(exempt_lifts(~0U, "chromium", "MetricsReportingEnabled"));
	assert_false(exempt_lifts(~0U, "firefox", "policies.Permissions.Location.Locked"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_runs_from_start_to_end),
		cmocka_unit_test(test_two_that_overlap),
		cmocka_unit_test(test_a_clock_turned_back_ends_it),
		cmocka_unit_test(test_a_clock_held_still_does_not_stretch_it),
		cmocka_unit_test(test_after_a_start_it_goes_on_where_it_was),
		cmocka_unit_test(test_what_a_parent_gives),
		cmocka_unit_test(test_what_was_agreed_is_the_setting_with_its_value),
		cmocka_unit_test(test_each_row_lets_something_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
