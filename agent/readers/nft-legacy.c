/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of the older iptables is one run of entries (net/ipv4/netfilter/ip_tables.c): a chain of
 * its own begins behind an entry whose target is "ERROR", a base chain at its hook's offset; a
 * verdict of 0 and more is the offset of the chain to jump to.
 */
#include "legacy-tables.h"
#include "nft-parts.h"

#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <string.h>

_Static_assert(LEGACY_HOOKS == NF_INET_NUMHOOKS, "hooks of a table");

#define CHAINS_MAX 4096
#define WAY_OF(verdict) (-(verdict)-1)

struct chain_start {
	uint32_t offset; /* of its first rule */
	uint32_t chain;
};

struct table_read {
	struct nft_ruleset *ruleset;
	struct legacy_table head;
	struct span entries;
	VEC(struct chain_start) starts; /* by their offsets */
};

struct entry {
	struct span head; /* struct ipt_ip or ip6t_ip6 */
	struct span matches;
	struct xt_entry_target target;
	struct span info;
	uint32_t next;
	bool is_goto, is_standard, is_error;
};

/* An element of an entry: a match, or its target. Both begin alike. */
static bool element_read(struct span at, struct xt_entry_target *ret_head, struct span *ret_info)
{
	if (at.len < sizeof(*ret_head)) {
		return false;
	}
	memcpy(ret_head, at.p, sizeof(*ret_head));
	if (ret_head->u.user.target_size < sizeof(*ret_head) ||
		ret_head->u.user.target_size > at.len ||
		!memchr(ret_head->u.user.name, '\0', sizeof(ret_head->u.user.name))) {
		return false;
	}
	*ret_info = (struct span){
		at.p + sizeof(*ret_head), (size_t)ret_head->u.user.target_size - sizeof(*ret_head)};
	return true;
}

static bool entry_read(const struct table_read *table, uint32_t offset, struct entry *ret_entry)
{
	bool four = table->head.family == 4;
	size_t head = four ? sizeof(struct ipt_entry) : sizeof(struct ip6t_entry);
	struct span rest = {table->entries.p + offset, table->entries.len - offset};
	struct entry entry = {.is_goto = false};
	struct ipt_entry old;
	struct ip6t_entry new;
	uint16_t target, next;

	if (rest.len < head) {
		return false;
	}
	if (four) {
		memcpy(&old, rest.p, sizeof(old));
		target = old.target_offset;
		next = old.next_offset;
		entry.is_goto = old.ip.flags & IPT_F_GOTO;
		entry.head = (struct span){rest.p, sizeof(old.ip)};
	} else {
		memcpy(&new, rest.p, sizeof(new));
		target = new.target_offset;
		next = new.next_offset;
		entry.is_goto = new.ipv6.flags &IP6T_F_GOTO;
		entry.head = (struct span){rest.p, sizeof(new.ipv6)};
	}
	if (target < head || next <= target || next > rest.len ||
		!element_read((struct span){rest.p + target, (size_t)next - target}, &entry.target,
			&entry.info)) {
		return false;
	}
	entry.matches = (struct span){rest.p + head, target - head};
	entry.next = offset + next;
	entry.is_standard = entry.target.u.user.name[0] == '\0' && entry.info.len >= sizeof(int);
	entry.is_error = strcmp(entry.target.u.user.name, XT_ERROR_TARGET) == 0;
	*ret_entry = entry;
	return true;
}

static int standard_verdict(const struct entry *entry)
{
	int verdict;

	memcpy(&verdict, entry->info.p, sizeof(verdict));
	return verdict;
}

static int32_t priority_of(const char *name)
{
	static const struct {
		const char *name;
		int32_t priority;
	} rows[] = {
		{"filter", NF_IP_PRI_FILTER},
		{"mangle", NF_IP_PRI_MANGLE},
		{"nat", NF_IP_PRI_NAT_DST},
		{"raw", NF_IP_PRI_RAW},
		{"security", NF_IP_PRI_SECURITY},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].name, name) == 0) {
			return rows[i].priority;
		}
	}
	return 0;
}

