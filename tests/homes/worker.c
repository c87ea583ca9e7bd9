/* SPDX-License-Identifier: Apache-2.0 */
#include "worker.h"

#include "clock.h"
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

#define NOBODY 65534
#define PATIENCE_MS 60000 /* a machine this slow is broken: no test passes or fails by less */

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

void worker_run(const struct worker *worker, bool as_root)
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

void worker_listen(struct worker *worker)
{
	worker->listener = ipc_listen(worker->socket, 0666);
	assert_true(worker->listener >= 0);
}

bool worker_wait(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	return poll(&poll_fd, 1, PATIENCE_MS) == 1;
}

void worker_take_hello(struct worker *worker)
{
	struct ipc_message message = {0};

	assert_true(worker_wait(worker->listener));
	worker->fd = accept4(worker->listener, NULL, NULL, SOCK_CLOEXEC);
	assert_true(worker->fd >= 0);
	assert_true(worker_wait(worker->fd));
	assert_int_equal(ipc_receive(worker->fd, &message), 0);
	assert_int_equal(message.type, IPC_HOME_HELLO);
	ipc_message_finish(&message);
}

int worker_new(void **state)
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

void worker_launch(struct worker *worker)
{
	give_home(worker->fake);
	worker->pid = fork();
	assert_true(worker->pid >= 0);
	if (worker->pid == 0) {
		worker_run(worker, false);
	}
}

int worker_free(void **state)
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

void worker_send_settings_leaving(struct worker *worker, bool keep, const char *left)
{
	cleanup(json_put) struct json_object *body = NULL;
	cleanup(str_finish) struct str text = {0};

	assert_int_equal(str_appendf(&text,
				 "{\"format\":1,\"keep\":%s,\"left\":%s,\"tiers\":{\"%s\":"
				 "\"base\"},\"profiles\":[{\"id\":\"%s\"}]}",
				 keep ? "true" : "false", left, worker->fake->profile->id,
				 worker->fake->profile->id),
		0);
	assert_int_equal(json_parse((struct span){text.p, text.len}, &body, NULL), 0);
	assert_int_equal(ipc_send(worker->fd, IPC_HOME_SETTINGS, body), 0);
}

void worker_send_settings(struct worker *worker, bool keep)
{
	worker_send_settings_leaving(worker, keep, "[]");
}

struct json_object *worker_take_state(struct worker *worker)
{
	struct ipc_message message = {0};

	assert_true(worker_wait(worker->fd));
	assert_int_equal(ipc_receive(worker->fd, &message), 0);
	assert_int_equal(message.type, IPC_HOME_STATE);
	return message.body;
}

struct json_object *worker_list(struct json_object *state, const char *name)
{
	struct json_object *list = NULL;

	assert_true(json_object_object_get_ex(state, name, &list));
	return list;
}

size_t worker_count(struct json_object *state, const char *result, const char *error)
{
	struct json_object *list = worker_list(state, "changes");
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

struct json_object *worker_wait_state(struct worker *worker, const char *result, const char *error)
{
	for (;;) {
		struct json_object *state = worker_take_state(worker);

		if (worker_count(state, result, error) > 0) {
			return state;
		}
		json_object_put(state);
	}
}

void worker_edit(struct worker *worker, const char *text)
{
	cleanup(free_ptr) char *path = fake_path(worker->fake, WORKER_CONFIG);
	cleanup(free_ptr) char *aside = fake_path(worker->fake, "home/edited");

	fake_write(worker->fake, "home/edited", text);
	if (geteuid() == 0) {
		assert_int_equal(lchown(aside, NOBODY, NOBODY), 0);
	}
	assert_int_equal(rename(aside, path), 0);
}

void worker_give(struct worker *worker, const char *name)
{
	cleanup(free_ptr) char *path = fake_path(worker->fake, name);

	if (geteuid() == 0) {
		assert_int_equal(chown(path, NOBODY, NOBODY), 0);
	}
}
