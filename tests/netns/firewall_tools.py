# SPDX-License-Identifier: Apache-2.0
"""ufw and firewalld themselves: what Caretaker says of their rules against what arrives.

Each runs from Debian's package in the network namespace of the lab, with files of its own through a
mount namespace; firewalld has a bus of its own. The oracle is the kernel: probes of a peer that
arrive or do not. The peer stands for every stranger, save where a state names its address.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile

import firewall_lab
import tap

VERDICT, POLICY = sys.argv[1:3]
CONTROL = "fw.inbound-default-deny"
EVERYTHING = frozenset((family, protocol, port) for family in (4, 6) for protocol in ("tcp", "udp") for port in firewall_lab.PORTS)
FOLDERS = ("/etc/ufw", "/etc/default", "/etc/firewalld", "/usr/lib/ufw")
PRIVATE = """
for folder in {folders}; do
	[ -d "$folder" ] || continue
	mkdir -p "{base}$folder"
	cp -a "$folder/." "{base}$folder"
	mount --bind "{base}$folder" "$folder"
done
mount -t tmpfs none /run
mount -t tmpfs none /var/log
"""
BUS = """<busconfig>
<type>system</type>
<listen>unix:path=/run/bus</listen>
<auth>EXTERNAL</auth>
<policy context="default"><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/><allow eavesdrop="false"/></policy>
</busconfig>"""
DAEMON = """
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/bus
cat >/run/bus.conf <<'END'
{bus}
END
dbus-daemon --config-file=/run/bus.conf --fork --nopidfile --print-address
/usr/sbin/firewalld --nofork --nopid &
gdbus wait --system --timeout 60 org.fedoraproject.FirewallD1
firewall-cmd --state
"""


@contextlib.contextmanager
def in_force(lab, commands):
    """The rules after these commands; daemons end with their namespace of processes."""
    with tempfile.TemporaryDirectory(prefix="caretaker-fw-") as base:
        script = PRIVATE.format(folders=" ".join(FOLDERS), base=base) + commands + "\necho in-force\nread -r _ || true\n"
        words = ["ip", "netns", "exec", firewall_lab.HERE, "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
                 "sh", "-euc", script]
        lab.here("nft", "flush", "ruleset")
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as shell:
            said = []
            for line in shell.stdout:
                if line == "in-force\n":
                    break
                said.append(line)
            else:
                raise AssertionError("the tool failed: " + "".join(said[-12:]))
            try:
                yield
            finally:
                shell.stdin.close()
                shell.stdout.read()
    lab.here("nft", "flush", "ruleset")


def judge(lab):
    said = {}
    for line in lab.here(VERDICT, "fates", *map(str, firewall_lab.PORTS)).splitlines():
        family, protocol, port, fate = line.split()
        said[int(family), protocol, int(port)] = fate
    state, reason = lab.here(VERDICT, "verdict", POLICY, CONTROL).split()
    return said, state, reason


def look(lab, wanted, arriving, maybe, named):
    said, state, reason = judge(lab)
    came = lab.arrivals()
    tap.equal(sorted(came), sorted(arriving), "what arrived")
    for probe, fate in said.items():
        expected = "maybe" if probe in maybe else "accepted" if probe in came - named else "dropped"
        tap.equal(fate, expected, f"{probe}")
    tap.equal((state, reason), wanted, "verdict")


def case(name, commands, wanted, arriving=frozenset(), maybe=frozenset(), named=frozenset()):
    """named: arrives since a rule names the peer's address, which opens nothing to a stranger"""

    def test(lab):
        tool = name.split("_", 1)[0]
        if not shutil.which(tool):
            raise tap.Skip(f"{tool} is not installed")
        with in_force(lab, commands):
            look(lab, wanted, arriving, maybe, named)

    globals()[f"test_{name}"] = test


def probes(port, protocols=("tcp", "udp"), families=(4, 6)):
    return frozenset((family, protocol, port) for family in families for protocol in protocols)


def family_of(family):
    return frozenset(probe for probe in EVERYTHING if probe[0] == family)


def ufw(*rules, before="", enable=True):
    lines = [f"ufw {rule}" for rule in rules] + (["ufw --force enable"] if enable else ["ufw disable"])
    return before + "\n" + "\n".join(lines)


def firewalld(*words):
    return DAEMON.format(bus=BUS) + "\n".join(f"firewall-cmd {word}" for word in words)


DENIED, OPEN = ("pass", "firewall-denies"), ("fail", "firewall-open")
# ufw(8): without IPv6 it drops all of it save loopback
NO_IPV6 = "sed -i s/^IPV6=.*/IPV6=no/ /etc/default/ufw"
case("ufw_enabled", ufw(), DENIED)
case("ufw_allow_22", ufw("allow 22"), DENIED, probes(22))
case("ufw_allow_from_another", ufw("allow from 192.0.2.77", "allow from 2001:db8::77 to any port 443"), DENIED)
case("ufw_allow_from_the_peer", ufw("allow from 192.0.2.2"), DENIED, family_of(4), named=family_of(4))
case("ufw_limit_ssh", ufw("limit ssh"), DENIED, probes(22, ("tcp",)), probes(22, ("tcp",)))
case("ufw_default_allow", ufw("default allow incoming"), OPEN, EVERYTHING)
case("ufw_default_reject", ufw("default reject incoming"), DENIED)
case("ufw_without_ipv6", ufw("allow 22", before=NO_IPV6), DENIED, probes(22, families=(4,)))
case("ufw_disabled", ufw("allow 22", enable=False), OPEN, EVERYTHING)
case("ufw_enabled_then_disabled", ufw() + "\nufw disable", OPEN, EVERYTHING)
case("firewalld_public", firewalld(), DENIED, probes(22, ("tcp",)))
case("firewalld_drop", firewalld("--set-default-zone=drop"), DENIED)
case("firewalld_trusted", firewalld("--set-default-zone=trusted"), OPEN, EVERYTHING)
case("firewalld_interface_trusted", firewalld("--zone=trusted --add-interface=v0"), OPEN, EVERYTHING)
case("firewalld_services", firewalld("--add-service=https", "--add-port=4711/udp"), DENIED,
     probes(22, ("tcp",)) | probes(443, ("tcp",)) | probes(4711, ("udp",)))
case("firewalld_source_zone", firewalld("--zone=trusted --add-source=192.0.2.77"), DENIED, probes(22, ("tcp",)))
case("firewalld_panic", firewalld("--set-default-zone=trusted", "--panic-on"), DENIED)


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root")
        sys.exit(0)
    try:
        tap.run(sys.modules[__name__], firewall_lab.Lab())
    finally:
        firewall_lab.remove()
