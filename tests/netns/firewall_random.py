# SPDX-License-Identifier: Apache-2.0
"""Random rulesets: of nftables' own language, and of the older iptables.

A ruleset is plain when what it does to a probe can be known beforehand: no rate, no clock, no
sender's port or wide range of senders. Then Caretaker may not say that it does not know.
The networks 192.0.2.0/24 and 2001:db8::/64 are the peer's: no narrow rule names them.
"""

PORTS = (7, 22, 53, 80, 443, 4711, 8080, 23456, 40000, 61000)
STATES = ("new", "established", "related", "invalid", "untracked")
PRIORITIES = {"prerouting": (-310, -300, -250, -190, -150, -90, 0), "input": (-10, 0, 5, 10, 50)}


class Random:
    """A ruleset of nftables, from one generator of numbers"""

    def __init__(self, rng):
        self.rng = rng
        self.plain = True
        self.sets = []
        self.used = {("prerouting", -300)}

    def pick(self, *choices):
        return self.rng.choice(choices)

    def port(self):
        return self.rng.choice(PORTS) if self.rng.random() < 0.7 else self.rng.randint(1, 65535)

    def ports(self):
        kind = self.rng.randrange(6)
        if kind == 0:
            return f"!= {self.port()}"
        if kind == 1:
            return f"{self.pick('<', '>', '<=', '>=')} {self.rng.randint(2, 65533)}"
        if kind == 2:
            low, high = sorted((self.port(), self.port()))
            return f"{self.pick('', '!= ')}{low}-{high}" if low < high else str(low)
        if kind == 3:
            return self.anonymous()
        if kind == 4 and self.sets:
            return self.pick("", "!= ") + "@" + self.rng.choice(self.sets)
        return str(self.port())

    def intervals(self):
        """Ports and ranges that do not touch each other"""
        edges = sorted(self.rng.sample(range(1, 65535), self.rng.randint(1, 4) * 2))
        out = [f"{low}-{high}" if high - low > 1 else str(low) for low, high in zip(edges[::2], edges[1::2])]
        inside = [(int(x.split("-")[0]), int(x.split("-")[-1])) for x in out]
        for port in self.rng.sample(PORTS, 3):
            if not any(low - 1 <= port <= high + 1 for low, high in inside):
                out.append(str(port))
                inside.append((port, port))
        return out

    def anonymous(self):
        if self.rng.random() < 0.5:
            return "{ " + ", ".join(map(str, self.rng.sample(PORTS, self.rng.randint(1, 4)))) + " }"
        return "{ " + ", ".join(self.intervals()) + " }"

    def match(self):
        table = (
            lambda: f"tcp dport {self.ports()}",
            lambda: f"udp dport {self.ports()}",
            lambda: f"meta l4proto {self.pick('tcp', 'udp')} th dport {self.ports()}",
            lambda: f"meta l4proto {self.pick('tcp', 'udp', 'icmp', '{ tcp, udp }', '{ icmp, ipv6-icmp }', '!= tcp')}",
            lambda: f"meta nfproto {self.pick('ipv4', 'ipv6')}",
            lambda: f"ip protocol {self.pick('tcp', 'udp', 'icmp', '!= udp')}",
            lambda: f"ip6 nexthdr {self.pick('tcp', 'udp', 'ipv6-icmp')}",
            lambda: f"iifname {self.pick(*chr(34) .join(['', 'v0', '']).split(), '!= ' + chr(34) + 'v0' + chr(34), chr(34) + 'lo' + chr(34), chr(34) + 'v*' + chr(34), chr(34) + 'eth*' + chr(34), '{ ' + chr(34) + 'lo' + chr(34) + ', ' + chr(34) + 'v0' + chr(34) + ' }')}",
            lambda: f"iif {self.pick('lo', 'v0', '!= lo')}",
            lambda: "ct state " + self.pick("", "!= ", "") + ",".join(self.rng.sample(STATES, self.rng.randint(1, 3))),
            lambda: f"ct state vmap {{ {self.rng.choice(STATES)} : {self.pick('accept', 'drop', 'continue')}, new : {self.pick('continue', 'return')} }}"
            if self.rng.random() < 0.2
            else f"ct direction {self.pick('original', 'reply')}",
            lambda: "ct status dnat",
            lambda: f"meta mark {self.pick('', '!= ')}{self.rng.randrange(4)}",
            lambda: f"meta mark and 0x3 == {self.rng.randrange(4)}",
            lambda: f"ip saddr {self.pick('198.51.100.7', '10.3.2.0/24', '!= 203.0.113.0/24', '{ 10.0.0.1, 10.9.0.0/25 }', '127.0.0.0/8', '0.0.0.0/0')}",
            lambda: f"ip6 saddr {self.pick('2001:db8:5::1', '!= 2001:db8:7::/64', '::1', '{ 2001:db8:9::1, 2001:db8:a::/64 }')}",
            lambda: f"ip daddr {self.pick('224.0.0.251', '255.255.255.255', '!= 224.0.0.0/4', '127.0.0.1')}",
            lambda: f"ip6 daddr {self.pick('ff02::fb', '!= ff00::/8')}",
            lambda: f"fib daddr type {self.pick('local', 'broadcast', '!= local', '{ broadcast, multicast }')}",
            lambda: f"fib saddr . iif oif {self.pick('missing', 'exists')}",
            lambda: f"pkttype {self.pick('host', 'multicast', '!= host', '{ broadcast, multicast }')}",
            lambda: f"tcp flags {self.pick('syn', '& (fin|syn|rst|ack) == syn', '& (fin|syn|rst|ack) != syn', '! syn')}",
            lambda: "ip frag-off & 0x1fff != 0",
            lambda: f"iifname . th dport {{ \"v0\" . {self.port()}, \"lo\" . {self.port()} }}",
            lambda: f"meta l4proto . th dport {{ tcp . {self.port()}, udp . {self.port()} }}",
            lambda: "exthdr frag exists",
        )
        return self.rng.choice(table)()

    def cloudy(self):
        self.plain = False
        return self.pick(
            "limit rate 5/second",
            "limit rate over 5/second",
            "ip saddr 192.0.0.0/8",
            "ip6 saddr 2001::/16",
            "udp sport 53",
            "tcp sport 1024-65535",
            "ip ttl > 32",
            "meta length < 100",
            "meta random < 1000",
            "ip daddr 192.0.2.1",
            "numgen random mod 2 == 0",
            "meta hour \"08:00\"-\"17:00\"",
            "ct count over 3",
            "tcp option maxseg size 1-1400",
        )

    def verdict(self, later, hook):
        choices = ["accept", "accept", "drop", "drop", "return", "continue", "counter"]
        choices += [f"{word} {chain}" for chain in later for word in ("jump", "goto", "jump")]
        if hook == "input":
            choices += ["reject"]
        choices += [f"meta mark set {self.rng.randrange(4)}", "meta mark set meta mark or 0x2"]
        return self.rng.choice(choices)

    def rule(self, later, hook, clouds):
        if self.rng.random() < 0.1 and later:
            pairs = self.rng.sample(PORTS, 3)
            body = ", ".join(f"{port} : {self.pick('accept', 'drop', 'jump ' + self.rng.choice(later))}" for port in pairs)
            return f"{self.pick('tcp', 'udp')} dport vmap {{ {body} }}"
        parts = [self.match() for _ in range(self.rng.choice((0, 1, 1, 1, 2, 2, 3)))]
        if clouds and self.rng.random() < 0.1:
            parts.insert(self.rng.randint(0, len(parts)), self.cloudy())
        verdict = self.verdict(later, hook)
        if not parts and verdict in ("accept", "drop", "reject") and self.rng.random() < 0.8:
            parts = [self.match()]
        return " ".join([*parts, verdict])

    def chain(self, name, head, later, hook, clouds):
        lines = [self.rule(later, hook, clouds) for _ in range(self.rng.randint(0, 6))]
        return "\n".join([f" chain {name} {{", *([f"  {head}"] if head else []), *(f"  {line}" for line in lines), " }"])

    def table(self, family, name, clouds):
        self.sets = []
        out = [f"table {family} {name} {{"]
        for number in range(self.rng.randrange(3)):
            if self.rng.random() < 0.5:
                body = f"flags interval; elements = {{ {', '.join(self.intervals())} }}"
            else:
                body = f"elements = {{ {', '.join(map(str, self.rng.sample(PORTS, 4)))} }}"
            out.append(f" set s{number} {{ type inet_service; {body}\n }}")
            self.sets.append(f"s{number}")
        names = [f"c{number}" for number in range(self.rng.randrange(4))]
        hooks = self.rng.choice((("input",), ("input",), ("prerouting", "input"), ("prerouting",)))
        inner = hooks[0] if len(hooks) == 1 else "prerouting"  # no reject where it would not load
        for number in reversed(range(len(names))):
            out.append(self.chain(names[number], None, names[number + 1 :], inner, clouds))
        for hook in hooks:
            priority = self.priority(hook)
            head = f"type filter hook {hook} priority {priority}; policy {self.pick('accept', 'drop', 'accept')};"
            out.append(self.chain("b" + hook, head, names, hook, clouds))
        if self.rng.random() < 0.15:
            out.append(
                " chain raw {\n  type filter hook prerouting priority -300;\n"
                f"  {self.match_raw()} notrack\n }}"
            )
        if self.rng.random() < 0.15 and family in ("inet", "ip"):
            out.append(
                " chain nat {\n  type nat hook prerouting priority -100;\n"
                f"  {self.pick('tcp', 'udp')} dport {self.port()} redirect to :{self.rng.choice(PORTS)}\n }}"
            )
        out.append("}")
        return "\n".join(out)

    def priority(self, hook):
        """Chains of one priority run in an order that nobody tells: it matters where they mark packets."""
        priority = self.rng.choice(PRIORITIES[hook])
        if (hook, priority) in self.used:
            self.plain = False
        self.used.add((hook, priority))
        return priority

    def match_raw(self):
        return self.pick("tcp dport 22", "udp dport 53", "meta l4proto tcp", "meta l4proto udp", "")

    def ruleset(self):
        clouds = self.rng.random() < 0.3
        families = [self.rng.choice(("inet", "inet", "inet", "ip", "ip6")) for _ in range(self.rng.randint(1, 3))]
        text = "\n".join(self.table(family, f"t{number}", clouds) for number, family in enumerate(families))
        return text


