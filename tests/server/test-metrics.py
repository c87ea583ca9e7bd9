# SPDX-License-Identifier: Apache-2.0
"""/metrics on a listener of its own, held against promtool where it is, and against the text format
itself (prometheus.io, exposition formats, 0.0.4); nothing of a device is in it."""

import re
import shutil
import socket
import subprocess
import threading
import unittest
import urllib.error
import urllib.request

from harness import Device, Server, Signer, WAIT_S, main

LINE = re.compile(r'^([a-z_]+)(?:\{([a-z]+="[^"\\\n]*")\})? (\d+)$')
LANES = ('read', 'send', 'slow', 'verify', 'write')


def jobs_of(values):
    return {label: n for (name, label), n in values.items() if name == 'caretaker_queue_jobs'}


class Metrics(unittest.TestCase):
    def setUp(self):
        self.server, self.signer = Server(), Signer()
        # The listener for numbers says its port before the one for devices does.
        self.said = []
        self.server.start('--metrics', '127.0.0.1:0', said=self.said)
        line = next(line for line in self.said if b'/metrics' in line)
        self.url = re.search(rb'http://[0-9.]+:\d+', line).group().decode()

    def tearDown(self):
        self.signer.close()
        self.server.close()

    def read(self, path='/metrics'):
        with urllib.request.urlopen(self.url + path, timeout=WAIT_S) as answer:
            return answer.headers['Content-Type'], answer.read().decode()

    def values(self):
        found, typed = {}, set()
        for line in self.read()[1].splitlines():
            if line.startswith('# '):
                kind, name = line.split()[1:3]
                typed.add((kind, name))
                continue
            name, label, number = LINE.match(line).groups()
            self.assertIn(('TYPE', name), typed)
            self.assertIn(('HELP', name), typed)
            self.assertNotIn((name, label), found)
            found[name, label] = int(number)
        return found

    def until(self, reached):
        for _ in range(WAIT_S * 20):
            values = self.values()
            if reached(values):
                break
            threading.Event().wait(0.05)
        self.assertTrue(reached(values), values)
        return values

    def until_failing(self, n):
        return self.until(lambda values: values.get(('caretaker_devices', 'state="failing"')) == n)

    def test_a_lost_device_is_none_that_fails(self):
        device = Device(self.server, self.signer, 'lost')
        device.enrol(self.server.token())
        device.report([('disk.encrypted', 'fail', 'not-encrypted', 2)])
        self.until_failing(1)
        self.server.sql(f"UPDATE devices SET lost = 86400 WHERE id = '{device.id}'")
        values = self.until_failing(0)
        self.assertEqual([values['caretaker_devices', f'state="{state}"']
                          for state in ('passing', 'silent', 'unknown')], [0, 0, 0])

    def test_numbers(self):
        device = Device(self.server, self.signer, 'key')
        device.enrol(self.server.token('--group', 'metric-group'))
        device.report([('disk.encrypted', 'fail', 'not-encrypted', 2)])
        device.post('reports', 'x.y')
        values = self.until_failing(1)
        self.assertEqual(values['caretaker_reports_total', 'outcome="accepted"'], 1)
        self.assertEqual(values['caretaker_reports_total', 'outcome="refused"'], 1)
        self.assertEqual(values['caretaker_answers_total', 'class="2xx"'], 2)
        self.assertEqual(values['caretaker_store_up', None], 1)
        self.assertEqual(values['caretaker_arrivals_total', 'outcome="admitted"'], 3)
        self.assertEqual(values['caretaker_arrivals_total', 'outcome="refused"'], 0)
        self.assertEqual(values['caretaker_arrivals_total', 'outcome="displaced"'], 0)
        self.assertEqual(values['caretaker_connections_waiting', None], 0)
        # a round of the server's own may wait at this moment
        self.until(lambda values: jobs_of(values) == {f'lane="{lane}"': 0 for lane in LANES})
        kind, text = self.read()
        self.assertIn('version=0.0.4', kind)
        for personal in (device.id, 'metric-group', '127.0.0.1'):
            self.assertNotIn(personal, text)
        tool = shutil.which('promtool')
        if tool:
            done = subprocess.run([tool, 'check', 'metrics'], input=text, text=True,
                                  capture_output=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ''))

    def test_who_is_refused_at_the_door_is_counted(self):
        self.server.stop()
        self.server.start('--metrics', '127.0.0.1:0', '--connections', '1', said=self.said)
        self.url = re.search(rb'http://[0-9.]+:\d+', [line for line in self.said if b'/metrics' in line][-1]
                             ).group().decode()
        with self.server.unread():
            second = socket.create_connection(('127.0.0.1', self.server.port), timeout=WAIT_S)
            with self.assertRaises(ConnectionResetError):
                second.recv(1)
            second.close()
            values = self.values()
        self.assertEqual([values['caretaker_arrivals_total', f'outcome="{outcome}"']
                          for outcome in ('admitted', 'displaced', 'refused')], [1, 0, 1])
        self.assertEqual(values['caretaker_connections', None], 1)

    def test_nothing_else_is_there(self):
        for path in ('/', '/healthz', '/api/v1/fleet', '/metrics/x'):
            with self.assertRaises(urllib.error.HTTPError) as raised:
                self.read(path)
            self.assertEqual(raised.exception.code, 404, path)
        self.assertNotIn(b'caretaker_', self.server.call('GET', '/metrics').body, 'the other door')


if __name__ == '__main__':
    main()
