/* SPDX-License-Identifier: Apache-2.0 */
/* lay-scenario DIR TREE: the machine of one scenario as files below TREE, which must not exist. */
#include "scenario.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	int r;

	if (argc != 3) {
		(void)fprintf(stderr, "usage: lay-scenario DIR TREE\n");
		return 64;
	}
	r = scenario_lay_out(argv[1], argv[2]);
	if (r < 0) {
		(void)fprintf(stderr, "could not lay out %s: %s\n", argv[1], strerror(-r));
	}
	return r < 0;
}