static int start_add(struct table_read *table, uint32_t offset, struct nft_chain chain)
{
	struct chain_start start = {
		.offset = offset, .chain = (uint32_t)table->ruleset->chains.len};
	int r;

	chain.table = "";
	chain.name = chain.name ? chain.name : "";
	chain.legacy = true;
	chain.family = table->head.family == 4 ? NFPROTO_IPV4 : NFPROTO_IPV6;
	r = vec_push(&table->ruleset->chains, chain, NFT_CHAINS_MAX);
	if (r == 0) {
		r = vec_push(&table->starts, start, CHAINS_MAX);
	}
	return r == -ENOSPC ? NFT_E_LIMIT : r;
}

static int start_order(const void *a, const void *b)
{
	const struct chain_start *sa = a, *sb = b;

	return sa->offset < sb->offset ? -1 : sa->offset > sb->offset;
}

/* The chain that begins here, or NFT_NONE; a base chain and another one never share a start. */
static uint32_t start_find(const struct table_read *table, uint32_t offset)
{
	const struct chain_start wanted = {.offset = offset};
	const struct chain_start *found = NULL;

	if (table->starts.len > 0) {
		found = bsearch(&wanted, table->starts.items, table->starts.len, sizeof(wanted),
			start_order);
	}
	return found ? found->chain : NFT_NONE;
}

static int base_add(struct table_read *table, uint32_t hook)
{
	struct nft_chain chain = {.priority = priority_of(table->head.name)};
	uint32_t underflow = table->head.underflow[hook];
	struct entry entry;

	chain.stage = hook == NF_INET_LOCAL_IN	    ? NFT_STAGE_INPUT
		      : hook == NF_INET_PRE_ROUTING ? NFT_STAGE_PREROUTING
						    : NFT_STAGE_NONE;
	if (chain.stage == NFT_STAGE_INPUT && chain.priority == NF_IP_PRI_NAT_DST) {
		chain.priority = NF_IP_PRI_NAT_SRC;
	}
	if (table->head.hook_entry[hook] >= table->entries.len || underflow >= table->entries.len ||
		!entry_read(table, underflow, &entry) || !entry.is_standard) {
		return NFT_E_FORMAT;
	}
	chain.policy_drop = WAY_OF(standard_verdict(&entry)) == NF_DROP;
	return start_add(table, table->head.hook_entry[hook], chain);
}

static int starts_read(struct table_read *table)
{
	struct entry entry;
	int r = 0;

	for (uint32_t hook = 0; hook < LEGACY_HOOKS && r == 0; hook++) {
		if (table->head.valid_hooks & 1U << hook) {
			r = base_add(table, hook);
		}
	}
	for (uint32_t at = 0; at < table->entries.len && r == 0; at = entry.next) {
		if (!entry_read(table, at, &entry)) {
			return NFT_E_FORMAT;
		}
		/* The last one of all is an error too, and begins nothing. */
		if (entry.is_error && entry.next < table->entries.len) {
			const char *name =
				memchr(entry.info.p, '\0', entry.info.len) ? entry.info.p : NULL;

			r = start_add(table, entry.next, (struct nft_chain){.name = name});
		}
	}
	if (table->starts.len > 0) {
		qsort(table->starts.items, table->starts.len, sizeof(*table->starts.items),
			start_order);
	}
	return r;
}

static int matches_take(struct nft_ruleset *ruleset, struct span rest)
{
	struct xt_entry_target head;
	struct span info;

	while (rest.len > 0) {
		struct nft_op op = {.kind = NFT_OP_XT_MATCH};
		int r;

		if (!element_read(rest, &head, &info)) {
			return NFT_E_FORMAT;
		}
		op.b = head.u.user.revision;
		op.a = nft_xt_find_match(head.u.user.name, op.b, info.len);
		op.data = info.p;
		op.len = (uint16_t)info.len;
		r = nft_op_push(ruleset, &op);
		if (r != 0) {
			return r;
		}
		rest.p += head.u.user.target_size;
		rest.len -= head.u.user.target_size;
	}
	return 0;
}

