# SPDX-License-Identifier: Apache-2.0
"""One caretakerd in directories of its own. The test itself can play courier and server."""

import json
import pathlib
import shutil
import signal
import subprocess
import tempfile

import keys
import watching
import wire

TOKEN = "a" * 32
PIN = "A" * 43
DEVICE = "D" * 21 + "A"  # 16 bytes in base64url


def policy(version=1, ownership="school", **more):
    """The package's school baseline, as another version."""
    text = (DATA / "baseline" / "school.json").read_text()
    value = json.loads(text)
    value.update({"version": version, "ownership": ownership, **more})
    return value


DATA = pathlib.Path(".")


class Agent:
    def __init__(self, caretakerd, seal, data, root=None, hand=None, unpack=None):
        global DATA
        DATA = pathlib.Path(data)
        self.caretakerd = caretakerd
        self.data = data
        self.base = tempfile.TemporaryDirectory(prefix="caretaker-core-")
        self.path = pathlib.Path(self.base.name)
        self.path.chmod(0o755)
        for name, mode in (
            ("state", 0o700), ("state/key", 0o700), ("state/undo", 0o700), ("spool", 0o755),
            ("spool/outbox", 0o750), ("spool/inbox", 0o770), ("run", 0o755),
            ("run/homes", 0o755), ("libexec", 0o755),
        ):
            (self.path / name).mkdir(mode=mode)
            (self.path / name).chmod(mode)
        shutil.copy(seal, self.path / "libexec" / "caretaker-seal")
        if unpack:
            shutil.copy(unpack, self.path / "libexec" / "caretaker-unpack")
        self.state = self.path / "state"
        self.outbox = self.path / "spool" / "outbox"
        self.inbox = self.path / "spool" / "inbox"
        self.control = self.path / "run" / "control.sock"
        self.home = self.path / "run" / "home.sock"
        self.root = root or self.make_root()
        self.process = None
        self.key = keys.SignKey(self.path, "policy")
        self.jwk = None

    def make_root(self):
        root = self.path / "root"
        for name, text in (
            ("etc/os-release", 'ID=debian\nVERSION_ID="12"\n'),
            ("etc/passwd", "root:x:0:0::/root:/bin/sh\n"),
            ("etc/login.defs", "UID_MIN 1000\nUID_MAX 60000\n"),
            ("etc/group", "root:x:0:\ncaretaker-admin:x:4711:\n"),
        ):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return root

    def start(self, wrap=()):
        self.control.unlink(missing_ok=True)
        self.log = open(self.path / "log", "ab")
        self.process = subprocess.Popen(
            [*wrap, "setpriv", "--no-new-privs", self.caretakerd, "--state", self.state, "--spool",
             self.path / "spool", "--run", self.path / "run", "--data", self.data, "--libexec",
             self.path / "libexec", "--root", self.root],
            stderr=self.log, env={"LC_ALL": "C"},
        )
        watching.until(self.path / "run", self.answers, "caretakerd binds its socket")
        while True:  # bound a moment before it listens
            try:
                self.ask("status")  # answered once everything is loaded and judged
                return self
            except ConnectionRefusedError:
                self.answers()

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"caretakerd ended: {self.messages()}")
        return self.control.exists()

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        code = self.process.wait(wire.WAIT_S)
        self.log.close()
        self.process = None
        return code

    def close(self):
        if self.process:
            self.stop(signal.SIGKILL)
        self.base.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def messages(self):
        return (self.path / "log").read_text()

    def ask(self, verb, **arguments):
        return wire.ask(self.control, verb, **arguments)

    # The courier's and the server's part

    def string(self, key=None, **more):
        value = {"key": (key or self.key).thumbprint, "pins": [PIN], "token": TOKEN,
                 "url": "https://school.invalid:8443", **more}
        return "caretaker1." + keys.b64(keys.canonical(value))

    def items(self, kind=None):
        names = sorted(path.name for path in self.outbox.iterdir() if path.name[0].isdigit())
        return [name for name in names if kind is None or name.endswith("." + kind)]

    def wait_item(self, name):
        path = self.outbox / name
        watching.until(self.outbox, path.exists, f"{name} in the outbox")
        return path.read_text()

    def lay(self, number, value):
        """A reply, as the courier lays it: written aside and renamed."""
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        aside = self.inbox / f".{number:08}.reply.1.tmp"
        aside.write_bytes(data)
        aside.rename(self.inbox / f"{number:08}.reply")

    def answer(self, number, status, body):
        text = body if isinstance(body, str) else json.dumps(body)
        self.lay(number, {"body": text, "format": 1, "status": status})

    def wait_taken(self, number):
        path = self.inbox / f"{number:08}.reply"
        watching.until(self.inbox, lambda: not path.exists(), f"reply {number} is taken")

    def enrolled_answer(self, value=None, key=None, **more):
        signer = key or self.key
        return {"device": DEVICE, "format": 1,
                "policy": signer.sign("caretaker-policy", value or policy()),
                "policy_key": signer.jwk, **more}

    def enrol(self, status=201, body=None, **more):
        """Asks, plays the server's answer, gives the reply."""
        with wire.connect(self.control) as peer:
            wire.send(peer, wire.REQUEST, {"verb": "enrol", "string": self.string(**more)})
            jws = self.wait_item("00000000.enrol")
            self.jwk = keys.header_of(jws)["jwk"]
            self.answer(0, status, self.enrolled_answer() if body is None else body)
            while True:
                kind, reply = wire.receive(peer)
                if kind == wire.REPLY:
                    return reply
                if kind == wire.ERROR:
                    raise wire.Refused(reply)
                if kind is None:
                    raise AssertionError("hung up")

    def leave(self, status=200, body=None):
        """Asks, plays the server's answer, or with status 0 the courier's word that there is none: the
        number of what was signed, that, and the reply."""
        with wire.connect(self.control) as peer:
            wire.send(peer, wire.REQUEST, {"verb": "leave"})
            watching.until(self.outbox, lambda: self.items("leave"), "the leave")
            name = self.items("leave")[0]
            number, jws = int(name[:8]), (self.outbox / name).read_text()
            if status:
                self.answer(number, status, {"erased": True, "format": 1} if body is None else body)
            else:
                self.lay(number, {"error": body, "format": 1, "status": 0})
            kind = wire.PROGRESS
            while kind == wire.PROGRESS:
                kind, reply = wire.receive(peer)
            if kind != wire.REPLY:
                raise AssertionError(f"not left: {reply}")
            return number, jws, reply

    def accept(self, number, **more):
        """Takes report number as the server would; its payload."""
        jws = self.wait_item(f"{number:08}.report")
        if not keys.signature_right(jws, self.jwk):
            raise AssertionError("a report's signature is wrong")
        self.answer(number, 200, {"accepted": number, "format": 1, "want": "delta", **more})
        path = self.outbox / f"{number:08}.report"
        watching.until(self.outbox, lambda: not path.exists(), f"report {number} is filed")
        return keys.payload_of(jws).decode()
