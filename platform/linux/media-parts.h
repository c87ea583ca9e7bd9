/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of platform/media-*.h share. */
#pragma once

#include "media-nodes.h"

/*
 * VIDIOC_QUERYCAP: whether the node takes pictures in. Opens it for a moment, which a driver for
 * one opener alone may refuse. MEDIA_PROBE_E_NO
 */
must_check int media_probe_captures(
	const struct sysroot *root, const struct media_node *node, bool *ret_captures);

#define MEDIA_PID_SIZE 12
/*
 * The name of a folder of /proc. By hand: snprintf() lies all over libc, and each page of it that
 * is mapped again costs an open of a camera as much as a call of the kernel.
 */
static inline void media_pid_write(pid_t pid, char ret_name[MEDIA_PID_SIZE])
{
	char digits[MEDIA_PID_SIZE];
	size_t n = 0, i = 0;

	do {
		digits[n++] = (char)('0' + pid % 10);
		pid /= 10;
	} while (pid > 0);
	while (n > 0) {
		ret_name[i++] = digits[--n];
	}
	ret_name[i] = '\0';
}
