# SPDX-License-Identifier: Apache-2.0
"""The whole agent below the supervisor, in the network namespace of firewall_lab and in namespaces of
mounts and processes of its own: with the filters and capabilities that the supervisor gives it, by the
paths that are compiled in, and nothing of the machine's own changed."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess

import firewall_lab
import watching

LIBEXEC = "/usr/local/libexec/caretaker"
DATADIR = "/usr/local/share/caretaker"
COURIER_ID = 64123
PRIVATE = """
mkdir {base}/layer
mount -t tmpfs -o mode=755 none {base}/layer
mkdir {base}/layer/etc {base}/layer/work
mount -t overlay -o lowerdir=/etc,upperdir={base}/layer/etc,workdir={base}/layer/work none /etc
for folder in {folders}; do
	[ -d "$folder" ] || continue
	mkdir -p "{base}$folder"
	cp -a "$folder/." "{base}$folder"
	mount --bind "{base}$folder" "$folder"
done
mkdir -p {libexec} {data} /run /var/lib /var/spool
mount -t tmpfs none /run
mount -t tmpfs none /var/lib
mount -t tmpfs none /var/log
mount -t tmpfs none /var/spool
mount --bind {base}/libexec {libexec}
mount --bind {policies} {data}
mount --bind {base}/passwd /etc/passwd
mount --bind {base}/group /etc/group
mkdir -p /run/caretaker/homes /var/lib/caretaker/firewall /var/lib/caretaker/key /var/lib/caretaker/undo
mkdir -p /var/spool/caretaker/outbox /var/spool/caretaker/inbox
chmod 0700 /var/lib/caretaker /var/lib/caretaker/*
chmod 0750 /var/spool/caretaker/outbox
chmod 0770 /var/spool/caretaker/inbox
chgrp {courier} /var/spool/caretaker/outbox
chown {courier}:0 /var/spool/caretaker/inbox
mkdir {base}/sbin
mount --bind /usr/sbin {base}/sbin
mount -t tmpfs none /usr/sbin
cp -as {base}/sbin/. /usr/sbin
for program in {without}; do rm -f "/usr/sbin/$program"; done
{prepare}
: >{base}/prepared
exec {libexec}/caretaker-supervise --no-homes
"""


class Supervised:
    """programs: of a build, the supervisor and caretaker among them. without: of /usr/sbin, as if not installed."""

    def __init__(self, base, programs, policies, without=(), folders=(), prepare=""):
        self.base = pathlib.Path(base)
        (self.base / "libexec").mkdir()
        for program in programs:
            shutil.copy(program, self.base / "libexec")
        for name, line in (("passwd", f"_caretaker:x:{COURIER_ID}:{COURIER_ID}::/nonexistent:/usr/sbin/nologin\n"),
                           ("group", f"_caretaker:x:{COURIER_ID}:\ncaretaker-admin:x:{COURIER_ID + 1}:\n")):
            (self.base / name).write_text(pathlib.Path("/etc", name).read_text() + line)
        script = PRIVATE.format(base=base, libexec=LIBEXEC, data=DATADIR, policies=policies, courier=COURIER_ID,
                                without=" ".join(without), folders=" ".join(folders), prepare=prepare)
        with open(self.base / "log", "wb") as log:
            self.process = subprocess.Popen(
                ["ip", "netns", "exec", firewall_lab.HERE, "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
                 "sh", "-euc", script], stderr=log, stdout=log)
        watching.until(self.base, (self.base / "prepared").exists, f"everything is prepared: {self.messages()}")
        self.first = self.child()
        watching.until(self.root / "run/caretaker", (self.root / "run/caretaker/control.sock").exists, "caretakerd has its socket")
        watching.until_told(self.answers, "caretakerd answers")

    def child(self):
        self.must_live()
        return int((pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split() or [0])[0])

    def must_live(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the supervisor ended: {self.messages()}")

    def messages(self):
        return (self.base / "log").read_text(errors="replace")

    @property
    def root(self):
        """Its files, seen from here"""
        return pathlib.Path(f"/proc/{self.first}/root")

    def inside(self, *words):
        return subprocess.run(["nsenter", "-m", "-n", "-p", "-t", str(self.first), "--", *words], text=True, check=False,
                              capture_output=True)

    def cli(self, *words, codes=(0, 2)):
        done = self.inside(f"{LIBEXEC}/caretaker", *words, "--json")
        if done.returncode not in codes:
            raise AssertionError(f"{words}: {done.returncode} {done.stdout} {done.stderr} {self.messages()}")
        return json.loads(done.stdout)

    def answers(self):
        self.must_live()
        return self.inside(f"{LIBEXEC}/caretaker", "status", "--json").returncode in (0, 2) and (
            self.root / "run/caretaker/control.sock").exists()

    def verdict(self, control):
        (verdict,) = self.cli("audit", "--only", control)["verdicts"]
        return verdict["state"], verdict["reason"]

    def pid_of(self, name):
        """By the mount namespace that is theirs alone"""
        mine = os.stat(f"/proc/{self.first}/ns/mnt").st_ino
        for path in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (path / "comm").read_text().strip() == name[:15] and os.stat(path / "ns/mnt").st_ino == mine:
                    return int(path.name)
        return None

    def stop(self):
        """With all that its first process started"""
        self.process.kill()
        self.process.wait(60)
