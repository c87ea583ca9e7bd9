# SPDX-License-Identifier: Apache-2.0
"""zck, the tool of zchunk's own project, packs; caretaker-unpack has to give the same bytes back."""
import os
import random
import subprocess
import sys
import tempfile

from oracle import Tap, run

KINDS = [[], ["-u"], ["-h", "sha256"], ["-h", "sha512"], ["--compression-format=none"], ["-s", "<p>"], ["-m", "-s", "<p>"]]


def text_make(rng, size):
    words = [b"<p>", b"security", b"bash", b"\n", b"\0", bytes([rng.randrange(256)])]
    return b" ".join(rng.choice(words) for _ in range(size // 6))


def unpack(program, data):
    done = subprocess.run([program], input=data, capture_output=True, timeout=60)
    return done.returncode, done.stdout


def compare(program, base, rng, kind):
    plain = text_make(rng, rng.choice([0, 10, 5000, 300000, 3000000]))
    source, packed = base + "/plain", base + "/packed"
    with open(source, "wb") as out:
        out.write(plain)
    argv = ["zck", *kind, "-o", packed, source]
    if rng.random() < .4:
        with open(base + "/dictionary", "wb") as out:
            out.write(text_make(rng, 20000))
        argv[1:1] = ["-D", base + "/dictionary"]
    run(*argv)
    with open(packed, "rb") as file:
        data = file.read()
    os.unlink(packed)
    status, out = unpack(program, data)
    if status != 0 or out != plain:
        return "%s: status %d, %d bytes of %d" % (argv[1:], status, len(out), len(plain))
    status, out = unpack(program, data[:rng.randrange(1, len(data))])
    if status == 0 and out != plain:
        return "%s: a file that was cut off is taken for whole" % argv[1:]
    return None


def main():
    tap, rng = Tap(), random.Random(20261122)
    with tempfile.TemporaryDirectory() as base:
        for kind in KINDS:
            for i in range(6):
                tap.case("%s %d" % (" ".join(kind) or "default", i), compare(sys.argv[2], base, rng, kind))
    tap.done()


main()
