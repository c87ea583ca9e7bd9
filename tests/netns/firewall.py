# SPDX-License-Identifier: Apache-2.0
"""Real rulesets, real packets: the verdict of fw.inbound-default-deny against what arrives.

Two network namespaces joined by a veth pair. In the one a ruleset is loaded by nft and judged; from the
other one TCP SYN and UDP packets are sent, by IPv4 and IPv6, to ports that no rule names. A frame of
an unused type sent behind each of them shows when it has been dealt with, so nothing waits for time.
"""

import ctypes
import os
import socket
import subprocess
import sys

import tap

VERDICT, POLICY = sys.argv[1:3]
HERE, THERE = f"fwtest-{os.getpid()}-a", f"fwtest-{os.getpid()}-b"
MARK = 0x88B5  # IEEE 802, local experimental ethertype
PORTS = (7, 4711, 23456, 40000, 61000)
ADDRESS = {socket.AF_INET: ("192.0.2.1", "192.0.2.2"), socket.AF_INET6: ("2001:db8::1", "2001:db8::2")}

# name: (expected state, ruleset)
RULESETS = {
    "drop-policy": (
        "pass",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
}
}""",
    ),
    "drop-policy-ssh": (
        "pass",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  tcp dport 22 accept
}
}""",
    ),
    "drop-policy-set": (
        "pass",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  tcp dport { 22, 80, 443, 1714-1764 } accept
  udp dport 5353 accept
}
}""",
    ),
    "icmp-allowed": (
        "pass",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  meta l4proto { icmp, ipv6-icmp } accept
  ip protocol icmp accept
}
}""",
    ),
    "accept-policy": (
        "fail",
        r"""table inet filter { chain input { type filter hook input priority 0; policy accept;
}
}""",
    ),
    "accept-policy-final-drop": (
        "pass",
        r"""table inet filter { chain input { type filter hook input priority 0; policy accept; iif lo accept; ct state vmap { established : accept, related : accept, invalid : drop
}; tcp dport 22 accept; reject
}
}""",
    ),
    "only-forward": (
        "fail",
        r"""table inet filter { chain forward { type filter hook forward priority 0; policy drop;
}
}""",
    ),
    "only-ipv4": (
        "fail",
        r"""table ip filter { chain input { type filter hook input priority 0; policy drop; ct state established accept;
}
}""",
    ),
    "both-families": (
        "pass",
        r"""table ip f { chain i { type filter hook input priority 0; policy drop;
}
}
table ip6 f { chain i { type filter hook input priority 0; policy drop;
}
}""",
    ),
    "wide-range": (
        "fail",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  tcp dport 1024-65535 accept
}
}""",
    ),
    "not-equal": (
        "fail",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  tcp dport != 22 accept
}
}""",
    ),
    "greater": (
        "fail",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  udp dport > 1023 accept
}
}""",
    ),
    "udp-open": (
        "fail",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  meta l4proto udp accept
}
}""",
    ),
    "new-accepted": (
        "fail",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  ct state new accept
}
}""",
    ),
    "jump": (
        "pass",
        r"""table inet f { chain svc { tcp dport 22 accept; return;
}
 chain never { accept;
}
 chain input { type filter hook input priority 0; policy drop; ct state established accept; jump svc; iifname "lo" goto never
}
}""",
    ),
    "jump-open": (
        "fail",
        r"""table inet f { chain svc { accept;
}
 chain input { type filter hook input priority 0; policy drop; iifname "v*" jump svc
}
}""",
    ),
    "goto-returns-to-policy": (
        "pass",
        r"""table inet f { chain svc { tcp dport 22 accept;
}
 chain input { type filter hook input priority 0; policy drop; goto svc; accept
}
}""",
    ),
    "two-base-chains": (
        "pass",
        r"""table inet a { chain i { type filter hook input priority -10; policy accept; accept
}
}
table inet b { chain i { type filter hook input priority 10; policy drop;
}
}""",
    ),
    "prerouting-drop": (
        "pass",
        r"""table inet a { chain p { type filter hook prerouting priority -150; policy drop; ct state established accept; iif lo accept
}
}""",
    ),
    "vmap-protocol": (
        "fail",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  meta l4proto vmap { tcp : accept, udp : drop
}

}
}""",
    ),
    "vmap-port": (
        "pass",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  tcp dport vmap { 22 : accept, 23 : drop, 80-90 : accept
}

}
}""",
    ),
    "other-interface": (
        "pass",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  iifname "wg0" accept
}
}""",
    ),
    "this-interface": (
        "fail",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  iifname { "v0", "x1" } accept
}
}""",
    ),
    "source-host": (
        "pass",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  ip saddr 192.0.2.77 accept
}
}""",
    ),
    "source-any": (
        "fail",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  ip saddr 0.0.0.0/0 tcp dport != 1 accept
}
}""",
    ),
    "source-wide": (
        "unknown",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  ip saddr 10.0.0.0/8 accept
}
}""",
    ),
    "source-port": (
        "unknown",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  udp sport 53 accept
}
}""",
    ),
    "named-set": (
        "unknown",
        r"""table inet f { set s { type inet_service; elements = { 22
}
}
 chain i { type filter hook input priority 0; policy drop; tcp dport @s accept
}
}""",
    ),
    "mark": (
        "unknown",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  meta mark 1 accept
}
}""",
    ),
    "limit-then-policy": (
        "pass",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  limit rate 5/second counter log prefix "x"

}
}""",
    ),
    "limit-accept": (
        "unknown",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  limit rate 5/second accept
}
}""",
    ),
    "multicast": (
        "pass",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  ip daddr 224.0.0.251 udp dport 5353 accept
  ip6 daddr ff02::fb udp dport 5353 accept
  pkttype multicast accept
}
}""",
    ),
    "dhcp": (
        "pass",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  udp sport 67 udp dport 68 accept
  ip6 saddr fe80::/10 udp dport 546 accept
}
}""",
    ),
    "rpfilter": (
        "pass",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
}
}
table inet r { chain p { type filter hook prerouting priority raw; policy accept; meta nfproto ipv6 fib saddr . iif oif missing drop
}
}""",
    ),
    "firewalld-like": (
        "pass",
        r"""table inet firewalld {
 chain filter_INPUT { type filter hook input priority filter + 10; policy accept;
  ct state { established, related } accept
  ct status dnat accept
  iifname "lo" accept
  ct state invalid drop
  jump filter_INPUT_ZONES
  reject with icmpx admin-prohibited
}
 chain filter_INPUT_ZONES { iifname "v0" goto filter_IN_public
  goto filter_IN_public
}
 chain filter_IN_public { jump filter_IN_public_pre
  jump filter_IN_public_allow
  meta l4proto { icmp, ipv6-icmp } accept
  reject with icmpx admin-prohibited
}
 chain filter_IN_public_pre {
}
 chain filter_IN_public_allow { tcp dport 22 accept
  ip6 daddr fe80::/64 udp dport 546 accept
}
}""",
    ),
    "firewalld-trusted": (
        "fail",
        r"""table inet firewalld {
 chain filter_INPUT { type filter hook input priority filter + 10; policy accept;
  ct state { established, related } accept
  jump zones
  reject
}
 chain zones { goto trusted
}
 chain trusted { accept
}
}""",
    ),
    "empty": (
        "fail",
        r"""""",
    ),
    "dormant": (
        "unknown",
        r"""table inet f { flags dormant; chain i { type filter hook input priority 0; policy drop;
}
}""",
    ),
    "tcp-flags": (
        "pass",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  tcp flags & (fin|syn|rst|ack) != syn ct state new drop
  tcp dport 22 tcp flags syn accept
}
}""",
    ),
    "masked": (
        "pass",
        r"""table inet filter {
 chain input { type filter hook input priority 0; policy drop;
  iif lo accept
  ct state established,related accept
  ct state invalid drop
  meta nfproto ipv4 tcp dport 8000-8010 accept
  meta nfproto ipv6 th dport 53 accept
}
}""",
    ),
}


