/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#define SLACK ((size_t)4096)

static size_t pack_gzip(const void *bytes, size_t len, uint8_t *out, size_t size)
{
	z_stream stream = {.next_in = (Bytef *)(uintptr_t)bytes,
		.avail_in = (uInt)len,
		.next_out = out,
		.avail_out = (uInt)size};

	if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
		deflate(&stream, Z_FINISH) != Z_STREAM_END) {
		abort();
	}
	(void)deflateEnd(&stream);
	return size - stream.avail_out;
}

static size_t pack_lz4(const void *bytes, size_t len, uint8_t *out, size_t size)
{
	const LZ4F_preferences_t checked = {
		.frameInfo = {.contentChecksumFlag = LZ4F_contentChecksumEnabled}};
	size_t n = LZ4F_compressFrame(out, size, bytes, len, &checked);

	if (LZ4F_isError(n)) {
		abort();
	}
	return n;
}

static size_t pack_xz(const void *bytes, size_t len, uint8_t *out, size_t size)
{
	size_t n = 0;

	if (lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, NULL, bytes, len, out, &n, size) !=
		LZMA_OK) {
		abort();
	}
	return n;
}

static size_t pack_zstd(const void *bytes, size_t len, uint8_t *out, size_t size)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();
	size_t n;

	if (!context || ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1))) {
		abort();
	}
	n = ZSTD_compress2(context, out, size, bytes, len);
	ZSTD_freeCCtx(context);
	if (ZSTD_isError(n)) {
		abort();
	}
	return n;
}

struct packed pack_bytes(enum pack kind, const void *bytes, size_t len)
{
	static size_t (*const packers[PACK_COUNT])(const void *, size_t, uint8_t *, size_t) = {
		[PACK_GZIP] = pack_gzip,
		[PACK_LZ4] = pack_lz4,
		[PACK_XZ] = pack_xz,
		[PACK_ZSTD] = pack_zstd,
	};
	size_t size = len + len / 2 + SLACK;
	struct packed packed = {.p = malloc(size * 2)};

	if (!packed.p) {
		abort();
	}
	packed.len = packers[kind](bytes, len, packed.p, size);
	return packed;
}
