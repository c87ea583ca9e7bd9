/* SPDX-License-Identifier: Apache-2.0 */
#include "nl-ask.h"
#include "watch-parts.h"

#include <linux/genetlink.h>
#include <linux/if.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/nl80211.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define NFT_NEWGEN (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN)

struct watch_netlink {
	struct mnl_socket *socket;
	struct loop_source *source;
	/* Whether this message means that the facts may have changed */
	bool (*matters)(struct watch_netlink *part, const struct nlmsghdr *message);
	watch_part_fn fn;
	void *data;
	uint16_t family; /* of nl80211; 0 while the kernel has none */
};

static bool messages_matter(struct watch_netlink *part, const char *buf, size_t len)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)(const void *)buf;
	int left = (int)len;
	bool any = false;

	while (mnl_nlmsg_ok(message, left)) {
		any = part->matters(part, message) || any;
		message = mnl_nlmsg_next(message, &left);
	}
	return any;
}

static int on_messages(struct loop_source *source, uint32_t events, void *data)
{
	struct watch_netlink *part = data;
	_Alignas(struct nlmsghdr) char buf[8192];
	bool any = false;

	(void)source;
	(void)events;
	for (;;) {
		ssize_t n = recv(mnl_socket_get_fd(part->socket), buf, sizeof(buf),
			MSG_DONTWAIT | MSG_TRUNC);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0 && errno == ENOBUFS) {
			any = true; /* some were lost: look anew */
			continue;
		}
		if (n <= 0) {
			break;
		}
		any = (size_t)n > sizeof(buf) || messages_matter(part, buf, (size_t)n) || any;
	}
	if (any) {
		part->fn(part->data);
	}
	return 0;
}

static int group_join(struct watch_netlink *part, unsigned group)
{
	if (mnl_socket_setsockopt(part->socket, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) <
		0) {
		return -errno;
	}
	return 0;
}

/* A set that packets fill makes no new generation: only a change of rules does. */
static bool firewall_matters(struct watch_netlink *part, const struct nlmsghdr *message)
{
	(void)part;
	return message->nlmsg_type == NFT_NEWGEN;
}

/* rtnetlink(7): a new interface has all bits of ifi_change set; later changes only their own. */
static bool link_matters(struct watch_netlink *part, const struct nlmsghdr *message)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);

	(void)part;
	if (message->nlmsg_type == RTM_DELLINK) {
		return true;
	}
	return message->nlmsg_type == RTM_NEWLINK &&
	       mnl_nlmsg_get_payload_len(message) >= sizeof(*info) && info->ifi_change == ~0U;
}

#define WIDE_BITS                                                                       \
	4 /* routes to a sixteenth of the Internet or more: defaults, in parts or whole \
	   */

/* A link that goes on or off, a rule, or a route for much of the Internet */
static bool route_matters(struct watch_netlink *part, const struct nlmsghdr *message)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	const struct rtmsg *route = mnl_nlmsg_get_payload(message);

	(void)part;
	switch (message->nlmsg_type) {
	case RTM_DELLINK:
	case RTM_NEWRULE:
	case RTM_DELRULE:
		return true;
	case RTM_NEWLINK:
		return mnl_nlmsg_get_payload_len(message) >= sizeof(*info) &&
		       (info->ifi_change & (IFF_UP | IFF_RUNNING));
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return mnl_nlmsg_get_payload_len(message) >= sizeof(*route) &&
		       route->rtm_dst_len <= WIDE_BITS && !(route->rtm_flags & RTM_F_CLONED);
	default:
		return false;
	}
}

static int wifi_join(struct watch_netlink *part)
{
	cleanup(netlink_close_p) struct mnl_socket *socket = NULL;
	struct netlink_family family;
	int r;

	r = netlink_open(NETLINK_GENERIC, &socket);
	if (r < 0) {
		return r;
	}
	r = netlink_family_find(socket, NL80211_GENL_NAME, &family);
	if (r < 0) {
		return r;
	}
	r = group_join(part, family.group_mlme);
	if (r == 0) {
		r = group_join(part, family.group_config);
	}
	if (r == 0) {
		part->family = family.id;
	}
	return r;
}

static bool wifi_command_matters(uint8_t command)
{
	switch (command) {
	case NL80211_CMD_NEW_WIPHY:
	case NL80211_CMD_DEL_WIPHY:
	case NL80211_CMD_NEW_INTERFACE:
	case NL80211_CMD_DEL_INTERFACE:
	case NL80211_CMD_SET_INTERFACE:
	case NL80211_CMD_CONNECT:
	case NL80211_CMD_JOIN_IBSS:
	case NL80211_CMD_ROAM:
	case NL80211_CMD_DISCONNECT:
	case NL80211_CMD_ASSOCIATE:
	case NL80211_CMD_DISASSOCIATE:
	case NL80211_CMD_DEAUTHENTICATE:
		return true;
	default:
		return false;
	}
}

