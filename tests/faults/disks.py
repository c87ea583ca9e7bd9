# SPDX-License-Identifier: Apache-2.0
"""File systems of their own, in a mount namespace of the test's."""

import contextlib
import os
import select
import subprocess
import tempfile

import tap


@contextlib.contextmanager
def mounted(kind, options, source="none"):
    """A file system of its own for a scene"""
    with tempfile.TemporaryDirectory(prefix="caretaker-hostile-") as directory:
        os.chmod(directory, 0o755)
        done = subprocess.run(["mount", "-t", kind, "-o", options, source, directory],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise tap.Skip(f"no {kind} can be mounted here: {done.stderr.strip()}")
        try:
            yield directory
        finally:
            subprocess.run(["umount", "--lazy", directory], check=True)


@contextlib.contextmanager
def on_ext4():
    with tempfile.NamedTemporaryFile(prefix="caretaker-ext4-") as image:
        os.truncate(image.name, 16 << 20)
        subprocess.run(["mkfs.ext4", "-q", image.name], check=True)
        with mounted("ext4", "loop", image.name) as directory:
            os.chmod(directory, 0o755)
            yield directory


class Served:
    """A folder seen through a file system in user space, whose process belongs to one account: the
    kernel lets nobody else in, root included (FUSE without allow_other)."""

    def __init__(self, backing, at, uid):
        self.backing, self.at, self.uid = str(backing), str(at), uid
        self.process = None

    def begin(self):
        if self.process:
            subprocess.run(["umount", "--lazy", self.at], check=True)
        self.process = subprocess.Popen(
            ["setpriv", f"--reuid={self.uid}", f"--regid={self.uid}", "--clear-groups", "bindfs",
             "-f", "-o", "hard_remove", "--no-allow-other", self.backing, self.at], stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        while not self.mounted():
            if self.process.poll() is not None:
                raise tap.Skip(f"no file system in user space here: {self.process.stderr.read().strip()}")
            # its process is the only one to tell: the kernel tells of a mount by this file's event
            with open("/proc/self/mounts", "rb") as mounts:
                watching = select.poll()
                watching.register(mounts, select.POLLPRI | select.POLLERR)
                if not self.mounted():
                    watching.poll(1000)

    def mounted(self):
        with open("/proc/self/mounts", encoding="utf-8") as mounts:
            return any(line.split()[1] == self.at for line in mounts)

    @contextlib.contextmanager
    def failing(self, calls, fault, which):
        """The server's own call of these fails, or ends it, that time: for whoever asked it that is in
        the middle of a call of theirs."""
        tracer = subprocess.Popen(
            ["strace", "-f", "-o", "/dev/null", "-p", str(self.process.pid), "-e",
             f"inject={calls}:{fault}:when={which}"], stderr=subprocess.PIPE, text=True)
        try:
            if "attached" not in tracer.stderr.readline():
                raise AssertionError("strace did not attach")
            yield
        finally:
            tracer.terminate()
            tracer.communicate()

    def lose(self):
        """The server is gone without a word: what is asked of the mount fails from then on."""
        self.process.kill()
        self.process.wait()

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        subprocess.run(["umount", "--lazy", self.at], check=False, stderr=subprocess.DEVNULL)


def fill(directory):
    with open(os.path.join(directory, "filler"), "wb", buffering=0) as file:
        with contextlib.suppress(OSError):
            while file.write(b"\0" * 4096):
                pass
