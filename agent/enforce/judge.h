/* SPDX-License-Identifier: Apache-2.0 */
/* How one file stands: what plan shows, and what apply starts from. Reads only. */
#pragma once

#include "compiled.h"
#include "document.h"
#include "draft.h"
#include "journal.h"
#include "profile.h"
#include "target.h"

enum enforce_standing {
	ENFORCE_NOT_ASKED,
	ENFORCE_KEPT,
	ENFORCE_WANTS,	   /* absent or another value */
	ENFORCE_OVERRULED, /* an administrator's policy says otherwise, or what counts more does */
};

struct enforce_judgement {
	int error; /* enum enforce_error: the file cannot be edited; the rest is then empty */
	struct enforce_target target;
	struct enforce_document document; /* of the file, or what a new one starts with */
	char *start;			  /* text of a new file; NULL when there is a file */
	const char *base;		  /* that text's; borrowed from the profile; may be NULL */
	bool base_changed; /* the file was merged from a base that is another one now */
	struct enforce_compiled compiled; /* of a file that counts by what is made of it */
	struct json_object *defaults;	  /* owned: the client's system-wide file, or NULL */
	struct {
		enum enforce_standing standing;
		enum enforce_error error; /* why it is overruled */
		struct json_object *from; /* owned */
		char *path;		  /* owned: the file that says so, when overruled */
	} settings[ENFORCE_SETTINGS_MAX];
};
void enforce_judgement_finish(struct enforce_judgement *judgement);

/* asked: one for each setting of the profile. journal may be NULL. -ENOMEM alone. */
must_check int enforce_judge(const struct enforce_place *place,
	const struct enforce_profile *profile, size_t file, const char *path, const bool *asked,
	const struct enforce_journal *journal, struct enforce_judgement *ret_judgement);
