/* SPDX-License-Identifier: Apache-2.0 */
/* What caretaker-hand does with a message, and above all what it does not do. */
#include "bounds.h"
#include "fake.h"
#include "fd.h"
#include "hand.h"
#include "ipc.h"
#include "unit.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define CHROMIUM "root/etc/chromium/policies/managed/caretaker.json"

struct answer {
	unsigned type;
	struct json_object *body;
};

static void answer_finish(struct answer *answer)
{
	json_object_put(answer->body);
}

static struct answer ask(struct fake *fake, enum ipc_type type, struct json_object *body)
{
	struct hand_config config = {
		.listener = -1, .state = fake->state, .root = fake->place.root};
	struct answer answer = {0};

	assert_int_equal(hand_answer(&config, (unsigned)type, body, &answer.type, &answer.body), 0);
	return answer;
}

static struct answer ask_text(struct fake *fake, enum ipc_type type, const char *text)
{
	cleanup(json_put) struct json_object *body = NULL;

	assert_int_equal(json_parse(span_z(text), &body, NULL), 0);
	return ask(fake, type, body);
}

static const char *field(const struct answer *answer, const char *name)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(answer->body, name, &value);
	return value ? json_object_get_string(value) : "";
}

static size_t count(const struct answer *answer, const char *result)
{
	struct json_object *list, *value;
	size_t n = 0;

	assert_int_equal(answer->type, IPC_HAND_DONE);
	assert_true(json_object_object_get_ex(answer->body, "changes", &list));
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		json_object_object_get_ex(json_object_array_get_idx(list, i), "result", &value);
		n += strcmp(json_object_get_string(value), result) == 0;
	}
	return n;
}

#define WRITE(client, file, path, edits)                                             \
	"{\"format\":1,\"client\":\"" client "\",\"file\":" file ",\"path\":\"" path \
	"\",\"edits\":[" edits "]}"
#define CHROMIUM_PATH "/etc/chromium/policies/managed/caretaker.json"
#define GOOD "{\"key\":\"MetricsReportingEnabled\",\"value\":false}"

static void what_is_out_of_bounds_is_refused(void **state)
{
	static const struct {
		const char *text, *code;
	} rows[] = {
		/* paths */
		{WRITE("chromium", "0", "/etc/passwd", GOOD), "out-of-bounds"},
		{WRITE("chromium", "0", "/etc/chromium/policies/managed/other.json", GOOD),
			"out-of-bounds"},
		{WRITE("chromium", "0", "/etc/chromium/policies/managed/../../../x", GOOD),
			"out-of-bounds"},
		{WRITE("chromium", "0", "/etc/chromium/policies/recommended/caretaker.json", GOOD),
			"out-of-bounds"},
		{WRITE("chromium", "1", CHROMIUM_PATH, GOOD), "out-of-bounds"},
		{WRITE("chromium", "7", CHROMIUM_PATH, GOOD), "out-of-bounds"},
		{WRITE("brave", "0", CHROMIUM_PATH, GOOD), "out-of-bounds"},
		/* clients: unknown, and one of a user's home */
		{WRITE("edge", "0", CHROMIUM_PATH, GOOD), "out-of-bounds"},
		{WRITE("teams-for-linux", "0", "~/.config/teams-for-linux/config.json",
			 "{\"key\":\"webDebug\",\"value\":false}"),
			"out-of-bounds"},
		/* a setting of the same client, but of another group of files */
		{WRITE("teams-for-linux", "3", "/etc/teams-for-linux/config.json",
			 "{\"key\":\"Context.devices.!all\",\"value\":true}"),
			"out-of-bounds"},
		/* keys that a policy file knows and a hand must not write */
		{WRITE("chromium", "0", CHROMIUM_PATH,
			 "{\"key\":\"ExtensionInstallForcelist\",\"value\":[\"x\"]}"),
			"out-of-bounds"},
		{WRITE("firefox", "0", "/etc/firefox/policies/policies.json",
			 "{\"key\":\"policies.Proxy.HTTPProxy\",\"value\":\"x\"}"),
			"out-of-bounds"},
		/* weaker values */
		{WRITE("chromium", "0", CHROMIUM_PATH,
			 "{\"key\":\"MetricsReportingEnabled\",\"value\":true}"),
			"out-of-bounds"},
		{WRITE("chromium", "0", CHROMIUM_PATH,
			 "{\"key\":\"MetricsReportingEnabled\",\"value\":null}"),
			"out-of-bounds"},
		{WRITE("chromium", "0", CHROMIUM_PATH,
			 GOOD ",{\"key\":\"AudioCaptureAllowed\",\"value\":true}"),
			"out-of-bounds"},
		/* messages that are none */
		{WRITE("chromium", "0", CHROMIUM_PATH, ""), "bad-message"},
		{WRITE("chromium", "0", CHROMIUM_PATH, GOOD "," GOOD), "bad-message"},
		{WRITE("chromium", "-1", CHROMIUM_PATH, GOOD), "bad-message"},
		{WRITE("chromium", "0", CHROMIUM_PATH, "{\"key\":\"x\"}"), "bad-message"},
		{"{}", "bad-message"},
		{"{\"format\":2,\"client\":\"chromium\",\"file\":0,\"path\":\"" CHROMIUM_PATH
		 "\",\"edits\":[" GOOD "]}",
			"bad-message"},
		{"{\"format\":1,\"client\":\"chromium\",\"file\":0,\"path\":\"" CHROMIUM_PATH
		 "\",\"edits\":[" GOOD "],\"mode\":511}",
			"bad-message"},
	};
	struct fake *fake = *state;
	cleanup(free_ptr) char *before = NULL;
	cleanup(free_ptr) char *after = NULL;

	fake_write(fake, "root/usr/bin/chromium", "x\n");
	before = fake_describe(fake);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cleanup(answer_finish) struct answer answer =
			ask_text(fake, IPC_HAND_WRITE, rows[i].text);

		if (strcmp(field(&answer, "code"), rows[i].code) != 0) {
			print_error("row %zu: %s\n", i, field(&answer, "code"));
		}
		assert_int_equal(answer.type, IPC_ERROR);
		assert_string_equal(field(&answer, "code"), rows[i].code);
	}
	after = fake_describe(fake);
	assert_string_equal(before, after);
}

