/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-walk.h"
#include "nft-lookup.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

/* One rule on its way through its operations */
struct rule_run {
	struct nft_step step;
	struct nft_ways *ways;
	unsigned depth;
	bool stopped;
};

static struct nft_bits bits_join(struct nft_bits a, struct nft_bits b)
{
	a.known &= b.known & ~(a.value ^ b.value);
	a.value &= a.known;
	return a;
}

void nft_place_join(struct nft_place *place, const struct nft_state *state)
{
	struct nft_state *mine = &place->state;

	if (!place->possible) {
		place->possible = true;
		*mine = *state;
		return;
	}
	mine->mark = bits_join(mine->mark, state->mark);
	mine->ct_mark = bits_join(mine->ct_mark, state->ct_mark);
	mine->tracking |= state->tracking;
	mine->elsewhere = mine->elsewhere || state->elsewhere;
	mine->altered = mine->altered || state->altered;
	if (mine->own_port != state->own_port) {
		mine->own_port = mine->known_port = false;
	} else if (!mine->own_port) {
		mine->known_port =
			mine->known_port && state->known_port && mine->port == state->port;
	}
}

static bool bits_same(struct nft_bits a, struct nft_bits b)
{
	return a.known == b.known && a.value == b.value;
}

static bool state_same(const struct nft_state *a, const struct nft_state *b)
{
	return bits_same(a->mark, b->mark) && bits_same(a->ct_mark, b->ct_mark) &&
	       a->tracking == b->tracking && a->own_port == b->own_port &&
	       a->known_port == b->known_port && a->elsewhere == b->elsewhere &&
	       a->altered == b->altered && a->port == b->port;
}

static void alter(struct nft_state *state)
{
	state->altered = state->elsewhere = true;
	state->own_port = state->known_port = false;
}

/* Whatever an operation that is not understood may do */
static void state_blur(struct nft_state *state)
{
	state->mark.known = state->ct_mark.known = 0;
	state->mark.value = state->ct_mark.value = 0;
	state->tracking |= state->tracking & NFT_TRACK_NOT_YET ? NFT_TRACK_OFF : 0;
	alter(state);
}

static void call(struct rule_run *run, uint32_t chain, struct nft_place *behind)
{
	struct nft_ways inner = {.drop = false};

	nft_chain_walk(
		run->step.eval, run->step.packet, chain, &run->step.state, run->depth + 1, &inner);
	run->ways->drop = run->ways->drop || inner.drop;
	if (inner.accept.possible) {
		nft_place_join(&run->ways->accept, &inner.accept.state);
	}
	if (inner.next.possible) {
		nft_place_join(behind, &inner.next.state);
	}
}

/* One way that the rule may take from here; the rule itself goes on only with NFT_WAY_ON. */
static void way_take(struct rule_run *run, enum nft_way way, uint32_t chain)
{
	struct nft_ways *ways = run->ways;

	switch (way) {
	case NFT_WAY_ON:
		return;
	case NFT_WAY_NEXT:
		nft_place_join(&ways->next, &run->step.state);
		return;
	case NFT_WAY_ACCEPT:
		nft_place_join(&ways->accept, &run->step.state);
		return;
	case NFT_WAY_DROP:
		ways->drop = true;
		return;
	case NFT_WAY_RETURN:
		nft_place_join(&ways->back, &run->step.state);
		return;
	case NFT_WAY_JUMP:
		call(run, chain, &ways->next);
		return;
	case NFT_WAY_GOTO:
		call(run, chain, &ways->back);
		return;
	case NFT_WAY_ANY:
		break;
	}
	state_blur(&run->step.state);
	ways->drop = true;
	nft_place_join(&ways->accept, &run->step.state);
	nft_place_join(&ways->next, &run->step.state);
	nft_place_join(&ways->back, &run->step.state);
}

/* The rule may stop here, for want of a match. */
static void gate(struct rule_run *run, enum nft_truth truth)
{
	if (truth != NFT_YES) {
		nft_place_join(&run->ways->next, &run->step.state);
	}
	run->stopped = truth == NFT_NO;
}

struct verdicts {
	struct rule_run *run;
	bool goes_on;
};

static void on_verdict(const struct nft_element *element, void *data)
{
	struct verdicts *verdicts = data;

	verdicts->goes_on = verdicts->goes_on || element->verdict == NFT_WAY_ON;
	way_take(verdicts->run, (enum nft_way)element->verdict, element->target);
}

