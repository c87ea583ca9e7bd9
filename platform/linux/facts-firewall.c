/* SPDX-License-Identifier: Apache-2.0 */
#include "facts-parts.h"
#include "nl-ask.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#define TRIES_MAX 8 /* while somebody else changes the rules */
#define REQUEST_SIZE 640
#define NAME_SIZE 256 /* NFT_NAME_MAXLEN */
#define NFT(message) (NFNL_SUBSYS_NFTABLES << 8 | (message))

struct dump {
	struct mnl_socket *socket;
	struct facts_bytes messages;
	size_t cap;
	size_t left; /* of what may still be taken in the present request */
	uint32_t generation;
	int failure;
};

static void dump_finish(struct dump *dump)
{
	netlink_close_p(&dump->socket);
	free(dump->messages.p);
}

static int bytes_add(struct dump *dump, const void *bytes, size_t len)
{
	size_t needed = dump->messages.len + len;

	if (needed > FACTS_FIREWALL_MAX) {
		return FACTS_E_LIMIT;
	}
	if (needed > dump->cap) {
		size_t cap = needed * 2;
		char *grown = realloc(dump->messages.p, cap);

		if (!grown) {
			return -ENOMEM;
		}
		dump->messages.p = grown;
		dump->cap = cap;
	}
	memcpy(dump->messages.p + dump->messages.len, bytes, len);
	dump->messages.len = needed;
	return 0;
}

static int on_message(const struct nlmsghdr *message, void *data)
{
	struct dump *dump = data;
	size_t len = MNL_ALIGN(message->nlmsg_len);

	if (message->nlmsg_type >> 8 != NFNL_SUBSYS_NFTABLES) {
		return MNL_CB_OK;
	}
	if (len > dump->left) {
		dump->failure = FACTS_E_LIMIT;
		return MNL_CB_STOP;
	}
	dump->left -= len;
	dump->failure = bytes_add(dump, message, len);
	return dump->failure == 0 ? MNL_CB_OK : MNL_CB_STOP;
}

static struct nlmsghdr *request_put(char *buf, uint16_t type, uint16_t flags, uint8_t family)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *netfilter;

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | flags;
	request->nlmsg_seq = 1;
	netfilter = mnl_nlmsg_put_extra_header(request, sizeof(*netfilter));
	netfilter->nfgen_family = family;
	netfilter->version = NFNETLINK_V0;
	netfilter->res_id = htons(0);
	return request;
}

static int dump_ask(struct dump *dump, struct nlmsghdr *request, size_t max)
{
	int r;

	dump->left = max;
	dump->failure = 0;
	r = netlink_ask(dump->socket, request, on_message, dump);
	return r != 0 ? r : dump->failure;
}

static int on_generation(const struct nlmsghdr *message, void *data)
{
	uint32_t *generation = data;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, message, sizeof(struct nfgenmsg))
	{
		if (mnl_attr_get_type(attr) == NFTA_GEN_ID &&
			mnl_attr_validate(attr, MNL_TYPE_U32) == 0) {
			*generation = ntohl(mnl_attr_get_u32(attr));
		}
	}
	return MNL_CB_OK;
}

static int generation_ask(struct dump *dump, uint32_t *ret_generation)
{
	char buf[REQUEST_SIZE];

	return netlink_ask(dump->socket,
		request_put(buf, NFT(NFT_MSG_GETGEN), NLM_F_ACK, NFPROTO_UNSPEC), on_generation,
		ret_generation);
}

/* A dump that is left amid its way needs another socket: the rest of it would still come. */
static int socket_open(struct dump *dump)
{
	netlink_close_p(&dump->socket);
	dump->socket = NULL;
	return netlink_open(NETLINK_NETFILTER, &dump->socket);
}

struct set_name {
	uint8_t family;
	char table[NAME_SIZE], name[NAME_SIZE];
};

static bool set_name_read(const struct nlmsghdr *message, struct set_name *ret_name)
{
	const struct nfgenmsg *netfilter = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;
	struct set_name name = {.family = netfilter->nfgen_family};

	mnl_attr_for_each(attr, message, sizeof(*netfilter))
	{
		uint16_t type = mnl_attr_get_type(attr);
		char *to = type == NFTA_SET_TABLE  ? name.table
			   : type == NFTA_SET_NAME ? name.name
						   : NULL;

		if (to && mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == 0 &&
			mnl_attr_get_payload_len(attr) <= NAME_SIZE) {
			memcpy(to, mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr));
		}
	}
	*ret_name = name;
	return name.table[0] && name.name[0];
}

