/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What caretaker-hand does about camera and microphone, on a sysfs of files: real devices, drivers
 * and sound are in tests/vm/guest/cases/switch.bash. A file of sysfs that is written holds what was
 * written, as "authorized" does in the kernel; drivers come and go only there.
 */
#include "fake.h"
#include "fd.h"
#include "hand.h"
#include "ipc.h"
#include "switches.h"
#include "tree.h"
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>

#define USB "root/sys/bus/usb/devices/"
#define SOUND "root/sys/class/sound/"
#define NODE "root/dev/snd/pcmC0D0c"
#define AWAY "root/dev/" SWITCHES_AWAY "/pcmC0D0c"
#define CAMERA(off) "{\"format\":1,\"off\":" off ",\"what\":\"camera\"}"
#define CAMERA_AGAIN(off) "{\"again\":true,\"format\":1,\"off\":" off ",\"what\":\"camera\"}"
#define MICROPHONE(off) "{\"format\":1,\"off\":" off ",\"what\":\"microphone\"}"
#define UNDO "{\"client\":null,\"key\":null}"

struct answer {
	unsigned type;
	struct json_object *body;
};
static void answer_finish(struct answer *answer)
{
	json_object_put(answer->body);
}

static struct answer ask(struct fake *fake, enum ipc_type type, const char *text)
{
	struct hand_config config = {
		.listener = -1, .state = fake->state, .root = fake->place.root};
	cleanup(json_put) struct json_object *body = NULL;
	struct answer answer = {0};

	assert_int_equal(json_parse(span_z(text), &body, NULL), 0);
	assert_int_equal(hand_answer(&config, (unsigned)type, body, &answer.type, &answer.body), 0);
	return answer;
}

/* "RESULT ERROR PATH" of each change, or the code of a refusal */
static const char *said(const struct answer *answer, char *buf, size_t size)
{
	static const char *const names[] = {"result", "error", "path"};
	struct json_object *list = json_object_object_get(answer->body, "changes");
	size_t len = 0;

	buf[0] = '\0';
	if (answer->type != IPC_HAND_DONE) {
		snprintf(buf, size, "%s",
			json_object_get_string(json_object_object_get(answer->body, "code")));
		return buf;
	}
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		for (size_t j = 0; j < ARRAY_LEN(names); j++) {
			struct json_object *value = json_object_object_get(
				json_object_array_get_idx(list, i), names[j]);

			len += (size_t)snprintf(buf + len, size - len, "%s%s",
				len > 0 ? (j > 0 ? " " : "; ") : "",
				value ? json_object_get_string(value) : "-");
		}
	}
	return buf;
}

#define assert_said(fake, type, text, wanted)                                         \
	do {                                                                          \
		cleanup(answer_finish) struct answer answer_ = ask(fake, type, text); \
		char buf_[1024];                                                      \
		assert_string_equal(said(&answer_, buf_, sizeof(buf_)), wanted);      \
	} while (0)

static bool is_there(struct fake *fake, const char *path)
{
	cleanup(free_ptr) char *whole = fake_path(fake, path);
	struct stat st;

	return lstat(whole, &st) == 0;
}

static void assert_holds(struct fake *fake, const char *path, const char *wanted)
{
	cleanup(free_ptr) char *text = fake_read(fake, path);

	assert_string_equal(text, wanted);
}

/* A camera with a microphone of its own, a mouse, and a built-in card that plays and records */
static void lay_machine(struct fake *fake)
{
	static const struct {
		const char *path, *text;
	} files[] = {
		{USB "1-1:1.0/bInterfaceClass", "0e\n"},
		{USB "1-1:1.0/authorized", "1\n"},
		{USB "1-1:1.1/bInterfaceClass", "0e\n"},
		{USB "1-1:1.1/authorized", "1\n"},
		{USB "1-2:1.0/bInterfaceClass", "03\n"},
		{USB "1-2:1.0/authorized", "1\n"},
		{"root/sys/bus/usb/drivers_probe", ""},
		{SOUND "pcmC0D0c/dev", "0:0\n"},
		{SOUND "pcmC0D0c/uevent", ""},
		{SOUND "pcmC0D0p/dev", "0:0\n"},
		{NODE, "a node"},
		{"root/dev/snd/pcmC0D0p", "the other"},
	};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		fake_write(fake, files[i].path, files[i].text);
	}
}

