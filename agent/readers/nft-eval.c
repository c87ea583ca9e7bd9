/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-eval.h"
#include "nft-attr.h"
#include "nft-walk.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter_ipv4.h>
#include <string.h>

#define PORT_MAX 65535U
#define STRANGER_NOT_ASKED 0xff

static int base_order(const void *a, const void *b, void *data)
{
	const struct nft_ruleset *ruleset = data;
	const struct nft_chain *ca = &ruleset->chains.items[*(const uint32_t *)a];
	const struct nft_chain *cb = &ruleset->chains.items[*(const uint32_t *)b];

	if (ca->stage != cb->stage) {
		return ca->stage < cb->stage ? -1 : 1;
	}
	return ca->priority < cb->priority ? -1 : ca->priority > cb->priority;
}

int nft_eval_init(const struct nft_ruleset *ruleset, struct nft_eval *ret_eval)
{
	cleanup(nft_eval_finish) struct nft_eval eval = {.ruleset = ruleset};

	eval.memo = calloc(ruleset->chains.len + 1, sizeof(*eval.memo));
	eval.base = calloc(ruleset->chains.len + 1, sizeof(*eval.base));
	eval.strangers = malloc(ruleset->sets.len * 2 + 1);
	if (!eval.memo || !eval.base || !eval.strangers) {
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < ruleset->chains.len; i++) {
		if (ruleset->chains.items[i].stage != NFT_STAGE_NONE) {
			eval.base[eval.n_base++] = i;
		}
	}
	qsort_r(eval.base, eval.n_base, sizeof(*eval.base), base_order, (void *)ruleset);
	*ret_eval = eval;
	eval = (struct nft_eval){.memo = NULL};
	return 0;
}

void nft_eval_finish(struct nft_eval *eval)
{
	free(eval->memo);
	free(eval->base);
	free(eval->strangers);
	eval->memo = NULL;
	eval->base = NULL;
	eval->strangers = NULL;
}

static void eval_start(struct nft_eval *eval, const struct nft_packet *packet)
{
	if (eval->family != packet->family) {
		memset(eval->strangers, STRANGER_NOT_ASKED, eval->ruleset->sets.len * 2);
		eval->family = packet->family;
	}
	for (size_t i = 0; i < eval->ruleset->chains.len; i++) {
		eval->memo[i].known = false;
	}
	eval->next_port = PORT_MAX + 1;
	eval->failure = 0;
}

static struct nft_state state_first(const struct nft_eval *eval)
{
	const struct nft_bits mark = {.known = eval->marked ? 0 : UINT32_MAX};

	return (struct nft_state){
		.mark = mark,
		.ct_mark = mark,
		.tracking = NFT_TRACK_NOT_YET,
		.own_port = true,
	};
}

static bool device_named(struct span list, const char *name)
{
	struct span value;
	uint16_t type;

	while (nft_attr_next(&list, &type, &value)) {
		const char *text = nft_attr_text(value, NFT_IFNAME_SIZE);

		if (text && strcmp(text, name) == 0) {
			return true;
		}
	}
	return false;
}

/* How a base chain regards the packet */
enum seen { SEEN_NOT, SEEN_PERHAPS, SEEN };

static enum seen ingress_sees(const struct nft_chain *chain, const struct nft_packet *packet)
{
	if ((chain->device && strcmp(chain->device, packet->in->name) == 0) ||
		device_named(chain->devices, packet->in->name)) {
		return chain->offload ? SEEN_PERHAPS : SEEN;
	}
	/* It may pass the other one first, in another shape; or names end with a star. */
	return packet->in->has_parts || memchr(chain->devices.p ? chain->devices.p : "", '*',
						chain->devices.len)
		       ? SEEN_PERHAPS
		       : SEEN_NOT;
}

static enum seen chain_sees(const struct nft_chain *chain, const struct nft_packet *packet)
{
	if (chain->stage == NFT_STAGE_INGRESS) {
		return ingress_sees(chain, packet);
	}
	switch (chain->family) {
	case NFPROTO_INET:
		return SEEN;
	case NFPROTO_IPV4:
		return packet->family == 4 ? SEEN : SEEN_NOT;
	case NFPROTO_IPV6:
		return packet->family == 6 ? SEEN : SEEN_NOT;
	case NFPROTO_BRIDGE:
		return packet->in->is_bridge ? SEEN_PERHAPS : SEEN_NOT;
	default:
		return SEEN_NOT;
	}
}

/* The packet on its way through the base chains */
struct journey {
	bool drop;
	struct nft_place here;
};

static void chain_pass(struct nft_eval *eval, const struct nft_packet *packet, uint32_t index,
	const struct nft_state *in, struct journey *journey, struct nft_place *out)
{
	const struct nft_chain *chain = &eval->ruleset->chains.items[index];
	enum seen seen = chain_sees(chain, packet);
	struct nft_ways ways = {.drop = false};

	if (seen == SEEN_NOT) {
		nft_place_join(out, in);
		return;
	}
	nft_chain_walk(eval, packet, index, in, 0, &ways);
	journey->drop = journey->drop || ways.drop || (ways.next.possible && chain->policy_drop);
	if (ways.accept.possible) {
		nft_place_join(out, &ways.accept.state);
	}
	if (ways.next.possible && !chain->policy_drop) {
		nft_place_join(out, &ways.next.state);
	}
	if (seen == SEEN_PERHAPS) {
		nft_place_join(out, in);
	}
}

