# SPDX-License-Identifier: Apache-2.0
"""A machine and a home made of files, for one file of one profile: what is there before, and all of
it as data that can be compared."""

import json
import os
import pathlib
import shutil
import stat
import subprocess

NOBODY = 65534

# What an owner had in the file: nothing of ours, and nothing that we may lose.
OWNERS = {
    "apt": "// ours\nMine \"1\";\n",
    "assignments": "# ours\nMINE=\"1\"\n",
    "dconf": "# ours\n[mine]\nkept=1\n",
    "dconf-locks": "# ours\n/mine/kept\n",
    "dconf-profile": "# ours\nuser-db:user\nsystem-db:mine\n",
    "ini": "; ours\n[Mine]\nkept=1\n",
    "json": "{\n  \"mine\": [1, 2]\n}\n",
    "json-relaxed": "{\n\t\"Mine\": [1, 2], // ours\n}\n",
    "toml": "# ours\nmine = 1\n",
    "xfconf": '<channel name="mine" version="1.0">\n  <!-- ours -->\n'
              '  <property name="mine" type="int" value="1"/>\n</channel>\n',
}


# In snap's place on a machine of its own; programs.snapd answers.
SNAP = """#!/usr/bin/python3
import socket, sys
with socket.socket(socket.AF_UNIX) as peer:
    peer.connect("/run/snapd.socket")
    peer.sendall(" ".join(sys.argv[1:]).encode())
    sys.exit(0 if peer.recv(16) == b"done" else 1)
"""


def profiles(clients):
    return [json.loads(path.read_text()) for path in sorted(pathlib.Path(clients).glob("*.json"))]


def plain(path):
    return "{" not in path and "*" not in path


def detected_by(file):
    """What tells that the client is there, besides the file itself"""
    return [one for one in file["detect"] if plain(one) and one != file["path"]]


def first_of(clients, scope, form):
    """(profile, index of its file): of the client with the fewest files, since each is looked at."""
    for profile in sorted(profiles(clients), key=lambda one: len(one["files"])):
        for index, file in enumerate(profile["files"]):
            if (scope_of(file) == scope and file["format"] == form and plain(file["path"])
                    and detected_by(file)):
                return profile, index
    return None


def scope_of(file):
    return "user" if file["path"].startswith("~/") else "system"


def belongs(setting, file):
    return setting.get("group") == file.get("group")


