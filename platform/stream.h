/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a large file in pieces, so that a list of packages never lies in memory as a whole. What
 * apt stores compressed (lz4, xz, zstd, gzip, bzip2, told by its first bytes) goes through apt's
 * own `apt-helper cat-file` on the fd that was opened below the root: no decompressor is linked
 * into a process with root, and the helper opens nothing but what it is handed.
 */
#pragma once

#include "sysroot.h"

#define STREAM_TIMEOUT_MS 20000

enum stream_outcome {
	STREAM_E_TOOL = 16, /* compressed, and the tool that reads it is absent or failed */
	STREAM_E_LIMIT,	    /* longer than max, or slower than STREAM_TIMEOUT_MS */
};

struct stream;

/* FD_E_MISSING, FD_E_NOT_REGULAR, STREAM_E_*; max bounds the bytes after decompression. */
must_check int stream_open(
	const struct sysroot *root, const char *path, size_t max, struct stream **ret_stream);
/* Up to size bytes; 0 of them at the end. STREAM_E_*, -errno */
must_check int stream_read(struct stream *stream, char *buf, size_t size, size_t *ret_n);
void stream_free(struct stream *stream);
void stream_free_p(struct stream **stream);
