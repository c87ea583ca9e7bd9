#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Our reader of dconf's databases and compiled schemas, against Debian's dconf and gsettings.

Each state is a machine's databases with values and locks, a person's own database, a profile and
vendors' overrides, compiled by dconf and glib-compile-schemas themselves. The right answer is what
`gsettings get` and `gsettings writable` say of it, in a mount namespace where it is the machine's.
"""

import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "netns"))
import tap  # noqa: E402

READER = pathlib.Path(sys.argv[1]).resolve()
SCHEMAS = pathlib.Path("/usr/share/glib-2.0/schemas")
STATES = 60
KEYS = {
    ("org.gnome.desktop.session", "idle-delay"): ["uint32 0", "uint32 300", "uint32 4294967295"],
    ("org.gnome.desktop.screensaver", "lock-enabled"): ["true", "false"],
    ("org.gnome.desktop.screensaver", "lock-delay"): ["uint32 0", "uint32 30", "'text'", "true"],
    ("org.gnome.desktop.lockdown", "disable-lock-screen"): ["true", "false", "int32 1"],
    ("org.gnome.desktop.media-handling", "autorun-never"): ["true", "false", "@as []"],
    ("org.gnome.desktop.peripherals.keyboard", "delay"): ["uint32 7", "uint64 7"],
    ("org.gnome.desktop.interface", "cursor-size"): ["24", "-3"],
    ("org.gnome.desktop.interface", "text-scaling-factor"): ["1.5"],
    ("org.caretaker.test", "ranged"): ["0", "5", "10", "11", "-1"],
    ("org.caretaker.test", "small"): ["byte 0x07", "7"],
    ("org.caretaker.test", "int64"): ["int64 -9000000000"],
    ("org.caretaker.test", "short"): ["int16 -5", "uint16 5"],
}
DESKTOPS = ["GNOME", "ubuntu:GNOME", "KDE", "", "GNOME-Classic:GNOME"]
SCHEMA = """<schemalist><schema id="org.caretaker.test" path="/org/caretaker/test/">
<key name="ranged" type="i"><range min="1" max="10"/><default>3</default></key>
<key name="small" type="y"><default>5</default></key>
<key name="int64" type="x"><default>-1</default></key>
<key name="short" type="n"><default>-7</default></key>
</schema></schemalist>
"""


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def path_of(schema, key):
    return "/" + schema.replace(".", "/") + "/" + key


def keyfile(values):
    """{(schema, key): text} as dconf compile reads it"""
    groups = {}
    for (schema, key), text in values.items():
        groups.setdefault(schema.replace(".", "/"), []).append(f"{key}={text}")
    return "".join(f"[{group}]\n" + "\n".join(rows) + "\n" for group, rows in groups.items())


def run(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


class Machine:
    """One state, laid out below a directory."""

    def __init__(self, top, seed):
        self.top = top
        self.dice = random.Random(seed)
        self.home = top / "home"
        self.desktops = self.dice.choice(DESKTOPS)
        self.schemas()
        self.databases()

    def some(self, share=0.5):
        return {key: self.dice.choice(texts) for key, texts in KEYS.items()
                if self.dice.random() < share}

    def schemas(self):
        place = self.top / "usr/share/glib-2.0/schemas"
        shutil.copytree(SCHEMAS, place, ignore=lambda _, names: [
            name for name in names if not name.endswith(".xml")])
        write(place / "org.caretaker.test.gschema.xml", SCHEMA)
        for number, desktop in enumerate(["", ":GNOME", ":ubuntu"]):
            if self.dice.random() < 0.5:
                continue
            delay = self.dice.choice([0, 60, 900])
            lock = self.dice.choice(["true", "false"])
            write(place / f"{number}0_vendor.gschema.override",
                  f"[org.gnome.desktop.session{desktop}]\nidle-delay=uint32 {delay}\n"
                  f"[org.gnome.desktop.screensaver{desktop}]\nlock-enabled={lock}\n")
        run("glib-compile-schemas", place)

    def databases(self):
        lines = []
        for name in ("local", "site", "distro"):
            if self.dice.random() < 0.35:
                continue
            lines.append(f"system-db:{name}")
            if self.dice.random() < 0.15:
                continue  # named and not there
            text = self.top / f"etc/dconf/db/{name}.d"
            write(text / "00-values", keyfile(self.some(0.4)))
            locks = [path_of(*key) for key in KEYS if self.dice.random() < 0.3]
            if locks and self.dice.random() < 0.8:
                write(text / "locks" / "00-locks", "# what stays\n" + "\n".join(locks) + "\n")
            run("dconf", "compile", self.top / f"etc/dconf/db/{name}", text)
            if self.dice.random() < 0.2:  # written later, and never compiled: says nothing
                write(text / "locks" / "99-late", "\n".join(path_of(*key) for key in KEYS))
        first = self.dice.choices(
            ["user-db:user\n", "user-db:other\n", ""], [0.85, 0.1, 0.05])[0]
        if not first and not lines:
            first = "user-db:user\n"
        profile = self.dice.random()
        if profile < 0.8:
            write(self.top / "etc/dconf/profile/user",
                  "# a profile\n" + first + "\n".join(lines) + "  # the last\n")
        elif profile < 0.9:
            write(self.top / "usr/share/dconf/profile/user", first + "\n".join(lines) + "\n")
        name = "other" if "other" in first else "user"
        (self.home / ".config/dconf").mkdir(parents=True)
        if self.dice.random() < 0.85:
            text = self.top / "person.d"
            write(text / "values", keyfile(self.some(0.6)))
            run("dconf", "compile", self.home / ".config/dconf" / name, text)

    def oracle(self):
        """What gsettings says where this machine's files are those of the system"""
        script = ["mount --make-rprivate /",
                  f"mount --bind {self.top}/usr/share/glib-2.0/schemas {SCHEMAS}",
                  f"mkdir -p /etc/dconf && mount --bind {self.top}/etc/dconf /etc/dconf",
                  "mkdir -p /usr/share/dconf && mount --bind "
                  f"{self.top}/usr/share/dconf /usr/share/dconf"]
        for schema, key in KEYS:
            script.append(f"gsettings get {schema} {key}; gsettings writable {schema} {key}")
        for name in ("etc/dconf", "usr/share/dconf"):
            (self.top / name).mkdir(parents=True, exist_ok=True)
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LC_ALL": "C",
                       "GSETTINGS_BACKEND": "dconf", "XDG_CURRENT_DESKTOP": self.desktops,
                       "XDG_RUNTIME_DIR": str(self.top), "DBUS_SESSION_BUS_ADDRESS": "none:"}
        lines = run("unshare", "--mount", "sh", "-ec", "\n".join(script),
                    env=environment).split("\n")
        return [(lines[2 * i].split()[-1], lines[2 * i + 1]) for i in range(len(KEYS))]

    def ours(self):
        asked = "".join(f"{schema} {key}\n" for schema, key in KEYS)
        return run(READER, self.top, self.home, self.desktops, input=asked).splitlines()


