# SPDX-License-Identifier: Apache-2.0
"""Real rulesets, real packets: what Caretaker says of a packet against whether it arrives.

Each ruleset is loaded in a network namespace by its own tool and judged; TCP SYN and UDP packets of IPv4
and IPv6 come from a peer namespace. "dropped" must mean that nothing arrived, "accepted" that it did;
where Caretaker does not know, the ruleset must hold something that nobody can know. The oracle is the
kernel. FIREWALL_SEED takes another number to generate from, or the word random.
"""

import os
import pathlib
import random
import re
import subprocess
import sys

import firewall_lab
import firewall_legacy
import firewall_random
import tap

VERDICT, POLICY, SCENARIOS = sys.argv[1:4]
# The same rulesets each time: what lands must not hang on a throw of dice.
ASKED = os.environ.get("FIREWALL_SEED", "1")
SEED = random.SystemRandom().randrange(1 << 32) if ASKED == "random" else int(ASKED)
RANDOM, RANDOM_IPTABLES = 160, 40
UNKNOWN_MOST = 0.1  # of all probes of all rulesets
TOTAL = {"probes": 0, "unknown": 0}


def fates(lab):
    out = {}
    for line in lab.here(VERDICT, "fates", *map(str, firewall_lab.PORTS)).splitlines():
        family, protocol, port, fate = line.split()
        out[int(family), protocol, int(port)] = fate
    return out


def compare(lab, plain):
    said, came = fates(lab), lab.arrivals()
    for probe, fate in said.items():
        if fate == "dropped" and probe in came:
            raise AssertionError(f"{probe} is said to be dropped, and arrived")
        if fate == "accepted" and probe not in came:
            raise AssertionError(f"{probe} is said to be accepted, and did not arrive")
    unknown = sum(fate == "maybe" for fate in said.values())
    TOTAL["probes"] += len(said)
    TOTAL["unknown"] += unknown
    if plain and unknown:
        raise AssertionError(f"{unknown} probes are not known: {[p for p in said if said[p] == 'maybe'][:4]}")
    return said, came


def flush(lab):
    lab.here("nft", "flush", "ruleset")
    firewall_legacy.flush(lab)


def load(lab, *words, text=None):
    try:
        lab.here(*words, text=text)
    except subprocess.CalledProcessError as error:
        raise AssertionError(f"the ruleset does not load: {error.stderr}\n{text}") from error


def load_random(lab, text):
    """The generator combines freely; rules that nft refuses (IPv4 with IPv6 and so on) are left out."""
    lines = text.split("\n")
    for _ in range(len(lines)):
        try:
            lab.here("nft", "-f", "-", text="\n".join(lines) + "\n")
            return "\n".join(lines)
        except subprocess.CalledProcessError as error:
            refused = {int(number) for number in re.findall(r"^/dev/stdin:(\d+):.* Error: ", error.stderr, re.MULTILINE)}
            if not refused:
                raise AssertionError(f"the ruleset does not load: {error.stderr}\n{text}") from error
            lines = [line for number, line in enumerate(lines, 1) if number not in refused]
    raise AssertionError(f"the ruleset does not load\n{text}")


def nft_case(name, text, plain):
    def test(lab):
        flush(lab)
        text_loaded = load_random(lab, text)
        try:
            compare(lab, plain)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{text_loaded}") from error

    globals()[f"test_{name}"] = test


def iptables_case(name, rules, plain):
    def test(lab):
        flush(lab)
        for family, tool in ((4, "iptables-nft-restore"), (6, "ip6tables-nft-restore")):
            load(lab, tool, text=rules[family])
        try:
            compare(lab, plain)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{rules[4]}\n{rules[6]}") from error

    globals()[f"test_{name}"] = test


def scenario_case(folder):
    """A machine of tests/scenarios: its rules are loaded again; what its files say is not here."""
    source = next((folder / name for name in ("firewall.nft", "firewall.sh") if (folder / name).exists()), None)
    if not source:
        return

    def test(lab):
        flush(lab)
        text = source.read_text(encoding="utf-8")
        load(lab, *(("nft", "-f", "-") if source.suffix == ".nft" else ("sh", "-e")), text=text)
        compare(lab, False)

    globals()[f"test_scenario_{folder.name.replace('-', '_')}"] = test


def legacy_case(name, rules):
    """Rules of the older iptables. Last, since its tables stay in a namespace that once had them."""

    def test(lab):
        flush(lab)
        for tool, text in rules.items():
            load(lab, *firewall_legacy.TOOLS[tool], text=text)
        try:
            said, _ = compare(lab, True)
        finally:
            flush(lab)
        if not {"accepted", "dropped"} <= set(said.values()):
            raise AssertionError("a ruleset with one answer for all proves little")

    globals()[f"test_legacy_{name}"] = test


def make_cases():
    for folder in sorted(pathlib.Path(SCENARIOS, "fw.inbound-default-deny").iterdir()):
        scenario_case(folder)
    for name, rules in firewall_legacy.RULESETS.items():
        legacy_case(name, rules)
    for number in range(RANDOM):
        maker = firewall_random.Random(random.Random(f"{SEED} {number}"))
        text = maker.ruleset()
        nft_case(f"random_nft_{number}", text, maker.plain)
    for number in range(RANDOM_IPTABLES):
        made = {family: firewall_random.iptables(random.Random(f"{SEED} {number} {family}"), family) for family in (4, 6)}
        iptables_case(f"random_iptables_{number}", {f: made[f][0] for f in made}, made[4][1] and made[6][1])


make_cases()


def test_few_are_unknown(lab):
    print(f"# seed {SEED}: {TOTAL['probes']} probes, {TOTAL['unknown']} unknown")
    if TOTAL["unknown"] > UNKNOWN_MOST * TOTAL["probes"]:
        raise AssertionError(f"{TOTAL['unknown']} of {TOTAL['probes']} probes are unknown")


if __name__ == "__main__":
    print(f"# seed {SEED}")
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root")
        sys.exit(0)
    try:
        tap.run(sys.modules[__name__], firewall_lab.Lab())
    finally:
        firewall_lab.remove()
