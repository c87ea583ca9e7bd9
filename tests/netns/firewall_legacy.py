# SPDX-License-Identifier: Apache-2.0
"""Rulesets of the older iptables, as schools and distributions write them: tool, then its text.

A family that is not named keeps the empty tables, whose policy is to accept.
"""

import subprocess

import firewall_lab

TOOLS = {4: ("iptables-legacy-restore",), 6: ("ip6tables-legacy-restore",), "nft": ("nft", "-f", "-")}
LOW, MIDDLE, HIGH = sorted(firewall_lab.PORTS)[0], sorted(firewall_lab.PORTS)[len(firewall_lab.PORTS) // 2], max(firewall_lab.PORTS)


def table(*rules, policy="ACCEPT", name="filter", chains=(), hook="INPUT"):
    heads = [f":{hook} {policy} [0:0]"] + [f":{chain} - [0:0]" for chain in chains]
    return "\n".join([f"*{name}", *heads, *rules, "COMMIT", ""])


RULESETS = {
    "policy_drop": {4: table(policy="DROP")},
    "policy_drop_of_ipv6_alone": {6: table(policy="DROP")},
    "one_port": {4: table(f"-A INPUT -p tcp --dport {LOW} -j ACCEPT", policy="DROP")},
    "range_of_ports": {6: table(f"-A INPUT -p udp --dport {LOW}:{MIDDLE} -j ACCEPT", policy="DROP")},
    "list_of_ports": {4: table(f"-A INPUT -p tcp -m multiport --dports {LOW},{HIGH} -j DROP")},
    "all_but_one_port": {4: table(f"-A INPUT -p tcp ! --dport {MIDDLE} -j DROP")},
    "established_before": {
        4: table("-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", "-A INPUT -i lo -j ACCEPT",
                 f"-A INPUT -p tcp -m conntrack --ctstate NEW --dport {MIDDLE} -j ACCEPT", policy="DROP"),
    },
    "by_the_older_state": {6: table("-A INPUT -p udp -m state --state NEW -j DROP")},
    "jump_returns": {
        4: table("-A INPUT -p tcp -j ours", "-A INPUT -p udp -j DROP", f"-A ours -p tcp --dport {LOW} -j RETURN",
                 "-A ours -j DROP", chains=("ours",)),
    },
    "jump_to_a_later_chain_of_a_chain": {
        4: table("-A INPUT -j first", "-A first -p tcp -j second", f"-A second -p tcp --dport {HIGH} -j ACCEPT",
                 chains=("second", "first"), policy="DROP"),
    },
    "goto_does_not_come_back": {
        6: table("-A INPUT -p tcp -g ours", "-A INPUT -j ACCEPT", f"-A ours -p tcp --dport {LOW} -j ACCEPT",
                 chains=("ours",), policy="DROP"),
    },
    "reject": {4: table("-A INPUT -p tcp -j REJECT --reject-with tcp-reset"),
               6: table("-A INPUT -p udp -j REJECT --reject-with icmp6-port-unreachable")},
    "by_sender": {4: table("-A INPUT -s 198.51.100.0/24 -j DROP", "-A INPUT -p udp -j DROP")},
    "by_interface": {4: table("-A INPUT -i v+ -p tcp -j DROP", "-A INPUT -i lo -j DROP")},
    "raw_table_drops_first": {4: table("-A PREROUTING -p udp -j DROP", name="raw", hook="PREROUTING")},
    "mangle_drops_what_filter_takes": {
        4: table("-A INPUT -p tcp -j DROP", name="mangle") + table("-A INPUT -j ACCEPT"),
    },
    "nft_drops_what_legacy_takes": {
        4: table("-A INPUT -j ACCEPT"),
        "nft": "table inet t { chain c { type filter hook input priority 10; meta l4proto udp drop; }; }\n",
    },
    "legacy_drops_what_nft_takes": {
        6: table("-A INPUT -p tcp -j DROP"),
        "nft": "table inet t { chain c { type filter hook input priority -10; accept; }; }\n",
    },
}


def flush(lab):
    for tool in ("iptables-legacy-restore", "ip6tables-legacy-restore"):
        names = "/proc/net/ip_tables_names" if tool.startswith("iptables") else "/proc/net/ip6_tables_names"
        try:
            loaded = lab.here("cat", names).split()
        except subprocess.CalledProcessError:
            continue  # no module of it, no tables
        hooks = {"raw": "PREROUTING", "nat": "PREROUTING"}
        for name in loaded:
            lab.here(tool, text=table(name=name, hook=hooks.get(name, "INPUT")))
