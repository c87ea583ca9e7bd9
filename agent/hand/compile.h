/* SPDX-License-Identifier: Apache-2.0 */
/* Tools that make a written setting count: each a fixed command of its own, for the live system. */
#pragma once

#include "place.h"

/* `dconf update` for /etc/dconf/db. ENFORCE_ERROR_NO_TOOL, ENFORCE_ERROR_TOOL_FAILED, -ENOMEM */
must_check int hand_compile(const struct enforce_place *place);
