#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: snap.py HAND_TOOL CLIENTS RUN POLICY UNPACK [FOLDER]: plugs of snaps, asked of snapd itself.

Debian's snapd (of /usr, or unpacked below FOLDER) runs on a machine of its own, without a network: a
chroot with an overlay of /usr, in which two snaps lie as snapd keeps them, a core and the client, and
are connected. The settings are kept and undone by the code of caretaker-hand, which runs the real
snap(8); the right answer is what `snap connections` says, and snapd's own state. udev and the system
bus are not there: udevadm is true(1).

av.app-permissions is judged (by RUN, the runner of the scenarios) of the state that this snapd wrote;
whether the snap may film or listen is what `snap connections` says.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "netns"))
import tap  # noqa: E402

TOOL, CLIENTS, RUN, POLICY, UNPACK = (pathlib.Path(name).resolve() for name in sys.argv[1:6])
UNPACKED = pathlib.Path(sys.argv[6]).resolve() / "usr" if len(sys.argv) > 6 else None
PERMISSIONS = "av.app-permissions"
CLIENTS_OF = {"zoom": "zoom-client", "teams-for-linux": "teams-for-linux"}
MOUNTS = """
mount --make-rprivate /
mount -t overlay -o lowerdir="$LOWER" caretaker "$ROOT/usr"
for folder in proc dev sys; do mount --rbind "/$folder" "$ROOT/$folder"; done
exec chroot "$ROOT" /usr/bin/python3 /inside.py "$@"
"""
# On that machine: snapd is begun, the commands of standard input are run one by one, snapd is ended.
INSIDE = r"""
import json, os, select, socket, subprocess, sys
log = open('/tmp/snapd.log', 'wb')
snapd = subprocess.Popen(['/usr/lib/snapd/snapd'], stdout=log, stderr=log)
def up():
    with socket.socket(socket.AF_UNIX) as peer:
        try:
            peer.connect('/run/snapd.socket')
        except OSError:
            return False
    return True
while not up():
    if snapd.poll() is not None:
        sys.exit('snapd did not begin: ' + open('/tmp/snapd.log', errors='replace').read()[-2000:])
    select.select([], [], [], 0.05)
for line in sys.stdin:
    done = subprocess.run(json.loads(line), capture_output=True, text=True, timeout=120)
    print(json.dumps([done.returncode, done.stdout, done.stderr]), flush=True)
snapd.terminate()
snapd.wait(timeout=120)
"""


def snap(root, name, kind, plugs=""):
    place = root / "snap" / name / "1/meta"
    place.mkdir(parents=True)
    (place / "snap.yaml").write_text(
        f"name: {name}\nversion: 1\nsummary: x\ndescription: x\n{kind}{plugs}")
    (root / "snap" / name / "current").symlink_to("1")
    (root / f"var/lib/snapd/snaps/{name}_1.snap").touch()


def row(name, kind):
    return {"type": kind, "active": True, "current": "1", "channel": "stable",
            "sequence": [{"name": name, "snap-id": "", "revision": "1"}]}


