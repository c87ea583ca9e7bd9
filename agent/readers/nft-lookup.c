/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-lookup.h"

#define STRANGER_NOT_ASKED 0xff

static enum nft_truth element_truth(struct nft_step *step, const struct nft_set *set,
	const struct nft_element *element, uint8_t reg)
{
	enum nft_truth truth = NFT_YES;
	size_t at = 0;

	if (!set->interval) {
		return nft_regs_equal(step, reg, element->low, set->key_len);
	}
	if (element->open) {
		return nft_regs_within(step, reg, element->low, element->high, true, set->key_len);
	}
	for (uint8_t i = 0; i < set->n_fields && truth != NFT_NO; i++) {
		const char *high = element->high ? element->high : element->low;

		truth = nft_both(
			truth, nft_regs_within(step, (uint8_t)(reg + at), element->low + at,
				       high + at, false, set->fields[i]));
		at += (size_t)(set->fields[i] + 3) / 4 * 4;
	}
	return truth;
}

/* Whether the whole key is one address of a stranger's, or of ours: then no port changes a thing.
 */
static enum nft_origin key_origin(const struct nft_step *step, uint8_t reg, size_t len)
{
	const struct nft_regs *regs = &step->regs;

	for (size_t i = 0; i < len; i++) {
		if ((regs->origin[reg + i] & NFT_ORIGIN_INDEX) != i || regs->known[reg + i] != 0 ||
			regs->origin[reg + i] >> NFT_ORIGIN_SHIFT !=
				regs->origin[reg] >> NFT_ORIGIN_SHIFT) {
			return NFT_ORIGIN_NONE;
		}
	}
	return (enum nft_origin)(regs->origin[reg] >> NFT_ORIGIN_SHIFT);
}

static struct nft_hits elements_walk(
	struct nft_step *step, const struct nft_set *set, uint8_t reg, nft_hit_fn fn, void *data)
{
	const struct nft_element *elements =
		set->n > 0 ? &step->eval->ruleset->elements.items[set->first] : NULL;
	const struct nft_element *rest = NULL;
	struct nft_hits hits = {.missed = true};

	step->eval->steps += set->n;
	for (uint32_t i = 0; i < set->n && hits.missed; i++) {
		enum nft_truth truth;

		if (elements[i].catchall) {
			rest = &elements[i];
		}
		if (elements[i].catchall || elements[i].end) {
			continue;
		}
		truth = element_truth(step, set, &elements[i], reg);
		if (truth == NFT_NO) {
			continue;
		}
		if (elements[i].expiring || set->changing || set->partial) {
			truth = NFT_UNKNOWN;
		}
		fn(&elements[i], data);
		hits.first = hits.first ? hits.first : &elements[i];
		hits.n++;
		hits.missed = truth != NFT_YES;
	}
	if (rest && hits.missed) {
		fn(rest, data);
		hits.first = hits.first ? hits.first : rest;
		hits.n++;
		hits.missed = rest->expiring || set->changing || set->partial;
	}
	hits.sure = hits.n == 1 && !hits.missed;
	return hits;
}

struct nft_hits nft_lookup(
	struct nft_step *step, const struct nft_op *op, nft_hit_fn fn, void *data)
{
	const struct nft_set *set = &step->eval->ruleset->sets.items[op->a];
	enum nft_origin origin = key_origin(step, op->sreg, set->key_len);
	bool plain = op->dreg == NFT_REG_NONE && !op->b;
	struct nft_hits hits = {.missed = true};
	uint8_t *memo = NULL;

	if (plain && origin != NFT_ORIGIN_NONE) {
		memo = &step->eval->strangers[(size_t)op->a * 2 + (origin == NFT_ORIGIN_TARGET)];
	}
	if (memo && *memo != STRANGER_NOT_ASKED) {
		hits.sure = *memo == NFT_YES;
		hits.missed = *memo != NFT_YES;
		hits.n = *memo != NFT_NO;
		return hits;
	}
	hits = elements_walk(step, set, op->sreg, fn, data);
	if (set->partial || set->changing) {
		/* What is not known of it may hold as well. */
		hits.n += hits.missed;
		hits.sure = false;
	}
	if (memo) {
		*memo = (uint8_t)(!hits.missed ? NFT_YES : hits.n > 0 ? NFT_UNKNOWN : NFT_NO);
	}
	return hits;
}
