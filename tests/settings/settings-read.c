/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What our own reader says of settings, for dconf.py to hold against dconf and gsettings: a line
 * "SCHEMA KEY" on standard input, "NUMBER writable|fixed" or a word on standard output.
 */
#include "gsettings.h"
#include "str.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LINE_MAX_LEN 512

static void answer(
	const struct gsettings *settings, const char *schema, const char *key, const char *desktops)
{
	int64_t number;
	bool fixed;
	int r = gsettings_number(settings, schema, key, span_z(desktops), &number, &fixed);

	if (r == 0) {
		printf("%" PRId64 " %s\n", number, fixed ? "fixed" : "writable");
	} else {
		printf("%s\n", r == GSETTINGS_E_NONE ? "none" : "not-seen");
	}
}

int main(int argc, char **argv)
{
	cleanup(sysroot_finish) struct sysroot root = {.fd = -1};
	cleanup(gsettings_finish) struct gsettings settings = {.n = 0};
	cleanup(fd_close) int home = -1;
	struct personal_place place = {.root = &root, .uid = getuid()};
	char line[LINE_MAX_LEN];

	if (argc != 4 || sysroot_open(argv[1], false, &root) < 0) {
		return 64;
	}
	home = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	place.home = home;
	if (home < 0 || gsettings_open(&place, &settings) != 0) {
		puts("not-seen");
		return 1;
	}
	while (fgets(line, sizeof(line), stdin)) {
		char *key = strchr(line, ' ');

		line[strcspn(line, "\n")] = '\0';
		if (!key) {
			return 64;
		}
		*key++ = '\0';
		answer(&settings, line, key, argv[3]);
	}
	return 0;
}
