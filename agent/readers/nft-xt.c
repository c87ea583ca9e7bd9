/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matches of the older iptables, which its successor on nf_tables uses too: each is what the
 * kernel's module of that name does with its data (net/netfilter/xt_*.c).
 */
#include "nft-parts.h"
#include "nft-step.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/xt_addrtype.h>
#include <linux/netfilter/xt_connmark.h>
#include <linux/netfilter/xt_conntrack.h>
#include <linux/netfilter/xt_iprange.h>
#include <linux/netfilter/xt_mark.h>
#include <linux/netfilter/xt_multiport.h>
#include <linux/netfilter/xt_pkttype.h>
#include <linux/netfilter/xt_policy.h>
#include <linux/netfilter/xt_rpfilter.h>
#include <linux/netfilter/xt_state.h>
#include <linux/netfilter/xt_tcpudp.h>
#include <netinet/in.h>
#include <string.h>

#define PORT_MAX 65535

static enum nft_truth inverted(enum nft_truth truth, bool invert)
{
	return invert ? nft_not(truth) : truth;
}

/* A copy that is aligned, zero where there are no bytes */
#define INFO(type, op)   \
	type info = {0}; \
	memcpy(&info, (op)->data, (op)->len < sizeof(info) ? (op)->len : sizeof(info))

/* A stranger may choose any source port. */
static enum nft_truth source_port(uint32_t low, uint32_t high, bool invert)
{
	return inverted(low == 0 && high >= PORT_MAX ? NFT_YES : NFT_UNKNOWN, invert);
}

static enum nft_truth match_tcp(struct nft_step *step, const struct nft_op *op)
{
	const uint8_t syn = 0x02, ecn = 0xc0;
	enum nft_truth truth, flags;
	INFO(struct xt_tcp, op);

	if (step->packet->l4 != IPPROTO_TCP) {
		return NFT_NO;
	}
	truth = source_port(info.spts[0], info.spts[1], info.invflags & XT_TCP_INV_SRCPT);
	truth = nft_both(truth, inverted(nft_port_within(step, info.dpts[0], info.dpts[1]),
					info.invflags & XT_TCP_INV_DSTPT));
	flags = nft_bits_equal((struct nft_bits){.value = syn, .known = (uint8_t)~ecn},
		info.flg_mask, info.flg_cmp);
	truth = nft_both(truth, inverted(flags, info.invflags & XT_TCP_INV_FLAGS));
	return info.option ? nft_both(truth, NFT_UNKNOWN) : truth;
}

static enum nft_truth match_udp(struct nft_step *step, const struct nft_op *op)
{
	INFO(struct xt_udp, op);

	if (step->packet->l4 != IPPROTO_UDP) {
		return NFT_NO;
	}
	return nft_both(source_port(info.spts[0], info.spts[1], info.invflags & XT_UDP_INV_SRCPT),
		inverted(nft_port_within(step, info.dpts[0], info.dpts[1]),
			info.invflags & XT_UDP_INV_DSTPT));
}

static enum nft_truth ports_truth(struct nft_step *step, uint8_t flags, uint32_t low, uint32_t high)
{
	enum nft_truth target = NFT_NO, source = NFT_NO;

	if (flags != XT_MULTIPORT_SOURCE) {
		target = nft_port_within(step, low, high);
	}
	if (flags != XT_MULTIPORT_DESTINATION) {
		source = source_port(low, high, false);
	}
	return source > target ? source : target;
}

static enum nft_truth match_multiport(struct nft_step *step, const struct nft_op *op)
{
	enum nft_truth truth = NFT_NO;
	INFO(struct xt_multiport_v1, op);

	if (op->b == 0) {
		memset(info.pflags, 0, sizeof(info.pflags));
		info.invert = 0;
	}
	if (info.flags > XT_MULTIPORT_EITHER) {
		return NFT_UNKNOWN;
	}
	for (unsigned i = 0; i < info.count && i < XT_MULTI_PORTS; i++) {
		uint32_t low = info.ports[i], high = low;
		enum nft_truth one;

		if (info.pflags[i] && i + 1 < XT_MULTI_PORTS) {
			high = info.ports[++i];
		}
		one = ports_truth(step, info.flags, low, high);
		truth = one > truth ? one : truth;
	}
	return inverted(truth, info.invert);
}

