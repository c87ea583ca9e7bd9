# SPDX-License-Identifier: Apache-2.0
"""More devices than the store keeps up with: they are told to come back, and nothing of theirs is lost."""

import base64
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time

from harness import NOBODY, Case, Device, Paths, Server, as_nobody, main

PASS = ('patch.index-fresh', 'pass', 'index-fresh', 3)
FAIL = ('disk.encrypted', 'fail', 'not-encrypted', 26)
UNDELIVERED = 75
LIMIT_S = 120
RETRY_AFTER_S = 60  # server/api.h
CROWD = 12
APART_S = 1
LOCK = 7165093214486213971  # of a batch, server/store-postgres.c


class Insistent(threading.Thread):
    """A device that sends the same report at once again until it is taken"""

    def __init__(self, device, jws):
        super().__init__()
        self.device, self.jws, self.statuses = device, jws, []
        self.start()

    def run(self):
        while 200 not in self.statuses:
            self.statuses.append(self.device.post('reports', self.jws).status)


class Crowd(Case):
    def setUp(self):
        self.own = Server().start()
        self.spool = tempfile.mkdtemp(prefix='caretaker-crowd-')
        self.devices = [Device(self.own, self.signer, f'crowd{i}') for i in range(CROWD)]
        for device in self.devices:
            self.assertEqual(device.enrol(self.own.token()).status, 201)
            self.assertEqual(device.report([FAIL, PASS]).status, 200)

    def tearDown(self):
        self.own.close()
        shutil.rmtree(self.spool)

    @contextlib.contextmanager
    def written_by_another(self):
        """The store's one place to write is taken."""
        if self.own.url:
            with Paths.postgres.session(self.own.url) as ask:
                ask(f'SELECT pg_advisory_lock({LOCK})')
                yield
            return
        with contextlib.closing(sqlite3.connect(os.path.join(self.own.state, 'store.db'), timeout=LIMIT_S,
                                                isolation_level=None)) as db:
            db.execute('BEGIN IMMEDIATE')
            yield
            db.execute('ROLLBACK')

    def until_crowded(self, devices):
        """Ever more devices insist: those who come at once are written together, and nobody waits behind
        them. What nobody signed is refused by 400, and is not looked at in a crowd."""
        insistent, waiting, next_s = [], list(devices), 0
        limit = time.monotonic() + LIMIT_S
        while time.monotonic() < limit:
            if waiting and time.monotonic() >= next_s:
                device = waiting.pop(0)
                insistent.append(Insistent(device, device.seal(device.payload([], 'heartbeat'))))
                next_s = time.monotonic() + APART_S
            answer = devices[0].post('reports', 'not.a.report')
            if answer.status == 429:
                return answer, insistent
            self.assertEqual(answer.status, 400)
        raise AssertionError('nobody was told to come back')

    def lay_out(self, jws):
        text = self.own.run('token').removeprefix('caretaker1.')
        code = json.loads(base64.urlsafe_b64decode(text + '=' * (-len(text) % 4)))
        for name in ('outbox', 'inbox'):
            os.mkdir(os.path.join(self.spool, name))
        with open(os.path.join(self.spool, 'outbox/endpoint.json'), 'w', encoding='utf-8') as file:
            json.dump({'format': 1, 'pins': code['pins'], 'url': self.own.origin}, file)
        with open(os.path.join(self.spool, 'outbox/00000002.report'), 'w', encoding='ascii') as file:
            file.write(jws)
        if os.geteuid() == 0:
            subprocess.run(['chown', '-R', f'{NOBODY}:{NOBODY}', self.spool], check=True)

    def carry(self):
        """The real courier, once: how it ended and what it brought"""
        done = subprocess.run(as_nobody(['setpriv', '--no-new-privs', self.courier(), '--spool', self.spool]),
                              timeout=LIMIT_S, capture_output=True, text=True, check=False)
        path = os.path.join(self.spool, 'inbox/00000002.reply')
        self.assertTrue(os.path.exists(path), done)
        with open(path, encoding='utf-8') as file:
            reply = json.load(file)
        os.unlink(path)
        return done.returncode, reply

    def courier(self):
        program = os.path.join(self.own.top, 'caretaker-courier')
        if not os.path.exists(program):
            shutil.copy(os.path.join(os.path.dirname(os.path.abspath(Paths.server)),
                                     '../agent/courier/caretaker-courier'), program)
        return program

    def test_a_crowd_is_sent_away_and_nothing_is_lost(self):
        quiet, *others = self.devices
        jws = quiet.seal(quiet.payload([('disk.encrypted', 'pass', 'all-encrypted', 1)], 'delta'))
        self.lay_out(jws)
        with self.written_by_another():
            answer, insistent = self.until_crowded(others)
            self.assertEqual(int(answer.headers['Retry-After']), RETRY_AFTER_S)
            self.assertEqual(answer.headers['Content-Type'], 'application/problem+json')
            # One that came through before them is told as much by 503, after the store's own limit.
            code, reply = self.carry()
            while reply['status'] == 503:
                code, reply = self.carry()
            self.assertEqual((code, reply['status'], reply['retry_after']),
                             (UNDELIVERED, 429, RETRY_AFTER_S))
            self.assertTrue(os.path.exists(os.path.join(self.spool, 'outbox/00000002.report')),
                            'it is the core that takes it away')
        for thread in insistent:
            thread.join(LIMIT_S)
            self.assertEqual(thread.statuses[-1], 200)
        cookie = self.own.sign_in()

        def state():
            detail = self.own.call('GET', f'/api/v1/devices/{quiet.id}', headers={'Cookie': cookie}).json
            return {row['id']: row['state'] for row in detail['controls']}['disk.encrypted']

        self.assertEqual(state(), 'fail', 'nothing of what was sent away was taken')
        code, reply = self.carry()
        self.assertEqual((code, reply['status']), (0, 200))
        self.assertEqual(json.loads(reply['body']), {'accepted': 2, 'format': 1, 'want': 'delta'})
        self.assertEqual(state(), 'pass')
        for device in (thread.device for thread in insistent):
            self.assertEqual(device.report([], 'heartbeat').json['want'], 'delta', 'no gap')

    def test_who_is_refused_at_the_door_keeps_its_report(self):
        """The one place is taken: the real courier is reset before a handshake, which it holds for nothing
        but a server that cannot be reached, and once the place is free its report is taken."""
        self.own.stop()
        self.own.start('--connections', '1', '--deadline', '600')
        quiet = self.devices[0]
        self.lay_out(quiet.seal(quiet.payload([('disk.encrypted', 'pass', 'all-encrypted', 1)], 'delta')))
        with self.own.unread():
            code, reply = self.carry()
            self.assertEqual((code, reply['error']), (UNDELIVERED, 'unreachable'))
            self.assertTrue(os.path.exists(os.path.join(self.spool, 'outbox/00000002.report')))
        code, reply = self.carry()
        self.assertEqual((code, reply['status']), (0, 200))
        self.assertEqual(json.loads(reply['body']), {'accepted': 2, 'format': 1, 'want': 'delta'})


if __name__ == '__main__':
    main()
