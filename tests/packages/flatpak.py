# SPDX-License-Identifier: Apache-2.0
"""Installations that flatpak itself made, from remotes served over HTTP: what `flatpak remote-ls
--updates` and `flatpak update` make of them, and what we read from the same files."""
import functools
import http.server
import os
import random
import subprocess
import sys
import tempfile
import threading
import time

from oracle import Tap, run

ROUNDS = 3
DAY = 86400
APPS = ("org.test.One", "org.test.Two", "org.test.Three", "net.other.One")
RUNTIME = "org.test.Platform"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Remote:
    """A repository of ours, served"""

    def __init__(self, base, name):
        self.path, self.base, self.name, self.made = "%s/%s" % (base, name), base, name, {}
        run("ostree", "--repo=" + self.path, "init", "--mode=archive-z2")
        handler = functools.partial(Quiet, directory=self.path)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = "http://127.0.0.1:%d/" % self.server.server_port

    def export(self, rng, name, branch, runtime=False):
        tree = "%s/tree" % self.base
        run("rm", "-rf", tree)
        kind = "[Runtime]" if runtime else "[Application]"
        os.makedirs(tree + ("/usr/share" if runtime else "/files/share"))
        os.makedirs(tree + ("/files" if runtime else "/export"))
        with open(tree + ("/usr/share/x" if runtime else "/files/share/x"), "w") as out:
            out.write(str(rng.random()))
        with open(tree + "/metadata", "w") as out:
            out.write("%s\nname=%s\nruntime=%s/x86_64/1\nsdk=%s/x86_64/1\n%s" % (
                kind, name, RUNTIME, RUNTIME, "" if runtime else "command=x\n# " + "x" * rng.randrange(400) + "\n"))
        # flatpak takes no update that was made before what is installed
        at = "%s/%s/x86_64/%s" % ("runtime" if runtime else "app", name, branch)
        first = self.made.get(at, int(time.time()) - 90 * DAY)
        made = first + rng.randrange(1, 40 * DAY)
        run("flatpak", "build-export", "--disable-sandbox", "--arch=x86_64",
            "--timestamp=" + time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(made)),
            *(["--runtime"] if runtime else []), self.path, tree, branch)
        self.made[at] = made

    def publish(self):
        run("flatpak", "build-update-repo", self.path)


class System:
    def __init__(self, base):
        self.base = base
        self.env = {"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": base + "/home",
                    "FLATPAK_SYSTEM_DIR": base + "/system", "FLATPAK_USER_DIR": base + "/user",
                    "XDG_DATA_HOME": base + "/data", "XDG_CACHE_HOME": base + "/cache",
                    "FLATPAK_SYSTEM_CACHE_DIR": base + "/system-cache"}
        os.makedirs(base + "/home")

    def flatpak(self, *args):
        done = subprocess.run(["flatpak", "--system", *args], env=self.env, capture_output=True, text=True,
                              timeout=120, check=False)
        if done.returncode:
            raise RuntimeError("flatpak %s: %s" % (" ".join(args), done.stderr[-500:]))
        return done.stdout

    def deployed(self):
        """{ref without its kind: commit}, in flatpak's own words"""
        return dict(line.split("\t") for line in self.flatpak("list", "--columns=ref,active").splitlines())

    def updates(self, *more):
        """References that flatpak says have an update"""
        return {line.split("\t")[0] for line in self.flatpak("remote-ls", "--updates", "--columns=ref", *more).splitlines()}


def ours(program, system):
    found = {}
    for line in run(program, system.base + "/system", system.base + "/system/repo/tmp/cache/summaries").splitlines():
        ref, update, held, heard, made = line.split(" ")
        found[ref] = (update == "update", held == "held", int(heard), int(made))
    return found


def round_of(tap, program, number):
    rng = random.Random(number)
    with tempfile.TemporaryDirectory() as base:
        remotes = [Remote(base, "hub"), Remote(base, "school")]
        system = System(base)
        where = {name: rng.choice(remotes) for name in APPS}
        branch = {name: rng.choice(["stable", "beta", "25.08"]) for name in APPS}
        remotes[0].export(rng, RUNTIME, "1", True)
        for name in APPS:
            where[name].export(rng, name, branch[name])
        for remote in remotes:
            remote.publish()
            system.flatpak("remote-add", "--no-gpg-verify", remote.name, remote.url)
        for name in APPS:
            system.flatpak("install", "-y", "--noninteractive", where[name].name, "app/%s/x86_64/%s" % (name, branch[name]))
        fresh = {ref for ref, seen in ours(program, system).items() if seen[0]}
        tap.case("%d: just installed, nothing waits" % number, None if not fresh else sorted(fresh))
        for name in APPS:
            if rng.random() < .6:
                where[name].export(rng, name, branch[name])
        if rng.random() < .4:
            remotes[0].export(rng, RUNTIME, "1", True)
        for remote in remotes:
            remote.publish()
        for pattern in rng.sample(["org.test.One", "org.test.T*", "app/net.other.One//beta", "*//25.08",
                                   "runtime/*", "*.One/x86_64"], rng.randrange(3)):
            system.flatpak("mask", pattern)
        compare(tap, program, system, remotes, number)


