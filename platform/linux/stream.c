/* SPDX-License-Identifier: Apache-2.0 */
#include "stream.h"
#include "tool.h"

#include <string.h>

#define UNPACK_TIMEOUT_MS 30000
/* The largest decoder that it takes, 80 MiB, beside its libraries. A sanitizer wants terabytes. */
#ifdef __SANITIZE_ADDRESS__
#	define UNPACK_MEMORY_MAX 0
#else
#	define UNPACK_MEMORY_MAX ((size_t)96 << 20)
#endif
#define UNPACK_STATUS_LIMIT 3 /* agent/unpack/unpack.h: it would be longer than its maximum */

struct stream {
	int fd;
	size_t left;
	bool packed;
	struct tool_child child; /* of a packed one */
};

/* What cannot be plain text; which of these can be read is caretaker-unpack's to say. */
static const struct {
	const char *bytes;
	size_t len;
} magics[] = {
	{"\0ZCK1", 5},			 /* zchunk */
	{"\x04\x22\x4d\x18", 4},	 /* LZ4 frame */
	{"\x1f\x8b", 2},		 /* gzip, RFC 1952 */
	{"\x28\xb5\x2f\xfd", 4},	 /* Zstandard, RFC 8878 */
	{"\x5d\x00\x00", 3},		 /* lzma */
	{"BZh", 3},			 /* bzip2 */
	{"\xfd\x37\x7a\x58\x5a\x00", 6}, /* xz */
};

static bool is_packed(const char *head, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(magics); i++) {
		if (len >= magics[i].len && memcmp(head, magics[i].bytes, magics[i].len) == 0) {
			return true;
		}
	}
	return false;
}

static int packed_open(struct stream *stream, const char *unpack)
{
	const char *const argv[] = {unpack, NULL};
	const struct tool tool = {
		.argv = argv,
		.input = stream->fd,
		.timeout_ms = UNPACK_TIMEOUT_MS,
		.output_max = stream->left,
		.confined = true,
		.memory_max = UNPACK_MEMORY_MAX,
	};
	int r;

	if (!unpack) {
		return STREAM_E_FORMAT;
	}
	r = tool_start(&tool, &stream->child);
	stream->packed = r == 0;
	/* Whatever keeps it from running, the list is one that cannot be read here. */
	return r == 0 || r == -ENOMEM ? r : STREAM_E_FORMAT;
}

int stream_open(const struct sysroot *root, const char *path, size_t max, const char *unpack,
	struct stream **ret_stream)
{
	cleanup(stream_free_p) struct stream *stream = calloc(1, sizeof(*stream));
	char head[8];
	ssize_t n;
	int r;

	if (!stream) {
		return -ENOMEM;
	}
	*stream = (struct stream){.fd = -1, .left = max, .child = {.output = -1}};
	r = sysroot_open_file(root, path, &stream->fd);
	if (r != 0) {
		return r;
	}
	n = pread(stream->fd, head, sizeof(head), 0);
	if (n < 0) {
		return -errno;
	}
	if (is_packed(head, (size_t)n)) {
		r = packed_open(stream, unpack);
	}
	if (r == 0) {
		*ret_stream = TAKE_PTR(stream);
	}
	return r;
}

static int plain_read(const struct stream *stream, char *buf, size_t size, size_t *ret_n)
{
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

static int packed_read(struct stream *stream, char *buf, size_t size, size_t *ret_n)
{
	int r = tool_read(&stream->child, buf, size, ret_n);

	switch (r) {
	case TOOL_E_FAILED:
		return stream->child.status == UNPACK_STATUS_LIMIT ? STREAM_E_LIMIT
								   : STREAM_E_FORMAT;
	case TOOL_E_TIMEOUT:
	case TOOL_E_LIMIT:
		return STREAM_E_LIMIT;
	default:
		return r;
	}
}

int stream_read(struct stream *stream, char *buf, size_t size, size_t *ret_n)
{
	size_t n = 0;
	int r = stream->packed ? packed_read(stream, buf, size, &n)
			       : plain_read(stream, buf, size, &n);

	if (r != 0) {
		return r;
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
	tool_finish(&stream->child);
	fd_close(&stream->fd);
	free(stream);
}

void stream_free_p(struct stream **stream)
{
	stream_free(*stream);
}
