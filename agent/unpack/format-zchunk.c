/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zchunk_format.txt of the zchunk project: a header with an index of chunks, then the chunks, each
 * a frame of Zstandard or plain bytes, all of them with one dictionary, which is the first chunk.
 * Lengths are verified, checksums are not: their hashes are no part of this program.
 */
#include "unpack-parts.h"

#include <string.h>
#include <zstd.h>

#define LEAD_MAX 96		     /* what tells how long the header is */
#define HEADER_MAX ((size_t)4 << 20) /* some 60,000 chunks */
#define DICTIONARY_MAX ((size_t)8 << 20)
#define MAGIC_LEN 5
#define INTEGER_MAX 10 /* bytes */
#define WINDOW_LOG_MAX 26

enum flag {
	FLAG_STREAMS = 1,
	FLAG_OPTIONAL = 2,
	FLAG_PLAIN_SUMS = 4, /* each chunk has a checksum of its plain bytes, too */
	FLAGS_KNOWN = FLAG_OPTIONAL | FLAG_PLAIN_SUMS,
};
enum compression { COMPRESSION_NONE, COMPRESSION_ZSTD = 2 };

struct zchunk {
	uint8_t *header;
	size_t header_len;
	size_t header_size; /* 0: not known yet */
	size_t at;	    /* within the header: what comes next */
	ZSTD_DCtx *context;
	bool stored;	 /* chunks are plain bytes */
	size_t sums;	 /* bytes of checksums with each chunk */
	uint64_t chunks; /* still to come */
	bool first;
	bool begun;	 /* within a chunk */
	bool framed;	 /* its frame is whole */
	uint64_t packed; /* its bytes still to be read */
	uint64_t plain;	 /* and to be written */
	uint8_t *dictionary;
	size_t dictionary_len;
};

static int zchunk_open(void **ret_state)
{
	struct zchunk *zchunk = calloc(1, sizeof(*zchunk));

	if (!zchunk) {
		return -ENOMEM;
	}
	zchunk->first = true;
	zchunk->header = malloc(LEAD_MAX);
	zchunk->context = ZSTD_createDCtx();
	if (!zchunk->header || !zchunk->context ||
		ZSTD_isError(ZSTD_DCtx_setParameter(
			zchunk->context, ZSTD_d_windowLogMax, WINDOW_LOG_MAX))) {
		ZSTD_freeDCtx(zchunk->context);
		free(zchunk->header);
		free(zchunk);
		return -ENOMEM;
	}
	*ret_state = zchunk;
	return 0;
}

static void zchunk_close(void *state)
{
	struct zchunk *zchunk = state;

	ZSTD_freeDCtx(zchunk->context);
	free(zchunk->dictionary);
	free(zchunk->header);
	free(zchunk);
}

/* Seven bits a byte, the lowest first; the highest bit marks the last one. */
static int integer_take(struct zchunk *zchunk, size_t len, uint64_t *ret_n)
{
	uint64_t n = 0;

	for (size_t i = 0; i < INTEGER_MAX && zchunk->at < len; i++) {
		uint8_t byte = zchunk->header[zchunk->at++];
		uint64_t bits = byte & 0x7f;

		if (i == INTEGER_MAX - 1 && bits > 1) {
			return UNPACK_E_DAMAGED;
		}
		n |= bits << (7 * i);
		if (byte & 0x80) {
			*ret_n = n;
			return 0;
		}
	}
	return UNPACK_E_DAMAGED;
}

static int skip(struct zchunk *zchunk, uint64_t n)
{
	if (n > zchunk->header_len - zchunk->at) {
		return UNPACK_E_DAMAGED;
	}
	zchunk->at += (size_t)n;
	return 0;
}

static int sum_length(uint64_t type, size_t *ret_len)
{
	static const size_t lengths[] = {20, 32, 64, 16}; /* SHA-1, -256, -512, -512 cut to 128 */

	if (type >= sizeof(lengths) / sizeof(lengths[0])) {
		return UNPACK_E_DAMAGED;
	}
	*ret_len = lengths[type];
	return 0;
}

