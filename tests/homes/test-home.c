/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The real caretaker-home, as some user, with this test in caretakerd's place. Run by root it
 * becomes uid 65534 for that; the fake home then belongs to it.
 */
#include "clock.h"
#include "fake.h"
#include "fd.h"
#include "ipc.h"
#include "unit.h"

#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#define NOBODY 65534
#define PATIENCE_MS 60000 /* a machine this slow is broken: no test passes or fails by less */
#define CONFIG "home/.config/teams-for-linux/config.json"

struct worker {
	struct fake *fake;
	char socket[96];
	int listener, fd;
	pid_t pid;
};

static int give(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return lchown(path, NOBODY, NOBODY);
}

static void give_home(struct fake *fake)
{
	cleanup(free_ptr) char *home = fake_path(fake, "home");

	if (geteuid() == 0) {
		assert_int_equal(nftw(home, give, 16, FTW_PHYS), 0);
	}
}

static void run_worker(const struct worker *worker, bool as_root)
{
	cleanup(free_ptr) char *home = fake_path(worker->fake, "home");
	cleanup(free_ptr) char *root = fake_path(worker->fake, "root");
	char *argv[] = {(char *)HOME_PATH, (char *)"--home", home, (char *)"--root", root,
		(char *)"--socket", (char *)worker->socket, NULL};

	if (geteuid() == 0 && !as_root &&
		(setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
			setresuid(NOBODY, NOBODY, NOBODY) < 0)) {
		_exit(126);
	}
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execve(HOME_PATH, argv, (char *[]){NULL});
	_exit(127);
}

static void listen_again(struct worker *worker)
{
	worker->listener = ipc_listen(worker->socket, 0666);
	assert_true(worker->listener >= 0);
}

static bool wait_for(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	return poll(&poll_fd, 1, PATIENCE_MS) == 1;
}

static void take_hello(struct worker *worker)
{
	struct ipc_message message = {0};

	assert_true(wait_for(worker->listener));
	worker->fd = accept4(worker->listener, NULL, NULL, SOCK_CLOEXEC);
	assert_true(worker->fd >= 0);
	assert_true(wait_for(worker->fd));
	assert_int_equal(ipc_receive(worker->fd, &message), 0);
	assert_int_equal(message.type, IPC_HOME_HELLO);
	ipc_message_finish(&message);
}

static int start_worker(void **state)
{
	struct worker *worker = calloc(1, sizeof(*worker));
	void *fake = NULL;

	assert_non_null(worker);
	fake_new(&fake);
	worker->fake = fake;
	snprintf(worker->socket, sizeof(worker->socket), "%s/home.sock", worker->fake->path);
	worker->listener = worker->fd = -1;
	fake_profile(worker->fake, "teams-for-linux");
	fake_write(worker->fake, "root/opt/teams-for-linux/teams-for-linux", "x\n");
	*state = worker;
	return 0;
}

static void launch(struct worker *worker)
{
	give_home(worker->fake);
	worker->pid = fork();
	assert_true(worker->pid >= 0);
	if (worker->pid == 0) {
		run_worker(worker, false);
	}
}

static int stop_worker(void **state)
{
	struct worker *worker = *state;
	void *fake = worker->fake;

	if (worker->pid > 0) {
		kill(worker->pid, SIGKILL);
		waitpid(worker->pid, NULL, 0);
	}
	fd_close(&worker->fd);
	fd_close(&worker->listener);
	fake_free(&fake);
	free(worker);
	return 0;
}

static void send_settings_leaving(struct worker *worker, bool keep, const char *left)
{
	cleanup(json_put) struct json_object *body = NULL;
	cleanup(str_finish) struct str text = {0};

	assert_int_equal(str_appendf(&text,
				 "{\"format\":1,\"keep\":%s,\"left\":%s,\"tiers\":{\"teams-for-"
				 "linux\":\"base\"},"
				 "\"profiles\":[%s]}",
				 keep ? "true" : "false", left,
				 json_object_to_json_string_ext(
					 worker->fake->profile->object, JSON_C_TO_STRING_PLAIN)),
		0);
	assert_int_equal(json_parse((struct span){text.p, text.len}, &body, NULL), 0);
	assert_int_equal(ipc_send(worker->fd, IPC_HOME_SETTINGS, body), 0);
}

static void send_settings(struct worker *worker, bool keep)
{
	send_settings_leaving(worker, keep, "[]");
}

