/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vpn.full-tunnel: while the school's VPN is up, the kernel sends what is for the Internet through
 * it, by IPv4 and IPv6. A family without any way out leaks nothing. Judged only where the policy
 * asks for it ("full" true).
 */
#include "vpn.h"

#define ID "vpn.full-tunnel"

struct counts {
	size_t inside;
	size_t outside;
};

static void count(
	const struct policy *policy, const struct facts_network *network, struct counts *counts)
{
	for (size_t i = 0; i < network->n_ways; i++) {
		uint32_t link = network->ways[i].link;

		if (link == 0) {
			continue;
		}
		if (vpn_carries(policy, network, link)) {
			counts->inside++;
		} else {
			counts->outside++;
		}
	}
}

static int judge(
	const struct policy *policy, const struct facts_network *network, struct verdict *v)
{
	struct counts counts = {0};

	if (vpn_look(policy, network) == VPN_DOWN) {
		return verdict_set(v, POSTURE_NA, POSTURE_VPN_OFF);
	}
	count(policy, network, &counts);
	if (network->by_user) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	}
	if (counts.outside > 0) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_VPN_SPLIT);
	}
	return counts.inside > 0 ? verdict_set(v, POSTURE_PASS, POSTURE_VPN_FULL)
				 : verdict_set(v, POSTURE_NA, POSTURE_NO_NETWORK);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(free_ptr) struct facts_network *network = NULL;
	struct json_object *full = policy_control_value(ctx->policy, ID, "full");
	int r;

	if (vpn_named(ctx->policy) &&
		!(json_object_is_type(full, json_type_boolean) && json_object_get_boolean(full))) {
		return verdict_set(v, POSTURE_NA, POSTURE_VPN_MAY_SPLIT);
	}
	r = vpn_facts(ctx, v, &network);
	return r < 0 || !network ? r : judge(ctx->policy, network, v);
}

static const struct check_input inputs[] = {{.kind = CHECK_INPUT_NETWORK}};

const struct check check_vpn_full_tunnel = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
