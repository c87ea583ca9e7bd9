/* SPDX-License-Identifier: Apache-2.0 */
/* Compresses, so that a test need not carry files made by other programs. */
#pragma once

#include "base.h"

enum pack { PACK_GZIP, PACK_LZ4, PACK_XZ, PACK_ZSTD, PACK_COUNT };

struct packed {
	uint8_t *p;
	size_t len;
};

/* On the heap, with room for as many bytes again behind it. Aborts when it cannot. */
struct packed pack_bytes(enum pack kind, const void *bytes, size_t len);
