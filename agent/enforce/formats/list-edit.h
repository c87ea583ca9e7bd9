/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edits files that hold one item on each line, with comments from "#" to the line's end: dconf's
 * profiles and its lists of locks (dconf(7)). Pure functions from bytes to bytes. list_edit_remove
 * undoes list_edit_add of an item that was not there, byte for byte.
 */
#pragma once

#include "base.h"
#include "str.h"

#define LIST_EDIT_MAX ((size_t)1 << 20) /* bytes of a document */

enum list_edit_outcome {
	LIST_EDIT_E_SYNTAX = 1, /* a NUL byte, bad UTF-8, a lone CR, too large */
	LIST_EDIT_E_ITEM,	/* no item: empty, or with a blank, a "#" or a line's end in it */
};

must_check int list_edit_check(struct span text);
/* Whether a line holds just this item. Of a checked text */
bool list_edit_has(struct span text, const char *item);
/*
 * At the end, or before the first line whose item starts with one of these; NULL ends the list.
 * What is there is not added again.
 */
must_check int list_edit_add(
	struct span text, const char *item, const char *const *before, struct str *out);
/* One that is not there leaves the text as it is. */
must_check int list_edit_remove(struct span text, const char *item, struct str *out);
/* One item after the other; start with *pos 0. False at the end. Of a checked text */
bool list_edit_next(struct span text, size_t *pos, struct span *ret_item);
