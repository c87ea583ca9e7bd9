/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file that is to be edited, opened as hostile: no link is followed on the way, every directory
 * and the file belong to the place's owner and nobody else may write them, the file is regular and
 * of a settings file's size. Functions return enum enforce_error (0: fine), or -ENOMEM.
 */
#pragma once

#include "change.h"
#include "place.h"

#include <sys/stat.h>

struct enforce_target {
	int dirfd;	/* its directory; -1 when that is not there */
	int above;	/* the directory above; -1 when that is not there */
	int fd;		/* the file, or the link itself; -1 when it is not there */
	bool link;	/* what is edited is a symlink, and its text where it leads */
	size_t missing; /* directories that are not there */
	struct stat st; /* when fd >= 0 */
	char *bytes;	/* when fd >= 0; terminated */
	size_t len;
};
void enforce_target_finish(struct enforce_target *target);

/* path: "/a/b" below the root, "~/a/b" below the home */
must_check int enforce_target_open(
	const struct enforce_place *place, const char *path, struct enforce_target *ret_target);
/* A symlink, which is read and never followed: anything else of that name is OTHER_FILE. */
must_check int enforce_target_open_link(
	const struct enforce_place *place, const char *path, struct enforce_target *ret_target);
/* The one of the two that this format wants */
must_check int enforce_target_open_as(const struct enforce_place *place, const char *path,
	enum enforce_format format, struct enforce_target *ret_target);
/* Makes the missing directories (0755 for the system, 0700 for a user) and opens again. */
must_check int enforce_target_make_dirs(
	const struct enforce_place *place, const char *path, struct enforce_target *target);
/*
 * Replaces the file, or creates it, unless it is no longer what was opened (CHANGED_MEANWHILE). A
 * link is created alone: one that is there is somebody's decision (OTHER_FILE).
 * aside: the temporary file lies in the directory above, because the client reads every file of
 * this one (Chromium 156 takes hidden files too).
 */
must_check int enforce_target_write(
	const struct enforce_target *target, const char *path, bool aside, struct span text);
/* Removes the file unless it changed, then up to n_dirs empty directories above it. */
must_check int enforce_target_remove(const struct enforce_place *place, const char *path,
	struct enforce_target *target, size_t n_dirs);
/* Removes what a write that was killed may have left beside the file. */
void enforce_target_clear(const struct enforce_place *place, const char *path);
/*
 * Removes up to n_dirs empty directories, the innermost first; for a file that is gone already. One
 * that somebody laid something into stays, and those above it.
 */
must_check int enforce_target_remove_dirs(
	const struct enforce_place *place, const char *path, size_t n_dirs);

/* What an errno means for a change; -ENOMEM stays. */
must_check int enforce_error_from(int r);