/* The bits that a connection, or its absence, may have; unlike nf_tables', of the old numbering */
static enum nft_truth state_among(const struct nft_step *step, uint32_t mask, uint32_t untracked)
{
	static const uint8_t tracked[] = {NFT_TRACK_NOT_YET, NFT_TRACK_NEW, NFT_TRACK_OFF};
	const uint32_t bits[] = {
		XT_CONNTRACK_STATE_INVALID, XT_CONNTRACK_STATE_BIT(IP_CT_NEW), untracked};
	bool yes = false, no = false;

	for (size_t i = 0; i < ARRAY_LEN(tracked); i++) {
		if (step->state.tracking & tracked[i]) {
			yes = yes || (mask & bits[i]);
			no = no || !(mask & bits[i]);
		}
	}
	return yes && no ? NFT_UNKNOWN : yes ? NFT_YES : NFT_NO;
}

static enum nft_truth match_state(struct nft_step *step, const struct nft_op *op)
{
	INFO(struct xt_state_info, op);

	return state_among(step, info.statemask, XT_STATE_UNTRACKED);
}

/* Several bits are one question: any of them. */
static enum nft_truth either(enum nft_truth a, enum nft_truth b)
{
	return a > b ? a : b;
}

static enum nft_truth conntrack_state(
	struct nft_step *step, const struct xt_conntrack_mtinfo3 *info)
{
	uint32_t mask = info->state_mask;
	enum nft_truth truth = state_among(step, mask, XT_CONNTRACK_STATE_UNTRACKED);

	if ((mask & XT_CONNTRACK_STATE_DNAT) && (step->state.tracking & NFT_TRACK_NEW)) {
		truth = either(truth, nft_translated(step));
	}
	return inverted(truth, info->invert_flags & XT_CONNTRACK_STATE);
}

static enum nft_truth conntrack_status(
	struct nft_step *step, const struct xt_conntrack_mtinfo3 *info)
{
	const uint32_t never = IPS_EXPECTED | IPS_SEEN_REPLY | IPS_ASSURED | IPS_CONFIRMED |
			       IPS_SRC_NAT | IPS_DST_NAT;
	enum nft_truth truth = info->status_mask & ~never ? NFT_UNKNOWN : NFT_NO;

	if (info->status_mask & IPS_DST_NAT) {
		truth = either(truth, nft_translated(step));
	}
	return inverted(truth, info->invert_flags & XT_CONNTRACK_STATUS);
}

static enum nft_truth match_conntrack(struct nft_step *step, const struct nft_op *op)
{
	const uint32_t followed = XT_CONNTRACK_STATE | XT_CONNTRACK_STATUS | XT_CONNTRACK_PROTO |
				  XT_CONNTRACK_DIRECTION | XT_CONNTRACK_STATE_ALIAS;
	enum nft_truth truth = NFT_YES;
	INFO(struct xt_conntrack_mtinfo3, op);

	if (op->b == 1) {
		struct xt_conntrack_mtinfo1 old = {0};

		memcpy(&old, op->data, op->len < sizeof(old) ? op->len : sizeof(old));
		info.state_mask = old.state_mask;
		info.status_mask = old.status_mask;
	}
	if (info.match_flags & XT_CONNTRACK_STATE) {
		truth = conntrack_state(step, &info);
	}
	if (!(step->state.tracking & NFT_TRACK_NEW)) {
		return info.match_flags & XT_CONNTRACK_STATE ? truth : NFT_NO;
	}
	if (info.match_flags & XT_CONNTRACK_STATUS) {
		truth = nft_both(truth, conntrack_status(step, &info));
	}
	if (info.match_flags & XT_CONNTRACK_PROTO) {
		truth = nft_both(
			truth, inverted(info.l4proto == step->packet->l4 ? NFT_YES : NFT_NO,
				       info.invert_flags & XT_CONNTRACK_PROTO));
	}
	if (info.match_flags & XT_CONNTRACK_DIRECTION) {
		truth = nft_both(
			truth, inverted(NFT_YES, info.invert_flags & XT_CONNTRACK_DIRECTION));
	}
	return (info.match_flags & ~followed) || step->state.tracking != NFT_TRACK_NEW
		       ? nft_both(truth, NFT_UNKNOWN)
		       : truth;
}