/* The first part: UNPACK_E_DAMAGED may only mean that more of it is to come. */
static int lead_parse(struct zchunk *zchunk)
{
	uint64_t type, size;
	size_t sum = 0;
	int r;

	zchunk->at = MAGIC_LEN;
	r = integer_take(zchunk, zchunk->header_len, &type);
	if (r == 0) {
		r = integer_take(zchunk, zchunk->header_len, &size);
	}
	if (r == 0) {
		r = sum_length(type, &sum);
	}
	if (r == 0 && size > HEADER_MAX) {
		r = UNPACK_E_LIMIT;
	}
	if (r == 0) {
		/* Its checksum is counted by none of the two lengths. */
		zchunk->header_size = zchunk->at + sum + (size_t)size;
		zchunk->at += sum;
		zchunk->sums = sum;
	}
	return r;
}

static int optional_skip(struct zchunk *zchunk)
{
	uint64_t count, ignored, size;
	int r = integer_take(zchunk, zchunk->header_len, &count);

	for (uint64_t i = 0; r == 0 && i < count; i++) {
		r = integer_take(zchunk, zchunk->header_len, &ignored);
		if (r == 0) {
			r = integer_take(zchunk, zchunk->header_len, &size);
		}
		if (r == 0) {
			r = skip(zchunk, size);
		}
	}
	return r;
}

/* Up to the first entry of the index */
static int header_parse(struct zchunk *zchunk)
{
	uint64_t flags, compression, size, type;
	size_t sum = 0;
	int r = skip(zchunk, zchunk->sums); /* of all data */

	if (r == 0) {
		r = integer_take(zchunk, zchunk->header_len, &flags);
	}
	if (r == 0) {
		r = flags & ~(uint64_t)FLAGS_KNOWN
			    ? UNPACK_E_DAMAGED
			    : integer_take(zchunk, zchunk->header_len, &compression);
	}
	if (r == 0 && compression != COMPRESSION_NONE && compression != COMPRESSION_ZSTD) {
		r = UNPACK_E_DAMAGED;
	}
	if (r == 0 && flags & FLAG_OPTIONAL) {
		r = optional_skip(zchunk);
	}
	if (r == 0) {
		r = integer_take(zchunk, zchunk->header_len, &size);
	}
	if (r == 0) {
		r = integer_take(zchunk, zchunk->header_len, &type);
	}
	if (r == 0) {
		r = sum_length(type, &sum);
	}
	if (r == 0) {
		r = integer_take(zchunk, zchunk->header_len, &zchunk->chunks);
	}
	if (r == 0) {
		zchunk->sums = flags & FLAG_PLAIN_SUMS ? 2 * sum : sum;
		zchunk->stored = compression == COMPRESSION_NONE;
	}
	return r;
}

static void bytes_take(struct unpack_io *io, size_t n)
{
	io->in += n;
	io->in_len -= n;
}

/* The lead byte by byte, then the rest at once */
static int header_take(struct zchunk *zchunk, struct unpack_io *io)
{
	while (zchunk->header_size == 0 && io->in_len > 0) {
		int r;

		zchunk->header[zchunk->header_len++] = io->in[0];
		bytes_take(io, 1);
		r = lead_parse(zchunk);
		if (r == UNPACK_E_LIMIT || (r != 0 && zchunk->header_len == LEAD_MAX)) {
			return r;
		}
	}
	if (zchunk->header_size > 0 && zchunk->header_len < zchunk->header_size) {
		size_t left = zchunk->header_size - zchunk->header_len;
		size_t n = left < io->in_len ? left : io->in_len;
		uint8_t *larger = realloc(zchunk->header, zchunk->header_size + LEAD_MAX);

		if (!larger) {
			return -ENOMEM;
		}
		zchunk->header = larger;
		memcpy(zchunk->header + zchunk->header_len, io->in, n);
		zchunk->header_len += n;
		bytes_take(io, n);
	}
	return zchunk->header_len == zchunk->header_size ? header_parse(zchunk) : 0;
}

