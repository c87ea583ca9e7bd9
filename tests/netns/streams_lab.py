# SPDX-License-Identifier: Apache-2.0
"""People with sound servers of their own, each with a caretaker-home that is asked over its socket."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading

import wire
from watching import LIMIT_S, until_told

ANA, OTHER = 1234, 1235  # in the accounts of this namespace alone
HOME_LISTEN, HOME_STREAMS = 15, 16
STORE = "org.freedesktop.impl.portal.PermissionStore"
HERE = pathlib.Path(__file__).resolve().parent
place = {}


def begin(top, home, listen):
    """Accounts, and a /run/user, that this mount namespace alone sees"""
    place.update(top=top, home=home, listen=listen, n=0)
    top.chmod(0o755)
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    accounts = top / "passwd"
    accounts.write_text(pathlib.Path("/etc/passwd").read_text()
                        + "".join(f"p{uid}:x:{uid}:{uid}::/nonexistent:/bin/sh\n" for uid in (ANA, OTHER)))
    accounts.chmod(0o644)
    subprocess.run(["mount", "--bind", accounts, "/etc/passwd"], check=True)


def told(captures=(), plays=(), films=(), sound=True, video=True):
    return {"captures": list(captures), "films": list(films), "format": 1, "plays": list(plays),
            "sound": sound, "video": video}


def programs(word):
    """By its number, of each process whose program has that word in its path"""
    found = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            name = path.read_bytes().split(b"\0")[0].decode()
            if word in name:
                found[path.parent.name] = name.rpartition("/")[2]
    return found


def processes(word):
    return sorted(programs(word).values())


def answers(path):
    """Whether somebody listens there: who was killed leaves the socket behind"""
    with socket.socket(socket.AF_UNIX) as one, contextlib.suppress(OSError):
        one.connect(str(path))
        return True
    return False


def status_of(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return {line.partition(":")[0]: line.partition(":")[2].strip() for line in lines}


class Graph:
    """What pw-dump says"""

    def __init__(self, text):
        self.items = json.loads(text or "[]")

    def of(self, kind):
        return [item for item in self.items if item["type"].endswith(f":{kind}") and item.get("info")]

    def node(self, name):
        for item in self.of("Node"):
            if item["info"]["props"].get("node.name") == name:
                return item["id"]
        return None

    def flows(self, name, pid):
        """From that node to that process, as the process calls itself"""
        clients = {item["id"] for item in self.of("Client")
                   if pid in (item["info"]["props"].get("application.process.id"),
                              item["info"]["props"].get("pipewire.sec.pid"))}
        nodes = {item["id"] for item in self.of("Node") if item["info"]["props"].get("client.id") in clients}
        return any(item["info"]["state"] == "active" and item["info"]["output-node-id"] == self.node(name)
                   and item["info"]["input-node-id"] in nodes for item in self.of("Link"))


class Person:
    def __init__(self, uid, top):
        self.uid, self.top = uid, top
        self.runtime = top / "run/user" / str(uid)
        self.dwelling = top / "home"
        self.runtime.mkdir(parents=True)
        self.dwelling.mkdir()
        for path in (self.runtime, self.dwelling):
            os.chown(path, uid, uid)
            path.chmod(0o700)
        self.programs = []
        self.more = {}
        self.as_user = ["setpriv", "--reuid", str(uid), "--regid", str(uid), "--clear-groups"]

    def environment(self, **more):
        return {"PATH": os.environ["PATH"], "HOME": str(self.dwelling), "LC_ALL": "C.UTF-8",
                "XDG_RUNTIME_DIR": str(self.runtime), "GST_REGISTRY": str(self.dwelling / "gst"),
                "GST_REGISTRY_FORK": "no", **self.more, **more}

    def start(self, *command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **more):
        process = subprocess.Popen([*self.as_user, *command], stdin=stdin, stdout=stdout, cwd="/",
                                   stderr=subprocess.DEVNULL, env=self.environment(**more))
        self.programs.append((str(command[0]), process))
        return process

    def run(self, *command):
        return subprocess.run([*self.as_user, *command], env=self.environment(), cwd="/", text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False).stdout

    def copy(self, program, name):
        path = self.top / name
        path.parent.mkdir(exist_ok=True)
        shutil.copy(shutil.which(program), path)
        return str(path)

    def start_pipewire(self, pulse=True):
        self.start("pipewire")
        until_told(lambda: answers(self.runtime / "pipewire-0"), "PipeWire's socket")
        self.start(*([] if self.more else ["dbus-run-session", "--"]), "wireplumber")
        if pulse:
            self.start("pipewire-pulse")
            until_told(lambda: answers(self.runtime / "pulse/native"), "PulseAudio's socket")
            self.until_graph(lambda graph: graph.node("auto_null"), "a loudspeaker that is none")

    def start_pulse(self):
        script = self.top / "pulse.pa"
        script.write_text("load-module module-native-protocol-unix\n"
                          "load-module module-null-sink sink_name=out\n"
                          "load-module module-null-sink sink_name=hidden\n"
                          "load-module module-null-source source_name=mic\n")
        self.start("pulseaudio", "--daemonize=no", "-n", "-F", str(script), "--exit-idle-time=-1",
                   "--disallow-exit")
        until_told(lambda: "mic" in self.run("pactl", "list", "short", "sources"), "PulseAudio's source")

    def start_video(self, name, role):
        self.start("gst-launch-1.0", "videotestsrc", "is-live=true", "!",
                   "video/x-raw,width=64,height=64,framerate=10/1,format=RGB", "!", "pipewiresink", "mode=provide",
                   f"stream-properties=props,media.class=Video/Source,media.role={role},node.name={name}")
        self.until_graph(lambda graph: graph.node(name), f"a source of pictures, {role}")

    def watch(self, name, program="gst-launch-1.0"):
        return self.start(program, "pipewiresrc", f"target-object={name}", "!",
                          "video/x-raw,width=64,height=64,framerate=10/1,format=RGB", "!", "fakesink")

    def start_portal(self):
        """A session's bus, on which the desktop's portal, its backend and its store of permissions start
        when they are called. The backend wants a display: nothing is ever shown there."""
        bus = self.runtime / "bus"
        self.start("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={bus}")
        until_told(bus.is_socket, "the session's bus")
        display = self.start("Xvfb", "-displayfd", "1", "-nolisten", "tcp", "-screen", "0", "64x64x8",
                             stdout=subprocess.PIPE)
        self.more = {"DISPLAY": f":{display.stdout.readline().decode().strip()}", "XDG_CURRENT_DESKTOP": "gnome",
                     "DBUS_SESSION_BUS_ADDRESS": f"unix:path={bus}"}
        self.run("dbus-update-activation-environment", *self.more)

    def permit(self, app, answer):
        """As the portal keeps it when somebody answers once and for all"""
        self.run("gdbus", "call", "--session", "--dest", STORE, "--object-path", f"/{STORE.replace('.', '/')}",
                 "--method", f"{STORE}.SetPermission", "devices", "true", "camera", app, f"['{answer}']")

    def film_by_portal(self, program="gst-launch-1.0", app=None):
        """app: in a sandbox as flatpak makes it, with its name"""
        sandbox = []
        if app:
            info = self.top / f"{app}.info"
            info.write_text(f"[Application]\nname={app}\nruntime=runtime/lab/x86_64/1\n\n"
                            "[Instance]\ninstance-id=1\n")
            links = [word for name in ("bin", "lib", "lib64") for word in ("--symlink", f"usr/{name}", f"/{name}")]
            binds = [word for path in ("/usr", "/etc", HERE, self.top) for word in ("--bind", path, path)]
            sandbox = ["bwrap", *binds, *links, "--dev", "/dev", "--unshare-pid", "--proc", "/proc",
                       "--die-with-parent", "--ro-bind", info, "/.flatpak-info", "--"]
        return self.start(*sandbox, "/usr/bin/python3", str(HERE / "portal_client.py"), program, "!",
                          "video/x-raw,width=64,height=64,framerate=10/1,format=RGB", "!", "fakesink",
                          stdout=subprocess.PIPE)

    def until_graph(self, reached, what):
        return until_told(lambda: reached(Graph(self.run("pw-dump"))), what)

    def until_pulse_stream(self, pid):
        def streams():
            listed = json.loads(self.run("pactl", "-f", "json", "list", "source-outputs") or "[]")
            return any(one["properties"].get("application.process.id") == str(pid) and not one["corked"]
                       for one in listed)

        until_told(streams, "a stream that PulseAudio itself names")

    def mute_outputs(self):
        for line in self.run("pactl", "list", "short", "source-outputs").splitlines():
            self.run("pactl", "set-source-output-mute", line.split()[0], "1")
        until_told(lambda: "Mute: yes" in self.run("pactl", "list", "source-outputs"), "muted")

    def end(self, word=""):
        for name, process in reversed(self.programs):
            if word in name:
                process.kill()
                process.wait()
                for end in (process.stdin, process.stdout):
                    if end:
                        end.close()
        self.programs = [(name, process) for name, process in self.programs if word not in name]

    @contextlib.contextmanager
    def pretender(self, name, answer):
        """Somebody of this user's who answers the same to whatever is asked, and waits"""
        path = self.runtime / name
        path.unlink()
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
            os.chown(path, self.uid, self.uid)
            listening.listen()
            called = threading.Event()
            kept = []

            def serve():
                with contextlib.suppress(OSError):
                    while True:
                        peer, _ = listening.accept()
                        kept.append(peer)
                        peer.settimeout(LIMIT_S)
                        with contextlib.suppress(OSError):
                            peer.recv(1)
                            peer.sendall(answer)
                        called.set()

            threading.Thread(target=serve, daemon=True).start()
            yield called
            listening.shutdown(socket.SHUT_RDWR)
            for peer in kept:
                peer.close()


