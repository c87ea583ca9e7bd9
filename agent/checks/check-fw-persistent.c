/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fw.persistent: for each family, some chain that refuses unexpected packets now belongs to a
 * manager that loads it again at the next start.
 */
#include "firewall-owner.h"

#include <netinet/in.h>

#define ID "fw.persistent"

static const struct check_input inputs[] = {
	FIREWALL_OWNER_INPUTS,
	{CHECK_INPUT_FIREWALL, NULL},
	{CHECK_INPUT_LINK, NULL},
};

/* Ports that hardly anybody opens: a chain that drops them drops what is unexpected. */
static const uint16_t probes[] = {7, 4711, 61234};

static int chain_guards(struct firewall *firewall, uint32_t chain, uint8_t family, bool *ret_guards)
{
	const struct interfaces *interfaces = &firewall->interfaces;
	bool guards = false;

	for (size_t i = 0; i < interfaces->n * ARRAY_LEN(probes) && !guards; i++) {
		const struct nft_packet packet = {
			.family = family,
			.l4 = IPPROTO_TCP,
			.port = probes[i % ARRAY_LEN(probes)],
			.in = &interfaces->list[i / ARRAY_LEN(probes)],
		};
		int r = nft_eval_chain_drops(&firewall->eval, &packet, chain, &guards);

		if (r != 0) {
			return r;
		}
	}
	*ret_guards = guards;
	return 0;
}

struct outcome {
	bool guarded;
	enum firewall_keeping best;
};

static int family_judge(const struct check_ctx *ctx, struct firewall *firewall, uint8_t family,
	struct outcome *ret_outcome)
{
	struct outcome outcome = {.best = FIREWALL_KEEP_UNKNOWN};

	for (uint32_t i = 0; i < firewall->ruleset.chains.len; i++) {
		const struct nft_chain *chain = &firewall->ruleset.chains.items[i];
		enum firewall_keeping keeping = FIREWALL_KEEP_UNKNOWN;
		bool guards = false;
		int r;

		if (chain->stage == NFT_STAGE_NONE) {
			continue;
		}
		r = chain_guards(firewall, i, family, &guards);
		if (r == 0 && guards) {
			outcome.guarded = true;
			r = firewall_keeping(ctx, firewall, chain, family, &keeping);
		}
		if (r != 0) {
			return r;
		}
		outcome.best = keeping > outcome.best ? keeping : outcome.best;
	}
	*ret_outcome = outcome;
	return 0;
}

static int outcomes_judge(const struct firewall *firewall, const struct outcome *four,
	const struct outcome *six, struct verdict *v)
{
	enum firewall_keeping worst = FIREWALL_KEEP_ON;

	if (four->guarded) {
		worst = four->best;
	}
	if (six->guarded && six->best < worst) {
		worst = six->best;
	}
	if (!four->guarded && !six->guarded) {
		return !firewall_is_partial(firewall)
			       ? verdict_set(v, POSTURE_NA, POSTURE_FIREWALL_ABSENT)
			       : firewall_doubt(firewall, v);
	}
	/* One family that is lost at the next start is enough to fail. */
	if ((four->guarded && four->best == FIREWALL_KEEP_OFF) ||
		(six->guarded && six->best == FIREWALL_KEEP_OFF)) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_FIREWALL_PASSING);
	}
	return worst == FIREWALL_KEEP_ON
		       ? verdict_set(v, POSTURE_PASS, POSTURE_FIREWALL_KEPT)
		       : verdict_set(v, POSTURE_UNKNOWN, POSTURE_FIREWALL_OWNER_UNCLEAR);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(firewall_free_p) struct firewall *firewall = NULL;
	struct outcome four, six = {.guarded = false};
	int r = firewall_read(ctx, &firewall, v);

	if (r == 0) {
		r = family_judge(ctx, firewall, 4, &four);
	}
	if (r == 0 && firewall->interfaces.ipv6) {
		r = family_judge(ctx, firewall, 6, &six);
	}
	if (r == NFT_E_LIMIT && firewall) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	}
	if (r != 0) {
		return r == FIREWALL_E_JUDGED ? 0 : r;
	}
	return outcomes_judge(firewall, &four, &six, v);
}

const struct check check_fw_persistent = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
