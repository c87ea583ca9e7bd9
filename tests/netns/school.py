#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
The whole way: caretakerd without a network, the courier in one network namespace, the real
caretaker-server in another, and a cable between the two.
"""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import tap
import wire
from agent import Agent

CARETAKERD, SEAL, DATA, COURIER, SERVER = (
    pathlib.Path(argument).resolve() for argument in sys.argv[1:6]
)
NOBODY, SERVERS = 65534, 61234
CAMERA = "av.camera-idle"
ADDRESS, PEER, PORT = "10.77.0.1", "10.77.0.2", 8443
URL = f"https://{ADDRESS}:{PORT}"


def run(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


class Cable:
    """Two namespaces and a veth pair."""

    def __init__(self):
        self.school = f"ctschool{os.getpid()}"
        self.device = f"ctdevice{os.getpid()}"
        for name in (self.school, self.device):
            run("ip", "netns", "add", name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        run("ip", "-n", self.school, "link", "add", "cable", "type", "veth", "peer", "name",
            "cable", "netns", self.device)
        for name, address in ((self.school, ADDRESS), (self.device, PEER)):
            run("ip", "-n", name, "address", "add", f"{address}/24", "dev", "cable")
            run("ip", "-n", name, "link", "set", "cable", "up")

    def close(self):
        for name in (self.school, self.device):
            run("ip", "netns", "del", name)


def as_user(uid):
    return ["setpriv", "--no-new-privs", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]


class School:
    """caretaker-server with a store of its own."""

    def __init__(self, cable):
        self.cable = cable
        self.directory = tempfile.TemporaryDirectory(prefix="caretaker-school-")
        self.path = pathlib.Path(self.directory.name)
        self.path.chmod(0o755)
        self.state = self.path / "state"
        self.state.mkdir(mode=0o700)
        os.chown(self.state, SERVERS, SERVERS)
        # the tree itself may lie where only root comes
        self.data = self.path / "data"
        shutil.copytree(DATA, self.data)
        run("chmod", "-R", "a+rX", self.data)
        self.command("init", "--data", self.data, "--name", ADDRESS)
        self.process = None

    def command(self, verb, *arguments):
        return run(*as_user(SERVERS), SERVER, verb, "--state", self.state, *arguments)

    def token(self, *arguments):
        text = self.command("token", "--url", URL, *arguments)
        return next(word for word in text.split() if word.startswith("caretaker1."))

    def start(self):
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", self.cable.school, *as_user(SERVERS), SERVER, "serve",
             "--state", self.state, "--data", self.data, "--listen", f"{ADDRESS}:{PORT}"],
            stderr=subprocess.DEVNULL,
        )
        probe = ["ip", "netns", "exec", self.cable.school, "openssl", "s_client", "-connect",
                 f"{ADDRESS}:{PORT}"]
        while subprocess.run(probe, stdin=subprocess.DEVNULL, capture_output=True).returncode:
            if self.process.poll() is not None:
                raise AssertionError("the server ended")
        return self

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(wire.WAIT_S)
            self.process = None

    def close(self):
        self.stop()
        self.directory.cleanup()


class Device(Agent):
    """caretakerd in a namespace without any network; the courier is started as the wake says."""

    def __init__(self, cable):
        super().__init__(CARETAKERD, SEAL, DATA)
        self.cable = cable
        os.chown(self.outbox, 0, NOBODY)
        os.chown(self.inbox, NOBODY, 0)

    def start(self, wrap=()):
        return super().start(wrap=("unshare", "--net", *wrap))

    def courier(self, *options):
        command = ["ip", "netns", "exec", self.cable.device, *as_user(NOBODY), COURIER, "--spool",
                   self.path / "spool", *options]
        return subprocess.run(command, capture_output=True).returncode

    def attended(self, verb, **arguments):
        """A verb that waits for the server, with the courier run at each wake meanwhile."""
        wake = self.outbox / "wake"
        ends = time.monotonic() + wire.WAIT_S
        with wire.connect(self.control) as peer:
            before = wake.stat().st_mtime_ns if wake.exists() else 0
            wire.send(peer, wire.REQUEST, {"verb": verb, **arguments})
            peer.settimeout(0.05)
            while time.monotonic() < ends:
                if wake.exists() and wake.stat().st_mtime_ns != before:
                    before = wake.stat().st_mtime_ns
                    self.courier("--connect-timeout", "60", "--timeout", "60")
                try:
                    kind, body = wire.receive(peer)
                except TimeoutError:
                    continue
                if kind == wire.REPLY:
                    return body
                if kind == wire.ERROR:
                    raise wire.Refused(body)
        raise AssertionError(f"{verb}: no answer")


class Lab:
    def __init__(self):
        self.cable = Cable()
        self.school = School(self.cable).start()

    def close(self):
        self.school.close()
        self.cable.close()

    def device(self):
        return Device(self.cable).start()


def enrolled(lab, device):
    reply = device.attended("enrol", string=lab.school.token("--ownership", "school"))
    while device.items("report"):
        device.courier()
        device.ask("status")
    return reply


def refusal(function, *arguments, **more):
    try:
        function(*arguments, **more)
    except wire.Refused as refused:
        return refused.code
    raise AssertionError("was not refused")


def test_enrol_and_report(lab):
    with lab.device() as device:
        reply = enrolled(lab, device)
        tap.equal((reply["url"], reply["school"]), (URL, True))
        status = device.ask("status")
        tap.equal((status["enrolled"], status["sending"]["problem"]), (True, None))
        sent = device.ask("sent")["sent"]
        tap.equal(json.loads(sent[-1]["report"])["kind"], "full")
        shown = device.ask("preview")["report"]
        device.attended("send")
        tap.equal(device.ask("sent")["sent"][0]["report"], shown)


def test_a_private_device_reports_by_day_and_is_only_looked_at(lab):
    with lab.device() as device:
        device.attended("enrol", string=lab.school.token("--ownership", "private"))
        status = device.ask("status")
        tap.equal((status["enrolled"], status["school"], status["keeping"]), (True, False, False))
        tap.equal(json.loads(device.ask("preview")["report"])["unit"], "days")


def judged_on_earlier_days(device, state, reason):
    """As if these days had gone by: what a camera's days were is all that is kept of them"""
    def change(value):
        for row in value["controls"]:
            if row["id"] == CAMERA:
                row.update(state=state, reason=reason)
    device.stop()
    path = device.state / "state.json"
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))
    device.start()


