/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-model.h"
#include "nft-parts.h"

#include <string.h>

void nft_ruleset_finish(struct nft_ruleset *ruleset)
{
	vec_free(&ruleset->tables);
	vec_free(&ruleset->chains);
	vec_free(&ruleset->rules);
	vec_free(&ruleset->matches);
	vec_free(&ruleset->values);
}

bool nft_family_parse(const char *word, enum nft_family *ret_family)
{
	static const struct {
		const char *word;
		enum nft_family family;
	} rows[] = {{"inet", NFT_FAMILY_INET}, {"ip", NFT_FAMILY_IP}, {"ip6", NFT_FAMILY_IP6},
		{"netdev", NFT_FAMILY_NETDEV}};

	for (size_t i = 0; word && i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].word, word) == 0) {
			*ret_family = rows[i].family;
			return true;
		}
	}
	return false; /* arp, bridge: other packets */
}

static bool text_is(struct json_object *object, const char *name, const char *wanted)
{
	const char *text = nft_text(object, name);

	return text && strcmp(text, wanted) == 0;
}

/* Only "dormant" stops a table; "owner" and "persist" say whose it is. Some versions of nft garble
 * it. */
static void flag_take(struct json_object *flag, struct nft_table *table)
{
	const char *word =
		json_object_is_type(flag, json_type_string) ? json_object_get_string(flag) : "";

	if (strcmp(word, "dormant") == 0) {
		table->dormant = true;
	} else if (strcmp(word, "owner") != 0 && strcmp(word, "persist") != 0) {
		table->doubtful = true;
	}
}

static int table_take(struct json_object *json, struct nft_ruleset *ruleset)
{
	struct nft_table table = {.name = nft_text(json, "name")};
	struct json_object *flags = NULL;
	int r;

	if (!nft_family_parse(nft_text(json, "family"), &table.family) ||
		!json_object_object_get_ex(json, "flags", &flags)) {
		return 0;
	}
	if (!table.name) {
		return NFT_E_FORMAT;
	}
	if (json_object_is_type(flags, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(flags); i++) {
			flag_take(json_object_array_get_idx(flags, i), &table);
		}
	} else {
		flag_take(flags, &table);
	}
	r = vec_push(&ruleset->tables, table, NFT_CHAINS_MAX);
	return r == -ENOSPC ? NFT_E_LIMIT : r;
}

static void chain_obey_table(const struct nft_ruleset *ruleset, struct nft_chain *chain)
{
	for (size_t i = 0; i < ruleset->tables.len; i++) {
		const struct nft_table *table = &ruleset->tables.items[i];

		if (table->family != chain->family || strcmp(table->name, chain->table) != 0) {
			continue;
		}
		chain->doubtful = table->doubtful;
		if (table->dormant) {
			chain->inbound = chain->input = chain->ingress = false;
		}
	}
}

static int chain_take(struct json_object *json, struct nft_ruleset *ruleset)
{
	struct nft_chain chain = {.table = nft_text(json, "table"), .name = nft_text(json, "name")};
	bool filter = text_is(json, "type", "filter");
	int r;

	if (!nft_family_parse(nft_text(json, "family"), &chain.family)) {
		return 0;
	}
	if (!chain.table || !chain.name) {
		return NFT_E_FORMAT;
	}
	chain.input = filter && text_is(json, "hook", "input");
	chain.inbound = chain.input || (filter && text_is(json, "hook", "prerouting"));
	chain.ingress = filter && text_is(json, "hook", "ingress");
	chain.policy_drop = text_is(json, "policy", "drop");
	chain_obey_table(ruleset, &chain);
	r = vec_push(&ruleset->chains, chain, NFT_CHAINS_MAX);
	return r == -ENOSPC ? NFT_E_LIMIT : r;
}

uint32_t nft_chain_find(const struct nft_ruleset *ruleset, enum nft_family family,
	const char *table, const char *name)
{
	for (size_t i = 0; table && name && i < ruleset->chains.len; i++) {
		const struct nft_chain *chain = &ruleset->chains.items[i];

		if (chain->family == family && strcmp(chain->name, name) == 0 &&
			strcmp(chain->table, table) == 0) {
			return (uint32_t)i;
		}
	}
	return NFT_CHAIN_NONE;
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

static int objects_take(struct json_object *list, const char *kind,
	int (*take)(struct json_object *, struct nft_ruleset *), struct nft_ruleset *ruleset)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *item = json_object_array_get_idx(list, i), *inner = NULL;
		int r;

		if (!json_object_is_type(item, json_type_object)) {
			return NFT_E_FORMAT;
		}
		if (!json_object_object_get_ex(item, kind, &inner)) {
			continue;
		}
		r = json_object_is_type(inner, json_type_object) ? take(inner, ruleset)
								 : NFT_E_FORMAT;
		if (r != 0) {
			return r;
		}
	}
	return 0;
}

int nft_ruleset_parse(struct json_object *json, struct nft_ruleset *ret_ruleset)
{
	cleanup(nft_ruleset_finish) struct nft_ruleset ruleset = {.untracked = false};
	struct json_object *list = NULL;
	int r;

	if (!json_object_is_type(json, json_type_object) ||
		!json_object_object_get_ex(json, "nftables", &list) ||
		!json_object_is_type(list, json_type_array)) {
		return NFT_E_FORMAT;
	}
	r = objects_take(list, "table", table_take, &ruleset);
	if (r == 0) {
		r = objects_take(list, "chain", chain_take, &ruleset);
	}
	if (r == 0) {
		r = objects_take(list, "rule", nft_rule_survey, &ruleset);
	}
	if (r == 0) {
		r = objects_take(list, "rule", nft_rule_take, &ruleset);
	}
	if (r != 0) {
		return r;
	}
	rules_sort(&ruleset);
	*ret_ruleset = ruleset;
	ruleset = (struct nft_ruleset){.untracked = false};
	return 0;
}
