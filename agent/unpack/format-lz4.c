/* SPDX-License-Identifier: Apache-2.0 */
/* lz4_Frame_format.md of the LZ4 project: frames, one behind the other */
#include "unpack-parts.h"

#include <lz4frame.h>

static int lz4_open(void **ret_state)
{
	LZ4F_dctx *context = NULL;

	if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION))) {
		return -ENOMEM;
	}
	*ret_state = context;
	return 0;
}

static int lz4_step(void *state, struct unpack_io *io, bool *ret_ended)
{
	size_t read = io->in_len, written = io->out_len;
	size_t hint = LZ4F_decompress(state, io->out, &written, io->in, &read, NULL);

	if (LZ4F_isError(hint)) {
		return UNPACK_E_DAMAGED;
	}
	io->in += read;
	io->in_len -= read;
	io->out += written;
	io->out_len -= written;
	*ret_ended = hint == 0;
	return 0;
}

static void lz4_close(void *state)
{
	(void)LZ4F_freeDecompressionContext(state);
}

const struct unpack_format unpack_lz4 = {
	.magic = "\x04\x22\x4d\x18",
	.magic_len = 4,
	.open = lz4_open,
	.step = lz4_step,
	.close = lz4_close,
};
