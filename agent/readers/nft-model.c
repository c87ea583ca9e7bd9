/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-model.h"
#include "nft-parts.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <string.h>

#define ATTRS_MAX 32
#define NFT(message) (NFNL_SUBSYS_NFTABLES << 8 | (message))

void nft_ruleset_finish(struct nft_ruleset *ruleset)
{
	vec_free(&ruleset->tables);
	vec_free(&ruleset->chains);
	vec_free(&ruleset->sets);
	vec_free(&ruleset->elements);
	vec_free(&ruleset->rules);
	vec_free(&ruleset->ops);
}

static int limit_of(int r)
{
	return r == -ENOSPC ? NFT_E_LIMIT : r;
}

struct message {
	uint16_t type;
	uint8_t family;
	struct span at[ATTRS_MAX];
};

/* False at the end, *ret_r telling whether it was a whole one. Other subsystems are passed over. */
static bool message_next(struct span *rest, struct message *ret_message, int *ret_r)
{
	struct nlmsghdr head;
	struct nfgenmsg netfilter;
	struct span attrs;
	size_t whole;

	*ret_r = rest->len == 0 ? 0 : NFT_E_FORMAT;
	if (rest->len < NLMSG_HDRLEN) {
		return false;
	}
	memcpy(&head, rest->p, sizeof(head));
	if (head.nlmsg_len < NLMSG_HDRLEN + sizeof(netfilter) || head.nlmsg_len > rest->len) {
		return false;
	}
	memcpy(&netfilter, rest->p + NLMSG_HDRLEN, sizeof(netfilter));
	attrs.p = rest->p + NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(netfilter));
	attrs.len = head.nlmsg_len - NLMSG_HDRLEN - NLMSG_ALIGN(sizeof(netfilter));
	ret_message->type = head.nlmsg_type;
	ret_message->family = netfilter.nfgen_family;
	if (!nft_attrs_parse(attrs, ret_message->at, ATTRS_MAX)) {
		return false;
	}
	whole = NLMSG_ALIGN((size_t)head.nlmsg_len);
	whole = whole < rest->len ? whole : rest->len;
	rest->p += whole;
	rest->len -= whole;
	*ret_r = 0;
	return true;
}

static int table_take(struct message *message, struct nft_ruleset *ruleset)
{
	const uint32_t known = NFT_TABLE_F_DORMANT | NFT_TABLE_F_OWNER | 4 /* PERSIST */;
	uint32_t flags = nft_attr_u32(message->at[NFTA_TABLE_FLAGS], 0);
	struct nft_table table = {
		.name = nft_attr_text(message->at[NFTA_TABLE_NAME], NFT_NAME_SIZE),
		.family = message->family,
		.dormant = flags & NFT_TABLE_F_DORMANT,
	};

	if (!table.name || (flags & ~known)) {
		return NFT_E_FORMAT;
	}
	return limit_of(vec_push(&ruleset->tables, table, NFT_TABLES_MAX));
}

static bool table_dormant(const struct nft_ruleset *ruleset, const struct nft_chain *chain)
{
	for (size_t i = 0; i < ruleset->tables.len; i++) {
		const struct nft_table *table = &ruleset->tables.items[i];

		if (table->dormant && table->family == chain->family &&
			strcmp(table->name, chain->table) == 0) {
			return true;
		}
	}
	return false;
}

/* Hook numbers of a family: NF_INET_*, and NF_NETDEV_* for netdev. Bridges count as inet. */
static enum nft_stage stage_of(uint8_t family, uint32_t hook)
{
	static const struct {
		uint8_t family;
		uint8_t hook;
		enum nft_stage stage;
	} rows[] = {
		{NFPROTO_BRIDGE, NF_INET_LOCAL_IN, NFT_STAGE_INPUT},
		{NFPROTO_BRIDGE, NF_INET_PRE_ROUTING, NFT_STAGE_PREROUTING},
		{NFPROTO_INET, NF_INET_INGRESS, NFT_STAGE_INGRESS},
		{NFPROTO_INET, NF_INET_LOCAL_IN, NFT_STAGE_INPUT},
		{NFPROTO_INET, NF_INET_PRE_ROUTING, NFT_STAGE_PREROUTING},
		{NFPROTO_IPV4, NF_INET_LOCAL_IN, NFT_STAGE_INPUT},
		{NFPROTO_IPV4, NF_INET_PRE_ROUTING, NFT_STAGE_PREROUTING},
		{NFPROTO_IPV6, NF_INET_LOCAL_IN, NFT_STAGE_INPUT},
		{NFPROTO_IPV6, NF_INET_PRE_ROUTING, NFT_STAGE_PREROUTING},
		{NFPROTO_NETDEV, NF_NETDEV_INGRESS, NFT_STAGE_INGRESS},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].family == family && rows[i].hook == hook) {
			return rows[i].stage;
		}
	}
	return NFT_STAGE_NONE;
}