/* A stick with a radio may bring nl80211 later: the controller's own group tells of new families.
 */
static bool wifi_matters(struct watch_netlink *part, const struct nlmsghdr *message)
{
	const struct genlmsghdr *generic = mnl_nlmsg_get_payload(message);

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*generic)) {
		return false;
	}
	if (message->nlmsg_type == GENL_ID_CTRL) {
		return generic->cmd == CTRL_CMD_NEWFAMILY && part->family == 0 &&
		       wifi_join(part) == 0;
	}
	return message->nlmsg_type == part->family && wifi_command_matters(generic->cmd);
}

void watch_netlink_free(struct watch_netlink *part)
{
	if (!part) {
		return;
	}
	loop_source_free(part->source);
	if (part->socket) {
		mnl_socket_close(part->socket);
	}
	free(part);
}

static void netlink_free_p(struct watch_netlink **part)
{
	watch_netlink_free(*part);
}

static int part_new(int bus, watch_part_fn fn, void *data, struct watch_netlink **ret_part)
{
	cleanup(netlink_free_p) struct watch_netlink *part = calloc(1, sizeof(*part));
	int r;

	if (!part) {
		return -ENOMEM;
	}
	part->fn = fn;
	part->data = data;
	r = netlink_open(bus, &part->socket);
	if (r < 0) {
		return r == -EPROTONOSUPPORT || r == -EAFNOSUPPORT ? -EOPNOTSUPP : r;
	}
	*ret_part = TAKE_PTR(part);
	return 0;
}

static int part_listen(struct watch_netlink *part, struct loop *loop)
{
	return loop_add_fd(
		loop, mnl_socket_get_fd(part->socket), EPOLLIN, on_messages, part, &part->source);
}

static int group_refused(int r)
{
	return r == -EPERM || r == -EINVAL || r == -ENOENT ? -EOPNOTSUPP : r;
}

int watch_firewall_new(
	struct loop *loop, watch_part_fn fn, void *data, struct watch_netlink **ret_part)
{
	cleanup(netlink_free_p) struct watch_netlink *part = NULL;
	int r;

	r = part_new(NETLINK_NETFILTER, fn, data, &part);
	if (r < 0) {
		return r;
	}
	part->matters = firewall_matters;
	r = group_join(part, NFNLGRP_NFTABLES);
	if (r == 0) {
		r = part_listen(part, loop);
	}
	if (r < 0) {
		return group_refused(r);
	}
	*ret_part = TAKE_PTR(part);
	return 0;
}

static int route_bus_new(struct loop *loop, struct watch_netlink *part, const unsigned *groups,
	size_t n, struct watch_netlink **ret_part)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		r = group_join(part, groups[i]);
	}
	if (r == 0) {
		r = part_listen(part, loop);
	}
	if (r < 0) {
		return group_refused(r);
	}
	*ret_part = part;
	return 0;
}

int watch_link_new(struct loop *loop, watch_part_fn fn, void *data, struct watch_netlink **ret_part)
{
	static const unsigned groups[] = {RTNLGRP_LINK};
	cleanup(netlink_free_p) struct watch_netlink *part = NULL;
	int r;

	r = part_new(NETLINK_ROUTE, fn, data, &part);
	if (r < 0) {
		return r;
	}
	part->matters = link_matters;
	r = route_bus_new(loop, part, groups, ARRAY_LEN(groups), ret_part);
	if (r == 0) {
		part = NULL;
	}
	return r;
}

int watch_route_new(
	struct loop *loop, watch_part_fn fn, void *data, struct watch_netlink **ret_part)
{
	static const unsigned groups[] = {RTNLGRP_LINK, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV4_RULE,
		RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV6_RULE};
	cleanup(netlink_free_p) struct watch_netlink *part = NULL;
	int r;

	r = part_new(NETLINK_ROUTE, fn, data, &part);
	if (r < 0) {
		return r;
	}
	part->matters = route_matters;
	r = route_bus_new(loop, part, groups, ARRAY_LEN(groups), ret_part);
	if (r == 0) {
		part = NULL;
	}
	return r;
}

int watch_wifi_new(struct loop *loop, watch_part_fn fn, void *data, struct watch_netlink **ret_part)
{
	cleanup(netlink_free_p) struct watch_netlink *part = NULL;
	int r;

	r = part_new(NETLINK_GENERIC, fn, data, &part);
	if (r < 0) {
		return r;
	}
	part->matters = wifi_matters;
	r = group_join(part, GENL_ID_CTRL); /* its group "notify" has the family's own number */
	if (r == 0) {
		r = wifi_join(part);
		r = r == -ENOENT ? 0 : r;
	}
	if (r == 0) {
		r = part_listen(part, loop);
	}
	if (r < 0) {
		return group_refused(r);
	}
	*ret_part = TAKE_PTR(part);
	return 0;
}
