/* SPDX-License-Identifier: Apache-2.0 */
#include "swap-table.h"

#include <string.h>

#define COLUMNS 5

/* The next word between blanks and tabs; empty at the end */
static struct span word_take(struct span *line)
{
	struct span rest = span_trim(*line), word = rest;

	word.len = 0;
	while (word.len < rest.len && rest.p[word.len] != ' ' && rest.p[word.len] != '\t') {
		word.len++;
	}
	*line = (struct span){rest.p + word.len, rest.len - word.len};
	return word;
}

int swap_table_begin(struct span *text)
{
	struct span line;

	if (!span_next(text, '\n', &line) || !span_starts(line, "Filename")) {
		return SWAP_TABLE_E_FORMAT;
	}
	return 0;
}

int swap_table_next(struct span *text, struct swap *ret_swap)
{
	struct span line, words[COLUMNS];

	do {
		if (!span_next(text, '\n', &line)) {
			return SWAP_TABLE_E_END;
		}
		line = span_trim(line);
	} while (line.len == 0);
	for (size_t i = 0; i < COLUMNS; i++) {
		words[i] = word_take(&line);
		if (words[i].len == 0) {
			return SWAP_TABLE_E_FORMAT;
		}
	}
	if (words[0].p[0] != '/' || memchr(words[0].p, '\0', words[0].len) ||
		(!span_eq(words[1], "file") && !span_eq(words[1], "partition"))) {
		return SWAP_TABLE_E_FORMAT;
	}
	*ret_swap = (struct swap){.path = words[0], .file = span_eq(words[1], "file")};
	return 0;
}
