/* SPDX-License-Identifier: Apache-2.0 */
/* dconf itself, on the databases of a fake root: `dconf update ROOT/etc/dconf/db` */
#pragma once

#include "place.h"

/* For the compile of a place; ENFORCE_ERROR_TOOL_FAILED, -ENOMEM */
int dconf_update(const struct enforce_place *place);
