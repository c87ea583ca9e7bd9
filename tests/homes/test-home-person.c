/* SPDX-License-Identifier: Apache-2.0 */
/* What caretaker-home knows of its own account: which clients run, which servers and folders there
 * are, whether its folder is encrypted; and that no name of these is told. */
#include "ipc.h"
#include "unit.h"
#include "worker.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534
#define FERDIUM "home/.config/Ferdium/config/settings.json"
#define OBS "home/.config/obs-studio/"
#define MATTERMOST "home/.config/Mattermost/"
#define UNDO "[{\"client\":\"ferdium\",\"key\":\"\",\"undo\":true}]"

/* A program of this name and of the worker's account, which does nothing */
static pid_t start_program(const char *name)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (geteuid() == 0 && (setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
					      setresuid(NOBODY, NOBODY, NOBODY) < 0)) {
			_exit(126);
		}
		prctl(PR_SET_NAME, name);
		/* else its files in /proc are root's (proc(5)) */
		prctl(PR_SET_DUMPABLE, 1);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)!write(ready[1], "x", 1);
		for (;;) {
			pause();
		}
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void end_program(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static struct worker *start(void **state, const char *client)
{
	struct worker *worker = *state;

	fake_profile(worker->fake, client);
	worker_listen(worker);
	worker_launch(worker);
	worker_take_hello(worker);
	return worker;
}

static void assert_text(struct worker *worker, const char *name, const char *text)
{
	char *now = fake_read(worker->fake, name);

	assert_string_equal(now, text);
	free(now);
}

static bool has(struct worker *worker, const char *name, const char *text)
{
	cleanup(free_ptr) char *now = fake_read(worker->fake, name);

	return now && strstr(now, text);
}

static void assert_has(struct worker *worker, const char *name, const char *text)
{
	char *now = fake_read(worker->fake, name);

	assert_non_null(now);
	assert_non_null(strstr(now, text));
	free(now);
}

/* It has its settings in memory and would write over ours. */
static void a_running_client_is_waited_for(void **state)
{
	struct worker *worker = *state;
	pid_t pid = start_program("ferdium");

	fake_write(worker->fake, FERDIUM, "{\"sentry\": true}\n");
	start(state, "ferdium");
	worker_send_settings(worker, true);
	json_object_put(worker_wait_state(worker, "planned", "running"));
	assert_text(worker, FERDIUM, "{\"sentry\": true}\n");
	end_program(pid);
	json_object_put(worker_wait_state(worker, "applied", NULL));
	assert_has(worker, FERDIUM, "\"sentry\": false");
}

/* It writes what it has in memory once more when it is closed; then the former value goes back. */
static void an_undo_waits_for_it_too(void **state)
{
	struct worker *worker = *state;
	cleanup(json_put) struct json_object *undo = NULL;
	pid_t pid;

	fake_write(worker->fake, FERDIUM, "{\"sentry\": true}\n");
	start(state, "ferdium");
	worker_send_settings(worker, true);
	json_object_put(worker_wait_state(worker, "applied", NULL));
	pid = start_program("ferdium");
	worker_send_settings_leaving(worker, false, UNDO);
	assert_int_equal(json_parse(span_z("{\"client\":\"ferdium\"}"), &undo, NULL), 0);
	assert_int_equal(ipc_send(worker->fd, IPC_HOME_UNDO, undo), 0);
	json_object_put(worker_wait_state(worker, "planned", "running"));
	assert_has(worker, FERDIUM, "\"sentry\": false");
	end_program(pid);
	json_object_put(worker_wait_state(worker, "planned", NULL));
	assert_text(worker, FERDIUM, "{\"sentry\": true}\n");
}

static void another_program_is_none_of_ours(void **state)
{
	struct worker *worker = *state;
	pid_t pid = start_program("ferdium-helper");

	fake_write(worker->fake, FERDIUM, "{\"sentry\": true}\n");
	start(state, "ferdium");
	worker_send_settings(worker, true);
	json_object_put(worker_wait_state(worker, "applied", NULL));
	end_program(pid);
}

static void names_of_folders_and_servers_stay_here(void **state)
{
	static const char *const clients[] = {"obs-studio", "mattermost-desktop"};
	struct worker *worker = *state;

	fake_write(worker->fake, OBS "user.ini", "[BasicWindow]\n");
	fake_write(worker->fake, OBS "basic/profiles/Kim 7b/basic.ini", "[AdvOut]\nRecRB=true\n");
	fake_write(worker->fake, MATTERMOST "config.json",
		"{\"version\":4,\"servers\":[{\"url\":\"https://kim.example/x\"}]}\n");
	fake_write(worker->fake, MATTERMOST "permissions.json",
		"{\"https://kim.example\":{\"geolocation\":{\"allowed\":true}}}\n");
	start(state, clients[0]);
	for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
		struct json_object *body;

		fake_profile(worker->fake, clients[i]);
		for (int keep = 0; keep <= 1; keep++) {
			worker_send_settings(worker, keep);
			body = worker_wait_state(worker, keep ? "applied" : "planned", NULL);
			assert_null(strcasestr(json_object_to_json_string(body), "kim"));
			assert_non_null(strstr(json_object_to_json_string(body), "{each}"));
			json_object_put(body);
		}
	}
	assert_text(worker, OBS "basic/profiles/Kim 7b/basic.ini",
		"[AdvOut]\nRecRB=false\n[SimpleOutput]\nRecRB=false\n");
	assert_has(worker, MATTERMOST "permissions.json", "\"alwaysDeny\":true");
}

