# SPDX-License-Identifier: Apache-2.0
"""What the school has to see to outside of any device: what it answered, what the endpoint sees of itself, and
how long an answer counts. What each answer makes of a row is the catalogue's rule, written down here by itself."""

import http.client
import json
import os
import threading
import time

from acts import TERMS
from harness import SOURCE, WAIT_S, Case, main

# Control: does its rule know an exemption or a reason; what is it where the service has no such thing.
CONF = {
    'attention-tracking-off': (True, 'unknown'), 'authenticated-join': (False, 'na'),
    'auto-recording-off': (False, 'na'), 'chat-limited': (False, 'na'),
    'cloud-recording-off': (False, 'na'), 'cloud-retention': (False, 'unknown'),
    'file-transfer-off': (False, 'na'), 'fresh-meeting-id': (False, 'na'),
    'host-only-share': (False, 'na'), 'no-join-before-host': (False, 'na'), 'passcode': (False, 'na'),
    'rename-off': (False, 'na'), 'transcript-off': (True, 'unknown'),
    'unneeded-features-off': (True, 'unknown'), 'waiting-room': (False, 'na'),
}
BUNDLE = 'conf.default-settings-bundle'


class Duties(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls.server.sign_in()
        cls.bob = cls.server.sign_in('bob', role='technician')

    def set(self, **changes):
        answer = self.server.write_call('POST', '/api/v1/settings', changes, cookie=self.ann)
        self.assertEqual(answer.status, 200, answer.body)

    def rows(self):
        answer = self.server.call('GET', '/api/v1/duties', headers={'Cookie': self.bob})
        self.assertEqual(answer.status, 200)
        rows = {(r['provider'], r['control']): r for r in answer.json['duties']}
        self.assertEqual(len(rows), len(answer.json['duties']))
        for state, n in answer.json['counts'].items():
            self.assertEqual(n, sum(r['state'] == state for r in rows.values()), state)
        return rows

    def answer(self, control, answer, provider='zoom', note='', status=200):
        body = {'control': control, 'answer': answer, 'provider': provider, 'note': note}
        done = self.server.write_call('POST', '/api/v1/duties', body, cookie=self.bob)
        self.assertEqual(done.status, status, done.body)
        return done

    def state(self, control, provider='zoom'):
        row = self.rows()[provider, 'conf.' + control]
        return row['state'], row['reason']

    def forget(self):
        self.server.sql('DELETE FROM answers')

    def test_nothing_passes_before_it_was_answered(self):
        self.forget()
        self.set(providers='')
        rows = self.rows()
        for name in CONF:
            row = rows['', 'conf.' + name]
            self.assertEqual((row['state'], row['reason']), ('unknown', 'not-said'))
        self.set(providers='none')
        self.assertEqual({r['state'] for (_, c), r in self.rows().items() if c.startswith('conf.')}, {'na'})
        self.set(providers='teams,zoom')
        rows = self.rows()
        for provider in ('teams', 'zoom'):
            for name in CONF:
                row = rows[provider, 'conf.' + name]
                self.assertEqual((row['state'], row['reason']), ('unknown', 'never-answered'))
            self.assertEqual(rows[provider, BUNDLE]['state'], 'unknown')

    def test_each_answer_of_each_control(self):
        self.set(providers='zoom')
        for name, (exempts, absent) in CONF.items():
            for word, wanted in (('as-wanted', 'pass'), ('not-locked', 'fail'), ('otherwise', 'fail'),
                                 ('not-seen', 'unknown'), ('not-offered', absent)):
                self.forget()
                self.answer('conf.' + name, word)
                self.assertEqual(self.state(name), (wanted, word), name)
            self.forget()
            if exempts:
                self.answer('conf.' + name, 'exempted', status=400)
                self.answer('conf.' + name, 'exempted', note='the council decided so on 3 May')
                self.assertEqual(self.state(name), ('exempt', 'exempted'))
            else:
                self.answer('conf.' + name, 'exempted', note='a reason', status=400)

    def test_what_hangs_on_another(self):
        self.set(providers='zoom')
        self.forget()
        self.answer('conf.waiting-room', 'as-wanted')
        self.assertEqual(self.state('authenticated-join'), ('pass', 'waiting-room'))
        self.answer('conf.cloud-recording-off', 'not-locked')
        self.assertEqual(self.state('cloud-retention'), ('unknown', 'never-answered'))
        self.answer('conf.cloud-recording-off', 'as-wanted')
        self.assertEqual(self.state('cloud-retention'), ('na', 'not-recorded'))
        self.assertEqual(self.rows()['zoom', BUNDLE]['reason'], 'not-all-answered')
        for name in CONF:
            self.answer('conf.' + name, 'as-wanted')
        self.assertEqual(self.rows()['zoom', BUNDLE]['state'], 'pass')
        self.answer('conf.rename-off', 'otherwise')
        self.assertEqual(self.rows()['zoom', BUNDLE]['state'], 'fail')

    def test_an_answer_counts_for_90_days(self):
        self.set(providers='zoom')
        self.forget()
        self.answer('conf.passcode', 'as-wanted')
        row = self.rows()['zoom', 'conf.passcode']
        self.assertEqual((row['who'], row['at']), ('bob', time.strftime('%Y-%m-%d', time.gmtime())))
        for days, wanted in ((89, ('pass', 'as-wanted')), (91, ('unknown', 'answer-old'))):
            self.server.sql(f"UPDATE answers SET at = {int(time.time()) - days * 86400}")
            self.assertEqual(self.state('passcode'), wanted)

    def test_what_is_refused(self):
        self.set(providers='zoom')
        for control, provider in (('conf.passcode', 'teams'), ('conf.passcode', ''), (BUNDLE, 'zoom'),
                                  ('disk.encrypted', 'zoom'), ('server.retention', ''),
                                  ('server.no-ip-logs', 'zoom')):
            self.answer(control, 'as-wanted', provider, status=400)
        self.set(providers='none')
        self.answer('conf.passcode', 'as-wanted', 'none', status=400)
        self.set(providers='zoom')
        self.answer('conf.passcode', 'perhaps', status=400)
        self.answer('conf.passcode', 'otherwise', note='two\nlines', status=400)
        self.answer('conf.passcode', 'otherwise', note='x' * 201, status=400)
        for bad in ('zoom,teams', 'zoom,zoom', 'skype', 'zoom,', ',', 'none,zoom', 'zoom teams'):
            done = self.server.write_call('POST', '/api/v1/settings', {'providers': bad}, cookie=self.ann)
            self.assertEqual(done.status, 400, bad)

    def test_an_answer_is_in_the_log(self):
        self.set(providers='zoom')
        self.answer('conf.passcode', 'not-locked')
        rows = self.server.call('GET', '/api/v1/audit?action=duty', headers={'Cookie': self.ann}).json['rows']
        self.assertEqual((rows[0]['who'], rows[0]['object']), ('bob', 'zoom conf.passcode not-locked'))

    def consent_by_profile(self):
        """controls.json, exempt.consent-where-needed"""
        def row():
            found = self.rows()['', 'exempt.consent-where-needed']
            return found['state'], found['reason']
        self.set(consent_profile='')
        self.assertEqual(row(), ('unknown', 'no-profile'))
        self.set(consent_profile='hk')
        self.assertEqual(row(), ('na', 'notice-only'))
        for profile in ('nl', 'pl', 'uk'):
            self.set(consent_profile=profile)
            self.assertEqual(row(), ('pass', 'consent-by-basis'))
        self.assertEqual(self.server.write_call('POST', '/api/v1/settings', {'consent_profile': 'xx'}, cookie=self.ann).status, 400)
        self.device('--group', 'consent')
        asked = {'group': 'consent', 'terms': {**TERMS, 'basis': 'consent'}}
        self.assertEqual(self.server.write_call('POST', '/api/v1/exemptions', asked, cookie=self.ann).status, 400, 'it was not given')
        asked['terms']['consent'] = 'given'
        number = self.server.write_call('POST', '/api/v1/exemptions', asked, cookie=self.ann).json['id']
        done = self.server.write_call('POST', f'/api/v1/exemptions/{number}/approve', {'role': 'school-leader'}, cookie=self.server.sign_in('carol'))
        self.assertEqual(done.status, 200, done.body)
        self.assertEqual(row(), ('pass', 'consent-by-basis'))
        self.server.sql("UPDATE exemptions SET terms = REPLACE(terms, '\"given\"', '\"not-needed\"')")
        self.assertEqual(row(), ('fail', 'consent-missing'))
        self.server.sql('DELETE FROM exemptions')

    def test_what_the_endpoint_sees_of_itself(self):
        self.forget()
        today = time.strftime('%Y-%m-%d', time.gmtime())
        old = time.strftime('%Y-%m-%d', time.gmtime(time.time() - 3 * 86400))
        self.set(contact='', hosting_region='', hosting_processor='', review_dpia='', review_policy='',
                 dpia_done='')
        own = {c: (r['state'], r['reason']) for (p, c), r in self.rows().items() if not p}
        self.assertEqual(own['server.hosting-stated'], ('fail', 'not-stated'))
        self.assertEqual(own['server.review-dates'], ('unknown', 'not-said'))
        self.assertEqual(own['doc.dpia'], ('unknown', 'not-said'))
        self.set(contact='dpo@school.example', hosting_region='NL', hosting_processor='the school itself',
                 review_dpia=today, review_policy=today, dpia_done=old)
        self.server.write_call('POST', '/api/v1/settings/purge', cookie=self.ann)
        own = {c: (r['state'], r['reason']) for (p, c), r in self.rows().items() if not p}
        self.assertEqual(own['server.hosting-stated'], ('pass', 'stated'))
        self.assertEqual(own['server.review-dates'], ('pass', 'on-time'))
        self.assertEqual(own['server.retention'], ('pass', 'on-time'))
        self.assertEqual(own['doc.dpia'], ('pass', 'done'))
        self.consent_by_profile()
        self.set(review_policy=old)
        self.assertEqual(self.rows()['', 'server.review-dates']['state'], 'fail')
        self.assertEqual(self.rows()['', 'server.no-ip-logs']['reason'], 'never-answered')
        self.answer('server.no-ip-logs', 'as-wanted', '')
        self.assertEqual(self.rows()['', 'server.no-ip-logs']['state'], 'pass')
        # What lies on the disk is this machine's; a PostgreSQL is somewhere else.
        stored = self.rows()['', 'server.encrypted-at-rest']
        if self.server.url:
            self.assertEqual(stored['state'], 'unknown')
        else:
            self.assertIn(stored['reason'], ('encrypted', 'plain', 'never-answered'))

    def test_bundles_are_the_files_of_the_package(self):
        folder = os.path.join(SOURCE, 'policies', 'providers')
        names = sorted(os.listdir(folder))
        self.assertEqual(names, ['bigbluebutton.json', 'jitsi.json', 'teams.json', 'zoom.json'])
        for name in names:
            with open(os.path.join(folder, name), encoding='utf-8') as file:
                wanted = json.load(file)
            got = self.server.call('GET', '/api/v1/providers/' + name.removesuffix('.json'))
            self.assertEqual(got.json, wanted)
            for row in wanted['settings']:
                self.assertIn(row['control'].removeprefix('conf.'), CONF)
        self.assertEqual(self.server.call('GET', '/api/v1/providers/skype').status, 404)

    def test_a_backup_is_remembered(self):
        settings = self.server.call('GET', '/api/v1/settings', headers={'Cookie': self.ann}).json
        self.assertIsNone(settings['retention']['backup'])
        self.assertIn('last backup never', self.server.run('check'))
        target = os.path.join(self.server.state, 'copy')
        before = int(time.time())
        self.server.run('backup', target)
        settings = self.server.call('GET', '/api/v1/settings', headers={'Cookie': self.ann}).json
        made = time.mktime(time.strptime(settings['retention']['backup'], '%Y-%m-%dT%H:%M:%SZ')) - time.timezone
        self.assertGreaterEqual(made, before)
        self.assertIn('last backup ' + settings['retention']['backup'], self.server.run('check'))

    def test_metrics_tell_when_the_last_backup_was(self):
        said = []
        server = type(self.server)()
        server.start('--metrics', '127.0.0.1:0', said=said)
        try:
            port = int(next(l for l in said if b'metrics on' in l).split(b':')[-1].split(b'/')[0])
            self.assertEqual(self.gauge(port, lambda n: n == 0), 0)
            server.run('backup', os.path.join(server.state, 'copy'))
            self.assertGreater(self.gauge(port, lambda n: n > 0), time.time() - WAIT_S * 2)
        finally:
            server.close()

    def gauge(self, port, wanted):
        """Read anew every ten seconds"""
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            connection = http.client.HTTPConnection('127.0.0.1', port, timeout=WAIT_S)
            connection.request('GET', '/metrics')
            for line in connection.getresponse().read().decode().splitlines():
                if line.startswith('caretaker_backup_timestamp_seconds '):
                    n = int(line.split()[1])
                    if wanted(n):
                        return n
            connection.close()
            threading.Event().wait(0.2)
        self.fail('the gauge does not come')


if __name__ == '__main__':
    main()
