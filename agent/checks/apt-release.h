/* SPDX-License-Identifier: Apache-2.0 */
/* The head of an archive's InRelease or Release file (Debian wiki, DebianRepository/Format). */
#pragma once

#include "base.h"
#include "str.h"

/* The fields stand before the lists of hashes: more than this is not looked at. */
#define APT_RELEASE_HEAD_MAX ((size_t)16 << 10)

struct apt_release {
	int64_t date;	     /* wall second; 0 for none or not a date */
	int64_t valid_until; /* 0 for none */
	bool security;	     /* it is an archive of security fixes, by its own fields */
	bool damaged;	     /* a date is twice there, or is none */
};

/* Pure. -EBADMSG when it has none of the fields of such a file. */
must_check int apt_release_parse(struct span head, struct apt_release *ret_release);
