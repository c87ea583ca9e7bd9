/* SPDX-License-Identifier: Apache-2.0 */
#include "lz4.h"

#include <string.h>

#define MAGIC 0x184d2204U
#define FLAG_VERSION 0xc0
#define FLAG_VERSION_ONE 0x40
#define FLAG_BLOCK_CHECKSUM 0x10
#define FLAG_CONTENT_SIZE 0x08
#define FLAG_CONTENT_CHECKSUM 0x04
#define FLAG_RESERVED 0x02
#define FLAG_DICTIONARY 0x01
#define BLOCK_STORED 0x80000000U

struct lz4_frame {
	lz4_source_fn fn;
	void *data;
	size_t block_max;
	bool block_checksum;
	bool content_checksum;
	bool ended;
	uint8_t *block; /* block_max bytes as they are stored */
	uint8_t *out;	/* history, then the decoded block */
	size_t history; /* bytes of history in out */
	size_t from;	/* of the decoded bytes: those not handed out yet */
	size_t to;
};

static int source_read(struct lz4_frame *frame, void *buf, size_t size)
{
	size_t got = 0;

	while (got < size) {
		size_t n = 0;
		int r = frame->fn(frame->data, (char *)buf + got, size - got, &n);

		if (r < 0) {
			return r;
		}
		if (n == 0) {
			return -EBADMSG;
		}
		got += n;
	}
	return 0;
}

static uint32_t number_le(const uint8_t bytes[4])
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

/* BD byte, bits 4 to 6: 64 KiB, 256 KiB, 1 MiB, 4 MiB */
static size_t block_size(uint8_t descriptor)
{
	unsigned code = descriptor >> 4 & 7;

	return code < 4 ? 0 : (size_t)1 << (8 + 2 * code);
}

static int header_read(struct lz4_frame *frame)
{
	uint8_t head[6], rest[9];
	uint8_t flags;
	int r = source_read(frame, head, sizeof(head));

	if (r < 0) {
		return r;
	}
	flags = head[4];
	frame->block_max = block_size(head[5]);
	if (number_le(head) != MAGIC || (flags & FLAG_VERSION) != FLAG_VERSION_ONE ||
		flags & (FLAG_RESERVED | FLAG_DICTIONARY) || frame->block_max == 0 ||
		frame->block_max > LZ4_BLOCK_MAX) {
		return -EBADMSG;
	}
	frame->block_checksum = flags & FLAG_BLOCK_CHECKSUM;
	frame->content_checksum = flags & FLAG_CONTENT_CHECKSUM;
	/* An optional length of eight bytes, then the header's own checksum */
	return source_read(frame, rest, flags & FLAG_CONTENT_SIZE ? 9 : 1);
}

int lz4_frame_open(lz4_source_fn fn, void *data, struct lz4_frame **ret_frame)
{
	cleanup(lz4_frame_free_p) struct lz4_frame *frame = calloc(1, sizeof(*frame));
	int r;

	if (!frame) {
		return -ENOMEM;
	}
	frame->fn = fn;
	frame->data = data;
	r = header_read(frame);
	if (r < 0) {
		return r;
	}
	frame->block = malloc(frame->block_max);
	frame->out = malloc(LZ4_HISTORY + frame->block_max);
	if (!frame->block || !frame->out) {
		return -ENOMEM;
	}
	*ret_frame = TAKE_PTR(frame);
	return 0;
}

/* The next block may reach back into this one: its end becomes the history. */
static void history_keep(struct lz4_frame *frame)
{
	size_t keep = frame->to < LZ4_HISTORY ? frame->to : LZ4_HISTORY;

	memmove(frame->out, frame->out + frame->to - keep, keep);
	frame->history = keep;
	frame->from = frame->to = keep;
}

static int block_read(struct lz4_frame *frame)
{
	uint8_t bytes[4];
	uint32_t head;
	size_t len;
	int r = source_read(frame, bytes, sizeof(bytes));

	if (r < 0) {
		return r;
	}
	head = number_le(bytes);
	if (head == 0) {
		frame->ended = true;
		return frame->content_checksum ? source_read(frame, bytes, sizeof(bytes)) : 0;
	}
	len = head & ~BLOCK_STORED;
	if (len == 0 || len > frame->block_max) {
		return -EBADMSG;
	}
	history_keep(frame);
	r = source_read(
		frame, head & BLOCK_STORED ? frame->out + frame->history : frame->block, len);
	if (r == 0 && head & BLOCK_STORED) {
		frame->to = frame->history + len;
	} else if (r == 0) {
		r = lz4_block_decode(frame->block, len, frame->out, frame->history,
			frame->history + frame->block_max, &frame->to);
	}
	if (r == 0 && frame->block_checksum) {
		r = source_read(frame, bytes, sizeof(bytes));
	}
	return r;
}

int lz4_frame_read(struct lz4_frame *frame, char *buf, size_t size, size_t *ret_n)
{
	size_t n;

	while (frame->from == frame->to && !frame->ended) {
		int r = block_read(frame);

		if (r < 0) {
			return r;
		}
	}
	n = frame->to - frame->from;
	n = n < size ? n : size;
	if (n > 0) {
		memcpy(buf, frame->out + frame->from, n);
	}
	frame->from += n;
	*ret_n = n;
	return 0;
}

void lz4_frame_free(struct lz4_frame *frame)
{
	if (frame) {
		free(frame->block);
		free(frame->out);
		free(frame);
	}
}

void lz4_frame_free_p(struct lz4_frame **frame)
{
	lz4_frame_free(*frame);
}
