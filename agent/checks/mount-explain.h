/* SPDX-License-Identifier: Apache-2.0 */
/* What an outcome of mount-crypt.h is as a verdict. */
#pragma once

#include "check.h"
#include "mount-crypt.h"

/* Sets the verdict for an outcome of mount_crypt_table; forwards a negative errno. */
int mount_crypt_explain(int outcome, struct verdict *v);