#define OFF_CAMERA                                                      \
	"applied - /sys/bus/usb/devices/1-1:1.0/authorized; applied - " \
	"/sys/bus/usb/devices/1-1:1.1/authorized"
#define ON_CAMERA                                                     \
	"undone - /sys/bus/usb/devices/1-1:1.0/authorized; undone - " \
	"/sys/bus/usb/devices/1-1:1.1/authorized"

static void test_camera_goes_off_and_comes_back(void **state)
{
	struct fake *fake = *state;

	lay_machine(fake);
	assert_said(fake, IPC_HAND_SWITCH, CAMERA("true"), OFF_CAMERA);
	assert_holds(fake, USB "1-1:1.0/authorized", "0");
	assert_holds(fake, USB "1-1:1.1/authorized", "0");
	assert_holds(fake, USB "1-2:1.0/authorized", "1\n");
	assert_true(is_there(fake, NODE));
	/* nothing is left to be done */
	assert_said(fake, IPC_HAND_SWITCH, CAMERA("true"), "");
	assert_said(fake, IPC_HAND_JOURNAL, "{}",
		"planned - /sys/bus/usb/devices/1-1:1.0/authorized; planned - "
		"/sys/bus/usb/devices/1-1:1.1/authorized");
	assert_said(fake, IPC_HAND_SWITCH, CAMERA("false"), ON_CAMERA);
	assert_holds(fake, USB "1-1:1.0/authorized", "1");
	assert_holds(fake, "root/sys/bus/usb/drivers_probe", "1-1:1.1");
	assert_said(fake, IPC_HAND_SWITCH, CAMERA("false"), "");
	assert_said(fake, IPC_HAND_JOURNAL, "{}", "");
}

/* caretakerd asks again when a device comes, and somebody may have undone it in between. */
static void test_again_is_no_new_wish(void **state)
{
	struct fake *fake = *state;

	lay_machine(fake);
	assert_said(fake, IPC_HAND_SWITCH, CAMERA_AGAIN("true"), "");
	assert_said(fake, IPC_HAND_SWITCH, CAMERA("true"), OFF_CAMERA);
	assert_said(fake, IPC_HAND_SWITCH, CAMERA_AGAIN("false"), "");
	fake_write(fake, USB "1-1:1.0/authorized", "1\n");
	assert_said(fake, IPC_HAND_SWITCH, CAMERA_AGAIN("true"),
		"applied - /sys/bus/usb/devices/1-1:1.0/authorized");
	assert_said(fake, IPC_HAND_UNDO, UNDO,
		"undone - /sys/bus/usb/devices/1-1:1.1/authorized; undone - "
		"/sys/bus/usb/devices/1-1:1.0/authorized");
	assert_said(fake, IPC_HAND_SWITCH, CAMERA_AGAIN("true"), "");
	assert_holds(fake, USB "1-1:1.0/authorized", "1");
}

static void test_what_came_since_is_switched_too(void **state)
{
	struct fake *fake = *state;

	lay_machine(fake);
	assert_said(fake, IPC_HAND_SWITCH, CAMERA("true"), OFF_CAMERA);
	/* unplugged, and another one comes: its interfaces are authorized */
	fake_write(fake, USB "1-1:1.0/authorized", "1\n");
	fake_write(fake, USB "1-3:1.0/bInterfaceClass", "0e\n");
	fake_write(fake, USB "1-3:1.0/authorized", "1\n");
	assert_said(fake, IPC_HAND_SWITCH, CAMERA("true"),
		"applied - /sys/bus/usb/devices/1-1:1.0/authorized; applied - "
		"/sys/bus/usb/devices/1-3:1.0/authorized");
	assert_holds(fake, USB "1-3:1.0/authorized", "0");
}

