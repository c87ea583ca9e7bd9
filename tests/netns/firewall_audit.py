# SPDX-License-Identifier: Apache-2.0
"""An older firewall from end to end: what `caretaker audit` says of it against what arrives.

Rules of iptables-legacy and ip6tables-legacy, alone and beside those of nft, are loaded by their own
tools; caretakerd judges them with caretaker-legacy, both kept by the supervisor with the filters and
capabilities that it gives them. The oracle is the kernel: probes of a peer that arrive or do not.
"""

import contextlib
import os
import pathlib
import select
import sys
import tempfile

import firewall_lab
import firewall_legacy
import supervised
import tap
import watching

DATA = os.path.abspath(sys.argv[1])
PROGRAMS = sys.argv[2:]
CONTROL = "fw.inbound-default-deny"


def load(lab, rules):
    lab.here("nft", "flush", "ruleset")
    firewall_legacy.flush(lab)
    for tool, text in rules.items():
        lab.here(*firewall_legacy.TOOLS[tool], text=text)


def open_by_packets(lab):
    """The rule, asked of the kernel: a door is open where most of the probes of one kind arrive."""
    came = lab.arrivals()
    kinds = {(family, protocol) for family in firewall_lab.ADDRESS for protocol in firewall_lab.PROTOCOL}
    return any(2 * sum(probe[:2] == kind for probe in came) > len(firewall_lab.PORTS) for kind in kinds)


TABLE = firewall_legacy.table
DROP = TABLE(policy="DROP")
NFT_DROPS = "table inet t { chain c { type filter hook input priority 10; policy drop; }; }\n"
NFT_TAKES = "table inet t { chain c { type filter hook input priority -10; accept; }; }\n"
USUAL = TABLE("-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", "-A INPUT -i lo -j ACCEPT",
              "-A INPUT -p tcp --dport 22 -j ACCEPT", policy="DROP")
CASES = {
    "both_families_drop": {4: DROP, 6: DROP},
    "as_a_school_writes_them": {4: USUAL, 6: USUAL},
    "ipv6_forgotten": {4: USUAL},
    "ipv4_forgotten": {6: USUAL},
    "by_a_chain_of_its_own": {
        family: TABLE("-A INPUT -j ours", "-A ours -p tcp --dport 443 -j ACCEPT", "-A ours -j REJECT", chains=("ours",))
        for family in (4, 6)},
    "drops_on_loopback_alone": {family: TABLE("-A INPUT -i lo -j DROP") for family in (4, 6)},
    "mangle_drops_what_filter_takes": {
        family: TABLE("-A INPUT -j DROP", name="mangle") + TABLE("-A INPUT -j ACCEPT") for family in (4, 6)},
    "nft_drops_what_legacy_takes": {4: TABLE("-A INPUT -j ACCEPT"), 6: TABLE("-A INPUT -j ACCEPT"), "nft": NFT_DROPS},
    "legacy_drops_what_nft_takes": {4: DROP, 6: DROP, "nft": NFT_TAKES},
    "neither_drops": {4: TABLE("-A INPUT -j ACCEPT"), "nft": NFT_TAKES},
    "nft_for_ipv6_and_legacy_for_ipv4": {
        4: USUAL, "nft": "table ip6 t { chain c { type filter hook input priority 0; policy drop; }; }\n"},
}


def case(name, rules):
    def test(lab, agent):
        load(lab, rules)
        wanted = ("fail", "firewall-open") if open_by_packets(lab) else ("pass", "firewall-denies")
        tap.equal(agent.verdict(CONTROL), wanted, "verdict")

    globals()[f"test_{name}"] = test


for case_name, case_rules in CASES.items():
    case(case_name, case_rules)


def test_the_cases_are_of_both_kinds(lab, agent):
    load(lab, CASES["both_families_drop"])
    tap.equal(open_by_packets(lab), False, "both drop")
    load(lab, CASES["ipv6_forgotten"])
    tap.equal(open_by_packets(lab), True, "one is forgotten")


def test_what_nobody_can_know_is_unknown(lab, agent):
    """A quota lets through until it is used up."""
    load(lab, {family: TABLE("-A INPUT -m quota --quota 1000000 -j ACCEPT", policy="DROP") for family in (4, 6)})
    tap.equal(agent.verdict(CONTROL), ("unknown", "rules-unclear"), "verdict")


