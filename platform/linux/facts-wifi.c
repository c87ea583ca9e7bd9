/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nl80211: which station interfaces there are, and the elements of the network each is joined to
 * (linux/nl80211.h). No scan is made: only what the kernel already holds is dumped. Of the key in
 * use the cipher is taken; should a driver hand out the key with it, it is wiped unread.
 */
#include "facts-parts.h"
#include "nl-ask.h"

#include <linux/genetlink.h>
#include <linux/nl80211.h>
#include <string.h>

#define TRIES 5

struct station {
	uint32_t ifindex;
	bool connected; /* the kernel names a network for it */
};
struct stations {
	struct station items[FACTS_RADIOS_MAX];
	size_t n;
	bool more;
};

static int station_take(const struct nlmsghdr *message, void *data)
{
	struct stations *stations = data;
	struct station station = {0};
	uint32_t type = NL80211_IFTYPE_UNSPECIFIED;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr))
	{
		switch (mnl_attr_get_type(attr)) {
		case NL80211_ATTR_IFINDEX:
			station.ifindex = mnl_attr_validate(attr, MNL_TYPE_U32) == 0
						  ? mnl_attr_get_u32(attr)
						  : 0;
			break;
		case NL80211_ATTR_IFTYPE:
			type = mnl_attr_validate(attr, MNL_TYPE_U32) == 0 ? mnl_attr_get_u32(attr)
									  : type;
			break;
		case NL80211_ATTR_SSID: /* of a station: only while it is connected */
			station.connected = true;
			break;
		default:
			break;
		}
	}
	if (station.ifindex == 0 ||
		(type != NL80211_IFTYPE_STATION && type != NL80211_IFTYPE_P2P_CLIENT &&
			type != NL80211_IFTYPE_ADHOC)) {
		return MNL_CB_OK;
	}
	if (stations->n == FACTS_RADIOS_MAX) {
		stations->more = true;
		return MNL_CB_OK;
	}
	stations->items[stations->n++] = station;
	return MNL_CB_OK;
}

#define ADDRESS_LEN 6
#define SETTLING_S 30 /* an exchange of keys takes no longer, or fails */

struct bss_search {
	struct facts_wifi *wifi;
	uint8_t address[ADDRESS_LEN]; /* of the access point found last */
	bool found;
	bool more;
};

static void elements_set(struct facts_wifi_link *link, const struct nlattr *attr)
{
	size_t len = mnl_attr_get_payload_len(attr);

	if (len > 0 && len <= sizeof(link->elements)) {
		memcpy(link->elements, mnl_attr_get_payload(attr), len);
		link->elements_len = len;
	}
}

static uint32_t bss_status(const struct nlattr *bss)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, bss)
	{
		if (mnl_attr_get_type(attr) == NL80211_BSS_STATUS &&
			mnl_attr_validate(attr, MNL_TYPE_U32) == 0) {
			return mnl_attr_get_u32(attr);
		}
	}
	return UINT32_MAX;
}

/* The elements of the last frame, else those of the last beacon */
static void bss_read(const struct nlattr *bss, struct facts_wifi_link *link, uint8_t *address)
{
	const struct nlattr *attr, *beacon = NULL;

	mnl_attr_for_each_nested(attr, bss)
	{
		switch (mnl_attr_get_type(attr)) {
		case NL80211_BSS_BSSID:
			if (mnl_attr_get_payload_len(attr) == ADDRESS_LEN) {
				memcpy(address, mnl_attr_get_payload(attr), ADDRESS_LEN);
			}
			break;
		case NL80211_BSS_CAPABILITY:
			if (mnl_attr_validate(attr, MNL_TYPE_U16) == 0) {
				link->privacy = (mnl_attr_get_u16(attr) & 1U << 4) != 0;
			}
			break;
		case NL80211_BSS_INFORMATION_ELEMENTS:
			elements_set(link, attr);
			break;
		case NL80211_BSS_BEACON_IES:
			beacon = attr;
			break;
		default:
			break;
		}
	}
	if (link->elements_len == 0 && beacon) {
		elements_set(link, beacon);
	}
}

static int bss_take(const struct nlmsghdr *message, void *data)
{
	struct bss_search *search = data;
	struct facts_wifi_link *link;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr))
	{
		uint32_t status;

		if (mnl_attr_get_type(attr) != NL80211_ATTR_BSS) {
			continue;
		}
		status = bss_status(attr);
		if (status != NL80211_BSS_STATUS_ASSOCIATED &&
			status != NL80211_BSS_STATUS_IBSS_JOINED) {
			continue;
		}
		search->found = true;
		if (search->wifi->n_links == FACTS_RADIOS_MAX) {
			search->more = true;
			continue;
		}
		link = &search->wifi->links[search->wifi->n_links++];
		link->ad_hoc = status == NL80211_BSS_STATUS_IBSS_JOINED;
		bss_read(attr, link, search->address);
	}
	return MNL_CB_OK;
}

struct question {
	uint8_t command;
	uint16_t flags;
	uint32_t ifindex;	/* 0: every interface */
	const uint8_t *address; /* of the access point, or NULL */
};

