/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the plug of a place: does to the state of a fake root what snapd does to its own when a plug
 * is connected or disconnected, as snapd 2.57.6 was seen to (tests/settings/snap.py asks snapd
 * itself).
 */
#pragma once

#include "place.h"

int fake_snapd(const struct enforce_place *place, const char *plug, bool connect);