def told(lab, device):
    """The camera's row in the last report that left, and in what the school's server holds"""
    device.attended("send")
    report = json.loads(device.ask("sent")["sent"][0]["report"])
    left = next((row for row in report["controls"] if row["id"] == CAMERA), None)
    held = lab.school.command("export", report["device"])
    return left and left["state"], f'"{CAMERA}"' in held


def test_a_private_device_tells_of_its_camera_when_its_owner_says_so(lab):
    share = {"client": "report", "key": CAMERA}
    with lab.device() as device:
        device.attended("enrol", string=lab.school.token("--ownership", "private"))
        judged_on_earlier_days(device, "fail", "left-on")
        tap.equal(told(lab, device), (None, False))
        device.ask("enforce", **share)
        assert CAMERA in device.ask("preview")["report"]
        tap.equal(told(lab, device), ("fail", True))
        device.ask("undo", **share)
        assert CAMERA not in device.ask("preview")["report"]
        judged_on_earlier_days(device, "pass", "not-left-on")
        tap.equal(told(lab, device)[0], None)


def test_a_token_that_is_used_up_and_one_that_never_was(lab):
    string = lab.school.token("--ownership", "school", "--uses", "1")
    with lab.device() as first:
        first.attended("enrol", string=string)
        with lab.device() as second:
            tap.equal(refusal(second.attended, "enrol", string=string), "token-used")
            tap.equal(second.items(), [])
            from keys import b64, canonical, unb64

            value = json.loads(unb64(string.removeprefix("caretaker1.")))
            value["token"] = "b" * len(value["token"])
            wrong = "caretaker1." + b64(canonical(value))
            tap.equal(refusal(second.attended, "enrol", string=wrong), "token-refused")
            value["pins"] = ["A" * 43]
            foreign = "caretaker1." + b64(canonical(value))
            tap.equal(refusal(second.attended, "enrol", string=foreign), "wrong-key")
            tap.equal(second.ask("status")["enrolled"], False)


def test_the_server_is_down_and_then_the_spool_drains(lab):
    with lab.device() as device:
        enrolled(lab, device)
        lab.school.stop()
        release = device.root / "etc" / "os-release"
        for version in ("10", "12", "10"):
            release.write_text(f'ID=debian\nVERSION_ID="{version}"\n')
            device.ask("audit")
            tap.equal(refusal(device.attended, "send"), "unreachable")
        waiting = [entry["sequence"] for entry in device.ask("preview")["waiting"]]
        tap.equal(len(waiting), 3)
        lab.school.start()
        device.attended("send")
        tap.equal(device.items(), [])
        sent = [entry["sequence"] for entry in device.ask("sent")["sent"]]
        tap.equal(sent[:3], waiting[::-1])


