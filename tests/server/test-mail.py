# SPDX-License-Identifier: Apache-2.0
"""Reminders by mail against a relay of another making: what is due and nothing else, over TLS or not at
all, once for several processes, and as often as is promised."""

import email
import email.policy
import os
import re
import stat
import subprocess
import time
import unittest

from harness import Case, Device, Paths, Server, Signer, WAIT_S, main
from relay import Authority, Relay

DAY = 86400
STILL_S = 2  # that no mail comes in; a round begins as the server does
FROM, TO = 'caretaker@school.example', 'privacy@school.example'
LOGIN = ('caretaker', 'a pass\\word "of" its own')
QUIET = {'contact': TO, 'hosting_processor': 'school', 'hosting_region': 'NL', 'providers': 'none'}
PAST = '2020-01-01'
REASON = 'a-reason-that-stays-here'
FAIL = ('disk.encrypted', 'fail', 'not-encrypted', 26)


def at(seconds):
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(seconds))


class Mail(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        self.authority = Authority(self.server.top)
        self.server.start('--mail-ca', self.authority.ca)
        self.cookie = self.server.sign_in()

    def relay(self, mode='implicit', login=None):
        relay = Relay(self.authority, mode, login)
        self.addCleanup(relay.close)
        return relay

    def get(self):
        answer = self.server.call('GET', '/api/v1/settings', headers={'Cookie': self.cookie})
        self.assertEqual(answer.status, 200)
        return answer.json

    def set(self, **changes):
        answer = self.server.write_call('POST', '/api/v1/settings', changes, cookie=self.cookie)
        self.assertEqual(answer.status, 200, answer.body)

    def set_up(self, relay, **more):
        self.set(**QUIET, mail_from=FROM, mail_to=TO, mail_server=relay.address, **more)

    def round(self, *marks, ca=True):
        """Begun anew, which is when it looks first; marks: name and seconds from now"""
        self.server.stop()
        for name, seconds in marks:
            self.server.sql(f"UPDATE marks SET value = '{int(time.time()) + seconds}' WHERE name = '{name}'")
        self.server.start(*(['--mail-ca', self.authority.ca] if ca else []))

    def take(self, relay):
        message = email.message_from_bytes(relay.mails.get(timeout=WAIT_S), policy=email.policy.default)
        self.wait(lambda: self.get()['mail']['problem'] is None and self.get()['mail']['next'] is None)
        return message

    def nothing(self, relay):
        time.sleep(STILL_S)
        self.assertTrue(relay.mails.empty())

    def wait(self, good):
        end = time.monotonic() + WAIT_S
        while not good():
            self.assertLess(time.monotonic(), end, self.get()['mail'])
            time.sleep(0.05)

    def problem(self, name):
        self.wait(lambda: self.get()['mail']['problem'] == name)
        self.assertIsNotNone(self.get()['mail']['next'])

    def is_quiet(self):
        duties = self.server.call('GET', '/api/v1/duties', headers={'Cookie': self.cookie}).json
        return duties['counts']['fail'] == 0

    def test_nothing_is_sent_while_nothing_is_due_or_set(self):
        relay = self.relay()
        self.set(**QUIET, review_policy=PAST, mail_to=TO, mail_from=FROM)
        self.round()
        self.nothing(relay)
        self.set(mail_server=relay.address, review_policy='')
        # A disk that is seen not to be encrypted is due itself; a PostgreSQL's is not seen.
        self.assertTrue(self.is_quiet() or not self.server.url)
        if self.is_quiet():
            self.round()
            self.nothing(relay)
        self.assertEqual(relay.said, [])
        self.assertEqual(self.get()['mail'], {'next': None, 'problem': None, 'sent': None})

    def test_once_then_weekly_and_at_once_what_is_new(self):
        relay = self.relay()
        self.set_up(relay, review_policy=PAST)
        self.round()
        message = self.take(relay)
        self.assertEqual((message['From'], message['To']), (FROM, TO))
        self.assertEqual(message['Auto-Submitted'], 'auto-generated')
        self.assertRegex(message['Message-ID'], r'^<[\w-]+@school\.example>$')
        self.assertLess(abs(message['Date'].datetime.timestamp() - time.time()), 600)
        self.assertIn('Reviews are not overdue', message.get_content())
        self.assertEqual(relay.said[0], 'EHLO school.example')
        self.assertEqual(self.get()['mail']['sent'], time.strftime('%Y-%m-%d', time.gmtime()))
        self.round()
        self.nothing(relay)
        self.round(('mail_sent', -2 * DAY))
        self.nothing(relay)
        self.set(contact='')  # hosting is not stated any more: new, and two days are over
        self.round()
        self.assertIn('2 ' if self.is_quiet() else ' ', self.take(relay)['Subject'])
        self.set(contact=TO, review_policy='')
        self.round(('mail_sent', -DAY - 60))
        self.nothing(relay)
        self.set(contact='', review_policy=PAST)  # both once more, but one mail today is enough
        self.round(('mail_sent', -60))
        self.nothing(relay)
        self.round(('mail_sent', -DAY - 60))
        self.take(relay)
        self.round(('mail_sent', -8 * DAY))
        self.take(relay)

    def test_a_server_that_stood_still_sends_one_and_a_clock_set_back_does_not_silence_it(self):
        relay = self.relay()
        self.set_up(relay, review_policy=PAST)
        self.round()
        self.take(relay)
        self.round(('mail_sent', -60 * DAY))
        self.take(relay)
        self.nothing(relay)
        self.round(('mail_sent', 300 * DAY))
        self.take(relay)
        self.round(('mail_sent', -8 * DAY), ('mail_next', 300 * DAY))
        self.take(relay)
        self.round(('mail_sent', -8 * DAY), ('mail_next', 60))
        self.nothing(relay)

    def test_counts_and_titles_and_nothing_else_in_four_languages(self):
        signer = Signer()
        self.addCleanup(signer.close)
        device = Device(self.server, signer, 'key')
        self.assertEqual(device.enrol(self.server.token('--group', 'class-2b')).status, 201)
        device.report([FAIL])
        relay, now = self.relay(), int(time.time())
        self.set_up(relay, review_policy=PAST)
        self.set(providers='zoom')
        for control in ('conf.passcode', 'conf.waiting-room'):
            self.server.write_call('POST', '/api/v1/duties', {
                'provider': 'zoom', 'control': control, 'answer': 'otherwise', 'note': REASON}, cookie=self.cookie)
        for known in (now - DAY, now - 4 * DAY):
            self.assertEqual(self.server.write_call('POST', '/api/v1/breaches', {
                'kind': 'lost-device', 'happened': at(known), 'known': at(known), 'devices': ['class-2b-001']},
                cookie=self.cookie).status, 201)
        terms = "'{\"purpose\":\"" + REASON + "\"}'"
        for number, state, ends in ((1, 'requested', 30), (2, 'seconded', 30), (3, 'approved', 3), (4, 'approved', 30),
                                    (5, 'approved', -1), (6, 'refused', 3), (7, 'requested', -1)):
            self.server.sql(
                'INSERT INTO exemptions (site, id, state, team, terms, starts, ends, requested, requester, approver, '
                f"approver_role, second, second_role) VALUES ('main', {number}, '{state}', 'class-2b', {terms}, "
                f"{now - 3600}, {now + ends * DAY}, {now - 7200}, 'ann', '', '', '', '')")
        titles = {
            'en': ('Every meeting needs a passcode', '1 breach: telling', '2 exemptions wait', '1 exemption ends'),
            'nl': ('1 datalek: de melding is te laat', '2 vrijstellingen wachten', '1 vrijstelling eindigt'),
            'pl': ('1 naruszenie: zgłoszenie po terminie', '2 zwolnienia czekają', '1 zwolnienie kończy'),
            'zh-Hant': ('1 宗資料外洩：通知監管機構已過期限', '2 項豁免等待決定', '1 項豁免將在一星期內結束')}
        for language, parts in titles.items():
            self.set(language=language)
            self.round(('mail_sent', -8 * DAY))
            raw = relay.mails.get(timeout=WAIT_S)
            self.wait(lambda: self.get()['mail']['next'] is None)
            self.holds_nothing_else(raw, parts, device)

    def holds_nothing_else(self, raw, parts, device):
        self.assertTrue(all(len(line) <= 78 and line.isascii() for line in raw.split(b'\r\n')), raw)
        message = email.message_from_bytes(raw, policy=email.policy.default)
        text = message['Subject'] + '\n' + message.get_content()
        for part in parts:
            self.assertIn(part, text)
        # 5 of breaches and exemptions; a review, two answers, the bundle of them, and perhaps this disk
        total = int(re.search(r'\d+', message['Subject'])[0])
        self.assertEqual(total, 9 if self.duties() == 4 else 10)
        self.assertIn(str(self.duties()), text)
        text += ''.join(f'{name}: {value}\n' for name, value in message.items() if name != 'Message-ID')
        self.assertTrue(message['Message-ID'].endswith('@school.example>'))
        for private in (device.id, 'class-2b', 'lost-device', REASON, 'ann', '127.0.0.1', '@' + os.uname().nodename,
                        'zoom', 'not-encrypted', 'disk.encrypted', 'duty.', 'mail.', 'console.', '{'):
            self.assertNotIn(private, text)

    def duties(self):
        return self.server.call('GET', '/api/v1/duties', headers={'Cookie': self.cookie}).json['counts']['fail']

    def test_starttls_and_a_login(self):
        relay = self.relay('starttls', LOGIN)
        self.set_up(relay, review_policy=PAST)
        self.round()
        self.problem('login')
        self.login('wrong')
        self.round(('mail_next', -1))
        self.wait(lambda: any('AUTH' in line for line in relay.said))
        self.problem('login')
        self.login(LOGIN[1])
        path = os.path.join(self.server.state, 'mail-login')
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertIn('took the mail', self.server.run('mail-test', '--data', self.server.data,
                                                       '--mail-ca', self.authority.ca))
        test = self.take(relay)
        self.assertIn('test mail', test['Subject'])
        self.assertEqual(relay.said.count('STARTTLS'), len([x for x in relay.said if x.startswith('EHLO')]) // 2)
        self.round()  # the test forgot the tries
        self.take(relay)
        self.says_nothing_of(LOGIN[1])

    def login(self, password):
        done = subprocess.run(self.server.command('mail-login', LOGIN[0]), input=password + '\n', text=True,
                              capture_output=True, timeout=WAIT_S, check=True)
        self.assertNotIn(password, done.stdout + done.stderr)

    def says_nothing_of(self, password):
        self.assertNotIn(password.encode(), self.server.kept())
        for words in (('audit',), ('table', 'settings')):
            self.assertNotIn(password, self.server.run(*words))
        copy = os.path.join(self.server.state, 'copy')
        self.server.run('backup', copy)
        self.assertFalse(os.path.exists(os.path.join(copy, 'mail-login')))
        self.server.run('mail-login', '--forget', 'yes')
        self.assertFalse(os.path.exists(os.path.join(self.server.state, 'mail-login')))

    def test_a_login_is_said_to_the_relay_alone_that_it_was_kept_for(self):
        relay, other = self.relay('starttls', LOGIN), self.relay('starttls', LOGIN)
        self.set_up(relay, review_policy=PAST)
        self.login(LOGIN[1])
        self.set(mail_server=other.address)
        self.round()
        self.problem('login')
        self.assertEqual(other.said, [])
        self.login(LOGIN[1])
        self.round(('mail_next', -1))
        self.take(other)
        self.assertEqual(relay.said, [])

    def test_logins_that_are_none(self):
        self.assertIn('mail_server', self.server.run('mail-login', 'x', code=1))
        self.set(mail_server='smtps://relay.example')
        for words, text in ((('x',), ''), (('x',), '\n'), (('x',), 'a\x01b\n'), (('x',), 'y' * 300), ((), 'y'),
                            (('x', '--forget', 'yes'), 'y'), (('a\nb',), 'y')):
            done = subprocess.run(self.server.command('mail-login', *words), input=text, text=True,
                                  capture_output=True, timeout=WAIT_S, check=False)
            self.assertNotEqual(done.returncode, 0, words)
            self.assertFalse(os.path.exists(os.path.join(self.server.state, 'mail-login')))
        self.assertIn('mail_server', self.server.run('mail-test', '--data', self.server.data, code=1))
        relay = self.relay('starttls', LOGIN)
        self.set_up(relay, review_policy=PAST)
        self.server.write('state/mail-login', 'a line alone\n')
        os.chmod(os.path.join(self.server.state, 'mail-login'), 0o644)
        self.round()
        self.problem('login')
        self.assertEqual(relay.said, [])

    def test_without_tls_nothing_is_said(self):
        relay = self.relay('plain', LOGIN)
        self.set_up(relay, review_policy=PAST)
        self.login(LOGIN[1])
        self.round()
        self.problem('tls')
        self.assertIn('offers no TLS', self.server.run('mail-test', '--data', self.server.data, code=1))
        self.assertTrue(relay.mails.empty())
        self.assertEqual({line.split(' ')[0] for line in relay.said} - {'QUIT'}, {'EHLO'}, relay.said)

    def test_a_relay_that_cannot_be_trusted_is_told_nothing(self):
        for mode in ('implicit', 'starttls'):
            relay = self.relay(mode, LOGIN)
            self.set_up(relay, review_policy=PAST)
            self.login(LOGIN[1])
            self.round(ca=False)
            self.problem('tls')
            self.assertFalse([line for line in relay.said if line.startswith(('AUTH', 'MAIL'))])
            # Its name is another than the certificate's.
            self.set(mail_server=relay.address.replace('localhost', '127.0.0.1'))
            self.login(LOGIN[1])
            self.assertIsNone(self.get()['mail']['problem'])
            self.round()
            self.problem('tls')
            self.assertTrue(relay.mails.empty())

    def test_what_is_not_taken_is_tried_again_later(self):
        relay = self.relay()
        relay.answers['MAIL'] = '451 come back'
        self.set_up(relay, review_policy=PAST)
        self.round()
        self.problem('later')
        self.round()
        self.nothing(relay)
        del relay.answers['MAIL']
        for relay.answers, relay.taken in (({'RCPT': '550 nobody here'}, None), ({}, '554 no')):
            said = len(relay.said)
            self.round(('mail_next', -1))
            self.wait(lambda: len(relay.said) > said)
            self.problem('refused')
        relay.close()
        self.round(('mail_next', -1))
        self.problem('connect')
        self.assertIn('could not be reached', self.server.run('mail-test', '--data', self.server.data, code=1))
        other = self.relay()
        self.set(mail_server=other.address)  # a change does not wait
        self.round()
        self.take(other)

    def test_of_several_processes_one_sends(self):
        if not Paths.postgres:
            return
        relay = self.relay()
        self.set_up(relay, review_policy=PAST)
        self.server.stop()
        others = []
        for _ in range(3):
            other = Server.__new__(Server)
            other.__dict__.update(self.server.__dict__)
            others.append(other)
            self.addCleanup(lambda one=other: one.stop() if one.process else None)
        relay.gate.clear()  # the first still sends while the others look
        for other in others:
            other.start('--mail-ca', self.authority.ca)
        time.sleep(STILL_S)
        relay.gate.set()
        relay.mails.get(timeout=WAIT_S)
        self.nothing(relay)
        self.server.port, self.server.origin = others[0].port, others[0].origin
        self.wait(lambda: self.get()['mail']['next'] is None)
        self.assertEqual(len([line for line in relay.said if line.startswith('EHLO')]), 1)


class Settings(Case):
    def test_addresses(self):
        cookie = self.server.sign_in()

        def post(**changes):
            return self.server.write_call('POST', '/api/v1/settings', changes, cookie=cookie)

        for good in ('a@b', 'privacy+x@school.example', 'a.b-c_d@1.example', ''):
            self.assertEqual(post(mail_to=good, mail_from=good).status, 200, good)
        for bad in ('a', '@b', 'a@', 'a@b@c', 'a b@c', 'a@b\r\nBcc: x@y', '<a@b>', '"a"@b', 'a@b.', 'a@-b', 'é@b',
                    'a@b ', "a'@b", 'a..b@c', '.a@b', 'a.@b', '-a@b', 'a@[1.2.3.4]', 'x' * 65 + '@b', 'a@' + 'b.' * 120 + 'c'):
            for name in ('mail_to', 'mail_from'):
                answer = post(**{name: bad})
                self.assertEqual(answer.status, 400, bad)
                self.assertIn('mailbox', answer.json['detail'])
        for good in ('smtps://relay', 'smtp://mail.school.example:587', ''):
            self.assertEqual(post(mail_server=good).status, 200, good)
        for bad in ('relay', 'http://relay', 'smtps://', 'smtps://a/', 'smtps://u:p@a', 'smtps://a:0', 'smtps://a:65536',
                    'smtps://a:', 'smtps://a:1x', 'smtps://a b', 'smtps://a\r\nQUIT', 'smtps://a?x', 'smtps://a#x', 'SMTP://a',
                    'smtps://a..b', 'smtp://' + 'a' * 64, 'smtp://é'):
            self.assertEqual(post(mail_server=bad).status, 400, bad)
        log = self.server.call('GET', '/api/v1/audit?action=setting', headers={'Cookie': cookie}).json
        self.assertIn('mail_to', [row['object'] for row in log['rows']])


if __name__ == '__main__':
    main()
