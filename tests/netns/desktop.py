# SPDX-License-Identifier: Apache-2.0
"""A session of a user who is nobody on this machine: dbus-daemon, dunst on a display that nobody
sees, and dbus-monitor, which tells what was shown."""

import contextlib
import os
import re
import select
import shutil
import socket
import subprocess
import time

import watching
from worker import UID

AS_USER = ["setpriv", "--reuid", str(UID), "--regid", str(UID), "--clear-groups"]
MANAGER = "org.gnome.SessionManager"
LIMIT_S = 60  # only ends a test that hangs
CONFIG = """<busconfig><type>session</type><listen>unix:path={}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>"""


class Desktop:
    def __init__(self, one):
        self.place = one.root / "run/user" / str(UID)
        self.bus = self.place / "bus"
        self.programs = []
        self.seen = b""
        self.base = one.path

    def environment(self, **more):
        return {"PATH": os.environ["PATH"], "HOME": str(self.place), "LC_ALL": "C.UTF-8",
                "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.bus}", **more}

    def start(self, *command, **more):
        process = subprocess.Popen([*AS_USER, *command], stdin=subprocess.DEVNULL, **more)
        self.programs.append(process)
        return process

    def sign_in(self):
        """A runtime directory of its own, as pam_systemd makes it, and the bus in it"""
        self.place.mkdir(parents=True)
        os.chown(self.place, UID, UID)
        self.place.chmod(0o700)
        config = self.base / "bus.conf"
        config.write_text(CONFIG.format(self.bus))
        config.chmod(0o644)
        self.start("dbus-daemon", "--nofork", f"--config-file={config}", env=self.environment(),
                   stderr=subprocess.DEVNULL)
        watching.until(self.place, self.bus.exists, "the session bus")
        while not self.listens():  # bound a moment before it listens
            pass
        self.monitor = self.start(
            "dbus-monitor", "interface='org.freedesktop.Notifications',member='Notify'",
            f"interface='{MANAGER}'",
            env=self.environment(), stdout=subprocess.PIPE)
        os.set_blocking(self.monitor.stdout.fileno(), False)
        # told to the monitor itself once it listens
        self.read(lambda: b"NameAcquired" in self.seen or b"NameLost" in self.seen, "monitor")

    def listens(self):
        with socket.socket(socket.AF_UNIX) as peer:
            return peer.connect_ex(str(self.bus)) == 0

    def show(self):
        """Somebody who shows messages comes up"""
        read, write = os.pipe()
        self.start("Xvfb", "-displayfd", str(write), "-nolisten", "tcp", "-screen", "0", "320x240x24",
                   env=self.environment(), pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as file:
            number = file.readline().strip()
        config = self.base / "dunstrc"
        config.write_text("[urgency_normal]\ntimeout = 0\n")  # until somebody closes it
        config.chmod(0o644)
        self.start("dunst", "-config", str(config), env=self.environment(DISPLAY=f":{number}"), stderr=subprocess.DEVNULL)

    def read(self, found, what):
        ends = time.monotonic() + LIMIT_S
        while not found():
            left = ends - time.monotonic()
            if left < 0 or not select.select([self.monitor.stdout], [], [], left)[0]:
                raise AssertionError(f"waited in vain: {what}: {self.seen.decode()[-3000:]}")
            more = self.monitor.stdout.read()
            if not more:
                raise AssertionError("the monitor ended")
            self.seen += more

    def titles(self):
        """Of each Notify call: susssasa{sv}i, the summary is the third text"""
        found = []
        for call in self.seen.decode().split("member=Notify")[1:]:
            texts = re.findall(r'^   string "(.*)"$', call, re.M)
            if len(texts) >= 4:
                found.append(texts[2])
        return found

    def bodies(self, title):
        found = []
        for call in self.seen.decode().split("member=Notify")[1:]:
            texts = re.findall(r'^   string "(.*)"$', call, re.M)
            if len(texts) >= 4 and texts[2] == title:
                found.append(texts[3])
        return found

    def body(self, title):
        return next(iter(self.bodies(title)), None)

    def until(self, *titles):
        self.read(lambda: self.titles() == list(titles), f"{titles}, not {self.titles()}")

    def dunst(self, *command):
        """Once dunst has displayed what it was given: no event tells that it has"""
        ends = time.monotonic() + LIMIT_S
        while subprocess.run([*AS_USER, "dunstctl", *command], env=self.environment(),
                             capture_output=True, check=False).returncode:
            assert time.monotonic() < ends, f"dunst has nothing to {command}"

    def press(self, before=0):
        """The button of the oldest message, after closing so many that are older"""
        for _ in range(before):
            self.dunst("close")
        self.dunst("action", "0")

    def manage(self):
        """Somebody who can be asked to sign out: here it answers to everything, and does nothing"""
        self.start("dbus-test-tool", "echo", "--session", f"--name={MANAGER}",
                   env=self.environment(), stderr=subprocess.DEVNULL)
        while MANAGER not in self.names():
            pass

    def names(self):
        return subprocess.run(
            [*AS_USER, "dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus",
             "/", "org.freedesktop.DBus.ListNames"], env=self.environment(), text=True,
            capture_output=True, check=True).stdout

    def until_asked(self, call):
        """That call of the manager, with its arguments in one line"""
        self.read(lambda: call in re.sub(r"\s+", " ", self.seen.decode()), call)

    def displayed(self):
        """What dunst itself says that it has shown and shows"""
        return subprocess.run([*AS_USER, "dunstctl", "count"], env=self.environment(), text=True,
                              capture_output=True, check=True).stdout

    def sign_out(self):
        for process in reversed(self.programs):
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()
        self.programs = []
        self.seen = b""
        shutil.rmtree(self.place)


@contextlib.contextmanager
def signed_in(one):
    desktop = Desktop(one)
    try:
        desktop.sign_in()
        yield desktop
    finally:
        desktop.sign_out()


def programs():
    return [name for name in ("dbus-daemon", "dbus-monitor", "dbus-send", "dbus-test-tool", "dunst", "Xvfb")
            if not shutil.which(name)]
