/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a file of nft(8) would load: the hooks that its tables bring, and the files it includes. Not
 * its rules: whether what is in force comes from here is all that is asked.
 */
#pragma once

#include "base.h"
#include "str.h"

#define NFTABLES_CONF_MAX ((size_t)1 << 20)

enum nftables_conf_kind { NFTABLES_CONF_HOOK, NFTABLES_CONF_INCLUDE };

struct nftables_conf {
	struct span rest;	   /* what is to be read; a comment begins with "#" */
	struct span family, table; /* that is being read; family empty for "ip" */
	unsigned depth;		   /* of braces */
};
struct nftables_conf_item {
	enum nftables_conf_kind kind;
	struct span family, table; /* HOOK; empty when it is outside of any table */
	struct span text;	   /* HOOK: "input", ...; INCLUDE: path, may hold a star */
};
/* Pure. False at the end. */
bool nftables_conf_next(struct nftables_conf *conf, struct nftables_conf_item *ret_item);