static void on_element(const struct nft_element *element, void *data)
{
	(void)element;
	(void)data;
}

static void verdict_lookup(struct rule_run *run, const struct nft_op *op)
{
	const struct nft_set *set = &run->step.eval->ruleset->sets.items[op->a];
	struct verdicts verdicts = {.run = run};
	struct nft_hits hits = nft_lookup(&run->step, op, on_verdict, &verdicts);

	if (set->partial || set->changing) {
		way_take(run, NFT_WAY_ANY, NFT_NONE);
	}
	if (hits.missed) {
		nft_place_join(&run->ways->next, &run->step.state);
	}
	run->stopped = !verdicts.goes_on;
}

static void lookup(struct rule_run *run, const struct nft_op *op)
{
	struct nft_regs *regs = &run->step.regs;
	struct nft_hits hits;
	enum nft_truth truth;

	if (op->b) {
		verdict_lookup(run, op);
		return;
	}
	hits = nft_lookup(&run->step, op, on_element, NULL);
	truth = !hits.missed ? NFT_YES : hits.n > 0 ? NFT_UNKNOWN : NFT_NO;
	if (op->dreg != NFT_REG_NONE) {
		nft_regs_forget(regs, op->dreg, op->len);
		if (hits.sure && hits.first->data) {
			memcpy(&regs->value[op->dreg], hits.first->data, op->len);
			memset(&regs->known[op->dreg], 0xff, op->len);
		}
	}
	gate(run, op->op & NFT_LOOKUP_F_INV ? nft_not(truth) : truth);
}

static void mark_set(struct nft_step *step, const struct nft_op *op)
{
	struct nft_bits bits;

	memcpy(&bits.value, &step->regs.value[op->sreg], sizeof(bits.value));
	memcpy(&bits.known, &step->regs.known[op->sreg], sizeof(bits.known));
	for (size_t i = 0; i < sizeof(bits.known); i++) {
		if (step->regs.origin[op->sreg + i]) {
			bits.known = 0; /* a port, in a mark: not followed */
		}
	}
	bits.value &= bits.known;
	if (op->op) {
		step->state.ct_mark = bits;
	} else {
		step->state.mark = bits;
	}
}

/* nf_nat_redirect.c: to this machine, at the port that was given if any */
static void nat_apply(struct rule_run *run, const struct nft_op *op)
{
	struct nft_state *state = &run->step.state;
	const struct nft_regs *regs = &run->step.regs;

	if (op->op == NFT_NAT_ELSEWHERE) {
		state->elsewhere = true;
		state->own_port = state->known_port = false;
	} else if (op->op == NFT_NAT_HERE && op->sreg != NFT_REG_NONE) {
		/* Where another one came first, this one is not asked any more. */
		state->known_port = state->own_port && regs->known[op->sreg] == 0xff &&
				    regs->known[op->sreg + 1] == 0xff &&
				    regs->origin[op->sreg] == 0;
		state->own_port = false;
		state->port = (uint16_t)(regs->value[op->sreg] << 8 | regs->value[op->sreg + 1]);
	}
	way_take(run, NFT_WAY_ACCEPT, NFT_NONE);
	run->stopped = true;
}

void nft_state_untrack(struct nft_state *state)
{
	if (state->tracking & NFT_TRACK_NOT_YET) {
		state->tracking = (uint8_t)((state->tracking & ~NFT_TRACK_NOT_YET) | NFT_TRACK_OFF);
	}
}

static void target_apply(struct rule_run *run, const struct nft_op *op)
{
	enum nft_way way = nft_xt_target(&run->step, op);

	way_take(run, way, NFT_NONE);
	run->stopped = way != NFT_WAY_ON;
}

static void gate_unknown(struct rule_run *run)
{
	nft_regs_forget(&run->step.regs, 0, NFT_REGS_LEN);
	gate(run, NFT_UNKNOWN);
}

static void range_gate(struct rule_run *run, const struct nft_op *op)
{
	enum nft_truth truth =
		nft_regs_within(&run->step, op->sreg, op->data, op->more, false, op->len);

	gate(run, op->op == NFT_RANGE_NEQ ? nft_not(truth) : truth);
}

