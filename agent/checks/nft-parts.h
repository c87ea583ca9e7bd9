/* SPDX-License-Identifier: Apache-2.0 */
/* The sides of a match, for nft-match.c: what is looked at, and what it is compared with. */
#pragma once

#include "nft-model.h"

enum nft_left_kind {
	NFT_LEFT_UNKNOWN,
	NFT_LEFT_PORT,
	NFT_LEFT_L4,
	NFT_LEFT_FAMILY,
	NFT_LEFT_IIF,
	NFT_LEFT_CT_STATE,
	NFT_LEFT_CT_STATUS,
	NFT_LEFT_CT_DIRECTION,
	NFT_LEFT_SOURCE,
	NFT_LEFT_DESTINATION,
	NFT_LEFT_PKTTYPE,
	NFT_LEFT_FIB_TYPE,
};

struct nft_left {
	enum nft_left_kind kind;
	uint8_t only_l4;
	uint8_t only_family;
	bool never;
};

struct nft_left nft_left_parse(struct json_object *json);
enum nft_field nft_left_field(enum nft_left_kind kind);
/* False when the value is not understood: then the whole match is unknown. */
bool nft_value_parse(enum nft_left_kind kind, struct json_object *json,
	const struct nft_ruleset *ruleset, struct nft_value *ret_value);
bool nft_number(struct json_object *json, uint32_t *ret_number);
/* The member as text, or NULL */
const char *nft_text(struct json_object *object, const char *name);

/* A rule of the listing: what it decides, appended to the ruleset. */
must_check int nft_rule_take(struct json_object *json, struct nft_ruleset *ruleset);
/* What changes the meaning of matches anywhere in the ruleset is looked for first. */
must_check int nft_rule_survey(struct json_object *json, struct nft_ruleset *ruleset);
/* False for families of other packets: arp, bridge */
bool nft_family_parse(const char *word, enum nft_family *ret_family);
/* NFT_CHAIN_NONE when there is none such */
uint32_t nft_chain_find(const struct nft_ruleset *ruleset, enum nft_family family,
	const char *table, const char *name);