class Scene:
    """Below `path`: root/, home/ and the journals. Only the file's own program is installed."""

    def __init__(self, path, profile, index, text):
        self.path = pathlib.Path(path)
        self.profile, self.index = profile, index
        self.file = profile["files"][index]
        self.user = scope_of(self.file) == "user"
        own = [one for one in profile["settings"] if belongs(one, self.file)]
        self.tier = "base" if any(one["tier"] == "base" for one in own) else "strict"
        self.settings = [one for one in own if self.tier == "strict" or one["tier"] == "base"]
        self.root, self.home = self.path / "root", self.path / "home"
        self.plugs = self.file["format"] == "snap-plugs"
        self.machine = self.plugs or self.file["format"].startswith("dconf")
        self.target = self.at("/var/lib/snapd/state.json" if self.plugs else self.file["path"])
        self.state = self.home / ".local/state/caretaker" if self.user else self.path / "undo"
        self.text = text
        # of other files: only looked at
        self.left = [one["key"] for one in profile["settings"] if one not in own]
        self.saved = self.path.with_name(self.path.name + ".saved")

    def at(self, path):
        return self.home / path[2:] if path.startswith("~/") else self.root / path[1:]

    def lay(self):
        shutil.rmtree(self.path, ignore_errors=True)
        for folder in (self.path, self.root, self.home):
            folder.mkdir(mode=0o755)
        self.state.mkdir(mode=0o700, parents=True)
        detect = detected_by(self.file)[0]
        there = self.at(detect)
        there.parent.mkdir(parents=True, exist_ok=True)
        if detect.startswith("~/"):
            there.mkdir(exist_ok=True)
        else:
            there.write_text("x\n")
        if self.text is not None:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            self.target.write_text(self.text)
        if self.machine:
            self.lay_machine()
        if self.file["format"].startswith("dconf"):
            subprocess.run(["dconf", "update", self.root / "etc/dconf/db"], check=True)
        if self.plugs:
            self.lay_snap()
        if self.user:
            for folder, _, names in os.walk(self.home):
                for name in [".", *names]:
                    os.lchown(os.path.join(folder, name), NOBODY, NOBODY)

    def lay_machine(self):
        """What the tools want of a machine"""
        for folder in ("dev", "proc", "tmp", "usr/bin", "etc/dconf/db/local.d/locks", "run/undo"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        (self.root / "tmp/hand").touch()
        for name in ("bin", "lib", "lib64", "sbin"):
            (self.root / name).symlink_to(f"usr/{name}")

    def lay_snap(self):
        """A snap that is connected to all that it asks for"""
        name = pathlib.Path(self.file["path"]).name
        plugs = [one["key"] for one in self.settings] + [f"{name}:network"]
        row = {"active": True, "current": "1", "type": "app",
               "sequence": [{"name": name, "revision": "1"}]}
        state = {"data": {"conns": {f"{plug} core:{plug.split(':')[1]}": {} for plug in plugs},
                          "snaps": {name: row}}}
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.target.write_text(json.dumps(state, sort_keys=True))
        self.target.chmod(0o600)
        snap = self.root / "usr/bin/snap"
        snap.write_text(SNAP)
        snap.chmod(0o755)

    def save(self):
        shutil.rmtree(self.saved, ignore_errors=True)
        copy(self.path, self.saved)

    def restore(self):
        shutil.rmtree(self.path)
        copy(self.saved, self.path)

    def remove(self):
        for path in (self.path, self.saved):
            shutil.rmtree(path, ignore_errors=True)

    def content(self):
        if self.target.is_symlink():
            return os.readlink(self.target)
        try:
            return self.target.read_bytes()
        except FileNotFoundError:
            return None

    def everything(self):
        """Each entry but the journals' own: type, mode, owner and content."""
        found = {}
        for top in (self.root, self.home):
            for folder, names, files in os.walk(top):
                if pathlib.Path(folder) == self.home and ".local" in names:
                    names.remove(".local")
                for name in names + files:
                    path = os.path.join(folder, name)
                    found[os.path.relpath(path, self.path)] = entry(path)
        return found

    def compiled(self):
        """Which of our keys dconf's database names: what counts, whatever the text says."""
        try:
            data = (self.root / "etc/dconf/db/local").read_bytes()
        except FileNotFoundError:
            return set()
        names = {one["key"].rpartition(".")[2] for one in self.settings}
        return {name for name in names if name.encode() in data}

    def journal(self):
        """The files that the journal on disk names; raises when it is torn."""
        try:
            return json.loads((self.state / "undo.json").read_text())["files"]
        except FileNotFoundError:
            return []


def copy(source, to):
    """A tree with its modes and owners"""
    status = os.lstat(source)
    os.mkdir(to)
    with os.scandir(source) as entries:
        for one in entries:
            there = os.path.join(to, one.name)
            if one.is_dir(follow_symlinks=False):
                copy(one.path, there)
            elif one.is_symlink():
                os.symlink(os.readlink(one.path), there)
            else:
                shutil.copyfile(one.path, there)
                inner = one.stat(follow_symlinks=False)
                os.chown(there, inner.st_uid, inner.st_gid)
                os.chmod(there, stat.S_IMODE(inner.st_mode))
    os.chown(to, status.st_uid, status.st_gid)
    os.chmod(to, stat.S_IMODE(status.st_mode))


def entry(path):
    status = os.lstat(path)
    content = None
    if stat.S_ISLNK(status.st_mode):
        content = os.readlink(path)
    if stat.S_ISREG(status.st_mode):
        with open(path, "rb") as file:
            content = file.read()
        # dconf lays its databases out anew each time; Scene.compiled looks into ours
        content = b"compiled" if content.startswith(b"GVariant") else content
    return status.st_mode, status.st_uid, status.st_gid, content
