# SPDX-License-Identifier: Apache-2.0
"""The server's TLS key is changed for the one that devices have pinned beside it. Pins are worked out by openssl from the
certificate that is served, and held by curl as the agent's courier holds them (--pinnedpubkey is libcurl's own option)."""

import base64
import hashlib
import json
import os
import ssl
import subprocess
import time
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

    def says(self, device, version):
        """The answer to a full report of a device that holds this version of its policy"""
        answer = device.report([('patch.index-fresh', 'pass', 'index-fresh', 3)], policy=version)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def publish(self, path):
        """What it warned of"""
        return subprocess.run(self.server.command('policy', 'publish', path), capture_output=True, check=True).stderr.decode()

    def policy_of(self, answer):
        payload = answer['policy'].split('.')[1]
        return json.loads(base64.urlsafe_b64decode(payload + '=' * (-len(payload) % 4)))

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
        self.assertIn('"rotate-tls"', self.server.run('audit'))
        # It was told of the next key by the policy that follows its report, and has not said that it holds that one.
        policy = self.policy_of(self.says(device, 1))
        self.assertEqual((policy['pins'], policy['version'] > 1), (after, True))
        refused = self.server.run('rotate-tls', code=1)
        self.assertIn('1 devices', refused)
        self.assertIn('school-001', refused)
        self.assertEqual(self.served(), before[1])
        self.assertNotIn('policy', self.says(device, policy['version']))
        self.server.run('rotate-tls')
        self.restart()
        self.assertEqual(self.served(), after[1])
        self.assertFalse(self.reaches(before), 'who slept all the while')
        self.assertTrue(self.reaches(policy['pins']), 'who learned it from the policy')

    def test_who_never_learned_the_next_key_is_counted_and_named_before_it_is_cut_off(self):
        awake, asleep, lost = (Device(self.server, self.signer, name) for name in ('awake', 'asleep', 'lost'))
        for device, group in ((awake, 'a'), (asleep, 'b'), (lost, 'c')):
            device.enrol(self.server.token('--group', group))
            self.says(device, 1)
        self.server.sql(f"UPDATE devices SET lost = 1 WHERE id = '{lost.id}'")
        self.server.run('rotate-tls')
        self.restart()
        self.says(awake, self.policy_of(self.says(awake, 1))['version'])
        refused = self.server.run('rotate-tls', code=1)
        self.assertIn('1 devices', refused)
        self.assertIn('(b-001)', refused)
        before = self.served()
        self.server.run('rotate-tls', '--lock-out', 'yes')
        self.restart()
        self.assertNotEqual(self.served(), before)

    def test_a_server_that_still_has_the_former_key_tells_of_no_other(self):
        """Between the command and the restart: a device that took the new list would be cut off until then."""
        before = self.code()['pins']
        device = Device(self.server, self.signer, 'between')
        device.enrol(self.server.token())
        cookie = self.server.sign_in('root')
        self.server.run('rotate-tls')
        edit = {'controls': {'lock.idle': {'on': False}}}
        done = self.server.write_call('POST', '/api/v1/policy', {'ownership': 'school', 'group': '', 'edit': edit}, cookie=cookie)
        self.assertEqual(done.status, 200, done.body)
        ends = time.monotonic() + WAIT_S
        answer = self.says(device, 1)
        while 'policy' not in answer:  # it is signed after the answer to who edited it
            self.assertLess(time.monotonic(), ends)
            answer = self.says(device, 1)
        policy = self.policy_of(answer)
        self.assertEqual((policy['controls']['lock.idle']['on'], policy['pins']), (False, before))

    def test_a_policy_signed_by_hand_names_the_keys(self):
        policy = json.loads(self.server.run('policy', 'show', 'school'))
        self.assertEqual(policy['pins'], self.code()['pins'])

        def signed(**over):
            path = os.path.join(self.server.state, 'by-hand')
            with open(path, 'w', encoding='utf-8') as file:
                json.dump({key: value for key, value in {**policy, **over}.items() if value is not None}, file)
            jws = self.server.run('sign', path)
            with open(path, 'w', encoding='utf-8') as file:
                file.write(jws)
            return path, self.policy_of({'policy': jws})
        path, made = signed(pins=None, version=policy['version'] + 1)
        self.assertEqual(made['pins'], policy['pins'])
        self.assertEqual(self.publish(path), '')
        path, made = signed(pins=['A' * 43], version=policy['version'] + 2)
        self.assertEqual(made['pins'], ['A' * 43])
        self.assertIn('do not learn the next one', self.publish(path))
        for wrong in ([], ['A' * 42], [1], ['A' * 43] * 3, 'A' * 43):
            with open(path, 'w', encoding='utf-8') as file:
                json.dump({**policy, 'pins': wrong}, file)
            self.assertIn('is no policy: pins', self.server.run('sign', path, code=1))

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
