# SPDX-License-Identifier: Apache-2.0
"""A disk that is full, where SQLite's files lie."""

import os

from harness import Case, Device, Server, main

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


if __name__ == '__main__':
    main()
