/* SPDX-License-Identifier: Apache-2.0 */
/* sock_diag(7): sockets that a stranger's packet may reach, for both families and protocols. */
#include "facts-parts.h"
#include "nl-ask.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

struct listing {
	struct facts_sockets *sockets;
	uint8_t family; /* asked for: AF_INET or AF_INET6 */
	uint8_t l4;
	bool full;
};

static enum facts_address address4(uint32_t address)
{
	uint32_t host = ntohl(address);

	return host == INADDR_ANY		  ? FACTS_ADDRESS_ANY
	       : host >> 24 == IN_LOOPBACKNET	  ? FACTS_ADDRESS_LOOPBACK
	       : IN_MULTICAST(host) || ~host == 0 ? FACTS_ADDRESS_GROUP
						  : FACTS_ADDRESS_OTHER;
}

static enum facts_address address6(const struct in6_addr *address)
{
	return IN6_IS_ADDR_UNSPECIFIED(address) ? FACTS_ADDRESS_ANY
	       : IN6_IS_ADDR_LOOPBACK(address)	? FACTS_ADDRESS_LOOPBACK
	       : IN6_IS_ADDR_MULTICAST(address) ? FACTS_ADDRESS_GROUP
						: FACTS_ADDRESS_OTHER;
}

static bool socket_same(const struct facts_socket *a, const struct facts_socket *b)
{
	return a->port == b->port && a->family == b->family && a->l4 == b->l4 &&
	       a->address == b->address && a->interface == b->interface;
}

static void socket_add(struct listing *listing, struct facts_socket socket)
{
	struct facts_sockets *sockets = listing->sockets;

	for (size_t i = 0; i < sockets->n; i++) {
		if (socket_same(&sockets->sockets[i], &socket)) {
			return; /* several on one port, by SO_REUSEPORT */
		}
	}
	if (sockets->n == FACTS_SOCKETS_MAX) {
		listing->full = true;
		return;
	}
	sockets->sockets[sockets->n++] = socket;
}

/* ipv6(7): a socket of IPv6 takes IPv4 too, unless it says IPV6_V6ONLY. */
static bool v6_only(const struct nlmsghdr *message)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, message, sizeof(struct inet_diag_msg))
	{
		if (mnl_attr_get_type(attr) == INET_DIAG_SKV6ONLY &&
			mnl_attr_validate(attr, MNL_TYPE_U8) == 0) {
			return mnl_attr_get_u8(attr);
		}
	}
	return false;
}

static int on_socket(const struct nlmsghdr *message, void *data)
{
	struct listing *listing = data;
	const struct inet_diag_msg *diag = mnl_nlmsg_get_payload(message);
	struct facts_socket socket = {.family = 4};
	struct in6_addr address;

	if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
		mnl_nlmsg_get_payload_len(message) < sizeof(*diag)) {
		return MNL_CB_OK;
	}
	memcpy(&address, diag->id.idiag_src, sizeof(address));
	socket.port = ntohs(diag->id.idiag_sport);
	socket.l4 = listing->l4;
	socket.interface = diag->id.idiag_if;
	if (diag->idiag_family == AF_INET) {
		socket.address = address4(diag->id.idiag_src[0]);
	} else if (IN6_IS_ADDR_V4MAPPED(&address)) {
		socket.address = address4(diag->id.idiag_src[3]);
	} else {
		socket.family = 6;
		socket.address = address6(&address);
	}
	socket_add(listing, socket);
	if (socket.family == 6 && socket.address == FACTS_ADDRESS_ANY && !v6_only(message)) {
		socket.family = 4;
		socket_add(listing, socket);
	}
	return MNL_CB_OK;
}

/* A UDP socket that is connected takes packets of its one peer alone (udp(7)). */
static int sockets_ask(struct mnl_socket *netlink, struct listing *listing)
{
	char buf[256];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buf);
	struct inet_diag_req_v2 *wanted;

	request->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = 1;
	wanted = mnl_nlmsg_put_extra_header(request, sizeof(*wanted));
	wanted->sdiag_family = listing->family;
	wanted->sdiag_protocol = listing->l4;
	wanted->idiag_states = 1U << (listing->l4 == IPPROTO_TCP ? TCP_LISTEN : TCP_CLOSE);
	return netlink_ask(netlink, request, on_socket, listing);
}

static int outcome_of(int r, bool full)
{
	switch (r) {
	case 0:
		return full ? FACTS_E_LIMIT : 0;
	case -EPERM:
	case -EACCES:
		return FACTS_E_NOT_PERMITTED;
	case -EINVAL:
	case -ENOENT: /* the kernel has no such module */
	case -EOPNOTSUPP:
	case -EPROTONOSUPPORT:
		return FACTS_E_ABSENT;
	case -EINTR:
		return FACTS_E_LIMIT;
	default:
		return r;
	}
}

int facts_sockets_read(void *data, struct facts_sockets **ret_sockets)
{
	static const uint8_t families[] = {AF_INET, AF_INET6},
			     protocols[] = {IPPROTO_TCP, IPPROTO_UDP};
	cleanup(netlink_close_p) struct mnl_socket *netlink = NULL;
	cleanup(free_ptr) struct facts_sockets *sockets = calloc(1, sizeof(*sockets));
	struct listing listing = {.sockets = sockets};
	int r;

	(void)data;
	if (!sockets) {
		return -ENOMEM;
	}
	r = netlink_open(NETLINK_SOCK_DIAG, &netlink);
	for (size_t i = 0; i < ARRAY_LEN(families) * ARRAY_LEN(protocols) && r == 0; i++) {
		listing.family = families[i % 2];
		listing.l4 = protocols[i / 2];
		r = sockets_ask(netlink, &listing);
		if (r == -ENOENT && listing.family == AF_INET6) {
			r = 0; /* a kernel without IPv6 */
		}
	}
	r = outcome_of(r, listing.full);
	if (r == 0) {
		*ret_sockets = TAKE_PTR(sockets);
	}
	return r;
}
