/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 1952: one member or several. Nothing but a member may stand behind one. */
#include "unpack-parts.h"

#define ZLIB_CONST
#include <zlib.h>

#define WINDOW_GZIP (15 + 16) /* zlib.h, inflateInit2: the largest window, a gzip header wanted */

struct gzip {
	z_stream stream;
	bool ended; /* what comes next is another member */
};

static int gzip_open(void **ret_state)
{
	struct gzip *gzip = calloc(1, sizeof(*gzip));

	if (!gzip) {
		return -ENOMEM;
	}
	if (inflateInit2(&gzip->stream, WINDOW_GZIP) != Z_OK) {
		free(gzip);
		return -ENOMEM;
	}
	*ret_state = gzip;
	return 0;
}

static int gzip_step(void *state, struct unpack_io *io, bool *ret_ended)
{
	struct gzip *gzip = state;
	z_stream *stream = &gzip->stream;
	int r;

	if (gzip->ended && inflateReset(stream) != Z_OK) {
		return UNPACK_E_DAMAGED;
	}
	stream->next_in = io->in;
	stream->avail_in = (uInt)io->in_len;
	stream->next_out = io->out;
	stream->avail_out = (uInt)io->out_len;
	r = inflate(stream, Z_NO_FLUSH);
	io->in = stream->next_in;
	io->in_len = stream->avail_in;
	io->out = stream->next_out;
	io->out_len = stream->avail_out;
	gzip->ended = r == Z_STREAM_END;
	switch (r) {
	case Z_OK:
	case Z_BUF_ERROR: /* zlib.h: no progress was possible, which is no error */
	case Z_STREAM_END:
		*ret_ended = gzip->ended;
		return 0;
	case Z_MEM_ERROR:
		return -ENOMEM;
	default:
		return UNPACK_E_DAMAGED;
	}
}

static void gzip_close(void *state)
{
	struct gzip *gzip = state;

	(void)inflateEnd(&gzip->stream);
	free(gzip);
}

const struct unpack_format unpack_gzip = {
	.magic = "\x1f\x8b",
	.magic_len = 2,
	.open = gzip_open,
	.step = gzip_step,
	.close = gzip_close,
};
