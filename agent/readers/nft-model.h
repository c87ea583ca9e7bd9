/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ruleset as the kernel holds it: tables, chains, sets and rules of nf_tables from the messages
 * of nfnetlink (linux/netfilter/nf_tables.h), tables of the older iptables from its entries
 * (legacy-tables.h). Rules are short programs over 64 bytes of registers; they are kept as such,
 * and nft-eval.h runs them. What is not understood stays in as an operation that may stop the rule,
 * or decide anything: it is never left out.
 */
#pragma once

#include "base.h"
#include "vec.h"

#define NFT_TABLES_MAX 1024
#define NFT_CHAINS_MAX 8192
#define NFT_SETS_MAX 8192
#define NFT_ELEMENTS_MAX 131072 /* in the whole ruleset */
#define NFT_RULES_MAX 65536
#define NFT_OPS_MAX 524288
#define NFT_FIELDS_MAX 16 /* of a concatenation; the kernel's NFT_REG32_COUNT */
#define NFT_REGS_LEN 64
#define NFT_REG_NONE 0xff
#define NFT_NONE UINT32_MAX /* no such chain, no such set */

/* What a rule decides; the names of the kernel are taken by its own header. */
enum nft_way {
	NFT_WAY_ON,   /* the next expression */
	NFT_WAY_NEXT, /* the next rule */
	NFT_WAY_ACCEPT,
	NFT_WAY_DROP,
	NFT_WAY_RETURN,
	NFT_WAY_JUMP,
	NFT_WAY_GOTO,
	NFT_WAY_ANY, /* any of them */
};

enum nft_op_kind {
	NFT_OP_GATE,	 /* stops the rule or not, nobody can say; forgets dreg */
	NFT_OP_FORGET,	 /* dreg holds anything */
	NFT_OP_VALUE,	 /* data to dreg */
	NFT_OP_VERDICT,	 /* op: enum nft_way, a: chain */
	NFT_OP_CMP,	 /* sreg with data, op: enum nft_cmp_ops */
	NFT_OP_RANGE,	 /* sreg within data..more, op: enum nft_range_ops */
	NFT_OP_MASK,	 /* sreg & data ^ more to dreg */
	NFT_OP_SWAP,	 /* sreg to dreg, each op bytes turned round */
	NFT_OP_PAYLOAD,	 /* a: base, b: offset */
	NFT_OP_META,	 /* a: key */
	NFT_OP_CT,	 /* a: key, b: direction or NFT_NONE */
	NFT_OP_FIB,	 /* a: result, b: flags */
	NFT_OP_EXTHDR,	 /* a: kind of header, b: flags */
	NFT_OP_LOOKUP,	 /* sreg in set a; dreg for maps; op: NFT_LOOKUP_F_INV; b: verdict map */
	NFT_OP_SET_MARK, /* sreg to the packet's mark, or to its connection's where op is set */
	NFT_OP_ALTER,	 /* writes into the packet */
	NFT_OP_NOTRACK,
	NFT_OP_NAT,	  /* op: enum nft_nat; sreg: new port */
	NFT_OP_XT_MATCH,  /* data: what the kernel holds of it; a: nft_xt_find_match, b: revision */
	NFT_OP_XT_TARGET, /* likewise */
	NFT_OP_IP,	  /* data: struct ipt_ip */
	NFT_OP_IP6,	  /* data: struct ip6t_ip6 */
};

enum nft_nat { NFT_NAT_SOURCE, NFT_NAT_ELSEWHERE, NFT_NAT_HERE };

struct nft_op {
	uint8_t kind, op;
	uint8_t sreg, dreg; /* offsets in bytes */
	uint16_t len;
	uint32_t a, b;
	const char *data, *more; /* borrowed from the messages, len bytes each */
};

struct nft_rule {
	uint32_t chain;
	uint32_t order;	   /* as they were listed */
	uint32_t first, n; /* among the ops */
};

enum nft_stage { NFT_STAGE_NONE, NFT_STAGE_INGRESS, NFT_STAGE_PREROUTING, NFT_STAGE_INPUT };

struct nft_chain {
	const char *table, *name; /* borrowed; the older iptables has its own of each */
	struct span devices;	  /* NFTA_HOOK_DEVS of an ingress chain */
	const char *device;	  /* NFTA_HOOK_DEV */
	int32_t priority;
	uint32_t first, n; /* among the rules, which are sorted by chain */
	uint8_t family;	   /* NFPROTO_* */
	uint8_t stage;	   /* enum nft_stage; none for those that are only jumped to */
	bool policy_drop;
	bool legacy;  /* of the older iptables */
	bool offload; /* its rules may run in the network card alone */
};

struct nft_element {
	const char *low;
	const char *high; /* NULL: one value, or to the end when open */
	const char *data; /* of a map of values */
	uint32_t target;
	uint8_t verdict;
	bool open;     /* an interval: high is the first value behind it, NULL for none */
	bool end;      /* while the set is read: closes an interval */
	bool catchall; /* when no other matches */
	bool expiring; /* it has a time limit */
};

struct nft_set {
	const char *table, *name; /* borrowed */
	uint8_t family;
	uint8_t n_fields;
	uint8_t fields[NFT_FIELDS_MAX]; /* bytes of each; each begins at a multiple of 4 */
	uint16_t key_len, data_len;
	bool interval, changing; /* changing: packets fill it */
	bool partial;		 /* more elements than were read */
	uint32_t first, n;	 /* among the elements, sorted by set */
};

struct nft_table {
	const char *name;
	uint8_t family;
	bool dormant;
};

struct nft_ruleset {
	VEC(struct nft_table) tables;
	VEC(struct nft_chain) chains;
	VEC(struct nft_set) sets;
	VEC(struct nft_element) elements;
	VEC(struct nft_rule) rules;
	VEC(struct nft_op) ops;
};
void nft_ruleset_finish(struct nft_ruleset *ruleset);

enum nft_outcome {
	NFT_E_FORMAT = 1, /* not such a ruleset */
	NFT_E_LIMIT,	  /* larger than the maxima */
};
/*
 * Pure. Both spans must live as long as the ruleset. messages: NEWTABLE, NEWCHAIN, NEWSET,
 * NEWSETELEM and NEWRULE as the kernel wrote them, in any order; an NLMSG_OVERRUN with a set's
 * NFTA_SET_ELEM_LIST_TABLE and _SET says that the rest of that set was not read. legacy: as
 * legacy-tables.h says, or empty.
 */
must_check int nft_ruleset_parse(
	struct span messages, struct span legacy, struct nft_ruleset *ret_ruleset);