/* A profile that is made, and then written, while nothing else happens */
static void a_new_folder_is_looked_at(void **state)
{
	struct worker *worker = *state;

	fake_write(worker->fake, OBS "user.ini", "[BasicWindow]\n");
	fake_write(worker->fake, OBS "basic/profiles/Untitled/basic.ini", "[AdvOut]\n");
	start(state, "obs-studio");
	worker_send_settings(worker, true);
	json_object_put(worker_wait_state(worker, "applied", NULL));
	fake_write(worker->fake, OBS "basic/profiles/New/x", "x\n");
	worker_give(worker, OBS "basic/profiles/New");
	fake_write(worker->fake, OBS "basic/profiles/New/basic.ini", "[AdvOut]\nRecRB=true\n");
	worker_give(worker, OBS "basic/profiles/New/basic.ini");
	while (!has(worker, OBS "basic/profiles/New/basic.ini", "RecRB=false")) {
		json_object_put(worker_take_state(worker));
	}
}

#define MOUNTS "29 1 253:0 / / rw shared:1 - ext4 /dev/mapper/x rw\n"
#define BASIC "home/.config/obs-studio/basic/profiles/Untitled/basic.ini"

static void recordings_go_into_an_encrypted_folder(void **state)
{
	struct worker *worker = *state;
	cleanup(free_ptr) char *home = fake_path(worker->fake, "home");
	cleanup(str_finish) struct str wanted = {0};

	fake_write(worker->fake, OBS "user.ini", "[BasicWindow]\n");
	fake_write(worker->fake, BASIC, "[SimpleOutput]\nFilePath=/srv/all\n");
	fake_write(worker->fake, "root/proc/self/mountinfo", MOUNTS);
	fake_write(worker->fake, "root/sys/dev/block/253:0/dm/name", "x\n");
	fake_write(worker->fake, "root/sys/dev/block/253:0/dm/uuid", "CRYPT-LUKS2-0-x\n");
	fake_write(worker->fake, "root/sys/dev/block/253:0/slaves/sda2/partition", "2\n");
	start(state, "obs-studio");
	worker_send_settings(worker, true);
	json_object_put(worker_wait_state(worker, "applied", NULL));
	assert_int_equal(str_appendf(&wanted, "\nFilePath=%s\n", home), 0);
	assert_has(worker, BASIC, wanted.p);
}