static struct nft_op standard_op(const struct table_read *table, const struct entry *entry)
{
	struct nft_op op = {.kind = NFT_OP_VERDICT, .op = NFT_WAY_ANY, .a = NFT_NONE};
	int verdict = standard_verdict(entry);

	if (verdict >= 0) {
		/* The chain's own head stands before its first rule. */
		op.a = start_find(table, (uint32_t)verdict);
		op.op = op.a == NFT_NONE ? NFT_WAY_ANY
			: entry->is_goto ? NFT_WAY_GOTO
					 : NFT_WAY_JUMP;
	} else if (verdict == XT_RETURN) {
		op.op = NFT_WAY_RETURN;
	} else if (WAY_OF(verdict) == NF_ACCEPT || WAY_OF(verdict) == NF_DROP) {
		op.op = WAY_OF(verdict) == NF_DROP ? NFT_WAY_DROP : NFT_WAY_ACCEPT;
	}
	return op;
}

static int rule_take(struct table_read *table, const struct entry *entry, uint32_t chain)
{
	struct nft_ruleset *ruleset = table->ruleset;
	struct nft_rule rule = {
		.chain = chain,
		.order = (uint32_t)ruleset->rules.len,
		.first = (uint32_t)ruleset->ops.len,
	};
	struct nft_op op = {
		.kind = table->head.family == 4 ? NFT_OP_IP : NFT_OP_IP6,
		.data = entry->head.p,
		.len = (uint16_t)entry->head.len,
	};
	int r = nft_op_push(ruleset, &op);

	if (r == 0) {
		r = matches_take(ruleset, entry->matches);
	}
	if (r != 0) {
		return r;
	}
	if (entry->is_standard) {
		op = standard_op(table, entry);
	} else {
		op = (struct nft_op){.kind = NFT_OP_XT_TARGET,
			.data = entry->info.p,
			.len = (uint16_t)entry->info.len,
			.b = entry->target.u.user.revision};
		op.a = nft_xt_find_target(entry->target.u.user.name, op.b, entry->info.len);
	}
	r = nft_op_push(ruleset, &op);
	rule.n = (uint32_t)ruleset->ops.len - rule.first;
	if (r == 0) {
		r = vec_push(&ruleset->rules, rule, NFT_RULES_MAX);
	}
	return r == -ENOSPC ? NFT_E_LIMIT : r;
}

static int rules_read(struct table_read *table)
{
	uint32_t chain = NFT_NONE;
	struct entry entry;
	int r = 0;

	for (uint32_t at = 0; at < table->entries.len && r == 0; at = entry.next) {
		uint32_t begins = start_find(table, at);

		chain = begins != NFT_NONE ? begins : chain;
		if (!entry_read(table, at, &entry)) {
			return NFT_E_FORMAT;
		}
		if (!entry.is_error && chain != NFT_NONE) {
			r = rule_take(table, &entry, chain);
		}
	}
	return r;
}

static void table_finish(struct table_read *table)
{
	vec_free(&table->starts);
}

static int table_take(struct span *rest, struct nft_ruleset *ruleset)
{
	cleanup(table_finish) struct table_read table = {.ruleset = ruleset};
	int r;

	if (rest->len < sizeof(table.head)) {
		return NFT_E_FORMAT;
	}
	memcpy(&table.head, rest->p, sizeof(table.head));
	rest->p += sizeof(table.head);
	rest->len -= sizeof(table.head);
	if ((table.head.family != 4 && table.head.family != 6) || table.head.size > rest->len ||
		table.head.size > LEGACY_TABLE_MAX ||
		!memchr(table.head.name, '\0', sizeof(table.head.name))) {
		return NFT_E_FORMAT;
	}
	table.entries = (struct span){rest->p, table.head.size};
	rest->p += table.head.size;
	rest->len -= table.head.size;
	r = starts_read(&table);
	return r != 0 ? r : rules_read(&table);
}

int nft_legacy_take(struct span legacy, struct nft_ruleset *ruleset)
{
	int r = 0;

	for (size_t n = 0; legacy.len > 0 && r == 0; n++) {
		r = n < LEGACY_TABLES_MAX ? table_take(&legacy, ruleset) : NFT_E_LIMIT;
	}
	return r;
}