/* xt_addrtype.c: IPv4 asks for the type of the route, IPv6 for the kind of address first. */
static enum nft_truth address_type(const struct nft_step *step, uint32_t mask, bool source)
{
	const uint32_t routed = XT_ADDRTYPE_ANYCAST | XT_ADDRTYPE_LOCAL | XT_ADDRTYPE_UNREACHABLE;

	if (!source && step->state.elsewhere) {
		return NFT_UNKNOWN;
	}
	if (step->packet->family == 4) {
		return mask & (source ? XT_ADDRTYPE_UNICAST : XT_ADDRTYPE_LOCAL) ? NFT_YES : NFT_NO;
	}
	if (mask & (XT_ADDRTYPE_MULTICAST | XT_ADDRTYPE_UNSPEC)) {
		return NFT_NO;
	}
	if (!(mask & routed)) {
		return NFT_YES;
	}
	return !source && (mask & XT_ADDRTYPE_LOCAL) ? NFT_YES : NFT_NO;
}

static enum nft_truth match_addrtype(struct nft_step *step, const struct nft_op *op)
{
	enum nft_truth truth = NFT_YES;
	INFO(struct xt_addrtype_info_v1, op);

	if (op->b == 0) {
		struct xt_addrtype_info old = {0};

		memcpy(&old, op->data, op->len < sizeof(old) ? op->len : sizeof(old));
		info.flags = (old.invert_source ? XT_ADDRTYPE_INVERT_SOURCE : 0) |
			     (old.invert_dest ? XT_ADDRTYPE_INVERT_DEST : 0);
	}
	if (info.source) {
		truth = inverted(address_type(step, info.source, true),
			info.flags & XT_ADDRTYPE_INVERT_SOURCE);
	}
	if (info.dest) {
		truth = nft_both(truth, inverted(address_type(step, info.dest, false),
						info.flags & XT_ADDRTYPE_INVERT_DEST));
	}
	/* An address of this machine need not be one of this interface. */
	return info.flags & (XT_ADDRTYPE_LIMIT_IFACE_IN | XT_ADDRTYPE_LIMIT_IFACE_OUT)
		       ? nft_both(truth, NFT_UNKNOWN)
		       : truth;
}

static enum nft_truth match_pkttype(struct nft_step *step, const struct nft_op *op)
{
	INFO(struct xt_pkttype_info, op);

	return step->state.altered
		       ? NFT_UNKNOWN
		       : inverted(info.pkttype == PACKET_HOST ? NFT_YES : NFT_NO, info.invert);
}

static enum nft_truth match_mark(struct nft_step *step, const struct nft_op *op)
{
	INFO(struct xt_mark_mtinfo1, op);

	return inverted(nft_bits_equal(step->state.mark, info.mask, info.mark), info.invert);
}

static enum nft_truth match_connmark(struct nft_step *step, const struct nft_op *op)
{
	enum nft_truth truth;
	INFO(struct xt_connmark_mtinfo1, op);

	if (!(step->state.tracking & NFT_TRACK_NEW)) {
		return NFT_NO;
	}
	truth = inverted(nft_bits_equal(step->state.ct_mark, info.mask, info.mark), info.invert);
	return step->state.tracking == NFT_TRACK_NEW ? truth : nft_both(truth, NFT_UNKNOWN);
}

static enum nft_truth match_iprange(struct nft_step *step, const struct nft_op *op)
{
	size_t len = step->packet->family == 4 ? 4 : 16;
	enum nft_truth truth = NFT_YES;
	INFO(struct xt_iprange_mtinfo, op);

	if (info.flags & IPRANGE_SRC) {
		truth = inverted(nft_source_within((const uint8_t *)&info.src_min,
					 (const uint8_t *)&info.src_max, len),
			info.flags & IPRANGE_SRC_INV);
	}
	if (info.flags & IPRANGE_DST) {
		truth = nft_both(truth, inverted(nft_target_within((const uint8_t *)&info.dst_min,
							 (const uint8_t *)&info.dst_max, len),
						info.flags & IPRANGE_DST_INV));
	}
	return step->state.elsewhere ? nft_both(truth, NFT_UNKNOWN) : truth;
}

