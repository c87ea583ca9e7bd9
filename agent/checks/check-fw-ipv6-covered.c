/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fw.ipv6-covered: unexpected packets of IPv6 end as those of IPv4 do, or IPv6 is off. A machine
 * whose IPv4 is open as well fails too: nothing covers its IPv6.
 */
#include "firewall.h"

#include <netinet/in.h>

#define ID "fw.ipv6-covered"
#define OPEN_PORTS_DEFAULT 4096
/* Whether IPv6 is off is a setting of the kernel that nothing announces. */
#define RECHECK_S 3600

static const struct check_input inputs[] = {
	{CHECK_INPUT_FIREWALL, NULL},
	{CHECK_INPUT_LINK, NULL},
};

static int judge(const struct check_ctx *ctx, const struct firewall *firewall,
	const struct firewall_reach *six, struct verdict *v)
{
	int64_t allowed =
		policy_control_number(ctx->policy, ID, "max_open_ports", OPEN_PORTS_DEFAULT);

	if (!six->asked) {
		v->due_s = ctx->now.wall_s + RECHECK_S;
		return verdict_set(v, POSTURE_PASS, POSTURE_IPV6_OFF);
	}
	verdict_note(v, "open-ports", "%u", six->accepted);
	if (six->maybe <= allowed) {
		return verdict_set(v, POSTURE_PASS, POSTURE_IPV6_COVERED);
	}
	/* Tables that were not read can only drop more: they may mend a fail. */
	if (six->accepted <= allowed || firewall_is_partial(firewall)) {
		return firewall_doubt(firewall, v);
	}
	return verdict_set(v, POSTURE_FAIL, POSTURE_IPV6_OPEN);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(firewall_free_p) struct firewall *firewall = NULL;
	struct firewall_reach six;
	int r = firewall_read(ctx, &firewall, v);

	if (r == 0 && !firewall->interfaces.ipv6) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_IPV6);
	}
	if (r == 0) {
		r = firewall_reach(firewall, 6, &six, v);
	}
	if (r != 0) {
		return r == FIREWALL_E_JUDGED ? 0 : r;
	}
	return judge(ctx, firewall, &six, v);
}

const struct check check_fw_ipv6_covered = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
