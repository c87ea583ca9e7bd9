# SPDX-License-Identifier: Apache-2.0
"""Runs the command line in a pipe or on a terminal of a given width, and prints TAP."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import traceback

ANSI = re.compile(r'\x1b\[')


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def __repr__(self):
        return f'exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}'


class Cli:
    def __init__(self, program, data):
        self.program, self.data = program, data
        self.socket = '/nonexistent/control.sock'

    def argv(self, args):
        if args and args[0] in ('--version', '--help'):
            return [self.program, '--data', self.data, *args]
        return [self.program, '--data', self.data, '--socket', self.socket, *args]

    @staticmethod
    def environment(**more):
        env = {'PATH': '/usr/bin:/bin', 'LANG': 'C.UTF-8', 'TERM': 'xterm', 'TZ': 'UTC'}
        for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS'):
            if name in os.environ:
                env[name] = os.environ[name]
        env.update(more)
        return {name: value for name, value in env.items() if value is not None}

    def run(self, *args, stdin=b'', person=None, **env):
        """person: who runs it, as arguments of subprocess"""
        done = subprocess.run(self.argv(args), input=stdin, capture_output=True, check=False,
                              env=self.environment(**env), timeout=50, **(person or {}))
        return Result(done.returncode, done.stdout.decode('utf-8', 'backslashreplace'),
                      done.stderr.decode('utf-8', 'backslashreplace'))

    def run_bytes(self, *args):
        done = subprocess.run(self.argv(args), capture_output=True, check=False,
                              env=self.environment(), timeout=50)
        return done.returncode, done.stdout

    def terminal(self, width, *args, person=None, **env):
        """stdout is a terminal; stdin is not."""
        master, slave = open_terminal(width)
        child = subprocess.Popen(self.argv(args), stdin=subprocess.DEVNULL, stdout=slave,
                                 stderr=subprocess.PIPE, env=self.environment(**env),
                                 **(person or {}))
        os.close(slave)
        out = drain(master)
        err = child.stderr.read().decode()
        child.stderr.close()
        return Result(child.wait(timeout=50), out, err)

    def talk(self, *args, lines, person=None, **env):
        """All three are a terminal. lines: (what to wait for, what to type then)."""
        master, slave = open_terminal(80)
        child = subprocess.Popen(self.argv(args), stdin=slave, stdout=slave, stderr=slave,
                                 env=self.environment(**env), start_new_session=True,
                                 **(person or {}))
        os.close(slave)
        seen = ''
        for prompt, typed in lines:
            while prompt not in seen:
                part = read_some(master)
                if not part:
                    break
                seen += part
            os.write(master, typed.encode() + b'\n')
        seen += drain(master)
        return Result(child.wait(timeout=50), seen, '')


def open_terminal(width):
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 50, width, 0, 0))
    return master, slave


def read_some(master):
    if not select.select([master], [], [], 30)[0]:
        return ''
    try:
        return os.read(master, 65536).decode('utf-8', 'backslashreplace')
    except OSError:  # EIO: the other side is closed
        return ''


def drain(master):
    out = ''
    while part := read_some(master):
        out += part
    os.close(master)
    return out.replace('\r\n', '\n')


class Suite:
    def __init__(self):
        self.cases = []

    def case(self, function):
        self.cases.append(function)
        return function

    def main(self, context, only=None):
        cases = [c for c in self.cases if not only or only in c.__name__]
        failed = False
        print(f'1..{len(cases)}')
        for number, case in enumerate(cases, 1):
            name = case.__name__.replace('_', ' ')
            with tempfile.TemporaryDirectory() as directory:
                try:
                    case(context, directory)
                except Exception:  # pylint: disable=broad-except
                    failed = True
                    for line in traceback.format_exc().splitlines():
                        print('#', line)
                    print(f'not ok {number} - {name}')
                    continue
            print(f'ok {number} - {name}', flush=True)
        return 1 if failed else 0


def equal(found, wanted, about=''):
    if found != wanted:
        raise AssertionError(f'{about}\nwanted: {wanted!r}\nfound:  {found!r}')


def contains(text, *parts):
    for part in parts:
        if part not in text:
            raise AssertionError(f'no {part!r} in:\n{text}')


def lacks(text, *parts):
    for part in parts:
        if part in text:
            raise AssertionError(f'{part!r} in:\n{text}')


def fits(text, width):
    for line in text.split('\n'):
        if len(line) > width and ' ' in line.strip():
            raise AssertionError(f'{len(line)} columns, not {width}: {line!r}')


def die(message):
    sys.exit(message)
