/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A commit object of OSTree (ostree-core.h, OSTREE_COMMIT_GVARIANT_FORMAT, in GVariant's normal
 * form): when its content was made, and which commit it was made from.
 */
#pragma once

#include "base.h"

#define OSTREE_CHECKSUM_LEN 64 /* hexadecimal digits */
#define OSTREE_COMMIT_MAX ((size_t)16 << 20)

struct ostree_commit {
	int64_t made; /* wall second */
	/* Packages were added on this computer: what counts is the commit that they were added to.
	 */
	bool layered;
	char parent[OSTREE_CHECKSUM_LEN + 1]; /* empty for none */
};
/* Pure; -EBADMSG */
must_check int ostree_commit_parse(struct span bytes, struct ostree_commit *ret_commit);
