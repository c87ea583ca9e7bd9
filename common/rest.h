/* SPDX-License-Identifier: Apache-2.0 */
/* What a resident program gives back to the system before it sleeps. */
#pragma once

/*
 * What runs from giving back to sleeping is mapped again at once, with the 15 pages around each
 * page (mm/memory.c, do_fault_around). Functions of this kind lie side by side in a program, so
 * that those are the same ones: GNU ld keeps .text.hot together.
 */
#define REST_PATH __attribute__((hot))

/*
 * Free heap pages, and the pages of code and constants that this process has mapped: the page cache
 * keeps them, and what is needed again is mapped again by a minor fault (madvise(2), MADV_DONTNEED
 * on a private file mapping that was never written). Writable and relocated pages stay, and those
 * of the C library, 1.5 MiB that a process shares with every other one.
 */
void rest_give_back(void);
