# SPDX-License-Identifier: Apache-2.0
"""Systems that ostree itself deployed: when it says that the image was made, and what we say."""
import os
import random
import sys
import tempfile
import time

from oracle import Judge, Tap, run

ROUNDS = 24
DAY = 86400


class System:
    def __init__(self, base):
        self.root, self.tree, self.base = base + "/root", base + "/tree", base
        for name in ("usr/lib/modules/6.1", "usr/etc", "boot"):
            os.makedirs("%s/%s" % (self.tree, name))
        for name, text in (("usr/lib/os-release", "ID=fedora\n"), ("usr/lib/modules/6.1/vmlinuz", "k"),
                           ("usr/lib/modules/6.1/initramfs.img", "i")):
            with open("%s/%s" % (self.tree, name), "w") as out:
                out.write(text)
        os.mkdir(self.root)
        run("ostree", "admin", "init-fs", self.root)
        run("ostree", "--sysroot=" + self.root, "admin", "os-init", "fedora")
        os.makedirs(self.root + "/run", exist_ok=True)
        open(self.root + "/run/ostree-booted", "w").close()

    def commit(self, rng, age, *more):
        when = time.strftime("%Y-%m-%d %H:%M:%S +0000", time.gmtime(time.time() - age * DAY - 60))
        options = ["--timestamp=" + when, "--add-metadata-string=k=" + "m" * rng.choice([1, 50, 300, 40000, 100000])]
        if rng.random() < .5:
            options.append("--subject=" + "s" * rng.randrange(1, 200))
        if rng.random() < .3:
            options.append("--body=" + "b" * rng.randrange(1, 400))
        return run("ostree", "--repo=" + self.root + "/ostree/repo", "commit", "-b", "fedora/43", *options, *more,
                   self.tree).strip()

    def keep(self, commit):
        """As rpm-ostree does with a base, which nothing else names"""
        run("ostree", "--repo=" + self.root + "/ostree/repo", "refs", "--force", "--create=rpmostree/base/0", commit)

    def release(self):
        """ostree makes a deployment immutable (chattr(1)), so that it could not be removed."""
        for name in os.listdir(self.root + "/ostree/deploy/fedora/deploy"):
            run("chattr", "-i", "%s/ostree/deploy/fedora/deploy/%s" % (self.root, name))

    def deploy(self):
        """Boots what was committed last, as far as the kernel's command line is concerned."""
        run("ostree", "admin", "--sysroot=" + self.root, "deploy", "--os=fedora", "fedora/43")
        entries = self.root + "/boot/loader/entries"
        with open("%s/%s" % (entries, sorted(os.listdir(entries))[-1])) as file:
            line = next(line for line in file if line.startswith("options "))
        os.makedirs(self.root + "/proc", exist_ok=True)
        with open(self.root + "/proc/cmdline", "w") as out:
            out.write(line[len("options "):])


def compare(judge, system, age):
    state, reason, evidence = judge(system.root, "patch.security-updates", os.devnull)
    wanted = "image-old" if age >= 30 else "image-recent"
    if reason != wanted or evidence.get("oldest-days") != str(age):
        return "%s of %s days instead of %s of %d" % (reason, evidence.get("oldest-days"), wanted, age)
    return None


def main():
    judge, tap, rng = Judge(*sys.argv[1:3]), Tap(), random.Random(20261122)
    with tempfile.TemporaryDirectory() as base:
        system = System(base)
        for i in range(ROUNDS):
            age = rng.choice([0, 1, 13, 29, 30, 31, 400])
            last = system.commit(rng, age)
            if i % 3 == 0:  # as rpm-ostree marks what it made here of another commit
                system.keep(last)
                system.commit(rng, rng.choice([0, 50]), "--parent=" + last, "--add-metadata-string=rpmostree.clientlayer=1")
            system.deploy()
            tap.case("deployment %d" % i, compare(judge, system, age))
        system.release()
    tap.done()


main()
