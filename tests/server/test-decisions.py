# SPDX-License-Identifier: Apache-2.0
"""What a school decides: exemptions by two persons, policies edited, tried out, rolled out, taken
back. What a device is handed is opened and read here, not asked of the server."""

import base64
import datetime
import json
import time

from harness import Case, WAIT_S, main

FAIL = ('disk.encrypted', 'fail', 'not-encrypted', 26)
PASS = ('patch.index-fresh', 'pass', 'index-fresh', 3)
UNKNOWN = ('malware.av-active', 'unknown', 'source-missing', 1)
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def when(days=0, hours=0):
    return (NOW + datetime.timedelta(days=days, hours=hours)).strftime('%Y-%m-%dT%H:%M:%SZ')


def terms(**over):
    known = {'asked_by': 'teacher', 'purpose': 'lesson-for-absent', 'persons': ['pupils', 'staff'],
             'feature': 'recording', 'noticed': when(-8), 'start': when(hours=-1),
             'end': when(3), 'delete_by': when(5), 'basis': 'public-task', 'consent': 'not-needed',
             'considered': ['materials-only'], 'declining': 'nothing', 'taking_part': 'voluntary',
             'notice': 'lesson-recording', 'pupils_visible': False}
    known.update(over)
    return {key: value for key, value in known.items() if value is not None}


def opened(jws):
    payload = jws.split('.')[1]
    return json.loads(base64.urlsafe_b64decode(payload + '=' * (-len(payload) % 4)))


