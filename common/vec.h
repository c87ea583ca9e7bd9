/* SPDX-License-Identifier: Apache-2.0 */
/* A typed growing array: struct { T *items; size_t len, cap; }, with the maximum at each push. */
#pragma once

#include "base.h"

#define VEC(T)              \
	struct {            \
		T *items;   \
		size_t len; \
		size_t cap; \
	}

/* 0, -ENOSPC when max items are there, -ENOMEM */
#define vec_push(v, item, max)                                                                  \
	({                                                                                      \
		int r_ = vec_grow_(                                                             \
			(void **)&(v)->items, (v)->len, &(v)->cap, sizeof(*(v)->items), (max)); \
		if (r_ == 0) {                                                                  \
			(v)->items[(v)->len++] = (item);                                        \
		}                                                                               \
		r_;                                                                             \
	})
#define vec_for_each(it, v) \
	for (__typeof__((v)->items + 0) it = (v)->items; it && it < (v)->items + (v)->len; it++)
#define vec_free(v)                      \
	do {                             \
		free((v)->items);        \
		(v)->items = NULL;       \
		(v)->len = (v)->cap = 0; \
	} while (0)

must_check int vec_grow_(void **items, size_t len, size_t *cap, size_t item_size, size_t max);