static void a_plan_is_written_and_undone(void **state)
{
	struct fake *fake = *state;
	cleanup(enforce_plan_finish) struct enforce_plan plan = {0};
	cleanup(json_put) struct json_object *writes = NULL;
	cleanup(free_ptr) char *before = NULL;
	cleanup(free_ptr) char *after = NULL;
	cleanup(free_ptr) char *written = NULL;

	fake_profile(fake, "chromium");
	fake_write(fake, "root/usr/bin/chromium", "x\n");
	before = fake_describe(fake);
	assert_int_equal(enforce_plan(&fake->place, fake->profile, ENFORCE_BASE, NULL, &plan), 0);
	assert_int_equal(
		enforce_plan_writes(&fake->place, fake->profile, ENFORCE_BASE, &plan, &writes), 0);
	assert_int_equal(json_object_array_length(writes), 1);
	{
		cleanup(answer_finish) struct answer answer =
			ask(fake, IPC_HAND_WRITE, json_object_array_get_idx(writes, 0));

		assert_int_equal(count(&answer, "applied"), plan.changes.len);
	}
	written = fake_read(fake, CHROMIUM);
	assert_non_null(written);
	{
		cleanup(answer_finish) struct answer answer =
			ask_text(fake, IPC_HAND_JOURNAL, "{}");

		assert_int_equal(count(&answer, "planned"), plan.changes.len);
	}
	{
		cleanup(answer_finish) struct answer answer = ask_text(fake, IPC_HAND_UNDO,
			"{\"client\":\"chromium\",\"key\":\"MetricsReportingEnabled\"}");

		assert_int_equal(count(&answer, "undone"), 1);
	}
	{
		cleanup(answer_finish) struct answer answer =
			ask_text(fake, IPC_HAND_UNDO, "{\"client\":null,\"key\":null}");

		assert_int_equal(count(&answer, "undone"), plan.changes.len - 1);
	}
	after = fake_describe(fake);
	assert_string_equal(before, after);
}

static void undo_with_another_shape_is_refused(void **state)
{
	static const char *const rows[] = {
		"{\"client\":1}", "{\"key\":[]}", "{\"path\":\"/etc/passwd\"}"};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cleanup(answer_finish) struct answer answer =
			ask_text(*state, IPC_HAND_UNDO, rows[i]);

		assert_string_equal(field(&answer, "code"), "bad-message");
	}
}

static void every_row_of_the_table_has_files_of_the_system(void **state)
{
	(void)state;
	assert_true(bounds_rows_len >= 4);
	for (size_t i = 0; i < bounds_rows_len; i++) {
		cleanup(enforce_profile_free_p) struct enforce_profile *profile = NULL;

		assert_int_equal(bounds_profile(bounds_rows[i].id, &profile), 0);
		assert_true(enforce_profile_has(profile, ENFORCE_SYSTEM));
	}
}

#define NOBODY 65534
#define PATIENCE_MS 60000

struct process {
	char socket[96];
	int listener;
	pid_t pid;
};

static void exec_hand(const struct process *process, char **argv, bool no_new_privs)
{
	char pid[32];
	char *env[] = {pid, (char *)"LISTEN_FDS=1", (char *)"LISTEN_FDNAMES=hand", NULL};

	snprintf(pid, sizeof(pid), "LISTEN_PID=%d", (int)getpid());
	dup2(process->listener, 3);
	fcntl(3, F_SETFD, 0);
	if (no_new_privs) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execve(HAND_PATH, argv, env);
	_exit(127);
}

