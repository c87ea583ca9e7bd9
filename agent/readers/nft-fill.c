/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-fill.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

/*
 * Of NFTA_BITWISE_OP: value & mask ^ xor. Headers of the kernel call it NFT_BITWISE_BOOL or, since
 * Linux 6.12, NFT_BITWISE_MASK_XOR.
 */
#define BITWISE_MASK_XOR 0

uint8_t nft_reg_of(struct span attr)
{
	uint32_t reg = nft_attr_u32(attr, NFT_NONE);

	if (reg >= NFT_REG_1 && reg <= NFT_REG_4) {
		return (uint8_t)((reg - NFT_REG_1) * NFT_REG_SIZE);
	}
	return reg >= NFT_REG32_00 && reg <= NFT_REG32_15 ? (uint8_t)((reg - NFT_REG32_00) * 4)
							  : NFT_REG_NONE;
}

bool nft_reg_holds(uint8_t reg, size_t len)
{
	return reg != NFT_REG_NONE && reg + len <= NFT_REGS_LEN;
}

bool nft_value_parse(struct span nest, struct span *ret_value)
{
	struct span at[NFTA_DATA_MAX + 1];

	if (!nft_attrs_parse(nest, at, ARRAY_LEN(at)) || !at[NFTA_DATA_VALUE].p ||
		at[NFTA_DATA_VALUE].len > NFT_REGS_LEN) {
		return false;
	}
	*ret_value = at[NFTA_DATA_VALUE];
	return true;
}

void nft_verdict_parse(
	const struct nft_scope *scope, struct span nest, uint8_t *ret_verdict, uint32_t *ret_chain)
{
	static const struct {
		int32_t code;
		uint8_t way;
	} rows[] = {
		{NFT_RETURN, NFT_WAY_RETURN},
		{NFT_GOTO, NFT_WAY_GOTO},
		{NFT_JUMP, NFT_WAY_JUMP},
		{NFT_BREAK, NFT_WAY_NEXT},
		{NFT_CONTINUE, NFT_WAY_ON},
		{NF_DROP, NFT_WAY_DROP},
		{NF_ACCEPT, NFT_WAY_ACCEPT},
	};
	struct span at[NFTA_VERDICT_MAX + 1];
	int32_t code;

	*ret_verdict = NFT_WAY_ANY;
	*ret_chain = NFT_NONE;
	if (!nft_attrs_parse(nest, at, ARRAY_LEN(at)) ||
		at[NFTA_VERDICT_CODE].len != sizeof(code)) {
		return;
	}
	code = (int32_t)nft_attr_u32(at[NFTA_VERDICT_CODE], 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].code == code) {
			*ret_verdict = rows[i].way;
		}
	}
	*ret_chain = nft_chain_find(scope, nft_attr_text(at[NFTA_VERDICT_CHAIN], NFT_NAME_SIZE));
	if ((*ret_verdict == NFT_WAY_JUMP || *ret_verdict == NFT_WAY_GOTO) &&
		*ret_chain == NFT_NONE) {
		*ret_verdict = NFT_WAY_ANY;
	}
}

bool nft_fill_immediate(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	struct span data[NFTA_DATA_MAX + 1], value;

	if (nft_attr_u32(at[NFTA_IMMEDIATE_DREG], NFT_NONE) == NFT_REG_VERDICT) {
		if (!nft_attrs_parse(at[NFTA_IMMEDIATE_DATA], data, ARRAY_LEN(data))) {
			return false;
		}
		op->kind = NFT_OP_VERDICT;
		nft_verdict_parse(scope, data[NFTA_DATA_VERDICT], &op->op, &op->a);
		return true;
	}
	op->kind = NFT_OP_VALUE;
	op->dreg = nft_reg_of(at[NFTA_IMMEDIATE_DREG]);
	if (!nft_value_parse(at[NFTA_IMMEDIATE_DATA], &value) ||
		!nft_reg_holds(op->dreg, value.len)) {
		return false;
	}
	op->data = value.p;
	op->len = (uint16_t)value.len;
	return true;
}