static struct json_object *take_state(struct worker *worker)
{
	struct ipc_message message = {0};

	assert_true(wait_for(worker->fd));
	assert_int_equal(ipc_receive(worker->fd, &message), 0);
	assert_int_equal(message.type, IPC_HOME_STATE);
	return message.body;
}

static struct json_object *list_of(struct json_object *state, const char *name)
{
	struct json_object *list = NULL;

	assert_true(json_object_object_get_ex(state, name, &list));
	return list;
}

/* How many changes of a state have this result and error */
static size_t count(struct json_object *state, const char *result, const char *error)
{
	struct json_object *list = list_of(state, "changes");
	size_t n = 0;

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *change = json_object_array_get_idx(list, i), *r, *e;

		json_object_object_get_ex(change, "result", &r);
		json_object_object_get_ex(change, "error", &e);
		n += strcmp(json_object_get_string(r), result) == 0 &&
		     (!error || (e && strcmp(json_object_get_string(e), error) == 0));
	}
	return n;
}

/* Takes states until one has this; earlier ones may still tell of what came before */
static struct json_object *wait_state(struct worker *worker, const char *result, const char *error)
{
	for (;;) {
		struct json_object *state = take_state(worker);

		if (count(state, result, error) > 0) {
			return state;
		}
		json_object_put(state);
	}
}

/* As an editor does it: a new file, renamed onto the old one */
static void edit(struct worker *worker, const char *text)
{
	cleanup(free_ptr) char *path = fake_path(worker->fake, CONFIG);
	cleanup(free_ptr) char *aside = fake_path(worker->fake, "home/edited");

	fake_write(worker->fake, "home/edited", text);
	if (geteuid() == 0) {
		assert_int_equal(lchown(aside, NOBODY, NOBODY), 0);
	}
	assert_int_equal(rename(aside, path), 0);
}

static double now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1000 + (double)time.tv_nsec / 1e6;
}

static void keeps_restores_and_undoes(void **state)
{
	struct worker *worker = *state;
	struct json_object *body;
	cleanup(json_put) struct json_object *undo = NULL;
	static const char *const owners = "{\"closeAppOnCross\":true,\"webDebug\":true}\n";
	char *text;
	double began;

	fake_write(worker->fake, CONFIG, owners);
	listen_again(worker);
	launch(worker);
	take_hello(worker);
	send_settings(worker, true);
	body = wait_state(worker, "applied", NULL);
	assert_int_equal(json_object_array_length(list_of(body, "restored")), 0);
	json_object_put(body);
	text = fake_read(worker->fake, CONFIG);
	assert_non_null(strstr(text, "\"webDebug\":false"));
	assert_non_null(strstr(text, "\"closeAppOnCross\":true"));
	free(text);

	/* drift */
	began = now_ms();
	edit(worker, "{\"webDebug\": true}\n");
	body = wait_state(worker, "applied", NULL);
	print_message("put back and told after %.1f ms\n", now_ms() - began);
	assert_true(json_object_array_length(list_of(body, "restored")) > 0);
	json_object_put(body);
	text = fake_read(worker->fake, CONFIG);
	assert_non_null(strstr(text, "\"webDebug\": false"));
	free(text);

	/* undo: the first former value, and nothing is put back again */
	assert_int_equal(json_parse(span_z("{\"client\":null,\"key\":null}"), &undo, NULL), 0);
	assert_int_equal(ipc_send(worker->fd, IPC_HOME_UNDO, undo), 0);
	body = wait_state(worker, "undone", NULL);
	assert_int_equal(count(body, "applied", NULL), 0);
	json_object_put(body);
	text = fake_read(worker->fake, CONFIG);
	assert_string_equal(text, "{\"webDebug\": true}\n");
	free(text);
}

#define HOSTILE_FILE(path)                                                                  \
	"\"files\":[{\"path\":\"" path "\",\"packaging\":\"deb\",\"role\":\"user-config\"," \
	"\"format\":\"json\",\"detect\":[\"/opt/teams-for-linux/"                           \
	"teams-for-linux\"]}],\"complete\":{},"                                             \
	"\"settings\":[{\"key\":\"customCSSName\",\"value\":\"theirs\",\"tier\":\"base\","  \
	"\"why\":\"setting.x\",\"source\":\"x\"}]}"
