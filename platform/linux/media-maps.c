/* SPDX-License-Identifier: Apache-2.0 */
#include "media-maps.h"

#include "media-holders.h"
#include "str.h"

#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>

#define CHUNK ((size_t)32768)

/* Blanks fill the columns up */
static bool next_word(struct span *rest, struct span *ret_word)
{
	size_t n = 0;

	while (rest->len > 0 && rest->p[0] == ' ') {
		*rest = (struct span){rest->p + 1, rest->len - 1};
	}
	while (n < rest->len && rest->p[n] != ' ') {
		n++;
	}
	*ret_word = (struct span){rest->p, n};
	*rest = (struct span){rest->p + n, rest->len - n};
	return n > 0;
}

static bool hex_read(struct span word, uint64_t *ret_n)
{
	uint64_t n = 0;

	for (size_t i = 0; i < word.len; i++) {
		char c = word.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
			return false;
		}
		n = n << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	*ret_n = n;
	return word.len > 0 && word.len <= 8;
}

int media_map_parse(struct span line, struct media_map *ret_map)
{
	struct span rest = line, word, high, low;
	struct media_map map = {.device = 0};
	uint64_t major_n, minor_n;

	/* addresses, permissions, offset */
	for (int i = 0; i < 3; i++) {
		if (!next_word(&rest, &word)) {
			return -EINVAL;
		}
	}
	if (!next_word(&rest, &word) || !span_next(&word, ':', &high) ||
		!span_next(&word, ':', &low) || !hex_read(high, &major_n) ||
		!hex_read(low, &minor_n) || !next_word(&rest, &word) ||
		span_u64(word, &map.inode) < 0) {
		return -EINVAL;
	}
	map.device = makedev((unsigned)major_n, (unsigned)minor_n);
	map.path = span_trim(rest);
	*ret_map = map;
	return 0;
}

static void line_take(struct span line, struct media_mapped *wanted, size_t n)
{
	struct media_map map;

	if (media_map_parse(line, &map) < 0 || map.inode == 0) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		/* a layered file system says another device in maps than stat does */
		if (map.inode == wanted[i].inode &&
			(map.device == wanted[i].device || span_eq(map.path, wanted[i].path))) {
			wanted[i].mapped = true;
		}
	}
}

int media_maps_look(int process, struct media_mapped *wanted, size_t n)
{
	cleanup(fd_close) int fd = openat(process, "maps", O_RDONLY | O_CLOEXEC);
	char buf[CHUNK]; /* of which the kernel fills a page at a time */
	size_t held = 0, lines = 0;
	ssize_t got;

	if (fd < 0) {
		return -errno;
	}
	while ((got = read(fd, buf + held, CHUNK - held)) > 0 && lines < MEDIA_MAPS_LINES_MAX) {
		struct span rest = {buf, held + (size_t)got};
		const char *end;

		while ((end = memchr(rest.p, '\n', rest.len))) {
			size_t len = (size_t)(end - rest.p);

			line_take((struct span){rest.p, len}, wanted, n);
			rest = (struct span){end + 1, rest.len - len - 1};
			lines++;
		}
		if (rest.len == CHUNK) {
			rest.len = 0; /* no line of the kernel is that long */
		}
		memmove(buf, rest.p, rest.len);
		held = rest.len;
	}
	return 0;
}
