/* SPDX-License-Identifier: Apache-2.0 */
#include "firewall.h"

#include <netinet/in.h>
#include <string.h>

#define NAMES_FILE_MAX ((size_t)4096)

static void firewall_free(struct firewall *firewall)
{
	if (!firewall) {
		return;
	}
	nft_eval_finish(&firewall->eval);
	nft_ruleset_finish(&firewall->ruleset);
	free(firewall->messages.p);
	free(firewall->tables.p);
	free(firewall);
}

void firewall_free_p(struct firewall **firewall)
{
	firewall_free(*firewall);
}

/* Tables of the older iptables are listed here by name (net/netfilter/x_tables.c). */
static int legacy_look(const struct sysroot *root, enum firewall_legacy *ret_legacy)
{
	static const char *const paths[] = {
		"proc/net/ip_tables_names", "proc/net/ip6_tables_names"};
	enum firewall_legacy legacy = FIREWALL_LEGACY_NONE;

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		cleanup(free_ptr) char *names = NULL;
		size_t len = 0;
		int r = sysroot_read(root, paths[i], NAMES_FILE_MAX, &names, &len);

		if (r == -ENOMEM) {
			return r;
		}
		if (r == 0 && len > 0) {
			legacy = FIREWALL_LEGACY_UNREAD;
		} else if (r != 0 && r != FD_E_MISSING && legacy == FIREWALL_LEGACY_NONE) {
			legacy = FIREWALL_LEGACY_HIDDEN;
		}
	}
	*ret_legacy = legacy;
	return 0;
}

static int legacy_read(const struct check_ctx *ctx, struct firewall *firewall)
{
	int r = legacy_look(ctx->root, &firewall->legacy);

	if (r != 0 || firewall->legacy != FIREWALL_LEGACY_UNREAD || !ctx->live->legacy_firewall) {
		return r;
	}
	r = ctx->live->legacy_firewall(ctx->live->data, &firewall->tables);
	if (r == 0) {
		firewall->legacy = FIREWALL_LEGACY_READ;
	} else if (r == FACTS_E_LIMIT) {
		firewall->legacy = FIREWALL_LEGACY_LARGE;
	}
	return r < 0 ? r : 0;
}

bool firewall_is_partial(const struct firewall *firewall)
{
	switch (firewall->legacy) {
	case FIREWALL_LEGACY_NONE:
	case FIREWALL_LEGACY_READ:
		return false;
	case FIREWALL_LEGACY_UNREAD:
	case FIREWALL_LEGACY_LARGE:
	case FIREWALL_LEGACY_HIDDEN:
		break;
	}
	return true;
}

static int judged(struct verdict *verdict, enum posture_state state, enum posture_reason reason)
{
	(void)verdict_set(verdict, state, reason);
	return FIREWALL_E_JUDGED;
}

