/* SPDX-License-Identifier: Apache-2.0 */
/* caretaker-home keeps a client's settings, by what it is told: worker.h */
#include "fd.h"
#include "ipc.h"
#include "unit.h"
#include "worker.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

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

	fake_write(worker->fake, WORKER_CONFIG, owners);
	worker_listen(worker);
	worker_launch(worker);
	worker_take_hello(worker);
	worker_send_settings(worker, true);
	body = worker_wait_state(worker, "applied", NULL);
	assert_int_equal(json_object_array_length(worker_list(body, "restored")), 0);
	json_object_put(body);
	text = fake_read(worker->fake, WORKER_CONFIG);
	assert_non_null(strstr(text, "\"webDebug\":false"));
	assert_non_null(strstr(text, "\"closeAppOnCross\":true"));
	free(text);

	/* drift */
	began = now_ms();
	worker_edit(worker, "{\"webDebug\": true}\n");
	body = worker_wait_state(worker, "applied", NULL);
	print_message("put back and told after %.1f ms\n", now_ms() - began);
	assert_true(json_object_array_length(worker_list(body, "restored")) > 0);
	json_object_put(body);
	text = fake_read(worker->fake, WORKER_CONFIG);
	assert_non_null(strstr(text, "\"webDebug\": false"));
	free(text);

	/* undo: the first former value, and nothing is put back again */
	assert_int_equal(json_parse(span_z("{\"client\":null,\"key\":null}"), &undo, NULL), 0);
	assert_int_equal(ipc_send(worker->fd, IPC_HOME_UNDO, undo), 0);
	body = worker_wait_state(worker, "undone", NULL);
	assert_int_equal(worker_count(body, "applied", NULL), 0);
	json_object_put(body);
	text = fake_read(worker->fake, WORKER_CONFIG);
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
	cleanup(free_ptr) char *text = fake_read(worker->fake, WORKER_CONFIG);

	assert_non_null(strstr(text, part));
}

/* Until its own writing was seen and nothing is left to do: what comes next answers what is sent
 * next */
