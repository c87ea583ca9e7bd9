/* SPDX-License-Identifier: Apache-2.0 */
#include "nl-ask.h"

#include <linux/genetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

void netlink_close_p(struct mnl_socket **socket)
{
	if (*socket) {
		mnl_socket_close(*socket);
	}
}

int netlink_open(int bus, struct mnl_socket **ret_socket)
{
	cleanup(netlink_close_p) struct mnl_socket *socket = mnl_socket_open2(bus, SOCK_CLOEXEC);
	const struct timeval limit = {.tv_sec = NETLINK_TIMEOUT_S};

	if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
		setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVTIMEO, &limit,
			sizeof(limit)) < 0) {
		return -errno;
	}
	*ret_socket = TAKE_PTR(socket);
	return 0;
}

static int answers_take(struct mnl_socket *socket, const struct nlmsghdr *request, char *buf,
	mnl_cb_t fn, void *data)
{
	unsigned port = mnl_socket_get_portid(socket);
	int r = MNL_CB_OK;

	while (r > MNL_CB_STOP) {
		ssize_t n = mnl_socket_recvfrom(socket, buf, NETLINK_BUF_SIZE);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return -errno;
		}
		r = mnl_cb_run(buf, (size_t)n, request->nlmsg_seq, port, fn, data);
		if (r < 0) {
			return errno ? -errno : -EIO;
		}
	}
	return 0;
}

int netlink_ask(struct mnl_socket *socket, struct nlmsghdr *request, mnl_cb_t fn, void *data)
{
	cleanup(free_ptr) char *buf = malloc(NETLINK_BUF_SIZE);
	int r;

	if (!buf) {
		return -ENOMEM;
	}
	if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0) {
		return -errno;
	}
	r = answers_take(socket, request, buf, fn, data);
	explicit_bzero(buf, NETLINK_BUF_SIZE); /* names of networks, at worst a key */
	return r;
}

static void family_take_group(struct netlink_family *family, const struct nlattr *group)
{
	const struct nlattr *attr;
	const char *name = NULL;
	uint32_t id = 0;

	mnl_attr_for_each_nested(attr, group)
	{
		uint16_t type = mnl_attr_get_type(attr);

		if (type == CTRL_ATTR_MCAST_GRP_NAME &&
			mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == 0) {
			name = mnl_attr_get_str(attr);
		} else if (type == CTRL_ATTR_MCAST_GRP_ID &&
			   mnl_attr_validate(attr, MNL_TYPE_U32) == 0) {
			id = mnl_attr_get_u32(attr);
		}
	}
	if (name && strcmp(name, "config") == 0) {
		family->group_config = id;
	} else if (name && strcmp(name, "mlme") == 0) {
		family->group_mlme = id;
	}
}

static int family_take(const struct nlmsghdr *message, void *data)
{
	struct netlink_family *family = data;
	const struct nlattr *attr, *group;

	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr))
	{
		uint16_t type = mnl_attr_get_type(attr);

		if (type == CTRL_ATTR_FAMILY_ID && mnl_attr_validate(attr, MNL_TYPE_U16) == 0) {
			family->id = mnl_attr_get_u16(attr);
		} else if (type == CTRL_ATTR_MCAST_GROUPS) {
			mnl_attr_for_each_nested(group, attr)
			{
				family_take_group(family, group);
			}
		}
	}
	return MNL_CB_OK;
}

int netlink_family_find(
	struct mnl_socket *socket, const char *name, struct netlink_family *ret_family)
{
	char buf[256];
	struct netlink_family family = {0};
	struct nlmsghdr *request = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *generic;
	int r;

	request->nlmsg_type = GENL_ID_CTRL;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	request->nlmsg_seq = 1;
	generic = mnl_nlmsg_put_extra_header(request, sizeof(*generic));
	generic->cmd = CTRL_CMD_GETFAMILY;
	generic->version = 1;
	mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, name);
	r = netlink_ask(socket, request, family_take, &family);
	if (r < 0) {
		return r;
	}
	if (family.id == 0) {
		return -ENOENT;
	}
	*ret_family = family;
	return 0;
}
