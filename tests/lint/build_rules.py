# SPDX-License-Identifier: Apache-2.0
"""Rules on programs: what they link, and whether their manual is whole."""

import os
import re
import subprocess

# Every shared library that a program may name. More than this is a decision, not an accident.
NEEDED = {
    'caretaker': 'libc libjson-c libmnl libudev',
    'caretakerd': 'libc libjson-c libmnl libudev',
    'caretaker-courier': 'libc libcrypto libcurl libjson-c libssl',
    'caretaker-firewall': 'libc libjson-c libmnl',
    'caretaker-hand': 'libc libjson-c',
    'caretaker-home': 'libc libjson-c',
    'caretaker-legacy': 'libc libjson-c',
    'caretaker-listen-pipewire': 'libc libpipewire',
    'caretaker-listen-pulse': 'libc libpulse',
    'caretaker-notify': 'libc libjson-c libsystemd',
    'caretaker-seal': 'libc libcrypto libjson-c',
    'caretaker-server': 'libc libcrypto libcurl libevent_core libjson-c libpq libsqlite3 libssl',
    'caretaker-unpack': 'libc liblz4 liblzma libz libzstd',
    'caretaker-supervise': 'libc libjson-c',
}

# A program: the folder of its sources, and the manual's section.
MANUALS = {
    'caretaker': ('agent/cli', 1),
    'caretakerd': ('agent/core', 8),
    'caretaker-seal': ('agent/seal', 8),
    'caretaker-hand': ('agent/hand', 8),
    'caretaker-courier': ('agent/courier', 8),
    'caretaker-home': ('agent/home', 8),
    'caretaker-firewall': ('agent/wall', 8),
    'caretaker-legacy': ('agent/legacy', 8),
    'caretaker-listen': ('agent/listen', 8),
    'caretaker-notify': ('agent/notify', 8),
    'caretaker-unpack': ('agent/unpack', 8),
    'caretaker-server': ('server', 8),
}
OPTION = re.compile(r'--([a-z][a-z-]+)(?![a-z-])')
LONG_ROW = re.compile(
    r'\{"([a-z][a-z-]+)",\s*(?:no_argument|required_argument|optional_argument|ARGS_[A-Z]+)')
TABLE_ROW = re.compile(r'\b(?:ROW|OPTION_ROW)\([A-Z_]+, "([a-z][a-z-]+)"')


def library(soname):
    name = re.match(r'(.+?)(?:-\d+\.\d+)?\.so', soname)
    return re.sub(r'-2\.1$', '', name.group(1)) if name else soname


def needed(tree):
    for name, path in sorted(tree.targets.items()):
        if name not in NEEDED:
            yield f'{name}: the lint has no list of what it may link'
            continue
        if not os.path.exists(path):
            yield f'{name}: not built'
            continue
        shown = subprocess.run(['readelf', '-dW', path], capture_output=True, text=True, check=True)
        for soname in re.findall(r'\(NEEDED\).*\[(.*?)\]', shown.stdout):
            if library(soname) not in NEEDED[name].split() and not soname.startswith('ld-linux'):
                yield f'{name}: links {soname}, which it may not'


def program_options(tree, folder):
    """Option names that the sources of a program spell, with where."""
    for path in tree.matching(re.escape(folder) + r'/[^/]+\.c'):
        text = tree.read(path)
        for pattern in (LONG_ROW, TABLE_ROW):
            for m in pattern.finditer(text):
                yield path, m.group(1)
        for _, string in tree.strings(path):
            m = OPTION.fullmatch(string)
            if m:
                yield path, m.group(1)


def manuals(tree):
    for name, (folder, section) in MANUALS.items():
        if not tree.matching(re.escape(folder) + r'/.*\.c'):
            continue
        page = f'packaging/man/{name}.{section}.scd'
        if not tree.has(page):
            yield f'{page}: missing'
            continue
        described = set(OPTION.findall(tree.read(page)))
        for path, option in sorted(set(program_options(tree, folder))):
            if option not in described:
                yield f'{page}: says nothing of --{option} ({path})'


def commands_in_manual(tree):
    page = 'packaging/man/caretaker.1.scd'
    for path in tree.matching(r'agent/cli/command-.*\.c'):
        for name in re.findall(r'^\t\.name = "([a-z]+)"', tree.read(path), re.M):
            if not re.search(r'^\*%s\*' % name, tree.read(page) or '', re.M):
                yield f'{page}: says nothing of the command {name} ({path})'


RULES = [needed, manuals, commands_in_manual]
