# SPDX-License-Identifier: Apache-2.0
"""Real sockets: what sock_diag(7) tells Caretaker against ss(8), and fw.open-services against a peer.

The listeners are this test's own, in the network namespace of the lab. `ss -Hlntu` is the oracle of
which there are; what a peer's probes reach, of which are open to strangers.
"""

import contextlib
import ipaddress
import json
import os
import socket
import sys
import tempfile

import firewall_lab
import tap

VERDICT = sys.argv[1]
CONTROL = "fw.open-services"
MANY = 600  # of two families and protocols: several messages of netlink
NOBODY = ("pass", "services-approved")
OPEN = ("fail", "service-open")
DROPPED = "table inet t {\n chain c {\n  type filter hook input priority 0; policy drop;\n  ct state established accept\n }\n}\n"
ONE_OPEN = DROPPED.replace(" }\n}", "  tcp dport 443 accept\n }\n}")
ONE_CLOSED = "table inet t {\n chain c {\n  type filter hook input priority 0;\n  th dport 22 drop\n }\n}\n"
DEVICES = {"lo": 1}


def policy(folder, allowed):
    path = os.path.join(folder, "policy.json")
    control = {"on": True, "severity": "high", "allowed_tcp": sorted(allowed), "allowed_udp": []}
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"format": 1, "name": "test", "version": 1, "not_before": "2026-01-01", "expires": "9999-12-31",
                   "ownership": "school", "controls": {CONTROL: control}}, file)
    return path


def listener(protocol, address, port, v6only=None, device=None, peer=None, reuse=False):
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    ear = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
    if v6only is not None:
        ear.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, v6only)
    if device:
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
    if reuse:
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    ear.bind((address, port))
    ear.setblocking(False)
    if peer:
        ear.connect(peer)
    if kind == socket.SOCK_STREAM:
        ear.listen(8)
    return ear


@contextlib.contextmanager
def listening(lab, listeners):
    ears = []
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        firewall_lab.within(firewall_lab.HERE)
        try:
            ears.extend(listener(*words, **more) for words, more in listeners)
        finally:
            firewall_lab.enter(home)
        lab.ears = ears
        yield
    finally:
        os.close(home)
        for ear in ears:
            ear.close()
        lab.ears = []


def kind_of(address):
    if address.is_unspecified:
        return "any"
    return "loopback" if address.is_loopback else "group" if address.is_multicast else "other"


def told_by_ss(lab):
    """As the check wants it: a socket for both families stands once for each."""
    found = set()
    for line in lab.here("ss", "-Hlntu").splitlines():
        protocol, local = line.split()[0], line.split()[4]
        host, port = local.rsplit(":", 1)
        host, _, device = host.partition("%")
        host, port, index = host.strip("[]"), int(port), DEVICES[device.rstrip("]")] if device else 0
        if host == "*":
            found |= {(family, protocol, port, "any", index) for family in (4, 6)}
            continue
        address = ipaddress.ip_address(host)
        mapped = getattr(address, "ipv4_mapped", None)
        address = mapped or address
        found.add((address.version, protocol, port, kind_of(address), index))
    return found


def told_by_us(lab):
    found = []
    for line in lab.here(VERDICT, "sockets").splitlines():
        family, protocol, port, kind, index = line.split()
        found.append((int(family), protocol, int(port), kind, int(index)))
    tap.equal(len(found), len(set(found)), "a socket is told twice")
    return set(found)


def case(name, listeners, reached, wanted, rules="", allowed=()):
    def test(lab):
        lab.here("nft", "flush", "ruleset")
        if rules:
            lab.here("nft", "-f", "-", text=rules)
        with listening(lab, listeners), tempfile.TemporaryDirectory() as folder:
            said = told_by_us(lab)
            tap.equal(said, told_by_ss(lab), "sockets")
            tap.equal(bool(said), bool(listeners), "there are sockets")
            came = lab.arrivals()
            tap.equal(came, set(reached), "what a peer reaches")
            unwelcome = {probe for probe in came if probe[1] != "tcp" or probe[2] not in allowed}
            tap.equal(wanted[0] == "pass", not unwelcome, "this test's own table")
            tap.equal(tuple(lab.here(VERDICT, "verdict", policy(folder, allowed), CONTROL).split()), wanted, "verdict")

    globals()[f"test_{name}"] = test


