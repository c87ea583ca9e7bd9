#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""caretakerd takes policies, refuses others, and lives with damage and a hostile inbox."""

import json
import os
import signal
import sys

import keys
import tap
import watching
import wire
from agent import DEVICE, policy
from core import enrolled, running, send


# Policies


def held(one):
    return one.ask("status")["policy"]["version"]


def test_a_new_policy_is_taken_and_told_about():
    with enrolled() as one:
        jws = one.key.sign("caretaker-policy", policy(version=7))
        with wire.connect(one.control) as peer:
            wire.send(peer, wire.REQUEST, {"verb": "send"})
            one.accept(2, policy=jws)
            report = json.loads(one.accept(3))
            tap.equal((report["kind"], report["policy"]), ("full", 7))
            tap.equal(wire.receive(peer)[0], wire.REPLY)
        tap.equal((one.state / "policy.jws").read_text(), jws)
        one.stop()
        one.start()
        tap.equal(held(one), 7)


def test_policies_that_are_refused_leave_the_old_one():
    with enrolled() as one:
        before = (one.state / "policy.jws").read_bytes()
        other = keys.SignKey(one.path, "other")
        good = one.key.sign("caretaker-policy", policy(version=9))
        bad = [
            other.sign("caretaker-policy", policy(version=9)),
            one.key.sign("caretaker-report", policy(version=9)),
            good[:-4] + "AAAA",
            "no.jws.atall",
            one.key.sign("caretaker-policy", policy(version=0)),
            one.key.sign("caretaker-policy", policy(version=9, expires="2020-01-01",
                                                    not_before="2019-01-01")),
            one.key.sign("caretaker-policy", policy(version=9, not_before="2090-01-01",
                                                    expires="2091-01-01")),
            one.key.sign("caretaker-policy", policy(version=9, surprise=1)),
            one.key.sign("caretaker-policy", policy(version=9, pins=[])),
            one.key.sign("caretaker-policy", policy(version=9, pins=["short"])),
            one.key.sign("caretaker-policy", b"[]"),
            one.key.sign("caretaker-policy", b"not json"),
        ]
        for number, jws in enumerate(bad, 2):
            send(one, number, policy=jws)
            tap.equal(held(one), 1, jws[:40])
            tap.equal((one.state / "policy.jws").read_bytes(), before)
        older = one.key.sign("caretaker-policy", policy(version=5))
        number = len(bad) + 2
        with wire.connect(one.control) as peer:
            wire.send(peer, wire.REQUEST, {"verb": "send"})
            one.accept(number, policy=one.key.sign("caretaker-policy", policy(version=6)))
            one.accept(number + 1)
        send(one, number + 2, policy=older)
        tap.equal(held(one), 6)


def known_pins(one):
    return [json.loads((path / "endpoint.json").read_text())["pins"] for path in (one.state, one.outbox)]


def test_the_keys_of_the_server_are_those_of_the_policy_unless_none_is_known():
    with enrolled() as one:
        mine, following, foreign = known_pins(one)[0][0], "B" * 42 + "A", "C" * 42 + "A"

        def told(version, pins):
            text = policy(version=version, **({"pins": pins} if pins else {}))
            with wire.connect(one.control) as peer:
                wire.send(peer, wire.REQUEST, {"verb": "send"})
                watching.until(one.outbox, lambda: one.items("report"), "a report")
                one.accept(int(one.items("report")[0][:8]),
                           policy=one.key.sign("caretaker-policy", text))
                tap.equal(held(one), version)
        told(2, [mine, following])
        tap.equal(known_pins(one), [[mine, following]] * 2)
        told(3, None)
        tap.equal(known_pins(one), [[mine, following]] * 2, "a policy that is silent")
        told(4, [foreign, "D" * 42 + "A"])
        tap.equal(known_pins(one), [[mine, following]] * 2, "it would be cut off")
        told(5, [following, foreign])
        tap.equal(known_pins(one), [[following, foreign]] * 2)
        # The power went between the two files
        one.stop(signal.SIGKILL)
        for path in (one.state, one.outbox):
            file = path / "endpoint.json"
            file.write_text(file.read_text().replace(foreign, mine))
        one.start()
        tap.equal(known_pins(one), [[following, foreign]] * 2)


def test_no_policy_makes_a_private_device_the_schools():
    private = {"ownership": "private", "report": {"interval_seconds": 86400}}
    with running() as one:
        one.enrol(body=one.enrolled_answer(policy(**private)))
        one.accept(1)
        tap.equal(one.ask("status")["school"], False)
        send(one, 2, policy=one.key.sign("caretaker-policy", policy(version=2)))
        status = one.ask("status")
        tap.equal((status["school"], status["keeping"], held(one)), (False, False, 1))
        with wire.connect(one.control) as peer:
            wire.send(peer, wire.REQUEST, {"verb": "send"})
            one.accept(3, policy=one.key.sign("caretaker-policy", policy(version=2, **private)))
            one.accept(4)
        tap.equal(held(one), 2)


