/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fw.inbound-default-deny: the live ruleset ends unexpected packets on every real interface, for
 * IPv4 and IPv6, TCP and UDP, apart from a limited number of ports that somebody opened.
 */
#include "firewall.h"

#include <netinet/in.h>

#define ID "fw.inbound-default-deny"
/* More open ports than this are no list of services any more, but a door. */
#define OPEN_PORTS_DEFAULT 4096

static const struct check_input inputs[] = {
	{CHECK_INPUT_FIREWALL, NULL},
	{CHECK_INPUT_LINK, NULL},
};

static int open_judge(const struct firewall *firewall, const struct firewall_reach *worst,
	uint8_t family, struct verdict *v)
{
	verdict_note(v, "open-to", "%s %s", family == 4 ? "IPv4" : "IPv6",
		worst->l4 == IPPROTO_TCP ? "TCP" : "UDP");
	return verdict_set(v, POSTURE_FAIL,
		firewall_has_input(firewall) ? POSTURE_FIREWALL_OPEN : POSTURE_FIREWALL_ABSENT);
}

static int judge(const struct check_ctx *ctx, const struct firewall *firewall,
	const struct firewall_reach *four, const struct firewall_reach *six, struct verdict *v)
{
	int64_t allowed =
		policy_control_number(ctx->policy, ID, "max_open_ports", OPEN_PORTS_DEFAULT);
	bool six_worse = six->accepted > four->accepted;
	const struct firewall_reach *worst = six_worse ? six : four;

	verdict_note(v, "open-ports", "%u", worst->accepted);
	if (four->maybe <= allowed && six->maybe <= allowed) {
		return verdict_set(v, POSTURE_PASS, POSTURE_FIREWALL_DENIES);
	}
	/* Tables that were not read can only drop more: they may mend a fail. */
	if (worst->accepted <= allowed || firewall_is_partial(firewall)) {
		return firewall_doubt(firewall, v);
	}
	return open_judge(firewall, worst, six_worse ? 6 : 4, v);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(firewall_free_p) struct firewall *firewall = NULL;
	struct firewall_reach four, six;
	int r = firewall_read(ctx, &firewall, v);

	if (r == 0) {
		r = firewall_reach(firewall, 4, &four, v);
	}
	if (r == 0) {
		r = firewall_reach(firewall, 6, &six, v);
	}
	if (r != 0) {
		return r == FIREWALL_E_JUDGED ? 0 : r;
	}
	return judge(ctx, firewall, &four, &six, v);
}

const struct check check_fw_inbound_default_deny = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
