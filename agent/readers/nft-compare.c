/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-step.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

/* An address range this narrow was opened to somebody in particular; a wider one, or anything of
 * link-local scope, may hold the stranger on the same café's network. */
#define NARROW4 256
#define NARROW6_BYTES 8

static void port_note(struct nft_step *step, uint32_t port)
{
	if (port > step->packet->port && port < step->eval->next_port) {
		step->eval->next_port = port;
	}
}

enum nft_truth nft_port_within(struct nft_step *step, uint32_t low, uint32_t high)
{
	uint32_t port = step->packet->port;

	if (!step->state.own_port) {
		if (!step->state.known_port) {
			return NFT_UNKNOWN;
		}
		port = step->state.port;
	} else {
		port_note(step, low);
		port_note(step, high + 1);
	}
	return port >= low && port <= high ? NFT_YES : NFT_NO;
}

/* nf_nat_core.c: a connection that is sent to where it went anyway is not marked as rewritten. */
enum nft_truth nft_translated(struct nft_step *step)
{
	const struct nft_state *state = &step->state;

	if (state->own_port && !state->elsewhere) {
		return NFT_NO;
	}
	if (state->own_port || !state->known_port || state->elsewhere) {
		return NFT_UNKNOWN;
	}
	port_note(step, state->port);
	port_note(step, (uint32_t)state->port + 1);
	return state->port != step->packet->port ? NFT_YES : NFT_UNKNOWN;
}

enum nft_truth nft_bits_equal(struct nft_bits bits, uint32_t mask, uint32_t value)
{
	if ((bits.value ^ value) & mask & bits.known || (value & ~mask)) {
		return NFT_NO;
	}
	return (mask & ~bits.known) == 0 ? NFT_YES : NFT_UNKNOWN;
}

static bool all_bytes(const uint8_t *bytes, uint8_t value, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != value) {
			return false;
		}
	}
	return true;
}