static int ask(struct mnl_socket *socket, uint16_t family, const struct question *question,
	mnl_cb_t fn, void *data)
{
	char buf[128];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *generic;

	request->nlmsg_type = family;
	request->nlmsg_flags = NLM_F_REQUEST | question->flags;
	request->nlmsg_seq = 2;
	generic = mnl_nlmsg_put_extra_header(request, sizeof(*generic));
	generic->cmd = question->command;
	if (question->ifindex != 0) {
		mnl_attr_put_u32(request, NL80211_ATTR_IFINDEX, question->ifindex);
	}
	if (question->address) {
		mnl_attr_put(request, NL80211_ATTR_MAC, ADDRESS_LEN, question->address);
	}
	if (question->command == NL80211_CMD_GET_KEY) {
		mnl_attr_put_u8(request, NL80211_ATTR_KEY_IDX, 0);
	}
	return netlink_ask(socket, request, fn, data);
}

static void key_read(const struct nlattr *key, uint32_t *cipher)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, key)
	{
		if (mnl_attr_get_type(attr) == NL80211_KEY_CIPHER &&
			mnl_attr_validate(attr, MNL_TYPE_U32) == 0) {
			*cipher = mnl_attr_get_u32(attr);
		}
	}
}

static int key_take(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr))
	{
		if (mnl_attr_get_type(attr) == NL80211_ATTR_KEY) {
			key_read(attr, data);
		}
	}
	return MNL_CB_OK;
}

static int age_take(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attr, *info;
	uint32_t *age_s = data;

	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr))
	{
		if (mnl_attr_get_type(attr) != NL80211_ATTR_STA_INFO) {
			continue;
		}
		mnl_attr_for_each_nested(info, attr)
		{
			if (mnl_attr_get_type(info) == NL80211_STA_INFO_CONNECTED_TIME &&
				mnl_attr_validate(info, MNL_TYPE_U32) == 0) {
				*age_s = mnl_attr_get_u32(info);
			}
		}
	}
	return MNL_CB_OK;
}

/* Drivers that do not tell, and networks without a key, are no error. */
static void key_ask(struct mnl_socket *socket, uint16_t family, uint32_t ifindex,
	const uint8_t *address, struct facts_wifi_link *link)
{
	struct question key = {NL80211_CMD_GET_KEY, NLM_F_ACK, ifindex, address};
	struct question station = {NL80211_CMD_GET_STATION, NLM_F_ACK, ifindex, address};
	uint32_t age_s = UINT32_MAX;

	if (ask(socket, family, &key, key_take, &link->cipher) == -ENOENT &&
		ask(socket, family, &station, age_take, &age_s) == 0) {
		link->settling = age_s < SETTLING_S;
	}
}

static int station_read(struct mnl_socket *socket, uint16_t family, const struct station *station,
	struct facts_wifi *wifi)
{
	struct question scan = {NL80211_CMD_GET_SCAN, NLM_F_DUMP, station->ifindex, NULL};
	struct bss_search search = {.wifi = wifi};
	int r;

	r = ask(socket, family, &scan, bss_take, &search);
	if (r == -ENODEV) {
		return 0; /* unplugged since it was listed */
	}
	if (r < 0) {
		return r;
	}
	if (search.more) {
		return FACTS_E_LIMIT;
	}
	if (search.found) {
		key_ask(socket, family, station->ifindex, search.address,
			&wifi->links[wifi->n_links - 1]);
	}
	if (!search.found && station->connected) {
		if (wifi->n_links == FACTS_RADIOS_MAX) {
			return FACTS_E_LIMIT;
		}
		wifi->n_links++; /* connected, with nothing to see: elements_len stays 0 */
	}
	return 0;
}

static int read_once(struct facts_wifi **ret_wifi)
{
	cleanup(netlink_close_p) struct mnl_socket *socket = NULL;
	cleanup(free_ptr) struct facts_wifi *wifi = NULL;
	struct question interfaces = {NL80211_CMD_GET_INTERFACE, NLM_F_DUMP, 0, NULL};
	struct stations stations = {.n = 0};
	struct netlink_family family;
	int r = netlink_open(NETLINK_GENERIC, &socket);

	if (r < 0) {
		return r == -EPROTONOSUPPORT ? FACTS_E_ABSENT : r;
	}
	r = netlink_family_find(socket, NL80211_GENL_NAME, &family);
	if (r < 0) {
		return r == -ENOENT ? FACTS_E_ABSENT : r;
	}
	wifi = calloc(1, sizeof(*wifi));
	if (!wifi) {
		return -ENOMEM;
	}
	r = ask(socket, family.id, &interfaces, station_take, &stations);
	if (r < 0) {
		return r == -EPERM ? FACTS_E_NOT_PERMITTED : r;
	}
	if (stations.more) {
		return FACTS_E_LIMIT;
	}
	wifi->has_radio = stations.n > 0;
	for (size_t i = 0; i < stations.n; i++) {
		r = station_read(socket, family.id, &stations.items[i], wifi);
		if (r != 0) {
			return r == -EPERM ? FACTS_E_NOT_PERMITTED : r;
		}
	}
	*ret_wifi = TAKE_PTR(wifi);
	return 0;
}

int facts_wifi_read(void *data, struct facts_wifi **ret_wifi)
{
	int r = -EINTR;

	(void)data;
	/* What the radio hears changed between two parts of the answer (NLM_F_DUMP_INTR). */
	for (int tries = 0; tries < TRIES && r == -EINTR; tries++) {
		r = read_once(ret_wifi);
	}
	return r;
}
