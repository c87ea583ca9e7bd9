# SPDX-License-Identifier: Apache-2.0
"""A system of small rpm packages below a directory, and a repository with advisories for it."""
import os
import random
import shutil
import subprocess
import tempfile

NAMES = ["p%d" % i for i in range(10)]
# epoch, version, release: older before newer, as rpm's library orders them (tests/unit/test-evr.c)
VERSIONS = [("0", "1.0~rc1", "1"), ("0", "1.0", "1"), ("0", "1.0", "2"), ("0", "1.0^git1", "1"), ("0", "1.1", "1"),
            ("0", "1.1", "10"), ("1", "0.5", "1")]
SPEC = """Name: %(name)s
Epoch: %(epoch)s
Version: %(version)s
Release: %(release)s
Summary: x
License: x
BuildArch: noarch
%%description
x
%%files
"""
FORMAT = "%{NAME}\\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\\t%{ARCH}\\n"


def affected(world):
    """What the advisories say, for a person who reads a failure"""
    return [(name, kind, VERSIONS.index(world.installed[name]), VERSIONS.index(version))
            for name, kind, version, _ in world.advisories]


class World:
    def __init__(self, repos):
        self.repos = repos

    def __enter__(self):
        self.base = tempfile.mkdtemp()
        self.root, self.repo = self.base + "/root", self.base + "/repo"
        self.env = {"LC_ALL": "C", "HOME": self.base, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        os.makedirs(self.repo)
        with open(self.base + "/.rpmmacros", "w") as out:
            out.write("%_dbpath /var/lib/rpm\n")
        for name in NAMES:
            for epoch, version, release in VERSIONS:
                self.build(name, epoch, version, release)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.base)

    def run(self, argv):
        done = subprocess.run(argv, capture_output=True, text=True, env=self.env, timeout=120)
        if done.returncode != 0 and not (argv[0] == "zypper" and done.returncode >= 100):
            raise RuntimeError("%s: %s" % (" ".join(argv), done.stderr[-800:] + done.stdout[-800:]))
        return done.stdout

    def build(self, name, epoch, version, release):
        spec = self.base + "/x.spec"
        with open(spec, "w") as out:
            out.write(SPEC % {"name": name, "epoch": epoch, "version": version, "release": release})
        self.run(["rpmbuild", "-bb", "--define", "_topdir " + self.base + "/build", "--define",
                  "_rpmdir " + self.repo, "--define", "_rpmfilename %%{NAME}-%%{EPOCH}-%%{VERSION}-%%{RELEASE}.rpm", spec])

    def shake(self, seed, zchunk):
        """Another system and other advisories"""
        rng = random.Random(seed)
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.rmtree(self.repo + "/repodata", ignore_errors=True)
        for name in ("etc/dnf", "etc/" + self.repos, "var/lib/rpm", "var/cache", "usr/bin", "tmp", "var/log"):
            os.makedirs("%s/%s" % (self.root, name), exist_ok=True)
        if self.repos.startswith("zypp"):
            open(self.root + "/usr/bin/zypper", "w").close()
        self.installed = {name: rng.choice(VERSIONS[:5]) for name in NAMES}
        self.run(["rpm", "--root", self.root, "--force-debian", "-i", "--justdb", "--nodeps", "--nosignature",
                  *["%s/%s-%s-%s-%s.rpm" % (self.repo, name, *self.installed[name]) for name in NAMES]])
        self.advisories = [(rng.choice(NAMES), rng.choice(["security", "security", "bugfix", "enhancement"]),
                            rng.choice(VERSIONS), rng.choice(["noarch", "noarch", "noarch", "x86_64"]))
                           for _ in range(24)]
        self.publish(zchunk)

    def publish(self, zchunk):
        update = '<?xml version="1.0" encoding="UTF-8"?>\n<updates>\n'
        for i, (name, kind, version, arch) in enumerate(self.advisories):
            update += ('<update from="x@example.org" status="stable" type="%s" version="1"><id>ADV-%d-%s</id><title>t</title>'
                       '<issued date="2026-01-02 03:04:05"/><severity>Important</severity><description>&lt;x&gt;</description>'
                       '<pkglist><collection short="c"><name>c</name><package name="%s" epoch="%s" version="%s" release="%s" '
                       'arch="%s"><filename>%s.rpm</filename></package></collection></pkglist></update>\n') % (
                           kind, i, name, name, *version, arch, name)
        with open(self.base + "/updateinfo.xml", "w") as out:
            out.write(update + "</updates>\n")
        self.run(["createrepo_c", "-q", *(["--zck"] if zchunk else []), self.repo])
        self.run(["modifyrepo_c", *(["--zck"] if zchunk else []), self.base + "/updateinfo.xml", self.repo + "/repodata"])
        with open("%s/etc/%s/x.repo" % (self.root, self.repos), "w") as out:
            out.write("[x]\nname=x\nenabled=1\ngpgcheck=0\ntype=rpm-md\nbaseurl=file://%s\n" % self.repo)

    def lines(self):
        path = self.base + "/lines"
        with open(path, "w") as out:
            out.write(self.run(["rpm", "--root", self.root, "--query", "--all", "--nodigest", "--nosignature",
                                "--queryformat", FORMAT]))
        return path