static uint32_t number4(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static bool everything(const uint8_t *low, const uint8_t *high, size_t len)
{
	return all_bytes(low, 0, len) && all_bytes(high, 0xff, len);
}

/* The kernel refuses loopback and group addresses as sources: RFC 1122, 3.2.1.3. */
enum nft_truth nft_source_within(const uint8_t *low, const uint8_t *high, size_t len)
{
	if (everything(low, high, len)) {
		return NFT_YES;
	}
	if (memcmp(low, high, len) == 0) {
		return NFT_NO;
	}
	if (len == 4) {
		if ((low[0] == 127 && high[0] == 127) || low[0] >= 224) {
			return NFT_NO;
		}
		return number4(high) - number4(low) < NARROW4 && !(low[0] == 169 && low[1] == 254)
			       ? NFT_NO
			       : NFT_UNKNOWN;
	}
	if (low[0] == 0xff) {
		return NFT_NO;
	}
	return memcmp(low, high, NARROW6_BYTES) == 0 && !(low[0] == 0xfe && (low[1] & 0xc0) == 0x80)
		       ? NFT_NO
		       : NFT_UNKNOWN;
}

/* The packet asked about goes to this machine alone: never to a group or to everybody. */
enum nft_truth nft_target_within(const uint8_t *low, const uint8_t *high, size_t len)
{
	static const uint8_t loopback6[16] = {[15] = 1};

	if (everything(low, high, len)) {
		return NFT_YES;
	}
	if (len == 4) {
		return low[0] >= 224 || (low[0] == 127 && high[0] == 127) ? NFT_NO : NFT_UNKNOWN;
	}
	return low[0] == 0xff || (memcmp(low, loopback6, len) == 0 &&
					 memcmp(high, loopback6, len) == 0)
		       ? NFT_NO
		       : NFT_UNKNOWN;
}

static enum nft_origin origin_of(const struct nft_regs *regs, size_t at)
{
	return (enum nft_origin)(regs->origin[at] >> NFT_ORIGIN_SHIFT);
}

/* How many bytes from here on belong together */
static size_t run_len(const struct nft_regs *regs, size_t at, size_t end)
{
	size_t n = 1;

	if (origin_of(regs, at) == NFT_ORIGIN_NONE) {
		return n;
	}
	while (at + n < end && regs->origin[at + n] == regs->origin[at] + n) {
		n++;
	}
	return n;
}

/* Part of an address: what is not compared may be anything. */
static enum nft_truth address_equal(
	const struct nft_step *step, size_t at, const uint8_t *data, size_t n)
{
	const struct nft_regs *regs = &step->regs;
	size_t len = step->packet->family == 4 ? 4 : 16;
	size_t first = regs->origin[at] & NFT_ORIGIN_INDEX;
	uint8_t low[16] = {0}, high[16];

	memset(high, 0xff, sizeof(high));
	if (first + n > len) {
		return NFT_UNKNOWN;
	}
	for (size_t i = 0; i < n; i++) {
		uint8_t compared = (uint8_t)~regs->known[at + i];

		if ((regs->value[at + i] ^ data[i]) & regs->known[at + i]) {
			return NFT_NO;
		}
		low[first + i] = data[i] & compared;
		high[first + i] = (uint8_t)(data[i] | ~compared);
	}
	return origin_of(regs, at) == NFT_ORIGIN_SOURCE ? nft_source_within(low, high, len)
							: nft_target_within(low, high, len);
}

static enum nft_truth run_equal(struct nft_step *step, size_t at, const uint8_t *data, size_t n)
{
	const struct nft_regs *regs = &step->regs;

	switch (origin_of(regs, at)) {
	case NFT_ORIGIN_NONE:
		if ((regs->value[at] ^ data[0]) & regs->known[at]) {
			return NFT_NO;
		}
		return regs->known[at] == 0xff ? NFT_YES : NFT_UNKNOWN;
	case NFT_ORIGIN_PORT:
		if (n == 2 && (regs->origin[at] & NFT_ORIGIN_INDEX) == 0) {
			uint32_t port = (uint32_t)data[0] << 8 | data[1];

			return nft_port_within(step, port, port);
		}
		return NFT_UNKNOWN;
	case NFT_ORIGIN_SOURCE:
	case NFT_ORIGIN_TARGET:
		return address_equal(step, at, data, n);
	}
	return NFT_UNKNOWN;
}

enum nft_truth nft_regs_equal(struct nft_step *step, uint8_t reg, const char *data, size_t len)
{
	enum nft_truth truth = NFT_YES;
	size_t n;

	for (size_t i = 0; i < len && truth != NFT_NO; i += n) {
		n = run_len(&step->regs, reg + i, reg + len);
		truth = nft_both(truth, run_equal(step, reg + i, (const uint8_t *)data + i, n));
	}
	return truth;
}

static enum nft_truth known_within(
	const struct nft_regs *regs, size_t at, const uint8_t *low, const uint8_t *high, size_t len)
{
	if (!all_bytes(&regs->known[at], 0xff, len)) {
		return all_bytes(low, 0, len) && all_bytes(high, 0xff, len) ? NFT_YES : NFT_UNKNOWN;
	}
	return memcmp(&regs->value[at], low, len) >= 0 && memcmp(&regs->value[at], high, len) <= 0
		       ? NFT_YES
		       : NFT_NO;
}

static enum nft_truth whole_within(
	struct nft_step *step, size_t at, const uint8_t *low, const uint8_t *high, size_t len)
{
	const struct nft_regs *regs = &step->regs;
	size_t address = step->packet->family == 4 ? 4 : 16;
	bool whole =
		run_len(regs, at, at + len) == len && (regs->origin[at] & NFT_ORIGIN_INDEX) == 0;

	if (memcmp(low, high, len) > 0) {
		return NFT_NO;
	}
	switch (origin_of(regs, at)) {
	case NFT_ORIGIN_PORT:
		return whole && len == 2 ? nft_port_within(step, (uint32_t)low[0] << 8 | low[1],
						   (uint32_t)high[0] << 8 | high[1])
					 : NFT_UNKNOWN;
	case NFT_ORIGIN_SOURCE:
	case NFT_ORIGIN_TARGET:
		if (!whole || len != address || !all_bytes(&regs->known[at], 0, len)) {
			return NFT_UNKNOWN;
		}
		return origin_of(regs, at) == NFT_ORIGIN_SOURCE ? nft_source_within(low, high, len)
								: nft_target_within(low, high, len);
	case NFT_ORIGIN_NONE:
		break;
	}
	for (size_t i = 0; i < len; i++) {
		if (origin_of(regs, at + i) != NFT_ORIGIN_NONE) {
			return NFT_UNKNOWN; /* a mixture */
		}
	}
	return known_within(regs, at, low, high, len);
}

/* One less, as a number of len bytes; false for zero. */
static bool decrement(uint8_t *bytes, size_t len)
{
	for (size_t i = len; i > 0; i--) {
		if (bytes[i - 1]-- != 0) {
			return true;
		}
	}
	return false;
}

static bool increment(uint8_t *bytes, size_t len)
{
	for (size_t i = len; i > 0; i--) {
		if (++bytes[i - 1] != 0) {
			return true;
		}
	}
	return false;
}

enum nft_truth nft_regs_within(struct nft_step *step, uint8_t reg, const char *low,
	const char *high, bool open, size_t len)
{
	uint8_t first[NFT_REGS_LEN], last[NFT_REGS_LEN];

	memcpy(first, low, len);
	memset(last, 0xff, len);
	if (high) {
		memcpy(last, high, len);
		if (open && !decrement(last, len)) {
			return NFT_NO;
		}
	}
	return whole_within(step, reg, first, last, len);
}

/* nft_cmp_eval: an order of bytes, as memcmp has it */
enum nft_truth nft_regs_compare(struct nft_step *step, const struct nft_op *op)
{
	uint8_t low[NFT_REGS_LEN] = {0}, high[NFT_REGS_LEN];

	memset(high, 0xff, sizeof(high));
	switch (op->op) {
	case NFT_CMP_EQ:
		return nft_regs_equal(step, op->sreg, op->data, op->len);
	case NFT_CMP_NEQ:
		return nft_not(nft_regs_equal(step, op->sreg, op->data, op->len));
	case NFT_CMP_LT:
	case NFT_CMP_LTE:
		memcpy(high, op->data, op->len);
		if (op->op == NFT_CMP_LT && !decrement(high, op->len)) {
			return NFT_NO;
		}
		break;
	case NFT_CMP_GT:
	case NFT_CMP_GTE:
		memcpy(low, op->data, op->len);
		if (op->op == NFT_CMP_GT && !increment(low, op->len)) {
			return NFT_NO;
		}
		break;
	default:
		return NFT_UNKNOWN;
	}
	return whole_within(step, op->sreg, low, high, op->len);
}
