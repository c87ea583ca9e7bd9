/* SPDX-License-Identifier: Apache-2.0 */
/* first-seen.json in the state directory: in memory only while package lists are judged. */
#pragma once

#include "first-seen.h"

#define SEEN_FILE "first-seen.json"

/* A missing file starts a new memory; a damaged one is set aside as first-seen.json.bad. */
must_check int seen_open(int state_fd, struct first_seen **ret_memory);
/* Saves when there is something to save. The memory stays the caller's. */
must_check int seen_save(int state_fd, struct first_seen *memory);
