/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of /proc/swaps (proc(5); mm/swapfile.c, swap_show). */
#pragma once

#include "base.h"
#include "str.h"

#define SWAP_TABLE_MAX ((size_t)64 << 10)

struct swap {
	struct span path; /* absolute; blanks and backslashes in it are written as \ooo */
	bool file;	  /* else a partition */
};

enum swap_table_outcome {
	SWAP_TABLE_E_END = 1,
	SWAP_TABLE_E_FORMAT,
};
/* Pure: takes the first line off, which names the columns; SWAP_TABLE_E_FORMAT when it does not. */
must_check int swap_table_begin(struct span *text);
/* Pure: takes a line off. */
must_check int swap_table_next(struct span *text, struct swap *ret_swap);
