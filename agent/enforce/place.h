/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where files are edited: below "/" (or a fake root) for system files, below a home for a user's.
 * The owner that files and directories must have is part of the place, so that a test needs no
 * root.
 */
#pragma once

#include "profile.h"
#include "sysroot.h"
#include "vec.h"

#include <sys/types.h>

struct enforce_person;
struct enforce_place {
	struct sysroot root; /* borrowed fds: whoever made the place closes them */
	int home;	     /* directory fd; -1 when there is no user side */
	uid_t owner;	     /* of every file and directory that is read to be edited */
	const struct enforce_person *person; /* borrowed; NULL: nothing is known of the account */
	enum enforce_scope edits; /* whose files are edited here: the system's, or those below home
				   */
	/*
	 * Runs `dconf update` for this root. NULL: whoever made the place only reads. NO_TOOL,
	 * TOOL_FAILED
	 */
	int (*compile)(const struct enforce_place *place);
	/* Connects or disconnects "SNAP:PLUG". NULL: whoever made the place only reads. SNAPD */
	int (*plug)(const struct enforce_place *place, const char *plug, bool connect);
};

/* The fd that paths of this scope lie below. */
static inline int enforce_place_fd(const struct enforce_place *place, enum enforce_scope scope)
{
	return scope == ENFORCE_SYSTEM ? place->root.fd : place->home;
}
/* Whether this file is one of those that are edited here */
static inline bool enforce_place_edits(
	const struct enforce_place *place, const struct enforce_file *file)
{
	return enforce_file_scope(file) == place->edits;
}
/*
 * The files that a profile's path stands for: {arch} and {revision} are filled in, and {each} is
 * each directory of that place, sorted. None when there is no such revision, or no such directory.
 */
#define ENFORCE_PATHS_MAX 64
struct enforce_paths {
	char **items; /* owned, as the texts are */
	size_t len, cap;
	bool more; /* some were left out: too many, or names that are no text */
};
void enforce_paths_finish(struct enforce_paths *paths);
must_check int enforce_place_paths(
	const struct enforce_place *place, const char *path, struct enforce_paths *ret_paths);
/* Whether a profile's path, where a name in braces may be any one name, can stand for this path */
bool enforce_path_matches(const char *pattern, const char *path);
/*
 * "/x" below the root, "~/x" below the home. Links are followed inside of these only; an absolute
 * one at the end of a path below the home is there wherever it leads.
 */
bool enforce_place_has(const struct enforce_place *place, const char *path);
