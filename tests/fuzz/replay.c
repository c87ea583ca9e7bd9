/* SPDX-License-Identifier: Apache-2.0 */
/* Feeds every file of a corpus folder to a target: the plain test of what fuzzing found. */
#include "fd.h"
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define INPUT_MAX ((size_t)8 << 20)

static int replay_file(int dirfd, const char *name)
{
	cleanup(free_ptr) char *bytes = NULL;
	cleanup(free_ptr) uint8_t *exact = NULL;
	size_t len;
	int r = fd_read_regular(dirfd, name, INPUT_MAX, &bytes, &len);

	if (r != 0) {
		fprintf(stderr, "could not read %s: %d\n", name, r);
		return -1;
	}
	/* No terminator behind the last byte, so that a sanitizer sees one byte too far. */
	exact = malloc(len ? len : 1);
	if (!exact) {
		return -1;
	}
	memcpy(exact, bytes, len);
	(void)LLVMFuzzerTestOneInput(exact, len);
	return 0;
}

int main(int argc, char **argv)
{
	DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;
	unsigned count = 0;
	int failed = 0;

	if (!dir) {
		fprintf(stderr, "usage: replay FOLDER\n");
		return 1;
	}
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		if (entry->d_name[0] == '.') {
			continue;
		}
		failed |= replay_file(dirfd(dir), entry->d_name);
		count++;
	}
	closedir(dir);
	printf("%u inputs\n", count);
	return failed || count == 0;
}
