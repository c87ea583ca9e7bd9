/* SPDX-License-Identifier: Apache-2.0 */
#include "stream.h"
#include "tool.h"

#include <string.h>

struct stream {
	int fd;
	size_t left;
	bool compressed;
	struct tool_child child;
};

static const struct {
	const char *bytes;
	size_t len;
} magics[] = {
	{"\x04\x22\x4d\x18", 4},	 /* lz4 frame */
	{"\x1f\x8b", 2},		 /* gzip, RFC 1952 */
	{"\x28\xb5\x2f\xfd", 4},	 /* zstd, RFC 8878 */
	{"BZh", 3},			 /* bzip2 */
	{"\xfd\x37\x7a\x58\x5a\x00", 6}, /* xz */
};

static bool bytes_compressed(const char *head, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(magics); i++) {
		if (len >= magics[i].len && memcmp(head, magics[i].bytes, magics[i].len) == 0) {
			return true;
		}
	}
	return false;
}

static int outcome_of_tool(int r)
{
	switch (r) {
	case TOOL_E_ABSENT:
	case TOOL_E_FAILED:
		return STREAM_E_TOOL;
	case TOOL_E_LIMIT:
	case TOOL_E_TIMEOUT:
		return STREAM_E_LIMIT;
	default:
		return r;
	}
}

/* /proc/self/fd/0 and not the bytes of a pipe: cat-file looks at the head and seeks back. */
static int decompressor_start(struct stream *stream)
{
	static const char *const argv[] = {
		"/usr/lib/apt/apt-helper", "cat-file", "/proc/self/fd/0", NULL};
	const struct tool tool = {
		.argv = argv,
		.input = stream->fd,
		.drop = true,
		.timeout_ms = STREAM_TIMEOUT_MS,
		.output_max = stream->left,
	};

	return outcome_of_tool(tool_start(&tool, &stream->child));
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
	stream->child.output = -1;
	stream->left = max;
	r = sysroot_open_file(root, path, &stream->fd);
	if (r != 0) {
		return r;
	}
	n = pread(stream->fd, head, sizeof(head), 0);
	if (n < 0) {
		return -errno;
	}
	stream->compressed = bytes_compressed(head, (size_t)n);
	if (stream->compressed) {
		r = decompressor_start(stream);
		if (r != 0) {
			return r;
		}
	}
	*ret_stream = TAKE_PTR(stream);
	return 0;
}

int stream_read(struct stream *stream, char *buf, size_t size, size_t *ret_n)
{
	ssize_t n;

	if (stream->compressed) {
		return outcome_of_tool(tool_read(&stream->child, buf, size, ret_n));
	}
	do {
		n = read(stream->fd, buf, size);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		return -errno;
	}
	if ((size_t)n > stream->left) {
		return STREAM_E_LIMIT;
	}
	stream->left -= (size_t)n;
	*ret_n = (size_t)n;
	return 0;
}

void stream_free(struct stream *stream)
{
	if (!stream) {
		return;
	}
	tool_finish(&stream->child);
	if (stream->fd >= 0) {
		close(stream->fd);
	}
	free(stream);
}

void stream_free_p(struct stream **stream)
{
	stream_free(*stream);
}
