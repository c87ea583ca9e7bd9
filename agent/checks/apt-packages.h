/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The installed packages, and which of them a list holds a higher version of. Compared per package
 * and architecture; "all" counts as the system's own architecture, as a package may go from one to
 * the other (deb-version(7), Debian Policy 5.6.8).
 */
#pragma once

#include "apt-index.h"

#define APT_PACKAGES_MAX 65536
#define APT_STATUS_BYTES_MAX ((size_t)64 << 20)
#define APT_LIST_BYTES_MAX ((size_t)512 << 20)

struct apt_package {
	const char *name;
	const char *architecture;
	const char *version;
	uint64_t lists; /* bit i: list i has a higher version */
	bool held;	/* the administrator holds it back */
};

struct apt_packages {
	struct apt_package *items;
	size_t len;
	/* inside */
	size_t cap;
	uint32_t *slots;
	size_t n_slots;
	struct apt_arena *arena;
	const char *native;
};
void apt_packages_finish(struct apt_packages *packages);

enum apt_packages_outcome {
	APT_PACKAGES_E_FORMAT = 1, /* damaged, empty, or compressed beyond reading */
	APT_PACKAGES_E_LIMIT,
	APT_PACKAGES_E_PERMITTED,
};
must_check int apt_packages_read(const struct sysroot *root, struct apt_packages *ret_packages);
/* Reads one list and sets the bit in those it has a higher version of. */
must_check int apt_packages_compare(
	struct apt_packages *packages, const struct check_ctx *ctx, const char *path, unsigned bit);

struct deb_reader;
/* Feeds the file to the reader. A negative value that the reader's function gives comes through. */
must_check int apt_stanzas_read(const struct sysroot *root, const char *path, size_t max,
	const char *unpack, struct deb_reader *reader);
/* "WANT FLAG STATE", dpkg-query(1): the files of all but two states are on the disk. */
bool apt_status_installed(const char *status);
