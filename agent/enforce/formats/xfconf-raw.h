/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands between the quotes of an attribute, as the document has it ("&lt;7b&gt;"), and the
 * plain text that it means ("<7b>"): the five entities of XML, and characters by number.
 */
#pragma once

#include "base.h"
#include "str.h"

/* Every "&" begins an entity that is known, or a character's number */
bool xfconf_raw_valid(struct span raw);
/* The others are of a valid text. Whether the plain text has this character, an ASCII one */
bool xfconf_raw_has(struct span raw, char c);
/* false for an absent attribute, whose p is NULL */
bool xfconf_raw_is(struct span raw, const char *plain);
/* Appends the plain text. -ENOMEM, -ENOSPC */
must_check int xfconf_raw_read(struct span raw, struct str *out);
/* Appends what may stand between quotes of either kind. -ENOMEM, -ENOSPC */
must_check int xfconf_raw_write(const char *plain, struct str *out);
