#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A value that is changed is put back, a client that fights for it is told of and left alone, and what
policy does not name is never touched.

usage: drift.py HOME CLIENTS

The changes come from other processes, as from an editor or from a client. How long a value stays
changed is printed, never judged: a test is not about time (tests/bench measures it).
"""

import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "netns"))

# pylint: disable=wrong-import-position
import programs  # noqa: E402
import scene as scenes  # noqa: E402
import tap  # noqa: E402
import wire  # noqa: E402

HOME, CLIENTS = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
RUNS = 2  # three in ten seconds are a fight (agent/home/truce.h)
ROUNDS = 10

# A client that writes its own value whenever it sees another one, as fast as it can; it says how often.
FIGHTER = """
import os, sys
path, mine = sys.argv[1], sys.argv[2]
count = 0
print("ready", flush=True)
while True:
    with open(path) as file:
        now = file.read()
    if now != mine:
        with open(path + ".client", "w") as file:
            file.write(mine)
        os.rename(path + ".client", path)
        count += 1
        print(count, flush=True)
"""


@contextlib.contextmanager
def kept():
    """(scene, peer): a file of JSON that caretaker-home keeps"""
    with tempfile.TemporaryDirectory(prefix="caretaker-drift-") as directory:
        os.chmod(directory, 0o777)
        found = scenes.first_of(CLIENTS, "user", "json")
        one = scenes.Scene(os.path.join(directory, "one"), *found, scenes.OWNERS["json"])
        one.lay()
        program = programs.Home(one, HOME)
        with program.running([]) as peer:
            tap.equal({key[0] for key in programs.results(program.set(peer, True))} & {"applied"},
                      {"applied"}, "kept")
            yield one, peer


def other(one):
    """The file with the owner's things, and our first setting at another value"""
    data = json.loads(one.content())
    where = data
    *outer, name = one.settings[0]["key"].split(".")
    for part in outer:
        where = where[part]
    where[name] = "theirs"
    return data


def lay(one, data):
    aside = one.target.with_name("edited")
    aside.write_text(json.dumps(data))
    os.lchown(aside, scenes.NOBODY, scenes.NOBODY)
    os.rename(aside, one.target)


def wait_for(peer, wanted):
    """The first state that has a change of this result and error"""
    while True:
        state = programs.hear(peer, wire.HOME_STATE)
        tap.equal(state is None, False, "caretaker-home is there")
        if wanted in programs.results(state):
            return state


def test_what_was_changed_is_put_back_and_the_rest_stays():
    took = []
    for _ in range(ROUNDS):
        with kept() as (one, peer):
            right = json.loads(one.content())
            for run in range(RUNS):
                data = other(one)
                data["owner's own"] = {"run": run}
                began = time.monotonic()
                lay(one, data)
                state = wait_for(peer, ("applied", None))
                took.append((time.monotonic() - began) * 1000)
                tap.equal(len(state["restored"]) > 0, True, "told as put back")
                right["owner's own"] = {"run": run}
                tap.equal(json.loads(one.content()), right, "the file")
    print(f"# put back and told after {statistics.median(took):.1f} ms (median of {len(took)}, "
          f"{min(took):.1f} to {max(took):.1f})")


def test_what_policy_does_not_name_is_not_written():
    with kept() as (one, peer):
        data = json.loads(one.content())
        for value in ([1], {"deep": [None]}, "text", False):
            data["mine"] = value
            lay(one, data)
            inode = one.target.stat().st_ino
            # a change of ours behind it, so that it is known that this one was looked at
            second = other(one)
            lay(one, second)
            inode = one.target.stat().st_ino if value == [1] else inode
            wait_for(peer, ("applied", None))
            tap.equal(json.loads(one.content())["mine"], value, "mine")
            if value == {"deep": [None]}:
                break


def test_a_client_that_fights_is_told_of_and_left_alone():
    with kept() as (one, peer):
        mine = json.dumps(other(one))
        fighter = subprocess.Popen(
            ["setpriv", f"--reuid={scenes.NOBODY}", f"--regid={scenes.NOBODY}", "--clear-groups",
             sys.executable, "-c", FIGHTER, one.target, mine], stdout=subprocess.PIPE, text=True)
        try:
            tap.equal(fighter.stdout.readline(), "ready\n", "the client")
            state = wait_for(peer, ("conflict", "rewritten"))
            told = [change for change in state["changes"] if change["error"] == "rewritten"]
            tap.equal(told[0]["key"], one.settings[0]["key"], "what is told")
            # nothing of ours comes after: what stands now is the client's
            tap.equal(one.content().decode(), mine, "the file")
            inode = one.target.stat().st_ino
            lay(one, {"mine": "seen once more"})
            fighter_wrote = int(fighter.stdout.readline() or 0)
            tap.equal(fighter_wrote > 0, True, "the client wrote")
        finally:
            fighter.kill()
            rest, _ = fighter.communicate()
        counts = [fighter_wrote, *map(int, rest.split())]
        # its first writing, one for each of our three, and one for the test's own
        tap.equal(counts[-1] <= 6, True, f"rewritten {counts[-1]} times")
        tap.equal(inode > 0, True, "the file is there")


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("1..0 # SKIP the worker runs as another user, which root alone can start")
        sys.exit(0)
    tap.run(sys.modules[__name__])
