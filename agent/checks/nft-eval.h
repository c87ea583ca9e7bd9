/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a ruleset does with an unexpected packet: the first packet of a TCP connection or a UDP
 * packet, from a stranger, to this machine, on one interface. Netfilter's rules (nft(8), hooks):
 * every base chain at prerouting and input sees it, a drop in any of them is final, an accept ends
 * only its own chain. What the model does not know stays open: drop is said only when every way
 * ends in a drop, accept only when every way ends in an accept.
 */
#pragma once

#include "nft-model.h"

#define NFT_DEPTH_MAX 16		/* jumps, as the kernel's NFT_JUMP_STACK_SIZE */
#define NFT_STEPS_MAX ((size_t)4 << 20) /* rules looked at in all */

enum nft_fate { NFT_DROPPED, NFT_MAYBE, NFT_ACCEPTED };

struct nft_packet {
	uint8_t family; /* 4 or 6 */
	uint8_t l4;	/* IPPROTO_TCP or IPPROTO_UDP */
	uint16_t port;
	const char *iif; /* NULL: an interface that no rule names */
};

struct nft_eval {
	const struct nft_ruleset *ruleset;
	uint8_t *memo; /* three per chain: by what comes after it */
	size_t steps;
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