def compare(tap, program, system, remotes, number):
    before = ours(program, system)
    cached = {ref for ref, seen in before.items() if seen[0]}
    tap.case("%d: as flatpak's cache has it" % number,
             None if cached == system.updates("--cached") else (cached, system.updates("--cached")))
    system.updates()  # asks the remotes, and so renews the cache
    now = ours(program, system)
    waiting = {ref for ref, seen in now.items() if seen[0]}
    wanted = system.updates("--cached")
    tap.case("%d: after asking the remotes" % number, None if waiting == wanted else (waiting, wanted))
    dates = {ref: (seen[3], made) for ref, seen in now.items() for remote in remotes
             for other, made in remote.made.items() if other == ref and seen[3] != made}
    tap.case("%d: when each was made" % number, None if not dates else dates)
    old = system.deployed()
    system.flatpak("update", "-y", "--noninteractive")
    new = system.deployed()
    changed = {ref for ref in new if old.get(ref) != new[ref]}
    free = {ref.split("/", 1)[1] for ref, seen in now.items() if seen[0] and not seen[1]}
    tap.case("%d: what an update installs is what was free to come" % number,
             None if changed == free else (changed, free))


def updated_by_another(tap, program):
    """A person's software app asks with a cache of its own: the system's is left behind."""
    with tempfile.TemporaryDirectory() as base:
        rng = random.Random(3)
        remote, system = Remote(base, "hub"), System(base)
        remote.export(rng, RUNTIME, "1", True)
        remote.export(rng, APPS[0], "stable")
        remote.publish()
        system.flatpak("remote-add", "--no-gpg-verify", "hub", remote.url)
        system.flatpak("install", "-y", "--noninteractive", "hub", APPS[0])
        folder = base + "/system/repo/tmp/cache/summaries"
        run("cp", "-a", folder, base + "/before")
        then = time.time() - 60  # seconds are all that is compared
        os.utime(base + "/before/hub.idx", (then, then))
        remote.export(rng, APPS[0], "stable")
        remote.publish()
        system.flatpak("update", "-y", "--noninteractive")
        run("rm", "-r", folder)
        run("cp", "-a", base + "/before", folder)
        found = {ref: seen[0] for ref, seen in ours(program, system).items()}
        tap.case("an old cache makes no update of what is newer", None if not any(found.values()) else found)


def heard_by_a_person(tap, program):
    """Who may not write the system's cache has the answer in a cache of their own, where we look."""
    with tempfile.TemporaryDirectory() as base:
        rng = random.Random(5)
        remote, system = Remote(base, "hub"), System(base)
        remote.export(rng, RUNTIME, "1", True)
        remote.export(rng, APPS[0], "stable")
        remote.publish()
        system.flatpak("remote-add", "--no-gpg-verify", "hub", remote.url)
        system.flatpak("install", "-y", "--noninteractive", "hub", APPS[0])
        remote.export(rng, APPS[0], "stable")
        remote.publish()
        os.chmod(base, 0o755)
        home = base + "/person"
        os.mkdir(home)
        os.chown(home, 65534, 65534)
        env = {**system.env, "HOME": home}
        for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "FLATPAK_USER_DIR", "FLATPAK_SYSTEM_CACHE_DIR"):
            del env[name]
        said = subprocess.run(["flatpak", "--system", "remote-ls", "--updates", "--columns=ref"], env=env, user=65534,
                              group=65534, extra_groups=[], capture_output=True, text=True, check=True, timeout=120)
        out = run(program, base + "/system", home + "/.cache/flatpak/system-cache/summaries")
        waiting = {line.split(" ")[0] for line in out.splitlines() if " update " in line}
        wanted = {line.split("\t")[0] for line in said.stdout.splitlines()}
        tap.case("a person's own cache tells of the system's", None if waiting == wanted and wanted else (waiting, wanted))


def broken(tap, program):
    """Bytes of a real summary, cut and flipped: told as damage, or as another list, and no more."""
    with tempfile.TemporaryDirectory() as base:
        rng = random.Random(7)
        remote, system = Remote(base, "hub"), System(base)
        remote.export(rng, RUNTIME, "1", True)
        remote.export(rng, APPS[0], "stable")
        remote.publish()
        system.flatpak("remote-add", "--no-gpg-verify", "hub", remote.url)
        system.flatpak("install", "-y", "--noninteractive", "hub", APPS[0])
        folder = base + "/system/repo/tmp/cache/summaries"
        path = folder + "/" + next(n for n in os.listdir(folder) if n.endswith(".sub"))
        with open(path, "rb") as file:
            whole = file.read()
        wrong = []
        for _ in range(60):
            data = bytearray(whole)
            if rng.random() < .5:
                del data[rng.randrange(len(data)):]
            else:
                data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
            with open(path, "wb") as file:
                file.write(data)
            done = subprocess.run([program, base + "/system", folder], capture_output=True, check=False, timeout=60)
            if done.returncode not in (0, 1):
                wrong.append(done.returncode)
        tap.case("damaged summaries never crash it", None if not wrong else wrong)
        os.truncate(path, 0)
        done = subprocess.run([program, base + "/system", folder], capture_output=True, check=False, timeout=60)
        tap.case("an empty one is damage", None if done.returncode == 1 else done)


def main():
    tap = Tap()
    for number in range(ROUNDS):
        round_of(tap, sys.argv[1], number)
    updated_by_another(tap, sys.argv[1])
    heard_by_a_person(tap, sys.argv[1])
    broken(tap, sys.argv[1])
    tap.done()


main()
