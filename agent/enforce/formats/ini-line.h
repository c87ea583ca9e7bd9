/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a text by position, and what each is. Shared by ini-edit alone. */
#pragma once

#include "ini-edit.h"

enum ini_line_type {
	INI_LINE_BLANK,
	INI_LINE_COMMENT,
	INI_LINE_SECTION,
	INI_LINE_PAIR,
	INI_LINE_OTHER
};

struct ini_line {
	enum ini_line_type type;
	size_t start;
	size_t end;	    /* without the line's end */
	size_t next;	    /* start of the next one */
	struct span name;   /* of a section, or a pair's key without blanks and marks */
	struct span marked; /* a pair's key with its marks */
	size_t value;	    /* of a pair: start; blanks after "=" are not of it */
	size_t value_end;   /* blanks at the line's end are not of it */
};

/* False at the end. *pos is moved to the next line. */
bool ini_line_next(
	struct span text, enum ini_edit_dialect dialect, size_t *pos, struct ini_line *ret_line);
/* Where the first line starts: behind a byte order mark */
size_t ini_line_first(struct span text);
/* "\n" or "\r\n", as the first line ends */
const char *ini_line_newline(struct span text);
