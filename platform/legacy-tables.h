/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of the older iptables as caretaker-legacy hands them over: for each table this head, then
 * `size` bytes of entries as the kernel gives them (struct ipt_entry of linux/netfilter_ipv4/
 * ip_tables.h, struct ip6t_entry of netfilter_ipv6/ip6_tables.h). Both ends run on one machine.
 *
 * The answer comes as packets (SOCK_SEQPACKET): a struct legacy_answer, then, unless it tells an
 * error, `size` bytes in packets of at most LEGACY_PACKET_MAX. All of them or it counts for
 * nothing: a ruleset without its end would be another ruleset.
 */
#pragma once

#include <stdint.h>

#define LEGACY_NAME_SIZE 32 /* XT_TABLE_MAXNAMELEN */
#define LEGACY_HOOKS 5	    /* NF_INET_NUMHOOKS */
#define LEGACY_TABLES_MAX 16
#define LEGACY_TABLE_MAX ((uint32_t)4 << 20)
#define LEGACY_ALL_MAX ((uint32_t)4 << 20) /* heads and entries of all tables */
#define LEGACY_PACKET_MAX 32768

struct legacy_answer {
	int32_t error; /* 0, or an errno: E2BIG past LEGACY_ALL_MAX */
	uint32_t size;
};

struct legacy_table {
	uint32_t family; /* 4 or 6 */
	char name[LEGACY_NAME_SIZE];
	uint32_t valid_hooks; /* a bit for each hook number */
	uint32_t hook_entry[LEGACY_HOOKS];
	uint32_t underflow[LEGACY_HOOKS];
	uint32_t size;
};
