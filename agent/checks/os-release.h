/* SPDX-License-Identifier: Apache-2.0 */
/* The file os-release(5): which system this is, by its own word. */
#pragma once

#include "check.h"

#define OS_RELEASE_MAX ((size_t)64 << 10)
#define OS_RELEASE_VALUE_MAX 63

/* Values longer than OS_RELEASE_VALUE_MAX, or with bytes outside [A-Za-z0-9._:/+-], stay empty. */
struct os_release {
	char id[OS_RELEASE_VALUE_MAX + 1];
	char version_id[OS_RELEASE_VALUE_MAX + 1];
	char codename[OS_RELEASE_VALUE_MAX + 1]; /* VERSION_CODENAME */
	char build_id[OS_RELEASE_VALUE_MAX + 1];
	char support_end[OS_RELEASE_VALUE_MAX + 1]; /* YYYY-MM-DD */
};

/* Pure; the last assignment of a key holds, as in a shell. */
void os_release_parse(struct span text, struct os_release *ret_release);

enum os_release_outcome {
	OS_RELEASE_E_MISSING = 1,
	OS_RELEASE_E_FORMAT, /* there, but not a readable regular file of sane size with an ID */
};
/* /etc/os-release, else /usr/lib/os-release */
must_check int os_release_read(const struct sysroot *root, struct os_release *ret_release);
