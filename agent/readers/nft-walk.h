/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the rules of one chain, for nft-eval.c. */
#pragma once

#include "nft-step.h"

/* A point that the packet may reach, and what is known of it there */
struct nft_place {
	bool possible;
	struct nft_state state;
};
/* Every way out of a chain, or of a rule */
struct nft_ways {
	bool drop;
	struct nft_place accept;
	struct nft_place next; /* behind the chain, or to the next rule */
	struct nft_place back; /* out of the chain; of a rule alone */
};
void nft_place_join(struct nft_place *place, const struct nft_state *state);

struct nft_memo {
	bool known;
	uint16_t running; /* how often it is entered */
	struct nft_state in;
	struct nft_ways out;
};
/* eval->failure is set when a limit was met; then the ways mean nothing. */
void nft_chain_walk(struct nft_eval *eval, const struct nft_packet *packet, uint32_t chain,
	const struct nft_state *in, unsigned depth, struct nft_ways *ret_ways);
