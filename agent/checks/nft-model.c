/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-model.h"
#include "nft-parts.h"

#include <string.h>

void nft_ruleset_finish(struct nft_ruleset *ruleset)
{
	vec_free(&ruleset->chains);
	vec_free(&ruleset->rules);
	vec_free(&ruleset->matches);
	vec_free(&ruleset->values);
}

static bool family_parse(const char *word, enum nft_family *ret_family)
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

static int chain_take(struct json_object *json, struct nft_ruleset *ruleset)
{
	struct nft_chain chain = {.table = nft_text(json, "table"), .name = nft_text(json, "name")};
	bool filter = text_is(json, "type", "filter");
	int r;

	if (!family_parse(nft_text(json, "family"), &chain.family)) {
		return 0;
	}
	if (!chain.table || !chain.name) {
		return NFT_E_FORMAT;
	}
	chain.input = filter && text_is(json, "hook", "input");
	chain.inbound = chain.input || (filter && text_is(json, "hook", "prerouting"));
	chain.ingress = filter && text_is(json, "hook", "ingress");
	chain.policy_drop = text_is(json, "policy", "drop");
	r = vec_push(&ruleset->chains, chain, NFT_CHAINS_MAX);
	return r == -ENOSPC ? NFT_E_LIMIT : r;
}

static uint32_t chain_find(const struct nft_ruleset *ruleset, enum nft_family family,
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

/* A rule while its statements are read */
struct reading {
	struct nft_ruleset *ruleset;
	enum nft_family family;
	const char *table;
	struct nft_rule rule;
	bool decided; /* a verdict was read: nothing after it runs */
	bool foreign; /* an expression of another tool, known by nothing but its being there */
};

static bool verdict_parse(struct json_object *json, const struct reading *reading,
	enum nft_verdict *ret_verdict, uint32_t *ret_target)
{
	static const struct {
		const char *word;
		enum nft_verdict verdict;
	} rows[] = {
		{"accept", NFT_ACCEPT},
		{"continue", NFT_GO_ON},
		{"drop", NFT_DROP},
		{"goto", NFT_GOTO},
		{"jump", NFT_JUMP},
		{"reject", NFT_DROP},
		{"return", NFT_RETURN},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct json_object *inner = NULL;

		if (!json_object_object_get_ex(json, rows[i].word, &inner)) {
			continue;
		}
		*ret_verdict = rows[i].verdict;
		*ret_target = chain_find(reading->ruleset, reading->family, reading->table,
			nft_text(inner, "target"));
		return true;
	}
	return false;
}

static int rule_push(struct reading *reading)
{
	struct nft_rule *rule = &reading->rule;
	int r;

	rule->n = (uint32_t)reading->ruleset->matches.len - rule->first;
	if (rule->n > NFT_MATCHES_MAX) {
		return NFT_E_LIMIT;
	}
	rule->order = (uint32_t)reading->ruleset->rules.len;
	r = vec_push(&reading->ruleset->rules, *rule, NFT_RULES_MAX);
	return r == -ENOSPC ? NFT_E_LIMIT : r;
}

/* Each element of a verdict map becomes a rule of its own, behind the matches read so far. */
static int element_push(struct reading *reading, struct json_object *key, struct json_object *pair)
{
	struct nft_ruleset *ruleset = reading->ruleset;
	struct reading element = *reading;
	uint32_t first = reading->rule.first, end = (uint32_t)ruleset->matches.len;
	int r = 0;

	if (!json_object_is_type(pair, json_type_array) || json_object_array_length(pair) != 2) {
		return NFT_E_FORMAT;
	}
	element.rule.first = end;
	for (uint32_t i = first; i < end && r == 0; i++) {
		struct nft_match match = ruleset->matches.items[i];

		r = vec_push(&ruleset->matches, match, NFT_VALUES_MAX);
	}
	if (r < 0) {
		return r == -ENOSPC ? NFT_E_LIMIT : r;
	}
	r = nft_match_parse_key(key, json_object_array_get_idx(pair, 0), ruleset);
	if (r != 0) {
		return r;
	}
	if (!verdict_parse(json_object_array_get_idx(pair, 1), reading, &element.rule.verdict,
		    &element.rule.target)) {
		element.rule.verdict = NFT_ANY;
	}
	r = rule_push(&element);
	/* The matches of the rule itself stay the last ones, for the next element */
	for (uint32_t i = 0; i < end - first && r == 0; i++) {
		struct nft_match match = ruleset->matches.items[first + i];

		r = vec_push(&ruleset->matches, match, NFT_VALUES_MAX);
	}
	reading->rule.first = (uint32_t)ruleset->matches.len - (end - first);
	return r == -ENOSPC ? NFT_E_LIMIT : r;
}

static int vmap_take(struct json_object *vmap, struct reading *reading)
{
	struct json_object *key = NULL, *data = NULL, *set = NULL;

	if (!json_object_is_type(vmap, json_type_object) ||
		!json_object_object_get_ex(vmap, "key", &key) ||
		!json_object_object_get_ex(vmap, "data", &data)) {
		return NFT_E_FORMAT;
	}
	if (!json_object_is_type(data, json_type_object) ||
		!json_object_object_get_ex(data, "set", &set) ||
		!json_object_is_type(set, json_type_array)) {
		reading->rule.verdict = NFT_ANY; /* a named map: its elements are not listed */
		reading->decided = true;
		return 0;
	}
	for (size_t i = 0; i < json_object_array_length(set); i++) {
		int r = element_push(reading, key, json_object_array_get_idx(set, i));

		if (r != 0) {
			return r;
		}
	}
	return 0;
}

/* Statements that neither decide nor match: they only note something. */
static bool statement_neutral(const char *name)
{
	static const char *const names[] = {"comment", "counter", "ct helper", "ct timeout",
		"ct expectation", "flow", "last", "log", "mangle", "notrack"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(names[i], name) == 0) {
			return true;
		}
	}
	return false;
}

