/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns a compressed list of packages into plain bytes: gzip (RFC 1952), LZ4 frames, xz,
 * Zstandard (RFC 8878) and zchunk, told by their first bytes. Several of one kind behind each other
 * are one list, as each of these formats but zchunk says. The checksums that they carry are
 * verified, but for zchunk's.
 */
#pragma once

#include "base.h"

#define UNPACK_OUTPUT_MAX ((size_t)512 << 20)
/* What a decoder may ask for: xz -9 wants 65 MiB, xz(1). */
#define UNPACK_DECODER_MAX ((size_t)80 << 20)
#define UNPACK_CHUNK ((size_t)64 << 10)

/* The program's exit codes too; 1 is everything else that went wrong. */
enum unpack_outcome {
	UNPACK_E_DAMAGED = 2, /* of no format it knows, damaged, cut off, or with bytes behind it */
	UNPACK_E_LIMIT = 3,   /* more than output_max, or a decoder wants too much memory */
};

struct unpack_pipe {
	/* Up to size bytes; 0 of them at the end. A negative errno ends the run with that value. */
	int (*read)(void *data, void *buf, size_t size, size_t *ret_n);
	/* All of them */
	int (*write)(void *data, const void *bytes, size_t len);
	void *data;
	size_t output_max;
};

/* What was written before an outcome other than 0 is worth nothing. UNPACK_E_*, -errno */
must_check int unpack_run(const struct unpack_pipe *pipe);
