# SPDX-License-Identifier: Apache-2.0
"""/metrics on a listener of its own, held against promtool where it is, and against the text format
itself (prometheus.io, exposition formats, 0.0.4); nothing of a device is in it."""

import re
import shutil
import subprocess
import threading
import unittest
import urllib.error
import urllib.request

from harness import Device, Server, Signer, WAIT_S, main

LINE = re.compile(r'^([a-z_]+)(?:\{([a-z]+="[^"\\\n]*")\})? (\d+)$')


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

    def test_numbers(self):
        device = Device(self.server, self.signer, 'key')
        device.enrol(self.server.token('--group', 'metric-group'))
        device.report([('disk.encrypted', 'fail', 'not-encrypted', 2)])
        device.post('reports', 'x.y')
        for _ in range(WAIT_S * 20):
            values = self.values()
            if values.get(('caretaker_devices', 'state="failing"')) == 1:
                break
            threading.Event().wait(0.05)
        self.assertEqual(values['caretaker_devices', 'state="failing"'], 1)
        self.assertEqual(values['caretaker_reports_total', 'outcome="accepted"'], 1)
        self.assertEqual(values['caretaker_reports_total', 'outcome="refused"'], 1)
        self.assertEqual(values['caretaker_answers_total', 'class="2xx"'], 2)
        self.assertEqual(values['caretaker_store_up', None], 1)
        kind, text = self.read()
        self.assertIn('version=0.0.4', kind)
        for personal in (device.id, 'metric-group', '127.0.0.1'):
            self.assertNotIn(personal, text)
        tool = shutil.which('promtool')
        if tool:
            done = subprocess.run([tool, 'check', 'metrics'], input=text, text=True,
                                  capture_output=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ''))

    def test_nothing_else_is_there(self):
        for path in ('/', '/healthz', '/api/v1/fleet', '/metrics/x'):
            with self.assertRaises(urllib.error.HTTPError) as raised:
                self.read(path)
            self.assertEqual(raised.exception.code, 404, path)
        self.assertNotIn(b'caretaker_', self.server.call('GET', '/metrics').body, 'the other door')


if __name__ == '__main__':
    main()