static int chain_take(struct message *message, struct nft_ruleset *ruleset)
{
	struct span hook[NFTA_HOOK_DEVS + 1];
	struct nft_chain chain = {
		.table = nft_attr_text(message->at[NFTA_CHAIN_TABLE], NFT_NAME_SIZE),
		.name = nft_attr_text(message->at[NFTA_CHAIN_NAME], NFT_NAME_SIZE),
		.family = message->family,
		.policy_drop = nft_attr_u32(message->at[NFTA_CHAIN_POLICY], NF_ACCEPT) == NF_DROP,
		.offload = nft_attr_u32(message->at[NFTA_CHAIN_FLAGS], 0) & 2,
	};

	if (!chain.table || !chain.name) {
		return NFT_E_FORMAT;
	}
	if (message->at[NFTA_CHAIN_HOOK].p) {
		if (!nft_attrs_parse(message->at[NFTA_CHAIN_HOOK], hook, ARRAY_LEN(hook)) ||
			hook[NFTA_HOOK_HOOKNUM].len != sizeof(uint32_t) ||
			hook[NFTA_HOOK_PRIORITY].len != sizeof(uint32_t)) {
			return NFT_E_FORMAT;
		}
		chain.stage = (uint8_t)stage_of(
			chain.family, nft_attr_u32(hook[NFTA_HOOK_HOOKNUM], NFT_NONE));
		chain.priority = (int32_t)nft_attr_u32(hook[NFTA_HOOK_PRIORITY], 0);
		chain.device = nft_attr_text(hook[NFTA_HOOK_DEV], NFT_NAME_SIZE);
		chain.devices = hook[NFTA_HOOK_DEVS];
	}
	return limit_of(vec_push(&ruleset->chains, chain, NFT_CHAINS_MAX));
}

static int names_order(uint8_t family_a, const char *table_a, const char *name_a, uint8_t family_b,
	const char *table_b, const char *name_b)
{
	int order = family_a - family_b;

	order = order != 0 ? order : strcmp(table_a, table_b);
	return order != 0 ? order : strcmp(name_a, name_b);
}

static int chain_order(const void *a, const void *b)
{
	const struct nft_chain *ca = a, *cb = b;

	return names_order(ca->family, ca->table, ca->name, cb->family, cb->table, cb->name);
}

static int set_order(const void *a, const void *b)
{
	const struct nft_set *sa = a, *sb = b;

	return names_order(sa->family, sa->table, sa->name, sb->family, sb->table, sb->name);
}

uint32_t nft_chain_find(const struct nft_scope *scope, const char *name)
{
	const struct nft_ruleset *ruleset = scope->ruleset;
	const struct nft_chain wanted = {
		.family = scope->family, .table = scope->table, .name = name};
	const struct nft_chain *found;

	if (!scope->table || !name || ruleset->chains.len == 0) {
		return NFT_NONE;
	}
	found = bsearch(
		&wanted, ruleset->chains.items, ruleset->chains.len, sizeof(wanted), chain_order);
	return found ? (uint32_t)(found - ruleset->chains.items) : NFT_NONE;
}

uint32_t nft_set_find(const struct nft_scope *scope, const char *name)
{
	const struct nft_ruleset *ruleset = scope->ruleset;
	const struct nft_set wanted = {
		.family = scope->family, .table = scope->table, .name = name};
	const struct nft_set *found;

	if (!scope->table || !name || ruleset->sets.len == 0) {
		return NFT_NONE;
	}
	found = bsearch(&wanted, ruleset->sets.items, ruleset->sets.len, sizeof(wanted), set_order);
	return found ? (uint32_t)(found - ruleset->sets.items) : NFT_NONE;
}

