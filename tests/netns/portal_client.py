#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: portal_client.py PROGRAM ARGUMENT...

Asks org.freedesktop.portal.Camera for the camera, as a program of a desktop does, and has
gst-launch-1.0, by whatever name, take pictures over the connection that it is handed. Says
"allowed", or "refused" with the portal's answer, and ends with that program or when it is told to."""

import os
import signal
import subprocess
import sys

from gi.repository import Gio, GLib

PLACE = ("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop")
CAMERA = "org.freedesktop.portal.Camera"
LIMIT_MS = 120_000
TRIES = 10


def ask(bus):
    """The portal's answer: 0 for yes"""
    loop = GLib.MainLoop()
    answers = []
    token = "caretaker"
    path = f"{PLACE[1]}/request/{bus.get_unique_name()[1:].replace('.', '_')}/{token}"

    def answered(*signal_of):
        answers.append(signal_of[5].unpack()[0])
        loop.quit()

    bus.signal_subscribe(PLACE[0], "org.freedesktop.portal.Request", "Response", path, None, 0, answered)
    options = GLib.Variant("(a{sv})", ({"handle_token": GLib.Variant("s", token)},))
    bus.call_sync(*PLACE, CAMERA, "AccessCamera", options, None, 0, LIMIT_MS)
    loop.run()
    return answers[0]


def connect(bus):
    _, descriptors = bus.call_with_unix_fd_list_sync(
        *PLACE, CAMERA, "OpenPipeWireRemote", GLib.Variant("(a{sv})", ({},)), None, 0, LIMIT_MS, None)
    return descriptors.get(0)


def film(descriptor, words):
    """The program's exit status; told to end, it is killed"""
    program, *arguments = words
    with subprocess.Popen([program, "pipewiresrc", f"fd={descriptor}", *arguments],
                          pass_fds=[descriptor]) as child:
        signal.signal(signal.SIGTERM, lambda *_: child.kill() or sys.exit())
        status = child.wait()
    os.close(descriptor)
    return status


def main():
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    answer = ask(bus)
    if answer != 0:
        print("refused", answer, flush=True)
        sys.exit(1)
    print("allowed", flush=True)
    # A session manager may show the camera too late to who just came: the program found none.
    for _ in range(TRIES):
        if film(connect(bus), sys.argv[1:]) != 1:
            break


main()
