/* SPDX-License-Identifier: Apache-2.0 */
#include "facts-parts.h"
#include "nl-ask.h"
#include "tool.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#define RULESET_MAX ((size_t)16 << 20)
#define RULESET_VALUES_MAX ((size_t)1 << 20) /* some ten thousand rules */
#define NFT_TIMEOUT_MS 10000

static int table_count(const struct nlmsghdr *message, void *data)
{
	size_t *n = data;

	if (message->nlmsg_type == (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWTABLE)) {
		(*n)++;
	}
	return MNL_CB_OK;
}

/*
 * nfnetlink.c: EPERM without CAP_NET_ADMIN; EINVAL when no subsystem nf_tables registers;
 * the socket itself is refused when the kernel has no netfilter netlink.
 */
static int tables_count(size_t *ret_n)
{
	cleanup(netlink_close_p) struct mnl_socket *socket = NULL;
	char buf[64];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *netfilter;
	size_t n = 0;
	int r;

	r = netlink_open(NETLINK_NETFILTER, &socket);
	if (r == -EPROTONOSUPPORT) {
		return FACTS_E_ABSENT;
	}
	if (r < 0) {
		return r;
	}
	request->nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETTABLE;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = 1;
	netfilter = mnl_nlmsg_put_extra_header(request, sizeof(*netfilter));
	netfilter->nfgen_family = NFPROTO_UNSPEC;
	netfilter->version = NFNETLINK_V0;
	netfilter->res_id = htons(0);
	r = netlink_ask(socket, request, table_count, &n);
	switch (r) {
	case 0:
		*ret_n = n;
		return 0;
	case -EPERM:
		return FACTS_E_NOT_PERMITTED;
	case -EINVAL:
	case -EOPNOTSUPP:
		return FACTS_E_ABSENT;
	default:
		return r;
	}
}

static int ruleset_list(struct json_object **ret_ruleset)
{
	static const char *const argv[] = {
		"/usr/sbin/nft", "--json", "--terse", "list", "ruleset", NULL};
	const struct tool tool = {
		.argv = argv,
		.input = -1,
		.timeout_ms = NFT_TIMEOUT_MS,
		.output_max = RULESET_MAX,
	};
	cleanup(free_ptr) char *output = NULL;
	size_t len = 0;
	int r;

	r = tool_run(&tool, &output, &len);
	switch (r) {
	case 0:
		break;
	case TOOL_E_LIMIT:
	case TOOL_E_TIMEOUT:
		return FACTS_E_LIMIT;
	case TOOL_E_ABSENT:
	case TOOL_E_FAILED:
		return FACTS_E_NO_TOOL;
	default:
		return r;
	}
	r = json_parse_bounded((struct span){output, len}, RULESET_VALUES_MAX, ret_ruleset, NULL);
	return r > 0 ? FACTS_E_NO_TOOL : r;
}

int facts_firewall_read(void *data, struct json_object **ret_ruleset)
{
	struct json_object *empty;
	size_t n = 0;
	int r;

	(void)data;
	r = tables_count(&n);
	if (r != 0) {
		return r;
	}
	if (n > 0) {
		return ruleset_list(ret_ruleset);
	}
	empty = json_object_new_object();
	if (!empty) {
		return -ENOMEM;
	}
	if (json_object_object_add(empty, "nftables", json_object_new_array()) < 0) {
		json_object_put(empty);
		return -ENOMEM;
	}
	*ret_ruleset = empty;
	return 0;
}