static int rule_take(struct message *message, struct nft_ruleset *ruleset)
{
	const struct nft_scope scope = {
		.ruleset = ruleset,
		.table = nft_attr_text(message->at[NFTA_RULE_TABLE], NFT_NAME_SIZE),
		.family = message->family,
	};
	struct nft_rule rule = {
		.chain = nft_chain_find(
			&scope, nft_attr_text(message->at[NFTA_RULE_CHAIN], NFT_NAME_SIZE)),
		.order = (uint32_t)ruleset->rules.len,
		.first = (uint32_t)ruleset->ops.len,
	};
	struct span rest = message->at[NFTA_RULE_EXPRESSIONS], expr;
	uint16_t type;
	int r = 0;

	if (rule.chain == NFT_NONE) {
		return NFT_E_FORMAT;
	}
	while (r == 0 && nft_attr_next(&rest, &type, &expr)) {
		r = nft_expr_take(&scope, expr);
	}
	if (r != 0 || rest.len > 0) {
		return r != 0 ? r : NFT_E_FORMAT;
	}
	rule.n = (uint32_t)ruleset->ops.len - rule.first;
	return limit_of(vec_push(&ruleset->rules, rule, NFT_RULES_MAX));
}

static int rule_order(const void *a, const void *b)
{
	const struct nft_rule *ra = a, *rb = b;

	if (ra->chain != rb->chain) {
		return ra->chain < rb->chain ? -1 : 1;
	}
	return ra->order < rb->order ? -1 : ra->order > rb->order;
}

static void rules_sort(struct nft_ruleset *ruleset)
{
	if (ruleset->rules.len > 0) {
		qsort(ruleset->rules.items, ruleset->rules.len, sizeof(*ruleset->rules.items),
			rule_order);
	}
	for (size_t i = 0; i < ruleset->rules.len; i++) {
		struct nft_chain *chain = &ruleset->chains.items[ruleset->rules.items[i].chain];

		if (chain->n == 0) {
			chain->first = (uint32_t)i;
		}
		chain->n++;
	}
}

/* Names first, since rules and elements name chains and sets. */
static int names_read(struct span rest, struct nft_ruleset *ruleset)
{
	struct message message;
	int r = 0;

	while (message_next(&rest, &message, &r)) {
		switch (message.type) {
		case NFT(NFT_MSG_NEWTABLE):
			r = table_take(&message, ruleset);
			break;
		case NFT(NFT_MSG_NEWCHAIN):
			r = chain_take(&message, ruleset);
			break;
		case NFT(NFT_MSG_NEWSET):
			r = nft_set_take(message.at, message.family, ruleset);
			break;
		default:
			break;
		}
		if (r != 0) {
			return r;
		}
	}
	if (ruleset->chains.len > 0) {
		qsort(ruleset->chains.items, ruleset->chains.len, sizeof(*ruleset->chains.items),
			chain_order);
	}
	if (ruleset->sets.len > 0) {
		qsort(ruleset->sets.items, ruleset->sets.len, sizeof(*ruleset->sets.items),
			set_order);
	}
	for (size_t i = 0; i < ruleset->chains.len; i++) {
		if (table_dormant(ruleset, &ruleset->chains.items[i])) {
			ruleset->chains.items[i].stage = NFT_STAGE_NONE;
		}
	}
	return r;
}

/* The messages of one set follow each other. */
static int contents_read(struct span rest, struct nft_ruleset *ruleset)
{
	struct message message;
	uint32_t reading = NFT_NONE;
	int r = 0;

	while (message_next(&rest, &message, &r)) {
		uint32_t set = NFT_NONE;

		if (message.type == NFT(NFT_MSG_NEWSETELEM) || message.type == NLMSG_OVERRUN) {
			r = nft_elements_take(message.at, message.family, ruleset, &set);
			if (r == 0 && message.type == NLMSG_OVERRUN) {
				ruleset->sets.items[set].partial = true;
			}
		} else if (message.type == NFT(NFT_MSG_NEWRULE)) {
			r = rule_take(&message, ruleset);
		}
		if (r == 0 && set != reading && reading != NFT_NONE) {
			r = nft_elements_close(ruleset, reading);
		}
		if (r != 0) {
			return r;
		}
		reading = set;
	}
	return r == 0 && reading != NFT_NONE ? nft_elements_close(ruleset, reading) : r;
}

int nft_ruleset_parse(struct span messages, struct span legacy, struct nft_ruleset *ret_ruleset)
{
	cleanup(nft_ruleset_finish) struct nft_ruleset ruleset = {0};
	int r = names_read(messages, &ruleset);

	if (r == 0) {
		r = contents_read(messages, &ruleset);
	}
	if (r == 0) {
		r = nft_legacy_take(legacy, &ruleset);
	}
	if (r != 0) {
		return r;
	}
	rules_sort(&ruleset);
	*ret_ruleset = ruleset;
	ruleset = (struct nft_ruleset){0};
	return 0;
}