static void op_run(struct rule_run *run, const struct nft_op *op)
{
	struct nft_step *step = &run->step;

	switch ((enum nft_op_kind)op->kind) {
	case NFT_OP_GATE:
		gate_unknown(run);
		return;
	case NFT_OP_FORGET:
		nft_regs_forget(&step->regs, op->dreg, op->len);
		return;
	case NFT_OP_VALUE:
		nft_regs_store(&step->regs, op);
		return;
	case NFT_OP_VERDICT:
		way_take(run, (enum nft_way)op->op, op->a);
		run->stopped = op->op != NFT_WAY_ON;
		return;
	case NFT_OP_CMP:
		gate(run, nft_regs_compare(step, op));
		return;
	case NFT_OP_RANGE:
		range_gate(run, op);
		return;
	case NFT_OP_MASK:
		nft_regs_mask(&step->regs, op);
		return;
	case NFT_OP_SWAP:
		nft_regs_swap(&step->regs, op);
		return;
	case NFT_OP_PAYLOAD:
	case NFT_OP_META:
	case NFT_OP_CT:
	case NFT_OP_FIB:
	case NFT_OP_EXTHDR:
		gate(run, nft_load(step, op));
		return;
	case NFT_OP_XT_MATCH:
	case NFT_OP_IP:
	case NFT_OP_IP6:
		gate(run, nft_xt_match(step, op));
		return;
	case NFT_OP_LOOKUP:
		lookup(run, op);
		return;
	case NFT_OP_SET_MARK:
		mark_set(step, op);
		return;
	case NFT_OP_ALTER:
		alter(&step->state);
		return;
	case NFT_OP_NOTRACK:
		nft_state_untrack(&step->state);
		return;
	case NFT_OP_NAT:
		nat_apply(run, op);
		return;
	case NFT_OP_XT_TARGET:
		target_apply(run, op);
		return;
	}
}

static void rule_walk(struct rule_run *run, const struct nft_rule *rule)
{
	struct nft_eval *eval = run->step.eval;

	for (uint32_t i = 0; i < rule->n && !run->stopped && eval->failure == 0; i++) {
		if (++eval->steps > NFT_STEPS_MAX) {
			eval->failure = NFT_E_LIMIT;
			return;
		}
		op_run(run, &eval->ruleset->ops.items[rule->first + i]);
	}
	if (!run->stopped) {
		nft_place_join(&run->ways->next, &run->step.state);
	}
}

static void rules_walk(struct nft_eval *eval, const struct nft_packet *packet,
	const struct nft_chain *chain, const struct nft_state *in, unsigned depth,
	struct nft_ways *ret_ways)
{
	struct nft_place here = {.possible = true, .state = *in};

	for (uint32_t i = 0; i < chain->n && here.possible && eval->failure == 0; i++) {
		struct nft_ways ways = {.drop = false};
		struct rule_run run = {
			.step = {.eval = eval, .packet = packet, .state = here.state},
			.ways = &ways,
			.depth = depth,
		};

		rule_walk(&run, &eval->ruleset->rules.items[chain->first + i]);
		ret_ways->drop = ret_ways->drop || ways.drop;
		if (ways.accept.possible) {
			nft_place_join(&ret_ways->accept, &ways.accept.state);
		}
		if (ways.back.possible) {
			nft_place_join(&ret_ways->next, &ways.back.state);
		}
		here = ways.next;
	}
	if (here.possible) {
		nft_place_join(&ret_ways->next, &here.state);
	}
}

void nft_chain_walk(struct nft_eval *eval, const struct nft_packet *packet, uint32_t chain,
	const struct nft_state *in, unsigned depth, struct nft_ways *ret_ways)
{
	struct nft_memo *memo = &eval->memo[chain];
	struct nft_ways ways = {.drop = false};

	if (memo->known && state_same(&memo->in, in)) {
		*ret_ways = memo->out;
		return;
	}
	if (depth > NFT_DEPTH_MAX || memo->running > 0) {
		eval->failure = NFT_E_LIMIT; /* the kernel loads no such loop: no true ruleset */
		return;
	}
	memo->running++;
	rules_walk(eval, packet, &eval->ruleset->chains.items[chain], in, depth, &ways);
	memo->running--;
	memo->known = true;
	memo->in = *in;
	memo->out = ways;
	*ret_ways = ways;
}
