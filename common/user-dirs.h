/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a person's folders for videos, documents and the like are: user-dirs.dirs(5), written by
 * xdg-user-dirs-update(1) in the language of the first log-in.
 */
#pragma once

#include "base.h"
#include "str.h"

#define USER_DIRS_FILE "user-dirs.dirs" /* below ~/.config */
#define USER_DIRS_FILE_MAX ((size_t)64 << 10)
#define USER_DIRS_PATH_MAX 1024

enum user_dirs_outcome {
	USER_DIRS_E_MISSING = 1, /* no line names it: what is used then is the program's choice */
	USER_DIRS_E_FORMAT,	 /* too long, or with a part that leads upwards */
};

struct user_dir {
	bool absolute; /* below "/", and not below the home */
	/* Without slashes at either end; empty: the home, or "/", itself */
	char path[USER_DIRS_PATH_MAX + 1];
};

/* Pure. key: "XDG_VIDEOS_DIR". Of several lines the last one counts, as for a shell. */
must_check int user_dirs_find(struct span text, const char *key, struct user_dir *ret_dir);
/* Pure: splits the first part off a path without leading slash; false at its end. */
bool user_dirs_next_part(struct span *path, struct span *ret_part);
