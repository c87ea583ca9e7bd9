/* SPDX-License-Identifier: Apache-2.0 */
/* How many sources of software are there, and how many of them nobody has to sign. */
#pragma once

#include "sysroot.h"

struct trusted_sources {
	size_t n; /* switched on */
	size_t untrusted;
	bool refused; /* no right to read a file */
	bool damaged; /* a file could not be read as one */
};
/* Each adds to *sources; -ENOMEM. */
must_check int trusted_sources_apt(const struct sysroot *root, struct trusted_sources *sources);
must_check int trusted_sources_rpm(const struct sysroot *root, struct trusted_sources *sources);
must_check int trusted_sources_pacman(const struct sysroot *root, struct trusted_sources *sources);
must_check int trusted_sources_apps(const struct sysroot *root, struct trusted_sources *sources);

/* For their own files: *ret_text stays NULL when the file is not there, or is noted above. */
must_check int trusted_sources_read(const struct sysroot *root, const char *path,
	struct trusted_sources *sources, char **ret_text, size_t *ret_len);
#define TRUSTED_SOURCES_FILES_MAX 512
typedef int (*trusted_sources_fn)(
	const struct sysroot *root, const char *path, struct trusted_sources *sources, void *data);
/* Each file of a directory whose name ends so, by name */
must_check int trusted_sources_each(const struct sysroot *root, const char *dir, const char *end,
	struct trusted_sources *sources, trusted_sources_fn fn, void *data);
