# SPDX-License-Identifier: Apache-2.0
"""Real links, routes and rules: the verdict of vpn.full-tunnel against the kernel's own answers.

A network namespace gets a cable (veth) and a tunnel (tun, its far end held open by this test, or none),
and routes as VPN programs lay them. Whether all of the Internet is inside is asked of `ip route get`, for
addresses of this test's own choosing; nothing is sent anywhere.
"""

import ctypes
import fcntl
import ipaddress
import json
import os
import random
import struct
import subprocess
import sys
import tempfile

import tap

VERDICT = sys.argv[1]
LIBC = ctypes.CDLL(None, use_errno=True)
HERE = f"vpntest-{os.getpid()}"
TUNSETIFF, TUNSETPERSIST, IFF_TUN_NO_PI = 0x400454CA, 0x400454CB, 0x1001  # linux/if_tun.h
FULL, UNTRUSTED = "vpn.full-tunnel", "vpn.on-untrusted"

CABLE = """
link add cable type veth peer name far
link set far up
link set cable up
address add 192.0.2.2/24 dev cable
address add 2001:db8::2/64 dev cable nodad
route add default via 192.0.2.1
"""
CABLE6 = "-6 route add default via 2001:db8::1\n"
TUNNEL = """
link set vpn0 up
address add 198.51.100.2/32 dev vpn0
"""

# name: (verdict of vpn.full-tunnel, commands for ip(8))
LAYOUTS = {
    "all_inside": ("pass", CABLE + CABLE6 + TUNNEL + "route del default\n-6 route del default\nroute add default dev vpn0\n-6 route add default dev vpn0\n"),
    "two_halves": ("pass", CABLE + CABLE6 + TUNNEL + "route add 0.0.0.0/1 dev vpn0\nroute add 128.0.0.0/1 dev vpn0\n-6 route add ::/1 dev vpn0\n-6 route add 8000::/1 dev vpn0\n"),
    "one_half": ("fail", CABLE + TUNNEL + "route add 0.0.0.0/1 dev vpn0\n"),
    "ipv6_forgotten": ("fail", CABLE + CABLE6 + TUNNEL + "route add 0.0.0.0/1 dev vpn0\nroute add 128.0.0.0/1 dev vpn0\n"),
    "ipv6_without_a_way": ("pass", CABLE + TUNNEL + "route add 0.0.0.0/1 dev vpn0\nroute add 128.0.0.0/1 dev vpn0\n"),
    "ipv6_thrown_away": ("pass", CABLE + CABLE6 + TUNNEL + "route add 0.0.0.0/1 dev vpn0\nroute add 128.0.0.0/1 dev vpn0\n-6 route add blackhole default metric 1\n"),
    "ipv6_refused": ("pass", CABLE + CABLE6 + TUNNEL + "route add 0.0.0.0/1 dev vpn0\nroute add 128.0.0.0/1 dev vpn0\n-6 route add unreachable default metric 1\n"),
    "school_alone_inside": ("fail", CABLE + CABLE6 + TUNNEL + "route add 10.0.0.0/8 dev vpn0\n-6 route add fd00::/8 dev vpn0\n"),
    "table_of_its_own": ("pass", CABLE + CABLE6 + TUNNEL + "route add default dev vpn0 table 51820\nrule add not fwmark 51820 table 51820\nrule add table main suppress_prefixlength 0\n-6 route add default dev vpn0 table 51820\n-6 rule add not fwmark 51820 table 51820\n-6 rule add table main suppress_prefixlength 0\n"),
    "table_that_nothing_asks": ("fail", CABLE + TUNNEL + "route add default dev vpn0 table 51820\n"),
    "table_for_marked_packets": ("fail", CABLE + TUNNEL + "route add default dev vpn0 table 51820\nrule add fwmark 1 table 51820\n"),
    "worse_metric": ("fail", CABLE + TUNNEL + "route add default dev vpn0 metric 900\n"),
    "by_user": ("unknown", CABLE + TUNNEL + "route add default dev vpn0 table 7\nrule add uidrange 1000-60000 table 7\n"),
    "switched_off": ("na", CABLE + CABLE6 + "link set vpn0 down\n"),
}


