/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of the machine this process was given when it was started. The unit's ReadWritePaths= and
 * ReadOnlyPaths= become mounts of this process's own, made once: a folder that comes later is not
 * opened to it, a file that comes later is not closed to it, and the mount on a file goes away when
 * somebody renames another file over it (fs/namei.c, vfs_rename, detach_mounts), as useradd(8) does
 * with /etc/passwd. What sleeps for weeks has to notice, and let a fresh one take its place.
 */
#pragma once

#include "base.h"

#define SURROUNDINGS_BYTES_MAX ((size_t)4 << 20) /* of a mountinfo */

struct surroundings {
	int mounts;	 /* of this process; readable whenever they changed (proc(5), mountinfo) */
	uint64_t marks;	 /* which of the unit's optional paths there are */
	uint64_t closed; /* the mounts at and below /etc */
};

/* The unit's paths with a "-" before them, in its order (tests/unit/test-surroundings.c) */
extern const char *const surroundings_optional[];
extern const size_t surroundings_n_optional;

/* -errno */
must_check int surroundings_open(struct surroundings *ret_surroundings);
void surroundings_finish(struct surroundings *surroundings);
/* Whether a process that init starts now would be given something else; so, too, if it is unknown
 */
bool surroundings_changed(const struct surroundings *surroundings);
/* A number that is another one when a line of this mountinfo with a mount point at or below /etc
 * is. Pure. */
uint64_t surroundings_mark(const char *text, size_t len);
