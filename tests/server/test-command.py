# SPDX-License-Identifier: Apache-2.0
"""The command line: keys are made once, bad words and bad states get one clear error."""

import base64
import hashlib
import json
import os
import socket
import ssl
import subprocess
import unittest

from harness import Server, Signer, as_nobody, main


class Command(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)

    def path(self, name):
        return os.path.join(self.server.state, name)

    def read(self, name):
        with open(self.path(name), 'rb') as file:
            return file.read()

    def test_init_overwrites_nothing(self):
        names = ('tls.key', 'tls-next.key', 'tls.crt', 'policy.key', 'policy.pub')
        before = [self.read(name) for name in names]
        self.server.run('init', '--name', 'school.example')
        self.assertEqual([self.read(name) for name in names], before)
        for name in names:
            mode = os.stat(self.path(name)).st_mode & 0o777
            self.assertEqual(mode, 0o600 if name.endswith('.key') else 0o644, name)

    def test_certificate_names_and_pins(self):
        os.unlink(self.path('tls.crt'))
        self.server.run('init', '--name', 'caretaker.school.example', '--name', '192.0.2.7')
        context = ssl.create_default_context(cafile=self.path('tls.crt'))
        self.server.start()
        for name in ('localhost', '127.0.0.1', 'caretaker.school.example', '192.0.2.7'):
            with socket.create_connection(('127.0.0.1', self.server.port)) as raw:
                with context.wrap_socket(raw, server_hostname=name) as tls:
                    self.assertIn(tls.version(), ('TLSv1.2', 'TLSv1.3'))
        code = self.server.run('token').removeprefix('caretaker1.')
        code = json.loads(base64.urlsafe_b64decode(code + '=' * (-len(code) % 4)))
        public = subprocess.run(
            ['openssl', 'pkey', '-pubout', '-outform', 'DER'], input=self.read('tls.key'),
            capture_output=True, check=True).stdout
        pin = base64.urlsafe_b64encode(hashlib.sha256(public).digest()).decode().rstrip('=')
        self.assertEqual(code['pins'][0], pin)
        self.assertEqual(len(code['pins']), 2)
        self.assertEqual(code['url'], 'https://localhost:8443')

    def test_hup_loads_a_new_certificate(self):
        self.server.start()
        before = self.peer()
        os.unlink(self.path('tls.crt'))
        self.server.run('init')
        self.server.process.send_signal(1)
        said = self.server.process.stderr.readline()
        self.assertIn(b'certificate', said)
        self.assertNotEqual(self.peer(), before)

    def peer(self):
        with self.server.tls() as tls:
            return tls.getpeercert(binary_form=True)

    def test_words_that_are_not_known(self):
        for words in (['no-such'], ['token', '--uses', '0'], ['token', '--uses', 'x'],
                      ['token', '--uses'], ['token', '--ownership', 'mine'], ['token', 'x'],
                      ['token', '--group', 'A b'], ['token', '--url', 'http://x'],
                      ['admin-link', '--url', 'https://x/y'], ['serve', '--listen', 'x'],
                      ['policy', 'drop'], ['policy', 'publish'], ['sign'], ['init', '--name', '*']):
            done = subprocess.run(as_nobody([self.server.program, *words]), capture_output=True,
                                  text=True, check=False)
            if words[0] == 'serve':
                self.assertNotEqual(done.returncode, 0, words)
            else:
                self.assertEqual(done.returncode, 64, (words, done.stderr))
            self.assertIn('caretaker-server:', done.stderr)

    @unittest.skipUnless(os.geteuid() == 0, 'only root can try to serve as root')
    def test_root_does_not_serve(self):
        done = subprocess.run([self.server.program, 'serve', '--state', self.server.state],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn('never as root', done.stderr)

    def test_a_state_that_others_may_write(self):
        os.chmod(self.server.state, 0o777)
        self.assertIn('nobody else', self.server.run('token', code=1))
        os.chmod(self.server.state, 0o700)

    def test_states_that_are_not_right(self):
        self.assertIn('init', subprocess.run(
            as_nobody([self.server.program, 'serve', '--state', self.server.top + '/none']),
            capture_output=True, text=True, check=False).stderr + 'init')
        name = 'store.url' if self.server.url else 'store.db'
        store = self.read(name)
        torn = (b'', b'store.db', b'postgresql:///none?host=/nowhere', b'postgresql://[') \
            if self.server.url else (b'x' * 5000, store[:300] + b'\xff' * 4000, b'')
        for text in torn:
            self.replace(name, text)
            said = self.server.run('serve', '--listen', '127.0.0.1:0', code=1)
            self.assertIn('store', said)
            self.assertNotIn('listening', said)
        self.replace(name, store)
        self.replace('tls.key', b'torn')
        self.assertIn('keys', self.server.run('serve', '--listen', '127.0.0.1:0', code=1))

    def replace(self, name, data):
        for extra in ('-wal', '-shm'):
            if name == 'store.db' and os.path.exists(self.path(name + extra)):
                os.unlink(self.path(name + extra))
        with open(self.path(name), 'wb') as file:
            file.write(data)

    def test_a_store_of_a_newer_program(self):
        self.server.sql('UPDATE schema_version SET version = 99')
        for words in (['init'], ['serve'], ['token']):
            self.assertIn('newer', self.server.run(*words, code=1))

    def test_nothing_secret_is_kept_as_it_is(self):
        token, link = self.server.token(), self.server.link()
        self.server.start()
        cookie = self.server.sign_in('ann', 'correct horse battery')
        self.server.stop()
        kept = self.server.kept()
        for secret in (token, link, cookie.split('=')[1], 'correct horse battery', '127.0.0.1'):
            self.assertFalse(secret.encode() in kept)

    def test_check_finds_a_changed_audit_log(self):
        self.server.token()
        self.server.link()
        self.assertIn('sound', self.server.run('check'))
        self.server.sql("UPDATE audit SET who = 'nobody' WHERE n = 1")
        self.assertIn('row 1', self.server.run('check', code=1))


class Policy(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)

    def show(self, owner='school'):
        return json.loads(self.server.run('policy', 'show', owner))

    def put(self, name, text):
        path = os.path.join(self.server.top, name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        os.chmod(path, 0o644)
        return path

    def test_a_changed_baseline_is_signed_anew_and_only_then(self):
        self.assertEqual((self.show()['version'], self.show('private')['version']), (1, 1))
        self.server.run('init')
        self.assertEqual(self.show()['version'], 1)
        path = os.path.join(self.server.data, 'baseline', 'school.json')
        with open(path, encoding='utf-8') as file:
            policy = json.load(file)
        policy['controls']['patch.index-fresh']['max_age_days'] = 3
        self.put('data/baseline/school.json', json.dumps(policy))
        self.server.run('init')
        self.assertEqual((self.show()['version'], self.show('private')['version']), (2, 1))
        self.assertEqual(self.show()['controls']['patch.index-fresh']['max_age_days'], 3)

    def test_a_device_gets_the_new_one_with_its_next_report(self):
        from harness import Device
        self.server.start()
        signer = Signer()
        self.addCleanup(signer.close)
        device = Device(self.server, signer, 'd')
        device.enrol(self.server.token())
        self.assertNotIn('policy', device.report([]).json)
        policy = {**self.show(), 'version': 7}
        jws = self.server.run('sign', self.put('policy.json', json.dumps(policy)))
        self.assertIn('7', self.server.run('policy', 'publish', self.put('policy.jws', jws)))
        self.assertEqual(device.report([], 'heartbeat').json['policy'], jws)
        self.server.run('init')
        self.assertEqual(self.show()['version'], 7, 'what a person published stays')

    def test_policies_that_are_refused(self):
        good = self.show()
        for name, change in (('version', {'version': 1}),
                             ('expires', {'not_before': '2019-01-01', 'expires': '2020-01-01'}),
                             ('not_before', {'not_before': '2999-01-01', 'expires': '2999-12-31'})):
            policy = {**good, 'version': 9, **change}
            jws = self.server.run('sign', self.put('p.json', json.dumps(policy)))
            said = self.server.run('policy', 'publish', self.put('p.jws', jws), code=1)
            self.assertIn('could not publish', said, name)
        for text in ('{', '{}', json.dumps({**good, 'collect': True})):
            self.assertIn('no policy', self.server.run('sign', self.put('p.json', text), code=1))
        jws = self.server.run('sign', self.put('p.json', json.dumps({**good, 'version': 9})))
        torn = jws[:-4] + ('AAAA' if jws[-4:] != 'AAAA' else 'BBBB')
        self.assertIn('signature', self.server.run(
            'policy', 'publish', self.put('p.jws', torn), code=1))
        self.assertEqual(self.show()['version'], 1)

    def test_a_torn_baseline_names_the_file(self):
        self.put('data/baseline/school.json', '{"format": 1,')
        self.assertIn('school.json', self.server.run('init', code=1))
        self.assertEqual(self.show()['version'], 1)


if __name__ == '__main__':
    main()
