/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What caretaker-hand does about a recording gate, with a parser and a kernel that only pretend:
 * the real ones are in tests/vm/guest/cases/gate.bash. The parser here knows the rules of 3.x, and
 * what it "loads" is shown under the names that apparmorfs has.
 */
#include "fake.h"
#include "fd.h"
#include "gates.h"
#include "hand.h"
#include "ipc.h"
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>

#define APPARMOR "root/sys/kernel/security/apparmor/"
#define POLICIES APPARMOR "policy/profiles/"
#define OURS POLICIES "caretaker-zoom.4/"
#define GATE_FILE "root/etc/apparmor.d/caretaker-zoom"
#define GATE_PATH "/etc/apparmor.d/caretaker-zoom"
#define HASH_DENIES "a9993e364706816aba3e25717850c26c9cd0d89d"
#define HASH_LIFTED "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
#define ASK(lifted) "{\"client\":\"zoom\",\"format\":1,\"lifted\":" lifted "}"
#define UNDO "{\"client\":\"zoom\",\"key\":null}"

/* Under a limit of files of no bytes, as tools run: so it moves links, and writes nothing. */
static const char parser_text[] = "#!/bin/sh\n"
				  "at=${0%/*}/root/sys/kernel/security/apparmor\n"
				  "text=$(cat)\n"
				  "case $text in *userns*) exit 1 ;; esac\n"
				  "case $text in *deny*) hash=denies ;; *) hash=lifted ;; esac\n"
				  "mkdir -p $at/policy/profiles/caretaker-zoom.4\n"
				  "ln -sfn /$hash $at/policy/profiles/caretaker-zoom.4/sha1\n"
				  "ln -sfn /sys/kernel/loaded $at/profiles\n";
static const char broken_text[] = "#!/bin/sh\nexit 1\n";

struct answer {
	unsigned type;
	struct json_object *body;
};
static void answer_finish(struct answer *answer)
{
	json_object_put(answer->body);
}

static struct answer ask_with(
	struct fake *fake, const char *parser, enum ipc_type type, const char *text)
{
	cleanup(free_ptr) char *path = fake_path(fake, parser);
	const char *const parsers[] = {"/nowhere/apparmor_parser", path, NULL};
	struct hand_config config = {.listener = -1,
		.state = fake->state,
		.root = fake->place.root,
		.parsers = parser[0] ? parsers : NULL};
	cleanup(json_put) struct json_object *body = NULL;
	struct answer answer = {0};

	assert_int_equal(json_parse(span_z(text), &body, NULL), 0);
	assert_int_equal(hand_answer(&config, (unsigned)type, body, &answer.type, &answer.body), 0);
	return answer;
}

static struct answer ask(struct fake *fake, enum ipc_type type, const char *text)
{
	return ask_with(fake, "parser", type, text);
}

/* "RESULT ERROR FROM TO PATH" of the one change, or how many there are */
static const char *said(const struct answer *answer, char *buf, size_t size)
{
	static const char *const names[] = {"result", "error", "from", "to", "path"};
	struct json_object *list = json_object_object_get(answer->body, "changes");
	size_t len = 0;

	if (answer->type != IPC_HAND_DONE) {
		snprintf(buf, size, "%s",
			json_object_get_string(json_object_object_get(answer->body, "code")));
		return buf;
	}
	if (json_object_array_length(list) != 1) {
		snprintf(buf, size, "%zu changes", json_object_array_length(list));
		return buf;
	}
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct json_object *value =
			json_object_object_get(json_object_array_get_idx(list, 0), names[i]);

		len += (size_t)snprintf(buf + len, size - len, "%s%s", i ? " " : "",
			value ? json_object_get_string(value) : "-");
	}
	return buf;
}

static void assert_said(struct answer answer, const char *wanted)
{
	char buf[256];

	assert_string_equal(said(&answer, buf, sizeof(buf)), wanted);
	answer_finish(&answer);
}

static void put_program(struct fake *fake, const char *name, const char *text)
{
	cleanup(free_ptr) char *path = fake_path(fake, name);

	fake_write(fake, name, text);
	assert_int_equal(chmod(path, 0755), 0);
}

