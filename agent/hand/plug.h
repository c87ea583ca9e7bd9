/* SPDX-License-Identifier: Apache-2.0 */
/* `snap connect` and `snap disconnect` for the few plugs that profiles name, and for no others. */
#pragma once

#include "place.h"

/* ENFORCE_ERROR_SNAPD, ENFORCE_ERROR_OUT_OF_BOUNDS, -ENOMEM */
must_check int hand_plug(const struct enforce_place *place, const char *plug, bool connect);
