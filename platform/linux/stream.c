/* SPDX-License-Identifier: Apache-2.0 */
#include "stream.h"
#include "lz4.h"

#include <string.h>

struct stream {
	int fd;
	size_t left;
	struct lz4_frame *frame; /* NULL for a plain file */
};

enum packing { PACKING_NONE, PACKING_LZ4, PACKING_OTHER };

static const struct {
	const char *bytes;
	size_t len;
	enum packing packing;
} magics[] = {
	{"\x04\x22\x4d\x18", 4, PACKING_LZ4}, {"\x1f\x8b", 2, PACKING_OTHER}, /* gzip, RFC 1952 */
	{"\x28\xb5\x2f\xfd", 4, PACKING_OTHER},				      /* zstd, RFC 8878 */
	{"\x5d\x00\x00", 3, PACKING_OTHER},				      /* lzma */
	{"BZh", 3, PACKING_OTHER},					      /* bzip2 */
	{"\xfd\x37\x7a\x58\x5a\x00", 6, PACKING_OTHER},			      /* xz */
};

static enum packing packing_of(const char *head, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(magics); i++) {
		if (len >= magics[i].len && memcmp(head, magics[i].bytes, magics[i].len) == 0) {
			return magics[i].packing;
		}
	}
	return PACKING_NONE;
}

static int source_read(void *data, char *buf, size_t size, size_t *ret_n)
{
	const struct stream *stream = data;
	ssize_t n;

	do {
		n = read(stream->fd, buf, size);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		return -errno;
	}
	*ret_n = (size_t)n;
	return 0;
}

int stream_open(
	const struct sysroot *root, const char *path, size_t max, struct stream **ret_stream)
{
	cleanup(stream_free_p) struct stream *stream = calloc(1, sizeof(*stream));
	char head[8];
	ssize_t n;
	int r;

	if (!stream) {
		return -ENOMEM;
	}
	stream->fd = -1;
	stream->left = max;
	r = sysroot_open_file(root, path, &stream->fd);
	if (r != 0) {
		return r;
	}
	n = pread(stream->fd, head, sizeof(head), 0);
	if (n < 0) {
		return -errno;
	}
	switch (packing_of(head, (size_t)n)) {
	case PACKING_NONE:
		break;
	case PACKING_LZ4:
		r = lz4_frame_open(source_read, stream, &stream->frame);
		if (r < 0) {
			return r == -EBADMSG ? STREAM_E_FORMAT : r;
		}
		break;
	case PACKING_OTHER:
		return STREAM_E_FORMAT;
	}
	*ret_stream = TAKE_PTR(stream);
	return 0;
}

int stream_read(struct stream *stream, char *buf, size_t size, size_t *ret_n)
{
	size_t n = 0;
	int r = stream->frame ? lz4_frame_read(stream->frame, buf, size, &n)
			      : source_read(stream, buf, size, &n);

	if (r < 0) {
		return r == -EBADMSG ? STREAM_E_FORMAT : r;
	}
	if (n > stream->left) {
		return STREAM_E_LIMIT;
	}
	stream->left -= n;
	*ret_n = n;
	return 0;
}

void stream_free(struct stream *stream)
{
	if (!stream) {
		return;
	}
	lz4_frame_free(stream->frame);
	if (stream->fd >= 0) {
		close(stream->fd);
	}
	free(stream);
}

void stream_free_p(struct stream **stream)
{
	stream_free(*stream);
}
