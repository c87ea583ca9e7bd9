# SPDX-License-Identifier: Apache-2.0
"""What only a database apart can do: go away, come back, be full, serve several processes."""

import os
import re
import subprocess
import threading
import unittest

from acts import ACTS, ask
from harness import GOOD, NOBODY, Case, Device, Paths, Server, as_nobody, main
from postgres import Postgres

PASS = ('patch.index-fresh', 'pass', 'index-fresh', 3)
FAIL = ('disk.encrypted', 'fail', 'not-encrypted', 26)
WRITERS = 3
REPORTS = 30


def second(server):
    """One more process on the same keys and the same database"""
    other = Server.__new__(Server)
    other.__dict__.update(server.__dict__)
    other.process = None
    return other.start()


class Database(Case):
    def refused(self, answer):
        self.assertEqual(answer.status, 503)
        self.assertGreaterEqual(int(answer.headers['Retry-After']), 1)

    def test_goes_away_and_comes_back(self):
        server = Server().start()
        device = Device(server, self.signer, 'away')
        self.assertEqual(device.enrol(server.token()).status, 201)
        first = device.seal(device.payload([FAIL]))
        answer = device.post('reports', first)
        self.assertEqual(answer.status, 200)
        late = device.seal(device.payload([PASS]))
        Paths.postgres.stop()
        try:
            self.refused(device.post('reports', late))
            self.refused(device.post('reports', late))
            self.assertEqual(server.call('GET', '/healthz').status, 503)
        finally:
            Paths.postgres.start()
        self.assertEqual(device.post('reports', late).json['accepted'], 2)
        self.assertEqual(device.post('reports', first).body, answer.body)
        cookie = server.sign_in()
        found = server.call('GET', f'/api/v1/devices/{device.id}', headers={'Cookie': cookie}).json
        self.assertEqual([c['state'] for c in found['controls']], ['pass'])
        self.assertIn('could not answer', server.close())

    def test_acts_of_people_wait_for_it_too(self):
        server = Server().start()
        cookie = server.sign_in('ann')
        device = Device(server, self.signer, 'acts')
        self.assertEqual(device.enrol(server.token('--group', 'full')).status, 201)
        before = server.run('check').splitlines()[-1]
        Paths.postgres.stop()
        try:
            for path, body, _table in ACTS:
                self.refused(ask(server, cookie, path, body))
            self.refused(server.write_call('POST', '/api/v1/session', {'name': 'ann', 'password': GOOD}))
        finally:
            Paths.postgres.start()
        self.assertEqual(server.run('check').splitlines()[-1], before, 'nothing was noted as done')
        for path, body, _table in ACTS:
            self.assertIn(ask(server, cookie, path, body).status, (200, 201, 204), path)
        self.assertIn('could not answer', server.close())

    def test_is_restarted_between_two_reports(self):
        server = Server().start()
        device = Device(server, self.signer, 'restart')
        self.assertEqual(device.enrol(server.token()).status, 201)
        for _ in range(3):
            self.assertEqual(device.report([PASS]).status, 200)
            Paths.postgres.stop('immediate')
            Paths.postgres.start()
        self.assertEqual(device.report([PASS]).status, 200)
        self.assertEqual(server.close(), '')

    def test_two_processes_write_at_once(self):
        one = Server().start()
        two = second(one)
        token = one.token('--uses', str(WRITERS * 2), '--group', 'both')
        devices, answers = [], []
        for i in range(WRITERS * 2):
            device = Device((one, two)[i % 2], self.signer, f'both{i}')
            self.assertEqual(device.enrol(token).status, 201)
            sealed = [device.seal(device.payload([PASS, FAIL])) for _ in range(REPORTS)]
            devices.append((device, sealed))

        def report(device, sealed):
            for jws in sealed:
                answers.append(device.post('reports', jws).status)
        threads = [threading.Thread(target=report, args=row) for row in devices]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(answers, [200] * WRITERS * 2 * REPORTS)
        cookie = one.sign_in()
        labels = [d['label'] for d in two.call('GET', '/api/v1/devices?group=both',
                                               headers={'Cookie': cookie}).json['devices']]
        self.assertEqual(labels, [f'both-{n:03d}' for n in range(1, WRITERS * 2 + 1)])
        # What one process answered, the other knows.
        device, sealed = devices[0]
        device.server = two
        self.assertEqual(device.post('reports', sealed[-1]).json['accepted'], REPORTS)
        self.assertIn('sound', one.run('check'))
        self.assertEqual(two.stop(), '')
        self.assertEqual(one.close(), '')

    def test_two_processes_sign_policies_at_once(self):
        """One numbering for all: no version is given twice, none is lost, and the newest is the last edit of each group."""
        one = Server().start()
        two = second(one)
        cookie = one.sign_in('ann')
        groups = [f'group-{n}' for n in range(4)]
        for group in groups:
            self.assertEqual(Device(one, self.signer, group).enrol(one.token('--group', group)).status, 201)
        answers = []

        def edit(server, group):
            for on in (False, True, False):
                body = {'ownership': 'school', 'group': group, 'edit': {'controls': {'lock.idle': {'on': on}}}}
                answers.append(ask(server, cookie, 'policy', body).status)
        threads = [threading.Thread(target=edit, args=((one, two)[n % 2], group)) for n, group in enumerate(groups)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertTrue(set(answers) <= {200, 201}, answers)
        versions = Paths.postgres.ask("SELECT version FROM policies WHERE ownership = 'school'", one.url).split()
        self.assertEqual(len(versions), len(set(versions)))
        for group in groups:
            shown = two.call('GET', f'/api/v1/policy?ownership=school&group={group}', headers={'Cookie': cookie}).json
            self.assertEqual(shown['edit'], {'controls': {'lock.idle': {'on': False}}})
        self.assertIn('sound', one.run('check'))
        self.assertEqual(two.stop(), '')
        self.assertEqual(one.close(), '')

    def test_guesses_are_counted_by_all_processes_together(self):
        one = Server().start()
        two = second(one)
        one.sign_in('victim', role='technician')

        def guess(server, password):
            return server.write_call('POST', '/api/v1/session', {'name': 'victim', 'password': password}).status
        answers = [guess((one, two)[n % 2], f'guess {n}') for n in range(6)]
        self.assertEqual(answers, [401] * 5 + [429])
        self.assertEqual([guess(server, GOOD) for server in (one, two)], [429, 429])
        one.sql('UPDATE tries SET next = 0')
        self.assertEqual(guess(two, GOOD), 200)
        self.assertEqual([guess(one, 'wrong') for _ in range(4)], [401] * 4, 'a right one forgives')
        self.assertNotIn(b'victim', re.findall(rb'COPY public.tries.*?\\\.', one.kept(), re.S)[0])
        self.assertEqual(two.stop(), '')
        self.assertEqual(one.close(), '')

    def test_a_killed_process_holds_up_no_other(self):
        one = Server().start()
        two = second(one)
        device = Device(one, self.signer, 'held')
        self.assertEqual(device.enrol(one.token()).status, 201)
        one.kill()
        device.server = two
        self.assertEqual(device.report([PASS]).status, 200)
        self.assertEqual(two.close(), '')

    @unittest.skipUnless(os.geteuid() == 0, 'only root can make a small disk')
    def test_is_full(self):
        own = Postgres(as_nobody)
        self.addCleanup(own.close)
        small = os.path.join(own.top, 'small')
        os.mkdir(small)
        subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size=12m,mode=0700,uid={NOBODY},gid={NOBODY}',
                        'none', small], check=True)
        self.addCleanup(subprocess.run, ['umount', '-l', small], check=True)
        own.sql(f"CREATE TABLESPACE small LOCATION '{small}'")
        server = Server(own.database('TABLESPACE small')).start()
        device = Device(server, self.signer, 'full')
        self.assertEqual(device.enrol(server.token('--group', 'full')).status, 201)
        cookie = server.sign_in('ann')
        jws = device.seal(device.payload([PASS]))
        first = jws, device.post('reports', jws).body
        server.sql("CREATE TABLE filler AS SELECT repeat('x', 900) FROM generate_series(1, 2000)")
        taken, refused, answer = self.fill(server, device, first)
        self.refused(answer)
        self.people(server, cookie, own)
        server.sql('DROP TABLE filler')
        self.assertEqual(device.post('reports', taken[0]).body, taken[1])
        self.assertEqual(device.post('reports', refused).status, 200, 'the one refused')
        self.assertIn('could not answer', server.close())

    def people(self, server, cookie, own):
        """What people do is refused as well, or done whole where a row found room; never half, never an error."""
        def rows(table):
            return int(own.ask(f'SELECT COUNT(*) FROM {table}', server.url))
        answers = []
        for path, body, table in ACTS:
            before = rows(table), rows('audit')
            answer = ask(server, cookie, path, body)
            answers.append(answer.status)
            if answer.status == 503:
                self.refused(answer)
                self.assertEqual((rows(table), rows('audit')), before, path)
            else:
                self.assertIn(answer.status, (200, 201, 204), path)
                self.assertGreater(rows('audit'), before[1], path)
        self.assertIn(503, answers, 'nothing was full')
        refused = server.write_call('POST', '/api/v1/session', {'name': 'ann', 'password': GOOD})
        self.assertIn(refused.status, (200, 503))

    def fill(self, server, device, first):
        """Till nothing fits, not even a row; then reports that change, each with a row of history"""
        for rows in (100, 1):
            with self.assertRaises(RuntimeError):
                for _ in range(20000):
                    server.sql("INSERT INTO filler SELECT repeat('x', 900) "
                               f"FROM generate_series(1, {rows})")
        taken = first
        for i in range(3000):
            state = ('pass', 'index-fresh') if i % 2 else ('fail', 'index-stale')
            jws = device.seal(device.payload([('patch.index-fresh', *state, 3)]))
            answer = device.post('reports', jws)
            if answer.status != 200:
                break
            taken = jws, answer.body
        return taken, jws, answer


if __name__ == '__main__':
    main()
