/* SPDX-License-Identifier: Apache-2.0 */
/* Undo over all files of the journal. */
#include "apply.h"
#include "document.h"
#include "expand.h"
#include "person.h"
#include "plan.h"
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
		if (!key || enforce_key_covers(key, note.key)) {
			r = enforce_changes_add(changes, file.client, file.path, note.key,
				note.written, NULL, note.why, enforce_error_result(error),
				(enum enforce_error)error);
		}
	}
	return r;
}

static bool holds_key(struct json_object *values, const char *key)
{
	for (size_t i = 0; i < json_object_array_length(values); i++) {
		struct enforce_journal_note note;

		enforce_journal_note_read(json_object_array_get_idx(values, i), &note);
		if (enforce_key_covers(key, note.key)) {
			return true;
		}
	}
	return false;
}

static int plan_note(const struct enforce_journal_file *file,
	const struct enforce_journal_note *note, enum enforce_error error,
	struct enforce_changes *changes)
{
	cleanup(json_put) struct json_object *former = NULL;
	int r = enforce_undo_former(note, file->format, &former);

	return r < 0 ? r
		     : enforce_changes_add(changes, file->client, file->path, note->key,
			       note->written, former, note->why, ENFORCE_PLANNED, error);
}

/* Whether a program that would write over the file, once put back, runs now */
static bool is_running(const struct enforce_place *place, const struct enforce_journal_file *file)
{
	const struct enforce_profile *profile =
		place->person && place->person->profiles
			? enforce_profiles_find(place->person->profiles, file->client)
			: NULL;

	for (size_t i = 0; profile && i < profile->n_files; i++) {
		if (enforce_path_matches(profile->files[i].path, file->path)) {
			return enforce_file_runs(place, &profile->files[i]);
		}
	}
	return false;
}

/* What is to go back once the client is closed */
static int put_off(
	const struct enforce_journal_file *file, const char *key, struct enforce_changes *changes)
{
	int r = 0;

	for (size_t i = 0; i < json_object_array_length(file->values) && r == 0; i++) {
		struct enforce_journal_note note;

		enforce_journal_note_read(json_object_array_get_idx(file->values, i), &note);
		if (!key || enforce_key_covers(key, note.key)) {
			r = plan_note(file, &note, ENFORCE_ERROR_RUNNING, changes);
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
			(key && !holds_key(file.values, key))) {
			continue;
		}
		if (is_running(place, &file)) {
			r = put_off(&file, key, changes);
			if (r < 0) {
				return r;
			}
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

int enforce_lower(const struct enforce_place *place, const struct enforce_profile *profile,
	enum enforce_tier tier, struct enforce_journal *journal, struct enforce_changes *changes)
{
	int r = 0;

	for (size_t i = 0; i < profile->n_settings && r == 0; i++) {
		if (profile->settings[i].tier > tier) {
			r = enforce_undo(
				place, profile->id, profile->settings[i].key, journal, changes);
		}
	}
	return r;
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
			r = plan_note(&file, &note, ENFORCE_NO_ERROR, changes);
			if (r < 0) {
				return r;
			}
		}
	}
	return 0;
}
