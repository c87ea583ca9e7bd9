# SPDX-License-Identifier: Apache-2.0
"""Whatever has an end is refused once it came, with one clear problem, and nothing is done, lost or said about it.
The end is set in the store, where the program would have to be left running for days."""

import base64
import json
import os
import re
import subprocess
import time

from acts import TERMS, when
from harness import FAKETIME, GOOD, WAIT_S, Case, app_code, cookie_of, main

HALF_A_DAY_S = 12 * 3600  # server/auth.h, AUTH_SESSION_S
WORDS = re.compile(r'^[A-Z][^<>{}\n]{8,200}\.$')


class Expired(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.server.sign_in('root')

    def write(self, method, path, body=None, cookie=None, **headers):
        return self.server.write_call(method, '/api/v1/' + path, body, cookie=cookie or self.admin, **headers)

    def get(self, path, cookie=None, **headers):
        return self.server.call('GET', '/api/v1/' + path, headers={'Cookie': cookie or self.admin, **headers})

    def refused(self, answer, status):
        """One problem (RFC 9457) that a person can read, and nothing else with it"""
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.headers['Content-Type'], 'application/problem+json')
        self.assertEqual((answer.json['status'], set(answer.json)), (status, {'type', 'title', 'status', 'detail'}))
        self.assertRegex(answer.json['detail'], WORDS)
        self.assertIsNone(answer.headers['Set-Cookie'])

    def acts(self):
        return self.get('audit').json['rows'][0]['n']

    def person(self, name, role='technician'):
        link = self.write('POST', 'accounts', {'grants': [{'group': '', 'role': role}]}).json['link']
        return cookie_of(self.write('POST', 'setup', {'link': link, 'name': name, 'password': GOOD}))

    def test_a_session(self):
        cookie = self.person('gone')
        self.assertEqual(self.get('devices', cookie).status, 200)
        self.server.sql(f"UPDATE sessions SET started = started - {HALF_A_DAY_S} WHERE admin = 'gone'")
        before = self.acts()
        for answer in (self.get('devices', cookie),
                       self.write('POST', 'groups', {'group': 'late', 'kind': 'class'}, cookie),
                       self.write('POST', 'session/password', {'password': GOOD, 'new_password': 'another long password'}, cookie)):
            self.refused(answer, 401)
        self.assertEqual(self.write('DELETE', 'session', cookie=cookie).status, 204, 'who is out stays out')
        self.assertEqual(self.get('session', cookie).json, {'signed_in': False, 'setup': False})
        self.assertEqual(self.acts(), before)
        again = self.write('POST', 'session', {'name': 'gone', 'password': GOOD})
        self.assertEqual(again.status, 200)
        self.assertNotEqual(cookie_of(again), cookie)

    def test_an_api_token(self):
        made = self.write('POST', 'tokens', {'name': 'late', 'group': '', 'role': 'technician', 'days': 3}).json
        bearer = {'Authorization': 'Bearer ' + made['token']}
        self.assertEqual(self.server.call('GET', '/api/v1/devices', headers=bearer).status, 200)
        self.server.sql(f"UPDATE api_tokens SET expires = {int(time.time())} WHERE id = '{made['id']}'")
        before = self.acts()
        self.refused(self.server.call('GET', '/api/v1/devices', headers=bearer), 401)
        self.refused(self.server.write_call('POST', '/api/v1/groups', {'group': 'late', 'kind': 'class'}, **bearer), 401)
        self.assertEqual(self.acts(), before)

    def test_an_enrolment_code(self):
        device = self.device(enrol=False)
        token = self.server.token('--uses', '2')
        self.server.sql(f'UPDATE tokens SET expires = {int(time.time())}')
        before = self.get('fleet').json['devices']['total']
        self.refused(device.enrol(token), 410)
        self.assertEqual(self.get('fleet').json['devices']['total'], before)
        self.assertEqual({code['uses_left'] for code in self.get('codes').json['codes'] if code['uses'] == 2}, {2})

    def test_a_link_that_invites(self):
        link = self.write('POST', 'accounts', {'grants': [{'group': '', 'role': 'viewer'}]}).json['link']
        self.server.sql(f'UPDATE links SET expires = {int(time.time())}')
        self.refused(self.server.write_call('POST', '/api/v1/setup', {'link': link, 'name': 'never', 'password': GOOD}), 410)
        self.assertNotIn('never', {row['name'] for row in self.get('accounts').json['accounts']})

    def test_a_link_for_a_new_password(self):
        cookie = self.person('keeps')
        link = self.write('POST', 'accounts/keeps/link').json['link']
        self.server.sql(f'UPDATE links SET expires = {int(time.time())}')
        body = {'link': link, 'name': 'keeps', 'password': 'another long password'}
        self.refused(self.server.write_call('POST', '/api/v1/setup', body), 410)
        self.assertEqual(self.get('devices', cookie).status, 200, 'the session goes on')
        self.assertEqual(self.write('POST', 'session', {'name': 'keeps', 'password': GOOD}).status, 200)

    def test_a_code_of_an_app(self):
        secret, codes = self.server.second_factor(self.person('app'))

        def sign_in(code):
            return self.server.write_call('POST', '/api/v1/session', {'name': 'app', 'password': GOOD, 'code': code})
        for code in (app_code(secret, -3), self.server.last_code):
            self.refused(sign_in(code), 401)
        self.assertTrue(sign_in(codes[0]).json['signed_in'])
        self.refused(sign_in(codes[0]), 401)

    def test_a_request_for_an_exemption(self):
        self.device('--group', 'late')
        other = self.server.sign_in('bob')
        asked = self.write('POST', 'exemptions', {'group': 'late', 'terms': TERMS})
        self.assertEqual(asked.status, 201, asked.body)
        number = asked.json['id']
        self.server.sql(f'UPDATE exemptions SET ends = {int(time.time())} WHERE id = {number}')
        before = self.acts()
        self.refused(self.write('POST', f'exemptions/{number}/approve', {'role': 'school-leader'}, other), 409)
        self.assertEqual(self.get(f'exemptions/{number}').json['phase'], 'lapsed')
        self.assertEqual(self.acts(), before)
        past = {**TERMS, 'start': when(-5), 'end': when(-1), 'delete_by': when(2)}
        self.refused(self.write('POST', 'exemptions', {'group': 'late', 'terms': past}), 400)

    def test_an_exemption_that_ran(self):
        """Its end is in what devices hold, and the endpoint names it to nobody any more."""
        device = self.device('--group', 'ran')
        asked = self.write('POST', 'exemptions', {'group': 'ran', 'terms': TERMS}).json['id']
        approved = self.write('POST', f'exemptions/{asked}/approve', {'role': 'school-leader'}, self.server.sign_in('second'))
        self.assertEqual(approved.status, 200, approved.body)
        policy = self.newer(device, 1)
        while not policy.get('exemptions'):
            policy = self.newer(device, policy['version'])
        past = int(time.time()) - 5
        self.server.sql(f'UPDATE exemptions SET starts = {past - 60}, ends = {past} WHERE id = {asked}')
        self.server.stop()
        self.server.start()
        self.assertNotIn('exemptions', self.newer(device, policy['version']))
        self.assertEqual(self.get(f'exemptions/{asked}').json['phase'], 'ended')
        self.refused(self.write('POST', f'exemptions/{asked}/end'), 409)

    def newer(self, device, held):
        """The policy that a device gets which holds this version; it may be signed only now"""
        ends = time.monotonic() + WAIT_S
        while time.monotonic() < ends:
            answer = device.report([], policy=held).json
            if 'policy' in answer:
                payload = answer['policy'].split('.')[1]
                return json.loads(base64.urlsafe_b64decode(payload + '=' * (-len(payload) % 4)))
        raise AssertionError('no newer policy came')

    def test_a_policy(self):
        device = self.device()
        self.server.sql(f'UPDATE policies SET expires = {int(time.time())}')
        self.server.stop()
        self.server.start()
        policy = self.newer(device, 1)
        self.assertGreater(policy['version'], 1)
        self.assertGreater(policy['expires'], time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime()))
        late = os.path.join(self.server.state, 'late.json')
        with open(late, 'w', encoding='utf-8') as file:
            json.dump({**policy, 'version': policy['version'] + 1, 'not_before': '2020-01-01', 'expires': '2020-02-01'}, file)
        jws = self.server.run('sign', late)
        with open(late, 'w', encoding='utf-8') as file:
            file.write(jws)
        self.assertIn('does not allow this moment', self.server.run('policy', 'publish', late, code=1))

    def test_the_certificate_of_the_server(self):
        """Devices know the key (libcurl's pinning, as the courier has it), and are not cut off by a date; who goes by the
        date is told so."""
        pin = json.loads(base64.urlsafe_b64decode(self.server.run('token').removeprefix('caretaker1.') + '=='))['pins'][0]
        path = os.path.join(self.server.state, 'tls.crt')
        made = subprocess.run(
            ['openssl', 'req', '-x509', '-new', '-key', os.path.join(self.server.state, 'tls.key'), '-subj', '/CN=late',
             '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '30'], capture_output=True, check=True,
            env={**os.environ, 'LD_PRELOAD': FAKETIME, 'FAKETIME': '-60d'}).stdout
        self.server.stop()
        with open(path, 'rb') as file:
            before = file.read()

        def put(pem):
            with open(path, 'wb') as file:
                file.write(pem)
        put(made)
        self.server.start()
        reach = ['curl', '--silent', '--max-time', str(WAIT_S), self.server.origin + '/healthz']
        plain = base64.b64encode(base64.urlsafe_b64decode(pin + '=')).decode()
        pinned = subprocess.run([*reach, '--insecure', '--pinnedpubkey', 'sha256//' + plain], capture_output=True, check=False)
        self.assertEqual((pinned.returncode, json.loads(pinned.stdout)), (0, {'status': 'ok'}))
        strict = subprocess.run([*reach, '--cacert', path, '--verbose'], capture_output=True, check=False)
        self.assertEqual(strict.returncode, 60, strict.stderr)  # CURLE_PEER_FAILED_VERIFICATION
        self.assertIn(b'expired', strict.stderr)
        self.server.stop()
        put(before)
        self.server.start()

    def test_a_place_in_a_list(self):
        for path in ('devices?cursor=', 'audit?cursor='):
            for cursor in ('0', '-1', 'AAAA', '9' * 30):
                answer = self.get(path + cursor)
                if answer.status != 200:  # a number is a place in the log, however old
                    self.refused(answer, 400)
        self.assertEqual(self.get('devices?cursor=AAAA').status, 400)

    def test_a_mark_of_another_page(self):
        for headers in ({'X_Caretaker': None}, {'Origin': 'https://elsewhere.example'}):
            self.refused(self.write('POST', 'groups', {'group': 'forged', 'kind': 'class'}, **headers), 403)
        self.assertNotIn('forged', {row['group'] for row in self.get('groups').json['groups']})

    def test_what_somebody_saw_of_a_service(self):
        self.write('POST', 'settings', {'providers': 'zoom'})
        self.write('POST', 'duties', {'control': 'conf.passcode', 'provider': 'zoom', 'answer': 'as-wanted'})
        self.server.sql(f'UPDATE answers SET at = {int(time.time()) - 91 * 86400}')
        rows = {row['control']: row for row in self.get('duties').json['duties'] if row['provider'] == 'zoom'}
        self.assertEqual((rows['conf.passcode']['state'], rows['conf.passcode']['reason']), ('unknown', 'answer-old'))


if __name__ == '__main__':
    main()
