# SPDX-License-Identifier: Apache-2.0
"""The real caretaker-hand and caretaker-home, asked to keep one file and to undo it, when wanted below
strace. The test stands in caretakerd's place."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import threading

import wire

HAND_WRITE, HAND_UNDO, HAND_DONE = 20, 21, 23
# strace as a grandchild, so that the program has the pid that its socket was given to
STRACE = ["strace", "-D", "-qq"]
ENV = {"PATH": os.environ["PATH"]}
SILENCE_S = 20  # a program that neither answers nor ends by then hangs


# Beside the machine's own /usr there is what shows that the client is installed.
MACHINE = """
root=$1 state=$2 program=$3; shift 3
mount -t overlay -o lowerdir="$root/usr:/usr" caretaker "$root/usr"
mount --rbind /proc "$root/proc"; mount --rbind /dev "$root/dev"
mount --bind "$state" "$root/run/undo"
mount --bind "$program" "$root/tmp/hand"
LISTEN_PID=$$ exec chroot "$root" setpriv --no-new-privs "$@" /tmp/hand --root / --state /run/undo
"""


def listen(path):
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.settimeout(SILENCE_S)
    listener.bind(str(path))
    os.chmod(path, 0o666)
    listener.listen(8)
    return listener


def hear(peer, wanted):
    """The body of the next message of this type; None when the other side is gone."""
    peer.settimeout(SILENCE_S)
    while True:
        try:
            kind, body = wire.receive(peer)
        except ConnectionError:
            return None
        if kind is None:
            return None
        if kind == wanted or kind == wire.ERROR:
            return body


def say(peer, kind, body):
    with contextlib.suppress(BrokenPipeError, ConnectionError):
        wire.send(peer, kind, body)


class Program:
    def __init__(self, scene, path):
        self.scene, self.program = scene, path
        self.socket = scene.path.with_name(scene.path.name + ".sock")

    @contextlib.contextmanager
    def running(self, tracing):
        """The connected peer, or None when the program ended before it talked."""
        listener = listen(self.socket)
        process = self.start(listener, [*STRACE, *tracing] if tracing else [])
        try:
            yield self.meet(listener)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            listener.close()
            os.unlink(self.socket)

    def keep(self, tracing=()):
        with self.running(tracing) as peer:
            return self.ask_keep(peer) if peer else None

    def undo(self, tracing=()):
        with self.running(tracing) as peer:
            return self.ask_undo(peer) if peer else None

    def edits(self):
        return [{"key": one["key"], "value": one["value"]} for one in self.scene.settings]


class Hand(Program):
    """caretaker-hand, started as init does: with its socket as fd 3."""

    def start(self, listener, prefix):
        scene = self.scene
        command = 'exec 3<&"$1"; shift; LISTEN_PID=$$ exec "$@"'
        return subprocess.Popen(
            ["bash", "-c", command, "hand", str(listener.fileno()), "setpriv", "--no-new-privs",
             *prefix, self.program, "--root", scene.root, "--state", scene.state],
            env={**ENV, "LISTEN_FDS": "1", "LISTEN_FDNAMES": "hand"},
            pass_fds=[listener.fileno()], stderr=subprocess.DEVNULL)

    def meet(self, listener):
        del listener
        return wire.connect(self.socket)

    def ask_keep(self, peer):
        scene = self.scene
        say(peer, HAND_WRITE, {"format": 1, "client": scene.profile["id"], "file": scene.index,
                               "path": scene.file["path"], "edits": self.edits()})
        return hear(peer, HAND_DONE)

    def ask_undo(self, peer):
        say(peer, HAND_UNDO, {"client": None, "key": None})
        return hear(peer, HAND_DONE)


def obey(state, asked):
    """What snapd does to its state (tests/settings/snap.py asks snapd itself, which takes a second)"""
    verb, plug = asked.split()
    name = f"{plug} core:{plug.split(':')[1]}"
    data = json.loads(state.read_text())
    if verb == "connect":
        data["data"]["conns"][name] = {}
    else:
        data["data"]["conns"].pop(name, None)
    new = state.with_name("state.json.snapd")
    new.write_text(json.dumps(data, sort_keys=True))
    new.chmod(0o600)
    new.rename(state)


@contextlib.contextmanager
def snapd(scene):
    """In snapd's place, as long as the program runs"""
    path = scene.root / "run/snapd.socket"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(8)

        def serve():
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                with peer, contextlib.suppress(OSError):
                    asked = peer.recv(256).decode()
                    if asked:
                        obey(scene.target, asked)
                        peer.sendall(b"done")
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            path.unlink()


class Machine(Hand):
    """caretaker-hand on a machine of its own, whose programs are the real ones: dconf knows no other
    root than "/"."""

    @contextlib.contextmanager
    def running(self, tracing):
        with snapd(self.scene) if self.scene.plugs else contextlib.nullcontext():
            with super().running(tracing) as peer:
                yield peer

    def start(self, listener, prefix):
        scene = self.scene
        program = f"exec 3<&{listener.fileno()}; {MACHINE}"
        return subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "bash", "-ec", program, "hand",
             scene.root, scene.state, self.program, *prefix],
            env={**ENV, "LISTEN_FDS": "1", "LISTEN_FDNAMES": "hand"},
            pass_fds=[listener.fileno()], stderr=subprocess.DEVNULL)


class Home(Program):
    """caretaker-home of a user"""

    def start(self, listener, prefix):
        del listener
        scene = self.scene
        return subprocess.Popen(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs",
             *prefix, self.program, "--home", scene.home, "--root", scene.root, "--socket",
             self.socket],
            env=ENV, stderr=subprocess.DEVNULL)

    def meet(self, listener):
        try:
            peer, _ = listener.accept()
        except TimeoutError:
            return None
        return peer if hear(peer, wire.HOME_HELLO) is not None else None

    def set(self, peer, keep):
        profile = self.scene.profile
        left = [{"client": profile["id"], "key": key, "undo": False} for key in self.scene.left]
        say(peer, wire.HOME_SETTINGS, {"format": 1, "keep": keep, "left": left,
                                       "profiles": [profile],
                                       "tiers": {profile["id"]: self.scene.tier}})
        return hear(peer, wire.HOME_STATE)

    def ask_keep(self, peer):
        return self.set(peer, True)

    def ask_undo(self, peer):
        if self.set(peer, False) is None:
            return None
        say(peer, wire.HOME_UNDO, {"client": None, "key": None})
        return hear(peer, wire.HOME_STATE)


def results(answer):
    """How many changes have which result and error"""
    found = {}
    for change in (answer or {}).get("changes", []):
        name = (change["result"], change["error"])
        found[name] = found.get(name, 0) + 1
    return found