# A hostile inbox


def test_a_hostile_inbox():
    secret = b'{"body":"{}","format":1,"status":200}'
    with enrolled() as one:
        with wire.connect(one.control) as peer:
            wire.send(peer, wire.REQUEST, {"verb": "send"})
            one.wait_item("00000002.report")
            target = one.path / "elsewhere"
            target.write_bytes(secret)
            (one.inbox / "00000002.reply").symlink_to(target)
            one.wait_taken(2)
            os.mkfifo(one.inbox / "00000002.reply")
            one.wait_taken(2)
            (one.inbox / "00000002.reply").mkdir()
            watching.until(one.inbox, lambda: not (one.inbox / "00000002.reply").exists(), "rmdir")
            with open(one.inbox / ".huge", "wb") as huge:
                huge.truncate(1 << 30)
            (one.inbox / ".huge").rename(one.inbox / "00000002.reply")
            one.wait_taken(2)
            for data in (b"", b"{", b"[]", b"\xff", b'{"format":1}', secret + b"x",
                         b'{"body":"{}","format":1,"status":200,"path":"/etc/passwd"}'):
                one.lay(2, data)
                one.wait_taken(2)
            for name in ("junk", "00000002.report", "x" * 200, "00000099.reply"):
                (one.inbox / name).write_bytes(secret)
            watching.until(one.inbox, lambda: not any(one.inbox.iterdir()), "the inbox is empty")
            tap.equal(one.items(), ["00000002.report"])
            tap.equal(target.read_bytes(), secret)
            one.accept(2)
            tap.equal(wire.receive(peer)[0], wire.REPLY)
        lines = [line for line in one.messages().splitlines() if "inbox" in line]
        tap.equal(len(lines), 1, "one line, however much lies there")


# Damage


def test_a_damaged_state_keeps_device_and_sequence():
    for damage in (b"", b"{", b"[]", b"\0" * 100, b'{"format":99}'):
        with enrolled() as one:
            send(one, 2)
            one.stop()
            (one.state / "state.json").write_bytes(damage)
            one.start()
            tap.equal((one.state / "state.json.bad").read_bytes(), damage)
            report = json.loads(one.ask("preview")["report"])
            tap.equal((report["sequence"], report["device"], report["kind"]), (3, DEVICE, "full"))
            lines = [line for line in one.messages().splitlines() if "state.json" in line]
            tap.equal(len(lines), 1)


def test_a_damaged_endpoint_is_named_and_kept():
    with enrolled() as one:
        one.stop()
        (one.state / "endpoint.json").write_text("{")
        one.start()
        tap.equal(one.ask("status")["enrolled"], False)
        tap.equal((one.state / "endpoint.json").read_text(), "{")
        if "endpoint.json" not in one.messages():
            raise AssertionError(one.messages())


def test_a_policy_that_was_changed_on_disk_does_not_hold():
    with enrolled() as one:
        one.stop()
        path = one.state / "policy.jws"
        path.write_text(path.read_text()[:-4] + "AAAA")
        one.start()
        tap.equal(one.ask("status")["policy"]["name"], "home")
        items = {item["item"]: item["ok"] for item in one.ask("doctor")["items"]}
        tap.equal(items["policy"], False)


def test_losing_the_policy_opens_no_way_back():
    private = {"ownership": "private", "report": {"interval_seconds": 86400}}
    with running() as one:
        one.enrol(body=one.enrolled_answer(policy(version=5, **private)))
        one.accept(1)
        one.stop()
        (one.state / "policy.jws").write_text("torn")
        one.start()
        tap.equal(one.ask("status")["policy"]["name"], "home")
        for number, refused in ((2, policy(version=4, **private)), (3, policy(version=6))):
            send(one, number, policy=one.key.sign("caretaker-policy", refused))
            tap.equal(one.ask("status")["policy"]["name"], "home")
        with wire.connect(one.control) as peer:
            wire.send(peer, wire.REQUEST, {"verb": "send"})
            one.accept(4, policy=one.key.sign("caretaker-policy", policy(version=5, **private)))
            one.accept(5)
        tap.equal((held(one), one.ask("status")["school"]), (5, False))


def test_killed_at_any_moment_no_number_is_used_twice():
    with enrolled() as one:
        seen = {}
        for _ in range(8):
            with wire.connect(one.control) as peer:
                wire.send(peer, wire.REQUEST, {"verb": "send"})
                watching.until(one.outbox, one.items, "a report")
                one.stop(signal.SIGKILL)
            for name in one.items("report"):
                data = (one.outbox / name).read_bytes()
                tap.equal(seen.setdefault(name, data), data, name)
            one.start()
            for name in one.items("report"):
                one.accept(int(name[:8]))


if __name__ == "__main__":
    tap.run_as_root(sys.modules[__name__])
