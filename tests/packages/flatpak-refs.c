/* SPDX-License-Identifier: Apache-2.0 */
/* flatpak-refs INSTALLATION SUMMARIES: "REF update|same held|free HEARD MADE" for each installed.
 */
#include "flatpak.h"

#include <stdio.h>

static int print(const struct flatpak_seen *seen, void *data)
{
	(void)data;
	printf("%s %s %s %lld %lld\n", seen->ref, seen->update ? "update" : "same",
		seen->held ? "held" : "free", (long long)seen->heard, (long long)seen->made);
	return 0;
}

int main(int argc, char **argv)
{
	struct sysroot root;
	struct flatpak_place place = {.root = &root};
	int r;

	if (argc != 3 || sysroot_open("/", true, &root) != 0) {
		return 64;
	}
	place.installation = argv[1] + 1; /* below the root */
	place.summaries = argv[2] + 1;
	r = flatpak_look(&place, print, NULL);
	sysroot_finish(&root);
	if (r != 0) {
		fprintf(stderr, "outcome %d\n", r);
	}
	return r != 0;
}
