/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sock_diag(7) tells what is open; ctnetlink takes it (net/netfilter/nf_conntrack_netlink.c). Who
 * began is not known and does not matter: both directions count as established, and no window was
 * seen, so that sequence numbers are not held against one (IP_CT_TCP_FLAG_BE_LIBERAL).
 */
#include "connections.h"

#include "nl-ask.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#define IDLE_S 432000 /* nf_conntrack-sysctl.rst: nf_conntrack_tcp_timeout_established */

struct end {
	const void *address; /* as many bytes as its family has */
	uint16_t port;	     /* of the network's order */
};

struct connection {
	bool six;
	uint32_t ours[4], theirs[4]; /* as sock_diag gives them */
	uint16_t our_port, their_port;
};

struct connections {
	struct connection *list; /* room for CONNECTIONS_MAX */
	size_t n;
	bool full;
};

static bool is_loopback(const struct connection *connection)
{
	struct in6_addr address;

	if (!connection->six) {
		return ntohl(connection->theirs[0]) >> 24 == IN_LOOPBACKNET;
	}
	memcpy(&address, connection->theirs, sizeof(address));
	return IN6_IS_ADDR_LOOPBACK(&address);
}

static int on_socket(const struct nlmsghdr *message, void *data)
{
	struct connections *connections = data;
	const struct inet_diag_msg *diag = mnl_nlmsg_get_payload(message);
	struct connection connection = {.six = false};
	struct in6_addr address;

	if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
		mnl_nlmsg_get_payload_len(message) < sizeof(*diag)) {
		return MNL_CB_OK;
	}
	connection.six = diag->idiag_family == AF_INET6;
	memcpy(connection.ours, diag->id.idiag_src, sizeof(connection.ours));
	memcpy(connection.theirs, diag->id.idiag_dst, sizeof(connection.theirs));
	memcpy(&address, connection.theirs, sizeof(address));
	if (connection.six && IN6_IS_ADDR_V4MAPPED(&address)) {
		connection.six = false;
		connection.ours[0] = connection.ours[3];
		connection.theirs[0] = connection.theirs[3];
	}
	connection.our_port = diag->id.idiag_sport;
	connection.their_port = diag->id.idiag_dport;
	if (is_loopback(&connection)) {
		return MNL_CB_OK;
	}
	if (connections->n == CONNECTIONS_MAX) {
		connections->full = true;
		return MNL_CB_OK;
	}
	connections->list[connections->n++] = connection;
	return MNL_CB_OK;
}

static int list(uint8_t family, struct connections *connections)
{
	cleanup(netlink_close_p) struct mnl_socket *netlink = NULL;
	char buf[256];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buf);
	struct inet_diag_req_v2 *wanted;
	int r = netlink_open(NETLINK_SOCK_DIAG, &netlink);

	if (r != 0) {
		return r;
	}
	request->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = 1;
	wanted = mnl_nlmsg_put_extra_header(request, sizeof(*wanted));
	wanted->sdiag_family = family;
	wanted->sdiag_protocol = IPPROTO_TCP;
	wanted->idiag_states = 1U << TCP_ESTABLISHED | 1U << TCP_CLOSE_WAIT;
	r = netlink_ask(netlink, request, on_socket, connections);
	return r == -ENOENT ? 0 : r; /* a kernel without this family */
}

static void tuple_put(struct nlmsghdr *request, uint16_t type, bool six, const struct end *from,
	const struct end *to)
{
	size_t len = six ? sizeof(struct in6_addr) : sizeof(struct in_addr);
	struct nlattr *tuple = mnl_attr_nest_start(request, type);
	struct nlattr *part = mnl_attr_nest_start(request, CTA_TUPLE_IP);

	mnl_attr_put(request, six ? CTA_IP_V6_SRC : CTA_IP_V4_SRC, len, from->address);
	mnl_attr_put(request, six ? CTA_IP_V6_DST : CTA_IP_V4_DST, len, to->address);
	mnl_attr_nest_end(request, part);
	part = mnl_attr_nest_start(request, CTA_TUPLE_PROTO);
	mnl_attr_put_u8(request, CTA_PROTO_NUM, IPPROTO_TCP);
	mnl_attr_put_u16(request, CTA_PROTO_SRC_PORT, from->port);
	mnl_attr_put_u16(request, CTA_PROTO_DST_PORT, to->port);
	mnl_attr_nest_end(request, part);
	mnl_attr_nest_end(request, tuple);
}

static void state_put(struct nlmsghdr *request)
{
	static const struct nf_ct_tcp_flags flags = {
		IP_CT_TCP_FLAG_BE_LIBERAL, IP_CT_TCP_FLAG_BE_LIBERAL};
	struct nlattr *info = mnl_attr_nest_start(request, CTA_PROTOINFO);
	struct nlattr *tcp = mnl_attr_nest_start(request, CTA_PROTOINFO_TCP);

	mnl_attr_put_u8(request, CTA_PROTOINFO_TCP_STATE, TCP_CONNTRACK_ESTABLISHED);
	mnl_attr_put(request, CTA_PROTOINFO_TCP_FLAGS_ORIGINAL, sizeof(flags), &flags);
	mnl_attr_put(request, CTA_PROTOINFO_TCP_FLAGS_REPLY, sizeof(flags), &flags);
	mnl_attr_nest_end(request, tcp);
	mnl_attr_nest_end(request, info);
	mnl_attr_put_u32(request, CTA_TIMEOUT, htonl(IDLE_S));
	mnl_attr_put_u32(request, CTA_STATUS, htonl(IPS_CONFIRMED | IPS_SEEN_REPLY | IPS_ASSURED));
}

static int track(struct mnl_socket *netlink, const struct connection *connection)
{
	const struct end ours = {connection->ours, connection->our_port};
	const struct end theirs = {connection->theirs, connection->their_port};
	char buf[512];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *head;
	int r;

	request->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
	request->nlmsg_seq = 1;
	head = mnl_nlmsg_put_extra_header(request, sizeof(*head));
	head->nfgen_family = connection->six ? AF_INET6 : AF_INET;
	head->version = NFNETLINK_V0;
	tuple_put(request, CTA_TUPLE_ORIG, connection->six, &theirs, &ours);
	tuple_put(request, CTA_TUPLE_REPLY, connection->six, &ours, &theirs);
	state_put(request);
	r = netlink_ask(netlink, request, NULL, NULL);
	return r == -EEXIST ? 0 : r; /* it is known already */
}

int connections_track(void)
{
	cleanup(netlink_close_p) struct mnl_socket *netlink = NULL;
	cleanup(free_ptr) struct connection *room = calloc(CONNECTIONS_MAX, sizeof(*room));
	struct connections connections = {.list = room};
	int r = room ? list(AF_INET, &connections) : -ENOMEM;

	if (r == 0) {
		r = list(AF_INET6, &connections);
	}
	if (r == 0) {
		r = netlink_open(NETLINK_NETFILTER, &netlink);
	}
	for (size_t i = 0; i < connections.n && r == 0; i++) {
		r = track(netlink, &connections.list[i]);
	}
	return r == 0 && connections.full ? -ENOSPC : r;
}
