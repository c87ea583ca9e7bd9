#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What may lie where a link that systemd reads is to be made, before the real caretaker-hand.

usage: hostile_link.py HAND HOME CLIENTS SCOPE FORMAT

A link is made where nothing is. What is there already is somebody's decision: it is told, whatever it
is, and neither it nor what it leads to is opened, followed or changed.
"""

import contextlib
import os
import pathlib
import socket
import stat
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "netns"))

# pylint: disable=wrong-import-position
import disks  # noqa: E402
import programs  # noqa: E402
import scene as scenes  # noqa: E402
import tap  # noqa: E402
from faults import differing  # noqa: E402

HAND, CLIENTS = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[3]).resolve()
SHADOW = b"root:$y$j9T$secret:19000:0:99999:7:::\n"
RACES = 60
MARK = "CARETAKER_HOSTILE_LINK"


class Place:
    """A machine with the folder of the link, and a stranger's file beside it"""

    def __init__(self, directory):
        found = scenes.first_of(CLIENTS, "system", "link")
        self.scene = scenes.Scene(os.path.join(directory, "one"), *found, None)
        self.program = programs.Hand(self.scene, HAND)
        self.shadow = pathlib.Path(directory) / "shadow"
        self.shadow.write_bytes(SHADOW)
        self.shadow.chmod(0o640)
        self.scene.lay()
        self.target = self.scene.target
        self.target.parent.mkdir(parents=True)

    def stranger(self):
        status = self.shadow.stat()
        return self.shadow.read_bytes(), status.st_mode, status.st_uid, status.st_mtime_ns

    def keep(self):
        return programs.results(self.program.keep())

    def undo(self):
        return programs.results(self.program.undo())


@contextlib.contextmanager
def place(below="/dev/shm"):
    with tempfile.TemporaryDirectory(dir=below, prefix="caretaker-hostile-") as directory:
        os.chmod(directory, 0o755)
        one = Place(directory)
        stranger = one.stranger()
        yield one
        tap.equal(one.stranger(), stranger, "the stranger's file")


def told(one, *codes):
    before = one.scene.everything()
    found = one.keep()
    tap.equal({error for _, error in found} <= set(codes) and bool(found), True, found)
    tap.equal({result for result, _ in found} & {"applied"}, set(), "what was told")
    tap.equal(differing(one.scene.everything(), before), [], "changed")
    tap.equal(one.scene.journal(), [], "the journal")


def test_nothing_is_there():
    with place() as one:
        before = one.scene.everything()
        tap.equal(set(one.keep()), {("applied", None)}, "what was told")
        tap.equal(differing(one.scene.everything(), before),
                  [os.path.relpath(one.target, one.scene.path)], "changed")
        tap.equal(set(one.undo()), {("undone", None)}, "undo")
        tap.equal(differing(one.scene.everything(), before), [], "changed after undo")


def test_a_link_to_a_strangers_file():
    with place() as one:
        one.target.symlink_to(one.shadow)
        told(one, "other-file")


def test_a_link_to_nothing():
    with place() as one:
        one.target.symlink_to(one.shadow.with_name("absent"))
        told(one, "other-file")
        tap.equal(one.shadow.with_name("absent").exists(), False, "made through the link")


def test_a_link_that_leads_to_itself():
    with place() as one:
        one.target.symlink_to(one.target.name)
        told(one, "other-file")


def test_a_link_as_long_as_can_be():
    with place() as one:
        one.target.symlink_to("a/" * 2000)
        told(one, "other-file", "is-link")


def test_a_link_whose_text_is_no_text():
    with place() as one:
        os.symlink(b"/etc/\xff\xfe", os.fsencode(one.target))
        told(one, "other-file", "is-link")


def test_a_second_name_of_a_strangers_file():
    with place() as one:
        os.link(one.shadow, one.target)
        told(one, "other-file")


def test_a_file_of_a_gibibyte():
    with place() as one:
        one.target.touch()
        os.truncate(one.target, 1 << 30)
        before = one.target.stat()
        found = one.keep()
        tap.equal({error for _, error in found}, {"other-file"}, found)
        tap.equal(one.target.stat(), before, "the file")
        one.target.unlink()


def test_a_fifo():
    with place() as one:
        os.mkfifo(one.target)
        told(one, "other-file")


def test_a_device():
    with place() as one:
        os.mknod(one.target, stat.S_IFCHR | 0o600, os.makedev(1, 5))
        told(one, "other-file")


def test_a_socket():
    with place() as one:
        with socket.socket(socket.AF_UNIX) as peer:
            short = one.scene.path.with_name("s")
            peer.bind(str(short))
            short.rename(one.target)
            told(one, "other-file")


def test_a_folder():
    with place() as one:
        one.target.mkdir()
        told(one, "other-file")


def test_a_folder_above_that_is_a_link():
    with place() as one:
        elsewhere = one.scene.path.with_name("elsewhere")
        one.target.parent.rename(elsewhere)
        one.target.parent.symlink_to(elsewhere)
        told(one, "is-link")
        tap.equal(list(elsewhere.iterdir()), [], "through the link")


def test_a_folder_that_strangers_may_write():
    with place() as one:
        one.target.parent.chmod(0o777)
        told(one, "writable-by-others")


def test_a_folder_of_a_stranger():
    with place() as one:
        os.chown(one.target.parent, scenes.NOBODY, scenes.NOBODY)
        told(one, "foreign-owner")


def test_a_folder_that_nobody_may_change():
    with disks.on_ext4() as disk, place(disk) as one:
        subprocess.run(["chattr", "+i", one.target.parent], check=True)
        try:
            told(one, "not-permitted")
        finally:
            subprocess.run(["chattr", "-i", one.target.parent], check=True)


def test_a_full_disk():
    with disks.mounted("tmpfs", "size=256k") as disk, place(disk) as one:
        disks.fill(disk)
        before = one.scene.everything()
        found = one.keep()
        # the journal lies on the same disk: it has to be written first
        tap.equal({error for _, error in found} <= {"no-space", "journal"}, True, found)
        tap.equal(differing(one.scene.everything(), before), [], "changed")


def test_a_disk_that_is_only_read():
    with disks.mounted("tmpfs", "size=1m") as disk, place(disk) as one:
        folder = one.target.parent
        subprocess.run(["mount", "--bind", folder, folder], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        try:
            told(one, "read-only")
        finally:
            subprocess.run(["umount", folder], check=True)


def swap(one, stop):
    """Nothing, a link of somebody else's, and nothing again, as fast as it goes"""
    link = one.target.with_name("link")
    while not stop.is_set():
        with contextlib.suppress(OSError):
            link.symlink_to(one.shadow)
            os.rename(link, one.target)
            one.target.unlink()


def test_a_race_between_check_and_use():
    with place() as one:
        stop = threading.Event()
        thread = threading.Thread(target=swap, args=(one, stop))
        thread.start()
        try:
            found = [result for _ in range(RACES) for result in one.keep()]
        finally:
            stop.set()
            thread.join()
        good = {(None), "other-file", "changed-meanwhile", "is-link"}
        tap.equal({error for _, error in found} - good, set(), "what was told")


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("1..0 # SKIP devices, mounts and other accounts need root")
        sys.exit(0)
    if MARK not in os.environ:
        os.execvpe("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable,
                               *sys.argv], {**os.environ, MARK: "1"})
    tap.run(sys.modules[__name__])
