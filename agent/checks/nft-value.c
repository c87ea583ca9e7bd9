/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-parts.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/*
 * An address range this narrow was opened to somebody in particular; a wider one, or anything of
 * link-local scope, may hold the stranger on the same café's network.
 */
#define PREFIX4_NARROW 24
#define PREFIX6_NARROW 64

static const struct {
	const char *name;
	uint32_t number;
} protocols[] = {
	{"ah", IPPROTO_AH},
	{"comp", IPPROTO_COMP},
	{"dccp", IPPROTO_DCCP},
	{"esp", IPPROTO_ESP},
	{"gre", IPPROTO_GRE},
	{"icmp", IPPROTO_ICMP},
	{"icmpv6", IPPROTO_ICMPV6},
	{"igmp", IPPROTO_IGMP},
	{"ipv6-icmp", IPPROTO_ICMPV6},
	{"sctp", IPPROTO_SCTP},
	{"tcp", IPPROTO_TCP},
	{"udp", IPPROTO_UDP},
	{"udplite", IPPROTO_UDPLITE},
};

bool nft_number(struct json_object *json, uint32_t *ret_number)
{
	int64_t n;

	if (!json_object_is_type(json, json_type_int)) {
		return false;
	}
	n = json_object_get_int64(json);
	if (n < 0 || n > UINT32_MAX) {
		return false;
	}
	*ret_number = (uint32_t)n;
	return true;
}

static bool protocol_of(struct json_object *json, uint32_t *ret_number)
{
	const char *name;

	if (nft_number(json, ret_number)) {
		return true;
	}
	if (!json_object_is_type(json, json_type_string)) {
		return false;
	}
	name = json_object_get_string(json);
	for (size_t i = 0; i < ARRAY_LEN(protocols); i++) {
		if (strcmp(protocols[i].name, name) == 0) {
			*ret_number = protocols[i].number;
			return true;
		}
	}
	return false;
}

static bool family_of(struct json_object *json, uint32_t *ret_number)
{
	const char *name =
		json_object_is_type(json, json_type_string) ? json_object_get_string(json) : "";

	if (strcmp(name, "ip") == 0 || strcmp(name, "ipv4") == 0) {
		*ret_number = 4;
	} else if (strcmp(name, "ip6") == 0 || strcmp(name, "ipv6") == 0) {
		*ret_number = 6;
	} else {
		return false;
	}
	return true;
}

/* Of a number, or of a range of two of them */
static bool range_of(struct json_object *json, bool (*one)(struct json_object *, uint32_t *),
	struct nft_value *value)
{
	struct json_object *pair = NULL;

	if (json_object_is_type(json, json_type_object)) {
		return json_object_object_get_ex(json, "range", &pair) &&
		       json_object_is_type(pair, json_type_array) &&
		       json_object_array_length(pair) == 2 &&
		       one(json_object_array_get_idx(pair, 0), &value->low) &&
		       one(json_object_array_get_idx(pair, 1), &value->high);
	}
	if (!one(json, &value->low)) {
		return false;
	}
	value->high = value->low;
	return true;
}

/* The packet asked about opens a connection: new, in its original direction. */
static enum nft_truth ct_state_truth(const char *word, const struct nft_ruleset *ruleset)
{
	if (ruleset->untracked) {
		return NFT_UNKNOWN;
	}
	if (strcmp(word, "new") == 0) {
		return NFT_YES;
	}
	return strcmp(word, "established") == 0 || strcmp(word, "related") == 0 ||
			       strcmp(word, "invalid") == 0 || strcmp(word, "untracked") == 0
		       ? NFT_NO
		       : NFT_UNKNOWN;
}

/* rtnetlink(7), types of a route: the packet asked about is for this machine. */
static enum nft_truth fib_truth(const char *word)
{
	static const char *const others[] = {"anycast", "blackhole", "broadcast", "multicast",
		"prohibit", "unicast", "unreachable"};

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (strcmp(word, others[i]) == 0) {
			return NFT_NO;
		}
	}
	return strcmp(word, "local") == 0 ? NFT_YES : NFT_UNKNOWN;
}

static enum nft_truth word_truth(
	enum nft_left_kind kind, const char *word, const struct nft_ruleset *ruleset)
{
	switch (kind) {
	case NFT_LEFT_CT_STATE:
		return ct_state_truth(word, ruleset);
	case NFT_LEFT_CT_STATUS:
		return strcmp(word, "dnat") == 0 && !ruleset->translated ? NFT_NO : NFT_UNKNOWN;
	case NFT_LEFT_CT_DIRECTION:
		return strcmp(word, "original") == 0 ? NFT_YES
		       : strcmp(word, "reply") == 0  ? NFT_NO
						     : NFT_UNKNOWN;
	case NFT_LEFT_PKTTYPE:
		return strcmp(word, "host") == 0 || strcmp(word, "unicast") == 0 ? NFT_YES
		       : strcmp(word, "broadcast") == 0 || strcmp(word, "multicast") == 0 ||
				       strcmp(word, "other") == 0
			       ? NFT_NO
			       : NFT_UNKNOWN;
	case NFT_LEFT_FIB_TYPE:
		return fib_truth(word);
	case NFT_LEFT_UNKNOWN:
	case NFT_LEFT_PORT:
	case NFT_LEFT_L4:
	case NFT_LEFT_FAMILY:
	case NFT_LEFT_IIF:
	case NFT_LEFT_SOURCE:
	case NFT_LEFT_DESTINATION:
		break;
	}
	return NFT_UNKNOWN;
}