def run(*words, text=None):
    return subprocess.run(words, input=text, text=True, check=True, capture_output=True).stdout


LIBC = ctypes.CDLL(None, use_errno=True)


def enter(handle):
    """Moves this process; sockets stay where they were made."""
    if LIBC.setns(handle, 0x40000000) != 0:  # CLONE_NEWNET
        raise OSError(ctypes.get_errno(), "setns")


def within(namespace):
    with open(f"/run/netns/{namespace}", "rb") as handle:
        enter(handle.fileno())


def remove():
    for name in (HERE, THERE):
        subprocess.run(["ip", "netns", "del", name], check=False)


def setup():
    for name in (HERE, THERE):
        run("ip", "netns", "add", name)
        run("ip", "-n", name, "link", "set", "lo", "up")
    run("ip", "link", "add", "v0", "netns", HERE, "type", "veth", "peer", "name", "v1", "netns", THERE)
    mac = {}
    for name, device in ((HERE, "v0"), (THERE, "v1")):
        run("ip", "-n", name, "link", "set", device, "up")
        mac[name] = run("ip", "netns", "exec", name, "cat", f"/sys/class/net/{device}/address").strip()
    for family, (mine, other) in ADDRESS.items():
        bits = "24" if family == socket.AF_INET else "64"
        nodad = [] if family == socket.AF_INET else ["nodad"]
        run("ip", "-n", HERE, "address", "add", f"{mine}/{bits}", "dev", "v0", *nodad)
        run("ip", "-n", THERE, "address", "add", f"{other}/{bits}", "dev", "v1", *nodad)
        run("ip", "-n", HERE, "neighbour", "add", other, "lladdr", mac[THERE], "dev", "v0", "nud", "permanent")
        run("ip", "-n", THERE, "neighbour", "add", mine, "lladdr", mac[HERE], "dev", "v1", "nud", "permanent")
    return bytes.fromhex(mac[HERE].replace(":", "")), bytes.fromhex(mac[THERE].replace(":", ""))


