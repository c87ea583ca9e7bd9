/* SPDX-License-Identifier: Apache-2.0 */
#include "undo-file.h"

#include "compiled.h"
#include "draft.h"
#include "expand.h"
#include "plugs.h"
#include "target.h"

#include <string.h>

struct undo {
	struct enforce_journal_file file; /* of the working copy */
	struct json_object *object;	  /* owned: a copy of FILE that is worked on */
	struct enforce_document document;
	struct enforce_changes changes;
};

static void undo_finish(struct undo *undo)
{
	json_object_put(undo->object);
	enforce_document_finish(&undo->document);
	enforce_changes_finish(&undo->changes);
}

static int copy_file(struct json_object *file, struct undo *undo)
{
	if (json_object_deep_copy(file, &undo->object, NULL) < 0) {
		return -ENOMEM;
	}
	enforce_journal_read(undo->object, &undo->file);
	return 0;
}

int enforce_undo_former(const struct enforce_journal_note *note, enum enforce_format format,
	struct json_object **ret_value)
{
	struct json_object *object = NULL;
	int r = 0;

	if (note->former) {
		r = enforce_format_ops(format)->read(span_z(note->former), format, &object);
	}
	*ret_value = r == 0 ? object : NULL;
	return r < 0 ? r : 0;
}

static int undo_note(struct undo *undo, const struct enforce_journal_note *note)
{
	cleanup(enforce_value_finish) struct enforce_value was = {0};
	cleanup(json_put) struct json_object *to = NULL;
	enum enforce_put_back outcome;
	bool foreign;
	int r = enforce_draft_put_back(&undo->document, note, undo->file.made, &outcome, &was);

	if (r == 0) {
		r = enforce_undo_former(note, undo->file.format, &to);
	}
	if (r != 0) {
		return r;
	}
	foreign = outcome == ENFORCE_PUT_BACK_FOREIGN;
	return enforce_changes_add(&undo->changes, undo->file.client, undo->file.path, note->key,
		was.object, to, note->why, foreign ? ENFORCE_CONFLICT : ENFORCE_UNDONE,
		foreign ? ENFORCE_ERROR_OTHER_VALUE : ENFORCE_NO_ERROR);
}

/* The last written first, so that each finds the text that it left */
static int undo_notes(struct undo *undo, const char *key)
{
	struct json_object *values = undo->file.values;

	for (size_t i = json_object_array_length(values); i > 0; i--) {
		struct json_object *object = json_object_array_get_idx(values, i - 1);
		struct enforce_journal_note note;
		int r;

		enforce_journal_note_read(object, &note);
		if (key && !enforce_key_covers(key, note.key)) {
			continue;
		}
		r = undo_note(undo, &note);
		if (r != 0) {
			return r;
		}
		enforce_journal_note_drop(values, object);
	}
	return enforce_draft_unmake(&undo->document, values, undo->file.made);
}

static bool is_used_up(const struct undo *undo)
{
	return json_object_array_length(undo->file.values) == 0;
}

/* The same value as a file we made began with: whoever laid it out anew has added nothing */
static int holds_start(const struct undo *undo, bool *ret_holds)
{
	cleanup(json_put) struct json_object *now = NULL;
	cleanup(json_put) struct json_object *began = NULL;
	cleanup(enforce_document_finish) struct enforce_document start = {0};
	int r = enforce_document_new(span_z(undo->file.start), undo->file.format, &start);

	if (r == 0) {
		r = enforce_document_object(&start, &began);
	}
	if (r == 0) {
		r = enforce_document_object(&undo->document, &now);
	}
	*ret_holds = r == 0 && json_equal(now, began);
	return r < 0 ? r : 0;
}

static int write_back(
	const struct enforce_place *place, struct undo *undo, struct enforce_target *target)
{
	struct span text = {undo->document.bytes, undo->document.len};
	bool remove = false;
	int r;

	if (is_used_up(undo) && !undo->file.existed) {
		r = holds_start(undo, &remove);
		if (r != 0) {
			return r;
		}
	}
	if (remove) {
		return enforce_target_remove(
			place, undo->file.path, target, (size_t)undo->file.dirs);
	}
	if (text.len == target->len && memcmp(text.p, target->bytes, text.len) == 0) {
		return 0;
	}
	if (undo->file.format == ENFORCE_PLUGS) {
		return enforce_plugs_write(place, (struct span){target->bytes, target->len}, text);
	}
	return enforce_target_write(target, undo->file.path, undo->file.aside, text);
}

static int undo_present(const struct enforce_place *place, struct undo *undo, const char *key,
	struct enforce_target *target)
{
	int r = enforce_document_new(
		(struct span){target->bytes, target->len}, undo->file.format, &undo->document);

	if (r == 0) {
		r = enforce_document_check(&undo->document);
	}
	if (r == 0) {
		r = undo_notes(undo, key);
	}
	return r == 0 ? write_back(place, undo, target) : r;
}

