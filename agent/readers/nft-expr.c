/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-fill.h"
#include "nft-parts.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <string.h>

#define EXPR_ATTRS 16
#define XT_NAME_SIZE 32 /* XT_EXTENSION_MAXNAMELEN is shorter */

int nft_op_push(struct nft_ruleset *ruleset, const struct nft_op *op)
{
	int r = vec_push(&ruleset->ops, *op, NFT_OPS_MAX);

	return r == -ENOSPC ? NFT_E_LIMIT : r;
}

static bool fill_nat(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	(void)scope;
	op->kind = NFT_OP_NAT;
	op->op = nft_attr_u32(at[NFTA_NAT_TYPE], NFT_NONE) == NFT_NAT_SNAT ? NFT_NAT_SOURCE
									   : NFT_NAT_ELSEWHERE;
	return true;
}

static bool fill_redir(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	(void)scope;
	op->kind = NFT_OP_NAT;
	op->op = NFT_NAT_HERE;
	op->sreg = nft_reg_of(at[NFTA_REDIR_REG_PROTO_MIN]);
	return op->sreg == NFT_REG_NONE || nft_reg_holds(op->sreg, sizeof(uint16_t));
}

static bool fill_objref(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	uint32_t type = nft_attr_u32(at[NFTA_OBJREF_IMM_TYPE], NFT_NONE);

	(void)scope;
	op->kind = type == NFT_OBJECT_COUNTER || type == NFT_OBJECT_CT_HELPER ||
				   type == NFT_OBJECT_CT_TIMEOUT || type == NFT_OBJECT_CT_EXPECT ||
				   type == NFT_OBJECT_SECMARK
			   ? NFT_OP_FORGET
			   : NFT_OP_GATE;
	return type != NFT_OBJECT_SYNPROXY;
}

static bool fill_xt(struct span *at, uint8_t kind, uint32_t (*find)(const char *, uint32_t, size_t),
	struct nft_op *op)
{
	const char *name = nft_attr_text(at[NFTA_MATCH_NAME], XT_NAME_SIZE);
	struct span info = at[NFTA_MATCH_INFO];

	op->kind = kind;
	op->b = nft_attr_u32(at[NFTA_MATCH_REV], 0);
	op->data = info.p;
	op->len = (uint16_t)info.len;
	op->a = name ? find(name, op->b, info.len) : NFT_NONE;
	return name != NULL;
}

/* NFTA_TARGET_* are numbered as NFTA_MATCH_* (nf_tables_compat.h). */
static bool fill_match(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	(void)scope;
	return fill_xt(at, NFT_OP_XT_MATCH, nft_xt_find_match, op);
}

static bool fill_target(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	(void)scope;
	return fill_xt(at, NFT_OP_XT_TARGET, nft_xt_find_target, op);
}

static bool fill_drop(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	(void)scope;
	(void)at;
	op->kind = NFT_OP_VERDICT;
	op->op = NFT_WAY_DROP;
	return true;
}

static bool fill_notrack(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	(void)scope;
	(void)at;
	op->kind = NFT_OP_NOTRACK;
	return true;
}

static bool fill_source_nat(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	(void)scope;
	(void)at;
	op->kind = NFT_OP_NAT;
	op->op = NFT_NAT_SOURCE;
	return true;
}

/* It only notes something. */
static bool fill_nothing(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	(void)scope;
	(void)at;
	op->kind = NFT_OP_FORGET;
	return true;
}

/* Lets some packets pass and stops others, by what nobody can know beforehand. */
static bool fill_gate(const struct nft_scope *scope, struct span *at, struct nft_op *op)
{
	(void)scope;
	(void)at;
	op->kind = NFT_OP_GATE;
	return true;
}

/* nf_tables' expressions by their names in the kernel; others may decide anything. */
static const struct {
	const char *name;
	bool (*fill)(const struct nft_scope *scope, struct span *at, struct nft_op *op);
} rows[] = {
	{"bitwise", nft_fill_bitwise},
	{"byteorder", nft_fill_byteorder},
	{"cmp", nft_fill_cmp},
	{"connlimit", fill_gate},
	{"counter", fill_nothing},
	{"ct", nft_fill_ct},
	{"dup", fill_nothing},
	{"dynset", fill_gate},
	{"exthdr", nft_fill_exthdr},
	{"fib", nft_fill_fib},
	{"flow_offload", fill_nothing},
	{"hash", fill_gate},
	{"immediate", nft_fill_immediate},
	{"inner", fill_gate},
	{"last", fill_nothing},
	{"limit", fill_gate},
	{"log", fill_nothing},
	{"lookup", nft_fill_lookup},
	{"masq", fill_source_nat},
	{"match", fill_match},
	{"meta", nft_fill_meta},
	{"nat", fill_nat},
	{"notrack", fill_notrack},
	{"numgen", fill_gate},
	{"objref", fill_objref},
	{"osf", fill_gate},
	{"payload", nft_fill_payload},
	{"quota", fill_gate},
	{"range", nft_fill_range},
	{"redir", fill_redir},
	{"reject", fill_drop},
	{"rt", fill_gate},
	{"socket", fill_gate},
	{"target", fill_target},
	{"tunnel", fill_gate},
	{"xfrm", fill_gate},
};

static bool expr_fill(const struct nft_scope *scope, struct span expr, struct nft_op *op)
{
	struct span at[NFTA_EXPR_MAX + 1], inner[EXPR_ATTRS];
	const char *name;

	if (!nft_attrs_parse(expr, at, ARRAY_LEN(at))) {
		return false;
	}
	name = nft_attr_text(at[NFTA_EXPR_NAME], NFT_NAME_SIZE);
	for (size_t i = 0; name && i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].name, name) == 0) {
			return nft_attrs_parse(at[NFTA_EXPR_DATA], inner, ARRAY_LEN(inner)) &&
			       rows[i].fill(scope, inner, op);
		}
	}
	return false;
}

int nft_expr_take(const struct nft_scope *scope, struct span expr)
{
	struct nft_op op = {.sreg = NFT_REG_NONE, .dreg = NFT_REG_NONE, .a = NFT_NONE};

	if (!expr_fill(scope, expr, &op)) {
		op = (struct nft_op){.kind = NFT_OP_VERDICT, .op = NFT_WAY_ANY};
	}
	/* What forgets no register does nothing here. */
	if (op.kind == NFT_OP_FORGET && op.dreg == NFT_REG_NONE) {
		return 0;
	}
	return nft_op_push(scope->ruleset, &op);
}
