# SPDX-License-Identifier: Apache-2.0
"""Second factors, invitations, roles, the end of an account, API tokens."""

import json
import time

from harness import GOOD, Case, app_code, cookie_of, main

PATHS = {'/api/v1/' + path for path in (
    'accounts', 'accounts/{name}', 'accounts/{name}/link', 'accounts/{name}/role',
    'session/password', 'session/totp', 'session/totp/confirm', 'tokens', 'tokens/{id}')}


class Accounts(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.server.sign_in('root')

    def write(self, method, path, body=None, cookie=None, **headers):
        return self.server.write_call(method, '/api/v1/' + path, body, cookie=cookie, **headers)

    def get(self, path, cookie):
        return self.server.call('GET', '/api/v1/' + path, headers={'Cookie': cookie})

    def sign_in(self, name, code=None, password=GOOD):
        body = {'name': name, 'password': password}
        return self.write('POST', 'session', {**body, 'code': code} if code else body)

    def invite(self, *grants, cookie=None):
        body = {'grants': [{'group': group, 'role': role} for role, group in grants]}
        return self.write('POST', 'accounts', body, cookie or self.admin)

    def person(self, name, role='technician', group=''):
        answer = self.write('POST', 'setup', {
            'link': self.invite((role, group)).json['link'], 'name': name, 'password': GOOD})
        self.assertEqual(answer.status, 201)
        return cookie_of(answer)

    # Second factors

    def test_a_code_is_asked_for_after_the_password_and_works_once(self):
        cookie = self.person('tot')
        self.assertEqual(self.get('session', cookie).json['second_factor'], 'off')
        secret, codes = self.server.second_factor(cookie)
        self.assertEqual(self.get('session', cookie).json['second_factor'], 'on')
        self.assertEqual(len(set(codes)), 10)
        asked = self.sign_in('tot')
        self.assertEqual((asked.status, asked.json),
                         (200, {'signed_in': False, 'factors': ['totp', 'recovery']}))
        self.assertIsNone(asked.headers['Set-Cookie'])
        self.assertEqual(self.sign_in('tot', self.server.last_code).status, 401,
                         'it was used to begin with')
        later = app_code(secret, 1)
        done = self.sign_in('tot', later)
        self.assertTrue(done.json['signed_in'])
        self.assertEqual(self.sign_in('tot', later).status, 401, 'used up')
        self.assertEqual(self.sign_in('tot', app_code(secret, 40)).status, 401, 'of another time')

    def test_a_code_on_paper_works_once_however_it_is_written(self):
        _secret, codes = self.server.second_factor(self.person('paper'))
        for code in (codes[0], codes[1].lower(), codes[2].replace('-', ''), codes[3].replace('-', ' ')):
            self.assertTrue(self.sign_in('paper', code).json['signed_in'], code)
        self.assertEqual(self.sign_in('paper', codes[0]).status, 401)
        left = {a['name']: a['codes_left'] for a in self.get('accounts', self.admin).json['accounts']}
        self.assertEqual(left['paper'], 6)
        self.server.second_factor(self.person('elsewhere'))
        self.assertEqual(self.sign_in('elsewhere', codes[5]).status, 401, 'of another account')

    def test_guessing_codes_is_slowed_down_though_the_password_is_right(self):
        self.server.second_factor(self.person('guess'))
        for n in range(2):
            self.assertEqual(self.sign_in('guess').status, 200)
            self.assertEqual(self.sign_in('guess', f'00000{n}').status, 401)
        self.assertEqual(self.sign_in('guess').status, 200)
        self.assertEqual(self.sign_in('guess', '000009').status, 429)

    def test_a_new_app_needs_the_password_and_ends_other_sessions(self):
        one = self.person('two')
        other = cookie_of(self.sign_in('two'))
        self.assertEqual(self.write('POST', 'session/totp', {'password': 'not it'}, one).status, 409)
        before, _codes = self.server.second_factor(one)
        self.assertEqual(self.get('fleet', other).status, 401)
        self.assertEqual(self.get('fleet', one).status, 200)
        begun = self.write('POST', 'session/totp', {'password': GOOD}, one).json
        self.assertIn('secret=' + begun['secret'], begun['uri'])
        self.assertEqual(self.write('POST', 'session/totp/confirm', {'code': '000000'}, one).status, 409)
        self.assertTrue(self.sign_in('two', app_code(before, 1)).json['signed_in'],
                        'until the new one is confirmed the old one holds')

    def test_an_administrator_does_nothing_without_one(self):
        link = self.invite(('administrator', '')).json['link']
        cookie = cookie_of(self.write('POST', 'setup', {
            'link': link, 'name': 'late', 'password': GOOD}))
        for path in ('fleet', 'devices', 'accounts', 'controls'):
            self.assertEqual(self.get(path, cookie).status, 403, path)
        self.server.second_factor(cookie)
        self.assertEqual(self.get('accounts', cookie).status, 200)

    # Passwords and invitations

    def test_a_new_password_ends_the_other_sessions(self):
        one = self.person('pass')
        other = cookie_of(self.sign_in('pass'))
        body = {'password': GOOD, 'new_password': 'another long password'}
        self.assertEqual(self.write('POST', 'session/password',
                                    {**body, 'password': 'wrong'}, one).status, 409)
        self.assertEqual(self.write('POST', 'session/password',
                                    {**body, 'new_password': 'short'}, one).status, 400)
        self.assertEqual(self.write('POST', 'session/password', body, one).status, 204)
        self.assertEqual((self.get('fleet', one).status, self.get('fleet', other).status), (200, 401))
        self.assertEqual(self.sign_in('pass').status, 401)
        self.assertEqual(self.sign_in('pass', password='another long password').status, 200)

    def test_who_took_over_a_session_guesses_slowly(self):
        cookie = self.person('taken')
        answers = [self.write('POST', 'session/password', {
            'password': f'guess {n}', 'new_password': 'another long password'}, cookie).status
            for n in range(6)]
        self.assertEqual(answers, [409] * 5 + [429])

    def test_an_invitation_makes_a_new_name_only(self):
        link = self.invite(('viewer', '')).json['link']
        body = {'link': link, 'name': 'root', 'password': GOOD}
        self.assertEqual(self.write('POST', 'setup', body).status, 409)
        self.assertEqual(self.get('accounts', self.admin).status, 200, 'nothing was taken over')
        self.assertEqual(self.write('POST', 'setup', {**body, 'name': '..'}).status, 400)
        done = self.write('POST', 'setup', {**body, 'name': 'new-viewer'})
        self.assertEqual(done.json['grants'], [{'group': '', 'role': 'viewer'}])
        self.assertEqual(self.write('POST', 'setup', {**body, 'name': 'second'}).status, 410)

    def test_roles_in_groups(self):
        answer = self.write('POST', 'setup', {
            'link': self.invite(('viewer', ''), ('technician', 'class-3')).json['link'],
            'name': 'mixed', 'password': GOOD})
        cookie = cookie_of(answer)
        self.assertEqual(self.get('fleet', cookie).status, 200)
        self.assertEqual(self.get('devices', cookie).json['devices'], [])
        mine = self.device('--group', 'class-3')
        self.device('--group', 'class-4')
        self.assertEqual([d['id'] for d in self.get('devices', cookie).json['devices']], [mine.id])

    def test_grants_that_are_none(self):
        grant = {'group': '', 'role': 'viewer'}
        for grants in ([], [grant, grant], [{**grant, 'role': 'king'}], [{**grant, 'group': 'A b'}],
                       [{'role': 'viewer'}], [{**grant, 'x': 1}], ['viewer'], [None], [[]],
                       [{'group': f'g{n}', 'role': 'viewer'} for n in range(17)], 'viewer', {}):
            answer = self.write('POST', 'accounts', {'grants': grants}, self.admin)
            self.assertEqual(answer.status, 400, grants)

    def test_a_link_for_a_new_password_begins_anew(self):
        cookie = self.person('lost')
        self.server.second_factor(cookie)
        link = self.write('POST', 'accounts/lost/link', cookie=self.admin).json['link']
        self.assertEqual(self.get('fleet', cookie).status, 200, 'until it is used')
        body = {'link': link, 'password': 'another long password'}
        self.assertEqual(self.write('POST', 'setup', {**body, 'name': 'root'}).status, 409)
        done = self.write('POST', 'setup', {**body, 'name': 'lost'})
        self.assertEqual((done.status, done.json['second_factor']), (201, 'off'))
        self.assertEqual(done.json['grants'], [{'group': '', 'role': 'technician'}])
        self.assertEqual(self.get('fleet', cookie).status, 401)
        self.assertEqual(self.write('POST', 'accounts/nobody/link', cookie=self.admin).status, 404)

    # Roles and ends

    def set_role(self, name, role, group=''):
        return self.write('POST', f'accounts/{name}/role',
                          {'grants': [{'group': group, 'role': role}]}, self.admin).status

    def test_a_role_is_changed_and_an_account_ended(self):
        cookie = self.person('goer')
        self.assertEqual(self.get('devices', cookie).status, 200)
        self.assertEqual(self.set_role('goer', 'viewer'), 204)
        self.assertEqual(self.get('devices', cookie).status, 403)
        self.assertEqual(self.write('DELETE', 'accounts/goer', cookie=self.admin).status, 204)
        self.assertEqual(self.get('fleet', cookie).status, 401)
        self.assertEqual(self.sign_in('goer').status, 401)
        for answer in (self.set_role('goer', 'viewer'),
                       self.write('DELETE', 'accounts/goer', cookie=self.admin).status):
            self.assertEqual(answer, 404)

    def test_the_last_administrator_stays(self):
        others = [a['name'] for a in self.get('accounts', self.admin).json['accounts']
                  if a['name'] != 'root' and a['grants'] == [{'group': '', 'role': 'administrator'}]]
        for name in others:
            self.assertEqual(self.write('DELETE', f'accounts/{name}', cookie=self.admin).status, 204)
        self.assertEqual(self.set_role('root', 'viewer'), 409)
        self.assertEqual(self.set_role('root', 'administrator', 'class-3'), 409)
        self.assertEqual(self.write('DELETE', 'accounts/root', cookie=self.admin).status, 409)
        self.assertEqual(self.get('accounts', self.admin).status, 200)

    # API tokens

    def token(self, role='technician', group='', name='script', days=30, cookie=None):
        return self.write('POST', 'tokens', {'name': name, 'group': group, 'role': role, 'days': days},
                          cookie or self.admin)

    def bearer(self, token, path='devices', method='GET', scheme='Bearer '):
        return self.server.call(method, '/api/v1/' + path,
                                headers={'Authorization': scheme + token}).status

    def test_a_token_has_its_role_and_no_more(self):
        made = self.token().json
        self.assertEqual(self.bearer(made['token']), 200)
        for path in ('accounts', 'tokens'):
            self.assertEqual(self.bearer(made['token'], path), 403)
        admin = self.token('administrator').json['token']
        for path, status in (('accounts', 403), ('tokens', 403), ('devices', 200), ('fleet', 200)):
            self.assertEqual(self.bearer(admin, path), status, path)
        viewer = self.token('viewer').json['token']
        self.assertEqual((self.bearer(viewer), self.bearer(viewer, 'fleet')), (403, 200))
        grouped = self.token(group='class-9').json['token']
        self.assertEqual((self.bearer(grouped), self.bearer(grouped, 'fleet')), (200, 403))

    def test_a_token_is_shown_once_and_kept_as_a_hash(self):
        made = self.token(name='shown').json
        listed = self.get('tokens', self.admin)
        self.assertIn('shown', [t['name'] for t in listed.json['tokens']])
        self.assertNotIn(made['token'].encode(), listed.body)
        self.assertNotIn(made['token'].encode(), self.server.kept())

    def test_a_token_ends(self):
        made = self.token(name='over').json
        self.assertEqual(self.write('DELETE', 'tokens/' + made['id'], cookie=self.admin).status, 204)
        self.assertEqual(self.bearer(made['token']), 401)
        self.assertEqual(self.write('DELETE', 'tokens/' + made['id'], cookie=self.admin).status, 404)
        made = self.token(name='late').json
        self.server.sql(f"UPDATE api_tokens SET expires = {int(time.time())} WHERE id = '{made['id']}'")
        self.assertEqual(self.bearer(made['token']), 401)

    def test_tokens_end_with_who_made_them(self):
        tokens = []
        for name, change in (('maker', lambda: self.write('DELETE', 'accounts/maker', cookie=self.admin)),
                             ('demoted', lambda: self.set_role('demoted', 'technician'))):
            cookie = cookie_of(self.write('POST', 'setup', {
                'link': self.invite(('administrator', '')).json['link'], 'name': name,
                'password': GOOD}))
            self.server.second_factor(cookie)
            tokens.append(self.token(cookie=cookie).json['token'])
            self.assertEqual(self.bearer(tokens[-1]), 200)
            change()
        self.assertEqual([self.bearer(token) for token in tokens], [401, 401])

    def test_what_is_no_token(self):
        made = self.token().json['token']
        for text in ('', 'x', made[:-1], made + 'A', 'A' * 32, "' OR 1=1 --", 'A' * 4000):
            self.assertEqual(self.bearer(text), 401, text[:40])
        for scheme in ('', 'Basic ', 'bearer', 'Bearer'):
            self.assertEqual(self.bearer(made, scheme=scheme), 401, scheme)
        both = {'Authorization': 'Bearer x', 'Cookie': self.admin}
        self.assertEqual(self.server.call('GET', '/api/v1/fleet', headers=both).status, 401,
                         'a wrong token is not made up for by a cookie')

    def test_tokens_that_are_not_made(self):
        good = {'name': 'a', 'group': '', 'role': 'viewer', 'days': 1}
        for change in ({'name': ''}, {'name': 'a b'}, {'name': 'x' * 41}, {'role': 'king'},
                       {'group': 'A b'}, {'days': 0}, {'days': 367}, {'days': '1'}, {'x': 1}):
            answer = self.write('POST', 'tokens', {**good, **change}, self.admin)
            self.assertEqual(answer.status, 400, change)

    def test_accounts_and_tokens_at_the_shell(self):
        run = self.server.run
        link = run('accounts', 'invite', '--role', 'technician', '--group', 'shell-1').split('#')[1]
        made = self.server.write_call('POST', '/api/v1/setup', {'link': link, 'name': 'sheila', 'password': GOOD})
        self.assertEqual(made.status, 201)
        self.assertEqual(made.json['grants'], [{'group': 'shell-1', 'role': 'technician'}])
        self.assertIn('sheila', [a['name'] for a in json.loads(run('accounts'))['accounts']])
        number, token = run('tokens', 'make', 'nightly', '--role', 'viewer', '--account', 'sheila').split()
        head = {'Authorization': 'Bearer ' + token}
        self.assertEqual(self.server.call('GET', '/api/v1/fleet', headers=head).status, 200)
        self.assertIn(number, [t['id'] for t in json.loads(run('tokens', 'list'))['tokens']])
        run('tokens', 'end', number)
        self.assertEqual(self.server.call('GET', '/api/v1/fleet', headers=head).status, 401)
        renewed = run('accounts', 'renew', 'sheila').split('#')[1]
        other = self.server.write_call('POST', '/api/v1/setup', {
            'link': renewed, 'name': 'sheila', 'password': 'another long password'})
        self.assertEqual(other.status, 201)
        cookie = cookie_of(other)
        self.server.second_factor(cookie, 'another long password')
        run('accounts', 'reset-factor', 'sheila')
        self.assertEqual(self.server.call('GET', '/api/v1/session', headers={'Cookie': cookie}).json['signed_in'], False)
        again = self.server.write_call('POST', '/api/v1/session', {'name': 'sheila', 'password': 'another long password'})
        self.assertEqual(again.json['second_factor'], 'off', 'no code is asked for')
        run('accounts', 'end', 'sheila')
        self.assertNotIn('sheila', run('accounts'))
        log = run('audit')
        for word in ('"invite"', '"token-make"', '"token-end"', '"renew"', '"factor-reset"', '"account-end"'):
            self.assertIn('"console",' + word, log)
        self.assertNotIn(token, log)
        for words in (('end', 'sheila'), ('renew', 'nobody'), ('reset-factor', 'nobody')):
            self.assertIn('no such', run('accounts', *words, code=1))
        self.assertIn('no such', run('tokens', 'end', 'x', code=1))
        self.assertIn('no such', run('tokens', 'make', 'x', '--role', 'viewer', '--account', 'nobody', code=1))
        for words in (('accounts', 'invite'), ('accounts', 'invite', '--role', 'king'), ('accounts', 'end'),
                      ('accounts', 'list', 'x'), ('accounts', 'dance'), ('tokens', 'make', 'x', '--role', 'viewer'),
                      ('accounts', 'invite', '--role', 'viewer', '--group', 'A B'), ('tokens', 'end', "x' OR 1=1"),
                      ('accounts', 'invite', '--role', 'viewer', '--url', 'http://plain')):
            run(*words, code=64)

    def test_zz_every_documented_answer_came(self):
        """Runs last: what the tests above have not brought about by the way"""
        for path in ('session/password', 'session/totp', 'session/totp/confirm', 'accounts',
                     'accounts/root/role', 'tokens'):
            self.write('POST', path, '{"x":1}', self.admin)
            self.write('POST', path, 'x' * 65537, self.admin)
            self.write('POST', path, {}, self.admin, Content_Type='text/plain')
        for method, path in (('GET', 'accounts'), ('GET', 'tokens'), ('POST', 'accounts/root/link'),
                             ('DELETE', 'accounts/nobody'), ('DELETE', 'tokens/none')):
            call = self.write if method != 'GET' else lambda _m, p, cookie: self.get(p, cookie)
            call(method, path + '?x=1', cookie=self.admin)
        cookie = self.person('limited')
        for _ in range(6):
            self.write('POST', 'session/totp', {'password': 'wrong'}, cookie)
        # test-roles.py brings every 401 and 403 about.
        self.assertEqual(self.server.contract.never_seen(ignored={401, 403, 503}, paths=PATHS), [])


if __name__ == '__main__':
    main()
