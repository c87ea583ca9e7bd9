/* SPDX-License-Identifier: Apache-2.0 */
#include "gate-change.h"

#include <string.h>

#define TEXT_BYTES_MAX ((size_t)64 << 10)
#define WHY "setting.recording-gate"

static const char *const words[GATE_MODE_COUNT] = {
	[GATE_DENIES] = "denied",
	[GATE_LIFTED] = "allowed",
};

static int read_record(int record, const struct gate *gate, struct gate_view *view)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len = 0;
	int r = FD_E_MISSING;

	if (record >= 0) {
		r = fd_read_regular(record, GATES_RECORD, GATES_RECORD_MAX, &bytes, &len);
	}
	if (r == FD_E_MISSING) {
		return 0;
	}
	if (r == 0) {
		r = gate_record_parse((struct span){bytes, len}, gate->client, &view->record);
		view->recorded = r == 0;
	}
	if (r == -ENOENT) {
		return 0;
	}
	return r == 0 || r == -ENOMEM ? r : -EBADMSG;
}

int gate_view_read(
	const struct sysroot *root, int record, const struct gate *gate, struct gate_view *ret_view)
{
	cleanup(free_ptr) char *text = NULL;
	struct gate_view view = {.file_there = false};
	size_t len = 0;
	int r = read_record(record, gate, &view);

	if (r != 0) {
		return r;
	}
	r = sysroot_read(root, gate->path + 1, TEXT_BYTES_MAX, &text, &len);
	if (r == -ENOMEM) {
		return r;
	}
	/* a pipe, a folder, a file that is too large: somebody else's */
	view.file_there = r != FD_E_MISSING;
	view.file_ours = r == 0 && strlen(text) == len && gate_wrote(gate, text);
	r = gate_look(root, gate, &view.state);
	if (r == 0) {
		*ret_view = view;
	}
	return r;
}

bool gate_view_loaded(const struct gate_view *view, enum gate_mode mode)
{
	return view->state.enforced && view->state.hash[0] != '\0' &&
	       strcmp(view->state.hash, view->record.hashes[mode]) == 0;
}

bool gate_view_kept(const struct gate_view *view, enum gate_mode mode)
{
	return view->file_ours && gate_view_loaded(view, mode);
}

enum enforce_result gate_view_result(const struct gate_view *view, enum enforce_error *ret_error)
{
	switch (view->state.hold) {
	case GATE_HOLD_IMPOSSIBLE:
	case GATE_HOLD_REFUSED:
		*ret_error = ENFORCE_ERROR_NO_GATE;
		return ENFORCE_REFUSED;
	case GATE_HOLD_OTHERS:
		*ret_error = ENFORCE_ERROR_OTHER_FILE;
		return ENFORCE_CONFLICT;
	case GATE_HOLD_NONE:
	case GATE_HOLD_COMPLAINS:
	case GATE_HOLD_ENFORCED:
		break;
	}
	*ret_error =
		view->file_there && !view->file_ours ? ENFORCE_ERROR_OTHER_FILE : ENFORCE_NO_ERROR;
	return *ret_error == ENFORCE_NO_ERROR ? ENFORCE_PLANNED : ENFORCE_CONFLICT;
}

struct json_object *gate_change_value(enum gate_mode mode)
{
	return json_object_new_string(words[mode]);
}

int gate_change_add(struct enforce_changes *changes, const struct gate *gate,
	const struct gate_view *view, enum gate_mode to, enum enforce_result result,
	enum enforce_error error)
{
	enum gate_mode from = gate_view_loaded(view, GATE_DENIES) ? GATE_DENIES : GATE_LIFTED;
	cleanup(json_put) struct json_object *was = gate_change_value(from);
	cleanup(json_put) struct json_object *value = gate_change_value(to);
	const char *path = gate->path;

	if (!was || !value) {
		return -ENOMEM;
	}
	if (error == ENFORCE_ERROR_OTHER_FILE && view->state.hold == GATE_HOLD_OTHERS) {
		path = view->state.other;
	}
	return enforce_changes_add(
		changes, gate->client, path, GATES_KEY, was, value, WHY, result, error);
}