def iptables(rng, family):
    """Lines for iptables-restore, and whether they are plain"""
    plain = True
    six = family == 6

    def ports():
        low, high = sorted((rng.choice(PORTS), rng.choice(PORTS)))
        return rng.choice((str(low), f"{low}:{high}" if low < high else str(low)))

    def match():
        nonlocal plain
        many = ",".join(map(str, rng.sample(PORTS, rng.randint(1, 5))))
        table = [
            f"-p {rng.choice(('tcp', 'udp'))} --dport {ports()}",
            f"-p {rng.choice(('tcp', 'udp'))} ! --dport {ports()}",
            f"-p tcp -m multiport {rng.choice(('', '! '))}--dports {many}",
            f"-p udp -m multiport --dports {many},1000:2000",
            f"-i {rng.choice(('lo', 'v0', 'v+', 'eth+'))}",
            f"! -i {rng.choice(('lo', 'v0'))}",
            f"-m conntrack --ctstate {rng.choice(('NEW', 'RELATED,ESTABLISHED', 'INVALID', 'NEW,UNTRACKED', 'DNAT'))}",
            f"-m state --state {rng.choice(('NEW', 'RELATED,ESTABLISHED', 'INVALID'))}",
            f"-m mark --mark {rng.randrange(4)}/0x3",
            f"-m pkttype --pkt-type {rng.choice(('unicast', 'multicast', 'broadcast'))}",
            "-m comment --comment words",
            "-p tcp --syn",
            "-p tcp ! --syn",
            "-p tcp --tcp-flags ALL NONE",
            "-m policy --dir in --pol none",
            f"-m addrtype --dst-type {rng.choice(('LOCAL', 'MULTICAST'))}",
            "-m addrtype --src-type LOCAL",
        ]
        if six:
            table += ["-s 2001:db8:7::/64", "! -s 2001:db8:7::1", "-d ff00::/8", "-m rt --rt-type 0", "-p ipv6-icmp"]
        else:
            table += ["-s 10.1.0.0/24", "! -s 203.0.113.5", "-d 224.0.0.0/4", "-f", "-p icmp",
                      "-m iprange --src-range 10.0.0.1-10.0.0.9"]
        if rng.random() < 0.06:
            plain = False
            table = ["-m limit --limit 3/min", "-m recent --name x --rcheck", "-m statistic --mode random --probability 0.5",
                     "-m length --length 0:100", "-p udp --sport 53"]
        return rng.choice(table)

    def rule(chain, later):
        targets = ["ACCEPT", "ACCEPT", "DROP", "DROP", "RETURN", "REJECT", "LOG --log-prefix x"]
        targets += later + ([f"{name}" for name in later])
        target = rng.choice(targets)
        jump = "-g" if target in later and rng.random() < 0.3 else "-j"
        return f"-A {chain} {' '.join(dict.fromkeys(combine()))} {jump} {target}"

    def combine():
        parts = [match() for _ in range(rng.choice((0, 1, 1, 1, 2)))]
        # one protocol, one interface, one source and so on in a rule
        kept, seen = [], set()
        for part in parts:
            words = {word for word in part.split() if word.startswith("-")} | ({"-i"} if "-i" in part else set())
            if not words & seen:
                kept.append(part)
                seen |= words
        return kept

    chains = [f"C{number}" for number in range(rng.randrange(4))]
    lines = []
    if rng.random() < 0.4:
        lines += ["*mangle", ":PREROUTING ACCEPT [0:0]"]
        lines += [f"-A PREROUTING {' '.join(combine())} -j MARK --set-xmark {rng.randrange(4)}/0x3" for _ in range(rng.randint(1, 2))]
        lines += ["COMMIT"]
    if rng.random() < 0.2:
        lines += ["*raw", ":PREROUTING ACCEPT [0:0]", f"-A PREROUTING -p {rng.choice(('tcp', 'udp'))} -j CT --notrack", "COMMIT"]
    lines += ["*filter", f":INPUT {rng.choice(('ACCEPT', 'DROP', 'DROP'))} [0:0]"]
    lines += [f":{name} - [0:0]" for name in chains]
    for number, name in enumerate(chains):
        lines += [rule(name, chains[number + 1 :]) for _ in range(rng.randint(0, 4))]
    lines += [rule("INPUT", chains) for _ in range(rng.randint(1, 8))]
    lines += ["COMMIT", ""]
    return "\n".join(lines), plain
