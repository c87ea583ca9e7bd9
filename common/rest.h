/* SPDX-License-Identifier: Apache-2.0 */
/* What a resident program gives back to the system before it sleeps. */
#pragma once

/*
 * Free heap pages, and the pages of code and constants that this process has mapped: the page cache
 * keeps them, and what is needed again is mapped again by a minor fault (madvise(2), MADV_DONTNEED
 * on a private file mapping that was never written). Writable and relocated pages stay.
 */
void rest_give_back(void);
