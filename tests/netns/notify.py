#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a person is told on the desktop: the real caretakerd, caretaker-home and caretaker-notify, a
real session bus, and dunst, which shows it."""

import contextlib
import json
import os
import pathlib
import pwd
import shutil
import sys
import tempfile
import time

import worker

# dbus-daemon runs as nobody but an account of this machine
worker.UID = pwd.getpwnam("nobody").pw_uid

# ruff: noqa: E402 - the others take it from there
import agent
import desktop
import exempt
import keeper
import tap
import watching
from worker import UID, Worker

HOME, NOTIFY = (pathlib.Path(argument).resolve() for argument in sys.argv[5:7])
REOPEN = "OBS Studio: please close it and open it again"
SIGN_IN = "Please sign out and in again when it suits you"
ASKED = "Caretaker waits for your yes"
ON = "The microphone is still on"
SOON, NOW, OVER = (f"Recording: {words}" for words in
                   ("allowed soon", "allowed now", "no longer allowed"))


def start_worker(one):
    one.worker = Worker(HOME, one, one.dwelling,
                        [HOME, "--home", one.dwelling, "--root", one.root, "--socket", one.home,
                         "--notify", NOTIFY, "--data", keeper.DATA])
    watching.until_told(lambda: exempt.obs(one), "the worker's first word")


@contextlib.contextmanager
def machine():
    with keeper.machine() as one:
        one.dwelling = one.root / "home/ana"
        (one.dwelling / ".config/obs-studio").mkdir(parents=True)
        (one.dwelling / exempt.OBS).write_text(exempt.OWN)
        with open(one.root / "etc/passwd", "a", encoding="ascii") as file:
            file.write(f"ana:x:{UID}:{UID}::/home/ana:/bin/bash\n")
        for path in (one.dwelling, *one.dwelling.rglob("*")):
            os.chown(path, UID, UID)
        (one.root / "run/user").mkdir(parents=True)
        (one.root / "etc/login.defs").write_text(f"UID_MIN 1000\nUID_MAX {UID}\n")
        one.worker = None
        try:
            yield one
        finally:
            if one.worker:
                one.worker.end()


def told(one):
    path = one.dwelling / ".local/state/caretaker/told.json"
    return json.loads(path.read_text())["told"] if path.is_file() and not path.is_symlink() else []


def wait_told(one, n):
    """Remembered: the messages were shown, and what comes next is started by itself"""
    watching.until(one.dwelling / ".local/state/caretaker", lambda: len(told(one)) == n, "told")


def visible(one):
    """Of exempt.visible, which never leaves the device"""
    return next((row["state"], row["reason"]) for row in one.ask("status")["verdicts"]
                if row["id"] == "exempt.visible")


def run_now(value):
    now = int(time.time())
    value["given"][0].update(noticed=now - 700, start=now - 60, end=now + 3600)


def test_each_is_told_once_and_what_runs_at_each_sign_in():
    with machine() as one:
        with desktop.signed_in(one) as session:
            session.show()
            start_worker(one)
            session.until(ASKED)
            wait_told(one, 1)
            given = one.ask("exempt-give", exemption=exempt.wish())["id"]
            session.until(ASKED, SOON)
            assert "own practice" in session.body(SOON), session.body(SOON)
            assert "the family" in session.body(SOON), session.body(SOON)
            wait_told(one, 2)
            exempt.edit_state(one, run_now)
            session.until(ASKED, SOON, NOW)
            wait_told(one, 3)
            watching.until_told(lambda: visible(one) == ("pass", "exemption-shown"), "seen there")
            # a desktop makes names in its runtime directory all the time: the session is the same
            (session.place / "more").touch()
            # a worker and a daemon that start again in the same session have nothing new to tell
            one.worker.end()
            start_worker(one)
            one.stop()
            one.start()
            watching.until_told(lambda: exempt.obs(one), "the worker is back")
            one.ask("enforce", client="obs-studio")
            tap.equal(session.titles(), [ASKED, SOON, NOW])
            assert "displayed" in session.displayed().lower(), session.displayed()
            one.worker.end()
            one.worker = None
        watching.until_told(lambda: visible(one)[1] == "no-desktop-session", "nobody is there")
        with desktop.signed_in(one) as session:
            session.show()
            start_worker(one)
            session.until(NOW)
            wait_told(one, 4)
            one.ask("exempt-end", id=given)
            session.until(NOW, OVER)
            wait_told(one, 5)
        tap.equal((one.dwelling / ".local/state/caretaker/told.json").stat().st_mode & 0o777, 0o600)


def test_the_button_says_what_to_do_and_nothing_waits_for_it():
    with machine() as one, desktop.signed_in(one) as session:
        session.show()
        start_worker(one)
        session.until(ASKED)
        wait_told(one, 1)
        # what comes next is shown while that message is still there
        one.ask("exempt-give", exemption=exempt.wish())
        session.until(ASKED, SOON)
        wait_told(one, 2)
        session.press()
        session.until(ASKED, SOON, ASKED)
        steps = session.bodies(ASKED)[1]
        assert "1. " in steps and "caretaker consent" in steps, steps


def test_a_client_that_runs_is_to_be_closed_and_the_rest_comes_by_itself():
    with machine() as one, desktop.signed_in(one) as session:
        session.show()
        program = one.path / "obs"
        shutil.copy("/bin/sleep", program)
        program.chmod(0o755)
        obs = session.start(str(program), "infinity", env=session.environment())
        start_worker(one)
        session.until(ASKED)
        one.ask("enforce")
        session.until(ASKED, REOPEN)
        wait_told(one, 2)
        tap.equal((one.dwelling / exempt.OBS).read_text(), exempt.OWN)
        session.press(1)
        session.until(ASKED, REOPEN, REOPEN)
        assert "Quit in the menu of OBS Studio" in session.bodies(REOPEN)[1]
        obs.kill()
        obs.wait()
        exempt.wait_records(one, "false")
        # once in a session, however often it is opened again
        one.ask("undo", client="obs-studio")
        session.start(str(program), "infinity", env=session.environment())
        one.ask("enforce", client="obs-studio")
        one.ask("exempt-give", exemption=exempt.wish())
        session.until(ASKED, REOPEN, REOPEN, SOON)


def test_what_counts_from_the_next_sign_in_is_told_and_the_desktop_asked():
    with machine() as one, desktop.signed_in(one) as session:
        session.show()
        (one.root / "usr/bin/plasmashell").write_text("")
        (one.root / "etc/xdg").mkdir(parents=True, exist_ok=True)
        users = one.root / "run/systemd/users"
        users.mkdir(parents=True)
        (users / str(UID)).write_text(f"NAME=ana\nREALTIME={int(time.time() - 600) * 1000000}\n")
        one.stop()
        one.start()
        start_worker(one)
        session.until(ASKED)
        one.ask("enforce", client="kde-plasma")
        session.until(ASKED, SIGN_IN)
        assert "KDE Plasma" in session.body(SIGN_IN), session.body(SIGN_IN)
        wait_told(one, 2)
        session.manage()
        session.press(1)
        session.until_asked("member=Logout uint32 0")
        # who signed in since has the new settings already
        (users / str(UID)).write_text(f"NAME=ana\nREALTIME={int(time.time() + 60) * 1000000}\n")
        one.worker.end()
        (one.dwelling / ".local/state/caretaker/told.json").unlink()
        start_worker(one)
        session.until(ASKED, SIGN_IN, ASKED)
        wait_told(one, 1)
        one.ask("exempt-give", exemption=exempt.wish())
        session.until(ASKED, SIGN_IN, ASKED, SOON)


def test_who_shows_messages_is_waited_for():
    with machine() as one, desktop.signed_in(one) as session:
        start_worker(one)
        one.ask("status")
        tap.equal((session.titles(), told(one)), ([], []))
        session.show()
        session.until(ASKED)
        wait_told(one, 1)


def test_without_a_session_it_is_quiet_and_told_later():
    with machine() as one:
        start_worker(one)
        one.ask("enforce")
        one.ask("exempt-give", exemption=exempt.wish())
        tap.equal(told(one), [])
        with desktop.signed_in(one) as session:
            session.show()
            # nothing wakes it but something new
            one.ask("exempt-give", exemption=exempt.wish(feature="camera"))
            session.until(SOON, "The camera: allowed soon")
            wait_told(one, 2)


class Microphone:
    """One of ALSA's, as files show it: its node, and its status"""

    def __init__(self, one):
        self.node = one.root / "dev/snd/pcmC0D0c"
        self.status = one.root / "proc/asound/card0/pcm0c/sub0/status"
        number = one.root / "sys/class/sound/pcmC0D0c/dev"
        for path, text in ((self.node, ""), (self.status, "closed\n"), (number, "116:24\n")):
            path.parent.mkdir(parents=True)
            path.write_text(text)

    def turn(self, text):
        self.status.write_text(text)
        self.node.read_bytes()  # what inotify tells of

    def leave_on(self):
        self.turn("state: RUNNING\nowner_pid   : 4711\n")

    def close(self):
        self.turn("closed\n")


