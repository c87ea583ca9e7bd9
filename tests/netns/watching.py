# SPDX-License-Identifier: Apache-2.0
"""Waits for a directory to change, woken by inotify(7)."""

import ctypes
import os
import select
import time

LIBC = ctypes.CDLL(None, use_errno=True)
EVENTS = 0x8 | 0x40 | 0x80 | 0x100 | 0x200  # close after write, moves, creation, removal
LIMIT_S = 120  # only ends a test that hangs


def until_told(ask, what):
    """Asks until the answer is true, and returns it; each answer is a turn of the daemon's loop."""
    ends = time.monotonic() + LIMIT_S
    while time.monotonic() < ends:
        found = ask()
        if found:
            return found
    raise AssertionError(f"asked in vain: {what}")


def until(directory, condition, what):
    """Returns what condition returns once that is true; looks again at each event."""
    fd = LIBC.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        if LIBC.inotify_add_watch(fd, str(directory).encode(), EVENTS) < 0:
            raise OSError(ctypes.get_errno(), "inotify_add_watch")
        ends = time.monotonic() + LIMIT_S
        while True:
            found = condition()
            if found:
                return found
            if not select.select([fd], [], [], max(0, ends - time.monotonic()))[0]:
                raise AssertionError(f"waited in vain: {what}")
            os.read(fd, 65536)
    finally:
        os.close(fd)
