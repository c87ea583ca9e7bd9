# SPDX-License-Identifier: Apache-2.0
"""Figures of processes, from /proc and rusage."""

import os
import re
import statistics
import subprocess
import tempfile
import time


def rollup(pid):
    """PSS and private bytes, in KiB."""
    with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as file:
        found = dict(re.findall(r'^(\w+): +(\d+) kB', file.read(), re.M))
    return int(found['Pss']), int(found['Private_Clean']) + int(found['Private_Dirty'])


def running(pid):
    """Nanoseconds on a CPU and voluntary switches so far, all threads."""
    cpu = switches = 0
    for task in os.listdir(f'/proc/{pid}/task'):
        with open(f'/proc/{pid}/task/{task}/schedstat', encoding='ascii') as file:
            cpu += int(file.read().split()[0])
        with open(f'/proc/{pid}/task/{task}/status', encoding='ascii') as file:
            switches += int(re.search(r'^voluntary_ctxt_switches:\s+(\d+)', file.read(), re.M)[1])
    return cpu, switches


def idle(pids, seconds):
    """{name: figures} over the same window for each of {name: pid}."""
    before = {name: running(pid) for name, pid in pids.items()}
    time.sleep(seconds)
    rows = {}
    for name, pid in pids.items():
        cpu, switches = running(pid)
        pss, private = rollup(pid)
        rows[name] = {
            'pss': pss, 'private': private,
            'switches': (switches - before[name][1]) * 60 / seconds,
            'cpu_ms': (cpu - before[name][0]) / 1e6 * 60 / seconds,
        }
    return rows


def children_cpu(pid):
    """(own, reaped children) CPU seconds of a process that has ended and was not reaped yet."""
    with open(f'/proc/{pid}/stat', encoding='ascii') as file:
        fields = file.read().rsplit(')', 1)[1].split()
    tick = os.sysconf('SC_CLK_TCK')
    return (int(fields[11]) + int(fields[12])) / tick, (int(fields[13]) + int(fields[14])) / tick


def run_once(argv, env=None):
    """CPU milliseconds of a command and its children (rusage), and of itself alone (schedstat);
    peak of private memory in KiB, seen by looking as often as can be."""
    null = os.open('/dev/null', os.O_RDWR)
    pid = os.fork()
    if pid == 0:
        for fd in (0, 1, 2):
            os.dup2(null, fd)
        os.execve(argv[0], argv, env or {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL': 'C.UTF-8'})
    os.close(null)
    peak = own_ns = 0
    while True:
        done = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
        try:
            with open(f'/proc/{pid}/schedstat', encoding='ascii') as file:
                own_ns = max(own_ns, int(file.read().split()[0]))
            if not done:
                peak = max(peak, rollup(pid)[1])
        except (OSError, KeyError, IndexError):
            pass
        if done:
            break
    _, _, usage = os.wait4(pid, 0)
    return {'all_ms': (usage.ru_utime + usage.ru_stime) * 1e3, 'own_ms': own_ns / 1e6,
            'private': peak}


def execs(argv):
    """Programs that a command started beside itself, counted by strace; '-' without it"""
    with tempfile.NamedTemporaryFile(prefix='caretaker-execs-') as trace:
        try:
            subprocess.run(['strace', '-f', '-qq', '-e', 'trace=execve', '-o', trace.name, *argv],
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, check=False)
        except FileNotFoundError:
            return '-'
        with open(trace.name, encoding='utf-8', errors='replace') as file:
            return max(0, sum(1 for line in file if line.rstrip().endswith('= 0')) - 1)


def repeat(argv, times, before=None):
    rows = []
    for _ in range(times):
        if before:
            before()
        rows.append(run_once(argv))
    return {key: statistics.median(row[key] for row in rows) for key in rows[0]}


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
