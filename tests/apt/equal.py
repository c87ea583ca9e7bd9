# SPDX-License-Identifier: Apache-2.0
"""Our reading of apt's files against apt itself.

usage: equal.py CANDIDATES UNPACK [--seeds N] [--first SEED] [--keep DIR] [--machine]

The right answer is apt's: for the candidate of each installed package `apt-cache policy`, for what
an upgrade puts off as held or phased `apt-get -s upgrade`. States come from state.py, each by its
seed, which a failure prints; --machine asks about this machine instead. What depends on what is
left out of the states, since an upgrade also keeps back what cannot be had without something else:
that is no part of what the agent reads. For the same reason packages that several architectures
share stay out of the second question.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

from state import State

LANGUAGES = ["C", "de_DE.UTF-8", "zh_TW.UTF-8", "tr_TR.UTF-8", "C.UTF-8"]


def run(argv, environment):
    return subprocess.run(argv, capture_output=True, text=True, env=environment, check=False)


def apt_environment(root, architectures):
    """apt that knows of nothing but what lies below root"""
    path = os.path.join(root, "apt-oracle.conf")
    with open(path, "w", encoding="ascii") as file:
        file.write(f'Dir "{root}/";\nDir::State::status "{root}/var/lib/dpkg/status";\n'
                   'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n'
                   'Dir::Bin::ischroot "/bin/false";\nDir::Bin::dpkg "/bin/false";\n'
                   f'APT::Architecture "{architectures[0]}";\n#clear APT::Architectures;\n' +
                   "".join(f'APT::Architectures:: "{a}";\n' for a in architectures))
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "APT_CONFIG": path}


def policy_of(packages, environment):
    """{package: candidate}; None when apt refuses to say"""
    done = run(["apt-cache", "policy", *packages], environment)
    if done.returncode != 0:
        return None
    found = {}
    name = None
    for line in done.stdout.splitlines():
        if re.match(r"\S.*:$", line):
            name = line[:-1]
        elif line.startswith("  Candidate: "):
            word = line.split(": ", 1)[1]
            found[name] = "-" if word == "(none)" else word
    return found


def upgrade_of(environment):
    """What an upgrade would put in place: {package: version}; None when apt refuses"""
    done = run(["apt-get", "-s", "-q", "-o", "APT::Get::List-Columns=false", "upgrade"], environment)
    if done.returncode != 0:
        return None
    found = {}
    for line in done.stdout.splitlines():
        match = re.match(r"Inst (\S+) \[\S+\] \((\S+) ", line)
        if match:
            found[match[1]] = match[2]
    return found


def ours_of(candidates, unpack, root, language):
    """[(package, architecture, installed, candidate, state)]; None when it is refused"""
    done = run([candidates, root, unpack], {"LC_ALL": language, "LANG": language, "LANGUAGE": language})
    if done.returncode not in (0, 1):
        raise RuntimeError(f"apt-candidates ended with {done.returncode}: {done.stderr}")
    if done.returncode == 1:
        return None, done.stdout.strip()
    rows = [line.split(" ") for line in done.stdout.splitlines()]
    return [(*row[0].rsplit(":", 1), *row[1:]) for row in rows], ""


def said_name(name, architecture, native):
    return name if architecture == native else f"{name}:{architecture}"


def differences(ours, why, native, lockstep, environment):
    # Without a word on packages, apt says nothing of its preferences; dpkg is always there.
    rows = ours if ours is not None else [("dpkg", native, "", "", "")]
    policy = policy_of([f"{row[0]}:{row[1]}" for row in rows], environment)
    if policy is None or ours is None:
        if policy is None and ours is None:
            return []
        return [f"apt {'refuses' if policy is None else 'answers'}, and ours: {why or 'answers'}"]
    found = []
    upgrade = upgrade_of(environment)
    for name, architecture, installed, candidate, state in ours:
        said = said_name(name, architecture, native)
        theirs = policy.get(said, "nothing")
        if theirs != candidate:
            found.append(f"{said} {installed}: candidate {candidate}, apt says {theirs}")
        if upgrade is None or name in lockstep:
            continue
        expected = candidate if candidate not in ("-", installed) and state == "-" else None
        if upgrade.get(said) != expected:
            found.append(f"{said} {installed} {state}: upgrade to {expected}, apt says {upgrade.get(said)}")
    if upgrade is None:
        found.append("apt-get -s upgrade refuses")
    return found


def try_seed(seed, args, counts):
    root = tempfile.mkdtemp(prefix="apt-state-")
    try:
        state = State(seed, root).make()
        environment = apt_environment(root, [state.native, *state.foreign])
        ours, why = ours_of(args.candidates, args.unpack, root, LANGUAGES[seed % len(LANGUAGES)])
        found = differences(ours, why, state.native, state.lockstep, environment)
        if ours is None:
            counts["refused"] += 1
        else:
            counts["packages"] += len(ours)
            counts["held"] += sum(row[4] == "held" for row in ours)
            counts["deferred"] += sum(row[4] == "deferred" for row in ours)
            counts["upgrades"] += sum(row[3] not in ("-", row[2]) for row in ours)
            counts["none"] += sum(row[3] == "-" for row in ours)
        if found and args.keep:
            shutil.copytree(root, os.path.join(args.keep, f"seed-{seed}"), dirs_exist_ok=True)
        return found
    finally:
        shutil.rmtree(root)


def machine_age():
    """Changes when somebody installs something or fetches lists while we look."""
    return [os.stat(path).st_mtime_ns for path in
            ("/var/lib/dpkg/status", "/var/lib/apt/lists", "/etc/apt/preferences.d", "/etc/apt/sources.list.d")]


def try_machine(args):
    """This machine, as it is; once more when it changed in between"""
    for _ in range(5):
        before = machine_age()
        found = ask_machine(args)
        if not found or machine_age() == before:
            return found
    return found


def ask_machine(args):
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    native = run(["dpkg", "--print-architecture"], environment).stdout.strip()
    ours, why = ours_of(args.candidates, args.unpack, "/", "de_DE.UTF-8")
    if ours is None:
        raise RuntimeError(f"this machine is refused: {why}")
    print(f"# {len(ours)} packages, {sum(row[3] not in ('-', row[2]) for row in ours)} with a newer version")
    policy = policy_of([f"{row[0]}:{row[1]}" for row in ours], environment)
    return [f"{row[0]}: candidate {row[3]}, apt says {policy.get(said_name(row[0], row[1], native))}"
            for row in ours if policy.get(said_name(row[0], row[1], native)) != row[3]]


def report(number, name, found):
    print(f"{'not ok' if found else 'ok'} {number} - {name}", flush=True)
    for line in found[:20]:
        print(f"#   {line}", flush=True)
    return bool(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("candidates")
    parser.add_argument("unpack")
    parser.add_argument("--seeds", type=int, default=240)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--keep", help="a directory for the states of seeds that fail")
    parser.add_argument("--machine", action="store_true")
    args = parser.parse_args()
    if args.machine:
        print("1..1")
        sys.exit(report(1, "this machine", try_machine(args)))
    print(f"1..{args.seeds}", flush=True)
    counts = dict.fromkeys(("packages", "upgrades", "held", "deferred", "none", "refused"), 0)
    failed = 0
    for number, seed in enumerate(range(args.first, args.first + args.seeds), 1):
        failed += report(number, f"seed {seed}", try_seed(seed, args, counts))
    print("# " + ", ".join(f"{n} {word}" for word, n in counts.items()))
    # States that ask nothing would prove nothing.
    if args.seeds >= 100 and min(counts.values()) == 0:
        print("# a kind of answer never came up: the states have become too tame")
        failed += 1
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
