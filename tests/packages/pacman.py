# SPDX-License-Identifier: Apache-2.0
"""pacman's own answer (pacman -Qu) and ours, on systems made of random packages in its own files."""
import io
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import time

from oracle import Judge, Tap

ROUNDS = 24
PACKAGES = 30
DAY = 86400
VERSIONS = ["1.0", "1.0.1", "1.0rc1", "1.0a", "1.0.a", "1:0.9", "2", "10.0", "1.0+git3", "1_0", "0.9"]
COMPRESSIONS = ["gz", "xz", "zst", "tar"]
CONF = """[options]
Architecture = auto
IgnorePkg = held-* other
IgnoreGroup = frozen
SigLevel = Never
{repos}
"""


def name_frozen(name):
    """In the group that the settings ignore, in the repository as on the system"""
    return name.endswith("7")


def package_write(path, name, version, built, group):
    info = "pkgname = %s\npkgver = %s\npkgdesc = x\nurl = x\nbuilddate = %d\npackager = x\nsize = 0\narch = any\n" % (
        name, version, built)
    if group:
        info += "group = frozen\n"
    with tarfile.open(path, "w:gz") as tar:
        member = tarfile.TarInfo(".PKGINFO")
        member.size = len(info)
        tar.addfile(member, io.BytesIO(info.encode()))


def repo_make(directory, name, packages, compression, kind):
    """A database as repo-add(8) writes it; pacman itself has to take it."""
    os.makedirs(directory)
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=kind) as tar:
        for package, version, built, group in packages:
            desc = "%%FILENAME%%\n%s-%s-any.pkg.tar.gz\n\n%%NAME%%\n%s\n\n%%VERSION%%\n%s\n\n" % (
                package, version, package, version)
            desc += "%GROUPS%\nsome\nfrozen\n\n" if group else ""
            desc += "%%DESC%%\nx\n\n%%BUILDDATE%%\n%d\n\n%%ARCH%%\nany\n\n" % built
            folder = tarfile.TarInfo("%s-%s" % (package, version))
            folder.type, folder.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(folder)
            member = tarfile.TarInfo(folder.name + "/desc")
            member.size = len(desc)
            tar.addfile(member, io.BytesIO(desc.encode()))
    program = {"gz": ["gzip"], "xz": ["xz"], "zst": ["zstd"], "tar": ["cat"]}[compression]
    with open("%s/%s.db" % (directory, name), "wb") as out:
        subprocess.run(program, input=plain.getvalue(), stdout=out, check=True)


class System:
    def __init__(self, base, rng):
        self.root = base + "/root"
        self.base, self.rng = base, rng
        for name in ("etc", "var/lib/pacman", "var/cache", "tmp"):
            os.makedirs("%s/%s" % (self.root, name))

    def pacman(self, *argv):
        done = subprocess.run(
            ["pacman", "--config", self.root + "/etc/pacman.conf", "--root", self.root, "--dbpath",
             self.root + "/var/lib/pacman", "--cachedir", self.root + "/var/cache", "--gpgdir",
             self.root + "/tmp", "--noconfirm", *argv],
            capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}, timeout=120)
        if done.returncode not in (0, 1) or "error:" in done.stderr:
            raise RuntimeError(done.stderr)
        return done.stdout

    def version(self):
        return "%s-%d" % (self.rng.choice(VERSIONS), self.rng.randint(1, 11))

    def built(self):
        return int(time.time()) - self.rng.choice([1, 5, 13, 15, 40]) * DAY

    def make(self, old):
        names = ["p%d" % i for i in range(PACKAGES)] + ["held-a", "held-b", "other", "others",
                                                        "with-dashes-2", "x" * 90, "y" * 120]
        now = int(time.time())
        repos, conf = {}, ""
        for repo in ("first", "second"):
            taken = [(n, self.version(), self.built() if old else now - 3 * DAY, name_frozen(n))
                     for n in names if self.rng.random() < .7]
            repos[repo] = taken
            repo_make("%s/%s" % (self.base, repo), repo, taken, self.rng.choice(COMPRESSIONS),
                      self.rng.choice([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]))
            conf += "[%s]\nServer = file://%s/%s\n" % (repo, self.base, repo)
        with open(self.root + "/etc/pacman.conf", "w") as out:
            out.write(CONF.format(repos=conf))
        self.pacman("-Sy")
        files = []
        os.mkdir(self.base + "/have")
        for name in names + ["foreign"]:
            path = "%s/have/%s.pkg.tar.gz" % (self.base, name)
            package_write(path, name, self.version(), now - 400 * DAY, name_frozen(name))
            files.append(path)
        self.pacman("-U", "--dbonly", "-dd", *files)
        return repos


def compare(judge, system, repos):
    lines = system.pacman("-Qu").splitlines()
    held = sum("[ignored]" in line for line in lines)
    state, reason, evidence = judge(system.root, "patch.security-updates")
    theirs = (len(lines), held)
    ours = (int(evidence.get("pending", -1)), int(evidence.get("held", 0)))
    if ours != theirs:
        return "pacman sees %s missing and held, we see %s (%s)" % (theirs, ours, reason)
    built = {}
    for repo in ("second", "first"):
        built.update({name: when for name, _, when, _ in repos[repo]})
    late = [line for line in lines if built[line.split()[0]] < time.time() - 14 * DAY]
    wanted = "fix-overdue" if any("[ignored]" not in line for line in late) else \
        "fix-held" if late else "fix-recent" if lines else "up-to-date"
    return None if reason == wanted else "%s instead of %s" % (reason, wanted)


def main():
    judge, tap = Judge(*sys.argv[1:3]), Tap()
    for i in range(ROUNDS):
        with tempfile.TemporaryDirectory() as base:
            system = System(base, random.Random(i))
            repos = system.make(old=i % 2 == 0)
            tap.case("generated system %d" % i, compare(judge, system, repos))
            if i == 0:
                state, reason, _ = judge(system.root, "patch.index-fresh")
                tap.case("just fetched", None if reason == "index-fresh" else reason)
                path = system.root + "/var/lib/pacman/sync/first.db"
                with open(path, "r+b") as db:
                    db.truncate(os.path.getsize(path) * 2 // 3)
                state, reason, _ = judge(system.root, "patch.security-updates")
                tap.case("cut off", None if state == "unknown" else state + " " + reason)
    tap.done()


main()