def test_the_cable_is_cut(lab):
    with lab.device() as device:
        enrolled(lab, device)
        run("ip", "-n", lab.cable.device, "link", "set", "cable", "down")
        try:
            tap.equal(refusal(device.attended, "send"), "unreachable")
        finally:
            run("ip", "-n", lab.cable.device, "link", "set", "cable", "up")
        device.attended("send")
        tap.equal(device.items(), [])


def test_another_server_with_another_key_takes_its_place(lab):
    with lab.device() as device:
        enrolled(lab, device)
        lab.school.stop()
        impostor = School(lab.cable).start()
        try:
            tap.equal(refusal(device.attended, "send"), "wrong-key")
            tap.equal(len(device.items("report")), 1)
        finally:
            impostor.close()
            lab.school.start()
        device.attended("send")


def test_leaving_erases_on_both_sides(lab):
    with lab.device() as device:
        enrolled(lab, device)
        tap.equal(device.attended("leave"), {"error": None, "erased_there": True, "format": 1, "school": True})
        tap.equal(device.ask("status")["enrolled"], False)
        tap.equal(list((device.state / "key").iterdir()), [])
        enrolled(lab, device)


@contextlib.contextmanager
def own_school(lab):
    """In the place of the lab's, which has devices of other tests that went without a word"""
    before, lab.school = lab.school, None
    before.stop()
    try:
        lab.school = School(lab.cable).start()
        yield
    finally:
        if lab.school:
            lab.school.close()
        lab.school = before.start()


def served_key(lab):
    """The public key that is served now, by openssl"""
    probe = run("ip", "netns", "exec", lab.cable.school, "openssl", "s_client", "-connect",
                f"{ADDRESS}:{PORT}", stdin=subprocess.DEVNULL)
    return run("openssl", "x509", "-noout", "-pubkey", input=probe)


def rotate(lab, *options):
    before = served_key(lab)
    lab.school.command("rotate-tls", "--name", ADDRESS, *options)
    lab.school.stop()
    lab.school.start()
    tap.equal(served_key(lab) == before, False)


def awake(device, version):
    """What changed on it reaches the school; version: another os-release makes a change"""
    (device.root / "etc" / "os-release").write_text(f'ID=debian\nVERSION_ID="{version}"\n')
    device.ask("audit")
    device.attended("send")
    while device.items("report"):
        device.courier()
        device.ask("status")
    tap.equal(device.ask("status")["sending"]["problem"], None)


def pins(device):
    return json.loads((device.outbox / "endpoint.json").read_text())["pins"]


def test_the_servers_key_is_rotated_again_and_again_and_no_device_is_cut_off(lab):
    with own_school(lab), lab.device() as device:
        enrolled(lab, device)
        known = [pins(device)]
        for version in ("10", "12", "13"):
            rotate(lab)
            awake(device, version)
            known.append(pins(device))
            # The present key is the one that was the next: the policy told of it ahead of the change.
            tap.equal(known[-1][0], known[-2][1])
            device.stop()
            device.start()
            tap.equal(pins(device), known[-1])
            # The school has to hear that the policy is held before it may change the key again.
            awake(device, version + ".1")
        tap.equal(len({pin for pair in known for pin in pair}), 5)


def test_who_sleeps_through_one_rotation_goes_on_and_through_two_is_told(lab):
    with own_school(lab), lab.device() as once, lab.device() as twice:
        enrolled(lab, once)
        enrolled(lab, twice)
        rotate(lab)
        awake(once, "10")
        awake(once, "11")
        try:
            rotate(lab)
        except subprocess.CalledProcessError as failed:
            said = failed.stderr
        assert "1 devices have not said yet" in said, said
        # Of a key that it was never told of: nothing goes there, and nothing is lost.
        rotate(lab, "--lock-out", "yes")
        awake(once, "12")
        twice.ask("audit")
        tap.equal(refusal(twice.attended, "send"), "wrong-key")
        tap.equal(len(twice.items("report")), 1)
        tap.equal(twice.ask("status")["sending"]["problem"], "wrong-key")
        # As the message of that code says
        tap.equal(twice.attended("leave")["error"], "wrong-key")
        enrolled(lab, twice)
        awake(twice, "13")


def main():
    if os.getuid() != 0:
        print("1..0 # SKIP needs root")
        return
    lab = Lab()
    try:
        tap.run(sys.modules[__name__], lab)
    finally:
        lab.close()


if __name__ == "__main__":
    main()
