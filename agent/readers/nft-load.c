/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-step.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <string.h>

#define HEADER_MAX 64
#define TCP_SYN 0x02
#define TCP_ECN 0xc0 /* ECE and CWR may be set in a first packet: RFC 3168, 6.1.1 */

static void regs_fill(struct nft_regs *regs, uint8_t reg, const void *bytes, size_t len)
{
	memcpy(&regs->value[reg], bytes, len);
	memset(&regs->known[reg], 0xff, len);
	memset(&regs->origin[reg], 0, len);
}

/* A number of 1, 2 or 4 bytes as the kernel stores it: the rest of its 4 bytes is zero. */
static void number_fill(struct nft_regs *regs, uint8_t reg, uint32_t number, size_t len)
{
	uint8_t bytes[4] = {0};
	uint16_t two = (uint16_t)number;

	if (len == 1) {
		bytes[0] = (uint8_t)number;
	} else if (len == 2) {
		memcpy(bytes, &two, sizeof(two));
	} else {
		memcpy(bytes, &number, sizeof(number));
	}
	regs_fill(regs, reg, bytes, sizeof(bytes));
}

static void bits_fill(struct nft_regs *regs, uint8_t reg, struct nft_bits bits)
{
	uint32_t value = bits.value & bits.known;

	regs_fill(regs, reg, &value, sizeof(value));
	memcpy(&regs->known[reg], &bits.known, sizeof(bits.known));
}

static void name_fill(struct nft_step *step, uint8_t reg)
{
	regs_fill(&step->regs, reg, step->packet->in->name, NFT_IFNAME_SIZE);
}

/* A header as far as it is known, to cut a piece from */
struct header {
	struct nft_regs bytes; /* no more than its first 64 */
};

static void header_set(struct header *header, size_t at, uint8_t value, uint8_t known)
{
	header->bytes.value[at] = value & known;
	header->bytes.known[at] = known;
}

static void header_own(struct header *header, size_t at, enum nft_origin origin, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		header->bytes.origin[at + i] = (uint8_t)(origin << NFT_ORIGIN_SHIFT | i);
	}
}

/* RFC 791 and RFC 8200: a plain packet, no fragment, no options */
static void network_fill(const struct nft_step *step, struct header *header)
{
	bool elsewhere = step->state.elsewhere;

	if (step->packet->family == 4) {
		header_set(header, 0, 0x45, 0xff);
		header_set(header, 6, 0, 0x3f); /* "more fragments", and the offset's high bits */
		header_set(header, 7, 0, 0xff);
		header_set(header, 9, step->packet->l4, 0xff);
		header_own(header, 12, NFT_ORIGIN_SOURCE, 4);
		header_own(header, 16, elsewhere ? NFT_ORIGIN_NONE : NFT_ORIGIN_TARGET, 4);
		return;
	}
	header_set(header, 0, 0x60, 0xf0);
	header_set(header, 6, step->packet->l4, 0xff);
	header_own(header, 8, NFT_ORIGIN_SOURCE, 16);
	header_own(header, 24, elsewhere ? NFT_ORIGIN_NONE : NFT_ORIGIN_TARGET, 16);
}

static void port_fill(const struct nft_step *step, struct header *header, size_t at)
{
	uint16_t port = step->state.own_port ? step->packet->port : step->state.port;

	if (step->state.own_port || step->state.known_port) {
		header_set(header, at, (uint8_t)(port >> 8), 0xff);
		header_set(header, at + 1, (uint8_t)port, 0xff);
	}
	if (step->state.own_port) {
		header_own(header, at, NFT_ORIGIN_PORT, 2);
	}
}

/* RFC 9293: the first packet of a connection has SYN alone; RFC 768 */
static void transport_fill(const struct nft_step *step, struct header *header)
{
	port_fill(step, header, 2);
	if (step->packet->l4 == IPPROTO_TCP) {
		for (size_t i = 8; i < 12; i++) {
			header_set(header, i, 0, 0); /* a stranger may put anything there */
		}
		header_set(header, 13, TCP_SYN, (uint8_t)~TCP_ECN);
	}
}

/* Registers are filled by words of 4 bytes. */
static size_t words_len(const struct nft_op *op)
{
	size_t len = ((size_t)op->len + 3) / 4 * 4, room = (size_t)NFT_REGS_LEN - op->dreg;

	return len < room ? len : room;
}

static enum nft_truth load_payload(struct nft_step *step, const struct nft_op *op)
{
	struct header header = {0};

