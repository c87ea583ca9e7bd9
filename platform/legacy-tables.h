/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of the older iptables as caretaker-legacy hands them over: for each table this head, then
 * `size` bytes of entries as the kernel gives them (struct ipt_entry of linux/netfilter_ipv4/
 * ip_tables.h, struct ip6t_entry of netfilter_ipv6/ip6_tables.h). Both ends run on one machine.
 */
#pragma once

#include <stdint.h>

#define LEGACY_NAME_SIZE 32 /* XT_TABLE_MAXNAMELEN */
#define LEGACY_HOOKS 5	    /* NF_INET_NUMHOOKS */
#define LEGACY_TABLES_MAX 16
#define LEGACY_TABLE_MAX ((uint32_t)4 << 20)

struct legacy_table {
	uint32_t family; /* 4 or 6 */
	char name[LEGACY_NAME_SIZE];
	uint32_t valid_hooks; /* a bit for each hook number */
	uint32_t hook_entry[LEGACY_HOOKS];
	uint32_t underflow[LEGACY_HOOKS];
	uint32_t size;
};
