/* SPDX-License-Identifier: Apache-2.0 */
/* Targets of the older iptables, and what it asks of the head of a packet. */
#include "nft-parts.h"
#include "nft-step.h"

#include <linux/netfilter.h>
#include <linux/netfilter/xt_CT.h>
#include <linux/netfilter/xt_mark.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <string.h>

static enum nft_way target_continue(struct nft_step *step, const struct nft_op *op)
{
	(void)step;
	(void)op;
	return NFT_WAY_ON;
}

static enum nft_way target_reject(struct nft_step *step, const struct nft_op *op)
{
	(void)step;
	(void)op;
	return NFT_WAY_DROP;
}

static enum nft_way target_accept(struct nft_step *step, const struct nft_op *op)
{
	(void)step;
	(void)op;
	return NFT_WAY_ACCEPT;
}

static enum nft_way target_redirect(struct nft_step *step, const struct nft_op *op)
{
	(void)op;
	step->state.own_port = step->state.known_port = false;
	return NFT_WAY_ACCEPT;
}

static enum nft_way target_dnat(struct nft_step *step, const struct nft_op *op)
{
	step->state.elsewhere = true;
	return target_redirect(step, op);
}

static enum nft_way target_mark(struct nft_step *step, const struct nft_op *op)
{
	struct nft_bits *mark = &step->state.mark;
	struct xt_mark_tginfo2 info;

	memcpy(&info, op->data, sizeof(info));
	mark->value = (mark->value & ~info.mask) ^ info.mark;
	mark->known |= info.mask;
	mark->value &= mark->known;
	return NFT_WAY_ON;
}

/* Either mark may be copied to the other. */
static enum nft_way target_connmark(struct nft_step *step, const struct nft_op *op)
{
	(void)op;
	step->state.mark = step->state.ct_mark = (struct nft_bits){.known = 0};
	return NFT_WAY_ON;
}

static enum nft_way target_ct(struct nft_step *step, const struct nft_op *op)
{
	uint16_t flags;

	memcpy(&flags, op->data, sizeof(flags));
	if (flags & XT_CT_NOTRACK) {
		nft_state_untrack(&step->state);
	}
	return NFT_WAY_ON;
}

static enum nft_way target_notrack(struct nft_step *step, const struct nft_op *op)
{
	(void)op;
	nft_state_untrack(&step->state);
	return NFT_WAY_ON;
}

static const struct {
	const char *name;
	uint8_t first, last; /* revisions */
	uint16_t len;	     /* at least */
	enum nft_way (*apply)(struct nft_step *step, const struct nft_op *op);
} rows[] = {
	{"AUDIT", 0, 0, 0, target_continue},
	{"CHECKSUM", 0, 0, 0, target_continue},
	{"CLASSIFY", 0, 0, 0, target_continue},
	{"CONNMARK", 0, 2, 0, target_connmark},
	{"CONNSECMARK", 0, 0, 0, target_continue},
	{"CT", 0, 2, sizeof(uint16_t), target_ct},
	{"DNAT", 0, 2, 0, target_dnat},
	{"DSCP", 0, 0, 0, target_continue},
	{"HL", 0, 0, 0, target_continue},
	{"HMARK", 0, 0, 0, target_connmark},
	{"IDLETIMER", 0, 1, 0, target_continue},
	{"LED", 0, 0, 0, target_continue},
	{"LOG", 0, 0, 0, target_continue},
	{"MARK", 2, 2, sizeof(struct xt_mark_tginfo2), target_mark},
	{"MASQUERADE", 0, 1, 0, target_accept},
	{"NETMAP", 0, 0, 0, target_dnat},
	{"NFLOG", 0, 0, 0, target_continue},
	{"NOTRACK", 0, 0, 0, target_notrack},
	{"RATEEST", 0, 0, 0, target_continue},
	{"REDIRECT", 0, 0, 0, target_redirect},
	{"REJECT", 0, 0, 0, target_reject},
	{"SECMARK", 0, 1, 0, target_continue},
	{"SET", 0, 2, 0, target_continue}, /* the third revision can set the mark */
	{"SNAT", 0, 2, 0, target_accept},
	{"TCPMSS", 0, 0, 0, target_continue},
	{"TCPOPTSTRIP", 0, 0, 0, target_continue},
	{"TOS", 0, 1, 0, target_continue},
	{"TRACE", 0, 0, 0, target_continue},
	{"TTL", 0, 0, 0, target_continue},
};