/* "ADDRESS" or {"prefix": {"addr", "len"}}; the length is that of the address when there is none.
 */
static const char *address_of(struct json_object *json, int64_t *ret_len)
{
	struct json_object *prefix = NULL, *len = NULL;

	*ret_len = -1;
	if (json_object_is_type(json, json_type_string)) {
		return json_object_get_string(json);
	}
	if (!json_object_is_type(json, json_type_object) ||
		!json_object_object_get_ex(json, "prefix", &prefix) ||
		!json_object_is_type(prefix, json_type_object) ||
		!json_object_object_get_ex(prefix, "len", &len) ||
		!json_object_is_type(len, json_type_int)) {
		return NULL;
	}
	*ret_len = json_object_get_int64(len);
	return nft_text(prefix, "addr");
}

static enum nft_truth source_truth(const char *address, int64_t len)
{
	struct in6_addr six;
	struct in_addr four;

	if (len == 0) {
		return NFT_YES;
	}
	if (inet_pton(AF_INET, address, &four) == 1) {
		uint32_t host = ntohl(four.s_addr);

		if (host >> 24 == IN_LOOPBACKNET && (len < 0 || len >= 8)) {
			return NFT_NO; /* the kernel refuses it from outside: RFC 1122, 3.2.1.3 */
		}
		return (len < 0 || len >= PREFIX4_NARROW) && host >> 16 != 0xa9fe ? NFT_NO
										  : NFT_UNKNOWN;
	}
	if (inet_pton(AF_INET6, address, &six) == 1) {
		return (len < 0 || len >= PREFIX6_NARROW) &&
				       !(IN6_IS_ADDR_LINKLOCAL(&six) && len >= 0)
			       ? NFT_NO
			       : NFT_UNKNOWN;
	}
	return NFT_UNKNOWN;
}

/* The packet asked about goes to this machine alone: never to a group or to everybody. */
static enum nft_truth destination_truth(const char *address, int64_t len)
{
	struct in6_addr six;
	struct in_addr four;

	if (len == 0) {
		return NFT_YES;
	}
	if (inet_pton(AF_INET, address, &four) == 1) {
		return (IN_MULTICAST(ntohl(four.s_addr)) && (len < 0 || len >= 4)) ||
				       four.s_addr == INADDR_BROADCAST
			       ? NFT_NO
			       : NFT_UNKNOWN;
	}
	if (inet_pton(AF_INET6, address, &six) == 1) {
		return IN6_IS_ADDR_MULTICAST(&six) && (len < 0 || len >= 8) ? NFT_NO : NFT_UNKNOWN;
	}
	return NFT_UNKNOWN;
}

static enum nft_truth const_truth(
	enum nft_left_kind kind, struct json_object *json, const struct nft_ruleset *ruleset)
{
	const char *address;
	int64_t len;

	if (kind == NFT_LEFT_SOURCE || kind == NFT_LEFT_DESTINATION) {
		address = address_of(json, &len);
		if (!address || address[0] == '@') {
			return NFT_UNKNOWN;
		}
		return kind == NFT_LEFT_SOURCE ? source_truth(address, len)
					       : destination_truth(address, len);
	}
	if (!json_object_is_type(json, json_type_string)) {
		return NFT_UNKNOWN;
	}
	return word_truth(kind, json_object_get_string(json), ruleset);
}

bool nft_value_parse(enum nft_left_kind kind, struct json_object *json,
	const struct nft_ruleset *ruleset, struct nft_value *value)
{
	struct json_object *elem = NULL, *inner = NULL;

	/* An element with a comment, a counter or a timeout around it */
	if (json_object_is_type(json, json_type_object) &&
		json_object_object_get_ex(json, "elem", &elem) &&
		json_object_is_type(elem, json_type_object) &&
		json_object_object_get_ex(elem, "val", &inner)) {
		json = inner;
	}
	switch (nft_left_field(kind)) {
	case NFT_FIELD_PORT:
		return range_of(json, nft_number, value);
	case NFT_FIELD_L4:
		return range_of(json, protocol_of, value);
	case NFT_FIELD_FAMILY:
		return range_of(json, family_of, value);
	case NFT_FIELD_IIF:
		if (!json_object_is_type(json, json_type_string)) {
			return false;
		}
		value->name = json_object_get_string(json);
		return value->name[0] != '@';
	case NFT_FIELD_CONST:
		value->truth = const_truth(kind, json, ruleset);
		return true;
	}
	return false;
}
