/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The VPN that the policy names: "interfaces" (names) and "kinds" (the kernel's words: wireguard,
 * tun, xfrm, ppp, ...) of vpn.on-untrusted. Names of links stay in memory.
 */
#pragma once

#include "check.h"

#define VPN_POLICY "vpn.on-untrusted"

bool vpn_named(const struct policy *policy);

enum vpn_state {
	VPN_DOWN,
	VPN_SILENT, /* there, and yet nobody has ever answered */
	VPN_UP,
};
enum vpn_state vpn_look(const struct policy *policy, const struct facts_network *network);
/* Whether a link is one of the policy's VPN and up */
bool vpn_carries(const struct policy *policy, const struct facts_network *network, uint32_t link);

/*
 * The facts, or the verdict set to why they are not there: na without a VPN in the policy, unknown
 * without a running kernel. Negative errno, 0 with *ret_network (heap; NULL when the verdict is
 * set).
 */
must_check int vpn_facts(
	const struct check_ctx *ctx, struct verdict *v, struct facts_network **ret_network);
