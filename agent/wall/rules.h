/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of nftables of our own, for nft(8): what comes in unasked is dropped on every interface
 * but loopback and those of this machine's own guests. Let through: answers; the errors and the
 * questions of ICMP that a network needs (RFC 4890, 4.4); neighbours, routers and groups of IPv6;
 * what gives this machine its address (RFC 2131, RFC 8415). Loading it replaces it, in one
 * transaction.
 */
#pragma once

extern const char rules_table[];
extern const char rules_table_mdns[]; /* and neighbours may be found (RFC 6762, 3) */
extern const char rules_none[];	      /* takes the table away, also when there is none */
