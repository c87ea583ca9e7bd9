# SPDX-License-Identifier: Apache-2.0
"""zypper's own answer (list-patches) and ours, on systems of random packages and advisories."""
import os
import sys
import xml.etree.ElementTree as ET

from oracle import Judge, Tap
from rpmworld import World, affected

ROUNDS = 8


def zypper(world, *argv):
    return world.run(["zypper", "--root", world.root, "--non-interactive", "--no-gpg-checks", "--xmlout",
                      *argv])


def listed(world):
    tree = ET.fromstring(zypper(world, "--no-refresh", "list-patches", "--category", "security"))
    return {update.get("name").rsplit("-", 1)[1] for update in tree.iter("update")
            if update.get("status") == "needed" and update.get("category") == "security"}


def compare(judge, world, totals):
    theirs = listed(world)
    totals.append(len(theirs))
    state, reason, evidence = judge(world.root, "patch.security-updates", world.lines())
    ours = int(evidence.get("pending", -1))
    if ours != len(theirs):
        return "zypper sees %s, we see %d (%s)\n%s" % (sorted(theirs), ours, reason, sorted(affected(world)))
    return None


def main():
    judge, tap, totals = Judge(*sys.argv[1:3]), Tap(), []
    with World("zypp/repos.d") as world:
        os.makedirs(world.root + "/usr/bin", exist_ok=True)
        open(world.root + "/usr/bin/zypper", "w").close()
        for i in range(ROUNDS):
            world.shake(i, zchunk=False)
            zypper(world, "refresh", "--force")
            tap.case("generated system %d" % i, compare(judge, world, totals))
        state, reason, _ = judge(world.root, "patch.index-fresh")
        tap.case("just fetched", None if reason == "index-fresh" else reason)
        tap.case("there was something to see", None if sum(totals) > 10 else totals)
    tap.done()


main()
