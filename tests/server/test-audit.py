# SPDX-License-Identifier: Apache-2.0
"""The audit log: what was done stands in it, and what was changed behind its back is found."""

import base64
import csv
import hashlib
import io
import json
import time
import unittest
from urllib.parse import quote

from harness import Case, Server, WAIT_S, main

PATHS = {'/api/v1/audit', '/api/v1/audit/chain'}
COLUMNS = ['n', 'at', 'who', 'action', 'object', 'hash']


def hashed(before, row):
    """Of a row of the exported log, with nothing of ours in it"""
    texts = ' '.join(f'{len(row[k].encode())}:{row[k]}' for k in ('who', 'action', 'object'))
    digest = hashlib.sha256(f"{before} {row['n']} {row['at']} {texts}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip('=')


class Log(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.server.sign_in('root')

    def get(self, path):
        return self.server.call('GET', '/api/v1/' + path, headers={'Cookie': self.admin})

    def write(self, method, path, body=None):
        return self.server.write_call(method, '/api/v1/' + path, body, cookie=self.admin)

    def test_acts_are_in_it_with_who_and_on_what(self):
        self.write('POST', 'groups', {'group': 'seen', 'kind': 'class'})
        code = self.write('POST', 'codes', {'ownership': 'school', 'group': 'seen', 'uses': 1, 'days': 1})
        self.write('DELETE', 'codes/' + code.json['id'])
        self.write('DELETE', 'groups/seen')
        rows = self.get('audit').json['rows'][:4]
        self.assertEqual([(r['who'], r['action'], r['object']) for r in rows],
                         [('root', 'group-end', 'seen'), ('root', 'code-revoke', 'seen'),
                          ('root', 'code-make', 'seen'), ('root', 'group', 'seen')])

    def test_what_was_refused_is_not_in_it(self):
        before = self.get('audit').json['rows'][0]['n']
        self.write('DELETE', 'groups/never')
        self.write('POST', 'codes', {'ownership': 'school', 'group': 'A b', 'uses': 1, 'days': 1})
        self.assertEqual(self.get('audit').json['rows'][0]['n'], before)

    def test_pages_and_filters(self):
        for n in range(60):
            self.write('POST', 'groups', {'group': f'many-{n}', 'kind': 'class'})
        numbers, path = [], 'audit?action=group'
        while path:
            page = self.get(path).json
            numbers += [r['n'] for r in page['rows']]
            path = f"audit?action=group&cursor={page['next']}" if page['next'] else None
        self.assertGreaterEqual(len(numbers), 60)
        self.assertEqual(numbers, sorted(set(numbers), reverse=True))
        self.assertEqual(self.get('audit?who=nobody').json['rows'], [])
        self.assertEqual({r['who'] for r in self.get('audit?who=console').json['rows']}, {'console'})
        for query in ('cursor=x', 'cursor=-1', 'x=1', 'cursor=99999999999999999999'):
            self.assertEqual(self.get('audit?' + query).status, 400, query)
        for text in ("' OR 1=1 --", '%', '_'):
            self.assertEqual(self.get('audit?who=' + quote(text)).json['rows'], [])

    def test_the_chain_is_what_another_program_works_out(self):
        before = ''
        for row in csv.DictReader(io.StringIO(self.server.run('audit'))):
            self.assertEqual(row['hash'], hashed(before, row), row)
            before = row['hash']
        chain = self.get('audit/chain').json
        self.assertEqual((chain['broken'], chain['head']), (0, before))
        self.assertGreater(chain['rows'], 2)

    def test_csv_and_json_say_the_same(self):
        rows = list(csv.DictReader(io.StringIO(self.server.run('audit', '--format', 'csv'))))
        listed = json.loads(self.server.run('audit', '--format', 'json'))['rows']
        self.assertEqual([list(r) for r in rows][0], COLUMNS)
        self.assertEqual([(int(r['n']), r['who'], r['action'], r['object'], r['hash']) for r in rows],
                         [(r['n'], r['who'], r['action'], r['object'], r['hash']) for r in listed])
        self.assertIn('csv or json', self.server.run('audit', '--format', 'xml', code=64))

    def test_zz_every_documented_answer_came(self):
        self.get('audit/chain?x=1')
        self.assertEqual(self.server.contract.never_seen(ignored={401, 403, 503}, paths=PATHS), [])


class Changed(unittest.TestCase):
    """What somebody with the store in hands does to it"""

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        self.server.start()
        self.admin = self.server.sign_in('root')
        for n in range(4):
            self.server.token('--group', f'g{n}')

    def broken(self):
        return self.server.call('GET', '/api/v1/audit/chain', headers={'Cookie': self.admin}).json['broken']

    def test_a_changed_a_removed_and_an_added_row(self):
        self.assertEqual(self.broken(), 0)
        for change, back, where in (
                ("UPDATE audit SET object = 'g9' WHERE n = 5", "UPDATE audit SET object = 'g1' WHERE n = 5", 5),
                ("UPDATE audit SET at = at - 1 WHERE n = 3", "UPDATE audit SET at = at + 1 WHERE n = 3", 3),
                ("UPDATE audit SET n = 99 WHERE n = 4", "UPDATE audit SET n = 4 WHERE n = 99", 4)):
            self.server.sql(change)
            self.assertEqual(self.broken(), where, change)
            self.assertIn(f'row {where}', self.server.run('check', code=1))
            self.server.sql(back)
            self.assertEqual(self.broken(), 0, back)
        self.server.sql("INSERT INTO audit VALUES ('main', 99, 1, 'eve', 'x', 'y', 'z')")
        self.assertGreater(self.broken(), 0)

    def test_what_is_older_than_a_year_goes_and_the_rest_can_still_be_checked(self):
        def head():
            return self.server.run('check').splitlines()[-1].removeprefix('head ')
        old = head()
        self.server.stop()
        self.server.move_clock('+364d')
        self.server.start()
        self.server.token('--group', 'kept')
        young = head()
        self.server.stop()
        self.server.move_clock('+380d')
        said = []
        self.server.start(said=said)
        # The first round has begun with the start; what it did is done once the log has its line.
        end = time.monotonic() + WAIT_S
        while 'audit-prune' not in self.server.run('audit'):
            self.assertLess(time.monotonic(), end)
        rows = list(csv.DictReader(io.StringIO(self.server.run('audit'))))
        limit = time.time() + (380 - 365) * 86400 - 60
        self.assertGreater(min(int(row['at']) for row in rows), limit, 'nothing is older than a year')
        self.assertEqual(rows[0]['action'], 'code-make')
        self.assertIn('sound', self.server.run('check'))
        self.assertIn('sound', self.server.run('check', '--follows', young))
        self.assertIn('older than', self.server.run('check', '--follows', old.replace(old.split(':')[0], '1'), code=1))
        self.server.stop()
        # Who moves the beginning, or hides that there was one, is told.
        mark = "UPDATE marks SET value = '{}:" + 'A' * 43 + "' WHERE name = 'audit_from'"
        for change in (mark.format(3), mark.format(int(rows[0]['n']) - 1), "DELETE FROM marks WHERE name = 'audit_from'"):
            self.server.sql(change)
            self.assertIn('was changed', self.server.run('check', code=1), change)
        self.server.start()

    def test_a_log_that_was_cut_off_is_told_by_a_head_that_was_noted(self):
        head = self.server.run('check').splitlines()[-1].removeprefix('head ')
        self.server.token()
        self.assertIn('sound', self.server.run('check', '--follows', head))
        number = int(head.split(':')[0])
        self.server.sql(f'DELETE FROM audit WHERE n >= {number}')
        self.assertIn('sound', self.server.run('check'), 'the chain alone cannot tell')
        self.assertIn('cut off', self.server.run('check', '--follows', head, code=1))
        for text in ('x', '0:' + 'A' * 43, '1:', '1:short', ':' + 'A' * 43):
            self.assertIn('--follows', self.server.run('check', '--follows', text, code=64))


if __name__ == '__main__':
    main()
