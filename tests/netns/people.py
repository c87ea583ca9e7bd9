#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""caretakerd with the real caretaker-home: a setting in somebody's home, and what it makes of it."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

import tap
import watching
import wire
from agent import Agent
from worker import UID, Worker

CARETAKERD, SEAL, DATA, HOME = (pathlib.Path(argument).resolve() for argument in sys.argv[1:5])
MACHINE = pathlib.Path(__file__).resolve().parent.parent / "scenarios/lock.idle"
NAME = "ana-of-the-test"
HOSTILE = [
    {},
    {"format": 1},
    {"format": 2, "facts": {}},
    {"format": 1, "facts": []},
    {"format": 1, "facts": {}, "name": NAME},
    {"format": 1, "facts": {"lock-after-seconds": -1}},
    {"format": 1, "facts": {"lock-after-seconds": 2**60}},
    {"format": 1, "facts": {"lock-after-seconds": 1.5}},
    {"format": 1, "facts": {"lock-after-seconds": "soon"}},
    {"format": 1, "facts": {"lock-after-seconds": True}},
    {"format": 1, "facts": {"lock-after-seconds": {}}},
    {"format": 1, "facts": {NAME: 1}},
    {"format": 1, "facts": {f"fact-{number}": 1 for number in range(500)}},
]


def lay_out(one):
    shutil.copytree(MACHINE / "gnome-default-at-home.pass/root/usr", one.root / "usr")
    with open(one.root / "etc/passwd", "a", encoding="ascii") as file:
        file.write(f"{NAME}:x:{UID}:{UID}:Ana:/home/{NAME}:/bin/bash\n")
    home = one.root / "home" / NAME
    (home / ".config/dconf").mkdir(parents=True)
    for path in (home, home / ".config", home / ".config/dconf"):
        path.chmod(0o700)
        os.chown(path, UID, UID)
    (one.root / "run/systemd/users").mkdir(parents=True)
    return home


@contextlib.contextmanager
def running():
    with Agent(CARETAKERD, SEAL, DATA) as one:
        one.dwelling = lay_out(one)
        yield one.start()


def verdict(one):
    found = [row for row in one.ask("status")["verdicts"] if row["id"] == "lock.idle"]
    return found[0]


def until(one, state, reason):
    def reached():
        row = verdict(one)
        return (row["state"], row["reason"]) == (state, reason)

    watching.until_told(reached, f"lock.idle {state} {reason}, not {verdict(one)}")


def set_delay(one, seconds):
    """As dconf writes: a new file, renamed over the old one"""
    with tempfile.TemporaryDirectory() as text:
        (pathlib.Path(text) / "values").write_text(
            f"[org/gnome/desktop/session]\nidle-delay=uint32 {seconds}\n")
        fresh = one.dwelling / ".config/dconf/user.NEW"
        subprocess.run(["dconf", "compile", fresh, text], check=True)
        os.chown(fresh, UID, UID)
        fresh.rename(one.dwelling / ".config/dconf/user")


def test_a_setting_changes_the_verdict_and_back():
    with running() as one:
        until(one, "unknown", "nobody-signed-in")
        worker = Worker(HOME, one, one.dwelling)
        until(one, "pass", "lock-in-time")
        set_delay(one, 0)
        until(one, "fail", "lock-never")
        set_delay(one, 3600)
        until(one, "fail", "lock-late")
        (one.dwelling / ".config/dconf/user").unlink()
        until(one, "pass", "lock-in-time")
        # the folder itself is replaced
        shutil.rmtree(one.dwelling / ".config")
        (one.dwelling / ".config/dconf").mkdir(parents=True)
        for name in (".config", ".config/dconf"):
            os.chown(one.dwelling / name, UID, UID)
        set_delay(one, 0)
        until(one, "fail", "lock-never")
        worker.end()


def planned(one, client, key):
    """In its file, and in that of the locks"""
    found = {change["to"] for change in one.ask("plan", client=client)["changes"]
             if change["key"] == key}
    tap.equal(len(found), 1, key)
    return found.pop()


