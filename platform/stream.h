/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a large file in pieces, so that a list of packages never lies in memory as a whole. Plain,
 * or an LZ4 frame, which is what apt writes where it keeps its lists compressed; told by the first
 * bytes.
 */
#pragma once

#include "sysroot.h"

enum stream_outcome {
	STREAM_E_FORMAT = 16, /* compressed in another way, or damaged */
	STREAM_E_LIMIT,	      /* longer than max */
};

struct stream;

/* FD_E_MISSING, FD_E_NOT_REGULAR, STREAM_E_*; max bounds the bytes after decompression. */
must_check int stream_open(
	const struct sysroot *root, const char *path, size_t max, struct stream **ret_stream);
/* Up to size bytes; 0 of them at the end. STREAM_E_*, -errno */
must_check int stream_read(struct stream *stream, char *buf, size_t size, size_t *ret_n);
void stream_free(struct stream *stream);
void stream_free_p(struct stream **stream);