bool nft_fill_cmp(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	uint32_t how = nft_attr_u32(at[NFTA_CMP_OP], NFT_NONE);
	struct span value;

	(void)scope;
	op->kind = NFT_OP_CMP;
	op->sreg = nft_reg_of(at[NFTA_CMP_SREG]);
	op->op = (uint8_t)how;
	if (how > NFT_CMP_GTE || !nft_value_parse(at[NFTA_CMP_DATA], &value) ||
		!nft_reg_holds(op->sreg, value.len)) {
		return false;
	}
	op->data = value.p;
	op->len = (uint16_t)value.len;
	return true;
}

bool nft_fill_range(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	uint32_t how = nft_attr_u32(at[NFTA_RANGE_OP], NFT_NONE);
	struct span low, high;

	(void)scope;
	op->kind = NFT_OP_RANGE;
	op->sreg = nft_reg_of(at[NFTA_RANGE_SREG]);
	op->op = (uint8_t)how;
	if (how > NFT_RANGE_NEQ || !nft_value_parse(at[NFTA_RANGE_FROM_DATA], &low) ||
		!nft_value_parse(at[NFTA_RANGE_TO_DATA], &high) || low.len != high.len ||
		!nft_reg_holds(op->sreg, low.len)) {
		return false;
	}
	op->data = low.p;
	op->more = high.p;
	op->len = (uint16_t)low.len;
	return true;
}

bool nft_fill_bitwise(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	uint32_t len = nft_attr_u32(at[NFTA_BITWISE_LEN], 0);
	struct span mask, flip;

	(void)scope;
	op->sreg = nft_reg_of(at[NFTA_BITWISE_SREG]);
	op->dreg = nft_reg_of(at[NFTA_BITWISE_DREG]);
	if (len == 0 || len > NFT_REGS_LEN || !nft_reg_holds(op->sreg, len) ||
		!nft_reg_holds(op->dreg, len)) {
		return false;
	}
	op->len = (uint16_t)len;
	op->kind = NFT_OP_FORGET; /* shifts, and two registers in one: too rare to follow */
	if (nft_attr_u32(at[NFTA_BITWISE_OP], BITWISE_MASK_XOR) == BITWISE_MASK_XOR &&
		nft_value_parse(at[NFTA_BITWISE_MASK], &mask) &&
		nft_value_parse(at[NFTA_BITWISE_XOR], &flip) && mask.len == len &&
		flip.len == len) {
		op->kind = NFT_OP_MASK;
		op->data = mask.p;
		op->more = flip.p;
	}
	return true;
}

bool nft_fill_byteorder(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	uint32_t len = nft_attr_u32(at[NFTA_BYTEORDER_LEN], 0);
	uint32_t size = nft_attr_u32(at[NFTA_BYTEORDER_SIZE], 0);

	(void)scope;
	op->kind = NFT_OP_SWAP;
	op->sreg = nft_reg_of(at[NFTA_BYTEORDER_SREG]);
	op->dreg = nft_reg_of(at[NFTA_BYTEORDER_DREG]);
	op->op = (uint8_t)size;
	op->len = (uint16_t)len;
	return (size == 2 || size == 4 || size == 8) && len > 0 && len <= NFT_REGS_LEN &&
	       len % size == 0 && nft_reg_holds(op->sreg, len) && nft_reg_holds(op->dreg, len);
}

bool nft_fill_payload(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	uint32_t len = nft_attr_u32(at[NFTA_PAYLOAD_LEN], 0);

	(void)scope;
	op->kind = at[NFTA_PAYLOAD_SREG].p ? NFT_OP_ALTER : NFT_OP_PAYLOAD;
	op->dreg = nft_reg_of(at[NFTA_PAYLOAD_DREG]);
	op->a = nft_attr_u32(at[NFTA_PAYLOAD_BASE], NFT_NONE);
	op->b = nft_attr_u32(at[NFTA_PAYLOAD_OFFSET], NFT_NONE);
	op->len = (uint16_t)len;
	return op->kind == NFT_OP_ALTER ||
	       (len > 0 && len <= NFT_REGS_LEN && nft_reg_holds(op->dreg, len));
}

