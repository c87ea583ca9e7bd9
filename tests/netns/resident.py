#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""caretaker-hand stays while something is kept: what that costs, when it goes, who comes after it."""

import os
import pathlib
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

import tap
import watching
import wire

HAND = pathlib.Path(sys.argv[1]).resolve()
MEMORY_KIB = 400  # asleep; of which the pages of the C library that only this process wrote are most
SUCCESSOR = 75  # RestartForceExitStatus= of its unit
WRITE, UNDO, JOURNAL, DONE = 20, 21, 22, 23  # common/ipc.h
IDLE_S = 10  # agent/hand/main.c
SETTING = {"client": "chromium", "edits": [{"key": "MetricsReportingEnabled", "value": False}],
           "file": 0, "format": 1, "path": "/etc/chromium/policies/managed/caretaker.json"}
# In a mount namespace of its own, as the unit gives it one: its /etc is a folder of the test, a file
# of which is closed to it.
CLOSED = ('mount --bind "$1/etc" /etc; mount --bind /etc/passwd /etc/passwd; '
          'mount -o remount,bind,ro /etc/passwd; shift; '
          'exec 3<&"$1"; shift; LISTEN_PID=$$ exec setpriv --no-new-privs "$@"')


class Hand:
    """caretaker-hand as init starts it, and as often as somebody calls."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="caretaker-resident-")
        self.path = pathlib.Path(self.folder.name)
        self.root = self.path / "root"
        for name in ("root/etc/chromium", "root/usr/bin", "state"):
            (self.path / name).mkdir(parents=True)
        (self.path / "state").chmod(0o700)
        (self.root / "usr/bin/chromium").write_text("")
        own = self.path / "own" / "etc"
        own.mkdir(parents=True)
        (own / "passwd").write_text("root:x:0:0::/root:/bin/sh\n")
        for name in ("ld.so.cache", "localtime"):
            if os.path.exists("/etc/" + name):
                shutil.copy("/etc/" + name, own)
        self.passwd = own / "passwd"
        self.socket = self.path / "hand.sock"
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(str(self.socket))
        self.listener.listen(8)
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "slave", "bash", "-ec", CLOSED, "hand",
             self.path / "own", str(self.listener.fileno()), HAND, "--root", self.root, "--state",
             self.path / "state"],
            env={"LISTEN_FDS": "1", "LISTEN_FDNAMES": "hand", "PATH": os.environ["PATH"],
                 "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"},
            pass_fds=[self.listener.fileno()])

    def call(self, number, body):
        """A question on its way; whoever takes it answers."""
        peer = wire.connect(self.socket)
        wire.send(peer, number, body)
        return peer

    def ask(self, number, body):
        with self.call(number, body) as peer:
            kind, answer = wire.receive(peer)
        tap.equal(kind, DONE, answer)
        return answer["changes"]

    def ends_within(self, seconds):
        """Its exit status, or None when it did not end"""
        fd = os.pidfd_open(self.process.pid)
        try:
            ended = select.select([fd], [], [], seconds)[0]
        finally:
            os.close(fd)
        return self.process.wait() if ended else None

    def memory_kib(self):
        with open(f"/proc/{self.process.pid}/smaps_rollup", encoding="ascii") as file:
            return int(re.search(r"^Pss:\s+(\d+) kB", file.read(), re.M)[1])

    def useradd(self):
        """The file that is closed to it is replaced, as useradd(8) does: written aside, renamed."""
        aside = self.passwd.with_suffix(".new")
        aside.write_text(self.passwd.read_text() + "anna:x:1000:1000::/home/anna:/bin/sh\n")
        aside.rename(self.passwd)

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        if self.process:
            self.process.wait()
        self.listener.close()
        self.folder.cleanup()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.close()


def test_with_nothing_kept_it_ends():
    with Hand() as hand:
        tap.equal(hand.ask(JOURNAL, {}), [])
        tap.equal(hand.ends_within(watching.LIMIT_S), 0)


def test_it_stays_asleep_while_something_is_kept_and_ends_after_the_undo():
    with Hand() as hand:
        tap.equal([c["result"] for c in hand.ask(WRITE, SETTING)], ["applied"])
        tap.equal(hand.ends_within(IDLE_S + 3), None, "ended though something is kept")
        least = watching.until_told(
            lambda: hand.memory_kib() if hand.memory_kib() < MEMORY_KIB else 0, "little memory")
        print(f"# asleep: {least} KiB", flush=True)
        # it answers, and sleeps again
        tap.equal([c["key"] for c in hand.ask(JOURNAL, {})], ["MetricsReportingEnabled"])
        tap.equal([c["result"] for c in hand.ask(UNDO, {"client": None, "key": None})], ["undone"])
        tap.equal(hand.ends_within(watching.LIMIT_S), 0)


def test_what_closes_a_file_to_it_goes_with_that_file_and_a_fresh_one_takes_its_place():
    with Hand() as hand:
        hand.ask(WRITE, SETTING)
        tap.equal(hand.ends_within(IDLE_S + 3), None, "ended though something is kept")
        mounts = f"/proc/{hand.process.pid}/mountinfo"
        tap.equal(" /etc/passwd " in pathlib.Path(mounts).read_text(), True)
        hand.useradd()
        tap.equal(" /etc/passwd " in pathlib.Path(mounts).read_text(), False, "vfs_rename")
        # who calls now is answered by the fresh one alone
        with hand.call(JOURNAL, {}) as peer:
            tap.equal(hand.ends_within(watching.LIMIT_S), 0)
            hand.start()
            tap.equal(wire.receive(peer)[0], DONE)
        # and when nobody calls, init is asked for one
        hand.useradd()
        tap.equal(hand.ends_within(watching.LIMIT_S), SUCCESSOR)


if __name__ == "__main__":
    tap.run_as_root(sys.modules[__name__])
