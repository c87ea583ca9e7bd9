# SPDX-License-Identifier: Apache-2.0
"""Every call of the API with every role: who may not is refused, whatever else the call says."""

import re

from harness import Case, cookie_of, main

# Written down by itself, not read from server/role.c: what each right is for, and who has it.
RIGHTS = {
    'own': 'vtpa', 'totals': 'vtpa', 'devices': 'tpa', 'groups': 'ta', 'enrol': 'ta',
    'exempt-ask': 'tpa', 'exempt-decide': 'pa', 'policy-read': 'tpa', 'policy-write': 'a',
    'personal': 'pa', 'retention': 'pa', 'settings-read': 'tpa', 'settings-write': 'a',
    'audit': 'pa', 'accounts': 'a', 'attest': 'tpa', 'breach': 'pa',
}
ROLES = {'v': 'viewer', 't': 'technician', 'p': 'privacy-officer', 'a': 'administrator'}
OPEN = ('anybody', 'signature')


class Roles(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cookies = {letter: cls.person(letter, role, '') for letter, role in ROLES.items()}
        cls.bound = {letter: cls.person('in-' + letter, role, 'class-3')
                     for letter, role in ROLES.items()}
        cls.nobody = cls.person('none', None, '')

    @classmethod
    def person(cls, name, role, group):
        cookie = cls.server.sign_in(name)
        change = f"UPDATE grants SET role = '{role}', team = '{group}'" if role \
            else 'DELETE FROM grants'
        cls.server.sql(f"{change} WHERE account = '{name}'")
        return cookie

    def calls(self):
        """(method, path, operation) of what needs a role"""
        for path, methods in self.server.contract.root['paths'].items():
            for method, operation in methods.items():
                self.assertIn('x-needs', operation, path)
                if operation['x-needs'] not in OPEN:
                    yield method.upper(), path, operation

    def status(self, method, path, cookie):
        # The right is asked for before anything else is looked at, so that what stands in for a
        # name needs to be none that there is.
        path = re.sub(r'\{[a-z]+\}', 'A' * 22, path)
        if method == 'GET':
            headers = {'Cookie': cookie} if cookie else {}
            return self.server.call(method, path, headers=headers).status
        takes = self.server.contract.operation(method, path)[1].get('requestBody')
        body = {} if takes else None
        return self.server.write_call(method, path, body, cookie=cookie).status

    def test_every_call_with_every_role(self):
        tried = 0
        for method, path, operation in self.calls():
            needs = operation['x-needs']
            for letter, cookie in self.cookies.items():
                status = self.status(method, path, cookie)
                if letter in RIGHTS[needs]:
                    self.assertNotIn(status, (401, 403), (method, path, ROLES[letter]))
                else:
                    self.assertEqual(status, 403, (method, path, ROLES[letter]))
                tried += 1
        self.assertGreaterEqual(tried, 4 * 5)

    def test_a_role_in_a_group_is_none_elsewhere(self):
        for method, path, operation in self.calls():
            needs = operation['x-needs']
            for letter, cookie in self.bound.items():
                status = self.status(method, path, cookie)
                if letter in RIGHTS[needs] and (operation.get('x-scoped') or needs == 'own'):
                    self.assertNotIn(status, (401, 403), (method, path, ROLES[letter]))
                else:
                    self.assertEqual(status, 403, (method, path, ROLES[letter]))

    def test_nobody(self):
        for method, path, _operation in self.calls():
            self.assertEqual(self.status(method, path, None), 401, path)
            self.assertEqual(self.status(method, path, self.nobody), 403, path)

    def test_devices_of_other_groups_are_not_there(self):
        mine, other = self.device('--group', 'class-3'), self.device('--group', 'class-30')
        head = {'Cookie': self.bound['t']}
        seen = self.server.call('GET', '/api/v1/devices', headers=head).json
        self.assertEqual([d['id'] for d in seen['devices']], [mine.id])
        self.assertEqual(seen['total'], 1)
        for device, status in ((mine, 200), (other, 404)):
            self.assertEqual(self.server.call('GET', f'/api/v1/devices/{device.id}',
                                              headers=head).status, status)
        seen = self.server.call('GET', '/api/v1/devices?group=class-30', headers=head).json
        self.assertEqual((seen['devices'], seen['total']), ([], 0))

    def test_a_session_tells_its_rights(self):
        for letter, cookie in self.cookies.items():
            said = self.server.call('GET', '/api/v1/session', headers={'Cookie': cookie}).json
            self.assertEqual(sorted(said['rights']),
                             sorted(right for right, who in RIGHTS.items() if letter in who))
            self.assertEqual(said['grants'], [{'group': '', 'role': ROLES[letter]}])

    def test_a_role_that_was_changed_counts_at_once(self):
        cookie = self.person('moved', 'technician', '')
        self.assertEqual(self.status('GET', '/api/v1/devices', cookie), 200)
        self.server.sql("UPDATE grants SET role = 'viewer' WHERE account = 'moved'")
        self.assertEqual(self.status('GET', '/api/v1/devices', cookie), 403)

    def test_a_new_link_makes_an_administrator(self):
        answer = self.server.write_call('POST', '/api/v1/setup', {
            'link': self.server.link(), 'name': 'v', 'password': 'correct horse battery'})
        self.assertEqual(answer.json['grants'], [{'group': '', 'role': 'administrator'}])
        self.assertEqual(answer.json['second_factor'], 'wanted')
        self.assertEqual(answer.json['rights'], ['own'])
        self.assertEqual(self.status('GET', '/api/v1/devices', cookie_of(answer)), 403)
        self.server.second_factor(cookie_of(answer))
        self.assertEqual(self.status('GET', '/api/v1/devices', cookie_of(answer)), 200)
        type(self).cookies['v'] = self.person('v', 'viewer', '')


if __name__ == '__main__':
    main()
