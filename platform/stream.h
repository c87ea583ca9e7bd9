/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a large file in pieces, so that a list of packages never lies in memory as a whole. Plain,
 * or compressed, told by the first bytes. No decoder runs in this process: a compressed file is
 * handed to caretaker-unpack, a confined child (tool.h) that is ended when the stream is freed.
 */
#pragma once

#include "sysroot.h"

enum stream_outcome {
	STREAM_E_FORMAT = 16, /* compressed in another way, damaged, or nothing here unpacks it */
	STREAM_E_LIMIT,	      /* longer than max, or it takes too long to unpack */
};

struct stream;

/*
 * FD_E_MISSING, FD_E_NOT_REGULAR, STREAM_E_*; max bounds the bytes after decompression. unpack is
 * the absolute path of caretaker-unpack; NULL when only a plain file is wanted.
 */
must_check int stream_open(const struct sysroot *root, const char *path, size_t max,
	const char *unpack, struct stream **ret_stream);
/* Up to size bytes; 0 of them at the end, when all of it was sound. STREAM_E_*, -errno */
must_check int stream_read(struct stream *stream, char *buf, size_t size, size_t *ret_n);
void stream_free(struct stream *stream);
void stream_free_p(struct stream **stream);
