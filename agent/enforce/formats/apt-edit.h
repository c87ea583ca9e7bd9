/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edits apt's configuration (apt.conf(5)) by lines of the form `Key::Sub "value";`. What a text
 * says is read with all of the grammar (apt-conf.h): a value set by a line that does not count in
 * the end, being inside a comment or overruled further down, is refused. Pure functions from bytes
 * to bytes; a removal undoes the setting of what was not there, byte for byte.
 */
#pragma once

#include "apt-conf.h"

#define APT_EDIT_MAX ((size_t)1 << 20)

enum apt_edit_outcome {
	APT_EDIT_E_SYNTAX = 1, /* not what apt reads, or it includes another file */
	APT_EDIT_E_VALUE,      /* holds a quote or a line's end, or is too long */
	APT_EDIT_E_OVERRULED,  /* the line would not count */
};

must_check int apt_edit_check(struct span text);
/* The last value said of a key, heap; NULL when nothing is said, or it was cleared */
must_check int apt_edit_find(struct span text, const char *key, char **ret_value);
/* Whether the list under this key has the item */
must_check int apt_edit_has(struct span text, const char *list, const char *item, bool *ret_has);
must_check int apt_edit_set(struct span text, const char *key, const char *value, struct str *out);
must_check int apt_edit_add(struct span text, const char *list, const char *item, struct str *out);
/* item NULL: the line of the key */
must_check int apt_edit_remove(
	struct span text, const char *key, const char *item, struct str *out);
