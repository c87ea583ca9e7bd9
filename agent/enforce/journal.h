/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The undo journal: for each value that was written, the value its owner had. It is on disk before
 * the file is changed, and the first former value is never replaced by a later one.
 */
#pragma once

#include "json.h"

#define ENFORCE_JOURNAL_FORMAT 1
#define ENFORCE_JOURNAL_MAX ((size_t)4 << 20)
#define ENFORCE_JOURNAL_NAME "journal.json"

struct enforce_journal {
	int dirfd;		    /* borrowed */
	struct json_object *object; /* owned; the schema is in journal.c */
};

enum enforce_journal_outcome {
	ENFORCE_JOURNAL_E_BROKEN =
		1, /* there is a journal and it cannot be understood: nothing may be changed */
};

void enforce_journal_finish(struct enforce_journal *journal);
/* An absent journal is an empty one. dirfd -1: empty, and writing fails. */
must_check int enforce_journal_open(int dirfd, struct enforce_journal *ret_journal);
must_check int enforce_journal_save(struct enforce_journal *journal);
/* {"client","path","key","former","written"} for each value, for people; the caller puts it */
must_check int enforce_journal_list(
	const struct enforce_journal *journal, struct json_object **ret_array);
