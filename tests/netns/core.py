# SPDX-License-Identifier: Apache-2.0
"""What the tests of caretakerd alone (core_*.py) share: one running, one enrolled, the program's paths."""

import contextlib
import pathlib
import sys

import keys
import tap
import wire
from agent import Agent

CARETAKERD, SEAL, DATA, UNPACK = (pathlib.Path(argument).resolve() for argument in sys.argv[1:5])


def new():
    return Agent(CARETAKERD, SEAL, DATA, unpack=UNPACK)


@contextlib.contextmanager
def running():
    with new() as one:
        yield one.start()


@contextlib.contextmanager
def enrolled():
    with running() as one:
        one.enrol()
        one.accept(1)
        yield one


def refused(function, *arguments, **more):
    try:
        function(*arguments, **more)
    except wire.Refused as refusal:
        return refusal.code
    raise AssertionError("was not refused")


def alive(one):
    tap.equal(one.ask("status")["format"], 1, "the daemon goes on")


def send(one, number, status=200, body=None, **more):
    """`caretaker send`, answered; the payload that left."""
    with wire.connect(one.control) as peer:
        wire.send(peer, wire.REQUEST, {"verb": "send"})
        jws = one.wait_item(f"{number:08}.report")
        answer = {"accepted": number, "format": 1, "want": "delta", **more}
        one.answer(number, status, answer if body is None else body)
        kind, reply = wire.receive(peer)
        if kind == wire.ERROR:
            raise wire.Refused(reply)
        tap.equal(kind, wire.REPLY)
        return keys.payload_of(jws).decode()
