/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the model share while a ruleset is read. */
#pragma once

#include "nft-attr.h"
#include "nft-model.h"

#define NFT_NAME_SIZE 256 /* NFT_NAME_MAXLEN */

/* Where the names of an expression are looked up */
struct nft_scope {
	struct nft_ruleset *ruleset;
	const char *table;
	uint8_t family;
};
/* NFT_NONE when there is none such; both lists must be sorted. */
uint32_t nft_chain_find(const struct nft_scope *scope, const char *name);
uint32_t nft_set_find(const struct nft_scope *scope, const char *name);

/* NFTA_DATA_VERDICT to our own words; NFT_WAY_ANY for what is not known */
void nft_verdict_parse(
	const struct nft_scope *scope, struct span nest, uint8_t *ret_verdict, uint32_t *ret_chain);
/* A value in NFTA_DATA_VALUE; false when it is none of at most NFT_REGS_LEN bytes */
bool nft_value_parse(struct span nest, struct span *ret_value);

/* One expression of a rule, appended as an operation, or as none when it does nothing here. */
must_check int nft_expr_take(const struct nft_scope *scope, struct span expr);
must_check int nft_op_push(struct nft_ruleset *ruleset, const struct nft_op *op);

/* A set, and one message of its elements; then once, when all were read. */
must_check int nft_set_take(struct span *at, uint8_t family, struct nft_ruleset *ruleset);
must_check int nft_elements_take(
	struct span *at, uint8_t family, struct nft_ruleset *ruleset, uint32_t *ret_set);
must_check int nft_elements_close(struct nft_ruleset *ruleset, uint32_t set);

/* Rules of the older iptables, behind those that are there. */
must_check int nft_legacy_take(struct span legacy, struct nft_ruleset *ruleset);

/* Rows of what nft-xt.c knows; NFT_NONE for the others */
uint32_t nft_xt_find_match(const char *name, uint32_t revision, size_t len);
uint32_t nft_xt_find_target(const char *name, uint32_t revision, size_t len);
