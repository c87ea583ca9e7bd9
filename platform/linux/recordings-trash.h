/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recordings that were thrown away and are still there: the trash of the home, as the
 * FreeDesktop.org Trash specification 1.0 lays it out. What a thing was called, and where it lay,
 * says its .trashinfo. The trash of other disks is not looked into.
 */
#pragma once

#include "recordings-walk.h"

#include <limits.h>

#define RECORDINGS_TRASH ".local/share/Trash"
#define RECORDINGS_TRASH_INFO ".trashinfo"
#define RECORDINGS_TRASH_INFO_MAX ((size_t)16 << 10)

/* Pure: the Path of a .trashinfo, its escapes resolved. False when there is none, or too long. */
bool recordings_trash_path(struct span text, char path[PATH_MAX]);
/* home: the level of the home, in which the trash lies. -ENOMEM, or what walk->seen gave */
must_check int recordings_trash_walk(
	int home_fd, struct recordings_walk *walk, const struct recordings_level *home);
