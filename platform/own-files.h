/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the files of this package are those that were installed: `sha256sum --check` on the list
 * that installing laid down (packaging/manifest). Whoever can rewrite the files as root can rewrite
 * the list too: this finds half-done updates, damaged disks and other programs' hands, not root.
 */
#pragma once

#include "base.h"
#include "str.h"

#define OWN_FILES_MANIFEST_MAX ((size_t)64 << 10)
#define OWN_FILES_TIMEOUT_MS 10000

struct own_files {
	size_t whole;	/* as installed */
	size_t changed; /* other bytes, or none to be read */
};

enum own_files_outcome {
	OWN_FILES_E_ABSENT = 1, /* no list, or an empty one */
	OWN_FILES_E_FORMAT,	/* a list with lines that are none */
	OWN_FILES_E_NO_TOOL,
	OWN_FILES_E_LIMIT,
};

/* manifest: an absolute path that this program was built with */
must_check int own_files_look(const char *manifest, struct own_files *ret_files);
/* Pure: counts what sha256sum said, "PATH: OK" or "PATH: FAILED ...". OWN_FILES_E_FORMAT on any
 * other line. */
must_check int own_files_count(struct span said, struct own_files *ret_files);