/* A machine with AppArmor and a profile of somebody else for something else */
static int machine_new(void **state)
{
	int r = fake_new(state);
	struct fake *fake = *state;

	put_program(fake, "parser", parser_text);
	put_program(fake, "broken", broken_text);
	fake_write(fake, "root/opt/zoom/zoom", "");
	fake_write(fake, "root/etc/apparmor.d/usr.sbin.cupsd", "x\n");
	fake_write(fake, "root/sys/module/apparmor/parameters/enabled", "Y\n");
	fake_write(fake, APPARMOR "policy/denies", HASH_DENIES "\n");
	fake_write(fake, APPARMOR "policy/lifted", HASH_LIFTED "\n");
	fake_write(fake, "root/sys/kernel/loaded", "caretaker-zoom (enforce)\n");
	fake_write(fake, APPARMOR "profiles", "/usr/sbin/cupsd (enforce)\n");
	fake_write(fake, APPARMOR ".remove", "");
	fake_write(fake, POLICIES "usr.sbin.cupsd.1/attach", "/usr/sbin/cupsd\n");
	return r;
}

static char *book(const struct fake *fake)
{
	char *bytes = NULL;
	size_t len;

	return fd_read_regular(fake->state, GATES_RECORD, GATES_RECORD_MAX, &bytes, &len) == 0
		       ? bytes
		       : NULL;
}

static void it_is_set_up_lifted_shut_and_taken_away(void **state)
{
	struct fake *fake = *state;
	const struct gate *gate = gate_find("zoom");
	cleanup(free_ptr) char *file = NULL;
	cleanup(free_ptr) char *lifted_file = NULL;
	cleanup(free_ptr) char *after = NULL;
	cleanup(free_ptr) char *removed = NULL;
	cleanup(free_ptr) char *written = NULL;

	assert_said(ask(fake, IPC_HAND_GATE, ASK("false")), "applied - allowed denied " GATE_PATH);
	file = fake_read(fake, GATE_FILE);
	/* in the words that this parser knows */
	assert_string_equal(file, gate->texts[GATE_DIALECT_3][GATE_DENIES]);
	written = book(fake);
	assert_string_equal(written,
		"{\"format\":1,\"gates\":[{\"client\":\"zoom\",\"denies\":\"" HASH_DENIES
		"\",\"lifted\":\"\"}]}");
	assert_said(ask(fake, IPC_HAND_GATE, ASK("false")), "0 changes");

	assert_said(ask(fake, IPC_HAND_GATE, ASK("true")), "applied - denied allowed " GATE_PATH);
	lifted_file = fake_read(fake, GATE_FILE);
	assert_string_equal(lifted_file, file);
	assert_said(ask(fake, IPC_HAND_GATE, ASK("true")), "0 changes");
	assert_said(ask(fake, IPC_HAND_GATE, ASK("false")), "applied - allowed denied " GATE_PATH);

	assert_said(ask(fake, IPC_HAND_JOURNAL, "{}"), "planned - denied allowed " GATE_PATH);
	/* of another client, and of another setting */
	assert_said(ask(fake, IPC_HAND_UNDO, "{\"client\":\"webex\",\"key\":null}"), "0 changes");
	assert_said(ask(fake, IPC_HAND_UNDO, "{\"client\":\"zoom\",\"key\":\"x\"}"), "0 changes");
	assert_said(ask(fake, IPC_HAND_UNDO, "{\"client\":\"zoom\",\"key\":\"recording\"}"),
		"undone - denied allowed " GATE_PATH);
	after = fake_read(fake, GATE_FILE);
	assert_null(after);
	removed = fake_read(fake, APPARMOR ".remove");
	assert_string_equal(removed, "caretaker-zoom");
	assert_said(ask(fake, IPC_HAND_UNDO, UNDO), "0 changes");
}

