#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""caretakerd and the peers of control.sock: junk, crowds, and what a user may ask."""

import contextlib
import json
import pathlib
import subprocess
import sys

import tap
import wire
from core import alive, refused, running


def test_junk_drops_the_peer_and_nothing_else():
    good = {"verb": "status"}
    junk = [
        b"",
        b"x",
        b"\0" * 8,
        wire.packet(wire.REQUEST, good)[:-1],
        wire.packet(wire.REQUEST, good) + b" ",
        wire.packet(wire.REQUEST, good, version=2),
        wire.packet(wire.REQUEST, good, flags=1),
        wire.packet(wire.REQUEST, good, flags=255),
        wire.packet(99, good),
        wire.packet(wire.REPLY, good),
        wire.packet(wire.HOME_HELLO, {"format": 1}),
        wire.packet(wire.REQUEST, b"{"),
        wire.packet(wire.REQUEST, b"[]"),
        wire.packet(wire.REQUEST, b"null"),
        wire.packet(wire.REQUEST, b'{"verb":"status","verb":"status"}'),
        wire.packet(wire.REQUEST, b"[" * 5000 + b"]" * 5000),
        wire.packet(wire.REQUEST, b"\xff\xfe"),
        wire.packet(wire.REQUEST, b" " * 70000),
    ]
    with running() as one:
        for data in junk:
            with wire.connect(one.control) as peer:
                peer.send(data)
                tap.equal(wire.receive(peer), (None, None), repr(data[:40]))
        alive(one)


def test_questions_that_make_no_sense_are_answered():
    with running() as one:
        for question in (
            {}, {"verb": 1}, {"verb": "nothing"}, {"verb": "status", "more": 1},
            {"verb": "status", "client": "x"}, {"verb": "audit", "only": 1},
            {"verb": "audit", "only": "no.such"}, {"verb": "enforce", "key": "x"},
            {"verb": "enrol"}, {"verb": "\x1b[31m"},
        ):
            with wire.connect(one.control) as peer:
                wire.send(peer, wire.REQUEST, question)
                kind, body = wire.receive(peer)
                tap.equal(kind, wire.ERROR, str(question))
                tap.equal(body["code"], "bad-request", str(question))
                if "\x1b" in body["text"]:
                    raise AssertionError("an escape came back")
        tap.equal(refused(one.ask, "enforce", client="no-such"), "unknown-client")
        tap.equal(refused(one.ask, "undo", key="no-such"), "unknown-client")
        alive(one)


def test_a_second_question_before_the_answer_drops_the_peer():
    with running() as one:
        with wire.connect(one.control) as peer:
            wire.send(peer, wire.REQUEST, {"verb": "enrol", "string": one.string()})
            one.wait_item("00000000.enrol")
            wire.send(peer, wire.REQUEST, {"verb": "status"})
            while wire.receive(peer)[0] == wire.PROGRESS:
                pass
            tap.equal(wire.receive(peer), (None, None))
        alive(one)


def test_peers_that_never_read_and_more_peers_than_fit():
    with running() as one:
        deaf = []
        for _ in range(40):
            peer = wire.connect(one.control)
            deaf.append(peer)
            with contextlib.suppress(ConnectionError):
                wire.send(peer, wire.REQUEST, {"verb": "status"})
        alive(one)
        # the oldest made room
        kind = wire.REPLY
        while kind == wire.REPLY:
            kind, _ = wire.receive(deaf[0])
        tap.equal(kind, None)
        for peer in deaf:
            peer.close()


AS_USER = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
import wire
os.setgroups([int(g) for g in sys.argv[4].split(",") if g])
os.setresgid(1234, 1234, 1234)
os.setresuid(1234, 1234, 1234)
out = []
for _ in range(int(sys.argv[5])):
    try:
        wire.ask(sys.argv[2], **json.loads(sys.argv[3]))
        out.append("done")
    except wire.Refused as refusal:
        out.append(refusal.code)
print(json.dumps(out))
"""


def as_user(one, question, groups="", times=1):
    here = str(pathlib.Path(__file__).parent)
    done = subprocess.run(
        [sys.executable, "-c", AS_USER, here, one.control, json.dumps(question), groups,
         str(times)],
        check=True, capture_output=True, text=True,
    )
    return json.loads(done.stdout)


def test_what_a_user_may_ask():
    with running() as one:
        for verb in ("status", "audit", "plan", "sent", "doctor"):
            tap.equal(as_user(one, {"verb": verb}), ["done"], verb)
        tap.equal(as_user(one, {"verb": "preview"}), ["not-enrolled"])
        for verb in ("enforce", "undo", "leave", "send", "enrol"):
            tap.equal(as_user(one, {"verb": verb}), ["not-permitted"], verb)
        tap.equal(as_user(one, {"verb": "leave"}, groups="4711"), ["not-enrolled"], "the group")
        tap.equal(as_user(one, {"verb": "leave"}, groups="4712"), ["not-permitted"])


def test_a_user_who_asks_too_often_is_slowed_and_root_is_not():
    with running() as one:
        answers = as_user(one, {"verb": "audit"}, times=20)
        tap.equal(answers[0], "done")
        if "busy" not in answers:
            raise AssertionError(answers)
        for _ in range(100):
            alive(one)


if __name__ == "__main__":
    tap.run_as_root(sys.modules[__name__])
