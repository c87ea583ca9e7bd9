/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The undo journal: for each value that was written, the value its owner had. It is on disk before
 * the file is changed, and the first former value is never replaced by a later one.
 *
 * {"files": [FILE], "format": 1}. FILE, one for each file that was touched:
 *   client, path ("/..." or "~/..."), dialect (a word of format.h), aside,
 *   existed  whether the file was there before,
 *   dirs     how many directories above it were not,
 *   start    the text a file we made began with: "{}\n", or a base file's content; else null
 *   values   [{key, former: its text or null when it was absent, written, why}]
 *   made     the same for objects that were made to hold values, the outermost first
 */
#pragma once

#include "format.h"
#include "json.h"

#define ENFORCE_JOURNAL_FORMAT 1
#define ENFORCE_JOURNAL_MAX ((size_t)8 << 20)
#define ENFORCE_JOURNAL_FILES_MAX 256
#define ENFORCE_JOURNAL_NAME "undo.json"

enum enforce_journal_outcome {
	/* there is a journal and it cannot be understood: nothing may be changed */
	ENFORCE_JOURNAL_E_BROKEN = 1,
};

struct enforce_journal {
	int dirfd;		    /* borrowed */
	struct json_object *object; /* owned */
};

void enforce_journal_finish(struct enforce_journal *journal);
/* An absent journal is an empty one. dirfd -1: empty, and saving fails. */
must_check int enforce_journal_open(int dirfd, struct enforce_journal *ret_journal);
must_check int enforce_journal_parse(struct span text, struct json_object **ret_object);
must_check int enforce_journal_save(const struct enforce_journal *journal);
/* Below: for apply and undo. A FILE is borrowed from the journal. */
struct json_object *enforce_journal_files(const struct enforce_journal *journal);
struct json_object *enforce_journal_find(const struct enforce_journal *journal, const char *path);
struct enforce_journal_file {
	const char *client;
	const char *path;
	enum enforce_format format;
	bool aside;
	bool existed;
	int64_t dirs;
	const char *start; /* NULL when it existed */
	struct json_object *values, *made;
};
void enforce_journal_read(struct json_object *object, struct enforce_journal_file *ret_file);
/* An empty FILE; values and made of the argument are ignored. */
must_check int enforce_journal_add(struct enforce_journal *journal,
	const struct enforce_journal_file *file, struct json_object **ret_object);
void enforce_journal_drop(struct enforce_journal *journal, struct json_object *file);

struct enforce_journal_note {
	const char *key;
	const char *former; /* NULL: was absent */
	struct json_object *written;
	const char *why;
};
void enforce_journal_note_read(struct json_object *object, struct enforce_journal_note *ret_note);
struct json_object *enforce_journal_note_find(struct json_object *list, const char *key);
/* A known key keeps its former value and gets the new written one. */
must_check int enforce_journal_note(
	struct json_object *list, const struct enforce_journal_note *note);
void enforce_journal_note_drop(struct json_object *list, struct json_object *note);
