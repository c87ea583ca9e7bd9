/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edits JSON as text: one value is set or removed, and every other byte stays what it was,
 * comments, order, indentation and unknown names included. Pure functions from bytes to bytes.
 *
 * json_edit_remove undoes json_edit_set of a name that was not there, byte for byte, as long as
 * nothing else changed in that object.
 *
 * Strict JSON is RFC 8259; JSON_EDIT_RELAXED adds what Chromium's reader takes in a policy file
 * (// and block comments, a comma after the last member), tried with Chromium 156.
 */
#pragma once

#include "base.h"
#include "json-path.h"
#include "str.h"

#define JSON_EDIT_MAX ((size_t)1 << 20) /* bytes of a document */
#define JSON_EDIT_DEPTH_MAX 64

enum json_edit_dialect { JSON_EDIT_STRICT, JSON_EDIT_RELAXED };

enum json_edit_outcome {
	JSON_EDIT_E_SYNTAX = 1, /* torn, trailing bytes, bad UTF-8, lone CR, too deep, too large */
	JSON_EDIT_E_DUPLICATE,	/* a name on the path stands twice: which one counts is not ours to
				   say */
	JSON_EDIT_E_NOT_OBJECT, /* the document, or a value on the way, is no object */
	JSON_EDIT_E_NO_PARENT,	/* set: the object that should hold the name is not there */
};

struct json_edit_found {
	size_t depth;	   /* how many names of the path exist */
	struct span value; /* of the whole path; p is NULL unless depth is the path's length */
	struct span last;  /* value of the deepest name found; the document for depth 0 */
};

must_check int json_edit_find(struct span text, enum json_edit_dialect dialect,
	const struct json_path *path, struct json_edit_found *ret_found);
/* value: JSON text without comments; laid out with the document's indentation unless verbatim */
must_check int json_edit_set(struct span text, enum json_edit_dialect dialect,
	const struct json_path *path, struct span value, bool verbatim, struct str *out);
/* A name that is not there leaves the text as it is. */
must_check int json_edit_remove(struct span text, enum json_edit_dialect dialect,
	const struct json_path *path, struct str *out);
/* The same value as strict JSON: comments and left-over commas taken out */
must_check int json_edit_strip(struct span text, enum json_edit_dialect dialect, struct str *out);
