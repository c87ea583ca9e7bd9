/* SPDX-License-Identifier: Apache-2.0 */
/* The .xz file format: streams, one behind the other, with padding between them */
#include "unpack-parts.h"

#include <lzma.h>

static int xz_open(void **ret_state)
{
	lzma_stream *stream = calloc(1, sizeof(*stream));

	if (!stream) {
		return -ENOMEM;
	}
	if (lzma_stream_decoder(stream, UNPACK_DECODER_MAX, LZMA_CONCATENATED) != LZMA_OK) {
		free(stream);
		return -ENOMEM;
	}
	*ret_state = stream;
	return 0;
}

static int xz_step(void *state, struct unpack_io *io, bool *ret_ended)
{
	lzma_stream *stream = state;
	lzma_ret r;

	stream->next_in = io->in;
	stream->avail_in = io->in_len;
	stream->next_out = io->out;
	stream->avail_out = io->out_len;
	r = lzma_code(stream, io->last ? LZMA_FINISH : LZMA_RUN);
	io->in = stream->next_in;
	io->in_len = stream->avail_in;
	io->out = stream->next_out;
	io->out_len = stream->avail_out;
	if (r == LZMA_OK || r == LZMA_BUF_ERROR || r == LZMA_STREAM_END) {
		*ret_ended = r == LZMA_STREAM_END;
		return 0;
	}
	if (r == LZMA_MEM_ERROR) {
		return -ENOMEM;
	}
	return r == LZMA_MEMLIMIT_ERROR ? UNPACK_E_LIMIT : UNPACK_E_DAMAGED;
}

static void xz_close(void *state)
{
	lzma_end(state);
	free(state);
}

const struct unpack_format unpack_xz = {
	.magic = "\xfd\x37\x7a\x58\x5a\x00",
	.magic_len = 6,
	.open = xz_open,
	.step = xz_step,
	.close = xz_close,
};