def left_on(one):
    return next(row["state"] for row in one.ask("status")["verdicts"]
                if row["id"] == "av.mic-idle") == "fail"


class Zone:
    """The time of day by local time, for a caretakerd that is started in it: the C library reads the
    machine's own zone again when that file is another."""

    def __init__(self, path):
        self.path, self.times = path, 0

    def wrap(self):
        return ("unshare", "--mount", "bash", "-c", 'mount --bind "$0" /etc/localtime && exec "$@"', self.path)

    def turn_to(self, hour):
        """It is that hour now."""
        east = (hour - time.gmtime().tm_hour + 11) % 24 - 11
        self.path.write_bytes(pathlib.Path(f"/usr/share/zoneinfo/Etc/GMT{-east:+d}").read_bytes())
        self.times += 1
        os.utime(self.path, (self.times, self.times))  # compared by whole seconds


@contextlib.contextmanager
def recorded(wrap=(), **more):
    """A private machine whose microphone is left on, and its owner's session"""
    with machine() as one, desktop.signed_in(one) as session:
        one.stop()
        one.microphone = Microphone(one)
        one.start(wrap)
        value = agent.policy(ownership="private", report={"interval_seconds": 86400})
        value["controls"]["av.mic-idle"].update(minutes=0, **more)
        one.enrol(body=one.enrolled_answer(value))
        one.microphone.leave_on()
        watching.until_told(lambda: left_on(one), "it was left on")
        session.show()
        start_worker(one)
        yield one, session


