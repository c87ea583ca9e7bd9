#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""caretakerd reports: what is shown is what leaves, and nothing is lost."""

import json
import sys

import keys
import tap
import wire
from core import enrolled, refused, send


def test_what_is_shown_before_is_what_leaves_byte_for_byte():
    with enrolled() as one:
        for number in (2, 3):
            shown = one.ask("preview")
            tap.equal(shown["waiting"], [])
            left = send(one, number)
            tap.equal(left, shown["report"])
        tap.equal(json.loads(left)["kind"], "heartbeat")
        sent = one.ask("sent")["sent"]
        tap.equal([entry["sequence"] for entry in sent], [3, 2, 1])
        tap.equal(sent[0]["report"], left)


def test_a_delta_tells_what_changed_and_no_more():
    with enrolled() as one:
        (one.root / "etc" / "os-release").write_text('ID=debian\nVERSION_ID="10"\n')
        one.ask("audit")
        report = json.loads(send(one, 2))
        tap.equal(report["kind"], "delta")
        tap.equal([control["id"] for control in report["controls"]], ["patch.os-supported"])


def test_a_report_that_is_not_accepted_stays():
    problem = {"type": "about:blank", "title": "no", "status": 400, "detail": "no"}
    with enrolled() as one:
        for status, body, code in ((401, problem, "unknown-device"), (503, problem, "server-busy"),
                                   (200, "<html>", "not-http"), (200, "{}", "not-http"),
                                   (200, {"accepted": 7, "format": 1, "want": "delta"}, "not-http"),
                                   (404, "", "not-http"), (403, problem, "refused")):
            tap.equal(refused(send, one, 2, status, body), code)
            tap.equal(one.items(), ["00000002.report"], str(status))
            tap.equal(one.ask("status")["sending"]["problem"], code)
        waiting = one.ask("preview")["waiting"]
        tap.equal([entry["sequence"] for entry in waiting], [2])
        tap.equal(send(one, 2), waiting[0]["report"])
        tap.equal(one.ask("status")["sending"]["problem"], None)


def test_bytes_that_the_server_will_never_take_become_a_full_report():
    with enrolled() as one:
        for status in (409, 400):
            number = int(json.loads(one.ask("preview")["report"])["sequence"])
            tap.equal(refused(send, one, number, status, {}), "refused")
            tap.equal(one.items(), [])
        report = json.loads(one.ask("preview")["report"])
        tap.equal(report["kind"], "full")
        if report["sequence"] < 5:
            raise AssertionError("no number was left out")
        send(one, report["sequence"])


def test_a_full_report_when_it_is_wanted_and_no_circle():
    with enrolled() as one:
        with wire.connect(one.control) as peer:
            wire.send(peer, wire.REQUEST, {"verb": "send"})
            one.accept(2, want="full")
            full = json.loads(one.accept(3, want="full"))
            tap.equal(full["kind"], "full")
            tap.equal(wire.receive(peer)[0], wire.REPLY)
        tap.equal(one.items(), [])


def test_the_spool_is_bounded():
    with enrolled() as one:
        release = one.root / "etc" / "os-release"
        for number in range(2, 40):
            release.write_text(f'ID=debian\nVERSION_ID="{10 if number % 2 else 12}"\n')
            one.ask("audit")
            with wire.connect(one.control) as peer:
                wire.send(peer, wire.REQUEST, {"verb": "send"})
                one.wait_item(f"{number:08}.report")
        items = one.items()
        if not 1 <= len(items) <= 32:
            raise AssertionError(items)
        first = json.loads(keys.payload_of((one.outbox / items[0]).read_text()))
        tap.equal(first["kind"], "full")


if __name__ == "__main__":
    tap.run_as_root(sys.modules[__name__])