/* Nothing better is known than what the owner chose. */
static void without_encryption_they_stay(void **state)
{
	struct worker *worker = *state;

	fake_write(worker->fake, OBS "user.ini", "[BasicWindow]\n");
	fake_write(worker->fake, BASIC, "[SimpleOutput]\nFilePath=/srv/all\n");
	fake_write(worker->fake, "root/proc/self/mountinfo", MOUNTS);
	fake_write(worker->fake, "root/sys/dev/block/253:0/partition", "2\n");
	start(state, "obs-studio");
	worker_send_settings(worker, true);
	json_object_put(worker_wait_state(worker, "applied", NULL));
	assert_has(worker, BASIC, "\nFilePath=/srv/all\n");
}

/* What the package runs for each account when it is removed; its exit status */
static int put_back(struct worker *worker)
{
	cleanup(free_ptr) char *home = fake_path(worker->fake, "home");
	cleanup(free_ptr) char *root = fake_path(worker->fake, "root");
	char *argv[] = {(char *)HOME_PATH, (char *)"--home", home, (char *)"--root", root,
		(char *)"--put-back", NULL};
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		if (geteuid() == 0 && (setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
					      setresuid(NOBODY, NOBODY, NOBODY) < 0)) {
			_exit(126);
		}
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		execve(HOME_PATH, argv, (char *[]){NULL});
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool is_there(struct worker *worker, const char *name)
{
	cleanup(free_ptr) char *path = fake_path(worker->fake, name);

	return access(path, F_OK) == 0;
}

static void who_is_not_signed_in_gets_all_back(void **state)
{
	struct worker *worker = *state;

	fake_write(worker->fake, FERDIUM, "{\"sentry\": true}\n");
	start(state, "ferdium");
	worker_send_settings(worker, true);
	json_object_put(worker_wait_state(worker, "applied", NULL));
	end_program(worker->pid);
	worker->pid = 0;
	assert_true(is_there(worker, "home/.local/state/caretaker/undo.json"));
	assert_int_equal(put_back(worker), 0);
	assert_text(worker, FERDIUM, "{\"sentry\": true}\n");
	assert_false(is_there(worker, "home/.local/state/caretaker"));
	assert_true(is_there(worker, "home/.local/state"));
}

static void nothing_is_made_where_nothing_was(void **state)
{
	struct worker *worker = *state;
	cleanup(free_ptr) char *home = fake_path(worker->fake, "home");

	if (geteuid() == 0) {
		assert_int_equal(chown(home, NOBODY, NOBODY), 0);
	}
	assert_int_equal(put_back(worker), 0);
	assert_false(is_there(worker, "home/.local"));
}

static void what_cannot_go_back_is_said(void **state)
{
	struct worker *worker = *state;
	cleanup(free_ptr) char *settings = fake_path(worker->fake, FERDIUM);

	fake_write(worker->fake, FERDIUM, "{\"sentry\": true}\n");
	start(state, "ferdium");
	worker_send_settings(worker, true);
	json_object_put(worker_wait_state(worker, "applied", NULL));
	end_program(worker->pid);
	worker->pid = 0;
	assert_int_equal(unlink(settings), 0);
	assert_int_equal(symlink("/etc/shadow", settings), 0);
	assert_int_equal(put_back(worker), 1);
	assert_true(is_there(worker, "home/.local/state/caretaker/undo.json"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, worker_new, worker_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_running_client_is_waited_for),
		TEST(an_undo_waits_for_it_too),
		TEST(another_program_is_none_of_ours),
		TEST(names_of_folders_and_servers_stay_here),
		TEST(a_new_folder_is_looked_at),
		TEST(recordings_go_into_an_encrypted_folder),
		TEST(without_encryption_they_stay),
		TEST(who_is_not_signed_in_gets_all_back),
		TEST(nothing_is_made_where_nothing_was),
		TEST(what_cannot_go_back_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