class Decisions(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann, cls.bob, cls.cem = (cls.server.sign_in(name) for name in ('ann', 'bob', 'cem'))

    def get(self, path, cookie=None):
        return self.server.call('GET', '/api/v1/' + path, headers={'Cookie': cookie or self.ann})

    def post(self, path, body=None, cookie=None):
        return self.server.write_call('POST', '/api/v1/' + path, body, cookie=cookie or self.ann)

    def handed(self, device, held=1):
        """What one that holds that version, the first by init, is handed; {} when nothing newer"""
        answer = device.report([], 'heartbeat', policy=held).json
        return opened(answer['policy']) if 'policy' in answer else {}

    def signed(self, device, good, held=1):
        """Waits until what the device is handed is right."""
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            policy = self.handed(device, held)
            if good(policy):
                return policy
        raise AssertionError('no such policy was signed')

    def ask(self, wanted, cookie=None, **scope):
        answer = self.post('exemptions', {'terms': wanted, **scope}, cookie)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json['id']

    def decide(self, number, act, cookie, role=None):
        return self.post(f'exemptions/{number}/{act}', {'role': role} if role else None,
                         cookie).status

    def exemption(self, number):
        return self.get(f'exemptions/{number}').json

    def test_two_persons_make_an_exemption_and_devices_get_it(self):
        device, other = self.device('--group', 'film'), self.device('--group', 'film')
        number = self.ask(terms(), devices=[device.id])
        shown = self.exemption(number)
        self.assertEqual((shown['phase'], shown['requester'], shown['devices']),
                         ('requested', 'ann', 1))
        self.assertEqual(shown['concerned'], [{'device': device.id, 'label': 'film-001'}])
        self.assertFalse(self.handed(device).get('exemptions'), 'nobody has approved it')
        self.assertEqual(self.decide(number, 'approve', self.ann, 'it'), 409, 'by who asked')
        self.assertEqual(self.decide(number, 'approve', self.bob, 'teacher'), 400, 'no such role')
        self.assertEqual(self.exemption(number)['phase'], 'requested')
        self.assertEqual(self.decide(number, 'approve', self.bob, 'school-leader'), 200)
        self.assertEqual(self.decide(number, 'approve', self.cem, 'it'), 409, 'it is decided')
        policy = self.signed(device, lambda p: p.get('exemptions'))
        ours = policy['exemptions'][0]
        self.assertEqual(ours, {**terms(), 'id': f'exemption-{number}', 'devices': [device.id],
                                'approved_by': 'school-leader'})
        self.assertNotRegex(json.dumps(policy), r'\bann\b', 'roles are signed, and no name')
        shown = self.exemption(number)
        self.assertEqual((shown['phase'], shown['approver'], shown['holding']),
                         ('running', 'bob', 0))
        device.report([], 'heartbeat', policy=policy['version'])
        self.assertEqual(self.exemption(number)['holding'], 1)
        mine = self.get(f'exemptions?device={device.id}').json['exemptions']
        self.assertEqual([e['id'] for e in mine], [number])
        self.assertEqual(self.get(f'exemptions?device={other.id}').json['exemptions'], [])
        # Ended now, it is out of the next policy.
        self.assertEqual(self.decide(number, 'end', self.ann), 200)
        self.assertEqual(self.decide(number, 'end', self.ann), 409)
        self.assertEqual(self.exemption(number)['phase'], 'ended')
        later = self.signed(device, lambda p: p and not p.get('exemptions'))
        self.assertGreater(later['version'], policy['version'])

    def test_where_pupils_are_seen_three_persons_are_wanted(self):
        device = self.device('--group', 'seen')
        number = self.ask(terms(pupils_visible=True, pupils_reason='assessment'), group='seen')
        self.assertEqual(self.decide(number, 'approve', self.bob, 'it'), 200)
        self.assertEqual(self.exemption(number)['phase'], 'seconded')
        self.assertFalse(self.handed(device).get('exemptions'))
        self.assertEqual(self.decide(number, 'approve', self.bob, 'school-leader'), 409)
        self.assertEqual(self.decide(number, 'approve', self.cem, 'it'), 409, 'the same role')
        self.assertEqual(self.decide(number, 'approve', self.cem, 'school-leader'), 200)
        policy = self.signed(device, lambda p: p.get('exemptions'))
        self.assertEqual((policy['exemptions'][0]['approved_by'],
                          policy['exemptions'][0]['second_approver']), ('it', 'school-leader'))
        self.assertEqual(self.decide(number, 'end', self.cem), 200)
        self.signed(device, lambda p: p and not p.get('exemptions'))

    def test_a_role_does_not_approve_what_it_asked_for(self):
        self.device('--group', 'role')
        number = self.ask(terms(asked_by='it'), group='role')
        self.assertEqual(self.decide(number, 'approve', self.bob, 'it'), 409)
        self.assertEqual(self.decide(number, 'refuse', self.bob), 200)
        self.assertEqual(self.exemption(number)['phase'], 'refused')
        self.assertEqual(self.decide(number, 'approve', self.bob, 'school-leader'), 409)
        self.assertEqual(self.decide(number, 'end', self.ann), 409)

    def test_what_was_asked_for_can_be_taken_back_by_who_asked(self):
        self.device('--group', 'back')
        number = self.ask(terms(), group='back')
        self.assertEqual(self.decide(number, 'end', self.bob), 409)
        self.assertEqual(self.decide(number, 'end', self.ann), 200)

    def test_what_may_not_be_asked_for(self):
        device, home = self.device('--group', 'bad'), self.device('--ownership', 'private')
        mine = {'devices': [device.id]}
        for scope, over in (
                (mine, {'end': when(40)}), (mine, {'purpose': 'behaviour'}),
                (mine, {'noticed': when(-1)}), (mine, {'noticed': when(2)}),
                (mine, {'start': when(-9), 'noticed': when(-20), 'end': when(-2),
                        'delete_by': when(-1)}),
                (mine, {'delete_by': when(60)}), (mine, {'basis': 'consent'}),
                (mine, {'pupils_visible': True}), (mine, {'considered': []}),
                (mine, {'feature': None}), (mine, {'feature': 'emotions'}),
                (mine, {'extra': 'x'}), (mine, {'approved_by': 'it'}), (mine, {'id': 'x'}),
                (mine, {'notice': 'Dear parents'}), (mine, {'asked_by': 'ann'}),
                ({'devices': [home.id]}, {}), ({'devices': []}, {}), ({'devices': ['x']}, {}),
                ({'devices': [7]}, {}), ({'devices': ['A' * 22]}, {}), ({}, {}),
                ({'group': 'nobody-here'}, {}), ({'group': "x' OR 1=1"}, {}),
                ({'group': 'bad', **mine}, {})):
            answer = self.post('exemptions', {'terms': terms(**over), **scope})
            self.assertEqual(answer.status, 400, (scope, over, answer.body))
        for path in ('exemptions/0', 'exemptions/x', 'exemptions/99999999999999999999',
                     'exemptions/4711'):
            self.assertEqual(self.get(path).status, 404)
            self.assertEqual(self.decide(path[11:], 'end', self.ann), 404)

    def edit(self, edit, group='', cookie=None, ownership='school'):
        return self.post('policy', {'ownership': ownership, 'group': group, 'edit': edit}, cookie)

    def policy(self, group='', ownership='school'):
        return self.get(f'policy?ownership={ownership}&group={group}').json

    @staticmethod
    def on(policy):
        return not policy or policy['controls']['disk.encrypted']['on']

    def test_an_edit_reaches_its_group_and_no_other(self):
        pilot, rest = self.device('--group', 'pilot'), self.device('--group', 'rest')
        off = {'controls': {'disk.encrypted': {'on': False}}, 'clients': {'zoom': 'strict'}}
        self.assertEqual(self.edit(off, 'pilot').status, 200)
        policy = self.signed(pilot, lambda p: not self.on(p))
        self.assertEqual(policy['clients']['zoom'], {'tier': 'strict'})
        self.assertTrue(self.on(self.handed(rest)))
        shown = self.policy('pilot')
        row = {c['id']: c for c in shown['controls']}['disk.encrypted']
        self.assertEqual((row['asked']['on'], row['package']['on']), (False, True))
        self.assertEqual((shown['own'], shown['edit'], shown['reaches']), (True, off, 1))
        self.assertEqual(shown['versions'][0]['who'], 'ann')
        self.assertFalse(self.policy('rest')['own'])
        pilot.report([], 'heartbeat', policy=policy['version'])
        self.assertEqual(self.policy('pilot')['holding'], 1)
        # On to another thing, and back to the version before.
        self.edit({'controls': {'disk.encrypted': {'severity': 'low'}}}, 'pilot')
        second = self.signed(
            pilot, lambda p: p and p['controls']['disk.encrypted']['severity'] == 'low')
        self.assertTrue(second['controls']['disk.encrypted']['on'])
        self.assertGreater(second['version'], policy['version'])
        back = {'ownership': 'school', 'group': 'pilot', 'version': policy['version']}
        self.assertEqual(self.post('policy/back', back).status, 200)
        third = self.signed(pilot, lambda p: not self.on(p))
        self.assertGreater(third['version'], second['version'], 'never a lower one')
        # The policy of all again, above what the device holds, and goes on holding.
        pilot.report([], 'heartbeat', policy=third['version'])
        follow = {'ownership': 'school', 'group': 'pilot'}
        self.assertEqual(self.post('policy/follow', follow).status, 200)
        last = self.signed(pilot, lambda p: p and self.on(p), third['version'])
        self.assertGreater(last['version'], third['version'])

    def test_a_claim_of_a_version_that_never_was_moves_nothing(self):
        liar = self.device('--group', 'liar')
        for claimed in (9007199254740991, 4711):
            liar.report([], 'heartbeat', policy=claimed)
            self.edit({}, 'elsewhere')
            self.assertLess(self.handed(liar).get('version', 1), 1000)

    def test_preview_tells_whom_an_edit_touches(self):
        devices = [self.device('--group', 'touch') for _ in range(4)]
        for device, controls in zip(devices, ([FAIL], [FAIL, UNKNOWN], [PASS, FAIL], [PASS])):
            device.report(controls)
        elsewhere = self.device('--group', 'untouched')
        elsewhere.report([FAIL])
        ask = {'ownership': 'school', 'group': 'touch', 'edit': {
            'controls': {'disk.encrypted': {'on': False}, 'lock.idle': {'severity': 'low'}},
            'clients': {'zoom': 'off', 'webex': 'base'}}}
        # A group that had the policy of all: only its own devices are counted, once it has a line.
        self.edit({}, 'touch')
        told = self.post('policy/preview', ask)
        self.assertEqual(told.status, 200, told.body)
        told = told.json
        self.assertEqual(told['reaches'], 4)
        self.assertEqual(told['off'],
                         [{'id': 'disk.encrypted', 'failing': 3, 'passing': 0, 'unknown': 0}])
        self.assertEqual([(d['device'], d['from'], d['to']) for d in told['devices']],
                         [(devices[0].id, 'failing', 'passing'),
                          (devices[1].id, 'failing', 'unknown'),
                          (devices[2].id, 'failing', 'passing')])
        self.assertEqual((told['changed'], told['on'], told['otherwise']), (3, [], ['lock.idle']))
        self.assertEqual(told['clients'], [{'id': 'zoom', 'from': 'base', 'to': 'off'}])
        self.assertEqual(self.policy('touch')['edit'], {}, 'nothing was kept')

    def test_what_cannot_be_edited(self):
        for edit in ({'controls': {'no.such': {'on': False}}},
                     {'controls': {'agent.no-surveillance': {'on': False}}},
                     {'controls': {'disk.encrypted': {'on': 'no'}}},
                     {'controls': {'disk.encrypted': {'severity': 'dreadful'}}},
                     {'controls': {'disk.encrypted': {'collect': True}}},
                     {'controls': {'disk.encrypted': 1}}, {'controls': []},
                     {'clients': {'zoom': 'everything'}}, {'clients': {'no-such': 'base'}},
                     {'clients': {'zoom': None}}, {'exemptions': []}, {'profiles': []},
                     {'controls': {'auth.standard-user': {'admin_accounts': ['root']}}}):
            self.assertEqual(self.edit(edit).status, 400, edit)
            preview = {'ownership': 'school', 'group': '', 'edit': edit}
            self.assertEqual(self.post('policy/preview', preview).status, 400, edit)
        for group in ('X', "a'--", '../x'):
            self.assertEqual(self.edit({}, group).status, 400)
        self.assertEqual(self.edit({}, ownership='nobody').status, 400)
        self.assertEqual(self.get('policy').status, 400)
        back = {'ownership': 'school', 'group': '', 'version': 999999}
        self.assertEqual(self.post('policy/back', back).status, 404)
        self.assertEqual(self.post('policy/follow', {'ownership': 'school', 'group': ''}).status,
                         400)

    def test_private_devices_have_a_policy_of_their_own_line(self):
        home = self.device('--ownership', 'private')
        self.edit({'clients': {'zoom': 'strict'}}, ownership='private')
        policy = self.signed(home, lambda p: p and p['clients']['zoom']['tier'] == 'strict')
        self.assertEqual(policy['ownership'], 'private')
        self.assertEqual(self.policy(ownership='private')['groups'],
                         [{'group': 'home', 'devices': 1, 'own': False}])

    def test_every_act_is_in_the_log(self):
        self.device('--group', 'log')
        number = self.ask(terms(), group='log')
        self.decide(number, 'refuse', self.bob)
        self.edit({}, 'log')
        kept = self.server.kept()
        for action in (b'exemption-request', b'exemption-refuse', b'policy-edit'):
            self.assertIn(action, kept)
        self.assertIn('follow from each other', self.server.run('check'))


class Whole(Case):
    """Every answer that openapi.json has for these calls"""

    def test_every_documented_answer_comes(self):
        ann, bob = self.server.sign_in('ann'), self.server.sign_in('bob')
        self.server.sign_in('eve')
        viewer = self.server.sign_in('vic')
        self.server.sql("UPDATE grants SET role = 'viewer' WHERE account = 'vic'")
        device = self.device('--group', 'whole')
        device.report([PASS])
        asked = [self.server.write_call('POST', '/api/v1/exemptions', {
            'terms': terms(), 'group': 'whole'}, cookie=ann).json['id'] for _ in range(2)]
        line = {'ownership': 'school', 'group': 'whole'}
        reads = ['exemptions', f'exemptions/{asked[0]}', 'exemptions/999',
                 'policy?ownership=school']
        writes = [('exemptions', {'terms': terms(), 'group': 'whole'})]
        for number in asked[:1] * 2 + [999]:
            writes.append((f'exemptions/{number}/approve', {'role': 'it'}))
        for number in asked[1:] * 2 + [999]:
            writes.append((f'exemptions/{number}/refuse', None))
        for number in asked[:1] * 2 + [999]:
            writes.append((f'exemptions/{number}/end', None))
        writes += [('policy', {**line, 'edit': {}}), ('policy/preview', {**line, 'edit': {}}),
                   ('policy/back', {**line, 'version': 1}), ('policy/follow', line),
                   ('policy/back', {'ownership': 'school', 'group': '', 'version': 1})]
        for path in reads:
            for cookie in (ann, viewer, None):
                head = {'Cookie': cookie} if cookie else {}
                self.server.call('GET', '/api/v1/' + path, headers=head)
                self.server.call('GET', '/api/v1/' + path.split('?')[0] + '?x=1', headers=head)
        for path, body in writes:
            call = writer_of(self.server, '/api/v1/' + path)
            for cookie in (None, viewer, bob):
                call(body, cookie)
            call('{"x":1}', bob)
            call('x' * 65537, bob)
            call('{}', bob, Content_Type='text/plain')
            call(body, bob, X_Caretaker=None)
            self.server.call('POST', '/api/v1/' + path + '?x=1', b'{}', {
                'Cookie': bob, 'X-Caretaker': '1', 'Origin': self.server.origin,
                'Content-Type': 'application/json'})
        ours = [path for path in self.server.contract.root['paths']
                if path.startswith(('/api/v1/exemptions', '/api/v1/policy'))]
        self.assertEqual(self.server.contract.never_seen(ignored={503}, paths=ours), [])


def writer_of(server, path):
    return lambda body, cookie, **head: server.write_call('POST', path, body, cookie=cookie,
                                                          **head)


if __name__ == '__main__':
    main()
