/* SPDX-License-Identifier: Apache-2.0 */
#include "vec.h"

#define VEC_FIRST_CAP 4

int vec_grow_(void **items, size_t len, size_t *cap, size_t item_size, size_t max)
{
	size_t wanted, bytes;
	void *p;

	if (len >= max) {
		return -ENOSPC;
	}
	if (len < *cap) {
		return 0;
	}
	wanted = *cap == 0 ? VEC_FIRST_CAP : *cap > max / 2 ? max : *cap * 2;
	wanted = wanted > max ? max : wanted;
	if (__builtin_mul_overflow(wanted, item_size, &bytes)) {
		return -ENOMEM;
	}
	p = realloc(*items, bytes);
	if (!p) {
		return -ENOMEM;
	}
	*items = p;
	*cap = wanted;
	return 0;
}