def test_many_rules(lab, agent):
    """More than one packet between the processes"""
    rules = [f"-A INPUT -s 198.51.{i // 200}.{i % 200} -p tcp --dport 22 -j ACCEPT" for i in range(4000)]
    load(lab, {4: TABLE(*rules, policy="DROP"), 6: DROP})
    tap.equal((agent.verdict(CONTROL), open_by_packets(lab)), (("pass", "firewall-denies"), False), "verdict")


def test_more_rules_than_there_is_room_for_are_unknown(lab, agent):
    rules = [f"-A INPUT -s 198.51.{i // 200}.{i % 200} -p tcp --dport 22 -j ACCEPT" for i in range(30000)]
    load(lab, {4: TABLE(*rules, policy="DROP"), 6: DROP})
    tap.equal(agent.verdict(CONTROL), ("unknown", "evaluation-limit"), "verdict")
    load(lab, {4: DROP, 6: DROP})
    tap.equal(agent.verdict(CONTROL), ("pass", "firewall-denies"), "with few again")


def test_the_reader_reaches_nobody(lab, agent):
    """A socket of the network it may open; what it can do with that is to ask the kernel (proc_pid_status(5))."""
    agent.verdict(CONTROL)
    pid = agent.pid_of("caretaker-legacy")
    if pid is None:
        raise AssertionError("it is gone before its two seconds are over")
    status = dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)
    tap.equal([status[name] for name in ("CapEff", "CapBnd", "NoNewPrivs", "Seccomp")],
              [f"{1 << 12:016x}", f"{1 << 12:016x}", "1", "2"], "rights")  # CAP_NET_ADMIN


def test_it_goes_when_nobody_asks(lab, agent):
    agent.verdict(CONTROL)
    pid = agent.pid_of("caretaker-legacy")
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(pid)
        if not select.select([handle], [], [], 60)[0]:
            raise AssertionError("it stays")
        os.close(handle)
    tap.equal(agent.verdict(CONTROL), ("pass", "firewall-denies"), "asked again")


PROBE = """#!/usr/bin/python3
import errno, os, socket
ways = {
    "bind": lambda s: s.bind(("", 4711)),
    "connect": lambda s: s.connect(("127.0.0.1", 4711)),
    "sendmsg": lambda s: s.sendmsg([b"x"], [], 0, ("127.0.0.1", 4711)),
    "sendto": lambda s: s.sendto(b"x", ("127.0.0.1", 4711)),
}
said = []
for name, way in ways.items():
    try:
        way(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        said.append(name)
    except OSError as error:
        said.append(errno.errorcode[error.errno])
for family in (socket.AF_NETLINK, socket.AF_PACKET):
    try:
        socket.socket(family, socket.SOCK_RAW)
        said.append(family.name)
    except OSError as error:
        said.append(errno.errorcode[error.errno])
with open("/run/caretaker/probe.new", "w") as file:
    file.write(" ".join(said))
os.rename("/run/caretaker/probe.new", "/run/caretaker/probe")
"""


def test_whatever_runs_in_its_place_reaches_nobody(lab, agent):
    """A program that tries each way, started as caretaker-legacy is"""
    (agent.base / "libexec" / "probe").write_text(PROBE)
    (agent.base / "libexec" / "probe").chmod(0o755)
    (agent.base / "libexec" / "probe").rename(agent.base / "libexec" / "caretaker-legacy")
    run = agent.root / "run/caretaker"
    pid = agent.pid_of("caretaker-legacy")
    if pid:
        handle = os.pidfd_open(pid)
        select.select([handle], [], [], 60)
        os.close(handle)
    load(lab, {4: DROP, 6: DROP})
    tap.equal(agent.verdict(CONTROL), ("unknown", "old-firewall-unread"), "verdict")
    said = watching.until(run, lambda: (run / "probe").exists() and (run / "probe").read_text(), "the probe's answers")
    tap.equal(said, "EPERM EPERM EPERM EPERM EAFNOSUPPORT EAFNOSUPPORT", "its ways out")


def test_without_a_reader_it_is_unknown(lab, agent):
    load(lab, {4: DROP, 6: DROP})
    agent.inside("rm", "/run/caretaker/legacy.sock")
    tap.equal(agent.verdict(CONTROL), ("unknown", "old-firewall-unread"), "verdict")


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root")
        sys.exit(0)
    try:
        with tempfile.TemporaryDirectory(prefix="caretaker-audit-") as folder:
            os.chmod(folder, 0o755)
            namespace = firewall_lab.Lab()
            everything = supervised.Supervised(folder, PROGRAMS, DATA)
            try:
                tap.run(sys.modules[__name__], namespace, everything)
            finally:
                everything.stop()
    finally:
        firewall_lab.remove()
