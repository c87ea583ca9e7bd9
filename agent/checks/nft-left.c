/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-parts.h"

#include <netinet/in.h>
#include <string.h>

static const struct {
	const char *protocol;
	const char *field; /* NULL: every other one */
	struct nft_left left;
} payloads[] = {
	{"ah", NULL, {.never = true}},
	{"comp", NULL, {.never = true}},
	{"dccp", NULL, {.never = true}},
	{"esp", NULL, {.never = true}},
	{"icmp", NULL, {.never = true}},
	{"icmpv6", NULL, {.never = true}},
	{"igmp", NULL, {.never = true}},
	{"ip", "daddr", {NFT_LEFT_DESTINATION, .only_family = 4}},
	{"ip", "protocol", {NFT_LEFT_L4, .only_family = 4}},
	{"ip", "saddr", {NFT_LEFT_SOURCE, .only_family = 4}},
	{"ip", NULL, {NFT_LEFT_UNKNOWN, .only_family = 4}},
	{"ip6", "daddr", {NFT_LEFT_DESTINATION, .only_family = 6}},
	{"ip6", "nexthdr", {NFT_LEFT_L4, .only_family = 6}},
	{"ip6", "saddr", {NFT_LEFT_SOURCE, .only_family = 6}},
	{"ip6", NULL, {NFT_LEFT_UNKNOWN, .only_family = 6}},
	{"sctp", NULL, {.never = true}},
	{"tcp", "dport", {NFT_LEFT_PORT, .only_l4 = IPPROTO_TCP}},
	{"tcp", NULL, {NFT_LEFT_UNKNOWN, .only_l4 = IPPROTO_TCP}},
	{"th", "dport", {NFT_LEFT_PORT}},
	{"udp", "dport", {NFT_LEFT_PORT, .only_l4 = IPPROTO_UDP}},
	{"udp", NULL, {NFT_LEFT_UNKNOWN, .only_l4 = IPPROTO_UDP}},
	{"udplite", NULL, {.never = true}},
};

static const struct {
	const char *object, *key;
	enum nft_left_kind kind;
} keys[] = {
	{"ct", "direction", NFT_LEFT_CT_DIRECTION},
	{"ct", "state", NFT_LEFT_CT_STATE},
	{"ct", "status", NFT_LEFT_CT_STATUS},
	{"meta", "iif", NFT_LEFT_IIF},
	{"meta", "iifname", NFT_LEFT_IIF},
	{"meta", "l4proto", NFT_LEFT_L4},
	{"meta", "nfproto", NFT_LEFT_FAMILY},
	{"meta", "pkttype", NFT_LEFT_PKTTYPE},
	{"meta", "protocol", NFT_LEFT_FAMILY},
};

const char *nft_text(struct json_object *object, const char *name)
{
	struct json_object *member = NULL;

	if (!json_object_is_type(object, json_type_object) ||
		!json_object_object_get_ex(object, name, &member) ||
		!json_object_is_type(member, json_type_string)) {
		return NULL;
	}
	return json_object_get_string(member);
}

static struct nft_left left_payload(struct json_object *payload)
{
	const char *protocol = nft_text(payload, "protocol"), *field = nft_text(payload, "field");

	for (size_t i = 0; protocol && field && i < ARRAY_LEN(payloads); i++) {
		if (strcmp(payloads[i].protocol, protocol) == 0 &&
			(!payloads[i].field || strcmp(payloads[i].field, field) == 0)) {
			return payloads[i].left;
		}
	}
	return (struct nft_left){.kind = NFT_LEFT_UNKNOWN};
}

struct nft_left nft_left_parse(struct json_object *json)
{
	struct json_object *inner = NULL;
	struct nft_left left = {.kind = NFT_LEFT_UNKNOWN};

	if (!json_object_is_type(json, json_type_object)) {
		return left;
	}
	if (json_object_object_get_ex(json, "payload", &inner)) {
		return left_payload(inner);
	}
	if (json_object_object_get_ex(json, "fib", &inner)) {
		struct json_object *flags = NULL;
		const char *result = nft_text(inner, "result");

		json_object_object_get_ex(inner, "flags", &flags);
		if (json_object_is_type(flags, json_type_array) &&
			json_object_array_length(flags) == 1) {
			flags = json_object_array_get_idx(flags, 0);
		}
		if (result && strcmp(result, "type") == 0 &&
			json_object_is_type(flags, json_type_string) &&
			strcmp(json_object_get_string(flags), "daddr") == 0) {
			left.kind = NFT_LEFT_FIB_TYPE;
		}
		return left;
	}
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const char *key;

		if (!json_object_object_get_ex(json, keys[i].object, &inner)) {
			continue;
		}
		key = nft_text(inner, "key");
		if (key && strcmp(key, keys[i].key) == 0) {
			left.kind = keys[i].kind;
		}
	}
	return left;
}

enum nft_field nft_left_field(enum nft_left_kind kind)
{
	switch (kind) {
	case NFT_LEFT_PORT:
		return NFT_FIELD_PORT;
	case NFT_LEFT_L4:
		return NFT_FIELD_L4;
	case NFT_LEFT_FAMILY:
		return NFT_FIELD_FAMILY;
	case NFT_LEFT_IIF:
		return NFT_FIELD_IIF;
	case NFT_LEFT_UNKNOWN:
	case NFT_LEFT_CT_STATE:
	case NFT_LEFT_CT_STATUS:
	case NFT_LEFT_CT_DIRECTION:
	case NFT_LEFT_SOURCE:
	case NFT_LEFT_DESTINATION:
	case NFT_LEFT_PKTTYPE:
	case NFT_LEFT_FIB_TYPE:
		break;
	}
	return NFT_FIELD_CONST;
}