	nft_regs_forget(&step->regs, op->dreg, words_len(op));
	if (step->state.altered || op->b >= HEADER_MAX || op->b + op->len > HEADER_MAX) {
		return NFT_UNKNOWN;
	}
	switch (op->a) {
	case NFT_PAYLOAD_NETWORK_HEADER:
		network_fill(step, &header);
		break;
	case NFT_PAYLOAD_TRANSPORT_HEADER:
		transport_fill(step, &header);
		break;
	case NFT_PAYLOAD_LL_HEADER:
		break;
	default:
		return NFT_UNKNOWN; /* there may be no such bytes */
	}
	memcpy(&step->regs.value[op->dreg], &header.bytes.value[op->b], op->len);
	memcpy(&step->regs.known[op->dreg], &header.bytes.known[op->b], op->len);
	memcpy(&step->regs.origin[op->dreg], &header.bytes.origin[op->b], op->len);
	/* nft_payload.c zeroes the last word first, where it is not filled whole. */
	for (size_t i = op->dreg + op->len; i % 4 != 0 && i < NFT_REGS_LEN; i++) {
		step->regs.known[i] = 0xff;
	}
	return NFT_YES;
}

static uint8_t protocol_number(const struct nft_step *step)
{
	return step->packet->family == 4 ? NFPROTO_IPV4 : NFPROTO_IPV6;
}

static enum nft_truth load_meta(struct nft_step *step, const struct nft_op *op)
{
	const struct nft_interface *in = step->packet->in;
	struct nft_regs *regs = &step->regs;
	uint8_t reg = op->dreg;

	nft_regs_forget(regs, reg, op->len);
	switch (op->a) {
	case NFT_META_PROTOCOL:
		number_fill(regs, reg, htons(step->packet->family == 4 ? ETH_P_IP : ETH_P_IPV6), 2);
		return NFT_YES;
	case NFT_META_NFPROTO:
		number_fill(regs, reg, protocol_number(step), 1);
		return NFT_YES;
	case NFT_META_L4PROTO:
		number_fill(regs, reg, step->packet->l4, 1);
		return NFT_YES;
	case NFT_META_IIF:
		number_fill(regs, reg, in->index, 4);
		return NFT_YES;
	case NFT_META_IIFNAME:
		name_fill(step, reg);
		return NFT_YES;
	case NFT_META_IIFTYPE:
		number_fill(regs, reg, in->type, 2);
		return NFT_YES;
	case NFT_META_IIFGROUP:
		number_fill(regs, reg, in->group, 4);
		return NFT_YES;
	case NFT_META_MARK:
		bits_fill(regs, reg, step->state.mark);
		return NFT_YES;
	case NFT_META_PKTTYPE:
		if (!step->state.altered) {
			number_fill(regs, reg, PACKET_HOST, 1);
		}
		return NFT_YES;
	case NFT_META_SECPATH:
	case NFT_META_NFTRACE:
		number_fill(regs, reg, 0, 1);
		return NFT_YES;
	case NFT_META_OIF:
	case NFT_META_OIFNAME:
		/* Nothing goes out yet: older kernels stop the rule, newer ones say 0 and "". */
		memset(&regs->known[reg], 0xff, op->len);
		return NFT_UNKNOWN;
	default:
		return NFT_UNKNOWN;
	}
}

/* nft_ct.c: the bits of a state by NF_CT_STATE_*; one that is not tracked yet is invalid. */
static void state_fill(struct nft_step *step, uint8_t reg)
{
	static const struct {
		uint8_t tracking;
		uint32_t state;
	} rows[] = {
		{NFT_TRACK_NOT_YET, NF_CT_STATE_INVALID_BIT},
		{NFT_TRACK_NEW, NF_CT_STATE_BIT(IP_CT_NEW)},
		{NFT_TRACK_OFF, NF_CT_STATE_UNTRACKED_BIT},
	};
	struct nft_bits bits = {.known = 0};
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (!(step->state.tracking & rows[i].tracking)) {
			continue;
		}
		if (!any) {
			bits = (struct nft_bits){.value = rows[i].state, .known = UINT32_MAX};
		}
		bits.known &= ~(bits.value ^ rows[i].state);
		any = true;
	}
	bits_fill(&step->regs, reg, bits);
}

static void status_fill(struct nft_step *step, uint8_t reg)
{
	struct nft_bits bits = {
		.known = IPS_EXPECTED | IPS_SEEN_REPLY | IPS_ASSURED | IPS_CONFIRMED | IPS_SRC_NAT};

	if (nft_translated(step) != NFT_UNKNOWN) {
		bits.known |= IPS_DST_NAT;
		bits.value |= nft_translated(step) == NFT_YES ? IPS_DST_NAT : 0;
	}
	bits_fill(&step->regs, reg, bits);
}