def as_number(text):
    return {"true": 1, "false": 0}[text] if text in ("true", "false") else int(text, 0)


def compare(machine):
    for key, (text, writable), found in zip(KEYS, machine.oracle(), machine.ours()):
        if key[1] == "text-scaling-factor":
            tap.equal(found, "not-seen", "a number that is none of ours")
            continue
        wanted = f"{as_number(text)} {'writable' if writable == 'true' else 'fixed'}"
        tap.equal(found, wanted, f"{machine.desktops} {key}")


def test_states_are_read_as_gsettings_reads_them():
    if os.geteuid() != 0:
        raise tap.Skip("without root, who alone may lay files over the machine's")
    seen = set()
    for seed in range(STATES):
        with tempfile.TemporaryDirectory() as top:
            os.chmod(top, 0o755)
            machine = Machine(pathlib.Path(top), seed)
            try:
                compare(machine)
            except AssertionError as error:
                raise AssertionError(f"state {seed}: {error}") from None
            seen.update(machine.ours())
    # the states are no good when they are all alike
    assert any(line.endswith("fixed") for line in seen), seen
    assert any(line.endswith("writable") for line in seen), seen
    assert len(seen) > 20, seen


def test_torn_databases_are_not_seen():
    with tempfile.TemporaryDirectory() as name:
        top = pathlib.Path(name)
        write(top / "text/values", keyfile({("org.gnome.desktop.session", "idle-delay"): "uint32 0"}))
        (top / ".config/dconf").mkdir(parents=True)
        database = top / ".config/dconf/user"
        run("dconf", "compile", database, top / "text")
        whole = database.read_bytes()
        for length in (0, 8, 23, 24, 40, len(whole) // 2):
            database.write_bytes(whole[:length])
            done = subprocess.run([READER, top, top, ""], capture_output=True, text=True,
                                  input="org.gnome.desktop.session idle-delay\n", check=False)
            assert done.returncode in (0, 1) and "300" not in done.stdout, (length, done)


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