static void start_hand(struct fake *fake, struct process *process, bool no_new_privs)
{
	cleanup(free_ptr) char *root = fake_path(fake, "root");
	char undo[96];
	char *argv[] = {(char *)HAND_PATH, (char *)"--root", root, (char *)"--state", undo, NULL};

	snprintf(undo, sizeof(undo), "%s/undo", fake->path);
	snprintf(process->socket, sizeof(process->socket), "%s/hand.sock", fake->path);
	process->listener = ipc_listen(process->socket, 0666);
	assert_true(process->listener >= 0);
	process->pid = fork();
	assert_true(process->pid >= 0);
	if (process->pid == 0) {
		exec_hand(process, argv, no_new_privs);
	}
}

static void end_hand(struct process *process)
{
	kill(process->pid, SIGKILL);
	waitpid(process->pid, NULL, 0);
	close(process->listener);
}

static int wait_message(int fd, struct ipc_message *message)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	assert_int_equal(poll(&poll_fd, 1, PATIENCE_MS), 1);
	return ipc_receive(fd, message);
}

static void the_real_hand_writes(void **state)
{
	struct fake *fake = *state;
	struct process process;
	struct ipc_message message = {0};
	cleanup(json_put) struct json_object *body = NULL;
	cleanup(fd_close) int fd = -1;
	cleanup(free_ptr) char *text = NULL;

	if (geteuid() != 0) {
		skip();
	}
	fake_write(fake, "root/usr/bin/chromium", "x\n");
	start_hand(fake, &process, true);
	fd = ipc_connect(process.socket);
	assert_true(fd >= 0);
	assert_int_equal(
		json_parse(span_z(WRITE("chromium", "0", CHROMIUM_PATH, GOOD)), &body, NULL), 0);
	assert_int_equal(ipc_send(fd, IPC_HAND_WRITE, body), 0);
	assert_int_equal(wait_message(fd, &message), 0);
	assert_int_equal(message.type, IPC_HAND_DONE);
	ipc_message_finish(&message);
	text = fake_read(fake, CHROMIUM);
	assert_string_equal(text, "{\n  \"MetricsReportingEnabled\": false\n}\n");
	/* a message that is not the core's to send ends the conversation */
	assert_int_equal(ipc_send(fd, IPC_REQUEST, body), 0);
	assert_int_equal(wait_message(fd, &message), IPC_E_CLOSED);
	end_hand(&process);
}

static void the_real_hand_serves_root_alone(void **state)
{
	struct fake *fake = *state;
	struct process process;
	int status;
	pid_t pid;

	if (geteuid() != 0) {
		skip();
	}
	start_hand(fake, &process, true);
	pid = fork();
	if (pid == 0) {
		struct ipc_message message = {0};
		int fd = setresuid(NOBODY, NOBODY, NOBODY) < 0 ? -1 : ipc_connect(process.socket);
		struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

		_exit(fd < 0 || poll(&poll_fd, 1, PATIENCE_MS) != 1 ||
			ipc_receive(fd, &message) != IPC_E_CLOSED);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	end_hand(&process);
}

static void the_real_hand_wants_no_new_privileges(void **state)
{
	struct process process;
	int status;

	start_hand(*state, &process, false);
	assert_int_equal(waitpid(process.pid, &status, 0), process.pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	close(process.listener);
}

/* A millisecond is idle enough: it ends with 0, whether or not somebody is there and silent. */
static void an_idle_hand_ends(void **state)
{
	struct fake *fake = *state;
	struct hand_config config = {.state = fake->state, .root = fake->place.root, .idle_ms = 1};
	cleanup(fd_close) int peer = -1;
	char path[96];

	snprintf(path, sizeof(path), "%s/hand.sock", fake->path);
	config.listener = ipc_listen(path, 0600);
	assert_true(config.listener >= 0);
	for (size_t i = 0; i < 2; i++) {
		cleanup(loop_free_p) struct loop *loop = NULL;
		cleanup(hand_free_p) struct hand *hand = NULL;

		assert_int_equal(loop_new(&loop), 0);
		assert_int_equal(hand_new(loop, &config, &hand), 0);
		assert_int_equal(loop_run(loop), 0);
		if (i == 0) {
			peer = ipc_connect(path);
			assert_true(peer >= 0);
		}
	}
	close(config.listener);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_new, fake_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_out_of_bounds_is_refused),
		TEST(a_plan_is_written_and_undone),
		TEST(undo_with_another_shape_is_refused),
		TEST(every_row_of_the_table_has_files_of_the_system),
		TEST(the_real_hand_writes),
		TEST(the_real_hand_serves_root_alone),
		TEST(the_real_hand_wants_no_new_privileges),
		TEST(an_idle_hand_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
