/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rpm's database holds, asked once for all checks of one run: to start rpm is the dearest
 * thing that an audit does.
 */
#pragma once

#include "check.h"
#include "rpm-list.h"

#define RPM_INSTALLED_E_LIVE 64 /* only the running system can be asked; above every FACTS_E_* */

/* Zeroed: not asked yet */
struct rpm_installed {
	bool asked;
	int outcome;
	char *lines;
	struct rpm_list list; /* points into lines */
};
void rpm_installed_finish(struct rpm_installed *installed);

/*
 * The list lives as long as ctx->rpm, or where a run has none, as own. FACTS_E_*;
 * RPM_INSTALLED_E_LIVE; negative errno as of rpm_list_parse.
 */
must_check int rpm_installed_read(
	const struct check_ctx *ctx, struct rpm_installed *own, const struct rpm_list **ret_list);
