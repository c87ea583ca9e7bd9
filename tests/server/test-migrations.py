# SPDX-License-Identifier: Apache-2.0
"""A store of every former version of the schema is taken over with all that it holds."""

import glob
import os
import sqlite3
import unittest

from harness import NOBODY, SOURCE, Server, main

FIRST = os.path.join(SOURCE, 'tests/server/schemas/0001.sql')
MIGRATIONS = sorted(path for path in glob.glob(os.path.join(SOURCE, 'server/migrations/*.sql'))
                    if not path.endswith('.sqlite.sql'))


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def step(path, sqlite):
    besides = path.replace('.sql', '.sqlite.sql')
    return read(path) + (read(besides) if sqlite and os.path.exists(besides) else '')


def former(version, sqlite):
    """The first store that was kept, and what made later versions of it, up to this one"""
    later = ''.join(step(path, sqlite) for path in MIGRATIONS[1:version])
    return f'{read(FIRST)}\n{later}\nUPDATE schema_version SET version = {version};'


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
            for name in ('controls', 'devices', 'history', 'reports', 'teams', 'tokens', 'admins',
                         'links', 'sessions'):
                self.assertGreaterEqual(int(said[name].split()[0]), kept[name], name)
        finally:
            server.close()

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