class Machine:
    def __init__(self, top, name, connections):
        self.root, self.name = pathlib.Path(top) / "root", name
        for folder in ("usr", "etc", "proc", "dev", "sys", "tmp", "run", "state", "root", "home",
                       "var/snap", "var/cache/snapd", "var/lib/snapd/snaps"):
            (self.root / folder).mkdir(parents=True)
        (self.root / "state").chmod(0o700)
        for folder in ("bin", "sbin", "lib", "lib64"):
            (self.root / folder).symlink_to(f"usr/{folder}")
        for file in ("passwd", "group", "os-release", "ld.so.cache", "nsswitch.conf"):
            shutil.copy(f"/etc/{file}", self.root / "etc")
        # a catalogue that is fresh is not asked for
        (self.root / "var/cache/snapd/names").touch()
        snap(self.root, "core", "type: os\n")
        (self.root / "snap/core/1/usr/lib/snapd").mkdir(parents=True)
        (self.root / "snap/core/1/usr/lib/snapd/info").write_text("VERSION=2.57.6\n")
        snap(self.root, name, "", f"apps:\n  {name}:\n    command: bin/x\n"
             "    plugs: [camera, audio-record, network]\n")
        state = {"data": {"patch-level": 6, "patch-sublevel": 3,
                          "patch-sublevel-last-version": "2.57.6", "seeded": True,
                          "snaps": {"core": row("core", "os"), name: row(name, "app")},
                          "conns": connections}, "changes": {}, "tasks": {},
                 "last-change-id": 0, "last-task-id": 0, "last-lane-id": 0}
        place = self.root / "var/lib/snapd/state.json"
        place.write_text(json.dumps(state))
        place.chmod(0o600)
        self.lower = pathlib.Path(top) / "lower"
        (self.lower / "bin").mkdir(parents=True)
        shutil.copy("/bin/true", self.lower / "bin/udevadm")
        shutil.copy(TOOL, self.root / "tool")
        (self.root / "inside.py").write_text(INSIDE)

    def begin(self):
        lower = ":".join(str(one) for one in (self.lower, UNPACKED, "/usr") if one)
        self.process = subprocess.Popen(
            ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-ec", MOUNTS],
            env={"PATH": os.environ["PATH"], "ROOT": str(self.root), "LOWER": lower},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=120)
        self.process.stdout.close()

    def run(self, *command):
        print(json.dumps(command), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError("snapd did not begin")
        code, out, err = json.loads(line)
        tap.equal(code, 0, f"{command}: {out}{err}")
        return out

    def hand(self, verb, client, tier="strict"):
        shutil.copy(CLIENTS / f"{client}.json", self.root / "profile.json")
        lines = self.run("/tool", verb, "/profile.json", "/state", tier).splitlines()
        return {change["key"]: change["result"] for line in lines
                for change in json.loads(line)["changes"] if ":" in change["key"]}

    def connected(self):
        """Which plugs snapd says are connected"""
        lines = self.run("/usr/bin/snap", "connections", self.name).splitlines()[1:]
        words = [line.split() for line in lines]
        return {word[1] for word in words if word[2] != "-"}


def play(client, connections, wanted):
    name = CLIENTS_OF[client]
    camera, microphone = f"{name}:camera", f"{name}:audio-record"
    with tempfile.TemporaryDirectory() as top:
        os.chmod(top, 0o755)
        one = Machine(top, name, connections(name))
        one.begin()
        try:
            before = one.connected()
            tap.equal(before & {camera, microphone}, wanted(name), "connected before")
            tap.equal(one.hand("plan", client, "base"), {}, "what the base tier asks for")
            told = one.hand("keep", client)
            tap.equal(told, {plug: "applied" for plug in wanted(name)}, "what was told")
            tap.equal(one.connected(), before - {camera, microphone}, "connected once kept")
            tap.equal(one.hand("plan", client), {}, "a second plan")
            # somebody connects it again: drift
            if wanted(name):
                one.run("/usr/bin/snap", "connect", camera)
                tap.equal(one.hand("plan", client), {camera: "planned"}, "a plan after drift")
                tap.equal(one.hand("keep", client), {camera: "applied"}, "drift")
                tap.equal(one.hand("undo", client), {plug: "undone" for plug in wanted(name)}, "undo")
            tap.equal(one.connected(), before, "connected after undo")
        finally:
            one.end()


def judged(machine, where, number, state):
    """Whether the check says so of this machine as it is now, signed in to by nobody but a child"""
    folder = where / PERMISSIONS / f"step-{number}.{state}"
    (folder / "root/home/kid").mkdir(parents=True)
    (folder / "root/home/kid/.profile").touch()
    for name in ("state.json", "snaps"):
        source, target = machine.root / "var/lib/snapd" / name, folder / "root/var/lib/snapd" / name
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    said = subprocess.run([RUN, where, POLICY, UNPACK, PERMISSIONS], capture_output=True, text=True,
                          check=False).stdout
    line = next(line for line in said.splitlines() if line.endswith(f" - {PERMISSIONS} {folder.name}"))
    return line.startswith("ok"), said


def permissions_of(name, connections, steps, approved=False):
    camera, microphone = f"{name}:camera", f"{name}:audio-record"
    with tempfile.TemporaryDirectory() as top:
        os.chmod(top, 0o755)
        one = Machine(top, name, connections)
        one.begin()
        try:
            for number, (command, wanted) in enumerate([(None, steps[0]), *steps[1:]]):
                if command:
                    one.run("/usr/bin/snap", command[0], f"{name}:{command[1]}")
                used = one.connected() & {camera, microphone}
                tap.equal(used, {f"{name}:{plug}" for plug in wanted}, f"connected after {command}")
                right = "fail" if used and not approved else "pass"
                ok, said = judged(one, pathlib.Path(top) / "scenes", number, right)
                tap.equal(ok, True, f"{right} after {command}: {said}")
        finally:
            one.end()


def needs():
    if os.geteuid() != 0:
        raise tap.Skip("a machine of its own needs root")
    if not ((UNPACKED or pathlib.Path("/usr")) / "lib/snapd/snapd").exists():
        raise tap.Skip("snapd is not installed")


def both(name):
    return {f"{name}:camera core:camera": {"interface": "camera", "auto": True},
            f"{name}:audio-record core:audio-record": {"interface": "audio-record"}}


def test_zoom_loses_camera_and_microphone_and_gets_them_back():
    needs()
    play("zoom", both, lambda name: {f"{name}:camera", f"{name}:audio-record"})


def test_teams_for_linux_does_too():
    needs()
    play("teams-for-linux", both, lambda name: {f"{name}:camera", f"{name}:audio-record"})


def test_what_its_owner_took_away_stays_away():
    needs()
    play("zoom", lambda name: {f"{name}:camera core:camera": {
        "interface": "camera", "auto": True, "undesired": True}}, lambda name: set())


PLUGS = ("camera", "audio-record")


def test_a_game_that_may_film_and_listen_is_told_by_snapds_own_state():
    needs()
    permissions_of("some-game", both("some-game"), [
        PLUGS,
        (("disconnect", "camera"), ("audio-record",)),
        (("disconnect", "audio-record"), ()),
        (("connect", "camera"), ("camera",)),
        (("disconnect", "camera"), ()),
        (("connect", "audio-record"), ("audio-record",)),
    ])


def test_a_game_that_nobody_connected_is_none():
    needs()
    permissions_of("some-game", {"some-game:network core:network": {"interface": "network", "auto": True}}, [
        (),
        (("connect", "audio-record"), ("audio-record",)),
    ])


def test_a_meeting_program_may():
    needs()
    permissions_of("zoom-client", both("zoom-client"), [PLUGS, (("disconnect", "camera"), ("audio-record",))],
                   approved=True)


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
