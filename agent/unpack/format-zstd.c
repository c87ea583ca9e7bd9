/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 8878: frames, one behind the other */
#include "unpack-parts.h"

#include <zstd.h>
#include <zstd_errors.h>

#define WINDOW_LOG_MAX 26 /* 64 MiB, below UNPACK_DECODER_MAX; zstd --ultra -22 wants 27 */

static int zstd_open(void **ret_state)
{
	ZSTD_DCtx *context = ZSTD_createDCtx();

	if (!context) {
		return -ENOMEM;
	}
	if (ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, WINDOW_LOG_MAX))) {
		ZSTD_freeDCtx(context);
		return -EINVAL;
	}
	*ret_state = context;
	return 0;
}

static int outcome_of(size_t code)
{
	switch ((int)ZSTD_getErrorCode(code)) {
	case ZSTD_error_memory_allocation:
		return -ENOMEM;
	case ZSTD_error_frameParameter_windowTooLarge:
		return UNPACK_E_LIMIT;
	default:
		return UNPACK_E_DAMAGED;
	}
}

static int zstd_step(void *state, struct unpack_io *io, bool *ret_ended)
{
	ZSTD_inBuffer in = {.src = io->in, .size = io->in_len};
	ZSTD_outBuffer out = {.dst = io->out, .size = io->out_len};
	size_t hint = ZSTD_decompressStream(state, &out, &in);

	if (ZSTD_isError(hint)) {
		return outcome_of(hint);
	}
	io->in += in.pos;
	io->in_len -= in.pos;
	io->out += out.pos;
	io->out_len -= out.pos;
	*ret_ended = hint == 0;
	return 0;
}

static void zstd_close(void *state)
{
	ZSTD_freeDCtx(state);
}

const struct unpack_format unpack_zstd = {
	.magic = "\x28\xb5\x2f\xfd",
	.magic_len = 4,
	.open = zstd_open,
	.step = zstd_step,
	.close = zstd_close,
};
