/* SPDX-License-Identifier: Apache-2.0 */
#include "rules.h"

#define NONE                          \
	"table inet caretaker {\n}\n" \
	"delete table inet caretaker\n"

/* A queue of many rules would cost each packet more: what is most frequent stands first. */
#define BEGIN                                                                                \
	NONE "table inet caretaker {\n"                                                      \
	     " chain input {\n"                                                              \
	     "  type filter hook input priority filter + 5; policy drop;\n"                  \
	     "  ct state established,related accept\n"                                       \
	     "  iifname \"lo\" accept\n"                                                     \
	     "  ct state invalid drop\n"                                                     \
	     "  iifname \"docker*\" accept\n"                                                \
	     "  iifname \"incusbr*\" accept\n"                                               \
	     "  iifname \"lxcbr*\" accept\n"                                                 \
	     "  iifname \"lxdbr*\" accept\n"                                                 \
	     "  iifname \"podman*\" accept\n"                                                \
	     "  iifname \"virbr*\" accept\n"                                                 \
	     "  icmp type { destination-unreachable, echo-request, time-exceeded, "          \
	     "parameter-problem } accept\n"                                                  \
	     "  icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, "      \
	     "parameter-problem, echo-request, mld-listener-query, mld-listener-report, "    \
	     "mld-listener-done, nd-router-solicit, nd-router-advert, nd-neighbor-solicit, " \
	     "nd-neighbor-advert, nd-redirect, mld2-listener-report } accept\n"              \
	     "  meta l4proto igmp accept\n"                                                  \
	     "  meta nfproto ipv4 udp sport 67 udp dport 68 accept\n"                        \
	     "  ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept\n"
#define MDNS                                             \
	"  ip daddr 224.0.0.251 udp dport 5353 accept\n" \
	"  ip6 daddr ff02::fb udp dport 5353 accept\n"
#define END " }\n}\n"

const char rules_table[] = BEGIN END;
const char rules_table_mdns[] = BEGIN MDNS END;
const char rules_none[] = NONE;
