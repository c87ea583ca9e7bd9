# SPDX-License-Identifier: Apache-2.0
"""backup, restore, move: nothing is lost on the way, whichever databases lie at its ends."""

import os
import sqlite3
import subprocess
import unittest

from harness import NOBODY, Device, Paths, Server, Signer, as_nobody, main
from postgres import Postgres

PASS = ('patch.index-fresh', 'pass', 'index-fresh', 3)
FAIL = ('disk.encrypted', 'fail', 'not-encrypted', 26)
KEYS = ('tls.key', 'tls-next.key', 'tls.crt', 'policy.key', 'policy.pub')


class Store(unittest.TestCase):
    def setUp(self):
        self.signer = Signer()
        self.addCleanup(self.signer.close)
        self.server = Server()
        self.addCleanup(self.server.close)
        self.server.start()
        self.device = Device(self.server, self.signer, 'one')
        self.assertEqual(self.device.enrol(self.server.token()).status, 201)
        for controls in ([PASS, FAIL], [PASS], [FAIL]):
            self.last = self.device.seal(self.device.payload(controls))
            self.answer = self.device.post('reports', self.last)
            self.assertEqual(self.answer.status, 200)
        self.cookie = self.server.sign_in()
        self.seen = self.look()

    def look(self):
        """What IT sees of the device, and the fleet; a server's start counts the day anew"""
        seen = [self.server.call('GET', '/api/v1/' + path, headers={'Cookie': self.cookie}).json
                for path in (f'devices/{self.device.id}', 'devices', 'controls', 'fleet')]
        return [{key: value for key, value in answer.items() if key not in ('trend', 'generated')}
                for answer in seen]

    def path(self, name):
        return os.path.join(self.server.top, name)

    def directory(self, name):
        """An empty one of the server's user"""
        os.mkdir(self.path(name), 0o700)
        if os.geteuid() == 0:
            os.chown(self.path(name), NOBODY, NOBODY)
        return self.path(name)

    def on(self, state):
        self.server.state = state
        self.server.start()
        self.assertEqual(self.look(), self.seen)
        self.assertEqual(self.device.post('reports', self.last).body, self.answer.body)
        self.assertEqual(self.device.report([PASS]).status, 200)
        self.assertIn('sound', self.server.run('check'))

    def test_backup_while_serving_is_a_state_that_can_be_served(self):
        said = self.server.run('backup', self.directory('kept'))
        self.assertIn('devices: 1 rows', said)
        self.server.stop()
        for name in KEYS:
            with open(os.path.join(self.server.state, name), 'rb') as file, \
                    open(self.path(f'kept/{name}'), 'rb') as copy:
                self.assertEqual(copy.read(), file.read())
            self.assertEqual(os.stat(self.path(f'kept/{name}')).st_mode & 0o077,
                             0 if name.endswith('.key') else 0o044)
        self.on(self.path('kept'))

    def test_restore_into_an_empty_state_and_into_no_other(self):
        self.server.run('backup', self.directory('kept'))
        self.server.stop()
        self.assertIn('already', self.server.run('restore', self.path('kept'), code=1))
        self.server.state = self.directory('new')
        self.server.run('restore', self.path('kept'))
        self.on(self.server.state)

    def test_a_backup_sealed_with_a_key_of_its_own_comes_back(self):
        """As docs/school.md has it; the key that opens it need not be on the server."""
        def run(command, code=0):
            done = subprocess.run(['bash', '-o', 'pipefail', '-c', command], cwd=self.server.top, capture_output=True,
                                  check=False)
            self.assertEqual(done.returncode == 0, code == 0, done.stderr)
            return done.stdout
        run("openssl req -x509 -newkey rsa:3072 -noenc -keyout backup.key -out backup.crt -days 3650 -subj '/CN=backup'")
        self.server.run('backup', self.directory('kept'))
        with open(self.path('kept/store.db'), 'rb') as file:
            self.assertEqual(os.fstat(file.fileno()).st_mode & 0o077, 0)
        run('tar -C kept -c . | openssl cms -encrypt -binary -stream -aes-256-gcm -outform DER -recip backup.crt -out kept.cms')
        self.assertNotIn(self.device.id.encode(), run('cat kept.cms'))
        self.assertIn(self.device.id.encode(), run('cat kept/store.db kept/store.db-wal 2>/dev/null || true'))
        run("openssl req -x509 -newkey rsa:3072 -noenc -keyout other.key -out other.crt -days 9 -subj '/CN=other'")
        open_it = 'openssl cms -decrypt -binary -inform DER -in {} -recip {}.crt -inkey {}.key'
        run(open_it.format('kept.cms', 'other', 'other'), code=1)
        run("head -c 20000 kept.cms > torn.cms; printf x >> torn.cms")
        run(open_it.format('torn.cms', 'backup', 'backup') + ' > /dev/null', code=1)
        back = self.directory('back')
        run(open_it.format('kept.cms', 'backup', 'backup') + ' | tar -C back -x')
        if os.geteuid() == 0:
            subprocess.run(['chown', '-R', f'{NOBODY}:{NOBODY}', back], check=True)
        self.server.stop()
        self.server.state = self.directory('new')
        self.server.run('restore', back)
        self.on(self.server.state)

    def test_a_second_backup_overwrites_nothing(self):
        self.server.run('backup', self.directory('kept'))
        self.assertIn('already', self.server.run('backup', self.path('kept'), code=1))

    def test_what_is_no_backup(self):
        self.server.stop()
        self.server.state = self.directory('new')
        for name in ('none', 'web'):
            self.assertIn('could not open', self.server.run('restore', self.path(name), code=1))

    def test_move_to_postgres(self):
        own = Paths.postgres or Postgres(as_nobody)
        if own is not Paths.postgres:
            self.addCleanup(own.close)
        self.server.write('new.url', own.database() + '\n')
        os.chmod(self.path('new.url'), 0o644)
        self.assertIn('stop', self.server.run('move', self.path('new.url'), code=1))
        self.server.stop()
        self.server.run('move', self.path('new.url'))
        self.assertIn('already', self.server.run('move', self.path('new.url'), code=1))
        self.on(self.server.state)

    def test_move_to_what_is_no_store(self):
        self.server.stop()
        for text in ('', '/var/lib/x', 'postgresql:///none?host=/nowhere'):
            self.server.write('new.url', text)
            os.chmod(self.path('new.url'), 0o644)
            self.server.run('move', self.path('new.url'), code=1)
            self.assertFalse(os.path.exists(os.path.join(self.server.state, 'new.url')))
        self.on(self.server.state)

    def test_every_column_is_copied(self):
        """The schema of the copy, where each table has as many rows with the same values"""
        if self.server.url:
            return
        self.server.stop()
        self.server.run('backup', self.directory('kept'))
        tables = []
        for state in (self.server.state, self.path('kept')):
            with sqlite3.connect(os.path.join(state, 'store.db')) as db:
                names = [row[0] for row in db.execute(
                    "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
                tables.append({name: sorted(db.execute(f'SELECT * FROM {name}'), key=repr)
                               for name in names})
            db.close()
            subprocess.run(['chown', '-R', f'{NOBODY}:{NOBODY}', state], check=os.geteuid() == 0)
        self.assertEqual(tables[0], tables[1])
        self.assertGreater(len(tables[0]), 10)


if __name__ == '__main__':
    main()