static bool in_header(const struct zchunk *zchunk)
{
	return zchunk->header_size == 0 || zchunk->header_len < zchunk->header_size;
}

static int chunk_begin(struct zchunk *zchunk)
{
	int r = skip(zchunk, zchunk->sums);

	if (r == 0) {
		r = integer_take(zchunk, zchunk->header_len, &zchunk->packed);
	}
	if (r == 0) {
		r = integer_take(zchunk, zchunk->header_len, &zchunk->plain);
	}
	if (r == 0 && zchunk->first && zchunk->plain > DICTIONARY_MAX) {
		r = UNPACK_E_LIMIT;
	}
	if (r == 0 && zchunk->first) {
		zchunk->dictionary_len = (size_t)zchunk->plain;
		zchunk->dictionary = malloc(zchunk->dictionary_len + 1);
		r = zchunk->dictionary ? 0 : -ENOMEM;
	}
	if (r == 0) {
		(void)ZSTD_DCtx_reset(zchunk->context, ZSTD_reset_session_only);
		zchunk->chunks--;
		zchunk->begun = true;
		zchunk->framed = zchunk->stored || zchunk->packed == 0;
	}
	return r;
}

static int chunk_end(struct zchunk *zchunk)
{
	if (zchunk->plain > 0 || !zchunk->framed) {
		return UNPACK_E_DAMAGED;
	}
	if (zchunk->first && zchunk->dictionary_len > 0 && !zchunk->stored &&
		ZSTD_isError(ZSTD_DCtx_loadDictionary(
			zchunk->context, zchunk->dictionary, zchunk->dictionary_len))) {
		return -ENOMEM;
	}
	zchunk->first = false;
	zchunk->begun = false;
	return 0;
}

static size_t least(uint64_t a, size_t b)
{
	return a < b ? (size_t)a : b;
}

/* Some bytes of the chunk; ret_moved is false when nothing could be read or written. */
static int chunk_decode(struct zchunk *zchunk, struct unpack_io *io, bool *ret_moved)
{
	uint8_t *to = zchunk->first ? zchunk->dictionary + zchunk->dictionary_len - zchunk->plain
				    : io->out;
	ZSTD_inBuffer in = {.src = io->in, .size = least(zchunk->packed, io->in_len)};
	ZSTD_outBuffer out = {.dst = to,
		.size = least(zchunk->plain, zchunk->first ? zchunk->dictionary_len : io->out_len)};

	if (zchunk->stored) {
		size_t n = in.size < out.size ? in.size : out.size;

		memcpy(to, io->in, n);
		in.pos = out.pos = n;
	} else {
		size_t hint = ZSTD_decompressStream(zchunk->context, &out, &in);

		if (ZSTD_isError(hint)) {
			return UNPACK_E_DAMAGED;
		}
		zchunk->framed = hint == 0;
	}
	bytes_take(io, in.pos);
	zchunk->packed -= in.pos;
	zchunk->plain -= out.pos;
	if (!zchunk->first) {
		io->out += out.pos;
		io->out_len -= out.pos;
	}
	*ret_moved = in.pos > 0 || out.pos > 0;
	return 0;
}

static int zchunk_step(void *state, struct unpack_io *io, bool *ret_ended)
{
	struct zchunk *zchunk = state;
	bool moved = true;
	int r = in_header(zchunk) ? header_take(zchunk, io) : 0;

	while (r == 0 && moved && !in_header(zchunk)) {
		if (zchunk->begun && zchunk->packed == 0 && zchunk->plain == 0) {
			r = chunk_end(zchunk);
		} else if (zchunk->begun) {
			r = chunk_decode(zchunk, io, &moved);
		} else if (zchunk->chunks > 0) {
			r = chunk_begin(zchunk);
		} else {
			break;
		}
	}
	*ret_ended = !in_header(zchunk) && !zchunk->begun && zchunk->chunks == 0;
	return r;
}

const struct unpack_format unpack_zchunk = {
	.magic = "\0ZCK1",
	.magic_len = MAGIC_LEN,
	.open = zchunk_open,
	.step = zchunk_step,
	.close = zchunk_close,
};
