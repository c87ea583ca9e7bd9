/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Updates of flatpaks and snaps, beside those of the system's own packages. Neither maker tells
 * which of them are security fixes, so each counts (Cyber Essentials). A flatpak's is as old as its
 * first sighting here; it is no older than its commit, and a commit proves age by itself only once
 * it is TRIAL_DAYS older than allowed, since it may have been tried out elsewhere before it came
 * into its remote. A snap's is as old as its first sighting, or as what snapd says of how long it
 * was kept from being installed.
 */
#pragma once

#include "fix-tally.h"

/*
 * Adds them, between first_seen_begin and first_seen_end where there is a memory, and sets
 * tally->doubt where something could not be told. Negative errno
 */
must_check int app_fixes_take(const struct check_ctx *ctx, struct fix_tally *tally);
/*
 * On a system whose own packages are judged otherwise, when v says how: v becomes worse when the
 * apps are.
 */
must_check int app_fixes_join(const struct check_ctx *ctx, struct verdict *v);
