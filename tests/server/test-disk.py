# SPDX-License-Identifier: Apache-2.0
"""A disk that is full, where SQLite's files lie."""

import os
import sqlite3

from acts import ACTS, ask
from harness import GOOD, Case, Device, Server, main

PASS = ('patch.index-fresh', 'pass', 'index-fresh', 3)


class Disk(Case):
    def test_refuses_and_loses_nothing(self):
        """Refused with 503 and nothing half; what was answered before is still there."""
        server = Server()
        size = os.path.getsize(os.path.join(server.state, 'store.db'))
        server.start(under=['prlimit', f'--fsize={size + 200000}'])
        device = Device(server, self.signer, 'full')
        self.assertEqual(device.enrol(server.token()).status, 201)
        taken, answer = None, None
        for _ in range(2000):
            jws = device.seal(device.payload([PASS]))
            answer = device.post('reports', jws)
            if answer.status != 200:
                break
            taken = jws, answer.body
        self.assertEqual(answer.status, 503)
        self.assertGreaterEqual(int(answer.headers['Retry-After']), 1)
        self.assertIsNotNone(taken)
        self.assertEqual(server.call('GET', '/healthz').status, 200)
        self.assertIn('could not answer /api/v1/reports', server.stop())
        server.start()
        self.assertEqual(device.post('reports', taken[0]).body, taken[1])
        self.assertEqual(device.post('reports', jws).status, 200, 'the one that was refused')
        self.assertEqual(server.close(), '')

    def rows(self, server):
        with sqlite3.connect(os.path.join(server.state, 'store.db')) as db:
            found = {table: db.execute(f'SELECT COUNT(*) FROM {table}').fetchone()[0]
                     for table in {act[2] for act in ACTS} | {'audit'}}
        db.close()
        return found

    def test_refuses_every_act_of_people_and_keeps_no_half_of_one(self):
        server = Server().start()
        cookie = server.sign_in('ann')
        device = Device(server, self.signer, 'acts')
        self.assertEqual(device.enrol(server.token('--group', 'full')).status, 201)
        server.stop()
        before = self.rows(server)
        self.assertEqual({'store.db'}, {name for name in os.listdir(server.state) if name.startswith('store')})
        size = os.path.getsize(os.path.join(server.state, 'store.db'))
        # Not a byte more than there is: SQLite's log may not even begin.
        server.start(under=['prlimit', f'--fsize={size}'])
        # Its own first round fills what the log may take.
        for _ in range(2000):
            if ask(server, cookie, 'settings', {'contact': 'x' * 200}).status != 200:
                break
        for path, body, _table in ACTS:
            answer = ask(server, cookie, path, body)
            self.assertEqual(answer.status, 503, path)
            self.assertGreaterEqual(int(answer.headers['Retry-After']), 1)
        refused = server.write_call('POST', '/api/v1/session', {'name': 'ann', 'password': GOOD})
        self.assertEqual(refused.status, 503)
        self.assertEqual(server.call('GET', '/api/v1/fleet', headers={'Cookie': cookie}).status, 200)
        self.assertIn('could not answer', server.stop())
        after = self.rows(server)
        for path, _body, table in ACTS:
            if table != 'settings':
                self.assertEqual(after[table], before[table], path)
        server.start()
        for path, body, _table in ACTS:
            self.assertIn(ask(server, cookie, path, body).status, (200, 201, 204), path)
        self.assertIn('sound', server.run('check'))
        server.close()


if __name__ == '__main__':
    main()