/* Statements that let some packets pass on to the next one and stop others, by their rate. */
static bool statement_gates(const char *name)
{
	return strcmp(name, "limit") == 0 || strcmp(name, "quota") == 0 ||
	       strcmp(name, "ct count") == 0 || strcmp(name, "meter") == 0 ||
	       strcmp(name, "set") == 0;
}

static int statement_take(struct json_object *statement, struct reading *reading)
{
	struct json_object_iterator it, end;
	struct json_object *inner;
	const char *name;

	if (!json_object_is_type(statement, json_type_object) ||
		json_object_object_length(statement) != 1) {
		return NFT_E_FORMAT;
	}
	it = json_object_iter_begin(statement);
	end = json_object_iter_end(statement);
	if (json_object_iter_equal(&it, &end)) {
		return NFT_E_FORMAT;
	}
	name = json_object_iter_peek_name(&it);
	inner = json_object_iter_peek_value(&it);
	if (strcmp(name, "match") == 0) {
		return nft_match_parse(inner, reading->ruleset);
	}
	if (strcmp(name, "vmap") == 0) {
		return vmap_take(inner, reading);
	}
	if (strcmp(name, "xt") == 0) {
		reading->foreign = true;
		return nft_match_add_unknown(reading->ruleset);
	}
	if (statement_gates(name)) {
		return nft_match_add_unknown(reading->ruleset);
	}
	if (statement_neutral(name)) {
		return 0;
	}
	if (!verdict_parse(statement, reading, &reading->rule.verdict, &reading->rule.target)) {
		reading->rule.verdict = NFT_ANY;
	}
	reading->decided = true;
	return 0;
}

static int rule_take(struct json_object *json, struct nft_ruleset *ruleset)
{
	struct reading reading = {.ruleset = ruleset, .table = nft_text(json, "table")};
	struct json_object *statements = NULL;

	if (!family_parse(nft_text(json, "family"), &reading.family)) {
		return 0;
	}
	reading.rule.chain =
		chain_find(ruleset, reading.family, reading.table, nft_text(json, "chain"));
	if (reading.rule.chain == NFT_CHAIN_NONE ||
		!json_object_object_get_ex(json, "expr", &statements) ||
		!json_object_is_type(statements, json_type_array)) {
		return NFT_E_FORMAT;
	}
	reading.rule.first = (uint32_t)ruleset->matches.len;
	for (size_t i = 0; i < json_object_array_length(statements) && !reading.decided; i++) {
		int r = statement_take(json_object_array_get_idx(statements, i), &reading);

		if (r != 0) {
			return r;
		}
	}
	if (!reading.decided && reading.foreign) {
		reading.rule.verdict = NFT_ANY; /* it may have been a target that decides */
	}
	return rule_push(&reading);
}

/* What changes the meaning of matches anywhere in the ruleset is looked for first. */
static void rule_survey(struct json_object *json, struct nft_ruleset *ruleset)
{
	struct json_object *statements = NULL;

	if (!json_object_object_get_ex(json, "expr", &statements) ||
		!json_object_is_type(statements, json_type_array)) {
		return;
	}
	for (size_t i = 0; i < json_object_array_length(statements); i++) {
		struct json_object *statement = json_object_array_get_idx(statements, i);
		struct json_object *inner;

		if (!json_object_is_type(statement, json_type_object)) {
			continue;
		}
		if (json_object_object_get_ex(statement, "notrack", &inner)) {
			ruleset->untracked = true;
		}
		if (json_object_object_get_ex(statement, "dnat", &inner) ||
			json_object_object_get_ex(statement, "redirect", &inner) ||
			json_object_object_get_ex(statement, "xt", &inner)) {
			ruleset->translated = true;
		}
	}
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

static int survey_take(struct json_object *json, struct nft_ruleset *ruleset)
{
	rule_survey(json, ruleset);
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
	r = objects_take(list, "chain", chain_take, &ruleset);
	if (r == 0) {
		r = objects_take(list, "rule", survey_take, &ruleset);
	}
	if (r == 0) {
		r = objects_take(list, "rule", rule_take, &ruleset);
	}
	if (r != 0) {
		return r;
	}
	rules_sort(&ruleset);
	*ret_ruleset = ruleset;
	ruleset = (struct nft_ruleset){.untracked = false};
	return 0;
}
