/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of json.c alone: says whether a text is JSON before json-c, which is laxer, builds it. */
#pragma once

#include "base.h"

struct json_scan {
	size_t members; /* of all objects: json-c drops doubles, so a smaller tree shows them */
	size_t offset;	/* where it stopped */
	const char *what;
};

/* RFC 8259 grammar, whole text, depth and number of values, UTF-8, no U+0000, no lone surrogate.
 * False with what set. */
bool json_scan(struct span text, size_t depth_max, size_t values_max, struct json_scan *ret_scan);
