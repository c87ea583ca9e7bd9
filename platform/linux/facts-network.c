/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rtnetlink(7): the links, and the way the kernel itself would send a packet to each of a few
 * addresses spread over the Internet (RTM_GETROUTE with a destination, as `ip route get` asks), so
 * that tables, rules and marks are weighed by the kernel. Nothing is sent. Of WireGuard, the time
 * of the last handshake (linux/wireguard.h); keys that come along are wiped by netlink_ask.
 */
#include "facts-parts.h"
#include "nl-ask.h"

#include <linux/fib_rules.h>
#include <linux/genetlink.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <linux/time_types.h>
#include <linux/wireguard.h>
#include <arpa/inet.h>
#include <string.h>

/* IFF_RUNNING follows IFF_LOWER_UP only a while later (net/core/link_watch.c). */
#define LINK_UP (IFF_UP | IFF_RUNNING | IFF_LOWER_UP)
#define AF_INET_BITS 32
#define AF_INET6_BITS 128

/*
 * Where the probes point: public space alone, so that no route to a home or school network answers
 * for it, in both halves and most eighths of it, as a tunnel may be laid in two halves.
 */
static const char *const probes4[] = {"5.0.0.1", "45.0.0.1", "80.0.0.1", "110.0.0.1", "150.0.0.1",
	"185.0.0.1", "203.0.113.1", "220.0.0.1"};
static const char *const probes6[] = {
	"2001:200::1", "2400:1::1", "2600:1::1", "2800:1::1", "2a00:1::1", "2c00:1::1"};
_Static_assert(ARRAY_LEN(probes4) + ARRAY_LEN(probes6) <= FACTS_WAYS_MAX, "too many probes");

static void kind_take(const struct nlattr *info, struct facts_net_link *link)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, info)
	{
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND &&
			mnl_attr_get_payload_len(attr) < sizeof(link->kind)) {
			memcpy(link->kind, mnl_attr_get_payload(attr),
				mnl_attr_get_payload_len(attr));
		}
	}
}

struct links {
	struct facts_network *network;
	bool more;
};

static int link_take(const struct nlmsghdr *message, void *data)
{
	struct links *links = data;
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	struct facts_net_link link = {.handshake_s = FACTS_HANDSHAKE_NOT_SEEN};
	const struct nlattr *attr;

	if (message->nlmsg_type != RTM_NEWLINK) {
		return MNL_CB_OK;
	}
	link.index = (uint32_t)info->ifi_index;
	link.up = (info->ifi_flags & LINK_UP) == LINK_UP;
	mnl_attr_for_each(attr, message, sizeof(*info))
	{
		if (mnl_attr_get_type(attr) == IFLA_IFNAME &&
			mnl_attr_get_payload_len(attr) <= sizeof(link.name)) {
			memcpy(link.name, mnl_attr_get_payload(attr),
				mnl_attr_get_payload_len(attr));
			link.name[sizeof(link.name) - 1] = '\0';
		} else if (mnl_attr_get_type(attr) == IFLA_LINKINFO) {
			kind_take(attr, &link);
		}
	}
	if (links->network->n_links == FACTS_NET_LINKS_MAX) {
		links->more = true;
		return MNL_CB_OK;
	}
	links->network->links[links->network->n_links++] = link;
	return MNL_CB_OK;
}

static int links_read(struct mnl_socket *socket, struct facts_network *network)
{
	struct links links = {.network = network};
	char buf[128];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *info;
	int r;

	request->nlmsg_type = RTM_GETLINK;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = 1;
	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->ifi_family = AF_UNSPEC;
	r = netlink_ask(socket, request, link_take, &links);
	return r == 0 && links.more ? FACTS_E_LIMIT : r;
}

static int rule_take(const struct nlmsghdr *message, void *data)
{
	bool *by_user = data;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, message, sizeof(struct fib_rule_hdr))
	{
		*by_user = *by_user || mnl_attr_get_type(attr) == FRA_UID_RANGE;
	}
	return MNL_CB_OK;
}

/* A kernel without rules (CONFIG_IP_MULTIPLE_TABLES) has none that ask for a user. */
static int rules_read(struct mnl_socket *socket, unsigned char family, bool *by_user)
{
	char buf[128];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buf);
	struct fib_rule_hdr *header;
	int r;

	request->nlmsg_type = RTM_GETRULE;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = 2;
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->family = family;
	r = netlink_ask(socket, request, rule_take, by_user);
	return r == -EOPNOTSUPP || r == -EAFNOSUPPORT ? 0 : r;
}

static int way_take(const struct nlmsghdr *message, void *data)
{
	struct facts_way *way = data;
	const struct rtmsg *route = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	if (message->nlmsg_type != RTM_NEWROUTE || route->rtm_type != RTN_UNICAST) {
		return MNL_CB_OK;
	}
	mnl_attr_for_each(attr, message, sizeof(*route))
	{
		if (mnl_attr_get_type(attr) == RTA_OIF &&
			mnl_attr_validate(attr, MNL_TYPE_U32) == 0) {
			way->link = mnl_attr_get_u32(attr);
		}
	}
	return MNL_CB_OK;
}