/* The file is gone: nothing of ours is left. One that was the owner's is said to be gone. */
static int undo_absent(const struct enforce_place *place, struct undo *undo, const char *key)
{
	struct json_object *values = undo->file.values;

	for (size_t i = json_object_array_length(values); i > 0; i--) {
		struct json_object *object = json_object_array_get_idx(values, i - 1);
		struct enforce_journal_note note;
		bool lost;
		int r;

		enforce_journal_note_read(object, &note);
		if (key && !enforce_key_covers(key, note.key)) {
			continue;
		}
		lost = note.former && undo->file.existed;
		r = enforce_changes_add(&undo->changes, undo->file.client, undo->file.path,
			note.key, NULL, NULL, note.why, lost ? ENFORCE_CONFLICT : ENFORCE_UNDONE,
			lost ? ENFORCE_ERROR_OTHER_VALUE : ENFORCE_NO_ERROR);
		if (r != 0) {
			return r;
		}
		enforce_journal_note_drop(values, object);
	}
	return is_used_up(undo) && !undo->file.existed
		       ? enforce_target_remove_dirs(place, undo->file.path, (size_t)undo->file.dirs)
		       : 0;
}

static int hand_over(struct enforce_changes *from, struct enforce_changes *to)
{
	if (!to) {
		return 0;
	}
	for (size_t i = 0; i < from->len; i++) {
		int r = vec_push(to, from->items[i], ENFORCE_CHANGES_MAX);

		if (r != 0) {
			return r;
		}
		from->items[i] = (struct enforce_change){0};
	}
	return 0;
}

/* The file is back: now the journal may forget. */
static int settle(struct enforce_journal *journal, struct json_object *file, struct undo *undo)
{
	int r;

	if (is_used_up(undo)) {
		enforce_journal_drop(journal, file);
	} else {
		if (json_object_object_add(file, "values", json_object_get(undo->file.values)) <
				0 ||
			json_object_object_add(file, "made", json_object_get(undo->file.made)) <
				0) {
			return -ENOMEM;
		}
	}
	r = enforce_journal_save(journal);
	return r == 0 || r == -ENOMEM ? r : ENFORCE_ERROR_JOURNAL;
}

/* dconf may say that all is well where it could not even look into its folder. */
static int check_compiled(const struct enforce_place *place, struct json_object *file,
	const char *key, const struct enforce_compiled_mark *mark)
{
	struct enforce_journal_file before;

	enforce_journal_read(file, &before);
	for (size_t i = 0; i < json_object_array_length(before.values); i++) {
		struct enforce_journal_note note;
		const char *written;
		bool keeps;
		int r;

		enforce_journal_note_read(json_object_array_get_idx(before.values, i), &note);
		written = json_object_get_string(note.written);
		if ((key && !enforce_key_covers(key, note.key)) ||
			(note.former && written && strcmp(note.former, written) == 0)) {
			continue;
		}
		r = enforce_compiled_keeps(place, before.format, mark, note.key, written, &keeps);
		if (r != 0 || keeps) {
			return r != 0 ? r : ENFORCE_ERROR_TOOL_FAILED;
		}
	}
	return 0;
}

/* What counts of the file that was put back */
static int recompile(const struct enforce_place *place, const struct undo *undo,
	struct json_object *file, const char *key)
{
	struct enforce_compiled_mark mark;
	bool gone = is_used_up(undo) && !undo->file.existed;
	int r;

	if (!enforce_compiled_needed(undo->file.format)) {
		return 0;
	}
	mark = enforce_compiled_mark(place);
	r = enforce_compiled_update(
		place, undo->file.format, undo->file.path, gone, (size_t)undo->file.dirs);
	return r == 0 ? check_compiled(place, file, key, &mark) : r;
}

static int undo_once(const struct enforce_place *place, struct enforce_journal *journal,
	struct json_object *file, const char *key, struct enforce_changes *changes)
{
	cleanup(enforce_target_finish) struct enforce_target target = {
		.dirfd = -1, .above = -1, .fd = -1};
	cleanup(undo_finish) struct undo undo = {0};
	int r = copy_file(file, &undo);

	if (r == 0) {
		r = enforce_target_open_as(place, undo.file.path, undo.file.format, &target);
	}
	if (r == 0) {
		enforce_target_clear(place, undo.file.path);
		r = target.fd >= 0 ? undo_present(place, &undo, key, &target)
				   : undo_absent(place, &undo, key);
	}
	if (r == 0) {
		r = recompile(place, &undo, file, key);
	}
	if (r == 0) {
		r = settle(journal, file, &undo);
	}
	return r == 0 ? hand_over(&undo.changes, changes) : r;
}

int enforce_undo_file(const struct enforce_place *place, struct enforce_journal *journal,
	struct json_object *file, const char *key, struct enforce_changes *changes)
{
	int r = undo_once(place, journal, file, key, changes);

	if (r == ENFORCE_ERROR_CHANGED_MEANWHILE) {
		r = undo_once(place, journal, file, key, changes);
	}
	return r;
}

int enforce_undo_leaves_start(
	const struct enforce_document *document, struct json_object *file, bool *ret_leaves)
{
	cleanup(undo_finish) struct undo undo = {0};
	struct span text = {document->bytes, document->len};
	int r = copy_file(file, &undo);

	if (r == 0) {
		r = enforce_document_new(text, document->format, &undo.document);
	}
	if (r == 0) {
		r = undo_notes(&undo, NULL);
	}
	if (r == 0) {
		*ret_leaves = strcmp(undo.document.bytes, undo.file.start) == 0;
	}
	return r;
}
