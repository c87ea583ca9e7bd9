/* SPDX-License-Identifier: Apache-2.0 */
#include "nft-attr.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <string.h>

bool nft_attr_next(struct span *rest, uint16_t *ret_type, struct span *ret_value)
{
	struct nlattr head;
	size_t whole;

	if (rest->len < NLA_HDRLEN) {
		return false;
	}
	memcpy(&head, rest->p, sizeof(head));
	if (head.nla_len < NLA_HDRLEN || head.nla_len > rest->len) {
		return false;
	}
	*ret_type = head.nla_type & NLA_TYPE_MASK;
	*ret_value = (struct span){rest->p + NLA_HDRLEN, (size_t)head.nla_len - NLA_HDRLEN};
	whole = NLA_ALIGN((size_t)head.nla_len);
	whole = whole < rest->len ? whole : rest->len;
	rest->p += whole;
	rest->len -= whole;
	return true;
}

bool nft_attrs_parse(struct span list, struct span *ret_at, size_t n)
{
	struct span value;
	uint16_t type;

	for (size_t i = 0; i < n; i++) {
		ret_at[i] = (struct span){NULL, 0};
	}
	while (nft_attr_next(&list, &type, &value)) {
		if (type < n) {
			ret_at[type] = value;
		}
	}
	return list.len == 0;
}

uint32_t nft_attr_u32(struct span attr, uint32_t fallback)
{
	uint32_t n;

	if (attr.len != sizeof(n)) {
		return fallback;
	}
	memcpy(&n, attr.p, sizeof(n));
	return ntohl(n);
}

const char *nft_attr_text(struct span attr, size_t max)
{
	return attr.len > 0 && attr.len <= max && memchr(attr.p, '\0', attr.len) ? attr.p : NULL;
}
