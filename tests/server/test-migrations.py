# SPDX-License-Identifier: Apache-2.0
"""A store of every former version of the schema is taken over with all that it holds."""

import datetime
import glob
import json
import os
import sqlite3
import unittest

from harness import NOBODY, SOURCE, Paths, Server, main

FIRST = os.path.join(SOURCE, 'tests/server/schemas/0001.sql')
MIGRATIONS = sorted(path for path in glob.glob(os.path.join(SOURCE, 'server/migrations/*.sql'))
                    if '.' not in os.path.basename(path)[:-len('.sql')])


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def step(path, sqlite):
    besides = path.replace('.sql', '.sqlite.sql' if sqlite else '.postgres.sql')
    return read(path) + (read(besides) if os.path.exists(besides) else '')


def former(version, sqlite):
    """The first store that was kept, and what made later versions of it, up to this one"""
    later = ''.join(step(path, sqlite) for path in MIGRATIONS[1:version])
    return f'{read(FIRST)}\n{later}\nUPDATE schema_version SET version = {version};'


def seconds(text):
    """A time of a table: a day, or an instant"""
    day = 'T' not in text
    return int(datetime.datetime.fromisoformat(
        text + 'T00:00:00+00:00' if day else text.replace('Z', '+00:00')).timestamp())


def rows_kept():
    """How many rows of which table the first store has"""
    with sqlite3.connect(':memory:') as db:
        db.executescript(read(FIRST))
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: db.execute(f'SELECT COUNT(*) FROM {name}').fetchone()[0] for name in names}


class Migrations(unittest.TestCase):
    def replace(self, server, text):
        """This store instead of the one that init made"""
        if server.url:
            server.sql(f'DROP SCHEMA public CASCADE; CREATE SCHEMA public; {text}')
            return
        for name in os.listdir(server.state):
            if name.startswith('store.db'):
                os.unlink(os.path.join(server.state, name))
        path = os.path.join(server.state, 'store.db')
        with sqlite3.connect(path) as db:
            db.executescript(text)
        db.close()
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)

    def ask(self, server, text):
        if server.url:
            return Paths.postgres.ask(text, server.url).splitlines()
        with sqlite3.connect(os.path.join(server.state, 'store.db')) as db:
            return [line for (line,) in db.execute(text)]

    def take_over(self, version):
        server = Server()
        try:
            self.replace(server, former(version, not server.url))
            self.assertIn('caretaker-server init', server.run('check', code=1))
            server.run('init')
            self.assertIn('sound', server.run('check'))
            server.start()
            head = {'Cookie': server.sign_in('later')}
            seen = server.call('GET', '/api/v1/devices', headers=head).json
            self.assertEqual([d['label'] for d in seen['devices']],
                             ['families-001', 'lab-001', 'lab-002'])
            states = [[c['state'] for c in server.call('GET', f'/api/v1/devices/{d["id"]}',
                                                      headers=head).json['controls']]
                      for d in seen['devices']]
            self.assertEqual(states, [['fail'], ['pass', 'pass'], ['pass']])
            fleet = server.call('GET', '/api/v1/fleet', headers=head).json
            self.assertEqual(fleet['devices']['total'], 3)
        finally:
            server.close()

    def test_every_former_schema(self):
        for version in range(1, len(MIGRATIONS)):
            self.take_over(version)

    def test_nothing_of_the_first_store_is_lost(self):
        """Tables may be replaced by later ones; what devices said, and who may look, is in each."""
        kept = rows_kept()
        server = Server()
        try:
            self.replace(server, former(1, not server.url))
            server.run('init')
            said = dict(line.split(': ') for line in self.backup(server).splitlines())
            for name in ('devices', 'history', 'teams', 'tokens', 'admins', 'links', 'sessions'):
                self.assertGreaterEqual(int(said[name].split()[0]), kept[name], name)
        finally:
            server.close()

    def test_every_control_is_as_it_was(self):
        """Rows of one control each became one row of a device: all that they said is still said."""
        names = ('device', 'control', 'state', 'reason', 'since', 'answered', 'sequence')
        more = ''.join(
            "INSERT INTO controls (site, device, control, state, reason, since, answered, sequence) "
            f"SELECT 'main', id, 'a.{state}{at}', '{state}', 'source-missing', {at * 3600}, "
            f"{at * 7200}, {at} FROM devices; "
            for state in ('pass', 'fail', 'unknown', 'na', 'exempt', 'error') for at in (0, 7, 498707))
        with sqlite3.connect(':memory:') as db:
            db.executescript(read(FIRST) + more)
            before = sorted(db.execute(f'SELECT {", ".join(names)} FROM controls'))
        server = Server()
        try:
            self.replace(server, read(FIRST) + more)
            server.run('init')
            rows = json.loads(server.run('table', 'controls', '--format', 'json'))
            after = sorted(tuple(seconds(row[name]) if name in ('since', 'answered') else row[name]
                                 for name in names) for row in rows)
            self.assertEqual(after, before)
            findings = {tuple(line.split('|')) for line in self.ask(
                server, "SELECT device || '|' || control || '|' || state || '|' || reason || '|' || "
                'since FROM findings')}
            self.assertEqual(findings, {(*row[:4], str(row[4])) for row in before
                                        if row[2] != 'pass'})
        finally:
            server.close()

    def test_a_report_that_was_taken_before_is_known_again(self):
        with sqlite3.connect(':memory:') as db:
            db.executescript(read(FIRST))
            taken = db.execute('SELECT device, sequence, want, hash FROM reports').fetchall()
        server = Server()
        try:
            self.replace(server, former(len(MIGRATIONS) - 1, not server.url))
            server.run('init')
            rows = json.loads(server.run('table', 'devices', '--format', 'json'))
            recent = {row['id']: row['recent'] for row in rows}
            for device, sequence, want, digest in taken:
                self.assertIn(f'{sequence}:{want[0]}{digest};', recent[device])
        finally:
            server.close()
        self.assertTrue(taken)

    def backup(self, server):
        path = os.path.join(server.top, 'kept')
        os.mkdir(path, 0o700)
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)
        return server.run('backup', path)

    def test_a_store_of_a_later_program_is_left_alone(self):
        server = Server()
        try:
            server.sql('UPDATE schema_version SET version = version + 1')
            self.assertIn('newer', server.run('check', code=1))
            self.assertIn('newer', server.run('init', code=1))
        finally:
            server.close()


if __name__ == '__main__':
    main()