/* How the kernel says that there is none: no route, or one that forbids it (net/ipv4/route.c) */
static bool no_way(int r)
{
	return r == -ENETUNREACH || r == -EHOSTUNREACH || r == -EACCES || r == -EINVAL ||
	       r == -EAFNOSUPPORT || r == -ENETDOWN;
}

static int way_read(
	struct mnl_socket *socket, int family, const char *probe, struct facts_network *network)
{
	struct facts_way way = {.ipv6 = family == AF_INET6};
	unsigned char address[16];
	char buf[128];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buf);
	struct rtmsg *route;
	int r;

	if (inet_pton(family, probe, address) != 1) {
		return -EINVAL;
	}
	request->nlmsg_type = RTM_GETROUTE;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	request->nlmsg_seq = 3;
	route = mnl_nlmsg_put_extra_header(request, sizeof(*route));
	route->rtm_family = (unsigned char)family;
	route->rtm_dst_len = way.ipv6 ? AF_INET6_BITS : AF_INET_BITS;
	mnl_attr_put(request, RTA_DST, route->rtm_dst_len / 8U, address);
	r = netlink_ask(socket, request, way_take, &way);
	if (r < 0 && !no_way(r)) {
		return r;
	}
	network->ways[network->n_ways++] = way;
	return 0;
}

static int ways_read(struct mnl_socket *socket, struct facts_network *network)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(probes4) && r == 0; i++) {
		r = way_read(socket, AF_INET, probes4[i], network);
	}
	for (size_t i = 0; i < ARRAY_LEN(probes6) && r == 0; i++) {
		r = way_read(socket, AF_INET6, probes6[i], network);
	}
	if (r == 0) {
		r = rules_read(socket, AF_INET, &network->by_user);
	}
	if (r == 0) {
		r = rules_read(socket, AF_INET6, &network->by_user);
	}
	return r;
}

static int64_t peer_handshake(const struct nlattr *peer)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, peer)
	{
		struct __kernel_timespec when;

		if (mnl_attr_get_type(attr) == WGPEER_A_LAST_HANDSHAKE_TIME &&
			mnl_attr_get_payload_len(attr) == sizeof(when)) {
			memcpy(&when, mnl_attr_get_payload(attr), sizeof(when));
			return when.tv_sec;
		}
	}
	return FACTS_HANDSHAKE_NEVER;
}

static int device_take(const struct nlmsghdr *message, void *data)
{
	int64_t *latest = data;
	const struct nlattr *attr, *peer;

	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr))
	{
		if (mnl_attr_get_type(attr) != WGDEVICE_A_PEERS) {
			continue;
		}
		mnl_attr_for_each_nested(peer, attr)
		{
			int64_t one = peer_handshake(peer);

			*latest = one > *latest ? one : *latest;
		}
	}
	return MNL_CB_OK;
}

/* Without the right to ask, or without the family, handshakes stay not seen: the links still tell.
 */
static void handshake_read(struct mnl_socket *socket, uint16_t family, struct facts_net_link *link)
{
	int64_t latest = FACTS_HANDSHAKE_NEVER;
	char buf[128];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *generic;

	request->nlmsg_type = family;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = 4;
	generic = mnl_nlmsg_put_extra_header(request, sizeof(*generic));
	generic->cmd = WG_CMD_GET_DEVICE;
	generic->version = WG_GENL_VERSION;
	mnl_attr_put_u32(request, WGDEVICE_A_IFINDEX, link->index);
	if (netlink_ask(socket, request, device_take, &latest) == 0) {
		link->handshake_s = latest;
	}
}

static void handshakes_read(struct facts_network *network)
{
	cleanup(netlink_close_p) struct mnl_socket *socket = NULL;
	struct netlink_family family = {.id = 0};

	for (size_t i = 0; i < network->n_links; i++) {
		if (strcmp(network->links[i].kind, "wireguard") != 0) {
			continue;
		}
		if (!socket && (netlink_open(NETLINK_GENERIC, &socket) < 0 ||
				       netlink_family_find(socket, WG_GENL_NAME, &family) < 0)) {
			return;
		}
		handshake_read(socket, family.id, &network->links[i]);
	}
}

int facts_network_read(void *data, struct facts_network **ret_network)
{
	cleanup(netlink_close_p) struct mnl_socket *socket = NULL;
	cleanup(free_ptr) struct facts_network *network = calloc(1, sizeof(*network));
	int r;

	(void)data;
	if (!network) {
		return -ENOMEM;
	}
	r = netlink_open(NETLINK_ROUTE, &socket);
	if (r == 0) {
		r = links_read(socket, network);
	}
	if (r == 0) {
		r = ways_read(socket, network);
	}
	if (r != 0) {
		return r == -EPERM ? FACTS_E_NOT_PERMITTED : r;
	}
	handshakes_read(network);
	*ret_network = TAKE_PTR(network);
	return 0;
}
