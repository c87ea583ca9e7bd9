/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-parts.h"

#include <string.h>

static int match_push(struct nft_ruleset *ruleset, const struct nft_match *match)
{
	int r = vec_push(&ruleset->matches, *match, NFT_VALUES_MAX);

	return r == -ENOSPC ? NFT_E_LIMIT : r;
}

static int value_push(struct nft_ruleset *ruleset, struct nft_match *match, struct nft_value value)
{
	int r = vec_push(&ruleset->values, value, NFT_VALUES_MAX);

	match->n += r == 0;
	return r == -ENOSPC ? NFT_E_LIMIT : r;
}

/* What is left is that nothing can be said, save for packets that the left side excludes. */
static int match_push_unknown(struct nft_ruleset *ruleset, struct nft_match match)
{
	int r;

	match.field = NFT_FIELD_CONST;
	match.negated = false;
	match.first = (uint32_t)ruleset->values.len;
	match.n = 0;
	r = value_push(ruleset, &match, (struct nft_value){.truth = NFT_UNKNOWN});
	return r != 0 ? r : match_push(ruleset, &match);
}

int nft_match_add_unknown(struct nft_ruleset *ruleset)
{
	return match_push_unknown(ruleset, (struct nft_match){.field = NFT_FIELD_CONST});
}

static int values_push(struct nft_ruleset *ruleset, enum nft_left_kind kind,
	struct json_object *right, struct nft_match match)
{
	struct json_object *set = NULL;
	bool list = json_object_is_type(right, json_type_array);
	size_t n;
	int r = 0;

	if (json_object_is_type(right, json_type_object) &&
		json_object_object_get_ex(right, "set", &set)) {
		right = set;
		list = json_object_is_type(set, json_type_array);
	}
	match.field = nft_left_field(kind);
	match.first = (uint32_t)ruleset->values.len;
	n = list ? json_object_array_length(right) : 1;
	for (size_t i = 0; i < n && r == 0; i++) {
		struct nft_value value = {.low = 0};
		struct json_object *item = list ? json_object_array_get_idx(right, i) : right;

		if (!nft_value_parse(kind, item, ruleset, &value)) {
			ruleset->values.len = match.first;
			return match_push_unknown(ruleset, match);
		}
		r = value_push(ruleset, &match, value);
	}
	return r != 0 ? r : match_push(ruleset, &match);
}

/* "<" and its kin, for ports alone */
static bool comparison_range(const char *op, uint32_t n, struct nft_value *value)
{
	static const struct {
		const char *op;
		bool below, with;
	} rows[] = {
		{"<", true, false}, {"<=", true, true}, {">", false, false}, {">=", false, true}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(op, rows[i].op) != 0 || (n == 0 && rows[i].below && !rows[i].with)) {
			continue;
		}
		value->low = rows[i].below ? 0 : n + !rows[i].with;
		value->high = rows[i].below ? n - !rows[i].with : UINT32_MAX;
		return true;
	}
	return false;
}

static int comparison_push(struct nft_ruleset *ruleset, const char *op, enum nft_left_kind kind,
	struct json_object *right, struct nft_match match)
{
	struct nft_value value = {.low = 0};
	uint32_t n = 0;
	int r;

	if (kind != NFT_LEFT_PORT || !nft_number(right, &n) || n > UINT16_MAX ||
		!comparison_range(op, n, &value)) {
		return match_push_unknown(ruleset, match);
	}
	match.field = NFT_FIELD_PORT;
	match.first = (uint32_t)ruleset->values.len;
	r = value_push(ruleset, &match, value);
	return r != 0 ? r : match_push(ruleset, &match);
}

int nft_match_parse_key(
	struct json_object *left_json, struct json_object *value, struct nft_ruleset *ruleset)
{
	struct nft_left left = nft_left_parse(left_json);
	const struct nft_match match = {
		.only_l4 = left.only_l4, .only_family = left.only_family, .never = left.never};

	return values_push(ruleset, left.kind, value, match);
}

int nft_match_parse(struct json_object *json, struct nft_ruleset *ruleset)
{
	struct json_object *left_json = NULL, *right = NULL;
	const char *op = nft_text(json, "op");
	struct nft_match match = {.field = NFT_FIELD_CONST};
	struct nft_left left;

	if (!op || !json_object_object_get_ex(json, "left", &left_json) ||
		!json_object_object_get_ex(json, "right", &right)) {
		return nft_match_add_unknown(ruleset);
	}
	left = nft_left_parse(left_json);
	match.only_l4 = left.only_l4;
	match.only_family = left.only_family;
	match.never = left.never;
	if (strcmp(op, "==") == 0 || strcmp(op, "in") == 0 || strcmp(op, "!=") == 0) {
		match.negated = op[0] == '!';
		return values_push(ruleset, left.kind, right, match);
	}
	return comparison_push(ruleset, op, left.kind, right, match);
}