#define HOSTILE_SETTINGS                                                                           \
	"{\"format\":1,\"keep\":true,\"tiers\":{\"other\":\"base\",\"teams-for-linux\":\"base\"}," \
	"\"profiles\":[{\"format\":1,\"id\":\"other\",\"name\":\"Other\",\"scope\":"               \
	"\"user\"," HOSTILE_FILE(                                                                  \
		"~/.config/other/settings.json") ",{\"format\":1,\"id\":\"teams-for-linux\","      \
						 "\"name\":\"T\",\"scope\":"                       \
						 "\"user\"," HOSTILE_FILE("~/.config/"             \
									  "teams-for-linux/"       \
									  "config.json") "]}"

#define LEFT(key, undo) "[{\"client\":\"teams-for-linux\",\"key\":\"" key "\",\"undo\":" undo "}]"

static void assert_config(struct worker *worker, const char *part)
{
	cleanup(free_ptr) char *text = fake_read(worker->fake, CONFIG);

	assert_non_null(strstr(text, part));
}

/* Until its own writing was seen and nothing is left to do: what comes next answers what is sent
 * next */
static void wait_calm(struct worker *worker)
{
	for (;;) {
		cleanup(json_put) struct json_object *state = take_state(worker);

		if (json_object_array_length(list_of(state, "changes")) == 0) {
			return;
		}
	}
}

/* A worker that was not there when `undo` was said, and one that starts again after it */
static void what_was_undone_goes_back_and_stays(void **state)
{
	struct worker *worker = *state;
	static const char *const owners = "{\"quickChat\":{\"enabled\":true},\"webDebug\":true}\n";
	cleanup(free_ptr) char *text = NULL;

	fake_write(worker->fake, CONFIG, owners);
	listen_again(worker);
	launch(worker);
	take_hello(worker);
	send_settings(worker, true);
	json_object_put(wait_state(worker, "applied", NULL));
	wait_calm(worker);
	assert_config(worker, "\"webDebug\":false");

	/* one key: it goes back, the others stay, and a second telling changes nothing */
	for (int i = 0; i < 2; i++) {
		send_settings_leaving(worker, true, LEFT("webDebug", "true"));
		json_object_put(take_state(worker));
		assert_config(worker, "\"webDebug\":true");
		assert_config(worker, "\"quickChat\":{\"enabled\":false}");
	}

	/* all of the client: what would change is told all the same */
	send_settings_leaving(worker, true, LEFT("", "true"));
	json_object_put(wait_state(worker, "planned", NULL));
	text = fake_read(worker->fake, CONFIG);
	assert_string_equal(text, owners);
}

static void what_is_left_alone_unasked_is_not_put_back(void **state)
{
	struct worker *worker = *state;

	fake_write(worker->fake, CONFIG, "{\"webDebug\":true}\n");
	listen_again(worker);
	launch(worker);
	take_hello(worker);
	send_settings(worker, true);
	json_object_put(wait_state(worker, "applied", NULL));
	wait_calm(worker);
	send_settings_leaving(worker, true, LEFT("", "false"));
	json_object_put(take_state(worker));
	assert_config(worker, "\"webDebug\":false");
	edit(worker, "{\"webDebug\": true}\n");
	json_object_put(wait_state(worker, "planned", NULL));
	assert_config(worker, "\"webDebug\": true");
}

/* A school's policy may carry profiles: what it says beyond this build's own changes nothing. */
static void a_profile_that_reaches_further_is_not_taken(void **state)
{
	struct worker *worker = *state;
	cleanup(free_ptr) char *other = fake_path(worker->fake, "home/.config/other/settings.json");
	cleanup(json_put) struct json_object *body = NULL;
	char *text;

	fake_write(worker->fake, CONFIG, "{\"customCSSName\":\"mine\"}\n");
	fake_write(worker->fake, "home/.config/other/settings.json", "{}\n");
	listen_again(worker);
	launch(worker);
	take_hello(worker);
	assert_int_equal(json_parse(span_z(HOSTILE_SETTINGS), &body, NULL), 0);
	assert_int_equal(ipc_send(worker->fd, IPC_HOME_SETTINGS, body), 0);
	json_object_put(wait_state(worker, "applied", NULL));
	text = fake_read(worker->fake, "home/.config/other/settings.json");
	assert_string_equal(text, "{}\n");
	free(text);
	text = fake_read(worker->fake, CONFIG);
	assert_null(strstr(text, "theirs"));
	assert_non_null(strstr(text, "\"customCSSName\":\"mine\""));
	assert_non_null(strstr(text, "\"webDebug\":false"));
	free(text);
}

