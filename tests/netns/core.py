#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""caretakerd alone, with the test as its users, its courier and its school."""

import contextlib
import email.utils
import gzip
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import agent
import keys
import tap
import watching
import wire
from agent import Agent, DEVICE, policy

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


# What it says


def test_status_of_a_device_that_belongs_to_nobody():
    with running() as one:
        status = one.ask("status")
        tap.equal(status["enrolled"], False)
        tap.equal(status["school"], False)
        tap.equal(status["keeping"], False)
        tap.equal(status["policy"]["name"], "home")
        tap.equal(status["sending"], {"next": None, "problem": None, "waiting": 0})
        ids = [verdict["id"] for verdict in status["verdicts"]]
        tap.equal(ids, sorted(ids))
        verdict = next(v for v in status["verdicts"] if v["id"] == "patch.os-supported")
        tap.equal(verdict["state"], "pass")
        tap.equal(one.ask("audit")["verdicts"], status["verdicts"])
        tap.equal(one.ask("audit", only="patch.os-supported")["verdicts"], [verdict])


def test_a_changed_file_is_judged_again_and_since_is_kept_over_a_restart():
    with running() as one:
        release = one.root / "etc" / "os-release"
        aside = one.root / "etc" / "aside"
        aside.write_text('ID=debian\nVERSION_ID="10"\n')

        def state():
            held = json.loads((one.state / "state.json").read_text())["controls"]
            return next(c for c in held if c["id"] == "patch.os-supported")

        alive(one)
        tap.equal(state()["state"], "pass")
        aside.rename(release)
        watching.until(one.state, lambda: state()["state"] == "fail", "the verdict changes")
        since = state()["since"]
        one.stop()
        one.start()
        verdicts = one.ask("status")["verdicts"]
        verdict = next(v for v in verdicts if v["id"] == "patch.os-supported")
        tap.equal((verdict["state"], verdict["since"]), ("fail", since))


# Fixes that wait

LISTS = "var/lib/apt/lists/school.invalid_dists_bookworm-security_"
DAY_S = 86400
STATUS = """Package: openssl
Status: install ok installed
Architecture: amd64
Version: 3.0.1-1

"""
PACKAGES = STATUS.replace("Status: install ok installed\n", "").replace("3.0.1-1", "3.0.17-1")
IN_RELEASE = """-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

Origin: Debian
Label: Debian-Security
Suite: stable-security
Codename: bookworm-security
Date: {date}
SHA256:
 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 0 main/x
-----BEGIN PGP SIGNATURE-----

abc
"""


def archive(one, wall_s, fixed=True):
    """A list of this date, with or without a fix for what is installed."""
    date = email.utils.formatdate(wall_s).replace("-0000", "UTC")
    for name, text in (
        ("var/lib/dpkg/status", STATUS),
        (LISTS + "main_binary-amd64_Packages", PACKAGES if fixed else ""),
        (LISTS + "InRelease", IN_RELEASE.format(date=date)),
    ):
        path = one.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def fixes(one):
    verdict, = one.ask("audit", only="patch.security-updates")["verdicts"]
    return verdict["state"], verdict["reason"]


def test_since_when_a_fix_waits_is_remembered_over_a_restart():
    now = time.time()
    with running() as one:
        # no list said when the fix came: nothing young can be proved, nothing is overdue
        archive(one, now - 2 * DAY_S)
        young = fixes(one)
        tap.equal(young[0], "unknown")
        tap.equal((one.state / "first-seen.json").stat().st_mode & 0o777, 0o600)
        if "openssl" in (one.state / "first-seen.json").read_text():
            raise AssertionError("a package is named")
        # seen twenty days ago, and listed anew since then
        archive(one, now - 20 * DAY_S)
        (one.state / "first-seen.json").unlink()
        tap.equal(fixes(one), ("fail", "fix-overdue"))
        archive(one, now - 1 * DAY_S)
        one.stop()
        one.start()
        tap.equal(fixes(one), ("fail", "fix-overdue"))
        (one.state / "first-seen.json").unlink()
        tap.equal(fixes(one), young)


def test_a_fix_that_waits_becomes_overdue_as_time_passes():
    home = json.loads((DATA / "baseline" / "home.json").read_text())
    days = home["controls"]["patch.security-updates"]["max_age_days"]
    with running() as one:
        # in three seconds it will have waited for so long
        archive(one, int(time.time()) - days * DAY_S + 3)
        fixes(one)
        archive(one, time.time() - DAY_S)
        one.stop()
        one.start()
        watching.until_told(lambda: fixes(one) == ("fail", "fix-overdue"), "overdue")


# What units and the supervisor leave caretakerd (caretakerd.service, packaging/supervisor/agent.c)
CAPABILITIES = "-all,+dac_read_search,+kill,+net_admin,+setgid,+setuid,+sys_ptrace"


def test_a_compressed_list_is_read_with_the_rights_that_the_unit_leaves():
    with new() as one:
        archive(one, time.time())
        packages = one.root / (LISTS + "main_binary-amd64_Packages")
        packages.unlink()
        packages = packages.with_name(packages.name + ".gz")
        packages.write_bytes(gzip.compress(PACKAGES.encode()))
        packages.chmod(0o600)  # only root may open it: the child gets it open

        def judged():
            verdict, = one.ask("audit", only="patch.security-updates")["verdicts"]
            return verdict

        one.start(wrap=("setpriv", "--inh-caps=-all", f"--bounding-set={CAPABILITIES}"))
        tap.equal(judged()["evidence"].get("pending"), "1", "the list was read")
        (one.path / "libexec" / "caretaker-unpack").unlink()
        tap.equal(judged()["reason"], "format-unknown", "without the program it cannot be")


# Peers of control.sock


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
            {"verb": "audit", "only": "no.such"}, {"verb": "undo", "key": "x"},
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


# Entering and leaving


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
    with wire.connect(one.control) as peer:
        wire.send(peer, wire.REQUEST, {"verb": "leave"})
        watching.until(one.outbox, lambda: one.items("leave"), "the leave")
        name = one.items("leave")[0]
        jws = (one.outbox / name).read_text()
        number = int(name[:8])
        tap.equal(json.loads(keys.payload_of(jws)),
                  {"device": DEVICE, "format": 1, "sequence": number})
        if not keys.signature_right(jws, one.jwk):
            raise AssertionError("the leave is not signed")
        if status:
            one.answer(number, status, body)
        else:
            one.lay(number, {"error": body, "format": 1, "status": 0})
        kind = wire.PROGRESS
        while kind == wire.PROGRESS:
            kind, reply = wire.receive(peer)
        tap.equal(kind, wire.REPLY)
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
                      {"error": error, "erased_there": there, "format": 1})
            nothing_left(one)
            tap.equal(one.ask("sent")["sent"], [])
            tap.equal(refused(one.ask, "leave"), "not-enrolled")
            one.enrol()
            tap.equal(json.loads(one.accept(1))["sequence"], 1)


# Reports


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


# Users' workers

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


def main():
    if os.getuid() != 0:
        print("1..0 # SKIP needs root")
        return
    tap.run(sys.modules[__name__])


if __name__ == "__main__":
    main()
