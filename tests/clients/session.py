# SPDX-License-Identifier: Apache-2.0
"""A display, a bus and a client on it, as one user in a home of its own, with no network at all."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import x11

NOBODY = 65534
START_S = 90  # a client that shows no window by then does not start here
CLOSE_S = 60


class Home:
    """A home that belongs to nobody, as caretaker-home's"""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="caretaker-client-"))
        (self.path / "run").mkdir(mode=0o700)
        for path in (self.path, self.path / "run"):
            os.chown(path, NOBODY, NOBODY)
        self.path.chmod(0o755)

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)

    def read(self, name):
        path = self.path / name
        return path.read_text(encoding="utf-8") if path.exists() else None

    def write(self, name, text):
        path = self.path / name
        missing = [one for one in path.parents if not one.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        for one in [path, *missing]:
            os.chown(one, NOBODY, NOBODY)


def as_user(home, command):
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "env", "-i",
            f"HOME={home.path}", f"XDG_RUNTIME_DIR={home.path}/run", "PATH=/usr/bin:/bin",
            "LC_ALL=C.UTF-8", *command]


@contextlib.contextmanager
def display():
    """The number of a display of its own"""
    reader, writer = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x800x24",
                               "-nolisten", "tcp", "-noreset"], pass_fds=[writer],
                              stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as file:
            yield int(file.readline())
    finally:
        server.terminate()
        server.wait()


def start(home, number, command):
    # no network: unshare gives a namespace with a loopback that is down
    return subprocess.Popen(
        ["unshare", "--net", *as_user(home, [f"DISPLAY=:{number}", "QT_QPA_PLATFORM=xcb",
                                             "LIBGL_ALWAYS_SOFTWARE=1", "dbus-run-session", "--",
                                             *command])],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def close_windows(screen, process):
    """As somebody would who clicks each window away; True when the client went by itself."""
    end = time.monotonic() + CLOSE_S
    while time.monotonic() < end:
        for window in screen.closable():
            screen.ask_to_close(window)
        # what it shows now, a question or nothing, is looked at in the next round
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1)
            return True
    return False


@contextlib.contextmanager
def running(home, command):
    """The client with its window shown; gives what closes it, after which its files are written."""
    with display() as number:
        screen = x11.Display(number)
        process = start(home, number, command)

        def close():
            if not close_windows(screen, process):
                raise AssertionError(f"{command[0]} did not close")

        try:
            if not screen.wait_shown(START_S):
                raise AssertionError(f"{command[0]} showed no window")
            yield close
        finally:
            process.kill()
            process.wait()
            screen.close()


def run_and_close(home, command):
    """Starts the client, waits for its window, closes it."""
    with running(home, command) as close:
        close()
