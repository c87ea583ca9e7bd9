# SPDX-License-Identifier: Apache-2.0
"""Named results in TAP, as meson reads it. A test is a function whose name starts with test_."""

import os
import sys
import traceback


class Skip(Exception):
    """Raised by a test that cannot run here; its text says why."""


def run(module, *arguments):
    """Runs every test of a module in the order of its source; exits with 1 when one failed."""
    tests = [(name, value) for name, value in vars(module).items() if name.startswith("test_")]
    tests.sort(key=lambda pair: pair[1].__code__.co_firstlineno)
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        words = name.removeprefix("test_").replace("_", " ")
        try:
            test(*arguments)
            print(f"ok {number} - {words}", flush=True)
        except Skip as skip:
            print(f"ok {number} - {words} # SKIP {skip}", flush=True)
        except Exception:  # noqa: BLE001 - whatever it is, the test failed by it
            failed += 1
            print(f"not ok {number} - {words}", flush=True)
            for line in traceback.format_exc().splitlines():
                print(f"# {line}", file=sys.stdout, flush=True)
    sys.exit(1 if failed else 0)


def run_as_root(module):
    """run(), or for anyone else the plan of a test that cannot run here"""
    if os.getuid() != 0:
        print("1..0 # SKIP needs root")
        return
    run(module)


def equal(found, wanted, what=""):
    if found != wanted:
        raise AssertionError(f"{what}: found {found!r}, wanted {wanted!r}")
