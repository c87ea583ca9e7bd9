/* SPDX-License-Identifier: Apache-2.0 */
/* Which elements of a set the packet may meet, for nft-eval.c. */
#pragma once

#include "nft-step.h"

struct nft_hits {
	const struct nft_element *first; /* one that holds, or may */
	size_t n;			 /* how many more than one may hold */
	bool sure;			 /* first holds, and no other */
	bool missed;			 /* perhaps none does */
};
/* fn is told of each element that may hold; the one that holds for certain comes last. */
typedef void (*nft_hit_fn)(const struct nft_element *element, void *data);
struct nft_hits nft_lookup(
	struct nft_step *step, const struct nft_op *op, nft_hit_fn fn, void *data);