def test_who_chose_a_shorter_time_is_not_left_open_for_longer():
    """What would be written for everybody, and hides a person's own (agent/core/shorter.h). In
    this machine GNOME alone says how long; what others would be set to follows from it."""
    with running() as one:
        for program in ("dconf", "gnome-shell", "plasmashell", "cinnamon-session",
                        "mate-session", "xfce4-screensaver"):
            path = one.root / "usr/bin" / program
            path.parent.mkdir(exist_ok=True)
            path.write_text("")
        worker = Worker(HOME, one, one.dwelling)
        until(one, "pass", "lock-in-time")
        for seconds, written, minutes in ((300, 300, 5), (3600, 300, 5), (0, 300, 5),
                                          (120, 120, 2), (90, 90, 1), (5, 60, 1)):
            set_delay(one, seconds)
            wanted = (f"uint32 {written}", f"uint32 {written}", str(minutes), str(minutes),
                      minutes)

            def all_planned():
                return (planned(one, "gnome-desktop", "org/gnome/desktop/session.idle-delay"),
                        planned(one, "cinnamon-desktop", "org/cinnamon/desktop/session.idle-delay"),
                        planned(one, "mate-desktop", "org/mate/desktop/session.idle-delay"),
                        planned(one, "kde-plasma", 'Daemon["Timeout[$i]"]'),
                        planned(one, "xfce-desktop", "saver.idle-activation.delay"))
            watching.until_told(lambda: all_planned() == wanted, f"{wanted} of {seconds}")
        worker.end()


def test_a_worker_that_hangs_is_believed_no_more():
    """As one whose home lies on a server that is away (tests/vm, case nfs): its connection stays."""
    with running() as one:
        worker = Worker(HOME, one, one.dwelling)
        until(one, "pass", "lock-in-time")
        before = one.ask("status")["clients"]
        os.kill(worker.process.pid, signal.SIGSTOP)
        tap.equal(one.ask("enforce")["unheard"], 1)
        until(one, "unknown", "account-silent")
        said = [row for row in one.ask("status")["clients"] if row["uid"] == UID]
        tap.equal({"said" in row for row in said}, {True})
        tap.equal(len(said), len([row for row in before if row["uid"] == UID]))
        os.kill(worker.process.pid, signal.SIGCONT)
        until(one, "pass", "lock-in-time")
        tap.equal({"said" in row for row in one.ask("status")["clients"]}, {False})
        worker.end()


def test_what_is_known_outlives_worker_and_daemon_and_names_nobody():
    with running() as one:
        worker = Worker(HOME, one, one.dwelling)
        set_delay(one, 0)
        until(one, "fail", "lock-never")
        worker.end()
        one.stop()
        kept = one.state / "people.json"
        tap.equal(kept.stat().st_mode & 0o777, 0o600)
        text = kept.read_text()
        assert NAME not in text and "Ana" not in text, text
        tap.equal([row["day"] % 86400 for row in json.loads(text)["people"]], [0])
        one.start()
        until(one, "fail", "lock-never")
        row = json.dumps(verdict(one))
        assert str(UID) not in row and NAME not in row, row
        # and goes with the account
        passwd = one.root / "etc/passwd"
        passwd.write_text("root:x:0:0::/root:/bin/sh\n")
        until(one, "unknown", "nobody-signed-in")


def test_a_worker_that_lies_in_form_is_dropped():
    with running() as one:
        worker = Worker(HOME, one, one.dwelling)
        until(one, "pass", "lock-in-time")
        worker.end()
        for body in HOSTILE:
            told = json.dumps(body)
            script = (
                "import json, sys; sys.path.insert(0, sys.argv[1]); import wire\n"
                "peer = wire.connect(sys.argv[2])\n"
                "wire.send(peer, wire.HOME_HELLO, {'format': 1})\n"
                "wire.receive(peer)\n"
                "wire.send(peer, wire.HOME_FACTS, json.loads(sys.argv[3]))\n"
                "while True:\n"
                "    try:\n"
                "        kind, _ = wire.receive(peer)\n"
                "    except OSError:\n"
                "        break\n"
                "    if not kind:\n"
                "        break\n")
            liar = Worker(HOME, one, one.dwelling, [sys.executable, "-c", script,
                          str(pathlib.Path(__file__).parent), str(one.home), told])
            tap.equal(liar.process.wait(wire.WAIT_S), 0, told[:80])
            liar.process.stdin.close()
        tap.equal(verdict(one)["state"], "pass")


def test_hostile_homes_are_not_seen():
    with running() as one:
        database = one.dwelling / ".config/dconf/user"
        worker = Worker(HOME, one, one.dwelling)
        until(one, "pass", "lock-in-time")
        os.symlink("/dev/zero", database)
        until(one, "unknown", "desktop-unknown")
        database.unlink()
        until(one, "pass", "lock-in-time")
        os.mkfifo(one.dwelling / ".config/dconf/pipe")
        os.rename(one.dwelling / ".config/dconf/pipe", database)
        until(one, "unknown", "desktop-unknown")
        database.unlink()
        with open(one.dwelling / ".config/dconf/large", "wb") as file:
            file.truncate(1 << 40)
        os.chown(one.dwelling / ".config/dconf/large", UID, UID)
        os.rename(one.dwelling / ".config/dconf/large", database)
        until(one, "unknown", "desktop-unknown")
        tap.equal(worker.process.poll(), None)
        worker.end()


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
