/* SPDX-License-Identifier: Apache-2.0 */
/* Whether people's accounts, or their rights, may come from a directory (nsswitch.conf(5)). */
#pragma once

#include "sysroot.h"

/*
 * database: "passwd", "sudoers". sss counts once sssd is set up: Fedora names it on every machine.
 * -ENOMEM
 */
must_check int directory_used(const struct sysroot *root, const char *database, bool *ret_used);
