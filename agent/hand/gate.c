/* SPDX-License-Identifier: Apache-2.0 */
#include "gate.h"

#include "gate-book.h"
#include "gate-change.h"
#include "gate-load.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define GATE_FORMAT 1
#define CLIENT_MAX 48
#define FOLDER "etc/apparmor.d"

struct act {
	const struct hand_config *config;
	const struct gate *gate;
	struct gate_book book;
	size_t row; /* of the gate in book */
	struct gate_view view;
	enum gate_mode mode;
};

static const char *file_name(const struct gate *gate)
{
	return strrchr(gate->path, '/') + 1;
}

static int look(struct act *act)
{
	return gate_view_read(&act->config->root, act->config->state, act->gate, &act->view);
}

static int act_begin(const struct hand_config *config, const struct gate *gate, struct act *act)
{
	int r;

	*act = (struct act){.config = config, .gate = gate, .row = (size_t)(gate - gates)};
	r = gate_book_read(config->state, &act->book);
	if (r == 0) {
		r = look(act);
	}
	return r == 0 || r == -ENOMEM ? r : GATE_E_BOOK;
}

static int write_file(const struct act *act, const char *text)
{
	cleanup(fd_close) int dirfd = -1;
	int r = sysroot_open_dir(&act->config->root, FOLDER, &dirfd);

	if (r == 0) {
		r = fd_write_atomic(dirfd, file_name(act->gate), text, strlen(text), 0644);
	}
	return r > 0 ? -ENOENT : r;
}

static enum enforce_error error_of(int r)
{
	switch (r) {
	case GATE_LOAD_E_NO_PARSER:
		return ENFORCE_ERROR_NO_GATE;
	case -EROFS:
		return ENFORCE_ERROR_READ_ONLY;
	case -ENOSPC:
		return ENFORCE_ERROR_NO_SPACE;
	default:
		return ENFORCE_ERROR_SYSTEM;
	}
}

/* Into the kernel, then into the file, in the words that were understood; 0 when both are there */
static int set_up(struct act *act)
{
	enum gate_dialect dialect = GATE_DIALECT_3;
	int r = GATE_LOAD_E_NO_PARSER;

	if (act->config->parsers) {
		r = gate_load(act->config->parsers, act->gate, act->mode, &dialect);
	}
	if (r == 0) {
		r = write_file(act, act->gate->texts[dialect][GATE_DENIES]);
	}
	if (r == 0) {
		r = look(act);
	}
	if (r == 0 && act->view.state.hash[0] == '\0') {
		/* a kernel built without hashes: nobody could tell this profile from another */
		(void)!gate_unload(&act->config->root, act->gate);
		r = GATE_LOAD_E_NO_PARSER;
	}
	if (r != 0) {
		return r;
	}
	return act->view.state.enforced && act->view.file_ours ? 0 : -EIO;
}

/* Written down before it is done, and with what came of it after. */
static int keep_steps(struct act *act, int *ret_outcome)
{
	bool known = act->book.known[act->row];
	int outcome;

	act->book.known[act->row] = true;
	if (gate_book_save(act->config->state, &act->book) < 0) {
		return GATE_E_BOOK;
	}
	outcome = set_up(act);
	if (outcome == -ENOMEM) {
		return outcome;
	}
	if (outcome == 0) {
		memcpy(act->book.records[act->row].hashes[act->mode], act->view.state.hash,
			sizeof(act->view.state.hash));
	} else if (outcome > 0) {
		/* it was not even begun */
		act->book.known[act->row] = known;
	}
	*ret_outcome = outcome;
	return gate_book_save(act->config->state, &act->book) < 0 ? GATE_E_BOOK : 0;
}

static int keep(struct act *act, struct enforce_changes *changes)
{
	const struct gate_view before = act->view;
	enum enforce_error error = ENFORCE_NO_ERROR;
	enum enforce_result result = gate_view_result(&before, &error);
	int outcome = 0, r;

	if (result == ENFORCE_PLANNED) {
		if (gate_view_kept(&before, act->mode)) {
			return 0;
		}
		r = keep_steps(act, &outcome);
		if (r != 0) {
			return r;
		}
		error = outcome == 0 ? ENFORCE_NO_ERROR : error_of(outcome);
		result = outcome == 0 ? ENFORCE_APPLIED : enforce_error_result((int)error);
	}
	return gate_change_add(changes, act->gate, &before, act->mode, result, error);
}

