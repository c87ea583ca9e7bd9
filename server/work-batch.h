/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs of one lane in one transaction. What each came to is in its result, after the commit. */
#pragma once

#include "work.h"

struct batch;

/* One consistent read for all of them */
void work_batch_read(struct store *store, struct work_job *first);
/*
 * One commit for all of them, and what fails alone is undone alone. shared: of this thread. Of
 * reports alone nothing is marked to be undone: when one fails, which is rare, all of them are
 * undone and run again with marks.
 */
void work_batch_write(struct store *store, struct batch *shared, struct work_job *first);
