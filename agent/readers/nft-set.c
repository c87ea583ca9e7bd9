/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-parts.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

static bool field_add(struct nft_set *set, struct span list)
{
	struct span at[NFTA_SET_FIELD_LEN + 1];
	uint32_t len;

	if (!nft_attrs_parse(list, at, ARRAY_LEN(at)) || set->n_fields == NFT_FIELDS_MAX) {
		return false;
	}
	len = nft_attr_u32(at[NFTA_SET_FIELD_LEN], 0);
	if (len == 0 || len > NFT_REGS_LEN) {
		return false;
	}
	set->fields[set->n_fields++] = (uint8_t)len;
	return true;
}

/* NFTA_SET_DESC tells the fields of a concatenation; any other key is one field. */
static bool fields_parse(struct span desc, struct nft_set *set)
{
	struct span at[NFTA_SET_DESC_CONCAT + 1], field;
	struct span rest;
	size_t padded = 0;
	uint16_t type;

	if (desc.p && !nft_attrs_parse(desc, at, ARRAY_LEN(at))) {
		return false;
	}
	rest = desc.p ? at[NFTA_SET_DESC_CONCAT] : (struct span){NULL, 0};
	while (nft_attr_next(&rest, &type, &field)) {
		if (!field_add(set, field)) {
			return false;
		}
		padded += (size_t)(set->fields[set->n_fields - 1] + 3) / 4 * 4;
	}
	if (set->n_fields > 0) {
		return rest.len == 0 && padded == set->key_len;
	}
	set->fields[0] = (uint8_t)set->key_len;
	set->n_fields = 1;
	return rest.len == 0;
}

int nft_set_take(struct span *at, uint8_t family, struct nft_ruleset *ruleset)
{
	uint32_t flags = nft_attr_u32(at[NFTA_SET_FLAGS], 0);
	uint32_t key_len = nft_attr_u32(at[NFTA_SET_KEY_LEN], 0);
	uint32_t data_len = nft_attr_u32(at[NFTA_SET_DATA_LEN], 0);
	struct nft_set set = {
		.table = nft_attr_text(at[NFTA_SET_TABLE], NFT_NAME_SIZE),
		.name = nft_attr_text(at[NFTA_SET_NAME], NFT_NAME_SIZE),
		.family = family,
		.key_len = (uint16_t)key_len,
		.data_len = (uint16_t)data_len,
		.interval = flags & NFT_SET_INTERVAL,
		.changing = flags & NFT_SET_EVAL,
	};
	int r;

	if (!set.table || !set.name || key_len == 0 || key_len > NFT_REGS_LEN ||
		data_len > NFT_REGS_LEN || !fields_parse(at[NFTA_SET_DESC], &set)) {
		return NFT_E_FORMAT;
	}
	r = vec_push(&ruleset->sets, set, NFT_SETS_MAX);
	return r == -ENOSPC ? NFT_E_LIMIT : r;
}

static bool key_parse(struct span nest, const struct nft_set *set, const char **ret_key)
{
	struct span value;

	if (!nest.p) {
		return true;
	}
	if (!nft_value_parse(nest, &value) || value.len != set->key_len) {
		return false;
	}
	*ret_key = value.p;
	return true;
}

static bool data_parse(const struct nft_scope *scope, struct span nest, const struct nft_set *set,
	struct nft_element *element)
{
	struct span at[NFTA_DATA_MAX + 1], value;

	if (!nft_attrs_parse(nest, at, ARRAY_LEN(at))) {
		return false;
	}
	if (at[NFTA_DATA_VERDICT].p) {
		nft_verdict_parse(
			scope, at[NFTA_DATA_VERDICT], &element->verdict, &element->target);
	} else if (nft_value_parse(nest, &value) && value.len == set->data_len) {
		element->data = value.p;
	}
	return true;
}

