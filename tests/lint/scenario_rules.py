# SPDX-License-Identifier: Apache-2.0
"""Rules on the scenarios: what a control must have, and what is one case told many times."""

import collections
import functools
import json
import os
import re
import sys

from data_rules import control_ids

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'truth'))
# pylint: disable=wrong-import-position
import table  # noqa: E402

TOP = 'tests/scenarios'
STATES = ('pass', 'fail', 'unknown')
# What of a scenario the check sees, beside the files below root/
INPUTS = ('agent.json', 'facts.json', 'firewall.dump', 'first-seen.json', 'legacy.dump', 'make', 'now', 'people.json',
          'policy.json')
ALIKE_MOST = 5
# A byte of a hexadecimal string is a token of its own: such a string is a structure, not a value.
TOKEN = re.compile(rb'(?<![0-9A-Za-z])(?:[0-9a-f]{2}){4,}(?![0-9A-Za-z])|[0-9A-Za-z_.+:~-]+|\n|[^\s]')
CATALOGUE = 'tests/golden/catalogue.json'
NOT_YET = 'tests/golden/catalogue-not-yet.txt'


@functools.lru_cache(maxsize=None)  # each file is held against many others
def tokens(data):
    all_found = []
    for found in TOKEN.findall(data):
        if re.fullmatch(rb'(?:[0-9a-f]{2}){4,}', found):
            all_found += [found[i:i + 2] for i in range(0, len(found), 2)]
        else:
            all_found.append(found)
    return tuple(all_found)


def inputs(tree, folder, paths):
    """{path: bytes} of one scenario, without what only says the right answer."""
    seen = {}
    for path in paths:
        name = path[len(folder) + 1:]
        full = os.path.join(tree.top, path)
        if not name.startswith('root/') and name not in INPUTS:
            continue
        if os.path.islink(full):
            seen[name] = b'-> ' + os.readlink(full).encode()
        else:
            with open(full, 'rb') as file:
                seen[name] = file.read()
    return seen


def folders(tree, control):
    """{name: inputs} of each scenario of a control"""
    prefix = f'{TOP}/{control}/'
    found = collections.defaultdict(list)
    for path in tree.paths:
        if path.startswith(prefix) and '/' in path[len(prefix):]:
            found[path[len(prefix):].split('/')[0]].append(path)
    return {name: inputs(tree, prefix + name, paths) for name, paths in found.items()}


def scenarios(tree):
    for control in control_ids(tree):
        names = folders(tree, control)
        for state in STATES:
            if not any(name.endswith('.' + state) for name in names):
                yield f'{TOP}/{control}: no scenario whose verdict is {state}'


def one_token_apart(a, b):
    """Where two scenarios differ when that is one token of one file, as a key that all those
    share that differ there alone; None otherwise."""
    if a.keys() != b.keys():
        return None
    differing = [name for name in a if a[name] != b[name]]
    if len(differing) != 1:
        return None
    name = differing[0]
    x, y = tokens(a[name]), tokens(b[name])
    places = [i for i, pair in enumerate(zip(x, y)) if pair[0] != pair[1]]
    if len(x) != len(y) or len(places) != 1:
        return None
    place = places[0]
    return name, place, x[:place] + x[place + 1:], tuple(sorted((k, a[k]) for k in a if k != name))


def scenarios_alike(tree):
    """No more than ALIKE_MOST cases of a control that differ only in one value."""
    for control in control_ids(tree):
        cases = sorted(folders(tree, control).items())
        groups = collections.defaultdict(set)
        for i, (name, a) in enumerate(cases):
            for other, b in cases[i + 1:]:
                if a == b:
                    yield f'{TOP}/{control}: {name} and {other} are the same machine'
                    continue
                key = one_token_apart(a, b)
                if key:
                    groups[key] |= {name, other}
        for names in groups.values():
            if len(names) > ALIKE_MOST:
                yield f'{TOP}/{control}: {len(names)} cases differ in one value: {", ".join(sorted(names))}'


def listed(tree, path):
    return [line.split()[0] for line in (tree.read(path) or '').splitlines()
            if line.strip() and not line.startswith('#')]


def catalogue_whole(tree):
    """Every control of the catalogue is built or said not to be, and none is there beside it."""
    if not tree.has(CATALOGUE):
        return
    catalogue = json.loads(tree.read(CATALOGUE))
    wanted = {control for kind in ('assist', 'audit', 'enforce') for control in catalogue.get(kind, [])}
    built, missing = set(control_ids(tree)), listed(tree, NOT_YET)
    for control in sorted(wanted - built - set(missing)):
        yield f'{CATALOGUE}: {control} is neither built nor in {NOT_YET}'
    for control in sorted(built - wanted):
        yield f'agent/checks/meson.build: {control} is no control of {CATALOGUE}'
    for control in missing:
        if control not in wanted:
            yield f'{NOT_YET}: {control} is no control of {CATALOGUE}'
        if control in built:
            yield f'{NOT_YET}: {control} is built'


def readme_truth(tree):
    """The README shows what the recorded results say, and no control of ours is wrong there."""
    recorded = 'tests/truth/results.json'
    if not tree.has(recorded):
        return
    results = json.loads(tree.read(recorded))
    if table.readme_part(results) not in (tree.read('README.md') or ''):
        yield f'README.md: its table of truth is not that of {recorded}; tests/truth/run --record'
    for control, tools in results['controls'].items():
        if control in control_ids(tree) and tools['caretaker']['wrong']:
            yield f'{recorded}: caretaker is wrong about {control}'


RULES = [scenarios, scenarios_alike, catalogue_whole, readme_truth]
