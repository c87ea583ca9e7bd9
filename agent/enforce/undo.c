/* SPDX-License-Identifier: Apache-2.0 */
/* Undo over all files of the journal. */
#include "apply.h"
#include "document.h"
#include "undo-file.h"

#include <string.h>

/* Nothing of this file could be put back: each value says why */
static int report_undo_error(
	struct json_object *object, const char *key, int error, struct enforce_changes *changes)
{
	struct enforce_journal_file file;
	int r = 0;

	enforce_journal_read(object, &file);
	for (size_t i = 0; i < json_object_array_length(file.values) && r == 0; i++) {
		struct enforce_journal_note note;

		enforce_journal_note_read(json_object_array_get_idx(file.values, i), &note);
		if (!key || strcmp(key, note.key) == 0) {
			r = enforce_changes_add(changes, file.client, file.path, note.key,
				note.written, NULL, note.why, enforce_error_result(error),
				(enum enforce_error)error);
		}
	}
	return r;
}

int enforce_undo(const struct enforce_place *place, const char *client, const char *key,
	struct enforce_journal *journal, struct enforce_changes *changes)
{
	struct json_object *files = enforce_journal_files(journal);

	for (size_t i = json_object_array_length(files); i > 0; i--) {
		struct json_object *object = json_object_array_get_idx(files, i - 1);
		struct enforce_journal_file file;
		int r;

		enforce_journal_read(object, &file);
		if ((client && strcmp(client, file.client) != 0) ||
			(key && !enforce_journal_note_find(file.values, key))) {
			continue;
		}
		r = enforce_undo_file(place, journal, object, key, changes);
		if (r > 0) {
			r = report_undo_error(object, key, r, changes);
		}
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static int plan_note(const struct enforce_journal_file *file,
	const struct enforce_journal_note *note, struct enforce_changes *changes)
{
	cleanup(json_put) struct json_object *former = NULL;
	int r = enforce_undo_former(note, file->format, &former);

	return r < 0 ? r
		     : enforce_changes_add(changes, file->client, file->path, note->key,
			       note->written, former, note->why, ENFORCE_PLANNED, ENFORCE_NO_ERROR);
}

int enforce_undo_plan(const struct enforce_journal *journal, struct enforce_changes *changes)
{
	struct json_object *files = enforce_journal_files(journal);

	for (size_t i = 0; i < json_object_array_length(files); i++) {
		struct enforce_journal_file file;

		enforce_journal_read(json_object_array_get_idx(files, i), &file);
		for (size_t j = 0; j < json_object_array_length(file.values); j++) {
			struct enforce_journal_note note;
			int r;

			enforce_journal_note_read(json_object_array_get_idx(file.values, j), &note);
			r = plan_note(&file, &note, changes);
			if (r < 0) {
				return r;
			}
		}
	}
	return 0;
}
