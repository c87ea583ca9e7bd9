/* SPDX-License-Identifier: Apache-2.0 */
/* What facts and watches share of netlink(7): one request with its answers, and generic families.
 */
#pragma once

#include "base.h"

#include <libmnl/libmnl.h>
#include <linux/netlink.h>

#define NETLINK_BUF_SIZE ((size_t)32 << 10)
#define NETLINK_TIMEOUT_S 5

void netlink_close_p(struct mnl_socket **socket);
/* Bound, CLOEXEC, with a receive time limit. -errno */
must_check int netlink_open(int bus, struct mnl_socket **ret_socket);
/*
 * Sends a request and gives each answer to fn until the dump's end or the acknowledgement. What
 * came is wiped: WireGuard's answers hold keys.
 */
must_check int netlink_ask(
	struct mnl_socket *socket, struct nlmsghdr *request, mnl_cb_t fn, void *data);

struct netlink_family {
	uint16_t id;
	uint32_t group_config; /* multicast groups by name; 0 when the family lacks one */
	uint32_t group_mlme;
};
/* -ENOENT when the kernel has no such generic netlink family */
must_check int netlink_family_find(
	struct mnl_socket *socket, const char *name, struct netlink_family *ret_family);