static void what_is_taken_away_is_put_back(void **state)
{
	struct fake *fake = *state;
	cleanup(free_ptr) char *path = fake_path(fake, GATE_FILE);
	cleanup(free_ptr) char *profiles = fake_path(fake, APPARMOR "profiles");
	cleanup(free_ptr) char *hash = fake_path(fake, OURS "sha1");

	assert_said(ask(fake, IPC_HAND_GATE, ASK("false")), "applied - allowed denied " GATE_PATH);
	assert_int_equal(unlink(path), 0);
	assert_said(ask(fake, IPC_HAND_GATE, ASK("false")), "applied - denied denied " GATE_PATH);
	/* not loaded */
	assert_int_equal(unlink(profiles), 0);
	fake_write(fake, APPARMOR "profiles", "\n");
	assert_said(ask(fake, IPC_HAND_GATE, ASK("false")), "applied - allowed denied " GATE_PATH);
	/* only complains */
	assert_int_equal(unlink(profiles), 0);
	fake_write(fake, APPARMOR "profiles", "caretaker-zoom (complain)\n");
	assert_said(ask(fake, IPC_HAND_GATE, ASK("false")), "applied - allowed denied " GATE_PATH);
	/* another one of the same name */
	assert_int_equal(unlink(hash), 0);
	fake_write(fake, OURS "sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709\n");
	assert_said(ask(fake, IPC_HAND_GATE, ASK("false")), "applied - allowed denied " GATE_PATH);
}

static void what_somebody_else_set_up_is_left_alone(void **state)
{
	struct fake *fake = *state;
	cleanup(free_ptr) char *before = NULL;
	cleanup(free_ptr) char *after = NULL;
	cleanup(free_ptr) char *written = NULL;

	fake_write(fake, POLICIES "by-hand.9/attach", "/opt/Zoom/{zoom,ZoomLauncher}\n");
	before = fake_describe(fake);
	assert_said(ask(fake, IPC_HAND_GATE, ASK("false")),
		"conflict other-file allowed denied "
		"/sys/kernel/security/apparmor/policy/profiles/by-hand");
	after = fake_describe(fake);
	assert_string_equal(before, after);
	written = book(fake);
	assert_null(written);
}

/* Also when theirs came after ours: what we loaded is ours to take out. */
static void what_is_ours_goes_though_somebody_else_came(void **state)
{
	struct fake *fake = *state;
	cleanup(free_ptr) char *removed = NULL;

	assert_said(ask(fake, IPC_HAND_GATE, ASK("false")), "applied - allowed denied " GATE_PATH);
	fake_write(fake, POLICIES "by-hand.9/attach", "/opt/zoom/zoom\n");
	assert_said(ask(fake, IPC_HAND_UNDO, UNDO), "undone - denied allowed " GATE_PATH);
	removed = fake_read(fake, APPARMOR ".remove");
	assert_string_equal(removed, "caretaker-zoom");
}

static void a_file_of_our_name_that_is_not_ours_is_left_alone(void **state)
{
	static const char text[] = "profile caretaker-zoom { }\n";
	struct fake *fake = *state;
	cleanup(free_ptr) char *file = NULL;
	cleanup(free_ptr) char *edited = NULL;
	cleanup(free_ptr) char *path = fake_path(fake, GATE_FILE);

	fake_write(fake, GATE_FILE, text);
	assert_said(ask(fake, IPC_HAND_GATE, ASK("false")),
		"conflict other-file allowed denied " GATE_PATH);
	file = fake_read(fake, GATE_FILE);
	assert_string_equal(file, text);
	/* nor is it removed when it was ours once */
	assert_int_equal(unlink(path), 0);
	assert_said(ask(fake, IPC_HAND_GATE, ASK("false")), "applied - allowed denied " GATE_PATH);
	fake_write(fake, GATE_FILE, text);
	assert_said(
		ask(fake, IPC_HAND_UNDO, UNDO), "conflict other-value denied allowed " GATE_PATH);
	edited = fake_read(fake, GATE_FILE);
	assert_string_equal(edited, text);
}

static void where_it_cannot_be_held_nothing_is_begun(void **state)
{
	static const struct {
		const char *parser, *enabled, *wanted;
	} rows[] = {
		{"parser", "N\n", "refused no-gate allowed denied " GATE_PATH},
		{"", "Y\n", "refused no-gate allowed denied " GATE_PATH},
		{"missing", "Y\n", "refused no-gate allowed denied " GATE_PATH},
		{"broken", "Y\n", "failed system allowed denied " GATE_PATH},
	};
	struct fake *fake = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cleanup(free_ptr) char *before = NULL;
		cleanup(free_ptr) char *after = NULL;

		fake_write(fake, "root/sys/module/apparmor/parameters/enabled", rows[i].enabled);
		before = fake_describe(fake);
		assert_said(ask_with(fake, rows[i].parser, IPC_HAND_GATE, ASK("false")),
			rows[i].wanted);
		after = fake_describe(fake);
		assert_string_equal(before, after);
		assert_said(ask(fake, IPC_HAND_JOURNAL, "{}"), "0 changes");
	}
}

