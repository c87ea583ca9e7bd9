#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A fault at each system call of an apply, and of an undo, in the real programs.

usage: faults.py HAND HOME CLIENTS SCOPE FORMAT

strace makes one call fail with ENOSPC, EIO or EINTR, or kills the program as it enters it; the next
run takes the next call, until the act ends without a fault. Whatever the moment: the file is the old
one or the new one, nothing else changed, the journal can be read, what was answered is true, and an
undo afterwards gives back every byte, mode and owner and leaves neither journal nor temporary file.
"""

import os
import pathlib
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

    def check(self, where, answer):
        now = self.scene.content()
        if now not in (self.old, self.new):
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


def differing(one, other):
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def strike(act, log, fault):
    """Each call of the act in turn; returns how many."""
    with open(log, "w", encoding="utf-8"):
        os.chmod(log, 0o666)
    act.scene.restore()
    answer = act.run(inject.watching(log))
    tap.equal(answer is None, False, "an act that is only watched answers")
    points = 0
    for call, number in inject.calls_of_act(log).items():
        while True:
            act.scene.restore()
            answer = act.run(inject.faulting(log, call, fault, number))
            where = f"{act.name}, {fault} at {call} {number}"
            act.check(where, answer)
            if not inject.struck(log, fault, answer):
                break
            points += 1
            number += 1
            tap.equal(number < CALLS_MAX, True, where)
    return points


def crash_everywhere(name, text):
    found = scenes.first_of(CLIENTS, SCOPE, FORMAT)
    if not found:
        raise tap.Skip(f"no client has a file of {SCOPE}, {FORMAT}")
    below = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=below, prefix="caretaker-faults-") as directory:
        os.chmod(directory, 0o755)
        scene = scenes.Scene(os.path.join(directory, "one"), *found, text)
        program = (programs.Home if scene.user else programs.Hand)(scene, HOME if scene.user else HAND)
        if scene.user:
            os.chmod(directory, 0o777)
        act = Act(scene, program, name)
        points = {fault: strike(act, os.path.join(directory, "log"), fault) for fault in inject.FAULTS}
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


if __name__ == "__main__":
    if MARK not in os.environ:
        # caretaker-home looks which clients run: each process of the machine would be calls more,
        # too. The shell takes what strace leaves behind, as the first process of a machine does.
        os.execvpe("unshare", ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "bash", "-c",
                               '"$@"; exit $?', "bash", sys.executable, *sys.argv],
                   {**os.environ, MARK: "1"})
    tap.run(sys.modules[__name__])
