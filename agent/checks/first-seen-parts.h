/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of struct first_seen, for the look and for its JSON. */
#pragma once

#include "first-seen.h"
#include "vec.h"

struct first_seen_list {
	uint64_t hash;
	int64_t date;
};

struct first_seen_pending {
	uint64_t hash;
	struct first_seen_age age;
};

/* Each sorted by hash, save while a look is being taken */
struct first_seen_look {
	VEC(struct first_seen_list) lists;
	VEC(struct first_seen_pending) pending;
	VEC(uint64_t) clean;
};

struct first_seen {
	uint8_t key[FIRST_SEEN_KEY_LEN];
	struct first_seen_look last;
	struct first_seen_look next;
	bool changed;
};

void first_seen_look_finish(struct first_seen_look *look);
void first_seen_look_sort(struct first_seen_look *look);
