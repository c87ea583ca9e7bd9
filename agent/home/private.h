/* SPDX-License-Identifier: Apache-2.0 */
/* Where an account's own folder is, when what lies in it is encrypted on its way to the disk. */
#pragma once

#include "sysroot.h"

/* home: its directory fd. Heap; NULL when it is not encrypted, or that cannot be seen. -ENOMEM */
must_check int private_folder(const struct sysroot *root, int home, char **ret_folder);
