/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "lz4.h"

#include <string.h>

#define OUTPUT_MAX ((size_t)1 << 22)

struct source {
	const uint8_t *p;
	size_t left;
};

static int source_read(void *data, char *buf, size_t size, size_t *ret_n)
{
	struct source *source = data;
	size_t n = source->left < size ? source->left : size;

	if (n > 0) {
		memcpy(buf, source->p, n);
	}
	source->p += n;
	source->left -= n;
	*ret_n = n;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(lz4_frame_free_p) struct lz4_frame *frame = NULL;
	struct source source = {.p = bytes, .left = len};
	char buf[4096];
	size_t n = 1, total = 0;

	if (lz4_frame_open(source_read, &source, &frame) != 0) {
		return 0;
	}
	while (n > 0 && total < OUTPUT_MAX && lz4_frame_read(frame, buf, sizeof(buf), &n) == 0) {
		total += n;
	}
	return 0;
}
