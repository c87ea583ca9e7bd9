// SPDX-License-Identifier: Apache-2.0
/*
 * usage: find-word WORD DISK...
 *
 * Whether a word that fills a file lies on a disk in clear: 0 when it does, 1 when it does not. The
 * disk is read past every cache, and of each block only the beginning is searched, since a file
 * that is full of the word has it there.
 */
#include "base.h"
#include "fd.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define BLOCK ((size_t)4096)
#define LOOKED_AT ((size_t)128)
#define CHUNK ((size_t)1 << 20)

enum found { FOUND, FOUND_NOT, FOUND_ERROR = 2 };

static enum found disk_search(const char *path, const char *word)
{
	cleanup(fd_close) int fd = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
	cleanup(free_ptr) char *chunk = aligned_alloc(BLOCK, CHUNK);
	ssize_t n;

	if (fd < 0 || !chunk) {
		return FOUND_ERROR;
	}
	while ((n = read(fd, chunk, CHUNK)) > 0) {
		for (size_t at = 0; at + LOOKED_AT <= (size_t)n; at += BLOCK) {
			/* Most of it was never written. */
			if (chunk[at] != '\0' &&
				memmem(chunk + at, LOOKED_AT, word, strlen(word))) {
				return FOUND;
			}
		}
	}
	return n < 0 ? FOUND_ERROR : FOUND_NOT;
}

int main(int argc, char *argv[])
{
	if (argc < 3 || strlen(argv[1]) < 8) {
		(void)fputs("usage: find-word WORD DISK...\n", stderr);
		return 64;
	}
	for (int i = 2; i < argc; i++) {
		enum found found = disk_search(argv[i], argv[1]);

		if (found == FOUND_ERROR) {
			(void)fprintf(stderr, "find-word: could not read %s\n", argv[i]);
		}
		if (found != FOUND_NOT) {
			return found;
		}
	}
	return FOUND_NOT;
}
