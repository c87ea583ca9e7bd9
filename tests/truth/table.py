# SPDX-License-Identifier: Apache-2.0
"""The table of truth as text: of one run, and of the recorded results in the README."""

import collections
import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
RESULTS = os.path.join(HERE, 'results.json')
TOOLS = ('caretaker', 'lynis', 'openscap')
BEGIN = '<!-- tests/truth/run writes this from tests/truth/results.json -->'
END = '<!-- end of the table of truth -->'


def verdict_on(right, said):
    """'right', 'wrong' or 'silent'. Where nothing can be known or nothing applies, silence is right;
    and where nothing applies there is nothing to warn of."""
    if said == right:
        return 'right'
    if right in ('unknown', 'na') and said in (None, 'unknown', 'na'):
        return 'right'
    if right == 'na' and said == 'pass':
        return 'right'
    if said in (None, 'unknown', 'na'):
        return 'silent'
    return 'wrong'


def judged(tool, case):
    said = case.said.get(tool)
    if tool == 'caretaker':
        # no allowance for our own: the very word, or wrong
        return 'right' if said == case.right else 'wrong'
    return verdict_on(case.right, said)


def count(cases):
    """{control: {tool: {'right','wrong','silent'}}} of the cases that each tool was asked"""
    rows = collections.defaultdict(lambda: collections.defaultdict(collections.Counter))
    for case in cases:
        for tool in case.said:
            rows[case.control][tool][judged(tool, case)] += 1
    return {control: {tool: {k: n[k] for k in ('right', 'wrong', 'silent')}
                      for tool, n in sorted(tools.items())}
            for control, tools in sorted(rows.items())}


def asked(numbers):
    return numbers['right'] + numbers['wrong'] + numbers['silent']


def total(results, tool):
    sums = collections.Counter()
    for tools in results['controls'].values():
        sums.update(tools.get(tool, {}))
    return sums


def percent(numbers):
    n = asked(numbers)
    return f'{100 * numbers["right"] / n:.1f} %'.replace('100.0', '100') if n else ''


def cell(numbers):
    if not numbers or not asked(numbers):
        return ''
    text = f'{numbers["right"]} of {asked(numbers)}'
    if numbers['silent']:
        text += f' ({numbers["silent"]} no answer)'
    return text


def lines_of(results):
    """Markdown: each tool over what it was asked, then each control that a peer was asked too."""
    versions = results['versions']
    yield '| | cases | right | wrong | no answer | right of all |'
    yield '|---|---|---|---|---|---|'
    for tool in TOOLS:
        n = total(results, tool)
        if asked(n):
            yield (f'| {versions[tool]} | {asked(n)} | {n["right"]} | {n["wrong"]} | {n["silent"]} '
                   f'| {percent(n)} |')
    shared = {control: tools for control, tools in results['controls'].items() if len(tools) > 1}
    if shared:
        yield ''
        yield '| right, where a peer answers the same question | Caretaker | Lynis | OpenSCAP |'
        yield '|---|---|---|---|'
        for control, tools in shared.items():
            yield f'| `{control}` | ' + ' | '.join(cell(tools.get(t)) for t in TOOLS) + ' |'
    yield ''
    ways = results['ways']
    yield (f'{results["date"]}: {len(results["controls"])} controls; {ways.get("command", 0)} cases through '
           f'the `caretaker` command, {ways.get("linked", 0)} through its checks with given facts, '
           f'{ways.get("lab", 0)} in labs. `tests/truth/run --peers` repeats it.')


def readme_part(results):
    return BEGIN + '\n\n' + '\n'.join(lines_of(results)) + '\n\n' + END


def read_results(path=RESULTS):
    with open(path, encoding='utf-8') as file:
        return json.load(file)


def write_readme(path, results):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    with open(path, 'w', encoding='utf-8') as file:
        file.write(before + readme_part(results) + after)
