/* SPDX-License-Identifier: Apache-2.0 */
/* GATES_RECORD on disk: which recording gates this program set up, and what it loaded for each. */
#pragma once

#include "gates.h"

#define GATE_BOOK_MAX 16 /* gates of the table */

struct gate_book {
	bool known[GATE_BOOK_MAX]; /* by index in gates */
	struct gate_record records[GATE_BOOK_MAX];
};

/* Empty when there is none yet; -EBADMSG when what is there is no record, other -errno */
must_check int gate_book_read(int dirfd, struct gate_book *ret_book);
must_check int gate_book_save(int dirfd, const struct gate_book *book);
