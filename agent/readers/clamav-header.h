/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first 512 bytes of a ClamAV database (.cvd, .cld): text fields between colons, filled up
 * with blanks (libclamav/cvd.c): "ClamAV-VDB", build time, version, signatures, level, digest,
 * signature, builder, build time in seconds since 1970.
 */
#pragma once

#include "base.h"
#include "str.h"

#define CLAMAV_HEADER_LEN 512

struct clamav_header {
	int64_t built_s; /* wall seconds */
	uint64_t version;
};

/* Pure; -EBADMSG when it is no such header. Looks at the first CLAMAV_HEADER_LEN bytes alone. */
must_check int clamav_header_parse(struct span bytes, struct clamav_header *ret_header);
