# SPDX-License-Identifier: Apache-2.0
"""Rules on C sources. A rule is a generator of "path:line: what is wrong"."""

import os
import re
import shutil
import subprocess

from tree import lines

FILE_LINES = 400
FUNCTION_LINES = 60
NESTING = 4

FORBIDDEN = {
    'strcpy': 'str_append', 'strcat': 'str_append', 'stpcpy': 'str_append',
    'sprintf': 'snprintf or str_appendf', 'vsprintf': 'vsnprintf', 'gets': 'fgets',
    'atoi': 'span_u64', 'atol': 'span_u64', 'atoll': 'span_u64', 'atof': 'span_u64',
    'strtok': 'span_next', 'system': 'platform/tool', 'popen': 'platform/tool',
    'alloca': 'the heap', 'strdupa': 'the heap', 'mktemp': 'fd_write_atomic',
    'tmpnam': 'fd_write_atomic',
}
# The environment is read where a program's life begins, and where systemd hands sockets over.
GETENV = {'agent/cli/main.c', 'common/fd.c', 'common/notify.c'}

# A folder and those whose headers it may include besides its own (ARCHITECTURE.md, "Tree").
DIRECTION = {
    'common': [],
    'platform': ['common'],
    'agent': ['agent/media', 'common', 'platform'],
    'agent/checks': ['agent', 'agent/media', 'agent/readers', 'common', 'platform'],
    'agent/enforce': ['common', 'platform'],
    'agent/core': [
        'agent', 'agent/checks', 'agent/enforce', 'agent/media', 'agent/readers', 'common',
        'platform'],
    'agent/media': ['common', 'platform'],
    'agent/readers': ['agent', 'common', 'platform'],
    'agent/seal': ['common', 'platform'],
    'agent/hand': ['agent/enforce', 'common', 'platform'],
    'agent/wall': ['agent/enforce', 'common', 'platform'],
    'agent/home': ['agent/enforce', 'common', 'platform'],
    'agent/notify': ['common'],
    'agent/courier': ['common', 'platform'],
    'agent/unpack': ['common'],
    'agent/cli': ['agent', 'agent/checks', 'agent/readers', 'common', 'platform'],
    'server': ['common'],
    'packaging/supervisor': ['common', 'platform'],
}
# A library's headers and the folders that may know it.
LIBRARIES = {
    'systemd/': ['agent/notify'],
    'curl/': ['agent/courier', 'server'],
    'event2/': ['server'],
    'json-c/': ['common'],
    'libmnl/': ['platform'],
    'libnl3/': ['platform'],
    'libudev.h': ['platform'],
    'lz4': ['agent/unpack'],
    'lzma.h': ['agent/unpack'],
    'netlink/': ['platform'],
    'openssl/': ['common', 'agent/courier', 'server'],
    'sqlite3.h': ['server'],
    'zlib.h': ['agent/unpack'],
    'zstd': ['agent/unpack'],
}
GENERATED = {'config.h'}


def in_product(path):
    return not path.startswith('tests/')


def spdx(tree):
    for path in tree.paths:
        if not re.search(r'\.(c|h|py|scd|ts|tsx)$|(^|/)meson\.build$', path):
            continue
        if 'SPDX-License-Identifier: Apache-2.0' not in (tree.read(path) or '')[:400]:
            yield f'{path}:1: no SPDX line'


def file_length(tree):
    for path in tree.sources:
        n = tree.read(path).count('\n')
        if n > FILE_LINES:
            yield f'{path}:1: {n} lines, at most {FILE_LINES}'


def function_length(tree):
    """Rows of a table are not counted: tables are what ladders should become."""
    row = re.compile(r'\t\t+["{].*,')
    for path in tree.sources:
        begin = length = 0
        for number, line in lines(tree.code(path)):
            if line.startswith('{'):
                begin, length = number, 0
            elif line.startswith('}') and begin:
                if length > FUNCTION_LINES:
                    yield f'{path}:{begin}: function of {length} lines, at most {FUNCTION_LINES}'
                begin = 0
            elif not row.fullmatch(line.rstrip()):
                length += 1


