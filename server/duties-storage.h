/* SPDX-License-Identifier: Apache-2.0 */
/* What the running endpoint sees of the disk that its store lies on, for duties.h. */
#pragma once

#include "duties.h"
#include "state.h"

/* DUTIES_UNSEEN for a store at a URL, which lies somewhere else */
enum duties_storage duties_storage_of(const struct state *state);
