/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-eval.h"

#include <string.h>

#define MEMO_NONE 0xff
#define MEMO_RUNNING 0xfe
#define PORT_MAX 65535U

int nft_eval_init(const struct nft_ruleset *ruleset, struct nft_eval *ret_eval)
{
	uint8_t *memo = malloc(ruleset->chains.len * 3 + 1);

	if (!memo) {
		return -ENOMEM;
	}
	*ret_eval = (struct nft_eval){.ruleset = ruleset, .memo = memo};
	return 0;
}

void nft_eval_finish(struct nft_eval *eval)
{
	free(eval->memo);
	eval->memo = NULL;
}

static bool name_matches(const char *pattern, const char *name)
{
	size_t len = strlen(pattern);

	if (!name) {
		return strcmp(pattern, "*") == 0;
	}
	if (len > 0 && pattern[len - 1] == '*') {
		return strncmp(pattern, name, len - 1) == 0;
	}
	return strcmp(pattern, name) == 0;
}

static enum nft_truth number_truth(const struct nft_value *value, uint32_t number)
{
	return number >= value->low && number <= value->high ? NFT_YES : NFT_NO;
}

static enum nft_truth value_truth(
	enum nft_field field, const struct nft_value *value, const struct nft_packet *packet)
{
	switch (field) {
	case NFT_FIELD_CONST:
		return value->truth;
	case NFT_FIELD_PORT:
		return number_truth(value, packet->port);
	case NFT_FIELD_L4:
		return number_truth(value, packet->l4);
	case NFT_FIELD_FAMILY:
		return number_truth(value, packet->family);
	case NFT_FIELD_IIF:
		return name_matches(value->name, packet->iif) ? NFT_YES : NFT_NO;
	}
	return NFT_UNKNOWN;
}

static enum nft_truth match_truth(const struct nft_ruleset *ruleset, const struct nft_match *match,
	const struct nft_packet *packet)
{
	enum nft_truth truth = NFT_NO;

	if (match->never || (match->only_l4 && match->only_l4 != packet->l4) ||
		(match->only_family && match->only_family != packet->family)) {
		return NFT_NO;
	}
	for (uint32_t i = 0; i < match->n && truth != NFT_YES; i++) {
		enum nft_truth one =
			value_truth(match->field, &ruleset->values.items[match->first + i], packet);

		truth = one > truth ? one : truth;
	}
	if (match->negated && truth != NFT_UNKNOWN) {
		return truth == NFT_YES ? NFT_NO : NFT_YES;
	}
	return truth;
}

static enum nft_truth rule_truth(const struct nft_ruleset *ruleset, const struct nft_rule *rule,
	const struct nft_packet *packet)
{
	enum nft_truth truth = NFT_YES;

	for (uint32_t i = 0; i < rule->n && truth != NFT_NO; i++) {
		enum nft_truth one =
			match_truth(ruleset, &ruleset->matches.items[rule->first + i], packet);

		truth = one < truth ? one : truth;
	}
	return truth;
}

static enum nft_fate fate_either(enum nft_fate a, enum nft_fate b)
{
	return a == b ? a : NFT_MAYBE;
}

static int chain_fate(struct nft_eval *eval, const struct nft_packet *packet, uint32_t chain,
	enum nft_fate after, unsigned depth, enum nft_fate *ret_fate);

/* after: the fate behind the chain; next: behind this rule */
static int rule_fate(struct nft_eval *eval, const struct nft_packet *packet,
	const struct nft_rule *rule, enum nft_fate after, enum nft_fate next, unsigned depth,
	enum nft_fate *ret_fate)
{
	switch (rule->verdict) {
	case NFT_GO_ON:
		*ret_fate = next;
		return 0;
	case NFT_ACCEPT:
		*ret_fate = NFT_ACCEPTED;
		return 0;
	case NFT_DROP:
		*ret_fate = NFT_DROPPED;
		return 0;
	case NFT_RETURN:
		*ret_fate = after;
		return 0;
	case NFT_JUMP:
		return chain_fate(eval, packet, rule->target, next, depth + 1, ret_fate);
	case NFT_GOTO:
		return chain_fate(eval, packet, rule->target, after, depth + 1, ret_fate);
	case NFT_ANY:
		break;
	}
	*ret_fate = NFT_MAYBE;
	return 0;
}

/* From the last rule to the first: each rule's fate is known from the one behind it. */
static int chain_walk(struct nft_eval *eval, const struct nft_packet *packet,
	const struct nft_chain *chain, enum nft_fate after, unsigned depth, enum nft_fate *ret_fate)
{
	enum nft_fate next = after;

	for (uint32_t i = chain->n; i > 0; i--) {
		const struct nft_rule *rule = &eval->ruleset->rules.items[chain->first + i - 1];
		enum nft_truth truth = rule_truth(eval->ruleset, rule, packet);
		enum nft_fate fate = next;
		int r;

		if (++eval->steps > NFT_STEPS_MAX) {
			return NFT_E_LIMIT;
		}
		if (truth == NFT_NO) {
			continue;
		}
		r = rule_fate(eval, packet, rule, after, next, depth, &fate);
		if (r != 0) {
			return r;
		}
		next = truth == NFT_YES ? fate : fate_either(fate, next);
	}
	*ret_fate = next;
	return 0;
}

