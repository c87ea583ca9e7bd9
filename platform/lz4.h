/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads an LZ4 frame (lz4_Frame_format.md, lz4_Block_format.md of the LZ4 project, format 1.6.x),
 * as apt keeps its lists where they are to take little room. Frames with blocks above LZ4_BLOCK_MAX
 * or with a dictionary are refused. The frame's own checksums are stepped over: apt checked the
 * list by its hash before it stored it.
 */
#pragma once

#include "base.h"

#define LZ4_BLOCK_MAX ((size_t)1 << 20)
#define LZ4_HISTORY ((size_t)64 << 10) /* how far back a match may reach */

/* Up to size bytes; 0 of them at the end. Negative errno ends the frame with that value. */
typedef int (*lz4_source_fn)(void *data, char *buf, size_t size, size_t *ret_n);

struct lz4_frame;
/* -EBADMSG when it is no such frame */
must_check int lz4_frame_open(lz4_source_fn fn, void *data, struct lz4_frame **ret_frame);
/* Up to size bytes; 0 of them at the end. -EBADMSG when the frame is damaged or cut off. */
must_check int lz4_frame_read(struct lz4_frame *frame, char *buf, size_t size, size_t *ret_n);
void lz4_frame_free(struct lz4_frame *frame);
void lz4_frame_free_p(struct lz4_frame **frame);

/*
 * One block, pure. out already holds history bytes before at; what is decoded goes to out + at, and
 * never past out + cap. -EBADMSG
 */
must_check int lz4_block_decode(
	const uint8_t *block, size_t len, uint8_t *out, size_t at, size_t cap, size_t *ret_end);
