/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-parts.h"

#include <string.h>

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
		*ret_target = nft_chain_find(reading->ruleset, reading->family, reading->table,
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

int nft_rule_take(struct json_object *json, struct nft_ruleset *ruleset)
{
	struct reading reading = {.ruleset = ruleset, .table = nft_text(json, "table")};
	struct json_object *statements = NULL;

	if (!nft_family_parse(nft_text(json, "family"), &reading.family)) {
		return 0;
	}
	reading.rule.chain =
		nft_chain_find(ruleset, reading.family, reading.table, nft_text(json, "chain"));
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
int nft_rule_survey(struct json_object *json, struct nft_ruleset *ruleset)
{
	struct json_object *statements = NULL;

	if (!json_object_object_get_ex(json, "expr", &statements) ||
		!json_object_is_type(statements, json_type_array)) {
		return 0;
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
	return 0;
}