static int chain_fate(struct nft_eval *eval, const struct nft_packet *packet, uint32_t chain,
	enum nft_fate after, unsigned depth, enum nft_fate *ret_fate)
{
	uint8_t *memo;
	int r;

	if (chain == NFT_CHAIN_NONE) {
		*ret_fate = NFT_MAYBE;
		return 0;
	}
	memo = &eval->memo[(size_t)chain * 3 + after];
	if (*memo == MEMO_RUNNING || depth > NFT_DEPTH_MAX) {
		return NFT_E_LIMIT; /* the kernel loads no such loop: this is no true ruleset */
	}
	if (*memo != MEMO_NONE) {
		*ret_fate = (enum nft_fate) * memo;
		return 0;
	}
	*memo = MEMO_RUNNING;
	r = chain_walk(eval, packet, &eval->ruleset->chains.items[chain], after, depth, ret_fate);
	*memo = r == 0 ? (uint8_t)*ret_fate : MEMO_NONE;
	return r;
}

static bool chain_sees(const struct nft_chain *chain, const struct nft_packet *packet)
{
	switch (chain->family) {
	case NFT_FAMILY_INET:
	case NFT_FAMILY_NETDEV:
		return true;
	case NFT_FAMILY_IP:
		return packet->family == 4;
	case NFT_FAMILY_IP6:
		return packet->family == 6;
	}
	return true;
}

int nft_eval_packet(struct nft_eval *eval, const struct nft_packet *packet, enum nft_fate *ret_fate)
{
	const struct nft_ruleset *ruleset = eval->ruleset;
	enum nft_fate all = NFT_ACCEPTED;

	memset(eval->memo, MEMO_NONE, ruleset->chains.len * 3);
	for (uint32_t i = 0; i < ruleset->chains.len && all != NFT_DROPPED; i++) {
		const struct nft_chain *chain = &ruleset->chains.items[i];
		enum nft_fate fate = NFT_ACCEPTED;
		int r;

		if (!chain_sees(chain, packet)) {
			continue;
		}
		if (chain->ingress) {
			fate = chain->n > 0 || chain->policy_drop ? NFT_MAYBE : NFT_ACCEPTED;
		} else if (chain->inbound) {
			r = chain_fate(eval, packet, i,
				chain->policy_drop ? NFT_DROPPED : NFT_ACCEPTED, 0, &fate);
			if (r != 0) {
				return r;
			}
		}
		if (chain->doubtful && fate == NFT_DROPPED) {
			fate = NFT_MAYBE;
		}
		all = fate < all ? fate : all;
	}
	*ret_fate = all;
	return 0;
}

static int number_order(const void *a, const void *b)
{
	uint32_t na = *(const uint32_t *)a, nb = *(const uint32_t *)b;

	return na < nb ? -1 : na > nb;
}

/* Where the fate can change from one port to the next: each value's first, and the one behind it.
 */
static int ports_cut(const struct nft_ruleset *ruleset, uint32_t **ret_cuts, size_t *ret_n)
{
	VEC(uint32_t) cuts = {NULL, 0, 0};
	const size_t max = (size_t)PORT_MAX * 2;
	int r = vec_push(&cuts, 1, max);

	for (size_t m = 0; m < ruleset->matches.len && r == 0; m++) {
		const struct nft_match *match = &ruleset->matches.items[m];

		for (uint32_t i = 0; match->field == NFT_FIELD_PORT && i < match->n && r == 0;
			i++) {
			const struct nft_value *value = &ruleset->values.items[match->first + i];

			r = vec_push(&cuts, value->low, max);
			if (r == 0 && value->high < PORT_MAX) {
				r = vec_push(&cuts, value->high + 1, max);
			}
		}
	}
	if (r < 0) {
		vec_free(&cuts);
		return r == -ENOSPC ? NFT_E_LIMIT : r;
	}
	qsort(cuts.items, cuts.len, sizeof(*cuts.items), number_order);
	*ret_cuts = cuts.items;
	*ret_n = cuts.len;
	return 0;
}

int nft_eval_ports(
	struct nft_eval *eval, const struct nft_packet *packet, struct nft_ports *ret_ports)
{
	cleanup(free_ptr) uint32_t *cuts = NULL;
	struct nft_packet asked = *packet;
	struct nft_ports ports = {0};
	size_t n = 0;
	int r;

	r = ports_cut(eval->ruleset, &cuts, &n);
	for (size_t i = 0; i < n && r == 0; i++) {
		uint32_t end = i + 1 < n ? cuts[i + 1] : PORT_MAX + 1;
		enum nft_fate fate;

		if (cuts[i] == 0 || cuts[i] > PORT_MAX || cuts[i] == end) {
			continue;
		}
		if (end > PORT_MAX + 1) {
			end = PORT_MAX + 1;
		}
		asked.port = (uint16_t)cuts[i];
		r = nft_eval_packet(eval, &asked, &fate);
		if (r == 0) {
			ports.accepted += fate == NFT_ACCEPTED ? end - cuts[i] : 0;
			ports.maybe += fate == NFT_MAYBE ? end - cuts[i] : 0;
		}
	}
	if (r == 0) {
		*ret_ports = ports;
	}
	return r;
}
