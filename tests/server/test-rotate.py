# SPDX-License-Identifier: Apache-2.0
"""The server's TLS key is changed for the one that devices have pinned beside it. Pins are worked out by openssl from the
certificate that is served, and held by curl as the agent's courier holds them (--pinnedpubkey is libcurl's own option)."""

import base64
import hashlib
import json
import os
import ssl
import subprocess
import unittest

from harness import WAIT_S, Device, Server, Signer, main


class Rotate(unittest.TestCase):
    def setUp(self):
        self.server, self.signer = Server(), Signer()
        self.addCleanup(self.signer.close)
        self.addCleanup(self.server.close)
        self.server.start()

    def code(self):
        text = self.server.run('token').removeprefix('caretaker1.')
        return json.loads(base64.urlsafe_b64decode(text + '=' * (-len(text) % 4)))

    def served(self):
        """SHA-256 of the SubjectPublicKeyInfo (RFC 7469), by openssl"""
        pem = ssl.get_server_certificate(('127.0.0.1', self.server.port), timeout=WAIT_S)
        key = subprocess.run(['openssl', 'x509', '-noout', '-pubkey'], input=pem.encode(), capture_output=True,
                             check=True).stdout
        der = subprocess.run(['openssl', 'pkey', '-pubin', '-outform', 'der'], input=key, capture_output=True,
                             check=True).stdout
        return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).decode().rstrip('=')

    def reaches(self, pins):
        """Whether who has pinned these keys speaks to this server"""
        def plain(pin):
            return base64.b64encode(base64.urlsafe_b64decode(pin + '=')).decode()
        words = ';'.join('sha256//' + plain(pin) for pin in pins)
        done = subprocess.run(['curl', '--silent', '--insecure', '--pinnedpubkey', words, '--max-time', str(WAIT_S),
                               self.server.origin + '/healthz'], capture_output=True, check=False)
        self.assertIn(done.returncode, (0, 90), done.stderr)  # 90: CURLE_SSL_PINNEDPUBKEYNOTMATCH
        return done.returncode == 0

    def restart(self):
        self.server.stop()
        self.server.start()

    def test_devices_that_pinned_both_go_on(self):
        before = self.code()['pins']
        self.assertEqual(self.served(), before[0])
        device = Device(self.server, self.signer, 'stays')
        device.enrol(self.server.token())
        self.assertTrue(self.reaches(before))
        self.assertIn('restart', self.server.run('rotate-tls', '--name', 'school.example'))
        self.restart()
        after = self.code()['pins']
        self.assertEqual((self.served(), after[0]), (before[1], before[1]))
        self.assertNotIn(after[1], before)
        self.assertTrue(self.reaches(before), 'who knew both')
        self.assertTrue(self.reaches(after), 'who comes now')
        self.assertFalse(self.reaches(before[:1]), 'the former one alone')
        self.assertEqual(device.report([('patch.index-fresh', 'pass', 'index-fresh', 3)]).status, 200)
        self.assertIn('"rotate-tls"', self.server.run('audit'))
        # The next time would lock that device out.
        self.assertIn('1 devices', self.server.run('rotate-tls', code=1))
        self.assertEqual(self.served(), before[1])
        self.server.run('rotate-tls', '--lock-out', 'yes')
        self.restart()
        self.assertEqual(self.served(), after[1])
        self.assertFalse(self.reaches(before))
        self.assertTrue(self.reaches(after))

    def test_what_was_interrupted_is_ended_by_the_same_command(self):
        before = self.code()['pins']
        state = self.server.state
        with open(os.path.join(state, 'tls-next.key'), 'rb') as file:
            pem = file.read()
        # As it is when the power goes behind the first of three writes
        with open(os.path.join(state, 'tls.key'), 'r+b') as file:
            file.truncate()
            file.write(pem)
        self.server.run('rotate-tls')
        self.restart()
        after = self.code()['pins']
        self.assertEqual((self.served(), after[0]), (before[1], before[1]))
        self.assertNotEqual(after[0], after[1])

    def test_usage(self):
        self.server.run('rotate-tls', '--name', 'not a name', code=64)
        self.server.run('rotate-tls', '--lock-out', 'perhaps', code=64)


if __name__ == '__main__':
    main()
