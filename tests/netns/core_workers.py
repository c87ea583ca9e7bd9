#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""caretakerd and its users' workers: whom it believes, and what they are told."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys

import tap
import watching
import wire
from core import enrolled, running


FAKE_HOME = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
import wire
os.setgroups([])
os.setresgid(1234, 1234, 1234)
os.setresuid(int(sys.argv[3]), int(sys.argv[3]), int(sys.argv[3]))
print(os.getpid(), flush=True)
sys.stdin.readline()
peer = wire.connect(sys.argv[2])
try:
    wire.send(peer, wire.HOME_HELLO, {"format": 1})
except OSError:
    pass
kind, body = wire.receive(peer)
print(kind, json.dumps(body and body.get("left")), flush=True)
if kind:
    client = {"client": "teams-for-linux", "installed": True, "kept": 3, "drifted": 1,
              "tier": "base", "uid": 0}
    wire.send(peer, wire.HOME_STATE, {"format": 1, "changes": [], "clients": [client],
                                      "restored": []})
    sys.stdin.readline()
"""


class Worker:
    def __init__(self, one, uid):
        here = str(pathlib.Path(__file__).parent)
        self.process = subprocess.Popen(
            [sys.executable, "-c", FAKE_HOME, here, one.home, str(uid)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self.pid = int(self.process.stdout.readline())

    def starttime(self):
        stat = pathlib.Path(f"/proc/{self.pid}/stat").read_text()
        return stat.rpartition(")")[2].split()[19]

    def go(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        kind, _, left = self.process.stdout.readline().strip().partition(" ")
        self.left = json.loads(left)
        return kind

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def users_clients(one):
    return [client for client in one.ask("status")["clients"] if client["uid"] is not None]


def until_clients(one, condition):
    found = []

    def reached():
        found[:] = users_clients(one)
        return condition(found)

    watching.until_told(reached, "the workers' clients")
    return found


def test_a_process_that_claims_to_be_somebodys_worker_is_refused():
    with running() as one:
        claims = [
            (1234, None),
            (1234, lambda worker: f"{worker.pid} {int(worker.starttime()) + 1}"),
            (1234, lambda worker: f"{worker.pid + 1} {worker.starttime()}"),
            (1234, lambda worker: ""),
            (0, lambda worker: f"{worker.pid} {worker.starttime()}"),
            (999, lambda worker: f"{worker.pid} {worker.starttime()}"),
            (61000, lambda worker: f"{worker.pid} {worker.starttime()}"),
        ]
        for uid, text in claims:
            worker = Worker(one, uid)
            place = one.path / "run" / "homes" / f"{uid}.pid"
            place.unlink(missing_ok=True)
            if text:
                place.write_text(text(worker))
                place.chmod(0o644)
            tap.equal(worker.go(), "None", str(uid))
            worker.end()
        tap.equal(users_clients(one), [])


def test_a_pid_file_that_others_may_write_proves_nothing():
    with running() as one:
        worker = Worker(one, 1234)
        place = one.path / "run" / "homes" / "1234.pid"
        place.write_text(f"{worker.pid} {worker.starttime()}")
        place.chmod(0o666)
        tap.equal(worker.go(), "None")
        place.chmod(0o644)
        os.chown(place, 1234, 1234)
        worker.end()
        worker = Worker(one, 1234)
        place.write_text(f"{worker.pid} {worker.starttime()}")
        tap.equal(worker.go(), "None")
        worker.end()


def test_a_worker_is_believed_for_its_own_uid_and_shown_as_gone():
    with running() as one:
        worker = Worker(one, 1234)
        place = one.path / "run" / "homes" / "1234.pid"
        place.write_text(f"{worker.pid} {worker.starttime()}\n")
        tap.equal(worker.go(), str(wire.HOME_SETTINGS))
        tap.equal({(row["key"], row["undo"]) for row in worker.left}, {("", False)}, "all is left")
        tap.equal("teams-for-linux" in {row["client"] for row in worker.left}, True)
        found = until_clients(one, lambda clients: clients)
        tap.equal([client["uid"] for client in found], [1234], "not the uid it named")
        worker.end()
        found = until_clients(one, lambda clients: "said" in clients[0])
        tap.equal(found[0]["client"], "teams-for-linux")


def told(one, uid=1234):
    """What of one client a worker that comes now is told to leave alone"""
    worker = Worker(one, uid)
    place = one.path / "run" / "homes" / f"{uid}.pid"
    place.write_text(f"{worker.pid} {worker.starttime()}\n")
    tap.equal(worker.go(), str(wire.HOME_SETTINGS))
    worker.end()
    return [row for row in worker.left if row["client"] == "teams-for-linux"]


def test_a_worker_that_comes_later_is_told_what_was_undone():
    with enrolled() as one:
        tap.equal(told(one), [])
        # there is no hand here: what the owner said holds all the same
        for verb, arguments, left in (
            ("undo", {"client": "teams-for-linux", "key": "webDebug"}, [("webDebug", True)]),
            ("undo", {"client": "teams-for-linux"}, [("", True)]),
            ("enforce", {"client": "teams-for-linux"}, []),
            ("undo", {}, [("", True)]),
            ("enforce", {"client": "chromium"}, [("", True)]),
        ):
            with contextlib.suppress(wire.Refused):
                one.ask(verb, **arguments)
            tap.equal([(row["key"], row["undo"]) for row in told(one)], left, verb)
        one.stop()
        one.start()
        tap.equal([(row["key"], row["undo"]) for row in told(one)], [("", True)])


def test_what_a_school_had_kept_goes_back_for_who_comes_after_it_was_left():
    with enrolled() as one:
        tap.equal(told(one), [])
        one.leave()
        tap.equal([(row["key"], row["undo"]) for row in told(one)], [("", True)], "left")
        one.stop()
        one.start()
        tap.equal([(row["key"], row["undo"]) for row in told(one)], [("", True)], "after a restart")
        with contextlib.suppress(wire.Refused):  # there is no hand here
            one.ask("enforce", client="teams-for-linux", key="webDebug")
        rows = {row["key"]: row["undo"] for row in told(one)}
        tap.equal(("webDebug" in rows, set(rows.values())), (False, {True}), "one of them is the owner's")
        one.enrol()
        tap.equal(told(one), [], "another school")


if __name__ == "__main__":
    tap.run_as_root(sys.modules[__name__])
