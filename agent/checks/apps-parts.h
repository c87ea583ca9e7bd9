/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of installed programs share: one file for dpkg, one for all others. */
#pragma once

#include "apps.h"

struct apps_lookup {
	const struct app *apps;
	size_t n;
	struct app_seen *seen;
	bool any;
	size_t n_wanted; /* of the lists: those not found yet */
};

/* One more version of one of the list: the lowest stays. */
void apps_version_take(struct app_seen *seen, struct span version);
/* By rpm or pacman; APPS_E_MANAGER where neither is there. */
must_check int apps_look_others(const struct check_ctx *ctx, struct apps_lookup *lookup);
/* Reads the version of what is a snap. -ENOMEM */
must_check int apps_look_snaps(const struct check_ctx *ctx, struct apps_lookup *lookup);