static int tables_read(
	const struct check_ctx *ctx, struct firewall *firewall, struct verdict *verdict)
{
	int r = ctx->live->firewall(ctx->live->data, &firewall->messages);

	switch (r) {
	case 0:
	case FACTS_E_ABSENT: /* a kernel without nf_tables: there may be older tables yet */
		return 0;
	case FACTS_E_NOT_PERMITTED:
		return judged(verdict, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	case FACTS_E_LIMIT:
		return judged(verdict, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	case FACTS_E_NO_TOOL:
		return judged(verdict, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	default:
		return r;
	}
}

static int ruleset_parse(struct firewall *firewall, struct verdict *verdict)
{
	int r = nft_ruleset_parse((struct span){firewall->messages.p, firewall->messages.len},
		(struct span){firewall->tables.p, firewall->tables.len}, &firewall->ruleset);

	switch (r) {
	case 0:
		break;
	case NFT_E_FORMAT:
		return judged(verdict, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	case NFT_E_LIMIT:
		return judged(verdict, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	default:
		return r;
	}
	r = nft_eval_init(&firewall->ruleset, &firewall->eval);
	/* Marks and destinations may come from the tables that were not read. */
	firewall->eval.marked = firewall_is_partial(firewall);
	return r;
}

int firewall_read(
	const struct check_ctx *ctx, struct firewall **ret_firewall, struct verdict *verdict)
{
	cleanup(firewall_free_p) struct firewall *firewall = calloc(1, sizeof(*firewall));
	int r;

	if (!firewall) {
		return -ENOMEM;
	}
	if (!ctx->live) {
		return judged(verdict, POSTURE_UNKNOWN, POSTURE_LIVE_ONLY);
	}
	r = interfaces_read(ctx->root, &firewall->interfaces);
	if (r != 0) {
		return r;
	}
	if (!firewall->interfaces.own) {
		return judged(verdict, POSTURE_NA, POSTURE_NO_OWN_NETWORK);
	}
	if (firewall->interfaces.partial) {
		return judged(verdict, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	}
	r = tables_read(ctx, firewall, verdict);
	if (r == 0) {
		r = legacy_read(ctx, firewall);
	}
	if (r == 0) {
		r = ruleset_parse(firewall, verdict);
	}
	if (firewall->legacy != FIREWALL_LEGACY_NONE) {
		verdict->due_s = ctx->now.wall_s + FIREWALL_RECHECK_S;
	}
	if (r == 0) {
		*ret_firewall = TAKE_PTR(firewall);
	}
	return r;
}

static void reach_take(struct firewall_reach *reach, const struct nft_ports *ports, uint8_t l4)
{
	uint32_t maybe = ports->accepted + ports->maybe;

	if (ports->accepted >= reach->accepted) {
		reach->accepted = ports->accepted;
		reach->l4 = l4;
	}
	reach->maybe = maybe > reach->maybe ? maybe : reach->maybe;
	reach->asked = true;
}

int firewall_reach(struct firewall *firewall, uint8_t family, struct firewall_reach *ret_reach,
	struct verdict *verdict)
{
	static const uint8_t protocols[] = {IPPROTO_UDP, IPPROTO_TCP};
	const struct interfaces *interfaces = &firewall->interfaces;
	struct firewall_reach reach = {.l4 = IPPROTO_TCP};
	int r = 0;

	for (size_t i = 0; i < interfaces->n * ARRAY_LEN(protocols) && r == 0; i++) {
		const struct nft_interface *in = &interfaces->list[i / ARRAY_LEN(protocols)];
		struct nft_packet packet = {
			.family = family, .l4 = protocols[i % ARRAY_LEN(protocols)], .in = in};
		struct nft_ports ports;

		if (family == 6 && !in->has_ipv6) {
			continue;
		}
		r = nft_eval_ports(&firewall->eval, &packet, &ports);
		if (r == 0) {
			reach_take(&reach, &ports, packet.l4);
		}
	}
	if (r == NFT_E_LIMIT) {
		return judged(verdict, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	}
	if (r == 0) {
		*ret_reach = reach;
	}
	return r;
}

int firewall_doubt(const struct firewall *firewall, struct verdict *verdict)
{
	static const enum posture_reason reasons[] = {
		[FIREWALL_LEGACY_NONE] = POSTURE_RULES_UNCLEAR,
		[FIREWALL_LEGACY_READ] = POSTURE_RULES_UNCLEAR,
		[FIREWALL_LEGACY_UNREAD] = POSTURE_OLD_FIREWALL_UNREAD,
		[FIREWALL_LEGACY_LARGE] = POSTURE_EVALUATION_LIMIT,
		[FIREWALL_LEGACY_HIDDEN] = POSTURE_NOT_PERMITTED,
	};

	return verdict_set(verdict, POSTURE_UNKNOWN, reasons[firewall->legacy]);
}

bool firewall_has_input(const struct firewall *firewall)
{
	for (size_t i = 0; i < firewall->ruleset.chains.len; i++) {
		if (firewall->ruleset.chains.items[i].stage == NFT_STAGE_INPUT) {
			return true;
		}
	}
	return false;
}
