/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions of nf_tables that move bits between packet, registers and sets, for nft-expr.c: each
 * fills one operation from its attributes. False: it is not understood.
 */
#pragma once

#include "nft-parts.h"

/* A register's place in bytes; NFT_REG_NONE when the attribute is absent or names none for data. */
uint8_t nft_reg_of(struct span attr);
bool nft_reg_holds(uint8_t reg, size_t len);

bool nft_fill_immediate(const struct nft_scope *scope, struct span *at, struct nft_op *op);
bool nft_fill_cmp(const struct nft_scope *scope, struct span *at, struct nft_op *op);
bool nft_fill_range(const struct nft_scope *scope, struct span *at, struct nft_op *op);
bool nft_fill_bitwise(const struct nft_scope *scope, struct span *at, struct nft_op *op);
bool nft_fill_byteorder(const struct nft_scope *scope, struct span *at, struct nft_op *op);
bool nft_fill_payload(const struct nft_scope *scope, struct span *at, struct nft_op *op);
bool nft_fill_meta(const struct nft_scope *scope, struct span *at, struct nft_op *op);
bool nft_fill_ct(const struct nft_scope *scope, struct span *at, struct nft_op *op);
bool nft_fill_fib(const struct nft_scope *scope, struct span *at, struct nft_op *op);
bool nft_fill_exthdr(const struct nft_scope *scope, struct span *at, struct nft_op *op);
bool nft_fill_lookup(const struct nft_scope *scope, struct span *at, struct nft_op *op);
