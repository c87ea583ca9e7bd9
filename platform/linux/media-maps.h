/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a process has a file's memory mapped, once the file is known. */
#pragma once

#include "base.h"

#include <sys/types.h>

#define MEDIA_MAPS_LINES_MAX 131072 /* twice the kernel's vm.max_map_count */

struct media_mapped {
	uint64_t device, inode; /* of the node's file */
	char path[64];		/* as its descriptor's link says */
	bool mapped;		/* out */
};
/* process: directory fd of /proc/PID. -errno */
must_check int media_maps_look(int process, struct media_mapped *wanted, size_t n);