static void looks_only_when_told_so(void **state)
{
	struct worker *worker = *state;
	struct json_object *body;
	char *text;

	fake_write(worker->fake, CONFIG, "{}\n");
	listen_again(worker);
	launch(worker);
	take_hello(worker);
	send_settings(worker, false);
	body = wait_state(worker, "planned", NULL);
	assert_int_equal(count(body, "applied", NULL), 0);
	json_object_put(body);
	text = fake_read(worker->fake, CONFIG);
	assert_string_equal(text, "{}\n");
	free(text);
}

static void a_client_that_fights_is_left_alone(void **state)
{
	struct worker *worker = *state;
	struct json_object *body;
	char *text;

	fake_write(worker->fake, CONFIG, "{}\n");
	listen_again(worker);
	launch(worker);
	take_hello(worker);
	send_settings(worker, true);
	json_object_put(wait_state(worker, "applied", NULL));
	for (int i = 0; i < 3; i++) {
		edit(worker, "{\"webDebug\": true}\n");
		json_object_put(wait_state(worker, "applied", NULL));
	}
	edit(worker, "{\"webDebug\": true}\n");
	body = wait_state(worker, "conflict", "rewritten");
	json_object_put(body);
	text = fake_read(worker->fake, CONFIG);
	assert_string_equal(text, "{\"webDebug\": true}\n");
	free(text);
}

static void a_client_that_appears_is_kept(void **state)
{
	struct worker *worker = *state;
	cleanup(free_ptr) char *away = fake_path(worker->fake, "root/opt/teams-for-linux");
	cleanup(free_ptr) char *there = fake_path(worker->fake, "root/elsewhere");
	struct json_object *body;

	assert_int_equal(rename(away, there), 0);
	listen_again(worker);
	launch(worker);
	take_hello(worker);
	send_settings(worker, true);
	body = take_state(worker);
	assert_int_equal(json_object_array_length(list_of(body, "changes")), 0);
	json_object_put(body);
	assert_int_equal(rename(there, away), 0);
	json_object_put(wait_state(worker, "applied", NULL));
}

static void waits_for_a_daemon_and_calls_again(void **state)
{
	struct worker *worker = *state;

	fake_write(worker->fake, CONFIG, "{}\n");
	launch(worker);
	/* it may look for the socket before or after this: both lead here */
	listen_again(worker);
	take_hello(worker);
	send_settings(worker, true);
	json_object_put(wait_state(worker, "applied", NULL));
	fd_close(&worker->fd);
	fd_close(&worker->listener);
	assert_int_equal(unlink(worker->socket), 0);
	listen_again(worker);
	take_hello(worker);
}

static void a_journal_that_cannot_be_had_stops_writing(void **state)
{
	struct worker *worker = *state;
	cleanup(free_ptr) char *local = fake_path(worker->fake, "home/.local");
	struct json_object *body;
	char *text;

	fake_write(worker->fake, CONFIG, "{}\n");
	assert_int_equal(symlink("/tmp", local), 0);
	listen_again(worker);
	launch(worker);
	take_hello(worker);
	send_settings(worker, true);
	body = wait_state(worker, "failed", "journal");
	json_object_put(body);
	text = fake_read(worker->fake, CONFIG);
	assert_string_equal(text, "{}\n");
	free(text);
}

static void refuses_to_be_root(void **state)
{
	struct worker *worker = *state;
	int status;

	if (geteuid() != 0) {
		skip();
	}
	worker->pid = fork();
	if (worker->pid == 0) {
		run_worker(worker, true);
	}
	assert_int_equal(waitpid(worker->pid, &status, 0), worker->pid);
	worker->pid = 0;
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start_worker, stop_worker)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keeps_restores_and_undoes),
		TEST(what_was_undone_goes_back_and_stays),
		TEST(what_is_left_alone_unasked_is_not_put_back),
		TEST(a_profile_that_reaches_further_is_not_taken),
		TEST(looks_only_when_told_so),
		TEST(a_client_that_fights_is_left_alone),
		TEST(a_client_that_appears_is_kept),
		TEST(waits_for_a_daemon_and_calls_again),
		TEST(a_journal_that_cannot_be_had_stops_writing),
		TEST(refuses_to_be_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
