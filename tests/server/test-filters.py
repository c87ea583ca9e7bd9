# SPDX-License-Identifier: Apache-2.0
"""What a console or a stranger puts into filters, paths, cookies and encodings."""

import gzip
import json
import urllib.parse

from acts import ACTS
from harness import Case, main

PASS = ('patch.index-fresh', 'pass', 'index-fresh', 3)
HOSTILE = ("' OR 1=1 --", "'; DROP TABLE devices; --", '" OR ""="', '$1', '\\', '%', '_', '!', '!%', '\0',
           '\xff', 'é', '<script>alert(1)</script>', '../../etc/passwd', '-1', '9' * 400, ',', ',lab,',
           "lab' --", '{{7*7}}', '${7*7}', '\r\nSet-Cookie: a=b', '＇', '\u202e')
ROOM_MIB = 16


class Filters(Case):
    def setUp(self):
        self.one = self.device('--group', 'lab')
        self.assertEqual(self.one.report([PASS]).status, 200)
        self.cookie = self.server.sign_in('ann')
        self.before = self.get('devices').json

    def tearDown(self):
        self.assertEqual(self.get('devices').json, self.before, 'nothing changed')
        self.one.leave()

    def get(self, path, cookie=None):
        return self.server.call('GET', '/api/v1/' + path, headers={'Cookie': cookie or self.cookie})

    def test_every_filter_takes_text_for_text(self):
        """Refused, or finds nothing: no sign of SQL, of LIKE or of a header means anything."""
        for name in ('q', 'group', 'state', 'control', 'cursor'):
            for text in HOSTILE:
                answer = self.get(f'devices?{name}=' + urllib.parse.quote(text, safe=''))
                self.assertIn(answer.status, (200, 400), (name, text))
                self.assertIsNone(answer.headers['Set-Cookie'])
                if answer.status == 200 and name != 'cursor':
                    self.assertEqual((answer.json['total'], answer.json['devices']), (0, []),
                                     (name, text))
        for text in HOSTILE:
            both = 'devices?control=patch.index-fresh&control_state='
            answer = self.get(both + urllib.parse.quote(text, safe=''))
            self.assertEqual(answer.status, 400, text)

    def test_every_path_takes_text_for_text(self):
        for path in ('devices/', 'controls/', 'texts/', 'documents/', 'providers/', 'breaches/', 'exemptions/', 'tables/'):
            for text in HOSTILE:
                answer = self.get(path + urllib.parse.quote(text, safe=''))
                self.assertIn(answer.status, (400, 404), (path, text))
                self.assertNotIn(b'root:', answer.body)

    def test_what_follows_the_other_paths(self):
        """Who looks for somebody who is none finds nobody, and what is no word is none."""
        for path in ('devices?sort=', 'audit?who=', 'audit?action=', 'policy?ownership=school&group=',
                     'documents/privacy-notice?language=', 'documents/privacy-notice?format=', 'tables/audit?after='):
            for text in HOSTILE:
                answer = self.get(path + urllib.parse.quote(text, safe=''))
                self.assertIn(answer.status, (200, 400, 404), (path, text))
                if answer.status == 200 and path.startswith('audit'):
                    self.assertEqual(answer.json['rows'], [], (path, text))

    def test_bodies_that_are_wrong(self):
        """Each act of people: what is unknown, of another type, too deep, half, doubled or no UTF-8 is one problem."""
        deep = '{"a":' * 200 + '1' + '}' * 200
        for path, body, _table in ACTS:
            whole = json.dumps(body)
            name = next(iter(body))
            wrong = [whole[:-1], whole + whole, '[]', 'null', '"x"', '7', '', deep, '[' * 5000, whole.replace('{', '{"x":' + deep + ',', 1),
                     whole.replace('{', '{"unknown":1,', 1), json.dumps({**body, name: [[]]}), json.dumps({**body, name: {'a': 1}}),
                     whole[:-1].encode() + b',"y":"\xff\xfe"}', whole.encode('utf-16'), whole[:-1] + f',{json.dumps(name)}:{json.dumps(body[name])}}}']
            for text in wrong:
                answer = self.server.write_call('POST', '/api/v1/' + path, text, cookie=self.cookie)
                self.assertEqual((answer.status, answer.headers['Content-Type']), (400, 'application/problem+json'), (path, text[:80]))
                self.assertEqual(answer.json['status'], 400)
            huge = json.dumps({**body, 'note': 'x' * (2 << 20)})
            self.assertEqual(self.server.write_call('POST', '/api/v1/' + path, huge, cookie=self.cookie).status, 413, path)

    def test_bytes_that_are_no_utf8(self):
        for text in ('%ff', '%c0%af', '%ed%a0%80', '%f5%80%80%80', '%e2%82', '%00'):
            for path in (f'devices?q={text}', f'devices/{text}', f'devices?{text}=1'):
                answer = self.get(path)
                self.assertIn(answer.status, (200, 400, 404), path)
                answer.body.decode('utf-8')

    def test_a_compressed_bomb_stays_compressed(self):
        """A body is taken as it comes: nothing unpacks it, whatever its header says."""
        before = self.peak_mib()
        bomb = gzip.compress(b'\0' * (64 << 20))
        for path, kind in (('reports', 'application/jose'), ('enrol', 'application/jose'),
                           ('session', 'application/json')):
            for encoding in ('gzip', 'deflate', 'br', 'zstd', 'gzip, gzip'):
                head = {'Content-Type': kind, 'Content-Encoding': encoding, 'X-Caretaker': '1',
                        'Origin': self.server.origin}
                answer = self.server.call('POST', '/api/v1/' + path, bomb, head)
                self.assertIn(answer.status, (400, 413, 415), (path, encoding))
        self.assertLess(self.peak_mib() - before, ROOM_MIB)

    def peak_mib(self):
        with open(f'/proc/{self.server.process.pid}/status', encoding='ascii') as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith('VmHWM'))

    def test_a_session_that_somebody_else_chose(self):
        """A cookie from before the sign-in is never the one after it."""
        chosen = '__Host-session=' + 'A' * 32
        codes = self.server.factors['ann']['codes']
        for code, cookie in zip(codes, (chosen, self.cookie)):
            answer = self.server.write_call(
                'POST', '/api/v1/session',
                {'name': 'ann', 'password': 'correct horse battery', 'code': code}, cookie=cookie)
            self.assertEqual(answer.status, 200)
            fresh = answer.headers['Set-Cookie'].split(';')[0]
            self.assertNotIn(fresh, (chosen, self.cookie))
            self.assertEqual(self.get('fleet', fresh).status, 200)
        self.assertEqual(self.get('fleet', chosen).status, 401)


if __name__ == '__main__':
    main()
