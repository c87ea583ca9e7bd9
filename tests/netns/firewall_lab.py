# SPDX-License-Identifier: Apache-2.0
"""Two network namespaces joined by a veth pair, and packets from the one to the other.

Frames are written and read on one processor, so that they keep their order: a frame of an unused
type behind the probes shows when all of them have been dealt with. Nothing waits for time.
"""

import ctypes
import os
import socket
import struct
import subprocess

import firewall_random

HERE, THERE = f"fwtest-{os.getpid()}-a", f"fwtest-{os.getpid()}-b"
MARK = 0x88B5  # IEEE 802, local experimental ethertype
ETH_P_ALL = 3
PORTS = firewall_random.PORTS
ADDRESS = {4: ("192.0.2.1", "192.0.2.2"), 6: ("2001:db8::1", "2001:db8::2")}
FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}
PROTOCOL = {"tcp": 6, "udp": 17}
LIBC = ctypes.CDLL(None, use_errno=True)


def run(*words, text=None):
    return subprocess.run(words, input=text, text=True, check=True, capture_output=True).stdout


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


def addresses_give(family, mac):
    mine, other = ADDRESS[family]
    bits, nodad = ("24", []) if family == 4 else ("64", ["nodad"])
    run("ip", "-n", HERE, "address", "add", f"{mine}/{bits}", "dev", "v0", *nodad)
    run("ip", "-n", THERE, "address", "add", f"{other}/{bits}", "dev", "v1", *nodad)
    run("ip", "-n", HERE, "neighbour", "add", other, "lladdr", mac[THERE], "dev", "v0", "nud", "permanent")


def setup():
    for name in (HERE, THERE):
        run("ip", "netns", "add", name)
        run("ip", "-n", name, "link", "set", "lo", "up")
    run("ip", "link", "add", "v0", "netns", HERE, "type", "veth", "peer", "name", "v1", "netns", THERE)
    # half-open connections end by themselves, and many fit
    run("ip", "netns", "exec", HERE, "sysctl", "-qw", "net.ipv4.tcp_synack_retries=0", "net.ipv4.tcp_max_syn_backlog=65536",
        "net.core.somaxconn=65535")
    mac = {}
    for name, device in ((HERE, "v0"), (THERE, "v1")):
        run("ip", "-n", name, "link", "set", device, "up")
        mac[name] = run("ip", "netns", "exec", name, "cat", f"/sys/class/net/{device}/address").strip()
    for family in ADDRESS:
        addresses_give(family, mac)
    return [bytes.fromhex(mac[name].replace(":", "")) for name in (HERE, THERE)]


def packet_socket(device):
    handle = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    handle.bind((device, ETH_P_ALL))
    handle.settimeout(60)  # only so that a broken test ends
    handle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    return handle


def ears_open():
    ears = []
    for family in ADDRESS:
        for port in PORTS:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                ear = socket.socket(FAMILY[family], kind)
                ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == 6:
                    ear.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                ear.bind(("", port))
                ear.setblocking(False)
                if kind == socket.SOCK_STREAM:
                    ear.listen(65535)
                else:
                    ears.append(ear)
                    continue
                ears.append(ear)
    return ears


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Lab:
    def __init__(self):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.round = 0
        self.count = 0
        try:
            self.macs = setup()
            within(HERE)
            self.ears = ears_open()
            self.near = packet_socket("v0")
            within(THERE)
            self.far = packet_socket("v1")
        finally:
            enter(self.home)
        self.await_links()

    def await_links(self):
        """IPv6 takes a moment after a link came up; without rules every probe arrives in the end."""
        wanted = len(ADDRESS) * len(PROTOCOL) * len(PORTS)
        for _ in range(5000):
            if len(self.arrivals()) == wanted:
                return
        raise AssertionError("probes do not arrive, and there are no rules")

    def here(self, *words, text=None):
        return run("ip", "netns", "exec", HERE, *words, text=text)

    def frame(self, family, protocol, port, source):
        if protocol == "tcp":
            body = struct.pack("!HHIIBBHHH", source, port, self.round, 0, 5 << 4, 2, 65535, 0, 0)
        else:
            word = f"{family} {protocol} {port} {source}".encode()
            body = struct.pack("!HHHH", source, port, 8 + len(word), 0) + word
        mine, other = (socket.inet_pton(FAMILY[family], name) for name in ADDRESS[family])
        pseudo = other + mine + struct.pack("!II", len(body), PROTOCOL[protocol])
        offset = 16 if protocol == "tcp" else 6
        total = checksum(pseudo + body) or 0xFFFF
        body = body[:offset] + struct.pack("!H", total) + body[offset + 2 :]
        if family == 4:
            head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 0, 0x4000, 64, PROTOCOL[protocol], 0, other, mine)
            head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
        else:
            head = struct.pack("!IHBB16s16s", 6 << 28, len(body), PROTOCOL[protocol], 64, other, mine)
        kind = 0x0800 if family == 4 else 0x86DD
        return self.macs[0] + self.macs[1] + struct.pack("!H", kind) + head + body

    def mark(self, pen, reader, to, sender):
        """Writes a frame and reads until it has come; the frames before it."""
        self.count += 1
        body = self.count.to_bytes(8, "big").ljust(46, b"\0")
        pen.send(to + sender + MARK.to_bytes(2, "big") + body)
        before = []
        while True:
            frame, address = reader.recvfrom(65535)
            if address[2] == socket.PACKET_OUTGOING:
                continue
            if frame[12:14] == MARK.to_bytes(2, "big") and frame[14:22] == body[:8]:
                return before
            before.append(frame)

    def arrivals(self):
        """Sends each probe; the set of those that came to a socket"""
        self.round += 1
        source = 1025 + self.round
        for family in ADDRESS:
            for protocol in PROTOCOL:
                for port in PORTS:
                    self.far.send(self.frame(family, protocol, port, source))
        self.mark(self.far, self.near, self.macs[0], self.macs[1])
        answers = self.mark(self.near, self.far, self.macs[1], self.macs[0])
        came = {self.syn_ack(frame, source) for frame in answers} - {None}
        for ear in self.ears:
            if ear.type != socket.SOCK_DGRAM:
                continue
            try:
                while True:
                    family, protocol, port, number = ear.recv(100).decode().split()
                    if int(number) == source:
                        came.add((int(family), protocol, int(port)))
            except BlockingIOError:
                pass
        return came

    @staticmethod
    def syn_ack(frame, source):
        kind = int.from_bytes(frame[12:14], "big")
        if kind == 0x0800 and frame[23] == 6:
            family, segment = 4, frame[14 + (frame[14] & 15) * 4 :]
        elif kind == 0x86DD and frame[20] == 6:
            family, segment = 6, frame[54:]
        else:
            return None
        port, target = struct.unpack("!HH", segment[:4])
        return (family, "tcp", port) if target == source and segment[13] & 0x12 == 0x12 else None
