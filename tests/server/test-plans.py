# SPDX-License-Identifier: Apache-2.0
"""No statement of the server walks through a whole fleet but those that are named here with their
reason: what SQLite plans for each, of a store without any statistics, as a server's is."""

import ast
import json
import os
import re
import shlex
import sqlite3
import subprocess
import unittest

from harness import Paths, Server, main

LARGE = ('devices', 'findings', 'held', 'history')
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
STRINGS = re.compile(rf'(?:{STRING.pattern}\s*)+')
WALKS = {  # a file, or a file and what stands in the statement: why it may
    'store-copy.c': 'all of a store goes elsewhere',
    'tables-list.c': 'a table is exported, row by row in the order of its index',
    'tally-check.c': 'all is counted anew, on request',
    'fleet-controls.c CROSS JOIN findings c': 'down the labels until a page is full; else by findings_since',
    'fleet-devices.c SELECT COUNT(*) FROM devices d': 'a control that passes, with a state: no row says so',
    "fleet.c shown = 'silent' ORDER BY": 'an index of the silent alone, and 50 of them',
    'metrics.c lost IS NOT NULL': 'an index of the lost alone',
    'next-key.c GROUP BY ownership, policy': 'who has not heard of the next key, on request',
    'next-key.c ORDER BY team, number LIMIT 10': 'likewise, down the labels until there are ten',
    'policies.c SELECT COUNT(*) FROM (SELECT id': 'ends at a number of them',
    'policy-preview.c LIKE': 'a preview looks through the text of those who pass',
    'retention.c SELECT MIN(at) FROM history': 'the first of an index',
}


def statements(build):
    """(file, SQL) of each statement that a preprocessed source has as a literal"""
    with open(os.path.join(build, 'compile_commands.json'), encoding='utf-8') as file:
        commands = json.load(file)
    for entry in commands:
        name = os.path.basename(entry['file'])
        if 'libserver.a.p' not in entry['output'] or name.startswith('store-postgres'):
            continue
        words = shlex.split(entry['command'])
        words = [word for word in words if not word.startswith(('-M', '-o')) and word not in ('-c',)]
        words = [word for word in words if not word.endswith(('.o', '.o.d'))]
        text = subprocess.run([*words, '-E', '-P'], cwd=entry['directory'], capture_output=True, text=True,
                              check=True).stdout
        for match in STRINGS.finditer(text):
            if re.match(r'"(SELECT|UPDATE|DELETE|INSERT|WITH) ', match[0]):
                yield name, ''.join(ast.literal_eval(part) for part in STRING.findall(match[0]))


def walked(database, sql):
    """The large tables of which all of a site's rows are read"""
    numbered = re.sub(r'\$(\d+)', r'?\1', sql)
    params = [0] * max([int(n) for n in re.findall(r'\?(\d+)', numbered)] + [0])
    names = {alias or table: table
             for table, alias in re.findall(rf'\b({"|".join(LARGE)})\b(?: (?!WHERE|SET|ORDER|GROUP|JOIN|CROSS)(\w+))?',
                                            numbered)}
    for row in database.execute('EXPLAIN QUERY PLAN ' + numbered, params):
        step = re.match(r'(SCAN|SEARCH) (\w+)(.*)', row[3])
        if step and step[2] in names and (step[1] == 'SCAN' or step[3].endswith('(site=?)')):
            yield f'{names[step[2]]}:{step[3]}'


def reason(name, sql):
    return next((key for key in WALKS if key == name or
                 (key.startswith(name + ' ') and key.partition(' ')[2] in sql)), None)


class Plans(unittest.TestCase):
    def test_no_statement_walks_through_a_fleet(self):
        server = Server()
        self.addCleanup(server.close)
        database = sqlite3.connect(f'file:{server.state}/store.db?mode=ro', uri=True)
        self.addCleanup(database.close)
        seen, used, bad = 0, set(), []
        for name, sql in statements(os.path.dirname(os.path.dirname(os.path.abspath(Paths.server)))):
            seen += 1
            for step in walked(database, sql):
                key = reason(name, sql)
                used.add(key)
                if not key:
                    bad.append(f'{name}: {step}: {sql}')
        self.assertEqual(bad, [])
        self.assertGreater(seen, 300)
        self.assertEqual(used, set(WALKS), 'a reason that nothing needs any more')


if __name__ == '__main__':
    main()
