# SPDX-License-Identifier: Apache-2.0
"""What a rule may look at: the files of a source tree, and a build of it."""

import functools
import json
import os
import re
import subprocess

SOURCE_DIRS = ('common', 'platform', 'agent', 'server', 'packaging', 'tests')
BINARY_SUFFIXES = ('.png', '.ico', '.woff2', '.gz', '.deb', '.db')

TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def blank(text):
    """The same lines with nothing in them but blanks."""
    return re.sub(r'[^\n]', ' ', text)


class Tree:
    def __init__(self, top, build=None):
        self.top = os.path.abspath(top)
        self.build = os.path.abspath(build) if build else None

    @functools.cached_property
    def paths(self):
        """Every file that belongs to the project, relative to the top, sorted."""
        if os.path.exists(os.path.join(self.top, '.git')):
            found = subprocess.run(
                ['git', '-C', self.top, 'ls-files', '-z', '--cached', '--others',
                 '--exclude-standard'], capture_output=True, check=False)
            if found.returncode == 0:
                names = {name for name in found.stdout.decode().split('\0') if name}
                return sorted(n for n in names if os.path.lexists(os.path.join(self.top, n)))
        return sorted(self.walk())

    def walk(self):
        skipped = {'node_modules', '__pycache__', '.git'}
        for dirpath, dirs, files in os.walk(self.top):
            dirs[:] = [d for d in dirs if d not in skipped and not d.startswith('build')]
            for name in files:
                yield os.path.relpath(os.path.join(dirpath, name), self.top)

    def has(self, path):
        return os.path.exists(os.path.join(self.top, path))

    def matching(self, pattern):
        """Paths that a regular expression matches whole."""
        wanted = re.compile(pattern)
        return [path for path in self.paths if wanted.fullmatch(path)]

    @functools.cache
    def read(self, path):
        """The text, or None for what is no text."""
        full = os.path.join(self.top, path)
        if path.endswith(BINARY_SUFFIXES) or not os.path.isfile(full) or os.path.islink(full):
            return None
        with open(full, 'rb') as file:
            data = file.read()
        try:
            return None if b'\0' in data else data.decode()
        except UnicodeDecodeError:
            return None

    def load(self, path):
        return json.loads(self.read(path))

    @functools.cached_property
    def sources(self):
        """C files of ours."""
        return self.matching(r'(%s)/.*\.[ch]' % '|'.join(SOURCE_DIRS))

    @functools.cache
    def code(self, path):
        """A C file without its comments and with empty strings; lines stay where they are."""
        def replace(m):
            token = m.group(0)
            return '"' + blank(token[1:-1]) + '"' if token[0] == '"' else blank(token)
        return TOKEN.sub(replace, self.read(path))

    @functools.cache
    def strings(self, path):
        """(line, string) of each string literal in a C file, as it is spelt."""
        text = self.read(path)
        return [(text.count('\n', 0, m.start()) + 1, m.group(0)[1:-1])
                for m in TOKEN.finditer(text) if m.group(0)[0] == '"']

    @functools.cached_property
    def targets(self):
        """Executables of the build that are installed: name to file."""
        if not self.build:
            return {}
        with open(os.path.join(self.build, 'meson-info', 'intro-targets.json'),
                  encoding='utf-8') as file:
            targets = json.load(file)
        return {t['name']: t['filename'][0] for t in targets
                if t['type'] == 'executable' and t['installed']}


def lines(text):
    return enumerate(text.split('\n'), 1)
