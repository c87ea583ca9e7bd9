/* SPDX-License-Identifier: Apache-2.0 */
#include "vpn.h"

#include <string.h>

static size_t list_len(const struct policy *policy, const char *name)
{
	struct json_object *list = policy_control_value(policy, VPN_POLICY, name);

	return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

static bool list_has(const struct policy *policy, const char *name, const char *text)
{
	struct json_object *list = policy_control_value(policy, VPN_POLICY, name);

	for (size_t i = 0; i < list_len(policy, name); i++) {
		struct json_object *one = json_object_array_get_idx(list, i);

		if (json_object_is_type(one, json_type_string) &&
			strcmp(json_object_get_string(one), text) == 0) {
			return true;
		}
	}
	return false;
}

bool vpn_named(const struct policy *policy)
{
	return list_len(policy, "interfaces") > 0 || list_len(policy, "kinds") > 0;
}

static enum vpn_state link_state(const struct policy *policy, const struct facts_net_link *link)
{
	bool named = list_has(policy, "interfaces", link->name) ||
		     (link->kind[0] && list_has(policy, "kinds", link->kind));

	if (!named || !link->up) {
		return VPN_DOWN;
	}
	return link->handshake_s == FACTS_HANDSHAKE_NEVER ? VPN_SILENT : VPN_UP;
}

enum vpn_state vpn_look(const struct policy *policy, const struct facts_network *network)
{
	enum vpn_state best = VPN_DOWN;

	for (size_t i = 0; i < network->n_links; i++) {
		enum vpn_state one = link_state(policy, &network->links[i]);

		best = one > best ? one : best;
	}
	return best;
}

bool vpn_carries(const struct policy *policy, const struct facts_network *network, uint32_t link)
{
	for (size_t i = 0; i < network->n_links; i++) {
		if (network->links[i].index == link) {
			return link_state(policy, &network->links[i]) != VPN_DOWN;
		}
	}
	return false;
}

int vpn_facts(const struct check_ctx *ctx, struct verdict *v, struct facts_network **ret_network)
{
	struct facts_network *network = NULL;
	int r;

	if (!vpn_named(ctx->policy)) {
		*ret_network = NULL;
		return verdict_set(v, POSTURE_NA, POSTURE_VPN_NOT_NAMED);
	}
	if (!ctx->live) {
		*ret_network = NULL;
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_LIVE_ONLY);
	}
	r = ctx->live->network(ctx->live->data, &network);
	if (r < 0) {
		return r;
	}
	*ret_network = network;
	switch (r) {
	case 0:
		return 0;
	case FACTS_E_NOT_PERMITTED:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	case FACTS_E_LIMIT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	default:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	}
}
