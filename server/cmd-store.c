/* SPDX-License-Identifier: Apache-2.0 */
/* backup, restore, move: the whole state, or its store, to another place. */
#include "cmd.h"

#include "args.h"
#include "clock.h"
#include "cmd-opened.h"
#include "config.h"
#include "fd.h"
#include "log.h"
#include "retention.h"
#include "settings.h"
#include "store-copy.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

static void tell(const char *table, int64_t rows, void *data)
{
	(void)data;
	printf("%s: %lld rows\n", table, (long long)rows);
	(void)fflush(stdout);
}

static bool copy_rows(struct store *from, struct store *to)
{
	int r = store_copy_all(from, to, tell, NULL);

	if (r != 0) {
		log_error("could not copy the store: %s",
			r == STORE_COPY_E_FULL ? "the other one holds rows already"
					       : strerror(r < 0 ? -r : EIO));
	}
	return r == 0;
}

static bool has_no_keys(const char *path, const struct state *state)
{
	bool has = false;
	int r = state_has_keys(state, &has);

	if (r < 0 || has) {
		log_error("could not copy to %s: %s", path,
			r < 0 ? strerror(-r) : "it holds keys already, and none is overwritten");
	}
	return r == 0 && !has;
}

static bool copy_state(const char *from, const char *to)
{
	cleanup(opened_finish) struct opened source = {.state.fd = -1};
	cleanup(opened_finish) struct opened target = {.state.fd = -1};
	int r;

	if (!opened_open(from, false, STORE_READ, &source) ||
		!opened_open(to, true, STORE_CREATE, &target) || !has_no_keys(to, &target.state) ||
		!copy_rows(source.store, target.store)) {
		return false;
	}
	r = state_copy_keys(&source.state, &target.state);
	if (r < 0) {
		log_error("could not copy the keys to %s: %s", to, strerror(-r));
	}
	return r == 0;
}

/* Where the store is served it is told how old its backup is, and so is what is restored one day.
 */
static bool note_backup(const char *path, int64_t now_s)
{
	cleanup(opened_finish) struct opened side = {.state.fd = -1};
	char text[32];
	int r;

	if (!opened_open(path, false, STORE_WRITE, &side)) {
		return false;
	}
	r = side.store->ops->begin(side.store, true);
	snprintf(text, sizeof(text), "%lld", (long long)now_s);
	r = r != 0 ? r : settings_keep(side.store, RETENTION_BACKUP, text);
	r = r != 0 ? r : side.store->ops->commit(side.store);
	if (r != 0) {
		log_error("the backup is made, but the store could not be told: %s",
			strerror(r < 0 ? -r : EIO));
	}
	return r == 0;
}

static int copy_command(int argc, char **argv, bool back)
{
	const char *path = CARETAKER_SERVER_STATEDIR, *other = NULL;
	const struct args_option options[] = {{"state", ARGS_TEXT, &path, 0, 0}};
	int64_t now_s = clock_read().wall_s;

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), &other, 1)) {
		return CMD_USAGE;
	}
	if (!other) {
		log_error("which directory?");
		return CMD_USAGE;
	}
	if (!copy_state(back ? other : path, back ? path : other)) {
		return CMD_FAILED;
	}
	return back || (note_backup(path, now_s) && note_backup(other, now_s)) ? CMD_OK
									       : CMD_FAILED;
}

/* A backup is a state directory with a store of its own: it can be looked at, and served. */
int cmd_backup(int argc, char **argv)
{
	return copy_command(argc, argv, false);
}

int cmd_restore(int argc, char **argv)
{
	return copy_command(argc, argv, true);
}

/* Whoever serves has the directory locked shared: what it would take meanwhile would be lost. */
static bool lock_alone(const struct state *state)
{
	if (flock(state->fd, LOCK_EX | LOCK_NB) < 0) {
		log_error("could not move the store: stop caretaker-server first");
		return false;
	}
	return true;
}

static bool read_url(const char *file, char **ret_text, size_t *ret_len)
{
	cleanup(fd_close) int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int r = fd < 0 ? -errno : fd_read_all(fd, STATE_PATH_MAX, ret_text, ret_len);

	if (r != 0) {
		log_error("could not read %s: %s", file, r < 0 ? strerror(-r) : "it is too long");
		return false;
	}
	(*ret_text)[strcspn(*ret_text, "\r\n")] = 0;
	if (!store_is_url(*ret_text)) {
		log_error("%s holds no postgresql:// address", file);
		return false;
	}
	return true;
}

static int move(struct opened *side, const char *path, const char *url)
{
	cleanup(store_close_p) struct store *to = NULL;
	const char *error = NULL;
	int r;

	if (!opened_open(path, false, STORE_READ, side) || !lock_alone(&side->state)) {
		return CMD_FAILED;
	}
	r = store_open(url, STORE_CREATE, &to, &error);
	if (r != 0) {
		log_error("could not open the new store: %s", error);
		return CMD_FAILED;
	}
	if (!copy_rows(side->store, to)) {
		return CMD_FAILED;
	}
	r = fd_write_atomic(side->state.fd, STATE_STORE_URL, url, strlen(url), 0600);
	if (r < 0) {
		log_error("could not write %s: %s", STATE_STORE_URL, strerror(-r));
		return CMD_FAILED;
	}
	printf("the store is moved; the former one is left as it was\n");
	return CMD_OK;
}

int cmd_move(int argc, char **argv)
{
	cleanup(opened_finish) struct opened side = {.state.fd = -1};
	cleanup(free_ptr) char *url = NULL;
	const char *path = CARETAKER_SERVER_STATEDIR, *file = NULL;
	const struct args_option options[] = {{"state", ARGS_TEXT, &path, 0, 0}};
	size_t len = 0;

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), &file, 1)) {
		return CMD_USAGE;
	}
	if (!file) {
		log_error("which file holds the address of the new store?");
		return CMD_USAGE;
	}
	return read_url(file, &url, &len) ? move(&side, path, url) : CMD_FAILED;
}