struct gate_wire {
	const char *client;
	int64_t format;
	bool lifted;
};
static const struct json_field gate_fields[] = {
	{"client", JSON_WANT_STRING, offsetof(struct gate_wire, client), true, CLIENT_MAX},
	{"format", JSON_WANT_INT, offsetof(struct gate_wire, format), true, GATE_FORMAT},
	{"lifted", JSON_WANT_BOOL, offsetof(struct gate_wire, lifted), true, 0},
};

int gate_keep(
	const struct hand_config *config, struct json_object *body, struct enforce_changes *changes)
{
	struct gate_wire wire = {0};
	const struct gate *gate;
	struct act act;
	int r = json_decode(body, gate_fields, ARRAY_LEN(gate_fields), &wire, NULL);

	if (r != 0 || wire.format != GATE_FORMAT) {
		return r < 0 ? r : GATE_E_SHAPE;
	}
	gate = gate_find(wire.client);
	if (!gate || gate - gates >= GATE_BOOK_MAX) {
		return GATE_E_CLIENT;
	}
	r = act_begin(config, gate, &act);
	if (r != 0) {
		return r;
	}
	act.mode = wire.lifted ? GATE_LIFTED : GATE_DENIES;
	return keep(&act, changes);
}

static int remove_file(const struct act *act)
{
	cleanup(fd_close) int dirfd = -1;
	int r = sysroot_open_dir(&act->config->root, FOLDER, &dirfd);

	if (r != 0) {
		return r < 0 ? r : -ENOENT;
	}
	if (unlinkat(dirfd, file_name(act->gate), 0) < 0) {
		return -errno;
	}
	return fd_sync_dir(dirfd);
}

/* A profile of our name that somebody else wrote or loaded is theirs: it stays. */
static int undo_steps(const struct act *act, bool *ret_conflict)
{
	const struct gate_view *view = &act->view;
	bool loaded = view->state.loaded;
	bool ours = view->file_ours || gate_view_loaded(view, GATE_DENIES) ||
		    gate_view_loaded(view, GATE_LIFTED);
	int r = 0;

	*ret_conflict = (view->file_there && !view->file_ours) || (loaded && !ours);
	/* the file first: should this end here, the next start finds no gate half undone */
	if (view->file_ours) {
		r = remove_file(act);
		gate_forget_compiled(&act->config->root, act->gate);
	}
	if (r == 0 && loaded && ours) {
		r = gate_unload(&act->config->root, act->gate);
	}
	return r;
}

static int undo(struct act *act, struct enforce_changes *changes)
{
	bool conflict = false;
	int r = undo_steps(act, &conflict);

	if (r < 0) {
		return r == -ENOMEM ? r
				    : gate_change_add(changes, act->gate, &act->view, GATE_LIFTED,
					      ENFORCE_FAILED, error_of(r));
	}
	act->book.known[act->row] = false;
	act->book.records[act->row] = (struct gate_record){0};
	if (gate_book_save(act->config->state, &act->book) < 0) {
		return GATE_E_BOOK;
	}
	return gate_change_add(changes, act->gate, &act->view, GATE_LIFTED,
		conflict ? ENFORCE_CONFLICT : ENFORCE_UNDONE,
		conflict ? ENFORCE_ERROR_OTHER_VALUE : ENFORCE_NO_ERROR);
}

/* For each gate that was set up. plan: nothing is done. */
static int each(const struct hand_config *config, const char *client, bool plan,
	struct enforce_changes *changes)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < gates_len && i < GATE_BOOK_MAX; i++) {
		struct act act;

		if (client && strcmp(client, gates[i].client) != 0) {
			continue;
		}
		r = act_begin(config, &gates[i], &act);
		if (r == 0 && act.book.known[i]) {
			r = plan ? gate_change_add(changes, &gates[i], &act.view, GATE_LIFTED,
					   ENFORCE_PLANNED, ENFORCE_NO_ERROR)
				 : undo(&act, changes);
		}
	}
	return r;
}

int gate_undo(const struct hand_config *config, const char *client, const char *key,
	struct enforce_changes *changes)
{
	return key && strcmp(key, GATES_KEY) != 0 ? 0 : each(config, client, false, changes);
}

int gate_undo_plan(const struct hand_config *config, struct enforce_changes *changes)
{
	return each(config, NULL, true, changes);
}
