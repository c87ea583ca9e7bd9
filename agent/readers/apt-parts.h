/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where apt keeps what it is told: a file and a directory of parts beside it, such as
 * /etc/apt/preferences and preferences.d. Read in apt's order; of the parts those alone that apt
 * reads (fileutl.cc, GetListOfFilesInDir): regular, not hidden, by an extension that is wanted,
 * with nothing but letters, digits and "_-:." in their names.
 */
#pragma once

#include "str.h"
#include "sysroot.h"

#define APT_PARTS_MAX 512
#define APT_PARTS_EXTENSIONS_MAX 2

struct apt_parts {
	const char *file;
	const char *dir;
	const char *extensions[APT_PARTS_EXTENSIONS_MAX]; /* "" for a name without any */
	bool file_last;
	bool strict; /* what is no regular file is a fault, and not merely passed over */
	size_t file_max;
};

enum apt_parts_outcome {
	APT_PARTS_E_FORMAT = 64, /* apart from what fn may give */
	APT_PARTS_E_PERMITTED,
	APT_PARTS_E_LIMIT, /* too many of them, or one too long */
};

/* name is the file's own, without directories. An outcome other than 0 ends the reading. */
typedef int (*apt_parts_fn)(struct span text, const char *name, void *data);
/* What fn gives, or one of the above; 0 too where there is no such file. */
must_check int apt_parts_read(
	const struct sysroot *root, const struct apt_parts *parts, apt_parts_fn fn, void *data);
/* Pure: apt reads a part of this name. extension as above. */
bool apt_parts_name_read(const char *name, const char *extension);