static void test_another_device_at_the_port_is_let_alone(void **state)
{
	struct fake *fake = *state;

	lay_machine(fake);
	assert_said(fake, IPC_HAND_SWITCH, CAMERA("true"), OFF_CAMERA);
	fake_write(fake, USB "1-1:1.0/bInterfaceClass", "03\n");
	fake_write(fake, USB "1-1:1.0/authorized", "1\n");
	assert_said(fake, IPC_HAND_SWITCH, CAMERA("true"), "");
	assert_holds(fake, USB "1-1:1.0/authorized", "1\n");
}

/* Somebody else (usbguard, say) had it off already: it stays theirs. */
static void test_what_others_switched_stays_off(void **state)
{
	struct fake *fake = *state;

	lay_machine(fake);
	fake_write(fake, USB "1-1:1.1/authorized", "0\n");
	assert_said(fake, IPC_HAND_SWITCH, CAMERA("true"),
		"applied - /sys/bus/usb/devices/1-1:1.0/authorized");
	assert_said(fake, IPC_HAND_SWITCH, CAMERA("false"),
		"undone - /sys/bus/usb/devices/1-1:1.0/authorized");
	assert_holds(fake, USB "1-1:1.1/authorized", "0\n");
}

static void test_microphone_loses_its_node_alone(void **state)
{
	struct fake *fake = *state;
	cleanup(free_ptr) char *path = NULL;
	struct stat st;

	lay_machine(fake);
	assert_said(fake, IPC_HAND_SWITCH, MICROPHONE("true"), "applied - /dev/snd/pcmC0D0c");
	assert_false(is_there(fake, NODE));
	assert_holds(fake, AWAY, "a node");
	assert_holds(fake, "root/dev/snd/pcmC0D0p", "the other");
	path = fake_path(fake, "root/dev/" SWITCHES_AWAY);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_said(fake, IPC_HAND_SWITCH, MICROPHONE("false"), "undone - /dev/snd/pcmC0D0c");
	assert_holds(fake, NODE, "a node");
	assert_false(is_there(fake, AWAY));
	assert_holds(fake, SOUND "pcmC0D0c/uevent", "change");
}

/* It came back while it was away: the kernel made a new node, and the old one is nobody's. */
static void test_a_node_made_anew_is_not_replaced(void **state)
{
	struct fake *fake = *state;

	lay_machine(fake);
	assert_said(fake, IPC_HAND_SWITCH, MICROPHONE("true"), "applied - /dev/snd/pcmC0D0c");
	fake_write(fake, NODE, "a new one");
	assert_said(fake, IPC_HAND_SWITCH, MICROPHONE("false"), "undone - /dev/snd/pcmC0D0c");
	assert_holds(fake, NODE, "a new one");
	assert_false(is_there(fake, AWAY));
}

/* The number went to another device: the node that is away would open that one. */
static void test_a_node_of_another_device_is_thrown_away(void **state)
{
	struct fake *fake = *state;

	lay_machine(fake);
	assert_said(fake, IPC_HAND_SWITCH, MICROPHONE("true"), "applied - /dev/snd/pcmC0D0c");
	fake_write(fake, SOUND "pcmC0D0c/dev", "116:9\n");
	assert_said(fake, IPC_HAND_SWITCH, MICROPHONE("false"), "undone - /dev/snd/pcmC0D0c");
	assert_false(is_there(fake, NODE));
	assert_false(is_there(fake, AWAY));
}

/* Unplugged while it was off: nothing lies about of it once another one came. */
static void test_the_node_of_what_left_is_thrown_away(void **state)
{
	struct fake *fake = *state;
	cleanup(free_ptr) char *card = fake_path(fake, SOUND "pcmC0D0c");

	lay_machine(fake);
	assert_said(fake, IPC_HAND_SWITCH, MICROPHONE("true"), "applied - /dev/snd/pcmC0D0c");
	tree_remove(card);
	fake_write(fake, SOUND "pcmC1D0c/dev", "0:0\n");
	fake_write(fake, "root/dev/snd/pcmC1D0c", "the next");
	assert_said(fake, IPC_HAND_SWITCH, MICROPHONE("true"), "applied - /dev/snd/pcmC1D0c");
	assert_false(is_there(fake, AWAY));
	assert_said(fake, IPC_HAND_UNDO, UNDO, "undone - /dev/snd/pcmC1D0c");
}

