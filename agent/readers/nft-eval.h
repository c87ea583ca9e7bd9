/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a ruleset does with an unexpected packet: the first packet of a TCP connection or a UDP
 * packet, from a stranger, to this machine, on one interface. The rules are run as the kernel runs
 * them (net/netfilter/nf_tables_core.c): every base chain at ingress, prerouting and input sees the
 * packet in the order of priorities, a drop in any of them is final, an accept ends only its own
 * chain. Bits that nobody can know beforehand stay unknown, and with them every way that they can
 * take: drop is said only when every way ends in a drop, accept only when every way ends in an
 * accept.
 *
 * The stranger has an address that no rule names in particular (not within a /24 or a /64 of a
 * rule), is reached by the interface it came in by, and sends a plain packet: no fragment, no
 * options of IP, no IPsec, any source port.
 */
#pragma once

#include "nft-model.h"

#define NFT_DEPTH_MAX 16		/* jumps, as the kernel's NFT_JUMP_STACK_SIZE */
#define NFT_STEPS_MAX ((size_t)8 << 20) /* operations and elements looked at, in all */
#define NFT_IFNAME_SIZE 16		/* IFNAMSIZ */

enum nft_fate { NFT_DROPPED, NFT_MAYBE, NFT_ACCEPTED };

struct nft_interface {
	char name[NFT_IFNAME_SIZE];
	uint32_t index, group;
	uint16_t type; /* ARPHRD_* */
	bool has_ipv6; /* IPv6 runs on it */
	bool is_bridge;
	bool has_parts; /* packets come in by another interface first: a bridge, a VLAN, a bond */
};

struct nft_packet {
	uint8_t family; /* 4 or 6 */
	uint8_t l4;	/* IPPROTO_TCP or IPPROTO_UDP */
	uint16_t port;
	const struct nft_interface *in;
};

struct nft_memo;
struct nft_eval {
	const struct nft_ruleset *ruleset;
	struct nft_memo *memo; /* one for each chain */
	uint8_t *strangers;    /* two for each set: whether it holds a stranger's address */
	uint32_t *base;	       /* chains that packets pass, in their order */
	size_t n_base;
	uint8_t family; /* that strangers was filled for */
	size_t steps;
	uint32_t next_port; /* the first one above the port asked about that may fare otherwise */
	int failure;	    /* NFT_E_LIMIT */
	bool marked;	    /* something unseen may have marked packets: set by the caller */
};
must_check int nft_eval_init(const struct nft_ruleset *ruleset, struct nft_eval *ret_eval);
void nft_eval_finish(struct nft_eval *eval);

/* NFT_E_LIMIT past NFT_STEPS_MAX */
must_check int nft_eval_packet(
	struct nft_eval *eval, const struct nft_packet *packet, enum nft_fate *ret_fate);

struct nft_ports {
	uint32_t accepted; /* of 65535 */
	uint32_t maybe;
};
/* The fate of each port, for this family, protocol and interface; packet->port is ignored. */
must_check int nft_eval_ports(
	struct nft_eval *eval, const struct nft_packet *packet, struct nft_ports *ret_ports);
/* Whether this one base chain by itself drops the packet, whatever the others do. */
must_check int nft_eval_chain_drops(
	struct nft_eval *eval, const struct nft_packet *packet, uint32_t chain, bool *ret_drops);
