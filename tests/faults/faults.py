#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A fault at each system call of an apply, and of an undo, in the real programs.

usage: faults.py HAND HOME CLIENTS SCOPE FORMAT

strace makes one call fail with ENOSPC, EIO or EINTR, or kills the program as it enters it; the next
run takes the next call, until the act ends without a fault. Whatever the moment: the file is the old
one or the new one, nothing else changed, the journal can be read, what was answered is true, and an
undo afterwards gives back every byte, mode and owner and leaves neither journal nor temporary file.

Of dconf the real `dconf update` runs, on a machine of its own: its database has what was answered, and
each of its own calls is struck as well.
"""

import json
import os
import pathlib
import re
import shutil
import stat
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "netns"))

# pylint: disable=wrong-import-position
import inject  # noqa: E402
import programs  # noqa: E402
import scene as scenes  # noqa: E402
import tap  # noqa: E402

HAND, HOME, CLIENTS = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
SCOPE, FORMAT = sys.argv[4:6]
MARK = "CARETAKER_FAULTS"
CALLS_MAX = 400  # of one kind in one act: more means that it goes in a circle


class Act:
    """apply or undo: what runs under a fault, from which start, to which two contents."""

    def __init__(self, scene, program, name):
        self.scene, self.program, self.name = scene, program, name
        scene.lay()
        self.before, self.old = scene.everything(), scene.content()
        if name == "undo":
            self.must_apply()
        scene.save()
        if name == "apply":
            self.must_apply()
        self.new = scene.content()
        self.counts = scene.compiled() if name == "apply" else set()
        tap.equal(self.new != self.old, True, "an apply that changes the file")
        if name == "undo":
            self.run([])
            self.must_be_undone("without a fault")
        scene.restore()

    def must_apply(self):
        found = programs.results(self.program.keep())
        tap.equal({key for key in found}, {("applied", None)}, "an apply without a fault")

    def run(self, tracing):
        return self.program.keep(tracing) if self.name == "apply" else self.program.undo(tracing)

    def must_be_undone(self, where):
        tap.equal(differing(self.scene.everything(), self.before), [], f"{where}: after undo")
        tap.equal(self.scene.journal(), [], f"{where}: the journal after undo")
        tap.equal(self.scene.compiled(), set(), f"{where}: the database after undo")

    def check(self, where, answer):
        now = self.scene.content()
        # snapd is asked for one plug after the other; each is whole
        if now not in (self.old, self.new) and not (self.scene.plugs and json.loads(now)):
            raise AssertionError(f"{where}: torn: {now!r}")
        self.check_answer(where, answer, now)
        self.check_beside(where, answer)
        self.scene.journal()
        again = self.program.undo()
        wrong = {key for key in programs.results(again) if key[0] != "undone"}
        tap.equal(wrong, set(), f"{where}: what undo says")
        self.must_be_undone(where)

    def check_answer(self, where, answer, now):
        """What is said to be done is done; what was not is not silent."""
        found = {key[0] for key in programs.results(answer)}
        if found & {"applied", "undone"} and not found & {"failed", "refused"}:
            wanted = self.new if self.name == "apply" else self.old
            tap.equal(now, wanted, f"{where}: answered {found}, the file")
            tap.equal(self.scene.compiled(), self.counts, f"{where}: answered {found}, the database")
        for client in (answer or {}).get("clients", []):
            claimed = self.name == "apply" and client["installed"] and client["drifted"] == 0
            tap.equal(now if claimed else self.new, self.new, f"{where}: said to be kept")

    def check_beside(self, where, answer):
        """A program that was killed may leave its temporary file; one that answers may not."""
        name = f".{self.scene.target.name}.new"
        target = os.path.relpath(self.scene.target, self.scene.path)
        now = self.scene.everything()
        wrong = [path for path in differing(now, self.before)
                 if path != target and not (answer is None and os.path.basename(path) == name)
                 and not (path in now and stat.S_ISDIR(now[path][0]) and path not in self.before)]
        tap.equal(wrong, [], f"{where}: changed beside the file")


# dconf's own temporary file (g_file_set_contents), which it leaves when it is killed. It reads none.
LITTER = re.compile(r"root/etc/dconf/db/local\.[A-Z0-9]{6}")


def differing(one, other):
    return sorted(path for path in one.keys() | other.keys()
                  if one.get(path) != other.get(path) and not LITTER.fullmatch(path))


def strike(act, log, fault):
    """Each call of the act in turn; returns how many."""
    with open(log, "w", encoding="utf-8"):
        os.chmod(log, 0o666)
    act.scene.restore()
    answer = act.run(inject.watching(log))
    tap.equal(answer is None, False, "an act that is only watched answers")
    points = 0
    for call, number in inject.calls_of_act(log).items():
        # strace makes a call fail by leaving it out; the kernel lets go of a file whatever close(2)
        # answers. Left open, a pipe to a tool would never end.
        if call == "close" and act.scene.machine and fault != "SIGKILL":
            continue
        while True:
            act.scene.restore()
            where = f"{act.name}, {fault} at {call} {number}"
            try:
                answer = act.run(inject.faulting(log, call, fault, number))
            except TimeoutError as error:
                raise AssertionError(f"{where}: no answer, and no end") from error
            act.check(where, answer)
            if not inject.struck(log, fault, answer):
                break
            points += 1
            number += 1
            tap.equal(number < CALLS_MAX, True, where)
    return points


def program_of(scene):
    if scene.user:
        return programs.Home(scene, HOME)
    return (programs.Machine if scene.machine else programs.Hand)(scene, HAND)


# In dconf's place: the real one below strace
STRUCK = """#!/bin/sh
exec /usr/bin/strace -qq -o %s /usr/bin/dconf-itself "$@"
"""


def strike_tool(act, log, fault):
    """Each call of dconf's from where it looks at its folder; returns how many."""
    tool = act.scene.root / "usr/bin/dconf"

    def run(tracing):
        act.scene.restore()
        shutil.copy("/usr/bin/dconf", tool.with_name("dconf-itself"))
        tool.write_text(STRUCK % " ".join(tracing))
        tool.chmod(0o755)
        try:
            return act.run([])
        finally:
            tool.unlink()
            tool.with_name("dconf-itself").unlink()

    tap.equal(run([log]) is None, False, "an act that is only watched answers")
    points = 0
    for call, number in inject.calls_from(log, "/etc/dconf/db").items():
        while True:
            answer = run([log, "-e", f"trace={call}", "-e",
                          f"inject={call}:{inject.FAULTS[fault]}:when={number}"])
            where = f"{act.name}, {fault} at {call} {number} of dconf"
            act.check(where, answer)
            if not inject.tool_struck(log, fault):
                break
            points += 1
            number += 1
            tap.equal(number < CALLS_MAX, True, where)
    return points


