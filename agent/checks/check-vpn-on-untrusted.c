/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vpn.on-untrusted: the school's VPN is up, or the network is one to trust. Weakly encrypted Wi-Fi
 * is not to be trusted. Well encrypted Wi-Fi and a cable say nothing about who else is there, so
 * they are to be trusted only where the policy says so ("trusted_wifi", "trusted_wired"). Which
 * network it is, is never looked at.
 */
#include "vpn.h"
#include "wifi-security.h"

#define ID VPN_POLICY

enum trust { TRUST_YES, TRUST_NOT_KNOWN, TRUST_NO };

static bool policy_says(const struct policy *policy, const char *name)
{
	struct json_object *value = policy_control_value(policy, ID, name);

	return json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value);
}

static enum trust wifi_trust(const struct facts_wifi *wifi, const struct policy *policy)
{
	enum trust worst = policy_says(policy, "trusted_wifi") ? TRUST_YES : TRUST_NOT_KNOWN;

	for (size_t i = 0; i < wifi->n_links; i++) {
		const struct facts_wifi_link *link = &wifi->links[i];

		switch (wifi_security_of(link->elements, link->elements_len, link->privacy)) {
		case WIFI_SECURITY_STRONG:
			break;
		case WIFI_SECURITY_UNKNOWN:
			worst = worst == TRUST_YES ? TRUST_NOT_KNOWN : worst;
			break;
		case WIFI_SECURITY_OWE:
		case WIFI_SECURITY_TKIP:
		case WIFI_SECURITY_WEP:
		case WIFI_SECURITY_OPEN:
			return TRUST_NO;
		}
	}
	return worst;
}

/* Without Wi-Fi in use, the way out is a cable, or a telephone's network. */
static int trust_look(const struct check_ctx *ctx, enum trust *ret_trust)
{
	cleanup(free_ptr) struct facts_wifi *wifi = NULL;
	int r = ctx->live->wifi(ctx->live->data, &wifi);

	if (r < 0) {
		return r;
	}
	if (r == 0 && wifi->n_links > 0) {
		*ret_trust = wifi_trust(wifi, ctx->policy);
		return 0;
	}
	*ret_trust = (r == 0 || r == FACTS_E_ABSENT) && policy_says(ctx->policy, "trusted_wired")
			     ? TRUST_YES
			     : TRUST_NOT_KNOWN;
	return 0;
}

static bool any_way(const struct facts_network *network)
{
	for (size_t i = 0; i < network->n_ways; i++) {
		if (network->ways[i].link != 0) {
			return true;
		}
	}
	return false;
}

static int trust_judge(const struct check_ctx *ctx, bool silent, struct verdict *v)
{
	enum trust trust;
	int r = trust_look(ctx, &trust);

	if (r < 0) {
		return r;
	}
	if (trust == TRUST_YES) {
		return verdict_set(v, POSTURE_PASS, POSTURE_NETWORK_TRUSTED);
	}
	if (silent) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_VPN_SILENT);
	}
	return trust == TRUST_NO ? verdict_set(v, POSTURE_FAIL, POSTURE_VPN_DOWN)
				 : verdict_set(v, POSTURE_UNKNOWN, POSTURE_TRUST_NOT_KNOWN);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(free_ptr) struct facts_network *network = NULL;
	int r = vpn_facts(ctx, v, &network);

	if (r < 0 || !network) {
		return r;
	}
	switch (vpn_look(ctx->policy, network)) {
	case VPN_UP:
		return verdict_set(v, POSTURE_PASS, POSTURE_VPN_UP);
	case VPN_SILENT:
		return trust_judge(ctx, true, v);
	case VPN_DOWN:
		break;
	}
	return any_way(network) ? trust_judge(ctx, false, v)
				: verdict_set(v, POSTURE_NA, POSTURE_NO_NETWORK);
}

static const struct check_input inputs[] = {
	{.kind = CHECK_INPUT_NETWORK},
	{.kind = CHECK_INPUT_WIFI},
};

const struct check check_vpn_on_untrusted = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