static int elements_cut(struct dump *dump, const struct nlmsghdr *request)
{
	char buf[REQUEST_SIZE];
	struct nlmsghdr *overrun = (struct nlmsghdr *)(void *)buf;
	int r;

	memcpy(buf, request, request->nlmsg_len);
	overrun->nlmsg_type = NLMSG_OVERRUN;
	r = bytes_add(dump, buf, MNL_ALIGN(overrun->nlmsg_len));
	return r != 0 ? r : socket_open(dump);
}

/* The kernel lists elements set by set (nf_tables_api.c). */
static int elements_ask(struct dump *dump, const struct set_name *name)
{
	char buf[REQUEST_SIZE] = {0};
	struct nlmsghdr *request =
		request_put(buf, NFT(NFT_MSG_GETSETELEM), NLM_F_DUMP, name->family);
	int r;

	mnl_attr_put_strz(request, NFTA_SET_ELEM_LIST_TABLE, name->table);
	mnl_attr_put_strz(request, NFTA_SET_ELEM_LIST_SET, name->name);
	r = dump_ask(dump, request, FACTS_SET_MAX);
	return r == FACTS_E_LIMIT ? elements_cut(dump, request) : r;
}

static int all_elements_ask(struct dump *dump, size_t first, size_t end)
{
	int r = 0;

	for (size_t at = first; at < end && r == 0;) {
		struct nlmsghdr head;
		struct set_name name;

		memcpy(&head, dump->messages.p + at, sizeof(head));
		/* The buffer moves while it grows. */
		if (set_name_read((const void *)(dump->messages.p + at), &name)) {
			r = elements_ask(dump, &name);
		}
		at += MNL_ALIGN(head.nlmsg_len);
	}
	return r;
}

static int ruleset_ask(struct dump *dump)
{
	static const uint16_t kinds[] = {
		NFT_MSG_GETTABLE, NFT_MSG_GETCHAIN, NFT_MSG_GETRULE, NFT_MSG_GETSET};
	char buf[REQUEST_SIZE];
	size_t sets = 0;
	int r = 0;

	dump->messages.len = 0;
	for (size_t i = 0; i < ARRAY_LEN(kinds) && r == 0; i++) {
		sets = dump->messages.len;
		r = dump_ask(dump, request_put(buf, NFT(kinds[i]), NLM_F_DUMP, NFPROTO_UNSPEC),
			FACTS_FIREWALL_MAX);
		if (r == 0 && dump->messages.len == 0) {
			return 0; /* no table: nothing else either */
		}
	}
	return r != 0 ? r : all_elements_ask(dump, sets, dump->messages.len);
}

/* nf_tables_api.c: a dump that a change interrupts says so, as EINTR. */
static int ruleset_try(struct dump *dump, bool *ret_changed)
{
	uint32_t before = 0, after = 0;
	int r = generation_ask(dump, &before);

	if (r == 0) {
		r = ruleset_ask(dump);
	}
	if (r == 0) {
		r = generation_ask(dump, &after);
	}
	*ret_changed = r == -EINTR || r == -ENOENT || (r == 0 && before != after);
	return r;
}

/*
 * nfnetlink.c: EPERM without CAP_NET_ADMIN; EINVAL when no subsystem nf_tables registers;
 * the socket itself is refused when the kernel has no netfilter netlink.
 */
static int outcome_of(int r)
{
	switch (r) {
	case -EPERM:
		return FACTS_E_NOT_PERMITTED;
	case -EINVAL:
	case -EOPNOTSUPP:
	case -EPROTONOSUPPORT:
	case -EAFNOSUPPORT:
		return FACTS_E_ABSENT;
	case -EINTR:
	case -ENOENT:
		return FACTS_E_LIMIT;
	default:
		return r;
	}
}

int facts_firewall_read(void *data, struct facts_bytes *ret_messages)
{
	cleanup(dump_finish) struct dump dump = {.socket = NULL};
	bool changed = true;
	int r = 0;

	(void)data;
	for (unsigned i = 0; i < TRIES_MAX && changed; i++) {
		r = socket_open(&dump);
		if (r != 0) {
			return outcome_of(r);
		}
		r = ruleset_try(&dump, &changed);
	}
	if (changed) {
		return FACTS_E_LIMIT;
	}
	if (r != 0) {
		return outcome_of(r);
	}
	*ret_messages = dump.messages;
	dump.messages = (struct facts_bytes){.p = NULL};
	return 0;
}
