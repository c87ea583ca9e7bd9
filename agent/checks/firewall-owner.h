/* SPDX-License-Identifier: Apache-2.0 */
/* Who put a chain of the firewall in force, and whether that one does so at the next start too. */
#pragma once

#include "firewall.h"

enum firewall_keeping {
	FIREWALL_KEEP_UNKNOWN, /* nobody that is known loads it */
	FIREWALL_KEEP_OFF,     /* its owner is there, and does not start */
	FIREWALL_KEEP_ON,
};
/* chain: of the ruleset, one that drops packets by itself. family: 4 or 6. -ENOMEM */
must_check int firewall_keeping(const struct check_ctx *ctx, const struct firewall *firewall,
	const struct nft_chain *chain, uint8_t family, enum firewall_keeping *ret_keeping);

/* The files that tell about it, as inputs of a check, sorted */
#define FIREWALL_OWNER_INPUTS                                                                    \
	{CHECK_INPUT_FILE, "etc/iptables"}, {CHECK_INPUT_FILE, "etc/iptables/iptables.rules"},   \
		{CHECK_INPUT_FILE, "etc/iptables/ip6tables.rules"},                              \
		{CHECK_INPUT_FILE, "etc/iptables/rules.v4"},                                     \
		{CHECK_INPUT_FILE, "etc/iptables/rules.v6"}, {CHECK_INPUT_FILE, "etc/nftables"}, \
		{CHECK_INPUT_FILE, "etc/nftables.conf"}, {CHECK_INPUT_FILE, "etc/nftables.d"},   \
		{CHECK_INPUT_FILE, "etc/sysconfig/ip6tables"},                                   \
		{CHECK_INPUT_FILE, "etc/sysconfig/iptables"},                                    \
		{CHECK_INPUT_FILE, "etc/sysconfig/nftables.conf"},                               \
		{CHECK_INPUT_FILE, "etc/systemd/system"},                                        \
		{CHECK_INPUT_FILE, "etc/systemd/system/multi-user.target.wants"},                \
		{CHECK_INPUT_FILE, "etc/systemd/system/sysinit.target.wants"},                   \
	{                                                                                        \
		CHECK_INPUT_FILE, "etc/ufw/ufw.conf"                                             \
	}
