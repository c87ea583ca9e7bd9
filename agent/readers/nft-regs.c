/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-step.h"

#include <string.h>

void nft_regs_forget(struct nft_regs *regs, uint8_t reg, size_t len)
{
	memset(&regs->known[reg], 0, len);
	memset(&regs->origin[reg], 0, len);
	memset(&regs->value[reg], 0, len);
}

/* Bits of the sources of an address or a port are lost where they are turned round. */
void nft_regs_mask(struct nft_regs *regs, const struct nft_op *op)
{
	for (size_t i = 0; i < op->len; i++) {
		size_t from = op->sreg + i, to = op->dreg + i;
		uint8_t mask = (uint8_t)op->data[i], flip = (uint8_t)op->more[i];
		uint8_t origin = regs->origin[from];
		uint8_t known = regs->known[from] | (uint8_t)~mask;
		bool port = origin >> NFT_ORIGIN_SHIFT == NFT_ORIGIN_PORT;

		if (port && mask != 0xff && mask != 0) {
			known = (uint8_t)~mask; /* which ports follow is not kept for parts */
		}
		regs->value[to] = ((regs->value[from] & mask) ^ flip) & known;
		regs->known[to] = known;
		regs->origin[to] = (port && mask != 0xff) || (flip & mask) ? 0 : origin;
		if (port && (flip & mask)) {
			regs->known[to] = 0;
		}
	}
}

void nft_regs_swap(struct nft_regs *regs, const struct nft_op *op)
{
	struct nft_regs from = *regs;

	for (size_t i = 0; i < op->len; i++) {
		size_t to = op->dreg + i, at = op->sreg + i / op->op * op->op;

		at += op->op - 1 - i % op->op;
		if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) {
			at = op->sreg + i;
		}
		regs->value[to] = from.value[at];
		regs->known[to] = from.known[at];
		regs->origin[to] = from.origin[at];
	}
}

void nft_regs_store(struct nft_regs *regs, const struct nft_op *op)
{
	size_t whole = (size_t)(op->len + 3) / 4 * 4;

	nft_regs_forget(regs, op->dreg, op->len);
	memcpy(&regs->value[op->dreg], op->data, op->len);
	for (size_t i = 0; i < whole && op->dreg + i < NFT_REGS_LEN; i++) {
		regs->known[op->dreg + i] = 0xff;
	}
}
