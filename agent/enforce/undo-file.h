/* SPDX-License-Identifier: Apache-2.0 */
/* Undo of one FILE of the journal. */
#pragma once

#include "change.h"
#include "document.h"
#include "journal.h"
#include "place.h"

/*
 * Puts back the values of this key (NULL: all), on disk and then in the journal, and saves that.
 * A change for each; changes may be NULL. enum enforce_error when nothing could be done at all, in
 * which case the journal still holds everything.
 */
must_check int enforce_undo_file(const struct enforce_place *place, struct enforce_journal *journal,
	struct json_object *file, const char *key, struct enforce_changes *changes);

/* Whether undoing all of FILE in this text gives exactly what it began with: nobody else edited it
 */
must_check int enforce_undo_leaves_start(
	const struct enforce_document *document, struct json_object *file, bool *ret_leaves);

/* The former value for people; one that is no valid JSON is shown as absent. The caller puts it. */
must_check int enforce_undo_former(const struct enforce_journal_note *note,
	enum enforce_format format, struct json_object **ret_value);