static void a_kernel_without_hashes_is_no_place_for_it(void **state)
{
	struct fake *fake = *state;
	cleanup(free_ptr) char *removed = NULL;
	cleanup(free_ptr) char *hash = fake_path(fake, APPARMOR "policy/denies");

	assert_int_equal(unlink(hash), 0);
	assert_said(ask(fake, IPC_HAND_GATE, ASK("false")),
		"refused no-gate allowed denied " GATE_PATH);
	removed = fake_read(fake, APPARMOR ".remove");
	assert_string_equal(removed, "caretaker-zoom");
}

static void what_is_no_message_is_refused(void **state)
{
	static const struct {
		const char *text, *code;
	} rows[] = {
		{"{\"client\":\"chromium\",\"format\":1,\"lifted\":false}", "out-of-bounds"},
		{"{\"client\":\"../zoom\",\"format\":1,\"lifted\":false}", "out-of-bounds"},
		{"{\"client\":\"\",\"format\":1,\"lifted\":false}", "out-of-bounds"},
		{"{\"client\":\"zoom\",\"format\":2,\"lifted\":false}", "bad-message"},
		{"{\"client\":\"zoom\",\"format\":1}", "bad-message"},
		{"{\"client\":\"zoom\",\"format\":1,\"lifted\":\"no\"}", "bad-message"},
		{"{\"client\":\"zoom\",\"format\":1,\"lifted\":false,\"path\":\"/etc/passwd\"}",
			"bad-message"},
		{"{\"client\":7,\"format\":1,\"lifted\":false}", "bad-message"},
		{"{}", "bad-message"},
	};
	struct fake *fake = *state;
	cleanup(free_ptr) char *before = fake_describe(fake);
	cleanup(free_ptr) char *after = NULL;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_said(ask(fake, IPC_HAND_GATE, rows[i].text), rows[i].code);
	}
	after = fake_describe(fake);
	assert_string_equal(before, after);
}

static void a_damaged_book_stops_it(void **state)
{
	static const char *const texts[] = {"", "{", "[]", "{\"format\":2,\"gates\":[]}",
		"{\"format\":1,\"gates\":[{\"client\":\"zoom\"}]}",
		"{\"format\":1,\"gates\":[{\"client\":\"zoom\",\"denies\":\"0123456789012345678901"
		"23456789012345678901234567890123456789012345\",\"lifted\":\"\"}]}"};
	struct fake *fake = *state;
	cleanup(free_ptr) char *before = fake_describe(fake);
	cleanup(free_ptr) char *after = NULL;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		assert_int_equal(fd_write_atomic(fake->state, GATES_RECORD, texts[i],
					 strlen(texts[i]), 0600),
			0);
		assert_said(ask(fake, IPC_HAND_GATE, ASK("false")), "journal");
		assert_said(ask(fake, IPC_HAND_UNDO, UNDO), "journal");
	}
	after = fake_describe(fake);
	assert_string_equal(before, after);
}

#define ON_A_MACHINE(test) cmocka_unit_test_setup_teardown(test, machine_new, fake_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_MACHINE(it_is_set_up_lifted_shut_and_taken_away),
		ON_A_MACHINE(what_is_taken_away_is_put_back),
		ON_A_MACHINE(what_somebody_else_set_up_is_left_alone),
		ON_A_MACHINE(what_is_ours_goes_though_somebody_else_came),
		ON_A_MACHINE(a_file_of_our_name_that_is_not_ours_is_left_alone),
		ON_A_MACHINE(where_it_cannot_be_held_nothing_is_begun),
		ON_A_MACHINE(a_kernel_without_hashes_is_no_place_for_it),
		ON_A_MACHINE(what_is_no_message_is_refused),
		ON_A_MACHINE(a_damaged_book_stops_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
