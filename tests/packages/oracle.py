# SPDX-License-Identifier: Apache-2.0
"""What the tests beside a real package manager share: TAP, commands, and our own answer."""
import subprocess
import sys


class Tap:
    def __init__(self):
        self.n = 0
        self.failed = 0

    def case(self, name, problem):
        """problem: None when it went well, else what was wrong."""
        self.n += 1
        self.failed += problem is not None
        print(("ok" if problem is None else "not ok"), self.n, "-", name, flush=True)
        if problem is not None:
            print("# " + str(problem).replace("\n", "\n# "), flush=True)

    def done(self):
        print("1..%d" % self.n)
        sys.exit(self.failed > 0)


def run(*argv, **more):
    done = subprocess.run(argv, capture_output=True, text=True, timeout=120,
                          env={"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}, **more)
    if done.returncode != 0:
        raise RuntimeError("%s: %s" % (" ".join(argv[:6]), done.stderr[-500:] + done.stdout[-500:]))
    return done.stdout


class Judge:
    def __init__(self, program, unpack):
        self.program, self.unpack = program, unpack

    def __call__(self, root, control, lines=None):
        """State, reason, and the evidence as a dictionary"""
        out = run(self.program, root, self.unpack, control, *([lines] if lines else []))
        first, *rest = out.splitlines()
        state, reason = first.split()
        return state, reason, dict(line.split(" ", 1) for line in rest)
