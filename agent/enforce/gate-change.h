/* SPDX-License-Identifier: Apache-2.0 */
/* How a recording gate stands, and the CHANGE that says so: alike for who plans and who does it. */
#pragma once

#include "change.h"
#include "gates.h"

struct gate_view {
	struct gate_state state; /* the kernel's */
	struct gate_record record;
	bool recorded; /* caretaker-hand set it up */
	bool file_there, file_ours;
};

/*
 * record: where caretaker-hand keeps GATES_RECORD, negative for nowhere. -EBADMSG when that is no
 * record, -ENOMEM
 */
must_check int gate_view_read(const struct sysroot *root, int record, const struct gate *gate,
	struct gate_view *ret_view);
/* The profile that is loaded is the one that caretaker-hand loaded for this mode. */
bool gate_view_loaded(const struct gate_view *view, enum gate_mode mode);
/* That, and the file for the next start of the system */
bool gate_view_kept(const struct gate_view *view, enum gate_mode mode);
/* ENFORCE_PLANNED when it can be set up or set right; else what is in the way */
enum enforce_result gate_view_result(const struct gate_view *view, enum enforce_error *ret_error);

/* What GATES_KEY is set to in a mode; NULL when memory is out. The caller puts it. */
struct json_object *gate_change_value(enum gate_mode mode);
/* to: the mode that is wanted, or was set */
must_check int gate_change_add(struct enforce_changes *changes, const struct gate *gate,
	const struct gate_view *view, enum gate_mode to, enum enforce_result result,
	enum enforce_error error);
