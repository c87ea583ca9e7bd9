#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: flatpak_camera.py CARETAKER_HOME LISTEN: which flatpaks may film, by the real flatpak.

Apps are built, installed and overridden by Debian's flatpak, for the computer and for one person;
what is right is what each finds in its /dev when flatpak runs it: the camera or none. The real
caretaker-home tells of it by itself, each time that somebody changes it. In namespaces of its own,
with a /dev of its own, which end whatever it started with them."""

import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile

if os.getuid() != 0:
    print("1..0 # SKIP needs root")
    sys.exit()
if "--inside" not in sys.argv:
    os.execvp("unshare", ["unshare", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc", "--ipc",
                          sys.executable, *sys.argv, "--inside"])

# ruff: noqa: E402 - the rest is for the inside
import streams_lab as lab
import tap

RUNTIME = "org.test.Platform"
ALL, NONE = ["--device=all"], []
# of the computer, and of the person
APPS = {"us.zoom.Zoom": ("system", ALL), "org.mozilla.firefox": ("system", ALL), "org.test.One": ("system", ALL),
        "org.test.Two": ("user", NONE)}
MEETING = {"us.zoom.Zoom", "org.mozilla.firefox"}
# in turns: whose override, of which app (or all), what, and which apps find a camera then
STEPS = [
    ("user", ["--nodevice=all", "org.test.One"], []),
    ("user", ["--reset", "org.test.One"], ["One"]),
    ("user", ["--device=all", "org.test.Two"], ["One", "Two"]),
    ("system", ["--nodevice=all", "org.test.One"], ["Two"]),
    ("user", ["--device=all", "org.test.One"], ["One", "Two"]),
    ("user", ["--reset", "org.test.One"], ["Two"]),
    ("user", ["--reset", "org.test.Two"], []),
    ("user", ["--device=all"], ["One", "Two"]),
    ("user", ["--nodevice=all", "org.test.Two"], ["One"]),
    ("user", ["--reset"], []),
    ("system", ["--reset", "org.test.One"], ["One"]),
]


def lay_devices(top):
    """A /dev with a camera, that this mount namespace alone sees"""
    dev = top / "dev"
    dev.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "dev", dev], check=True)
    for name in ("full", "null", "random", "tty", "urandom", "zero"):
        node = os.stat(f"/dev/{name}")
        os.mknod(dev / name, stat.S_IFCHR, node.st_rdev)
        (dev / name).chmod(0o666)
    for name, target in {"fd": "", "stdin": "/0", "stdout": "/1", "stderr": "/2"}.items():
        (dev / name).symlink_to(f"/proc/self/fd{target}")
    (dev / "shm").mkdir(mode=0o1777)
    (dev / "video0").touch()
    subprocess.run(["mount", "--move", dev, "/dev"], check=True)


def flatpak(person, whose, *arguments):
    """As the administrator, or as that person"""
    who = [] if whose == "system" else person.as_user
    done = subprocess.run([*who, "flatpak", *arguments], env=person.environment(), cwd="/", text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=300)
    if done.returncode:
        raise AssertionError(f"flatpak {arguments}: {done.stderr}")
    return done.stdout


def build(person, repository, name, finish):
    """finish: what the app asks for; None makes the runtime"""
    tree = person.top / "tree"
    (tree / "files/bin").mkdir(parents=True)
    kind = "Application" if finish is not None else "Runtime"
    (tree / "metadata").write_text(
        f"[{kind}]\nname={name}\nruntime={RUNTIME}/x86_64/1\nsdk={RUNTIME}/x86_64/1\n")
    if finish is None:
        (tree / "usr/share").mkdir(parents=True)
    else:
        shutil.copy("/bin/busybox", tree / "files/bin/sh")
        flatpak(person, "system", "build-finish", "--command=sh", *finish, str(tree))
    flatpak(person, "system", "build-export", "--disable-sandbox", "--arch=x86_64",
            *(["--runtime"] if finish is None else []), repository, str(tree), "1")
    shutil.rmtree(tree)


def install(person):
    repository = str(person.top / "repository")
    (person.top / "var/lib/flatpak").mkdir(parents=True)
    # flatpak asks the system's bus for parental controls: nobody there has any
    bus = f"unix:path={person.runtime / 'bus'}"
    person.start("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={bus}")
    lab.until_told((person.runtime / "bus").is_socket, "a bus")
    person.more = {"FLATPAK_SYSTEM_DIR": str(person.top / "var/lib/flatpak"),
                   "DBUS_SYSTEM_BUS_ADDRESS": bus, "DBUS_SESSION_BUS_ADDRESS": bus}
    subprocess.run(["ostree", f"--repo={repository}", "init", "--mode=archive-z2"], check=True)
    build(person, repository, RUNTIME, None)
    for name, (_, finish) in APPS.items():
        build(person, repository, name, finish)
    flatpak(person, "system", "build-update-repo", repository)
    for whose in ("system", "user"):
        names = [name for name, row in APPS.items() if row[0] == whose]
        flatpak(person, whose, f"--{whose}", "remote-add", "--no-gpg-verify", "lab", f"file://{repository}")
        flatpak(person, whose, f"--{whose}", "install", "-y", "--noninteractive", "lab", *names)


def filming(person, apps):
    """Those which find the camera, once they run"""
    return {name for name in apps
            if flatpak(person, "user", "run", name, "-c", "test -e /dev/video0 && echo found || echo none") == "found\n"}


def test_what_flatpak_gives_an_app_and_takes_from_it():
    with lab.home() as (home, person):
        install(person)
        tap.equal(filming(person, APPS), {*MEETING, "org.test.One"})
        home.want("sandbox")
        home.until_facts(sandbox_apps=4, sandbox_camera_others=1, sandbox_unseen=0)
        for whose, override, films in STEPS:
            flatpak(person, whose, "override", f"--{whose}", *override)
            found = filming(person, APPS) - MEETING
            tap.equal(found, {f"org.test.{name}" for name in films}, f"{whose} {override}")
            home.until_facts(sandbox_apps=4, sandbox_camera_others=len(found), sandbox_unseen=0)
        flatpak(person, "system", "--system", "uninstall", "-y", "--noninteractive", "org.test.One")
        home.until_facts(sandbox_apps=3, sandbox_camera_others=0, sandbox_unseen=0)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="caretaker-flatpak-") as top:
        home, listen = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
        lab.begin(pathlib.Path(top), home, listen.parent)
        lay_devices(pathlib.Path(top))
        try:
            tap.run(sys.modules[__name__])
        finally:
            shutil.rmtree(top, ignore_errors=True)
