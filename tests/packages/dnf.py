# SPDX-License-Identifier: Apache-2.0
"""dnf's own answer (updateinfo list --security) and ours, on systems of random packages and advisories."""
import sys

from oracle import Judge, Tap
from rpmworld import World, affected

ROUNDS = 8
DNF = ["dnf", "-q", "-y", "--releasever=43", "--setopt=plugins=0"]


def dnf(world, *argv):
    return world.run([*DNF, "--installroot=" + world.root, *argv])


def listed(world, *argv):
    """Names of installed packages for which dnf lists a security fix"""
    out = dnf(world, "-C", *argv, "updateinfo", "list", "--updates", "--security")
    return {line.split()[-1].rsplit("-", 2)[0] for line in out.splitlines() if "/Sec." in line}


def compare(judge, world, totals):
    free, every = listed(world), listed(world, "--disableexcludes=all")
    state, reason, evidence = judge(world.root, "patch.security-updates", world.lines())
    theirs = (len(every), len(every - free))
    totals.append(theirs)
    ours = (int(evidence.get("pending", -1)), int(evidence.get("held", 0)))
    if ours != theirs:
        return "dnf sees %s missing and held, we see %s (%s)\n%s\n%s" % (theirs, ours, reason, sorted(every), sorted(affected(world)))
    return None


def main():
    judge, tap, totals = Judge(*sys.argv[1:3]), Tap(), []
    with World("yum.repos.d") as world:
        for i in range(ROUNDS):
            world.shake(i, zchunk=i % 3 == 0)
            with open(world.root + "/etc/dnf/dnf.conf", "w") as out:
                out.write("[main]\ngpgcheck=0\nzchunk=%d\nexcludepkgs=%s\n" % (
                    i % 3 == 0, ["", "p1 p2*", "p3-1.1-1,p4-0:1.0-2.noarch"][i % 3]))
            dnf(world, "makecache", "--refresh")
            tap.case("generated system %d" % i, compare(judge, world, totals))
        state, reason, _ = judge(world.root, "patch.index-fresh")
        tap.case("just fetched", None if reason == "index-fresh" else reason)
        tap.case("there was something to see and to hold", None if sum(t[0] for t in totals) > 10 and
                 sum(t[1] for t in totals) > 1 else totals)
    tap.done()


main()
