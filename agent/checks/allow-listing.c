/* SPDX-License-Identifier: Apache-2.0 */
#include "allow-listing.h"
#include "unit-state.h"

bool allow_listing_by_policy(const struct policy *policy)
{
	struct json_object *alternative =
		policy_control_value(policy, "malware.av-active", "alternative");

	return json_object_is_type(alternative, json_type_boolean) &&
	       json_object_get_boolean(alternative);
}

int allow_listing_permissive(const struct sysroot *root, bool *ret_permissive)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = sysroot_read(root, "etc/fapolicyd/fapolicyd.conf", UNIT_FILE_MAX, &text, &len);

	if (r == -ENOMEM) {
		return r;
	}
	*ret_permissive = r == 0 && (unit_text_has_line(text, "permissive = 1") ||
					    unit_text_has_line(text, "permissive=1"));
	return 0;
}

int allow_listing_used(const struct check_ctx *ctx, bool *ret_used)
{
	enum unit_running running = UNIT_ABSENT;
	bool permissive = false;
	int r;

	if (allow_listing_by_policy(ctx->policy)) {
		*ret_used = true;
		return 0;
	}
	r = unit_look_running(ctx, "fapolicyd.service", &running);
	if (r == 0) {
		r = allow_listing_permissive(ctx->root, &permissive);
	}
	if (r == 0) {
		*ret_used = running == UNIT_ACTIVE && !permissive;
	}
	return r;
}
