/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the command line can see of the installation by itself: sockets, directories, programs,
 * accounts, tools. Every path is read below root, so that a test can lay out its own.
 */
#pragma once

#include "base.h"
#include "sysroot.h"
#include "vec.h"

#define DOCTOR_ITEMS_MAX 64
#define DOCTOR_DETAIL_MAX 160

enum doctor_finding {
	DOCTOR_OK,
	DOCTOR_BAD,
	DOCTOR_NOT_SEEN, /* this user may not look */
};

struct doctor_item {
	const char *item; /* static word: texts "doctor.WORD", and "doctor.WORD.fix" when bad */
	enum doctor_finding finding;
	char detail[DOCTOR_DETAIL_MAX + 1]; /* a path, or what is wrong with it */
};
struct doctor_items {
	struct doctor_item *items;
	size_t len;
	size_t cap;
};

/* root: "/" on a device. Appends one item for each thing looked at. */
must_check int doctor_look(const struct sysroot *root, struct doctor_items *items);