class Stream:
    """A recording that pauses and goes on when its program says so (pulse_stream.py)"""

    def __init__(self, person, source):
        self.process = person.start("python3", str(HERE / "pulse_stream.py"), source,
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.hear("ready")

    def hear(self, word):
        line = self.process.stdout.readline().decode().strip()
        if line != word:
            raise AssertionError(f"the stream said {line!r}, not {word!r}")

    def say(self, word):
        self.process.stdin.write(f"{word}\n".encode())
        self.process.stdin.flush()
        self.hear(word)


class Home:
    """caretakerd's side of the socket, with the real worker at the other end"""

    def __init__(self, person):
        self.serial = 0
        path = person.top / "home.sock"
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
            listening.bind(str(path))
            path.chmod(0o666)
            listening.listen()
            listening.settimeout(LIMIT_S)
            self.worker = subprocess.Popen(
                [*person.as_user, "--no-new-privs", place["home"], "--home", person.dwelling, "--root",
                 person.top, "--socket", path, "--listen", place["listen"], "--notify", "/bin/false"],
                env={}, cwd="/", stdin=subprocess.DEVNULL)
            self.peer, _ = listening.accept()
        self.peer.settimeout(LIMIT_S)

    def end(self):
        self.worker.kill()
        self.worker.wait()
        self.peer.close()

    def receive(self, wanted):
        while True:
            kind, body = wire.receive(self.peer)
            if kind is None:
                raise AssertionError("the worker hung up")
            if kind == wanted:
                return body

    def ask(self, on):
        wire.send(self.peer, HOME_LISTEN, {"format": 1, "on": on})

    def listen(self):
        """What it says first: of nothing, unless somebody has answered it by then"""
        self.deaf()
        self.ask(True)
        return self.receive(HOME_STREAMS)

    def deaf(self):
        """It listens no longer, and whatever it said before is read"""
        self.ask(False)
        self.serial += 1
        wire.send(self.peer, wire.HOME_UNDO, {"client": None, "key": None, "serial": self.serial})
        while self.receive(wire.HOME_STATE)["serial"] != self.serial:
            pass

    def heard(self):
        """All that is known once every server answered, asked for from the start"""
        body = self.listen()
        while not body["sound"]:
            body = self.receive(HOME_STREAMS)
        return body

    def until(self, wanted):
        """By itself, after something happened"""
        last = None
        try:
            while last != wanted:
                last = self.receive(HOME_STREAMS)
        except TimeoutError:
            raise AssertionError(f"last told {last}, not {wanted}") from None

    def want(self, group):
        wire.send(self.peer, wire.HOME_SETTINGS, {"format": 1, "facts": [group], "keep": False, "profiles": [],
                                                  "tiers": {}})

    def until_facts(self, **wanted):
        """Told at first, and by itself after something happened"""
        last = None
        try:
            while last != wanted:
                facts = self.receive(wire.HOME_FACTS)["facts"]
                last = {name: facts.get(name.replace("_", "-")) for name in wanted}
        except TimeoutError:
            raise AssertionError(f"last told {last}, not {wanted}") from None

    def children(self):
        return processes("caretaker-listen")


@contextlib.contextmanager
def home(uid=ANA):
    place["n"] += 1
    top = place["top"] / str(place["n"])
    top.mkdir()
    person = Person(uid, top)
    one = None
    try:
        one = Home(person)
        yield one, person
    finally:
        person.end()
        if one:
            one.end()
        kill_all(uid)
        unmount_below(top)
        remove_sockets(uid)
        shutil.rmtree(top, ignore_errors=True)


def kill_all(uid):
    """Whatever a server of that person left behind, in this namespace"""
    def rest():
        left = [path for path in pathlib.Path("/proc").glob("[0-9]*") if owned(path, uid)]
        for path in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(path.name), signal.SIGKILL)
        return not left

    until_told(rest, "all ended")


def owned(path, uid):
    """By who started it: fusermount3, which the portal of documents calls, is root's otherwise"""
    try:
        status = status_of(path.name)
        return status["Uid"].split()[0] == str(uid) and not status["State"].startswith("Z")
    except OSError:
        return False


def unmount_below(top):
    """What the portal of documents mounted stays when it is killed, and not even root looks into it"""
    lines = pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
    for at in (line.split()[4] for line in lines):
        if at.startswith(f"{top}/"):
            subprocess.run(["umount", "--lazy", at], check=True)


def remove_sockets(uid):
    """A bus of dbus-run-session that is killed leaves its own"""
    for path in pathlib.Path("/tmp").glob("dbus-*"):
        if path.is_socket() and path.stat().st_uid == uid:
            path.unlink()
