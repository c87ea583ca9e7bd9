/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack-parts.h"

#include <string.h>

static const struct unpack_format *const formats[] = {
	&unpack_gzip,
	&unpack_lz4,
	&unpack_xz,
	&unpack_zchunk,
	&unpack_zstd,
};

struct run {
	const struct unpack_pipe *pipe;
	const struct unpack_format *format;
	void *state;
	struct unpack_io io;
	size_t left; /* bytes of output still allowed */
	bool ended;  /* what was decoded so far is whole */
	uint8_t in[UNPACK_CHUNK];
	uint8_t out[UNPACK_CHUNK];
};

static void run_free(struct run **run)
{
	if (*run && (*run)->state) {
		(*run)->format->close((*run)->state);
	}
	free(*run);
}

static const struct unpack_format *format_find(const uint8_t *head, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		if (len >= formats[i]->magic_len &&
			memcmp(head, formats[i]->magic, formats[i]->magic_len) == 0) {
			return formats[i];
		}
	}
	return NULL;
}

/* Adds to what in holds, which starts at run->in here. */
static int input_read(struct run *run)
{
	struct unpack_io *io = &run->io;
	size_t n = 0;
	int r = run->pipe->read(
		run->pipe->data, run->in + io->in_len, sizeof(run->in) - io->in_len, &n);

	if (r == 0) {
		io->in_len += n;
		io->last = n == 0;
	}
	return r;
}

static int run_open(struct run *run)
{
	int r = 0;

	run->io.in = run->in;
	while (r == 0 && run->io.in_len < UNPACK_MAGIC_MAX && !run->io.last) {
		r = input_read(run);
	}
	if (r != 0) {
		return r;
	}
	run->format = format_find(run->in, run->io.in_len);
	return run->format ? run->format->open(&run->state) : UNPACK_E_DAMAGED;
}

/* One step and what it gave; ret_moved is false when it neither read nor wrote anything. */
static int run_step(struct run *run, bool *ret_moved)
{
	size_t before = run->io.in_len, n;
	int r;

	run->io.out = run->out;
	run->io.out_len = sizeof(run->out);
	r = run->format->step(run->state, &run->io, &run->ended);
	if (r != 0) {
		return r;
	}
	n = sizeof(run->out) - run->io.out_len;
	if (n > run->left) {
		return UNPACK_E_LIMIT;
	}
	run->left -= n;
	*ret_moved = n > 0 || run->io.in_len < before;
	return n > 0 ? run->pipe->write(run->pipe->data, run->out, n) : 0;
}

/* All that can be decoded of the input that is there */
static int run_drain(struct run *run)
{
	bool moved = true;
	int r = 0;

	while (r == 0 && moved && !(run->ended && run->io.in_len == 0)) {
		r = run_step(run, &moved);
	}
	/* A decoder that leaves bytes when it could read them has no more use for any. */
	return r == 0 && run->io.in_len > 0 ? UNPACK_E_DAMAGED : r;
}

int unpack_run(const struct unpack_pipe *pipe)
{
	cleanup(run_free) struct run *run = calloc(1, sizeof(*run));
	int r;

	if (!run) {
		return -ENOMEM;
	}
	run->pipe = pipe;
	run->left = pipe->output_max;
	r = run_open(run);
	while (r == 0) {
		r = run_drain(run);
		if (r != 0 || run->io.last) {
			break;
		}
		run->io.in = run->in;
		r = input_read(run);
		if (r == 0 && run->io.last && run->ended) {
			return 0;
		}
		run->ended = false;
	}
	return r == 0 && !run->ended ? UNPACK_E_DAMAGED : r;
}
