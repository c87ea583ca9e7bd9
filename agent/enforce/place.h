/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where files are edited: below "/" (or a fake root) for system files, below a home for a user's.
 * The owner that files and directories must have is part of the place, so that a test needs no
 * root.
 */
#pragma once

#include "profile.h"
#include "sysroot.h"

#include <sys/types.h>

struct enforce_place {
	struct sysroot root;	  /* borrowed fds: whoever made the place closes them */
	int home;		  /* directory fd; -1 when there is no user side */
	uid_t owner;		  /* of every file and directory that is read to be edited */
	enum enforce_scope edits; /* whose files are edited here: the system's, or those below home
				   */
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
/* Fills in {arch} and {revision}; heap. -ENOENT: no such revision, so nothing to edit there. */
must_check int enforce_place_path(
	const struct enforce_place *place, const char *path, char **ret_path);
/* "/x" below the root, "~/x" below the home; links are followed inside the root only. */
bool enforce_place_has(const struct enforce_place *place, const char *path);
