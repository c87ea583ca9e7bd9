/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attributes of netlink(7) as bytes from outside: bounds are checked, nothing is copied. Numbers
 * of nf_tables are big-endian (linux/netfilter/nf_tables.h), whatever the machine.
 */
#pragma once

#include "base.h"

/* Lets attributes fall into ret_at by their type; absent ones have p NULL, unknown types are passed
 * over, the last of two equal ones holds. False when the bytes are no list of attributes. */
must_check bool nft_attrs_parse(struct span list, struct span *ret_at, size_t n);
/* One attribute after the other, for lists whose members share a type. False at the end; a list
 * that ends amid an attribute leaves bytes in rest. */
must_check bool nft_attr_next(struct span *rest, uint16_t *ret_type, struct span *ret_value);

/* fallback when the attribute is absent or of another size */
uint32_t nft_attr_u32(struct span attr, uint32_t fallback);
/* The text of a terminated string; NULL when it is none or longer than max bytes with its end */
const char *nft_attr_text(struct span attr, size_t max);
