/* SPDX-License-Identifier: Apache-2.0 */
/* Names of files below /var/lib/apt/lists, which apt makes of addresses (strutl.cc, URItoFileName).
 */
#pragma once

#include "str.h"

#define APT_LISTS_STEM_MAX 512

/*
 * What the names of an archive's files begin with, without the "_" behind it:
 * "deb.debian.org_debian_dists_bookworm". suite ends in "/" for an archive without components.
 * Pure. -ENOSPC, -EINVAL when the address is none.
 */
must_check int apt_lists_stem(struct span uri, struct span suite, char *buf, size_t size);
/* The host within an address, "" where it has none. Pure. -ENOSPC, -EINVAL */
must_check int apt_lists_site(struct span uri, char *buf, size_t size);

/* A name taken apart; spans lie in it. */
struct apt_lists_name {
	size_t stem;	       /* bytes without what tells the compression */
	struct span component; /* p is NULL for an archive without components */
	struct span architecture;
};
/* True when name is a list of packages of the archive that it begins with. Pure. */
bool apt_lists_name_parse(const char *name, const char *archive, struct apt_lists_name *ret_name);
/* "STEM_InRelease" or "STEM_Release": the length of STEM, else 0. Pure. */
size_t apt_lists_name_release(const char *name);
/* Of names sorted by bytes, the place of the first that begins with stem or stands behind it */
size_t apt_lists_find(char *const *names, size_t n, const char *stem);
