# SPDX-License-Identifier: Apache-2.0
"""Groups, enrolment codes made on the console, and what leaders do not see."""

import base64
import json
import time

from harness import Case, Device, main

PATHS = {'/api/v1/' + path for path in (
    'codes', 'codes/{id}', 'devices/{id}/group', 'groups', 'groups/{name}')}
FAIL = ('disk.encrypted', 'fail', 'not-encrypted', 26)
PASS = ('disk.encrypted', 'pass', 'all-encrypted', 26)


class Groups(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.server.sign_in('root')
        cls.viewer = cls.server.sign_in('head', role='viewer')

    def write(self, method, path, body=None, cookie=None, **headers):
        return self.server.write_call(method, '/api/v1/' + path, body, cookie=cookie or self.admin,
                                      **headers)

    def get(self, path, cookie=None):
        return self.server.call('GET', '/api/v1/' + path,
                                headers={'Cookie': cookie or self.admin})

    def group(self, name, cookie=None):
        return {g['group']: g for g in self.get('groups', cookie).json['groups']}.get(name)

    def code(self, **over):
        return self.write('POST', 'codes', {
            'ownership': 'school', 'group': 'desk', 'uses': 1, 'days': 7, **over})

    def opened(self, answer):
        text = answer.json['code'].removeprefix('caretaker1.')
        return json.loads(base64.urlsafe_b64decode(text + '=' * (-len(text) % 4)))

    # Codes

    def test_a_code_of_the_console_lets_a_device_in_and_is_counted(self):
        made = self.code(uses=2)
        self.assertEqual(made.status, 201)
        inside = self.opened(made)
        self.assertEqual(inside['url'], self.server.origin)
        shell = self.server.run('token').removeprefix('caretaker1.')
        other = json.loads(base64.urlsafe_b64decode(shell + '=' * (-len(shell) % 4)))
        self.assertEqual((inside['pins'], inside['key']), (other['pins'], other['key']))
        self.assertEqual(self.device(enrol=False).enrol(inside['token']).status, 201)
        listed = {c['id']: c for c in self.get('codes').json['codes']}[made.json['id']]
        self.assertEqual((listed['uses'], listed['uses_left'], listed['state']), (2, 1, 'open'))
        self.device(enrol=False).enrol(inside['token'])
        self.assertEqual({c['id']: c['state'] for c in self.get('codes').json['codes']}
                         [made.json['id']], 'used')

    def test_a_revoked_code_lets_nobody_in(self):
        made = self.code()
        self.assertEqual(self.write('DELETE', 'codes/' + made.json['id']).status, 204)
        self.assertEqual(self.device(enrol=False).enrol(self.opened(made)['token']).status, 401)
        self.assertEqual(self.write('DELETE', 'codes/' + made.json['id']).status, 404)

    def test_a_code_is_kept_as_a_hash(self):
        made = self.code()
        self.assertNotIn(self.opened(made)['token'].encode(), self.server.kept())
        self.assertNotIn(self.opened(made)['token'].encode(), self.get('codes').body)

    def test_an_expired_code_is_told_and_refused(self):
        made = self.code()
        self.server.sql(f"UPDATE tokens SET expires = {int(time.time())} "
                        f"WHERE id = '{made.json['id']}'")
        self.assertEqual(self.device(enrol=False).enrol(self.opened(made)['token']).status, 410)
        self.assertEqual({c['id']: c['state'] for c in self.get('codes').json['codes']}
                         [made.json['id']], 'expired')

    def test_codes_that_are_not_made(self):
        for change in ({'ownership': 'mine'}, {'group': 'A b'}, {'group': ''}, {'uses': 0},
                       {'uses': 100001}, {'days': 0}, {'days': 366}, {'days': '7'}, {'x': 1}):
            self.assertEqual(self.code(**change).status, 400, change)

    def test_who_is_bound_to_a_group_makes_and_sees_codes_of_that_alone(self):
        cookie = self.server.sign_in('bound', role='technician')
        self.server.sql("UPDATE grants SET team = 'class-3' WHERE account = 'bound'")
        body = {'ownership': 'school', 'group': 'class-3', 'uses': 1, 'days': 1}
        self.assertEqual(self.write('POST', 'codes', body, cookie).status, 201)
        self.assertEqual(self.write('POST', 'codes', {**body, 'group': 'class-30'}, cookie).status, 403)
        other = self.code().json['id']
        self.assertEqual({c['group'] for c in self.get('codes', cookie).json['codes']}, {'class-3'})
        self.assertEqual(self.write('DELETE', 'codes/' + other, cookie=cookie).status, 404)
        self.assertEqual({g['group'] for g in self.get('groups', cookie).json['groups']} - {'class-3'},
                         set())

    # Groups

    def test_groups_are_made_counted_and_ended(self):
        self.assertEqual(self.write('POST', 'groups', {'group': 'loans', 'kind': 'loan'}).status, 204)
        self.assertEqual(self.group('loans')['kind'], 'loan')
        for controls in ([PASS], [FAIL]):
            self.assertEqual(self.device('--group', 'loans').report(controls).status, 200)
        self.device('--group', 'loans')
        counts = self.group('loans')
        self.assertEqual([counts[k] for k in ('devices', 'passing', 'failing', 'unknown', 'silent')],
                         [3, 1, 1, 1, 0])
        self.assertEqual(self.write('DELETE', 'groups/loans').status, 409)
        self.write('POST', 'groups', {'group': 'gone', 'kind': 'class'})
        self.assertEqual(self.write('DELETE', 'groups/gone').status, 204)
        self.assertIsNone(self.group('gone'))
        self.assertEqual(self.write('DELETE', 'groups/gone').status, 404)

    def test_a_device_moves_and_its_former_label_is_not_given_again(self):
        self.write('POST', 'groups', {'group': 'target', 'kind': 'class'})
        device = self.device('--group', 'source')
        moved = self.write('POST', f'devices/{device.id}/group', {'group': 'target'})
        self.assertEqual((moved.status, moved.json), (200, {'label': 'target-001'}))
        self.assertEqual(self.get(f'devices/{device.id}').json['device']['group'], 'target')
        self.assertEqual(device.report([PASS]).status, 200, 'the device goes on')
        next_one = self.device('--group', 'source')
        self.assertEqual(self.get(f'devices/{next_one.id}').json['device']['label'], 'source-002')
        for path, group in ((f'devices/{device.id}/group', 'nowhere'),
                            ('devices/AAAAAAAAAAAAAAAAAAAAAA/group', 'target')):
            self.assertEqual(self.write('POST', path, {'group': group}).status, 404)

    # What leaders do not see

    def fill(self, group, n, controls):
        token = self.server.token('--group', group, '--uses', str(n))
        for _ in range(n):
            type(self).keys += 1
            device = Device(self.server, self.signer, f'key{self.keys}')
            self.assertEqual(device.enrol(token).status, 201)
            self.assertEqual(device.report(controls).status, 200)

    def test_leaders_see_no_device(self):
        device = self.device('--group', 'desk')
        device.report([FAIL])
        self.assertEqual(self.get('devices', self.viewer).status, 403)
        for path in ('fleet', 'controls', 'controls/disk.encrypted', 'groups'):
            answer = self.get(path, self.viewer)
            self.assertEqual(answer.status, 200, path)
            self.assertNotIn(device.id.encode(), answer.body, path)
            self.assertNotIn(b'"label"', answer.body, path)
        self.assertIn(device.id.encode(), self.get('controls/disk.encrypted').body)

    def test_zy_fewer_than_five_are_no_total_and_cannot_be_told_from_the_rest(self):
        """Late, so that its groups are all there are with so many"""
        self.fill('big', 7, [FAIL])
        self.fill('few', 3, [FAIL])
        seen = self.get('groups', self.viewer).json['groups']
        true = {g['group']: g['devices'] for g in self.get('groups').json['groups']}
        self.assertIsNone({g['group']: g for g in seen}['few']['devices'])
        for group in seen:
            if group['devices'] is None:
                self.assertTrue(all(group[k] is None
                                    for k in ('passing', 'failing', 'unknown', 'silent')))
            else:
                self.assertTrue(group['devices'] == 0 or group['devices'] >= 5, group)
        hidden = sum(true[g['group']] for g in seen if g['devices'] is None)
        self.assertGreaterEqual(hidden, 5, 'the rest of the total would tell')
        groups = self.get('controls/disk.encrypted', self.viewer).json['groups']
        self.assertIsNone({g['group']: g for g in groups}['few']['failing'])
        self.assertEqual({g['group']: g['failing'] for g in
                          self.get('controls/disk.encrypted').json['groups']}['few'], 3)

    def test_zz_every_documented_answer_came(self):
        device = self.device('--group', 'desk')
        for path in ('codes', 'groups', f'devices/{device.id}/group'):
            self.write('POST', path, '{"x":1}')
            self.write('POST', path, 'x' * 65537)
            self.write('POST', path, {}, Content_Type='text/plain')
        for path in ('codes', 'groups'):
            self.get(path + '?x=1')
            self.write('DELETE', path + '/none?x=1')
        # test-roles.py brings every 401 and 403 about.
        self.assertEqual(self.server.contract.never_seen(ignored={401, 403, 503}, paths=PATHS), [])


if __name__ == '__main__':
    main()
