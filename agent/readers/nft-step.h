/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One packet on its way through the rules, with what is known of it bit by bit: for nft-eval.c and
 * the files that answer its questions.
 */
#pragma once

#include "nft-eval.h"

enum nft_truth { NFT_NO, NFT_UNKNOWN, NFT_YES };

static inline enum nft_truth nft_not(enum nft_truth truth)
{
	return truth == NFT_UNKNOWN ? truth : truth == NFT_YES ? NFT_NO : NFT_YES;
}
static inline enum nft_truth nft_both(enum nft_truth a, enum nft_truth b)
{
	return a < b ? a : b;
}

struct nft_bits {
	uint32_t value, known;
};

/* How connection tracking may see it; more than one bit: not known which */
#define NFT_TRACK_NOT_YET 1
#define NFT_TRACK_NEW 2
#define NFT_TRACK_OFF 4

/* What rules can change */
struct nft_state {
	struct nft_bits mark, ct_mark;
	uint8_t tracking;
	bool own_port; /* its port is the one it was sent to; else port, when that is known */
	bool known_port;
	bool elsewhere; /* it may have got another destination */
	bool altered;	/* something wrote into it */
	uint16_t port;
};

/* What is known of a byte beside its bits: whose it is. */
enum nft_origin { NFT_ORIGIN_NONE, NFT_ORIGIN_PORT, NFT_ORIGIN_SOURCE, NFT_ORIGIN_TARGET };
#define NFT_ORIGIN_INDEX 0x0f
#define NFT_ORIGIN_SHIFT 4

struct nft_regs {
	uint8_t value[NFT_REGS_LEN];
	uint8_t known[NFT_REGS_LEN];  /* a bit for each bit of value */
	uint8_t origin[NFT_REGS_LEN]; /* enum nft_origin above, the byte's place in it below */
};

struct nft_step {
	struct nft_eval *eval;
	const struct nft_packet *packet;
	struct nft_state state;
	struct nft_regs regs;
};

/* nft-compare.c. Each notes in eval->next_port where the answer may change. */
enum nft_truth nft_port_within(struct nft_step *step, uint32_t low, uint32_t high);
enum nft_truth nft_bits_equal(struct nft_bits bits, uint32_t mask, uint32_t value);
/* A stranger's address, or this machine's own, in network order, 4 or 16 bytes */
enum nft_truth nft_source_within(const uint8_t *low, const uint8_t *high, size_t len);
enum nft_truth nft_target_within(const uint8_t *low, const uint8_t *high, size_t len);
enum nft_truth nft_regs_equal(struct nft_step *step, uint8_t reg, const char *data, size_t len);
/* open: high is the first value behind the range; NULL for none */
enum nft_truth nft_regs_within(struct nft_step *step, uint8_t reg, const char *low,
	const char *high, bool open, size_t len);
enum nft_truth nft_regs_compare(struct nft_step *step, const struct nft_op *op);

/* nft-load.c: fills registers; NFT_NO when the rule stops for want of such a thing. */
enum nft_truth nft_load(struct nft_step *step, const struct nft_op *op);

/* nft-regs.c: NFT_OP_MASK, _SWAP, _VALUE on what is known of the registers */
void nft_regs_forget(struct nft_regs *regs, uint8_t reg, size_t len);
void nft_regs_mask(struct nft_regs *regs, const struct nft_op *op);
void nft_regs_swap(struct nft_regs *regs, const struct nft_op *op);
void nft_regs_store(struct nft_regs *regs, const struct nft_op *op);

/* nft-xt.c */
enum nft_truth nft_xt_match(struct nft_step *step, const struct nft_op *op);
/* The way that a target decides; may change step->state. */
enum nft_way nft_xt_target(struct nft_step *step, const struct nft_op *op);
enum nft_truth nft_xt_ip(struct nft_step *step, const struct nft_op *op);
/* Whether its destination was rewritten (IPS_DST_NAT: only where anything became different) */
enum nft_truth nft_translated(struct nft_step *step);
void nft_state_untrack(struct nft_state *state);