def at(*words, **more):
    return words, more


FOUR = [at("tcp", "0.0.0.0", 443), at("udp", "0.0.0.0", 53)]
SIX = [at("tcp", "::", 443, v6only=1), at("udp", "::", 53, v6only=1)]
BOTH = [at("tcp", "::", 443, v6only=0), at("udp", "::", 53, v6only=0)]
REACHED = {4: {(4, "tcp", 443), (4, "udp", 53)}, 6: {(6, "tcp", 443), (6, "udp", 53)}}
LOOPBACK = [at(protocol, address, 443) for protocol in ("tcp", "udp") for address in ("127.0.0.1", "127.3.2.1", "::1")]

case("none", [], (), NOBODY)
case("ipv4", FOUR, REACHED[4], OPEN)
case("ipv6_alone", SIX, REACHED[6], OPEN)
case("one_socket_for_both", BOTH, REACHED[4] | REACHED[6], OPEN)
case("one_socket_each", FOUR + SIX, REACHED[4] | REACHED[6], OPEN)
case("loopback", LOOPBACK + [at("tcp", "::ffff:127.0.0.1", 8080, v6only=0)], (), NOBODY)
case("own_address", [at("tcp", "192.0.2.1", 80), at("udp", "2001:db8::1", 80), at("tcp", "::ffff:192.0.2.1", 22, v6only=0)],
     {(4, "tcp", 80), (6, "udp", 80), (4, "tcp", 22)}, OPEN)
case("device_loopback", [at("tcp", "0.0.0.0", 80, device="lo"), at("udp", "::", 53, v6only=0, device="lo")], (), NOBODY)
case("device_cable", [at("tcp", "0.0.0.0", 80, device="v0")], {(4, "tcp", 80)}, OPEN)
case("multicast_group", [at("udp", "224.0.0.251", 53)], (), NOBODY)
case("shared_port", [at("tcp", "0.0.0.0", 80, reuse=True)] * 3, {(4, "tcp", 80)}, OPEN)
case("connected_udp", [at("tcp", "127.0.0.1", 80), at("udp", "0.0.0.0", 53, peer=("192.0.2.77", 9))], (), NOBODY)
case("behind_a_firewall", BOTH, (), NOBODY, rules=DROPPED)
case("one_let_in", BOTH, {(4, "tcp", 443), (6, "tcp", 443)}, OPEN, rules=ONE_OPEN)
case("one_let_in_and_approved", BOTH, {(4, "tcp", 443), (6, "tcp", 443)}, NOBODY, rules=ONE_OPEN, allowed=(443,))
case("the_one_is_closed", [at("tcp", "::", 22, v6only=0), at("udp", "0.0.0.0", 22)], (), NOBODY, rules=ONE_CLOSED)
case("another_is_closed", [at("tcp", "::", 22, v6only=0), at("udp", "0.0.0.0", 53)], {(4, "udp", 53)}, OPEN, rules=ONE_CLOSED)
case("many", [at(protocol, address, port, **({"v6only": 1} if ":" in address else {})) for port in range(10000, 10000 + MANY // 4)
              for protocol in ("tcp", "udp") for address in ("127.0.0.1", "::1")] + FOUR, REACHED[4], OPEN)


def test_a_range_that_programs_get_is_not_sure(lab):
    """A UDP port among those given out may be a client's: reached, and still not called a service."""
    with listening(lab, [at("udp", "0.0.0.0", 40000)]), tempfile.TemporaryDirectory() as folder:
        lab.here("nft", "flush", "ruleset")
        tap.equal(told_by_us(lab), told_by_ss(lab), "sockets")
        tap.equal(lab.arrivals(), {(4, "udp", 40000)}, "what a peer reaches")
        tap.equal(lab.here(VERDICT, "verdict", policy(folder, ()), CONTROL).split(), ["unknown", "service-perhaps-open"])


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root")
        sys.exit(0)
    try:
        one = firewall_lab.Lab()
        for handle in one.ears:
            handle.close()
        one.ears = []
        DEVICES["v0"] = int(one.here("cat", "/sys/class/net/v0/ifindex"))
        tap.run(sys.modules[__name__], one)
    finally:
        firewall_lab.remove()
