/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edits a channel of Xfce's settings as text: one property is set or removed, and every other byte
 * stays what it was, comments, order, indentation and other attributes included. Pure functions
 * from bytes to bytes.
 *
 * A place is a path of names: "saver", "enabled" is the property /saver/enabled. What is set is
 * locked as well, with unlocked="root" on that property alone: whose file has it otherwise is
 * passed over there, and can set all others (xfconf, docs/spec/perchannel-xml.txt; asked of
 * Debian's xfconfd 4.18).
 *
 * xfconf_edit_remove undoes xfconf_edit_set and xfconf_edit_make of a property that was not there,
 * and xfconf_edit_put_back what they did to one that was, byte for byte, as long as nothing else
 * changed.
 */
#pragma once

#include "base.h"
#include "json-path.h"
#include "str.h"

#define XFCONF_EDIT_MAX ((size_t)1 << 20) /* bytes of a document */

enum xfconf_edit_outcome {
	XFCONF_EDIT_E_SYNTAX = 1, /* not what xfconfd takes: XFCONF_LEX_E_SYNTAX; <channel .../> */
	XFCONF_EDIT_E_DUPLICATE,  /* a property on the path stands twice: which one counts is not
				     ours to say */
	XFCONF_EDIT_E_ARRAY,	  /* a property on the path is a list */
	XFCONF_EDIT_E_NO_PARENT,  /* set, put_back: what should hold the property is not there */
};

struct xfconf_edit_found {
	struct span tag;	 /* its start tag, "<" and ">" included; p NULL: it is not there */
	struct span type, value; /* as they stand, between quotes; value.p NULL: none */
	bool holds;		 /* it has an end tag, so that others can lie in it */
	size_t children;
	bool locked; /* for everybody but root: this one, or the whole channel */
};
must_check int xfconf_edit_check(struct span text);
must_check int xfconf_edit_find(
	struct span text, const struct json_path *path, struct xfconf_edit_found *ret_found);
/* type: "bool", "int" or "string"; value: plain text. Changes the start tag, and no more. */
must_check int xfconf_edit_set(struct span text, const struct json_path *path, const char *type,
	const char *value, struct str *out);
/* Has it hold others: one that is not there is made, of the type "empty" */
must_check int xfconf_edit_make(struct span text, const struct json_path *path, struct str *out);
/* former: a start tag that was found there */
must_check int xfconf_edit_put_back(
	struct span text, const struct json_path *path, struct span former, struct str *out);
/* With all that lies in it; one that is not there leaves the text as it is. */
must_check int xfconf_edit_remove(struct span text, const struct json_path *path, struct str *out);