/*
 * Chains of one priority run in an order that nobody tells: each may see what any of them changed.
 * Where none changes a thing the second time costs nothing, by the memo.
 */
static void group_pass(struct nft_eval *eval, const struct nft_packet *packet, size_t first,
	size_t n, struct journey *journey)
{
	struct nft_place any = journey->here;
	size_t seeing = 0;

	for (size_t i = 0; i < n; i++) {
		seeing += chain_sees(&eval->ruleset->chains.items[eval->base[first + i]], packet) !=
			  SEEN_NOT;
	}
	for (size_t i = 0; seeing > 1 && i < n && eval->failure == 0; i++) {
		struct nft_place out = {.possible = false};
		struct journey ignored = {.drop = false};

		chain_pass(eval, packet, eval->base[first + i], &any.state, &ignored, &out);
		if (out.possible) {
			nft_place_join(&any, &out.state);
		}
	}
	for (size_t i = 0; i < n && any.possible && eval->failure == 0; i++) {
		struct nft_place out = {.possible = false};

		chain_pass(eval, packet, eval->base[first + i], &any.state, journey, &out);
		if (!out.possible) {
			any.possible = false;
		} else if (seeing > 1) {
			nft_place_join(&any, &out.state);
		} else {
			any = out;
		}
	}
	journey->here = any;
}

/* nf_conntrack_proto.c: it sees the packet at NF_IP_PRI_CONNTRACK, in prerouting. */
static void tracking_begin(const struct nft_chain *chain, struct nft_state *state)
{
	if (!(state->tracking & NFT_TRACK_NOT_YET) || chain->stage < NFT_STAGE_PREROUTING) {
		return;
	}
	if (chain->stage == NFT_STAGE_INPUT || chain->priority > NF_IP_PRI_CONNTRACK) {
		state->tracking = (uint8_t)((state->tracking & ~NFT_TRACK_NOT_YET) | NFT_TRACK_NEW);
	} else if (chain->priority == NF_IP_PRI_CONNTRACK) {
		state->tracking |= NFT_TRACK_NEW;
	}
}

static size_t group_len(const struct nft_eval *eval, size_t first)
{
	size_t n = 1;

	while (first + n < eval->n_base && base_order(&eval->base[first], &eval->base[first + n],
						   (void *)eval->ruleset) == 0) {
		n++;
	}
	return n;
}

int nft_eval_packet(struct nft_eval *eval, const struct nft_packet *packet, enum nft_fate *ret_fate)
{
	struct journey journey = {.here = {.possible = true, .state = state_first(eval)}};
	size_t n;

	eval_start(eval, packet);
	for (size_t i = 0; i < eval->n_base && journey.here.possible; i += n) {
		n = group_len(eval, i);
		if (journey.here.state.elsewhere &&
			eval->ruleset->chains.items[eval->base[i]].stage == NFT_STAGE_INPUT) {
			break; /* it may be forwarded, to a container for instance: past this hook
				*/
		}
		tracking_begin(&eval->ruleset->chains.items[eval->base[i]], &journey.here.state);
		group_pass(eval, packet, i, n, &journey);
		if (eval->failure != 0) {
			return eval->failure;
		}
	}
	if (journey.here.possible && !journey.here.state.elsewhere) {
		*ret_fate = journey.drop ? NFT_MAYBE : NFT_ACCEPTED;
	} else {
		*ret_fate = journey.here.possible ? NFT_MAYBE : NFT_DROPPED;
	}
	return 0;
}

int nft_eval_chain_drops(
	struct nft_eval *eval, const struct nft_packet *packet, uint32_t chain, bool *ret_drops)
{
	struct journey journey = {.here = {.possible = true, .state = state_first(eval)}};
	struct nft_place out = {.possible = false};

	eval_start(eval, packet);
	journey.here.state.tracking = NFT_TRACK_NEW;
	chain_pass(eval, packet, chain, &journey.here.state, &journey, &out);
	if (eval->failure != 0) {
		return eval->failure;
	}
	*ret_drops = !out.possible;
	return 0;
}

int nft_eval_ports(
	struct nft_eval *eval, const struct nft_packet *packet, struct nft_ports *ret_ports)
{
	struct nft_packet asked = *packet;
	struct nft_ports ports = {0};
	uint32_t port = 1;

	while (port <= PORT_MAX) {
		enum nft_fate fate;
		int r;

		asked.port = (uint16_t)port;
		r = nft_eval_packet(eval, &asked, &fate);
		if (r != 0) {
			return r;
		}
		ports.accepted += fate == NFT_ACCEPTED ? eval->next_port - port : 0;
		ports.maybe += fate == NFT_MAYBE ? eval->next_port - port : 0;
		port = eval->next_port;
	}
	*ret_ports = ports;
	return 0;
}
