# SPDX-License-Identifier: Apache-2.0
"""Signing in, staying in, and keeping others out."""

from harness import GOOD, Case, app_code, cookie_of, main


class Session(Case):
    def sign_in(self, name, password):
        return self.server.write_call('POST', '/api/v1/session',
                                      {'name': name, 'password': password})

    def fleet(self, cookie):
        return self.server.call('GET', '/api/v1/fleet', headers={'Cookie': cookie}).status

    def test_a_link_makes_one_administrator_once(self):
        link = self.server.link()
        body = {'link': link, 'name': 'once', 'password': GOOD}
        short = self.server.write_call('POST', '/api/v1/setup', {**body, 'password': 'short'})
        self.assertEqual(short.status, 400)
        odd = self.server.write_call('POST', '/api/v1/setup', {**body, 'name': 'a b'})
        self.assertEqual(odd.status, 400)
        done = self.server.write_call('POST', '/api/v1/setup', body)
        self.assertEqual(done.status, 201)
        self.assertEqual(self.fleet(cookie_of(done)), 403, 'without a second factor')
        self.server.second_factor(cookie_of(done))
        self.assertEqual(self.fleet(cookie_of(done)), 200)
        self.assertEqual(self.server.write_call('POST', '/api/v1/setup', body).status, 410)

    def test_cookie_is_as_strict_as_can_be(self):
        self.server.sign_in('cookie', role='technician')
        answer = self.sign_in('cookie', GOOD)
        parts = [p.strip() for p in answer.headers['Set-Cookie'].split(';')]
        self.assertTrue(parts[0].startswith('__Host-session='))
        for part in ('Secure', 'HttpOnly', 'SameSite=Strict', 'Path=/'):
            self.assertIn(part, parts)

    def test_signing_out_ends_the_session(self):
        cookie = self.server.sign_in('leaver')
        out = self.server.write_call('DELETE', '/api/v1/session', cookie=cookie)
        self.assertEqual(out.status, 204)
        self.assertIn('Max-Age=0', out.headers['Set-Cookie'])
        self.assertEqual(self.fleet(cookie), 401)

    def test_a_new_password_ends_every_session_of_that_name(self):
        old = self.server.sign_in('reset')
        new = self.server.sign_in('reset', 'another long password')
        self.assertEqual((self.fleet(old), self.fleet(new)), (401, 200))
        self.assertEqual(self.sign_in('reset', GOOD).status, 401)

    def test_forged_cookies(self):
        cookie = self.server.sign_in('forge')
        value = cookie.split('=')[1]
        for text in ('', 'x', value[:-1] + ('A' if value[-1] != 'A' else 'B'), value + 'A',
                     value[:-1], '"' + value + '"', 'A' * 4000, "' OR 1=1 --"):
            self.assertEqual(self.fleet('__Host-session=' + text), 401, text[:40])
        self.assertEqual(self.fleet(f'{cookie}; {cookie}'), 401, 'twice is no cookie')
        self.assertEqual(self.fleet(f'a=b; {cookie}; c=d'), 200)

    def who(self, cookie):
        return self.server.call('GET', '/api/v1/session', headers={'Cookie': cookie}).json.get('name')

    def test_a_session_is_never_one_that_was_brought_along(self):
        """Fixation: whoever could plant a cookie has nothing of the session that begins over it."""
        others = self.server.sign_in('planter')
        self.server.sign_in('planted', role='technician')
        known = {others}
        for brought in ('__Host-session=' + 'A' * (len(others) - len('__Host-session=')), others):
            for path, body in (('session', {'name': 'planted', 'password': GOOD}),
                               ('setup', {'link': self.server.link(), 'name': f'made{len(known)}', 'password': GOOD})):
                answer = self.server.write_call('POST', f'/api/v1/{path}', body, cookie=brought)
                self.assertIn(answer.status, (200, 201))
                own = cookie_of(answer)
                self.assertNotIn(own, known | {brought})
                known.add(own)
                self.assertEqual(self.who(own), body['name'])
                self.assertEqual(self.who(brought), 'planter' if brought == others else None)

    def test_other_sites_write_nothing(self):
        cookie = self.server.sign_in('csrf')
        wrong = ({'Origin': None}, {'Origin': 'https://evil.example'}, {'Origin': 'null'},
                 {'Origin': self.server.origin.replace('https', 'http')},
                 {'Origin': self.server.origin + '1'}, {'X_Caretaker': None},
                 {'X_Caretaker': '0'})
        for headers in wrong:
            answer = self.server.write_call('DELETE', '/api/v1/session', cookie=cookie, **headers)
            self.assertEqual(answer.status, 403, headers)
        self.assertEqual(self.fleet(cookie), 200, 'still signed in')

    def test_guessing_is_slowed_down_and_only_for_that_name(self):
        self.server.sign_in('victim', role='technician')
        self.server.sign_in('other', role='technician')
        answers = [self.sign_in('victim', f'guess {n}') for n in range(7)]
        self.assertEqual([a.status for a in answers[:5]], [401] * 5)
        self.assertEqual(answers[6].status, 429)
        self.assertGreaterEqual(int(answers[6].headers['Retry-After']), 1)
        self.assertEqual(self.sign_in('victim', GOOD).status, 429, 'the right one too')
        self.assertEqual(self.sign_in('other', GOOD).status, 200)

    def test_a_name_that_is_none_answers_the_same(self):
        self.server.sign_in('known', role='technician')
        for name in ('known', 'nobody-here'):
            answers = [self.sign_in(name, 'wrong') for _ in range(6)]
            self.assertEqual([a.status for a in answers], [401] * 5 + [429], name)
            self.assertEqual(answers[0].json['detail'], 'Name, password or code is not right.')

    def test_success_forgets_failures(self):
        self.server.sign_in('clumsy', role='technician')
        for _ in range(3):
            for _ in range(3):
                self.assertEqual(self.sign_in('clumsy', 'wrong').status, 401)
            self.assertEqual(self.sign_in('clumsy', GOOD).status, 200)

    def test_sessions_and_tokens_outlive_a_restart(self):
        cookie = self.server.sign_in('stay')
        self.server.stop()
        self.server.start()
        self.assertEqual(self.fleet(cookie), 200)


if __name__ == '__main__':
    main()