def test_a_microphone_left_on_is_told_once():
    with recorded() as (one, session):
        session.read(lambda: {ASKED, ON} <= set(session.titles()), "the microphone")
        assert "microphone open" in session.body(ON), session.body(ON)
        wait_told(one, 2)
        # the same day, over restarts of both, and after it was closed and opened
        one.worker.end()
        start_worker(one)
        one.stop()
        one.start()
        watching.until_told(lambda: exempt.obs(one), "the worker is back")
        watching.until_told(lambda: left_on(one), "it is still on")
        one.microphone.close()
        watching.until_told(lambda: not left_on(one), "it was closed")
        one.microphone.leave_on()
        watching.until_told(lambda: left_on(one), "it was left on again")
        # what comes next comes alone
        one.ask("exempt-give", exemption=exempt.wish())
        session.read(lambda: SOON in session.titles(), "what comes next")
        tap.equal(sorted(session.titles()), sorted([ASKED, ON, SOON]))


def test_a_microphone_left_on_is_not_told_in_quiet_hours():
    with recorded(quiet_hours=[{"from": "00:00", "to": "24:00"}]) as (one, session):
        session.until(ASKED)
        wait_told(one, 1)
        one.ask("exempt-give", exemption=exempt.wish())
        session.until(ASKED, SOON)


def test_a_microphone_left_on_in_quiet_hours_is_told_once_they_are_over():
    with tempfile.TemporaryDirectory() as place:
        zone = Zone(pathlib.Path(place) / "zone")
        zone.turn_to(6)
        with recorded(zone.wrap(), quiet_hours=[{"from": "00:00", "to": "12:00"}]) as (one, session):
            session.until(ASKED)
            wait_told(one, 1)
            one.ask("exempt-give", exemption=exempt.wish())
            session.until(ASKED, SOON)
            wait_told(one, 2)
            # the hours are over, and it is judged as its timer does then (test-left-on)
            zone.turn_to(18)
            one.ask("audit")
            session.until(ASKED, SOON, ON)
            wait_told(one, 3)
            # judged again, closed and opened again, and over the next quiet hours
            one.ask("audit")
            one.microphone.close()
            watching.until_told(lambda: not left_on(one), "it was closed")
            one.microphone.leave_on()
            watching.until_told(lambda: left_on(one), "it was left on again")
            zone.turn_to(6)
            one.ask("audit")
            zone.turn_to(18)
            one.ask("audit")
            # what comes next comes alone
            one.ask("exempt-give", exemption=exempt.wish(feature="camera"))
            session.until(ASKED, SOON, ON, "The camera: allowed soon")
            wait_told(one, 4)


def test_its_button_says_how_to_turn_it_off():
    with recorded() as (one, session):
        session.read(lambda: {ASKED, ON} <= set(session.titles()), "the microphone")
        wait_told(one, 2)
        session.press(session.titles().index(ON))
        session.read(lambda: len(session.bodies(ON)) == 2, "its steps")
        assert "1. " in session.bodies(ON)[1], session.bodies(ON)


def test_a_memory_that_was_tampered_with_does_no_harm():
    with machine() as one, desktop.signed_in(one) as session:
        session.show()
        place = one.dwelling / ".local/state/caretaker"
        place.mkdir(parents=True)
        for path in (one.dwelling / ".local", place.parent, place):
            os.chown(path, UID, UID)
        os.symlink("/dev/zero", place / "told.json")
        start_worker(one)
        session.until(ASKED)
        wait_told(one, 1)
        tap.equal((place / "told.json").is_symlink(), False)


if __name__ == "__main__":
    if os.getuid() != 0:
        print("1..0 # SKIP needs root")
    elif desktop.programs():
        print(f"1..0 # SKIP not here: {' '.join(desktop.programs())}")
    else:
        tap.run(sys.modules[__name__])
