/* SPDX-License-Identifier: Apache-2.0 */
/* clamd.conf(5): "Name value" to a line, "#" for comments. Only what on-access checking looks at.
 */
#pragma once

#include "base.h"
#include "str.h"

#define CLAMD_CONF_MAX ((size_t)1 << 20)

struct clamd_on_access {
	bool everything; /* the whole tree */
	bool homes;	 /* all that is below /home */
	bool part;	 /* something below /home */
	bool left_out;	 /* persons, or places at home, are excepted */
	bool damaged;
};

/* Pure */
void clamd_conf_parse(struct span text, struct clamd_on_access *ret_on_access);