def nesting(tree):
    deep = re.compile(r'\t{%d,}(if|for|while|switch|do)\b' % (NESTING + 1))
    for path in tree.sources:
        for number, line in lines(tree.code(path)):
            if deep.match(line):
                yield f'{path}:{number}: nested deeper than {NESTING}'


def forbidden_functions(tree):
    call = re.compile(r'(?<![\w.>])(%s)\s*\(' % '|'.join(FORBIDDEN))
    for path in tree.sources:
        for number, line in lines(tree.code(path)):
            for m in call.finditer(line):
                yield f'{path}:{number}: {m.group(1)}(): use {FORBIDDEN[m.group(1)]}'


def environment(tree):
    for path in filter(in_product, tree.sources):
        if path in GETENV:
            continue
        for number, line in lines(tree.code(path)):
            if re.search(r'\b(secure_)?getenv\s*\(', line):
                yield f'{path}:{number}: only {" and ".join(sorted(GETENV))} read the environment'


def absolute_paths(tree):
    for path in tree.matching(r'agent/(checks|readers)/.*\.[ch]'):
        for number, text in tree.strings(path):
            if re.match(r'/[A-Za-z]', text):
                yield f'{path}:{number}: absolute path "{text}": checks and readers read below a root'


def own_header_first(tree):
    for path in filter(in_product, tree.sources):
        header = os.path.basename(path)[:-2] + '.h'
        if not path.endswith('.c') or not tree.has(os.path.join(os.path.dirname(path), header)):
            continue
        first = re.search(r'^#include\s+(\S+)', tree.read(path), re.M)
        # The private header of a module of several files, "NAME-parts.h", includes "NAME.h".
        own = re.compile(r'"%s(-[a-z-]+)?\.h"' % re.escape(header[:-2]))
        if first and not own.fullmatch(first.group(1)):
            yield f'{path}:1: includes {first.group(1)} before its own "{header}"'


def module_of(path):
    folder = os.path.dirname(path)
    while folder and folder not in DIRECTION:
        folder = os.path.dirname(folder)
    return folder


def include_direction(tree):
    owners = {}
    for path in filter(in_product, tree.sources):
        if path.endswith('.h'):
            owners.setdefault(os.path.basename(path), set()).add(module_of(path))
    for path in filter(in_product, tree.sources):
        module = module_of(path)
        if not module:
            yield f'{path}:1: in a folder that the lint knows no direction for'
            continue
        allowed = {module, *DIRECTION[module]}
        for number, line in lines(tree.read(path)):
            m = re.match(r'#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', line)
            if m:
                yield from include_judge(path, number, module, allowed, owners, m)


def include_judge(path, number, module, allowed, owners, m):
    if m.group(2):
        for prefix, folders in LIBRARIES.items():
            if m.group(2).startswith(prefix) and module not in folders:
                yield f'{path}:{number}: {module} may not know <{m.group(2)}>'
        return
    name = os.path.basename(m.group(1))
    if name in GENERATED or name not in owners:
        return
    if '/' in m.group(1) and not m.group(1).startswith('formats/'):
        yield f'{path}:{number}: "{m.group(1)}": headers are named without their folder'
    if not owners[name] & allowed:
        yield (f'{path}:{number}: {module} may not include "{name}" of '
               f'{", ".join(sorted(owners[name]))}')


def clang_format(tree):
    program = shutil.which('clang-format')
    if not program:
        raise NotImplementedError('clang-format is not installed')
    if not tree.sources:
        return
    done = subprocess.run([program, '--dry-run', '--Werror', '--ferror-limit=1', *tree.sources],
                          cwd=tree.top, capture_output=True, text=True, check=False)
    for m in re.finditer(r'^(\S+?):(\d+):\d+: error: (.*)$', done.stderr, re.M):
        yield f'{m.group(1)}:{m.group(2)}: not as clang-format has it'


RULES = [spdx, file_length, function_length, nesting, forbidden_functions, environment,
         absolute_paths, own_header_first, include_direction, clang_format]