static int element_take(const struct nft_scope *scope, struct span list, const struct nft_set *set)
{
	struct span at[NFTA_SET_ELEM_MAX + 1];
	struct nft_element element = {.verdict = NFT_WAY_ANY, .target = NFT_NONE};
	uint32_t flags;
	int r;

	if (!nft_attrs_parse(list, at, ARRAY_LEN(at)) ||
		!key_parse(at[NFTA_SET_ELEM_KEY], set, &element.low) ||
		!key_parse(at[NFTA_SET_ELEM_KEY_END], set, &element.high) ||
		!data_parse(scope, at[NFTA_SET_ELEM_DATA], set, &element)) {
		return NFT_E_FORMAT;
	}
	flags = nft_attr_u32(at[NFTA_SET_ELEM_FLAGS], 0);
	element.catchall = flags & NFT_SET_ELEM_CATCHALL;
	element.end = flags & NFT_SET_ELEM_INTERVAL_END;
	element.expiring = at[NFTA_SET_ELEM_TIMEOUT].p || at[NFTA_SET_ELEM_EXPIRATION].p ||
			   at[NFTA_SET_ELEM_EXPR].p || at[NFTA_SET_ELEM_EXPRESSIONS].p;
	if (!element.low && !element.catchall) {
		return NFT_E_FORMAT;
	}
	r = vec_push(&scope->ruleset->elements, element, NFT_ELEMENTS_MAX);
	return r == -ENOSPC ? NFT_E_LIMIT : r;
}

int nft_elements_take(
	struct span *at, uint8_t family, struct nft_ruleset *ruleset, uint32_t *ret_set)
{
	const struct nft_scope scope = {
		.ruleset = ruleset,
		.table = nft_attr_text(at[NFTA_SET_ELEM_LIST_TABLE], NFT_NAME_SIZE),
		.family = family,
	};
	uint32_t index =
		nft_set_find(&scope, nft_attr_text(at[NFTA_SET_ELEM_LIST_SET], NFT_NAME_SIZE));
	struct span rest = at[NFTA_SET_ELEM_LIST_ELEMENTS], element;
	struct nft_set *set;
	uint16_t type;
	int r = 0;

	if (index == NFT_NONE) {
		return NFT_E_FORMAT;
	}
	set = &ruleset->sets.items[index];
	if (set->n == 0) {
		set->first = (uint32_t)ruleset->elements.len;
	} else if (set->first + set->n != ruleset->elements.len) {
		return NFT_E_FORMAT; /* its messages do not follow each other */
	}
	while (r == 0 && nft_attr_next(&rest, &type, &element)) {
		r = element_take(&scope, element, set);
		set->n += r == 0;
	}
	*ret_set = index;
	return r != 0 ? r : rest.len > 0 ? NFT_E_FORMAT : 0;
}

struct sorting {
	size_t key_len;
};

/* An end comes before the start of the next interval at the same value. */
static int element_order(const void *a, const void *b, void *data)
{
	const struct sorting *sorting = data;
	const struct nft_element *ea = a, *eb = b;
	int order;

	if (!ea->low || !eb->low) {
		return (ea->low != NULL) - (eb->low != NULL);
	}
	order = memcmp(ea->low, eb->low, sorting->key_len);
	return order != 0 ? order : (int)eb->end - (int)ea->end;
}

/*
 * Intervals come as their first values and the first ones behind them, in any order
 * (nft_set_rbtree.c). Those of concatenations carry their last value with them.
 */
int nft_elements_close(struct nft_ruleset *ruleset, uint32_t index)
{
	struct nft_set *set = &ruleset->sets.items[index];
	struct sorting sorting = {.key_len = set->key_len};
	struct nft_element *elements;

	if (!set->interval || set->n == 0) {
		return 0;
	}
	elements = &ruleset->elements.items[set->first];
	qsort_r(elements, set->n, sizeof(*elements), element_order, &sorting);
	for (uint32_t i = 0; i < set->n; i++) {
		struct nft_element *element = &elements[i];

		if (element->catchall || element->end || element->high) {
			continue;
		}
		element->open = true;
		element->high = i + 1 < set->n ? elements[i + 1].low : NULL;
	}
	return 0;
}
