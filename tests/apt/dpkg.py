# SPDX-License-Identifier: Apache-2.0
"""What dpkg leaves behind in the middle of its work, against dpkg itself.

usage: dpkg.py CANDIDATES UNPACK CARETAKER POLICIES

The right answer to what is installed is `dpkg-query`'s, which reads its journal as dpkg does after
a run that was cut off. Locks are real ones, held by this process the way apt and dpkg hold theirs.
"""

import fcntl
import json
import os
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "netns"))
import tap  # noqa: E402

from equal import ours_of  # noqa: E402
from state import NAMES, REVISION, UPSTREAM, write  # noqa: E402

CANDIDATES, UNPACK, CARETAKER, POLICIES = sys.argv[1:5]
STATES = ["unpacked", "half-configured", "installed", "triggers-pending", "config-files", "half-installed"]


def stanza(draw, name, architecture, state, same):
    version = draw.choice(UPSTREAM) + draw.choice(REVISION)
    extra = "Multi-Arch: same\n" if same else ""
    if state in ("config-files", "half-installed"):
        extra += f"Config-Version: {version}\n"
    if state == "triggers-pending":
        extra += "Triggers-Pending: ldconfig\n"
    want = "deinstall" if state == "config-files" else draw.choice(["install", "hold"])
    return (f"Package: {name}\nStatus: {want} ok {state}\nMaintainer: A <a@example.org>\n"
            f"Architecture: {architecture}\n{extra}Version: {version}\nDescription: x\n y\n")


def lay_out(draw, root):
    """A status and a journal of up to nine notes on packages that are there or are new"""
    same = {name for name in NAMES if draw.random() < 0.3}
    arch = {name: draw.choice(["all", "amd64", "amd64"]) if name not in same else "amd64" for name in NAMES}
    status = [stanza(draw, "dpkg", "amd64", "installed", False)]
    for name in draw.sample(NAMES, 8):
        status.append(stanza(draw, name, arch[name], draw.choice(STATES), name in same))
        if name in same and draw.random() < 0.5:
            status.append(stanza(draw, name, "i386", "installed", True))
    write(os.path.join(root, "var/lib/dpkg/status"), "\n".join(status))
    write(os.path.join(root, "var/lib/dpkg/arch"), "amd64\ni386\n")
    for number in range(draw.randint(0, 9)):
        name = draw.choice(NAMES)
        architecture = draw.choice(["amd64", "i386"]) if name in same else arch[name]
        write(os.path.join(root, f"var/lib/dpkg/updates/{number:04d}"),
              stanza(draw, name, architecture, draw.choice(STATES), name in same))
    write(os.path.join(root, "var/lib/dpkg/updates/tmp.i"), "Package: half")
    write(os.path.join(root, "var/lib/dpkg/triggers/Unincorp"), "")
    os.makedirs(os.path.join(root, "var/lib/apt/lists"))


def installed_of_dpkg(root):
    form = "${Package}:${Architecture} ${Version} ${db:Status-Status}\\n"
    admin = os.path.join(root, "var/lib/dpkg")
    done = subprocess.run(["dpkg-query", f"--admindir={admin}", "-W", "-f", form], check=True, text=True,
                          capture_output=True, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
    rows = [line.split(" ") for line in done.stdout.splitlines()]
    return {row[0].replace(":all", ":amd64"): row[1] for row in rows
            if row[2] not in ("config-files", "not-installed")}


def test_installed_is_what_dpkg_says_after_it_was_cut_off():
    notes = 0
    for seed in range(60):
        with tempfile.TemporaryDirectory(prefix="dpkg-state-") as root:
            lay_out(random.Random(seed), root)
            notes += len(os.listdir(os.path.join(root, "var/lib/dpkg/updates"))) - 1
            ours, why = ours_of(CANDIDATES, UNPACK, root, "de_DE.UTF-8")
            if ours is None:
                raise AssertionError(f"seed {seed}: {why}")
            tap.equal({f"{row[0]}:{row[1]}": row[2] for row in ours}, installed_of_dpkg(root), f"seed {seed}")
    if notes < 100:
        raise AssertionError("the journals have become too short to say anything")


def verdict_of(root):
    done = subprocess.run([CARETAKER, "--data", POLICIES, "--socket", "/nonexistent", "audit", "--root", root,
                           "--json"], text=True, capture_output=True, check=False)
    for verdict in json.loads(done.stdout)["verdicts"]:
        if verdict["id"] == "patch.security-updates":
            return verdict["state"], verdict["reason"]
    raise AssertionError("no verdict: " + done.stderr)


def overdue_machine(root):
    write(os.path.join(root, "etc/os-release"), "ID=debian\n")
    lists = os.path.join(root, "var/lib/apt/lists", "s.example_dists_bookworm-security_")
    write(lists + "InRelease", "Origin: Debian\nLabel: Debian-Security\nSuite: stable-security\n"
                               "Date: Sat, 06 Sep 2025 12:03:37 UTC\nSHA256:\n")
    write(lists + "main_binary-amd64_Packages", "Package: dpkg\nVersion: 2\nArchitecture: amd64\n")
    write(os.path.join(root, "var/lib/dpkg/status"),
          "Package: dpkg\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n")
    for name in ("lock", "lock-frontend"):
        write(os.path.join(root, "var/lib/dpkg", name), "")


def test_while_a_lock_is_held_nothing_is_called_overdue():
    for name in ("lock", "lock-frontend"):
        with tempfile.TemporaryDirectory(prefix="dpkg-lock-") as root:
            overdue_machine(root)
            tap.equal(verdict_of(root), ("fail", "fix-overdue"), "nobody holds it")
            with open(os.path.join(root, "var/lib/dpkg", name), "r+", encoding="ascii") as file:
                fcntl.lockf(file, fcntl.LOCK_EX)
                tap.equal(verdict_of(root), ("unknown", "updates-running"), name)
            tap.equal(verdict_of(root), ("fail", "fix-overdue"), "it was given back")


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
