/* SPDX-License-Identifier: Apache-2.0 */
#include "store.h"

#include "ledger.h"
#include "log.h"
#include "outbox.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define POLICY_FILE "policy.jws"

static int open_or_make(int dirfd, const char *name)
{
	if (mkdirat(dirfd, name, 0700) < 0 && errno != EEXIST) {
		return -errno;
	}
	return fd_open_dir(dirfd, name);
}

static int open_spool(const char *spool_dir, struct store *store)
{
	cleanup(fd_close) int spool_fd = fd_open_dir(AT_FDCWD, spool_dir);

	if (spool_fd < 0) {
		return spool_fd;
	}
	store->outbox_fd = fd_open_dir(spool_fd, SPOOL_OUTBOX);
	if (store->outbox_fd < 0) {
		return store->outbox_fd;
	}
	store->inbox_fd = fd_open_dir(spool_fd, SPOOL_INBOX);
	return store->inbox_fd < 0 ? store->inbox_fd : 0;
}

int store_open(const char *state_dir, const char *spool_dir, struct store *ret_store)
{
	cleanup(store_finish) struct store store = STORE_NONE;
	int r;

	store.state_fd = fd_open_dir(AT_FDCWD, state_dir);
	if (store.state_fd < 0) {
		return store.state_fd;
	}
	store.sent_fd = open_or_make(store.state_fd, LEDGER_DIR);
	if (store.sent_fd < 0) {
		return store.sent_fd;
	}
	r = open_spool(spool_dir, &store);
	if (r == 0) {
		*ret_store = store;
		store = (struct store)STORE_NONE;
	}
	return r;
}

void store_finish(struct store *store)
{
	fd_close(&store->state_fd);
	fd_close(&store->sent_fd);
	fd_close(&store->outbox_fd);
	fd_close(&store->inbox_fd);
	*store = (struct store)STORE_NONE;
}

/* Every sequence that may have been used has a file in sent/ or in the outbox. */
static int start_anew(const struct store *store, struct state *ret_state)
{
	struct state state = {.full_due = true};
	int64_t sent, waiting;
	int r;

	if (renameat(store->state_fd, STATE_FILE, store->state_fd, STATE_FILE ".bad") < 0) {
		return -errno;
	}
	r = ledger_highest(store->sent_fd, &sent);
	if (r == 0) {
		r = outbox_highest(store->outbox_fd, &waiting);
	}
	if (r == 0) {
		state.sequence = sent > waiting ? sent : waiting;
		*ret_state = state;
	}
	return r;
}

int store_load_state(const struct store *store, struct state *ret_state)
{
	cleanup(free_ptr) char *bytes = NULL;
	struct json_error error = {"file", "cannot be read"};
	size_t len;
	int r;

	r = fd_read_regular(store->state_fd, STATE_FILE, STATE_MAX, &bytes, &len);
	if (r == FD_E_MISSING) {
		*ret_state = (struct state){.full_due = true};
		return 0;
	}
	if (r == 0) {
		r = state_parse((struct span){bytes, len}, ret_state, &error);
	}
	if (r == 0 || r == -ENOMEM) {
		return r;
	}
	log_warning("could not read " STATE_FILE ": %s %s; kept as " STATE_FILE ".bad, starting "
		    "anew",
		error.where, error.what);
	return start_anew(store, ret_state);
}

int store_save_state(const struct store *store, const struct state *state)
{
	cleanup(str_finish) struct str text = {.max = STATE_MAX};
	int r = state_write(state, &text);

	return r == 0 ? fd_write_atomic(store->state_fd, STATE_FILE, text.p, text.len, 0600) : r;
}

int store_load_identity(const struct store *store, struct identity *ret_identity)
{
	cleanup(free_ptr) char *bytes = NULL;
	struct json_error error = {"file", "cannot be read"};
	size_t len;
	int r;

	r = fd_read_regular(store->state_fd, IDENTITY_FILE, IDENTITY_MAX, &bytes, &len);
	if (r == FD_E_MISSING) {
		return r;
	}
	if (r == 0) {
		r = identity_parse((struct span){bytes, len}, ret_identity, &error);
	} else if (r > 0) {
		r = -EBADMSG;
	}
	if (r == -EBADMSG) {
		log_warning("could not read " IDENTITY_FILE ": %s %s", error.where, error.what);
	}
	return r;
}

int store_save_identity(const struct store *store, const struct identity *identity)
{
	cleanup(str_finish) struct str text = {.max = IDENTITY_MAX};
	int r = identity_write(identity, &text);

	return r == 0 ? fd_write_atomic(store->state_fd, IDENTITY_FILE, text.p, text.len, 0600) : r;
}

int store_erase_identity(const struct store *store)
{
	static const char *const names[] = {POLICY_FILE, IDENTITY_FILE};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (unlinkat(store->state_fd, names[i], 0) < 0 && errno != ENOENT) {
			return -errno;
		}
	}
	return fd_sync_dir(store->state_fd);
}