static bool ct_address(struct nft_step *step, const struct nft_op *op)
{
	size_t len = step->packet->family == 4 ? 4 : 16;
	bool source = op->a == NFT_CT_SRC || op->a == NFT_CT_SRC_IP || op->a == NFT_CT_SRC_IP6;
	bool target = op->a == NFT_CT_DST || op->a == NFT_CT_DST_IP || op->a == NFT_CT_DST_IP6;

	if ((!source && !target) || len > op->len || (target && step->state.elsewhere)) {
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		step->regs.origin[op->dreg + i] =
			(uint8_t)((source ? NFT_ORIGIN_SOURCE : NFT_ORIGIN_TARGET)
					  << NFT_ORIGIN_SHIFT |
				  i);
	}
	return true;
}

/* The original direction of a connection is the packet's own. */
static void ct_fill(struct nft_step *step, const struct nft_op *op)
{
	struct nft_regs *regs = &step->regs;
	struct header header = {0};

	switch (op->a) {
	case NFT_CT_DIRECTION:
		number_fill(regs, op->dreg, IP_CT_DIR_ORIGINAL, 1);
		return;
	case NFT_CT_STATUS:
		status_fill(step, op->dreg);
		return;
	case NFT_CT_MARK:
		bits_fill(regs, op->dreg, step->state.ct_mark);
		return;
	case NFT_CT_L3PROTOCOL:
		number_fill(regs, op->dreg, protocol_number(step), 1);
		return;
	case NFT_CT_PROTOCOL:
		number_fill(regs, op->dreg, step->packet->l4, 1);
		return;
	case NFT_CT_PROTO_DST:
		if (op->b != IP_CT_DIR_REPLY && step->state.own_port) {
			port_fill(step, &header, 0);
			memcpy(&regs->value[op->dreg], header.bytes.value, 2);
			memcpy(&regs->known[op->dreg], header.bytes.known, 2);
			memcpy(&regs->origin[op->dreg], header.bytes.origin, 2);
		}
		return;
	default:
		if (op->b != IP_CT_DIR_REPLY) {
			(void)ct_address(step, op);
		}
	}
}

static enum nft_truth load_ct(struct nft_step *step, const struct nft_op *op)
{
	nft_regs_forget(&step->regs, op->dreg, op->len);
	if (op->a == NFT_CT_STATE) {
		state_fill(step, op->dreg);
		return NFT_YES;
	}
	if (!(step->state.tracking & NFT_TRACK_NEW)) {
		return NFT_NO; /* there is no connection to ask */
	}
	ct_fill(step, op);
	return step->state.tracking == NFT_TRACK_NEW ? NFT_YES : NFT_UNKNOWN;
}

/* nft_fib: the stranger is reached by the interface the packet came in by. */
static enum nft_truth load_fib(struct nft_step *step, const struct nft_op *op)
{
	struct nft_regs *regs = &step->regs;
	bool source = op->b & NFTA_FIB_F_SADDR;

	nft_regs_forget(regs, op->dreg, op->len);
	if (op->a == NFT_FIB_RESULT_ADDRTYPE) {
		if (source || !step->state.elsewhere) {
			number_fill(regs, op->dreg, source ? RTN_UNICAST : RTN_LOCAL, 4);
		}
	} else if (source && (op->b & NFTA_FIB_F_PRESENT)) {
		number_fill(regs, op->dreg, 1, 1);
	} else if (source && op->a == NFT_FIB_RESULT_OIF) {
		number_fill(regs, op->dreg, step->packet->in->index, 4);
	} else if (source && op->a == NFT_FIB_RESULT_OIFNAME) {
		name_fill(step, op->dreg);
	}
	return NFT_YES;
}

/* A plain packet has no such header; what TCP carries is not known. */
static enum nft_truth load_exthdr(struct nft_step *step, const struct nft_op *op)
{
	nft_regs_forget(&step->regs, op->dreg, op->len);
	if (op->a == NFT_EXTHDR_OP_TCPOPT) {
		return NFT_UNKNOWN;
	}
	if (op->b & NFT_EXTHDR_F_PRESENT) {
		if (op->dreg + 4 <= NFT_REGS_LEN) {
			number_fill(&step->regs, op->dreg, 0, 1);
		}
		return NFT_YES;
	}
	return NFT_NO;
}

enum nft_truth nft_load(struct nft_step *step, const struct nft_op *op)
{
	switch (op->kind) {
	case NFT_OP_PAYLOAD:
		return load_payload(step, op);
	case NFT_OP_META:
		return load_meta(step, op);
	case NFT_OP_CT:
		return load_ct(step, op);
	case NFT_OP_FIB:
		return load_fib(step, op);
	case NFT_OP_EXTHDR:
		return load_exthdr(step, op);
	default:
		return NFT_UNKNOWN;
	}
}
