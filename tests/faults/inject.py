# SPDX-License-Identifier: Apache-2.0
"""strace: which system calls one act makes, and a fault at one of them."""

import collections
import re

CALL = re.compile(r"^(?:\d+ +)?(\w+)\(")
FAULTS = {
    "SIGKILL": "signal=SIGKILL",
    "ENOSPC": "error=ENOSPC",
    "EIO": "error=EIO",
    "EINTR": "error=EINTR",
}


def watching(log):
    return ["-o", log]


def faulting(log, call, fault, number):
    return ["-o", log, "-e", f"trace={call}", "-e", f"inject={call}:{FAULTS[fault]}:when={number}"]


def struck(log, fault, answer):
    """Whether the fault came to pass. A program that was killed answers nothing."""
    return answer is None if fault == "SIGKILL" else "(INJECTED)" in read(log)


def read(log):
    with open(log, encoding="utf-8", errors="replace") as file:
        return file.read()


def calls_of_act(log):
    """{call: number of its first one in the act}: from the message that asks to the answer."""
    lines = [match.group(1) for match in map(CALL.match, read(log).splitlines()) if match]
    asked = max(i for i, call in enumerate(lines) if call == "recvmsg" and i < answered(lines))
    counts = collections.Counter(lines[:asked])
    return {call: counts[call] + 1 for call in sorted(set(lines[asked:answered(lines) + 1]))}


def calls_from(log, path):
    """{call: number of its first one} from the first call that names this path on"""
    lines = [line for line in read(log).splitlines() if CALL.match(line)]
    first = next(i for i, line in enumerate(lines) if path in line)
    names = [CALL.match(line).group(1) for line in lines]
    counts = collections.Counter(names[:first])
    return {call: counts[call] + 1 for call in sorted(set(names[first:]) - {"exit_group"})}


def tool_struck(log, fault):
    return ("killed by SIGKILL" if fault == "SIGKILL" else "(INJECTED)") in read(log)


def answered(lines):
    return max(i for i, call in enumerate(lines) if call in ("sendmsg", "sendto"))
