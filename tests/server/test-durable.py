# SPDX-License-Identifier: Apache-2.0
"""What was answered is on disk: the server is killed in the middle of many writes."""

import http.client
import json
import threading

from harness import Case, Device, Server, main

PASS = ('patch.index-fresh', 'pass', 'index-fresh', 3)
WRITERS = 4
ROUNDS = 3
ANSWERS_BEFORE_THE_KILL = 40


class Durable(Case):
    def writer(self, device, sealed, answered, enough):
        """Posts its sealed reports in order until the server is gone."""
        try:
            connection = self.server.connection()
            for sequence, jws in sealed:
                connection.request('POST', '/api/v1/reports', jws,
                                   {'Content-Type': 'application/jose'})
                response = connection.getresponse()
                body = json.loads(response.read())
                if response.status != 200:
                    return
                answered.append((device, sequence, jws, body))
                if len(answered) >= ANSWERS_BEFORE_THE_KILL:
                    enough.set()
        except (OSError, http.client.HTTPException):
            pass
        finally:
            enough.set()

    def test_no_answered_report_is_lost(self):
        devices = [self.device() for _ in range(WRITERS)]
        for device in devices:
            self.assertEqual(device.report([PASS]).status, 200)
        for _ in range(ROUNDS):
            sealed = []
            for device in devices:
                first = device.sequence + 1
                sealed.append([(n, device.seal(device.payload([PASS], 'delta', sequence=n)))
                               for n in range(first, first + 60)])
            answered, enough = [], threading.Event()
            threads = [threading.Thread(target=self.writer, args=(d, s, answered, enough))
                       for d, s in zip(devices, sealed)]
            for thread in threads:
                thread.start()
            enough.wait()
            self.server.kill()
            for thread in threads:
                thread.join()
            self.server.start()
            self.assertTrue(answered)
            for device in devices:
                mine = [a for a in answered if a[0] is device]
                if not mine:
                    continue
                # The same bytes get the same answer, other bytes are refused: it is known.
                _, sequence, jws, body = mine[-1]
                self.assertEqual(device.post('reports', jws).json, body)
                other = device.seal(device.payload([], 'heartbeat', sequence=sequence))
                self.assertEqual(device.post('reports', other).status, 409)
                device.sequence = sequence
                # What came behind it may be in or not, but never half: the next full one heals.
                device.sequence += 60
                self.assertEqual(device.report([PASS]).status, 200)

    def test_enrolment_outlives_a_kill(self):
        token = self.server.token('--uses', '1')
        device = Device(self.server, self.signer, 'kept')
        first = device.enrol(token)
        self.assertEqual(first.status, 201)
        self.server.kill()
        self.server.start()
        self.assertEqual(device.enrol(token).body, first.body)
        self.assertEqual(device.report([PASS]).status, 200)

    def test_stopping_answers_what_came_in(self):
        server = Server().start()
        device = Device(server, self.signer, 'stopping')
        device.enrol(server.token())
        connection = server.connection()
        connection.connect()
        jws = device.seal(device.payload([PASS]))
        connection.putrequest('POST', '/api/v1/reports')
        connection.putheader('Content-Type', 'application/jose')
        connection.putheader('Content-Length', str(len(jws)))
        connection.endheaders(jws.encode())
        self.assertEqual(connection.getresponse().status, 200)
        self.assertEqual(server.stop(), '')
        server.start()
        self.assertEqual(device.post('reports', jws).json['accepted'], 1)
        self.assertEqual(server.close(), '')


if __name__ == '__main__':
    main()
