/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edits files of lines as text: one value is set or removed, and every other byte stays what it
 * was, comments, order, blanks, line ends and unknown lines included. Pure functions from bytes to
 * bytes. ini_edit_remove undoes ini_edit_set of a name that was not there, byte for byte.
 *
 * A place is a path of one to three names:
 *   INI_EDIT_SECTIONS  section, section.key, or section.key.element of a list "a;b;": GKeyFile
 *                      (Desktop Entry Specification, "Basic format"), Qt's settings, OBS Studio,
 *                      KConfig; its marks are no part of a key, or "Key[$i]": only one so marked,
 *                      and the first of those (KConfig takes that)
 *   INI_EDIT_FLAT      key: "NAME=value" as sh(1) reads it, "name = value" of TOML
 *
 * Values are texts as they stand in the file, quotes included.
 */
#pragma once

#include "base.h"
#include "json-path.h"
#include "str.h"

#define INI_EDIT_MAX ((size_t)1 << 20) /* bytes of a document */

enum ini_edit_dialect { INI_EDIT_SECTIONS, INI_EDIT_FLAT };

enum ini_edit_outcome {
	INI_EDIT_E_SYNTAX = 1, /* a NUL byte, bad UTF-8, a lone CR, too large */
	INI_EDIT_E_DUPLICATE,  /* the key stands twice: which one counts is not ours to say */
	INI_EDIT_E_CONTINUED,  /* the value goes on in the next line */
	INI_EDIT_E_NO_PARENT,  /* set: the section, or for an element the key, is not there */
	INI_EDIT_E_PATH,       /* too many or too few names for the dialect */
	INI_EDIT_E_VALUE,      /* set: a line break, or ";" in an element */
};

/* ret_value: p NULL when it is not there; for a section its line, for an element its own text */
must_check int ini_edit_find(struct span text, enum ini_edit_dialect dialect,
	const struct json_path *path, struct span *ret_value);
/* value is ignored for a section and for an element: they are there or not. */
must_check int ini_edit_set(struct span text, enum ini_edit_dialect dialect,
	const struct json_path *path, struct span value, struct str *out);
/* A name that is not there leaves the text as it is; a section that holds pairs stays. */
must_check int ini_edit_remove(struct span text, enum ini_edit_dialect dialect,
	const struct json_path *path, struct str *out);
must_check int ini_edit_check(struct span text, enum ini_edit_dialect dialect);

/* One pair after the other; start with zeroed iterator. False at the end. Of a checked text */
struct ini_edit_pair {
	struct span section, key, value;
	size_t next;
	bool in_section;
};
bool ini_edit_next(struct span text, enum ini_edit_dialect dialect, struct ini_edit_pair *pair);
