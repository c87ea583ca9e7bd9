# SPDX-License-Identifier: Apache-2.0
"""A real caretaker-home, or something in its place, of a user who is nobody on this machine."""

import pathlib
import subprocess

UID = 1234


class Worker:
    """Started as the supervisor does: its PID is known before it calls."""

    def __init__(self, program, one, home, command=None):
        command = command or [program, "--home", home, "--root", one.root, "--socket", one.home]
        script = 'read _; exec setpriv --reuid "$1" --regid "$1" --clear-groups --no-new-privs "${@:2}"'
        self.process = subprocess.Popen(["bash", "-c", script, "worker", str(UID), *command],
                                        stdin=subprocess.PIPE, text=True)
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        place = one.path / "run" / "homes" / f"{UID}.pid"
        place.write_text(f"{self.process.pid} {stat.rpartition(')')[2].split()[19]}\n")
        place.chmod(0o644)
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
