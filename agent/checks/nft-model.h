/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ruleset as `nft --json` writes it (libnftables-json(5)), reduced to what decides about an
 * unexpected packet. Whatever is not understood stays in the model as unknown: it is never dropped.
 */
#pragma once

#include "base.h"
#include "json.h"
#include "vec.h"

#define NFT_CHAINS_MAX 4096
#define NFT_RULES_MAX 65536
#define NFT_MATCHES_MAX 32   /* in one rule */
#define NFT_VALUES_MAX 65536 /* in the whole ruleset */

enum nft_truth { NFT_NO, NFT_UNKNOWN, NFT_YES };

enum nft_field {
	NFT_FIELD_CONST,  /* the same for every packet that is asked about */
	NFT_FIELD_PORT,	  /* destination port */
	NFT_FIELD_L4,	  /* transport protocol number */
	NFT_FIELD_FAMILY, /* 4 or 6 */
	NFT_FIELD_IIF,	  /* interface it came in by */
};

struct nft_value {
	uint32_t low, high;   /* PORT, L4, FAMILY */
	const char *name;     /* IIF: borrowed from the JSON; may end with '*' */
	enum nft_truth truth; /* CONST */
};

/* True when one of the values holds; then negated */
struct nft_match {
	enum nft_field field;
	uint8_t only_l4;     /* the packet must be of this protocol first; 0 for any */
	uint8_t only_family; /* 4, 6; 0 for any */
	bool never;	     /* of a protocol that is never asked about */
	bool negated;
	uint32_t first, n; /* among the ruleset's values */
};

enum nft_verdict {
	NFT_GO_ON, /* no verdict: the next rule */
	NFT_ACCEPT,
	NFT_DROP,
	NFT_RETURN,
	NFT_JUMP,
	NFT_GOTO,
	NFT_ANY, /* it decides in a way not understood */
};

struct nft_rule {
	uint32_t chain;
	uint32_t order;	   /* as they were listed */
	uint32_t first, n; /* among the ruleset's matches */
	enum nft_verdict verdict;
	uint32_t target; /* chain of a jump or goto; NFT_CHAIN_NONE when there is none such */
};
#define NFT_CHAIN_NONE UINT32_MAX

enum nft_family { NFT_FAMILY_INET, NFT_FAMILY_IP, NFT_FAMILY_IP6, NFT_FAMILY_NETDEV };

struct nft_chain {
	enum nft_family family;
	const char *table, *name; /* borrowed */
	bool inbound; /* a filter base chain that unexpected packets pass: prerouting or input */
	bool input;   /* the hook input itself */
	bool ingress; /* before the hooks that are evaluated */
	bool policy_drop;
	bool doubtful;	   /* its table has a flag that is not understood: it may not run at all */
	uint32_t first, n; /* among the rules, which are sorted by chain */
};

struct nft_table {
	enum nft_family family;
	const char *name; /* borrowed */
	bool dormant;	  /* none of its chains runs */
	bool doubtful;
};

struct nft_ruleset {
	VEC(struct nft_table) tables; /* those with flags alone */
	VEC(struct nft_chain) chains;
	VEC(struct nft_rule) rules;
	VEC(struct nft_match) matches;
	VEC(struct nft_value) values;
	bool untracked;	 /* something turns connection tracking off */
	bool translated; /* something rewrites destinations */
};
void nft_ruleset_finish(struct nft_ruleset *ruleset);

enum nft_outcome {
	NFT_E_FORMAT = 1, /* not such a ruleset */
	NFT_E_LIMIT,	  /* larger than the maxima */
};
/* Pure. The JSON must live as long as the ruleset. */
must_check int nft_ruleset_parse(struct json_object *json, struct nft_ruleset *ret_ruleset);

/* For nft-model.c alone: appends what one statement of a rule asks. */
must_check int nft_match_parse(struct json_object *match, struct nft_ruleset *ruleset);
must_check int nft_match_add_unknown(struct nft_ruleset *ruleset);
/* The match "left is this one value", for a verdict map */
must_check int nft_match_parse_key(
	struct json_object *left, struct json_object *value, struct nft_ruleset *ruleset);
