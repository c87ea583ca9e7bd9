/* SPDX-License-Identifier: Apache-2.0 */
/* Who holds a device open, as a real process */
#pragma once

#include <sys/types.h>

/* A child that does as each byte says: o open, m map, u unmap, c close; q ends */
struct holder {
	pid_t pid;
	int words, done;
};

struct holder holder_start(const char *path);
/* Returns once the child did each. */
void holder_tell(const struct holder *h, const char *words);
void holder_end(struct holder *h);