def ip(*words):
    subprocess.run(["ip", "-n", HERE, *words], check=True, stdout=subprocess.DEVNULL)


def tunnel():
    """A tun device of the namespace with this process at its far end"""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    with open(f"/run/netns/{HERE}", "rb") as handle:
        enter(handle.fileno())
    try:
        end = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH", b"vpn0", IFF_TUN_NO_PI))
    finally:
        enter(home)
        os.close(home)
    return end


def enter(handle):
    if LIBC.setns(handle, 0x40000000) != 0:  # CLONE_NEWNET
        raise OSError(ctypes.get_errno(), "setns")


def addresses():
    """Public addresses from all over, the same ones each time"""
    chance = random.Random(4)
    found = []
    while len(found) < 24:
        one = ipaddress.IPv4Address(chance.randrange(1 << 24, 224 << 24))
        if one.is_global:
            found.append(str(one))
    return found + [f"2{chance.randrange(0x400, 0xC00):03x}:{chance.randrange(1, 0xFFFF):x}::1" for _ in range(12)]


def ways():
    """The links by which the kernel would send, for each address that has a way"""
    found = set()
    for address in addresses():
        done = subprocess.run(["ip", "-n", HERE, "-j", "route", "get", address], text=True, capture_output=True, check=False)
        if done.returncode == 0:
            found.update(route["dev"] for route in json.loads(done.stdout) if route.get("type", "unicast") == "unicast")
    return found


def policy(folder):
    path = os.path.join(folder, "policy.json")
    controls = {
        UNTRUSTED: {"on": True, "severity": "high", "interfaces": ["vpn0"], "trusted_wired": True},
        FULL: {"on": True, "severity": "medium", "full": True},
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"format": 1, "name": "test", "version": 1, "not_before": "2026-01-01", "expires": "9999-12-31",
                   "ownership": "school", "controls": controls}, file)
    return path


def judge(folder):
    """[state, reason] of both controls"""
    done = subprocess.run(["ip", "netns", "exec", HERE, VERDICT, "verdict", policy(folder), FULL, UNTRUSTED],
                          text=True, capture_output=True, check=True)
    return [line.split() for line in done.stdout.splitlines()]


def laid_out(commands, use, attached=True):
    subprocess.run(["ip", "netns", "add", HERE], check=True)
    end = None
    try:
        ip("link", "set", "lo", "up")
        end = tunnel()
        for line in filter(None, commands.splitlines()):
            ip(*line.split())
        if not attached:
            fcntl.ioctl(end, TUNSETPERSIST, 1)
            os.close(end)
            end = None
        with tempfile.TemporaryDirectory() as folder:
            use(judge(folder), ways())
    finally:
        if end is not None:
            os.close(end)
        subprocess.run(["ip", "netns", "del", HERE], check=False)


def case(name, expected, commands):
    def test():
        def look(verdicts, found):
            (state, reason), (other, _) = verdicts
            tap.equal(state, expected, f"verdict ({reason}), kernel sends by {found}")
            if state == "pass":
                tap.equal(found, {"vpn0"}, "ways of the kernel")
            elif state == "fail":
                assert found - {"vpn0"}, "the kernel sends nothing outside"
            tap.equal(other, "pass", UNTRUSTED)

        laid_out(commands, look)

    globals()[f"test_{name}"] = test


for _name, (_expected, _commands) in LAYOUTS.items():
    case(_name, _expected, _commands)


def test_nobody_at_the_far_end():
    def look(verdicts, _):
        tap.equal(verdicts, [["na", "vpn-off"], ["pass", "network-trusted"]])

    laid_out(CABLE + TUNNEL + "route add 0.0.0.0/1 dev vpn0\n", look, attached=False)


def test_no_network():
    laid_out("", lambda verdicts, _: tap.equal(verdicts, [["na", "vpn-off"], ["na", "no-network"]]))


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root")
        sys.exit(0)
    tap.run(sys.modules[__name__])
