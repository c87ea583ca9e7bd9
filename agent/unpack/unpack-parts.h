/* SPDX-License-Identifier: Apache-2.0 */
/* One format: its file alone knows the library that decodes it. */
#pragma once

#include "unpack.h"

#define UNPACK_MAGIC_MAX 6

/* A step moves in and out past what it read and wrote, and shortens their lengths by as much. */
struct unpack_io {
	const uint8_t *in;
	size_t in_len;
	uint8_t *out;
	size_t out_len;
	bool last; /* nothing comes behind in */
};

struct unpack_format {
	const char *magic;
	size_t magic_len;
	int (*open)(void **ret_state);
	/* ret_ended: what was read so far is whole. UNPACK_E_*, -ENOMEM */
	int (*step)(void *state, struct unpack_io *io, bool *ret_ended);
	void (*close)(void *state);
};

extern const struct unpack_format unpack_gzip;
extern const struct unpack_format unpack_lz4;
extern const struct unpack_format unpack_xz;
extern const struct unpack_format unpack_zchunk;
extern const struct unpack_format unpack_zstd;