def crash_everywhere(name, text, how=None):
    found = scenes.first_of(CLIENTS, SCOPE, FORMAT)
    if not found:
        raise tap.Skip(f"no client has a file of {SCOPE}, {FORMAT}")
    below = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=below, prefix="caretaker-faults-") as directory:
        os.chmod(directory, 0o755)
        scene = scenes.Scene(os.path.join(directory, "one"), *found, text)
        program = program_of(scene)
        if scene.user:
            os.chmod(directory, 0o777)
        act = Act(scene, program, name)
        log = os.path.join(directory, "log")
        points = {fault: (how or strike)(act, log, fault) for fault in inject.FAULTS}
    told = ", ".join(f"{count} of {fault}" for fault, count in points.items())
    print(f"# {found[0]['id']}, {FORMAT}, {name}: {sum(points.values())} points: {told}", flush=True)
    tap.equal(min(points.values()) > 10, True, "points of each fault")


def test_apply_to_an_owners_file():
    if FORMAT in scenes.OWNERS:  # a link that is an owner's is left alone
        crash_everywhere("apply", scenes.OWNERS[FORMAT])


def test_undo_in_an_owners_file():
    if FORMAT in scenes.OWNERS:
        crash_everywhere("undo", scenes.OWNERS[FORMAT])


def test_apply_without_a_file():
    crash_everywhere("apply", None)


def test_undo_of_a_file_we_made():
    crash_everywhere("undo", None)


def test_dconf_itself_in_an_apply():
    if FORMAT == "dconf":
        crash_everywhere("apply", None, strike_tool)


def test_dconf_itself_in_an_undo():
    if FORMAT == "dconf":
        crash_everywhere("undo", scenes.OWNERS[FORMAT], strike_tool)


if __name__ == "__main__":
    if MARK not in os.environ:
        # caretaker-home looks which clients run: each process of the machine would be calls more,
        # too. The shell takes what strace leaves behind, as the first process of a machine does.
        os.execvpe("unshare", ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "bash", "-c",
                               '"$@"; exit $?', "bash", sys.executable, *sys.argv],
                   {**os.environ, MARK: "1"})
    tap.run(sys.modules[__name__])