/* The stranger is reached by the interface it came in by. */
static enum nft_truth match_rpfilter(struct nft_step *step, const struct nft_op *op)
{
	INFO(struct xt_rpfilter_info, op);

	(void)step;
	return inverted(NFT_YES, info.flags & XT_RPFILTER_INVERT);
}

/* A plain packet came by no IPsec policy. */
static enum nft_truth match_policy(struct nft_step *step, const struct nft_op *op)
{
	INFO(struct xt_policy_info, op);

	(void)step;
	if (!(info.flags & XT_POLICY_MATCH_IN)) {
		return NFT_UNKNOWN;
	}
	return info.flags & XT_POLICY_MATCH_NONE ? NFT_YES : NFT_NO;
}

static enum nft_truth match_always(struct nft_step *step, const struct nft_op *op)
{
	(void)step;
	(void)op;
	return NFT_YES;
}

/* Of another protocol, or of headers that a plain packet has not */
static enum nft_truth match_never(struct nft_step *step, const struct nft_op *op)
{
	(void)step;
	(void)op;
	return NFT_NO;
}

static const struct xt_row {
	const char *name;
	uint8_t first, last; /* revisions */
	uint16_t len;	     /* at least */
	enum nft_truth (*ask)(struct nft_step *step, const struct nft_op *op);
} rows[] = {
	{"addrtype", 0, 0, sizeof(struct xt_addrtype_info), match_addrtype},
	{"addrtype", 1, 1, sizeof(struct xt_addrtype_info_v1), match_addrtype},
	{"ah", 0, 0, 0, match_never},
	{"comment", 0, 0, 0, match_always},
	{"connmark", 1, 1, sizeof(struct xt_connmark_mtinfo1), match_connmark},
	{"conntrack", 1, 1, sizeof(struct xt_conntrack_mtinfo1), match_conntrack},
	{"conntrack", 2, 2, sizeof(struct xt_conntrack_mtinfo2), match_conntrack},
	{"conntrack", 3, 3, sizeof(struct xt_conntrack_mtinfo3), match_conntrack},
	{"dccp", 0, 0, 0, match_never},
	{"esp", 0, 0, 0, match_never},
	{"frag", 0, 0, 0, match_never},
	{"icmp", 0, 0, 0, match_never},
	{"icmp6", 0, 0, 0, match_never},
	{"iprange", 1, 1, sizeof(struct xt_iprange_mtinfo), match_iprange},
	{"mark", 1, 1, sizeof(struct xt_mark_mtinfo1), match_mark},
	{"mh", 0, 0, 0, match_never},
	{"multiport", 0, 0, sizeof(struct xt_multiport), match_multiport},
	{"multiport", 1, 1, sizeof(struct xt_multiport_v1), match_multiport},
	{"nfacct", 0, 1, 0, match_always},
	{"pkttype", 0, 0, sizeof(struct xt_pkttype_info), match_pkttype},
	{"policy", 0, 0, sizeof(struct xt_policy_info), match_policy},
	{"rpfilter", 0, 0, sizeof(struct xt_rpfilter_info), match_rpfilter},
	{"rt", 0, 0, 0, match_never},
	{"sctp", 0, 0, 0, match_never},
	{"state", 0, 0, sizeof(struct xt_state_info), match_state},
	{"tcp", 0, 0, sizeof(struct xt_tcp), match_tcp},
	{"udp", 0, 0, sizeof(struct xt_udp), match_udp},
};

uint32_t nft_xt_find_match(const char *name, uint32_t revision, size_t len)
{
	for (uint32_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].name, name) == 0 && revision >= rows[i].first &&
			revision <= rows[i].last && len >= rows[i].len) {
			return i;
		}
	}
	return NFT_NONE;
}

enum nft_truth nft_xt_match(struct nft_step *step, const struct nft_op *op)
{
	if (op->kind != NFT_OP_XT_MATCH) {
		return nft_xt_ip(step, op);
	}
	return op->a == NFT_NONE ? NFT_UNKNOWN : rows[op->a].ask(step, op);
}
