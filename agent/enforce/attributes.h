/* SPDX-License-Identifier: Apache-2.0 */
/* Owner, mode, ACL and extended attributes (a SELinux label among them) of a file that is replaced.
 */
#pragma once

#include "base.h"

#include <sys/stat.h>

/* ENFORCE_ERROR_ATTRIBUTES when one of them could not be kept; -errno */
must_check int enforce_attributes_copy(int from, const struct stat *st, int to);
