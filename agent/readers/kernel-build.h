/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debian and Ubuntu mend a kernel also under one release: "6.1.0-25-amd64" stays, and the package
 * that holds it goes from 6.1.106-2 to 6.1.106-3. Which build runs is in /proc/version, at the end
 * before its date, or in Ubuntu's /proc/version_signature.
 */
#pragma once

#include "check.h"

#define KERNEL_BUILD_MAX 127

/* The version of the package that the running kernel came with. Pure. False where none is named. */
bool kernel_build_parse(struct span version, char build[KERNEL_BUILD_MAX + 1]);
/* "Ubuntu 6.8.0-45.45-generic 6.8.12" of a kernel of this flavour. Pure. */
bool kernel_build_parse_signature(
	struct span signature, const char *flavour, char build[KERNEL_BUILD_MAX + 1]);

/*
 * The package of the running release is installed in a higher version than the one that runs; since
 * when in ret_since, 0 where that cannot be said. False too where it cannot be seen. -ENOMEM
 */
must_check int kernel_build_behind(const struct check_ctx *ctx, const char *release,
	const char *flavour, bool *ret_behind, int64_t *ret_since);
