/* SPDX-License-Identifier: Apache-2.0 */
#include "lz4.h"

#include <string.h>

#define MATCH_MIN 4

struct input {
	const uint8_t *p;
	const uint8_t *end;
};

/* A length of 15 goes on in further bytes, up to one that is not 255. */
static int length_read(struct input *in, size_t *length)
{
	uint8_t more;

	if (*length != 15) {
		return 0;
	}
	do {
		if (in->p == in->end) {
			return -EBADMSG;
		}
		more = *in->p++;
		*length += more;
	} while (more == 255);
	return 0;
}

static void match_copy(uint8_t *to, size_t offset, size_t length)
{
	const uint8_t *from = to - offset;

	if (offset >= length) {
		memcpy(to, from, length);
		return;
	}
	/* It overlaps itself: each byte may be one that was just written */
	for (size_t i = 0; i < length; i++) {
		to[i] = from[i];
	}
}

int lz4_block_decode(
	const uint8_t *block, size_t len, uint8_t *out, size_t at, size_t cap, size_t *ret_end)
{
	struct input in = {.p = block, .end = block + len};

	while (in.p < in.end) {
		uint8_t token = *in.p++;
		size_t literals = token >> 4, match = token & 15, offset;
		int r = length_read(&in, &literals);

		if (r < 0 || literals > (size_t)(in.end - in.p) || literals > cap - at) {
			return -EBADMSG;
		}
		memcpy(out + at, in.p, literals);
		in.p += literals;
		at += literals;
		if (in.p == in.end) {
			*ret_end = at; /* the last sequence has literals alone */
			return 0;
		}
		if (in.end - in.p < 2) {
			return -EBADMSG;
		}
		offset = (size_t)in.p[0] | (size_t)in.p[1] << 8;
		in.p += 2;
		r = length_read(&in, &match);
		match += MATCH_MIN;
		if (r < 0 || offset == 0 || offset > at || match > cap - at) {
			return -EBADMSG;
		}
		match_copy(out + at, offset, match);
		at += match;
	}
	return -EBADMSG;
}
