/* SPDX-License-Identifier: Apache-2.0 */
#include "rpm-installed.h"

#include <string.h>

void rpm_installed_finish(struct rpm_installed *installed)
{
	rpm_list_finish(&installed->list);
	free(installed->lines);
	*installed = (struct rpm_installed){.asked = false};
}

static int ask(const struct check_ctx *ctx, struct rpm_installed *installed)
{
	size_t len = 0;
	int r = ctx->live->rpm_packages(ctx->live->data, &installed->lines, &len);

	return r != 0 ? r : rpm_list_parse((struct span){installed->lines, len}, &installed->list);
}

int rpm_installed_read(
	const struct check_ctx *ctx, struct rpm_installed *own, const struct rpm_list **ret_list)
{
	struct rpm_installed *installed = ctx->rpm ? ctx->rpm : own;

	if (!ctx->live || !ctx->live->rpm_packages) {
		return RPM_INSTALLED_E_LIVE;
	}
	if (!installed->asked) {
		installed->outcome = ask(ctx, installed);
		installed->asked = true;
	}
	if (installed->outcome == 0) {
		*ret_list = &installed->list;
	}
	return installed->outcome;
}
