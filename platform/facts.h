/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts that no file gives: asked of the kernel, or of a tool. The seam of the platform: a test
 * hands in its own table, platform/linux fills the real one.
 */
#pragma once

#include "base.h"
#include "json.h"
#include "own-files.h"

enum facts_outcome {
	FACTS_E_ABSENT = 1,    /* the machine has no such thing (no radio, no nftables) */
	FACTS_E_NOT_PERMITTED, /* the process lacks the right to see it */
	FACTS_E_LIMIT,	       /* more than the named maximum */
	FACTS_E_NO_TOOL,       /* it is there, what reads it is absent or failed */
};

#define FACTS_RADIOS_MAX 16
#define FACTS_IE_MAX 4096

/* One associated station interface. Elements are judged in memory and never kept. */
struct facts_wifi_link {
	uint8_t elements[FACTS_IE_MAX]; /* information elements of the associated BSS */
	size_t elements_len;		/* 0: connected, but the driver shows no elements */
	bool privacy;			/* capability bit 4 (IEEE 802.11-2020, 9.4.1.4) */
	/*
	 * Suite selector of the key in use with the access point (Table 9-149, 0x000fac04), which a
	 * network of several ciphers leaves open; 0: the driver does not tell, or there is none.
	 */
	uint32_t cipher;
	bool ad_hoc;   /* without an access point: no event tells when it is left */
	bool settling; /* joined this moment: a key may follow, and no event tells of it */
};
struct facts_wifi {
	struct facts_wifi_link links[FACTS_RADIOS_MAX];
	size_t n_links;
	bool has_radio; /* any station interface, associated or not */
};

/* Bytes on the heap */
struct facts_bytes {
	char *p;
	size_t len;
};
#define FACTS_FIREWALL_MAX ((size_t)16 << 20)
#define FACTS_SET_MAX ((size_t)1 << 20) /* of one set's elements, as messages */

#define FACTS_SOCKETS_MAX 4096

enum facts_address {
	FACTS_ADDRESS_ANY,
	FACTS_ADDRESS_LOOPBACK,
	FACTS_ADDRESS_GROUP, /* multicast */
	FACTS_ADDRESS_OTHER, /* one of this machine's own */
};
/* A TCP socket that listens, or a UDP one that takes packets from anybody. */
struct facts_socket {
	uint16_t port;
	uint8_t family; /* 4, 6; a socket for both families is listed once for each */
	uint8_t l4;	/* IPPROTO_TCP or IPPROTO_UDP */
	uint8_t address;
	uint32_t interface; /* index of the one it is bound to; 0 for any */
};
struct facts_sockets {
	struct facts_socket sockets[FACTS_SOCKETS_MAX];
	size_t n;
};

#define FACTS_NET_LINKS_MAX 256
#define FACTS_WAYS_MAX 16
#define FACTS_HANDSHAKE_NEVER 0
#define FACTS_HANDSHAKE_NOT_SEEN (-1)

/* A network interface. Its name is compared in memory and never kept. */
struct facts_net_link {
	char name[16]; /* IFNAMSIZ */
	char kind[16]; /* the kernel's word: "wireguard", "tun", "xfrm", "veth", ...; empty for
			  hardware */
	uint32_t index;
	bool up;	     /* switched on, and something is at the other end of it */
	int64_t handshake_s; /* of WireGuard, the last one: wall second, or one of the above */
};
/* How the kernel would send a packet to somewhere on the Internet */
struct facts_way {
	bool ipv6;
	uint32_t link; /* index of the interface it leaves by; 0: there is no way */
};
struct facts_network {
	struct facts_net_link links[FACTS_NET_LINKS_MAX];
	size_t n_links;
	struct facts_way ways[FACTS_WAYS_MAX]; /* to addresses all over it, by IPv4 and IPv6 */
	size_t n_ways;
	bool by_user; /* the ways may differ from person to person */
};

struct facts_live {
	void *data;
	/*
	 * The ruleset of nf_tables, as messages of nfnetlink: NEWTABLE, NEWCHAIN, NEWSET,
	 * NEWSETELEM, NEWRULE, all of one generation. A set past FACTS_SET_MAX ends with an
	 * NLMSG_OVERRUN that names it. The caller frees. FACTS_E_*
	 */
	int (*firewall)(void *data, struct facts_bytes *ret_messages);
	/*
	 * Tables of the older iptables (legacy-tables.h), by a process of their own: it is to be
	 * asked only when /proc/net/ip_tables_names or ip6_tables_names names one. FACTS_E_NO_TOOL
	 * when nobody answers, or not in time; FACTS_E_LIMIT past LEGACY_ALL_MAX. The caller frees.
	 */
	int (*legacy_firewall)(void *data, struct facts_bytes *ret_tables);
	/* Heap; free() it. FACTS_E_* */
	int (*sockets)(void *data, struct facts_sockets **ret_sockets);
	/* Heap; free() it. FACTS_E_* */
	int (*wifi)(void *data, struct facts_wifi **ret_wifi);
	/* Heap; free() it. FACTS_E_* */
	int (*network)(void *data, struct facts_network **ret_network);
	/*
	 * What rpm's database holds: a line "NAME<tab>EPOCH:VERSION-RELEASE<tab>ARCHITECTURE" for
	 * each package, terminated, on the heap. FACTS_E_*
	 */
	int (*rpm_packages)(void *data, char **ret_lines, size_t *ret_len);
	/* own_files_look on the list of this package. FACTS_E_ABSENT: there is none */
	int (*own_files)(void *data, struct own_files *ret_files);
};

/* The real ones (platform/linux). */
void facts_live_linux(struct facts_live *ret_live);
