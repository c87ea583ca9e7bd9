# SPDX-License-Identifier: Apache-2.0
"""A breach on file: opened in one call, its clock, its steps, the forms of four authorities; what a device that left
leaves of itself in it."""

import re
import time

from harness import Case, main

DAY = 86400
FAIL = ('disk.encrypted', 'fail', 'not-encrypted', 26)
PASS = ('disk.encrypted', 'pass', 'all-encrypted', 26)


def at(seconds):
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(seconds))


class Breaches(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls.server.sign_in()
        cls.now = int(time.time()) // 3600 * 3600

    def get(self, path):
        return self.server.call('GET', '/api/v1/breaches' + path, headers={'Cookie': self.ann})

    def post(self, path, body):
        return self.server.write_call('POST', '/api/v1/breaches' + path, body, cookie=self.ann)

    def open(self, devices=(), status=201, **over):
        body = {'kind': 'lost-device', 'happened': at(self.now - 2 * DAY), 'known': at(self.now - DAY),
                'devices': list(devices), **over}
        answer = self.post('', body)
        self.assertEqual(answer.status, status, answer.body)
        return answer.json

    def step(self, number, step, note='done', status=200):
        answer = self.post(f'/{number}/notes', {'step': step, 'note': note})
        self.assertEqual(answer.status, status, answer.body)
        return answer.json

    def test_a_file_from_the_first_hour_to_what_was_learnt(self):
        lost, other = self.device('--group', 'breach'), self.device('--group', 'breach')
        lost.report([FAIL])
        other.report([('patch.index-fresh', 'pass', 'index-fresh', 3)])
        made = self.open(['breach-001', other.id])
        self.assertEqual(made['entered'], [{'device': 'breach-001', 'encrypted': 'fail'},
                                           {'device': 'breach-002', 'encrypted': 'unknown'}])
        self.assertEqual((made['due'], made['overdue'], made['told']), (at(self.now - DAY + 3 * DAY), False, None))
        self.assertEqual(made['devices'], 2)
        # As it was on that day, whatever the device says since
        self.assertEqual(lost.report([PASS], 'delta').status, 200)
        self.assertEqual(self.get(f'/{made["id"]}').json['entered'], made['entered'])
        self.step(made['id'], 'found', 'a bag was taken from the train')
        self.step(made['id'], 'closed', 'nothing more', status=400)
        told = self.step(made['id'], 'told-authority', 'by their form')
        self.assertIsNotNone(told['told'])
        done = self.step(made['id'], 'closed', 'bags stay in sight')
        self.assertEqual([n['step'] for n in done['notes']], ['found', 'told-authority', 'closed'])
        self.assertEqual([n['n'] for n in done['notes']], [1, 2, 3])
        self.step(made['id'], 'learnt', 'too late', status=409)
        listed = {b['id']: b for b in self.get('').json['breaches']}
        self.assertIsNotNone(listed[made['id']]['closed'])
        log = self.server.call('GET', '/api/v1/audit?action=breach-open', headers={'Cookie': self.ann}).json
        self.assertIn(f'{made["id"]} lost-device', [row['object'] for row in log['rows']])

    def test_the_clock(self):
        late = self.open(known=at(self.now - 4 * DAY), happened=at(self.now - 4 * DAY), kind='other')
        self.assertTrue(late['overdue'])
        self.assertFalse(self.step(late['id'], 'need-not-tell', 'only test data')['overdue'])

    def test_what_is_refused(self):
        before = len(self.get('').json['breaches'])
        for over in ({'kind': 'bad luck'}, {'happened': 'yesterday'}, {'known': '2026-13-01'},
                     {'known': at(self.now + 2 * DAY)}, {'happened': at(self.now), 'known': at(self.now - DAY)},
                     {'devices': ['nobody-001']}, {'devices': [7]}, {'devices': ["x' OR 1=1 --"]},
                     {'devices': ['x'] * 501}, {'devices': 'breach-001'}, {'who': 'me'}):
            self.open(status=400, **over)
        self.assertEqual(len(self.get('').json['breaches']), before, 'nothing of it stays')
        made = self.open()
        for step, note in (('cried', 'x'), ('found', 'a\nb'), ('found', 'x' * 401)):
            self.step(made['id'], step, note, status=400)
        for name in ('0', '99999', '-1', 'x', '1e3', '99999999999999999999'):
            self.assertEqual(self.get('/' + name).status, 404, name)
            self.assertEqual(self.get(f'/{name}/form?authority=ico').status, 404, name)
            self.step(name, 'found', status=404)

    def test_the_forms(self):
        self.server.write_call('POST', '/api/v1/settings', {
            'contact': 'dpo@school.example', 'hosting_region': 'PL', 'hosting_processor': 'school'}, cookie=self.ann)
        device = self.device('--group', 'form')
        self.assertEqual(device.report([PASS]).status, 200)
        made = self.open(['form-001'])
        self.step(made['id'], 'found', 'a note with <b> & {contact}')
        for authority, name in (('ap', 'Autoriteit'), ('ico', 'Information Commissioner'),
                                ('pcpd', 'Privacy Commissioner'), ('uodo', 'Urząd')):
            for language in ('en', 'nl', 'pl', 'zh-Hant'):
                answer = self.get(f'/{made["id"]}/form?authority={authority}&language={language}')
                self.assertEqual(answer.status, 200, answer.body)
                text = answer.body.decode()
                for part in (name, 'dpo@school.example', 'form-001: pass', 'lost-device', made['due'],
                             'found: a note with <b> & {contact}'):
                    self.assertIn(part, text, (authority, language))
                self.assertEqual(re.findall(r'\{(?!contact\})', text), [])
        page = self.get(f'/{made["id"]}/form?authority=ico&format=html&language=en').body.decode()
        self.assertIn('<li>form-001: pass</li>', page)
        self.assertIn('a note with &lt;b&gt; &amp; {contact}', page)
        for query in ('', '?authority=x', '?authority=ico&language=xx', '?authority=ico&format=pdf'):
            self.assertEqual(self.get(f'/{made["id"]}/form{query}').status, 400, query)

    def test_a_device_that_left_is_not_named(self):
        device = self.device('--group', 'gone')
        self.assertEqual(device.report([PASS]).status, 200)
        made = self.open(['gone-001'])
        receipt = self.server.write_call('POST', f'/api/v1/devices/{device.id}/erase', cookie=self.ann).json['receipt']
        self.assertEqual(self.get(f'/{made["id"]}').json['entered'], [{'device': receipt, 'encrypted': 'pass'}])
        self.assertNotIn(device.id.encode(), self.server.kept())


if __name__ == '__main__':
    main()
