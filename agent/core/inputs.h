/* SPDX-License-Identifier: Apache-2.0 */
/* What a check says that its verdict depends on, as the judge and the watch want it. */
#pragma once

#include "check.h"
#include "watch.h"

/* Lists of packages, which are rewritten in hundreds of steps */
bool inputs_read_packages(const struct check *check);
bool inputs_name_people(const struct check *check);
bool inputs_name_media(const struct check *check);
/* Whether a change makes the verdict stale; path: the token of a WATCH_FILE. */
bool inputs_concern(const struct check *check, enum watch_kind kind, const char *path);
/*
 * Watches them all, those of a check of the registry: each file once, for all checks that name it,
 * its path as token. What this machine lacks is told and left out: -ENOMEM alone is an error.
 */
must_check int inputs_watch(struct watch *watch, const struct check *check);