static void test_a_folder_of_somebody_else_is_not_used(void **state)
{
	struct fake *fake = *state;
	cleanup(free_ptr) char *path = fake_path(fake, "root/dev/" SWITCHES_AWAY);

	lay_machine(fake);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(chmod(path, 0777), 0);
	assert_said(fake, IPC_HAND_SWITCH, MICROPHONE("true"),
		"refused not-permitted /dev/snd/pcmC0D0c");
	assert_holds(fake, NODE, "a node");
}

static void test_undo_is_exact(void **state)
{
	struct fake *fake = *state;
	cleanup(free_ptr) char *before = NULL;
	cleanup(free_ptr) char *after = NULL;

	lay_machine(fake);
	/* as the acts leave it, so that a difference is one of the switch */
	fake_write(fake, USB "1-1:1.0/authorized", "1");
	fake_write(fake, USB "1-1:1.1/authorized", "1");
	fake_write(fake, SOUND "pcmC0D0c/uevent", "change");
	fake_write(fake, "root/sys/bus/usb/drivers_probe", "1-1:1.1");
	assert_said(fake, IPC_HAND_SWITCH, MICROPHONE("true"), "applied - /dev/snd/pcmC0D0c");
	assert_said(fake, IPC_HAND_SWITCH, MICROPHONE("false"), "undone - /dev/snd/pcmC0D0c");
	before = fake_describe(fake);
	assert_said(fake, IPC_HAND_SWITCH, MICROPHONE("true"), "applied - /dev/snd/pcmC0D0c");
	assert_said(fake, IPC_HAND_SWITCH, CAMERA("true"), OFF_CAMERA);
	assert_said(fake, IPC_HAND_UNDO, UNDO, ON_CAMERA "; undone - /dev/snd/pcmC0D0c");
	after = fake_describe(fake);
	assert_string_equal(after, before);
	assert_said(fake, IPC_HAND_UNDO, UNDO, "");
}

static void test_what_has_no_way_is_told(void **state)
{
	struct fake *fake = *state;

	lay_machine(fake);
	fake_write(fake, SOUND "dsp/dev", "14:3\n");
	assert_said(fake, IPC_HAND_SWITCH, MICROPHONE("true"),
		"refused no-switch /dev/dsp; applied - /dev/snd/pcmC0D0c");
}

static void test_other_messages_are_refused(void **state)
{
	static const char *const messages[] = {"{}", CAMERA("1"),
		"{\"format\":2,\"off\":true,\"what\":\"camera\"}",
		"{\"format\":1,\"off\":true,\"what\":\"loudspeaker\"}",
		"{\"format\":1,\"off\":true,\"path\":\"/etc\",\"what\":\"camera\"}"};
	struct fake *fake = *state;

	lay_machine(fake);
	for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
		assert_said(fake, IPC_HAND_SWITCH, messages[i], "bad-message");
	}
	assert_holds(fake, USB "1-1:1.0/authorized", "1\n");
}

static void test_a_damaged_book_stops_everything(void **state)
{
	static const char damage[] = "{\"camera\":true,";
	struct fake *fake = *state;

	lay_machine(fake);
	assert_int_equal(
		fd_write_atomic(fake->state, SWITCHES_BOOK, damage, strlen(damage), 0600), 0);
	assert_said(fake, IPC_HAND_SWITCH, CAMERA("true"), "journal");
	assert_holds(fake, USB "1-1:1.0/authorized", "1\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_new, fake_free)
	const struct CMUnitTest tests[] = {
		TEST(test_camera_goes_off_and_comes_back),
		TEST(test_again_is_no_new_wish),
		TEST(test_what_came_since_is_switched_too),
		TEST(test_another_device_at_the_port_is_let_alone),
		TEST(test_what_others_switched_stays_off),
		TEST(test_microphone_loses_its_node_alone),
		TEST(test_a_node_made_anew_is_not_replaced),
		TEST(test_a_node_of_another_device_is_thrown_away),
		TEST(test_the_node_of_what_left_is_thrown_away),
		TEST(test_a_folder_of_somebody_else_is_not_used),
		TEST(test_undo_is_exact),
		TEST(test_what_has_no_way_is_told),
		TEST(test_other_messages_are_refused),
		TEST(test_a_damaged_book_stops_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