uint32_t nft_xt_find_target(const char *name, uint32_t revision, size_t len)
{
	for (uint32_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].name, name) == 0 && revision >= rows[i].first &&
			revision <= rows[i].last && len >= rows[i].len) {
			return i;
		}
	}
	return NFT_NONE;
}

enum nft_way nft_xt_target(struct nft_step *step, const struct nft_op *op)
{
	return op->a == NFT_NONE ? NFT_WAY_ANY : rows[op->a].apply(step, op);
}

/* ifname_compare: the bits of the mask alone count. */
static enum nft_truth name_truth(const char *name, const char *wanted, const unsigned char *mask)
{
	for (size_t i = 0; i < IFNAMSIZ; i++) {
		if ((name[i] ^ wanted[i]) & mask[i]) {
			return NFT_NO;
		}
	}
	return NFT_YES;
}

static enum nft_truth inverted(enum nft_truth truth, bool invert)
{
	return invert ? nft_not(truth) : truth;
}

static void range_of(
	const void *address, const void *mask, size_t len, uint8_t *ret_low, uint8_t *ret_high)
{
	const uint8_t *a = address, *m = mask;

	for (size_t i = 0; i < len; i++) {
		ret_low[i] = a[i] & m[i];
		ret_high[i] = (uint8_t)(a[i] | ~m[i]);
	}
}

/* Both heads have these in common (IPT_INV_* and IP6T_INV_* are the same numbers). */
struct head {
	const void *src, *smsk, *dst, *dmsk;
	const char *in, *out;
	const unsigned char *in_mask, *out_mask;
	size_t len;
	uint16_t proto;
	bool asks_proto, asks_fragment;
	uint8_t inv;
};

static enum nft_truth head_truth(const struct nft_step *step, const struct head *head)
{
	static const char nowhere[IFNAMSIZ];
	uint8_t low[16], high[16];
	enum nft_truth truth, one;

	range_of(head->src, head->smsk, head->len, low, high);
	truth = inverted(nft_source_within(low, high, head->len), head->inv & IPT_INV_SRCIP);
	range_of(head->dst, head->dmsk, head->len, low, high);
	one = inverted(nft_target_within(low, high, head->len), head->inv & IPT_INV_DSTIP);
	if (step->state.elsewhere && memcmp(low, high, head->len) == 0) {
		one = NFT_UNKNOWN;
	}
	truth = nft_both(truth, one);
	truth = nft_both(
		truth, inverted(name_truth(step->packet->in->name, head->in, head->in_mask),
			       head->inv & IPT_INV_VIA_IN));
	truth = nft_both(truth, inverted(name_truth(nowhere, head->out, head->out_mask),
					head->inv & IPT_INV_VIA_OUT));
	if (head->asks_proto) {
		one = head->proto == step->packet->l4 ? NFT_YES : NFT_NO;
		truth = nft_both(truth, inverted(one, head->inv & XT_INV_PROTO));
	}
	/* A plain packet is no fragment. */
	one = head->asks_fragment ? NFT_NO : NFT_YES;
	return nft_both(truth, inverted(one, head->inv & IPT_INV_FRAG));
}

enum nft_truth nft_xt_ip(struct nft_step *step, const struct nft_op *op)
{
	if (op->kind == NFT_OP_IP) {
		struct ipt_ip ip;

		memcpy(&ip, op->data, sizeof(ip));
		return head_truth(
			step, &(struct head){&ip.src, &ip.smsk, &ip.dst, &ip.dmsk, ip.iniface,
				      ip.outiface, ip.iniface_mask, ip.outiface_mask, 4, ip.proto,
				      ip.proto != 0, ip.flags & IPT_F_FRAG, ip.invflags});
	} else {
		struct ip6t_ip6 ip;

		memcpy(&ip, op->data, sizeof(ip));
		return head_truth(
			step, &(struct head){&ip.src, &ip.smsk, &ip.dst, &ip.dmsk, ip.iniface,
				      ip.outiface, ip.iniface_mask, ip.outiface_mask, 16, ip.proto,
				      ip.flags & IP6T_F_PROTO, false, ip.invflags});
	}
}