bool nft_fill_meta(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	(void)scope;
	op->a = nft_attr_u32(at[NFTA_META_KEY], NFT_NONE);
	if (at[NFTA_META_SREG].p) {
		op->sreg = nft_reg_of(at[NFTA_META_SREG]);
		op->kind = op->a == NFT_META_MARK      ? NFT_OP_SET_MARK
			   : op->a == NFT_META_PKTTYPE ? NFT_OP_ALTER
						       : NFT_OP_FORGET;
		return nft_reg_holds(op->sreg, sizeof(uint32_t));
	}
	op->kind = NFT_OP_META;
	op->dreg = nft_reg_of(at[NFTA_META_DREG]);
	op->len = op->a == NFT_META_IIFNAME || op->a == NFT_META_OIFNAME ? 16 : 4;
	return nft_reg_holds(op->dreg, op->len);
}

bool nft_fill_ct(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	(void)scope;
	op->a = nft_attr_u32(at[NFTA_CT_KEY], NFT_NONE);
	if (at[NFTA_CT_SREG].p) {
		op->kind = op->a == NFT_CT_MARK ? NFT_OP_SET_MARK : NFT_OP_FORGET;
		op->op = 1;
		op->sreg = nft_reg_of(at[NFTA_CT_SREG]);
		return nft_reg_holds(op->sreg, sizeof(uint32_t));
	}
	op->kind = NFT_OP_CT;
	op->b = at[NFTA_CT_DIRECTION].len == 1 ? (uint8_t)at[NFTA_CT_DIRECTION].p[0] : NFT_NONE;
	op->dreg = nft_reg_of(at[NFTA_CT_DREG]);
	op->len = 16;
	/* Whatever its key, it fills no more than 16 bytes, or what there is of registers. */
	if (op->dreg != NFT_REG_NONE && op->dreg + op->len > NFT_REGS_LEN) {
		op->len = (uint16_t)(NFT_REGS_LEN - op->dreg);
	}
	return op->dreg != NFT_REG_NONE;
}

bool nft_fill_fib(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	(void)scope;
	op->kind = NFT_OP_FIB;
	op->a = nft_attr_u32(at[NFTA_FIB_RESULT], NFT_NONE);
	op->b = nft_attr_u32(at[NFTA_FIB_FLAGS], 0);
	op->dreg = nft_reg_of(at[NFTA_FIB_DREG]);
	op->len = op->a == NFT_FIB_RESULT_OIFNAME ? 16 : 4;
	return nft_reg_holds(op->dreg, op->len);
}

bool nft_fill_exthdr(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	uint32_t len = nft_attr_u32(at[NFTA_EXTHDR_LEN], 1);

	(void)scope;
	op->a = nft_attr_u32(at[NFTA_EXTHDR_OP], NFT_EXTHDR_OP_IPV6);
	op->b = nft_attr_u32(at[NFTA_EXTHDR_FLAGS], 0);
	op->dreg = nft_reg_of(at[NFTA_EXTHDR_DREG]);
	op->len = (uint16_t)len;
	op->kind = NFT_OP_EXTHDR;
	if (!at[NFTA_EXTHDR_DREG].p) {
		op->kind = NFT_OP_FORGET; /* writes or strips an option of TCP */
		return true;
	}
	return len > 0 && len <= NFT_REGS_LEN && nft_reg_holds(op->dreg, len);
}

bool nft_fill_lookup(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	const struct nft_set *set;

	op->kind = NFT_OP_LOOKUP;
	op->a = nft_set_find(scope, nft_attr_text(at[NFTA_LOOKUP_SET], NFT_NAME_SIZE));
	op->sreg = nft_reg_of(at[NFTA_LOOKUP_SREG]);
	op->op = nft_attr_u32(at[NFTA_LOOKUP_FLAGS], 0) & NFT_LOOKUP_F_INV;
	if (op->a == NFT_NONE) {
		return false;
	}
	set = &scope->ruleset->sets.items[op->a];
	op->b = nft_attr_u32(at[NFTA_LOOKUP_DREG], NFT_NONE) == NFT_REG_VERDICT;
	op->dreg = nft_reg_of(at[NFTA_LOOKUP_DREG]);
	op->len = set->data_len;
	return nft_reg_holds(op->sreg, set->key_len) &&
	       (op->dreg == NFT_REG_NONE || nft_reg_holds(op->dreg, set->data_len));
}
