# SPDX-License-Identifier: Apache-2.0
"""File systems of their own, in a mount namespace of the test's."""

import contextlib
import os
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


def fill(directory):
    with open(os.path.join(directory, "filler"), "wb", buffering=0) as file:
        with contextlib.suppress(OSError):
            while file.write(b"\0" * 4096):
                pass
