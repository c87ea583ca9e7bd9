#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""caretakerd enters a school and leaves it, with the test as its courier and its school."""

import json
import signal
import sys

import keys
import tap
import wire
from agent import DEVICE, policy
from core import enrolled, refused, running


def nothing_left(one):
    tap.equal(one.items(), [])
    tap.equal((one.outbox / "endpoint.json").exists(), False)
    tap.equal((one.state / "endpoint.json").exists(), False)
    tap.equal((one.state / "policy.jws").exists(), False)
    tap.equal(list((one.state / "key").iterdir()), [])
    tap.equal(one.ask("status")["enrolled"], False)


def test_strings_that_are_none():
    with running() as one:
        for string in ("", "x", "caretaker1.", "caretaker1.AAAA", "caretaker2." + "A" * 50,
                       one.string(url="http://school.invalid"), one.string(token="short"),
                       one.string(pins=[]), one.string(more=1), one.string()[:-2]):
            tap.equal(refused(one.ask, "enrol", string=string), "bad-string", string)
        nothing_left(one)


def test_enrolment():
    with running() as one:
        reply = one.enrol()
        tap.equal(reply["device"], DEVICE)
        tap.equal(reply["school"], True)
        tap.equal(reply["url"], "https://school.invalid:8443")
        report = json.loads(one.accept(1))
        tap.equal((report["kind"], report["sequence"], report["device"], report["unit"]),
                  ("full", 1, DEVICE, "hours"))
        tap.equal(sorted(report), ["controls", "device", "format", "kind", "policy", "sequence",
                                   "unit"])
        status = one.ask("status")
        tap.equal((status["enrolled"], status["school"], status["keeping"]), (True,) * 3)
        tap.equal(refused(one.ask, "enrol", string=one.string()), "already-enrolled")
        one.stop()
        one.start()
        tap.equal(one.ask("status")["enrolled"], True)


def test_an_enrolment_is_signed_with_its_own_key_and_holds_nothing_else():
    with running() as one:
        one.enrol()
        tap.equal(sorted(path.name for path in (one.state / "key").iterdir()), ["device.pem"])
        tap.equal((one.state / "key" / "device.pem").stat().st_mode & 0o777, 0o600)


def test_refusals_of_the_server_put_everything_back():
    problem = {"type": "about:blank", "title": "no", "status": 400, "detail": "no"}
    with running() as one:
        for status, code in ((401, "token-refused"), (410, "token-used"), (400, "refused"),
                             (413, "refused"), (503, "server-busy"), (429, "server-busy"),
                             (404, "not-http"), (302, "not-http")):
            tap.equal(refused(one.enrol, status, problem), code, str(status))
            nothing_left(one)
        for word in ("unreachable", "wrong-key", "timeout", "too-large", "not-http"):
            with wire.connect(one.control) as peer:
                wire.send(peer, wire.REQUEST, {"verb": "enrol", "string": one.string()})
                one.wait_item("00000000.enrol")
                one.lay(0, {"error": word, "format": 1, "status": 0})
                kind = wire.PROGRESS
                while kind == wire.PROGRESS:
                    kind, body = wire.receive(peer)
                tap.equal((kind, body["code"]), (wire.ERROR, word))
            nothing_left(one)


def test_answers_that_prove_nothing_put_everything_back():
    with running() as one:
        other = keys.SignKey(one.path, "other")
        good = one.enrolled_answer()
        past = policy(not_before="2020-01-01", expires="2020-02-01")
        cases = [
            ("<html>sign in</html>", "not-http"),
            ({}, "not-http"),
            ({**good, "more": 1}, "not-http"),
            ({**good, "device": "short"}, "not-http"),
            (one.enrolled_answer(key=other), "policy-refused"),
            ({**good, "policy_key": other.jwk}, "policy-refused"),
            ({**good, "policy": other.sign("caretaker-policy", policy())}, "policy-refused"),
            ({**good, "policy": one.key.sign("caretaker-report", policy())}, "policy-refused"),
            ({**good, "policy": good["policy"][:-4] + "AAAA"}, "policy-refused"),
            (one.enrolled_answer({"format": 1}), "policy-refused"),
            (one.enrolled_answer(policy(format=2)), "policy-refused"),
            (one.enrolled_answer(past), "policy-refused"),
        ]
        for body, code in cases:
            tap.equal(refused(one.enrol, 201, body), code, str(body)[:60])
            nothing_left(one)
        one.enrol()


def test_an_enrolment_that_a_crash_interrupts_is_taken_up():
    with running() as one:
        with wire.connect(one.control) as peer:
            wire.send(peer, wire.REQUEST, {"verb": "enrol", "string": one.string()})
            jws = one.wait_item("00000000.enrol")
        one.stop(signal.SIGKILL)
        one.start()
        tap.equal((one.outbox / "00000000.enrol").read_text(), jws)
        one.jwk = keys.header_of(jws)["jwk"]
        one.answer(0, 201, one.enrolled_answer())
        one.accept(1)
        tap.equal(one.ask("status")["enrolled"], True)


def leave(one, status, body):
    number, jws, reply = one.leave(status, body)
    tap.equal(json.loads(keys.payload_of(jws)),
              {"device": DEVICE, "format": 1, "sequence": number})
    if not keys.signature_right(jws, one.jwk):
        raise AssertionError("the leave is not signed")
    return reply


def test_leaving_erases_here_whatever_the_server_says():
    for status, body, there, error in (
        (200, {"erased": True, "format": 1}, True, None),
        (200, "<html>", False, "not-http"),
        (401, {}, False, "unknown-device"),
        (0, "unreachable", False, "unreachable"),
    ):
        with enrolled() as one:
            tap.equal(leave(one, status, body),
                      {"error": error, "erased_there": there, "format": 1, "school": True})
            nothing_left(one)
            tap.equal(one.ask("sent")["sent"], [])
            tap.equal(refused(one.ask, "leave"), "not-enrolled")
            one.enrol()
            tap.equal(json.loads(one.accept(1))["sequence"], 1)


if __name__ == "__main__":
    tap.run_as_root(sys.modules[__name__])