static void wait_calm(struct worker *worker)
{
	for (;;) {
		cleanup(json_put) struct json_object *state = worker_take_state(worker);

		if (json_object_array_length(worker_list(state, "changes")) == 0) {
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

	fake_write(worker->fake, WORKER_CONFIG, owners);
	worker_listen(worker);
	worker_launch(worker);
	worker_take_hello(worker);
	worker_send_settings(worker, true);
	json_object_put(worker_wait_state(worker, "applied", NULL));
	wait_calm(worker);
	assert_config(worker, "\"webDebug\":false");

	/* one key: it goes back, the others stay, and a second telling changes nothing */
	for (int i = 0; i < 2; i++) {
		worker_send_settings_leaving(worker, true, LEFT("webDebug", "true"));
		json_object_put(worker_take_state(worker));
		assert_config(worker, "\"webDebug\":true");
		assert_config(worker, "\"quickChat\":{\"enabled\":false}");
	}

	/* all of the client: what would change is told all the same */
	worker_send_settings_leaving(worker, true, LEFT("", "true"));
	json_object_put(worker_wait_state(worker, "planned", NULL));
	text = fake_read(worker->fake, WORKER_CONFIG);
	assert_string_equal(text, owners);
}

static void what_is_left_alone_unasked_is_not_put_back(void **state)
{
	struct worker *worker = *state;

	fake_write(worker->fake, WORKER_CONFIG, "{\"webDebug\":true}\n");
	worker_listen(worker);
	worker_launch(worker);
	worker_take_hello(worker);
	worker_send_settings(worker, true);
	json_object_put(worker_wait_state(worker, "applied", NULL));
	wait_calm(worker);
	worker_send_settings_leaving(worker, true, LEFT("", "false"));
	json_object_put(worker_take_state(worker));
	assert_config(worker, "\"webDebug\":false");
	worker_edit(worker, "{\"webDebug\": true}\n");
	json_object_put(worker_wait_state(worker, "planned", NULL));
	assert_config(worker, "\"webDebug\": true");
}

/* A school's policy may carry profiles: what it says beyond this build's own changes nothing. */
static void a_profile_that_reaches_further_is_not_taken(void **state)
{
	struct worker *worker = *state;
	cleanup(free_ptr) char *other = fake_path(worker->fake, "home/.config/other/settings.json");
	cleanup(json_put) struct json_object *body = NULL;
	char *text;

	fake_write(worker->fake, WORKER_CONFIG, "{\"customCSSName\":\"mine\"}\n");
	fake_write(worker->fake, "home/.config/other/settings.json", "{}\n");
	worker_listen(worker);
	worker_launch(worker);
	worker_take_hello(worker);
	assert_int_equal(json_parse(span_z(HOSTILE_SETTINGS), &body, NULL), 0);
	assert_int_equal(ipc_send(worker->fd, IPC_HOME_SETTINGS, body), 0);
	json_object_put(worker_wait_state(worker, "applied", NULL));
	text = fake_read(worker->fake, "home/.config/other/settings.json");
	assert_string_equal(text, "{}\n");
	free(text);
	text = fake_read(worker->fake, WORKER_CONFIG);
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

	fake_write(worker->fake, WORKER_CONFIG, "{}\n");
	worker_listen(worker);
	worker_launch(worker);
	worker_take_hello(worker);
	worker_send_settings(worker, false);
	body = worker_wait_state(worker, "planned", NULL);
	assert_int_equal(worker_count(body, "applied", NULL), 0);
	json_object_put(body);
	text = fake_read(worker->fake, WORKER_CONFIG);
	assert_string_equal(text, "{}\n");
	free(text);
}

static void a_client_that_fights_is_left_alone(void **state)
{
	struct worker *worker = *state;
	struct json_object *body;
	char *text;

	fake_write(worker->fake, WORKER_CONFIG, "{}\n");
	worker_listen(worker);
	worker_launch(worker);
	worker_take_hello(worker);
	worker_send_settings(worker, true);
	json_object_put(worker_wait_state(worker, "applied", NULL));
	for (int i = 0; i < 3; i++) {
		worker_edit(worker, "{\"webDebug\": true}\n");
		json_object_put(worker_wait_state(worker, "applied", NULL));
	}
	worker_edit(worker, "{\"webDebug\": true}\n");
	body = worker_wait_state(worker, "conflict", "rewritten");
	json_object_put(body);
	text = fake_read(worker->fake, WORKER_CONFIG);
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
	worker_listen(worker);
	worker_launch(worker);
	worker_take_hello(worker);
	worker_send_settings(worker, true);
	body = worker_take_state(worker);
	assert_int_equal(json_object_array_length(worker_list(body, "changes")), 0);
	json_object_put(body);
	assert_int_equal(rename(there, away), 0);
	json_object_put(worker_wait_state(worker, "applied", NULL));
}

static void waits_for_a_daemon_and_calls_again(void **state)
{
	struct worker *worker = *state;

	fake_write(worker->fake, WORKER_CONFIG, "{}\n");
	worker_launch(worker);
	/* it may look for the socket before or after this: both lead here */
	worker_listen(worker);
	worker_take_hello(worker);
	worker_send_settings(worker, true);
	json_object_put(worker_wait_state(worker, "applied", NULL));
	fd_close(&worker->fd);
	fd_close(&worker->listener);
	assert_int_equal(unlink(worker->socket), 0);
	worker_listen(worker);
	worker_take_hello(worker);
}

/* Other names come and go in every directory on the way; some begin or end as the awaited one. */
static void finds_the_socket_among_other_names(void **state)
{
	static const char *const others[] = {
		"ru", "running", "run/home", "run/caretaker2", "run/caretaker/home.sock2"};
	struct worker *worker = *state;
	char path[128];

	fake_write(worker->fake, WORKER_CONFIG, "{}\n");
	snprintf(worker->socket, sizeof(worker->socket), "%s/run/caretaker/home.sock",
		worker->fake->path);
	worker_launch(worker);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		snprintf(path, sizeof(path), "%s/run%s", worker->fake->path,
			i < 3 ? "" : "/caretaker");
		if (i >= 2) {
			(void)mkdir(path, 0755);
		}
		fake_write(worker->fake, others[i], "x\n");
	}
	worker_listen(worker);
	worker_take_hello(worker);
}

static void a_journal_that_cannot_be_had_stops_writing(void **state)
{
	struct worker *worker = *state;
	cleanup(free_ptr) char *local = fake_path(worker->fake, "home/.local");
	struct json_object *body;
	char *text;

	fake_write(worker->fake, WORKER_CONFIG, "{}\n");
	assert_int_equal(symlink("/tmp", local), 0);
	worker_listen(worker);
	worker_launch(worker);
	worker_take_hello(worker);
	worker_send_settings(worker, true);
	body = worker_wait_state(worker, "failed", "journal");
	json_object_put(body);
	text = fake_read(worker->fake, WORKER_CONFIG);
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
		worker_run(worker, true);
	}
	assert_int_equal(waitpid(worker->pid, &status, 0), worker->pid);
	worker->pid = 0;
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, worker_new, worker_free)

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
		TEST(finds_the_socket_among_other_names),
		TEST(a_journal_that_cannot_be_had_stops_writing),
		TEST(refuses_to_be_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