def open_sockets():
    within(HERE)
    ears = {}
    for family in ADDRESS:
        for port in PORTS:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                ear = socket.socket(family, kind)
                ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    ear.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                ear.bind((ADDRESS[family][0], port))
                if kind == socket.SOCK_STREAM:
                    ear.listen(8)
                ear.setblocking(False)
                ears[family, kind, port] = ear
    marks = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(MARK))
    marks.bind(("v0", MARK))
    marks.settimeout(60)  # only so that a broken test ends
    within(THERE)
    pen = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    pen.bind(("v1", 0))
    return ears, marks, pen


class Lab:
    def __init__(self):
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY)
        try:
            self.macs = setup()
            self.ears, self.marks, self.pen = open_sockets()
        finally:
            enter(self.home)
        self.count = 0

    def settle(self):
        """Returns when all that was sent before has been through the rules of the other side."""
        for _ in range(2):
            self.count += 1
            body = self.count.to_bytes(8, "big").ljust(46, b"\0")
            self.pen.send(self.macs[0] + self.macs[1] + MARK.to_bytes(2, "big") + body)
            while self.marks.recv(2048)[14:22] != body[:8]:
                pass

    def arrives(self, family, kind, port):
        mouth = socket.socket(family, kind)
        mouth.setblocking(False)
        ear = self.ears[family, kind, port]
        target = (ADDRESS[family][0], port)
        if kind == socket.SOCK_DGRAM:
            mouth.sendto(b"hello", target)
            self.settle()
            try:
                return bool(ear.recv(100))
            except BlockingIOError:
                return False
            finally:
                mouth.close()
        mouth.connect_ex(target)
        self.settle()
        # The answer has been sent when the SYN was taken; a refusal is a refusal, silence a drop
        for _ in range(3):
            self.settle()
        states = run("ip", "netns", "exec", HERE, "ss", "-Htan", "sport", "=", f":{port}")
        came = "SYN-RECV" in states or "ESTAB" in states
        mouth.close()
        self.settle()
        try:
            ear.accept()[0].close()
            came = True
        except BlockingIOError:
            pass
        return came

    def judge(self, ruleset):
        """The verdict, and whether any stranger's packet arrived"""
        run("ip", "netns", "exec", HERE, "nft", "flush", "ruleset")
        run("ip", "netns", "exec", HERE, "nft", "-f", "-", text=ruleset + "\n")
        state = run("ip", "netns", "exec", HERE, VERDICT, POLICY).split()[0]
        within(THERE)
        try:
            came = [probe for probe in self.ears if self.arrives(*probe)]
        finally:
            enter(self.home)
        return state, came


def case(name, expected, ruleset):
    def test(lab):
        state, came = lab.judge(ruleset)
        tap.equal(state, expected, "verdict")
        if state == "pass":
            tap.equal(len(came), 0, "packets that arrived through a firewall that passes")
        elif state == "fail" and not came:
            raise AssertionError("nothing arrived through a firewall that fails")

    globals()[f"test_{name.replace('-', '_')}"] = test


for _name, (_expected, _ruleset) in RULESETS.items():
    case(_name, _expected, _ruleset)

if __name__ == "__main__":
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root")
        sys.exit(0)
    try:
        tap.run(sys.modules[__name__], Lab())
    finally:
        remove()
