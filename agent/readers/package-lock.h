/* SPDX-License-Identifier: Apache-2.0 */
/* Whether somebody installs or removes packages at this moment. */
#pragma once

#include "sysroot.h"

/*
 * dpkg's locks, held by a process (fcntl(2), F_GETLK; nothing is locked or waited for). False too
 * when it cannot be seen.
 */
bool package_lock_held(const struct sysroot *root);
