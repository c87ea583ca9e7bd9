/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an edit does to a document and to the journal's FILE, in memory: keep puts a setting in,
 * put_back takes what was put in out again. No file is touched here.
 */
#pragma once

#include "document.h"
#include "journal.h"
#include "profile.h"

/* Finds where the members of an absent object come from; defaults may be NULL. */
struct enforce_templates {
	struct json_object *complete; /* of the profile */
	struct json_object *defaults; /* of the client's system-wide file, which win */
};

/* values and made: lists of the journal's FILE */
must_check int enforce_draft_keep(struct enforce_document *document,
	const struct enforce_setting *setting, const struct enforce_templates *templates,
	struct json_object *values, struct json_object *made);

enum enforce_put_back {
	ENFORCE_PUT_BACK_DONE,	  /* the former value is back */
	ENFORCE_PUT_BACK_SAME,	  /* it was there already */
	ENFORCE_PUT_BACK_FOREIGN, /* somebody else's value: left */
};
/* ret_was: the value before; the caller finishes it. The note stays in the list. */
must_check int enforce_draft_put_back(struct enforce_document *document,
	const struct enforce_journal_note *note, struct json_object *made,
	enum enforce_put_back *ret_outcome, struct enforce_value *ret_was);
/* Takes out objects we made that hold none of our values any more, and their notes. */
must_check int enforce_draft_unmake(
	struct enforce_document *document, struct json_object *values, struct json_object *made);
