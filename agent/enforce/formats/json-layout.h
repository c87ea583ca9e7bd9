/* SPDX-License-Identifier: Apache-2.0 */
/* How a JSON text is laid out, so that what is added looks like what is there. */
#pragma once

#include "json-lex.h"

struct json_layout {
	bool lines;	       /* one member on each line */
	const char *newline;   /* "\n" or "\r\n" */
	struct span indent;    /* of a member of the object in hand */
	struct span unit;      /* one step deeper; empty when indent says it all */
	struct span closing;   /* of the brace that closes it */
	struct span colon;     /* between name and value, blanks included */
	struct span separator; /* between comma and name, on one line */
};

/* root: position of the document's opening brace */
must_check int json_layout_read(struct span text, enum json_edit_dialect dialect, size_t root,
	const struct json_object_view *view, struct json_layout *ret_layout);
/* Appends value (without comments) as a member's value. */
must_check int json_layout_value(
	const struct json_layout *layout, struct span value, struct str *out);
/* Line break and indentation, or the separator */
must_check int json_layout_before(const struct json_layout *layout, struct str *out);
/* The blanks before pos when nothing else precedes it on its line */
bool json_layout_indent(struct span text, size_t pos, struct span *ret_indent);
