/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing one file, and putting it back. The journal is saved first; the file is replaced by rename
 * with its owner, mode, ACL and extended attributes; then it is read back. A crash at any point
 * leaves the old or the new file, and a journal that undoes either.
 */
#pragma once

#include "change.h"
#include "journal.h"
#include "place.h"
#include "plan.h"

/* The settings of one file: those of the profile whose bit is set. */
struct enforce_selection {
	size_t file;	  /* index in profile->files */
	const char *path; /* one that enforce_place_paths gave */
	bool settings[ENFORCE_SETTINGS_MAX];
};

/* Adds a change for each setting it wrote or could not write. -errno only when memory is out. */
must_check int enforce_apply(const struct enforce_place *place,
	const struct enforce_profile *profile, const struct enforce_selection *selection,
	struct enforce_journal *journal, struct enforce_changes *changes);
/* Plans, then applies each file. left: the profile's settings that are not touched; NULL for none.
 */
must_check int enforce_keep(const struct enforce_place *place,
	const struct enforce_profile *profile, enum enforce_tier tier, const bool *left,
	struct enforce_journal *journal, struct enforce_changes *changes);

/*
 * Puts back what the journal holds for this client and key (NULL: all; {each}: expand.h). A value
 * that is no longer ours is left: result conflict. What a running client would write over is
 * planned, with the error running, and still to be undone. A file we made that holds nothing else
 * is removed, and the directories we made for it.
 */
must_check int enforce_undo(const struct enforce_place *place, const char *client, const char *key,
	struct enforce_journal *journal, struct enforce_changes *changes);
/* Puts back what only a stricter tier than this one wrote. */
must_check int enforce_lower(const struct enforce_place *place,
	const struct enforce_profile *profile, enum enforce_tier tier,
	struct enforce_journal *journal, struct enforce_changes *changes);
/* What undoing everything would do, as far as the journal tells: one planned change for each value.
 */
must_check int enforce_undo_plan(
	const struct enforce_journal *journal, struct enforce_changes *changes);
