# SPDX-License-Identifier: Apache-2.0
"""What families may ask: a copy of all, erasure, a result disputed; a device that is lost; what is
forgotten, and when. What a copy must hold and what must be gone is read from the store itself."""

import base64
import csv
import http.client
import io
import json
import os
import re
import sqlite3
import time

from acts import TERMS, when
from harness import Case, Paths, WAIT_S, any_certificate, main

FAIL = ('disk.encrypted', 'fail', 'not-encrypted', 26)
PASS = ('patch.index-fresh', 'pass', 'index-fresh', 3)
OLD = ('wifi.strong-encryption', 'fail', 'wifi-open', 24 * 80)


# What each table is sorted by
KEYS = {
    'answers': ('provider', 'control'), 'audit': ('n',), 'breach_devices': ('breach', 'device'), 'breach_notes': ('breach', 'n'),
    'breaches': ('id',), 'controls': ('device',), 'days': ('subject', 'day', 'state'), 'devices': ('group', 'number'),
    'disputes': ('device', 'control'), 'exemption_devices': ('exemption', 'device'), 'exemptions': ('id',),
    'history': ('device', 'at', 'control', 'state', 'reason'), 'hooks': ('n',), 'policies': ('ownership', 'version'), 'settings': ('name',),
}
NUMBERS = {'at', 'breach', 'day', 'exemption', 'id', 'n', 'number', 'version'}


class Rights(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls.server.sign_in()

    def get(self, path):
        return self.server.call('GET', '/api/v1/' + path, headers={'Cookie': self.ann})

    def post(self, path, body=None):
        return self.server.write_call('POST', '/api/v1/' + path, body, cookie=self.ann)

    def rows_of(self, device):
        """How many rows of each table name this device, by the database itself"""
        if self.server.url:
            return {table: int(n) for table, n in
                    (line.split('|') for line in Paths.postgres.ask(
                        "SELECT table_name, (xpath('/row/n/text()', query_to_xml(format("
                        "'SELECT count(*) AS n FROM %I t WHERE t::text LIKE ''%%" + device.id +
                        "%%''', table_name), false, true, '')))[1]::text FROM "
                        "information_schema.tables WHERE table_schema = 'public'",
                        self.server.url).splitlines()) if int(n)}
        counts = {}
        with sqlite3.connect(os.path.join(self.server.state, 'store.db')) as db:
            for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
                n = sum(device.id in map(str, row) for row in db.execute(f'SELECT * FROM {table}'))
                if n:
                    counts[table] = n
        return counts

    def busy_device(self, group):
        device = self.device('--group', group)
        device.report([FAIL, PASS, OLD])
        device.report([PASS[:1] + ('fail', 'index-stale', 0)], 'delta')
        self.assertEqual(self.post(f'devices/{device.id}/dispute', {
            'control': 'disk.encrypted', 'reason': 'wrong-result'}).status, 200)
        return device

    def test_a_copy_to_read_has_every_value_in_words(self):
        device = self.busy_device('read')
        other = self.busy_device('read')
        held = json.loads(self.server.run('export', 'read-001'))[0]['held']
        with open(os.path.join(self.server.data, 'texts', 'nl.json'), encoding='utf-8') as file:
            texts = json.load(file)
        said = self.server.run('export', 'read-001', 'read-002', '--format', 'text', '--language', 'nl')
        one, two = said.split('\n# ' + texts['console.copy.title'].replace('{label}', 'read-002'))
        self.assertIn('# ' + texts['console.copy.title'].replace('{label}', 'read-001'), one)
        self.assertNotIn(other.id, one)
        self.assertIn(other.id, two)
        for name, rows in held.items():
            part = one.split('\n## ' + texts['console.copy.table.' + name.replace('_', '-')] + '\n\n')[1].split('\n\n')[0]
            self.assertEqual(part.count('\n- ') + part.startswith('- '), len(rows), name)
            for row in rows:
                for column, value in row.items():
                    shown = texts.get({'state': 'state.', 'reason': 'reason.'}.get(column, '?') + str(value), str(value))
                    shown = texts.get(f'control.{value}.title', shown) if column == 'control' else shown
                    self.assertIn('-' if value in (None, '') else shown, part, (name, column))
        self.assertIn(device.id, one)
        self.assertEqual(self.post('settings', {'language': 'pl'}).status, 200)
        polish = self.server.run('export', 'read-001', '--format', 'text')
        self.assertEqual(self.post('settings', {'language': 'en'}).status, 200)
        with open(os.path.join(self.server.data, 'texts', 'pl.json'), encoding='utf-8') as file:
            self.assertIn(json.load(file)['console.copy.lead'], polish)
        for wrong in (('--format', 'csv'), ('--language', 'fr')):
            self.server.run('export', 'read-001', *wrong, code=64)

    def test_a_copy_has_every_row_that_there_is(self):
        device = self.busy_device('copy')
        other = self.device('--group', 'copy')
        other.report([FAIL])
        copy = self.post('devices/copy-001/export').json
        held = {table: len(rows) for table, rows in copy['held'].items() if rows}
        rows = self.rows_of(device)
        # All controls of a device are one row, and once more what of them does not pass.
        controls = copy['held']['controls']
        self.assertEqual([control['control'] for control in controls],
                         sorted(row[0] for row in (FAIL, PASS, OLD)))
        self.assertEqual((rows.pop('held'), rows.pop('findings')),
                         (1, sum(control['state'] != 'pass' for control in controls)))
        self.assertEqual(held.pop('controls'), 3)
        self.assertEqual(held, rows)
        self.assertEqual(held['disputes'], 1)
        self.assertNotIn(other.id, json.dumps(copy))
        self.assertEqual(copy['held']['devices'][0]['id'], device.id)
        printed = json.loads(self.server.run('export', 'copy-001'))[0]['held']
        self.assertEqual(printed, copy['held'], 'the command line gives the same')

    def test_erasing_leaves_nothing_in_the_store_nor_on_the_disk(self):
        for how in ('console', 'command'):
            device = self.busy_device('gone-' + how)
            receipt = self.get(f'devices/{device.id}/rights').json['receipt']
            if how == 'console':
                self.assertEqual(self.post(f'devices/{device.id}/erase').json,
                                 {'receipt': receipt})
            else:
                self.assertEqual(self.server.run('erase', 'gone-command-001'),
                                 f'device-erase {receipt}')
            self.assertEqual(self.rows_of(device), {})
            kept = self.server.kept()
            self.assertFalse(device.id.encode() in kept, how)
            self.assertTrue(receipt.encode() in kept, 'the log says that it was done')
            self.assertEqual(device.report([PASS]).status, 401)
            self.assertEqual(self.post(f'devices/{device.id}/erase').status, 404)
            self.server.run('erase', 'gone-' + how + '-001', code=1)

    def test_a_disputed_result_is_marked_and_settled(self):
        device = self.device('--group', 'dispute')
        device.report([FAIL, PASS])
        wish = {'control': 'disk.encrypted', 'reason': 'explained'}
        path = f'devices/{device.id}/'
        self.assertEqual(self.post(path + 'dispute', wish).status, 200)
        row = self.get(path + 'rights').json['disputes'][0]
        self.assertEqual((row['control'], row['reason'], len(row['at'])),
                         ('disk.encrypted', 'explained', 10))
        self.assertEqual(self.get('devices/' + device.id).json['device']['state'], 'failing',
                         'what the device said stays as it was said')
        for bad, status in (({**wish, 'reason': 'my own words'}, 400),
                            ({**wish, 'control': 'lock.idle'}, 404), ({'control': 'x'}, 400)):
            self.assertEqual(self.post(path + 'dispute', bad).status, status, bad)
        self.assertEqual(self.post(path + 'dispute', {**wish, 'reason': 'settled'}).status, 200)
        self.assertEqual(self.post(path + 'dispute', {**wish, 'reason': 'settled'}).status, 404)
        self.assertEqual(self.get(path + 'rights').json['disputes'], [])
        self.server.run('dispute', 'dispute-001', 'disk.encrypted', '--reason', 'mended')
        self.assertEqual(len(self.get(path + 'rights').json['disputes']), 1)
        self.server.run('dispute', 'dispute-001', 'disk.encrypted', '--reason', 'settled')
        self.server.run('dispute', 'dispute-001', 'disk.encrypted', '--reason', 'a story', code=1)

    def test_a_lost_device_is_heard_no_more_and_what_was_known_stays(self):
        device = self.device('--group', 'lost')
        device.report([FAIL, PASS])
        before = self.get(f'devices/{device.id}').json
        self.assertEqual(self.post('devices/lost-001/lost', {'lost': True}).status, 200)
        self.assertRegex(self.get(f'devices/{device.id}/rights').json['lost'], r'^\d{4}-')
        self.assertEqual(device.report([PASS]).status, 401)
        self.assertEqual(device.leave().status, 401)
        self.assertEqual(device.enrol(self.server.token()).status, 401, 'nor does it come in anew')
        self.assertEqual(self.get(f'devices/{device.id}').json['controls'], before['controls'])
        self.server.run('found', 'lost-001')
        device.sequence = 1
        self.assertEqual(device.report([PASS]).status, 200)
        self.server.run('lost', device.id)
        self.assertEqual(device.report([PASS]).status, 401)

    def test_who_is_named_wrongly(self):
        for name in ('nobody-001', 'A' * 22, 'x', '-', '-1', 'a-99999999999999999999',
                     "a'--1", '%25', 'lost-%2d1'):
            for path, body in (('export', None), ('erase', None), ('lost', {'lost': True})):
                self.assertIn(self.post(f'devices/{name}/{path}', body).status, (400, 404))

    def test_every_table_as_json_and_as_csv(self):
        device = self.busy_device('table')
        number = self.post('exemptions', {'devices': [device.id], 'terms': {}}).status
        self.assertEqual(number, 400)
        self.post('settings', {'contact': '=cmd()"evil", really'})
        for name in ('answers', 'audit', 'breach_devices', 'breach_notes', 'breaches', 'controls', 'days',
                     'devices', 'disputes', 'exemption_devices',
                     'exemptions', 'history', 'hooks', 'policies', 'settings'):
            rows = self.get(f'tables/{name}').json
            self.assertIsNone(rows['next'])
            answer = self.get(f'tables/{name}?format=csv')
            lines = list(csv.DictReader(io.StringIO(answer.body.decode())))
            self.assertEqual(len(lines), len(rows['rows']), name)
            for line, row in zip(lines, rows['rows']):
                shown = {k: '' if v is None else str(v) for k, v in row.items()}
                self.assertEqual({k: v.removeprefix("'") for k, v in line.items()}, shown)
            if name not in ('days', 'audit'):  # which grow by themselves
                self.assertEqual(self.server.run('table', name, '--format', 'json'),
                                 json.dumps(rows['rows'], sort_keys=True, ensure_ascii=False,
                                            separators=(',', ':')).replace('},{', '},\n{'))
                self.assertEqual(self.server.run('table', name).replace('\r', ''),
                                 answer.body.decode().replace('\r', '').strip())
        text = self.get('tables/settings?format=csv').body.decode()
        self.assertIn('contact,"\'=cmd()""evil"", really"\r\n', text, 'no formula for a spreadsheet')
        for path, status in (('tables/sessions', 404), ('tables/admins', 404),
                             ('tables/marks', 404), ('tables/x', 404),
                             ('tables/devices?format=xml', 400),
                             ('tables/devices?after=-1', 400), ('tables/devices?after=', 400),
                             ('tables/devices?after=' + 'A' * 4000, 400)):
            self.assertEqual(self.get(path).status, status, path)
        for values in ([], ['zzz'], ['zzz', '1'], [1, 1], ['zzz', 1, 1], ['zzz', 1.5], ['z\0', 1], {'team': 'zzz'}, None):
            self.assertEqual(self.get('tables/devices?after=' + self.cursor(values)).status, 400, values)
        for values in (['zzzz', 1], ['zzzz', 2 ** 63 - 1], ["' OR 1=1 --", -1]):
            rows = self.get('tables/devices?after=' + self.cursor(values)).json
            self.assertEqual((rows['next'], [row['group'] for row in rows['rows'] if values[0] == 'zzzz']), (None, []))
        self.server.run('table', 'admins', code=64)

    def cursor(self, values):
        return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip('=')

    def test_each_table_goes_on_behind_a_key(self):
        """Behind one that is before all others stand all rows, and behind that of the last row none."""
        self.busy_device('keys')
        self.post('settings', {'contact': 'x', 'providers': 'zoom'})
        self.post('duties', {'control': 'conf.passcode', 'provider': 'zoom', 'answer': 'as-wanted'})
        opened = self.post('breaches', {'kind': 'other', 'happened': when(-2), 'known': when(-1), 'devices': ['keys-001']})
        self.assertEqual(opened.status, 201, opened.body)
        self.assertEqual(self.post(f'breaches/{opened.json["id"]}/notes', {'step': 'found', 'note': 'x'}).status, 200)
        self.assertEqual(self.post('exemptions', {'group': 'keys', 'terms': TERMS}).status, 201)
        for name, key in KEYS.items():
            whole = self.get(f'tables/{name}').json['rows']
            first = [-1 if column in NUMBERS else '' for column in key]
            self.assertEqual(self.get(f'tables/{name}?after=' + self.cursor(first)).json['rows'], whole, name)
            if name not in ('days', 'history'):  # whose times are shown as text
                self.assertTrue(whole or name == 'hooks', name)
                last = [whole[-1][column] for column in key] if whole else first
                self.assertEqual(self.get(f'tables/{name}?after=' + self.cursor(last)).json, {'rows': [], 'next': None}, name)
            self.assertEqual(self.get(f'tables/{name}?after=' + self.cursor([*first, 'x'])).status, 400, name)

    def test_pages_of_a_table_go_by_the_key_of_the_last_row(self):
        """Also where rows are alike: a control of a private device may change more than once in a day."""
        device = self.device('--group', 'paged')
        self.server.sql(
            "INSERT INTO history (site, device, at, control, state, reason) WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT "
            f"n + 1 FROM n WHERE n < 4999) SELECT 'main', '{device.id}', 1800000000 + 86400 * (n / 7), 'lock.idle', 'fail', "
            "'locked-never' FROM n")
        whole = json.loads(self.server.run('table', 'history', '--format', 'json'))
        self.assertGreaterEqual(len(whole), 5000)
        rows, text, sizes = [], '', []
        path, links = 'tables/history', 0
        while path:
            page = self.get(path).json
            rows += page['rows']
            sizes.append(len(page['rows']))
            path = page['next'] and 'tables/history?after=' + page['next']
        self.assertEqual(rows, whole)
        self.assertTrue(all(2000 <= size <= 2006 for size in sizes[:-1]), sizes)
        self.assertNotEqual(set(sizes[:-1]), {2000}, 'some pages end among rows that are alike')
        path = '/api/v1/tables/history?format=csv'
        while path:
            answer = self.server.call('GET', path, headers={'Cookie': self.ann})
            text += answer.body.decode()
            link = answer.headers['Link']
            path = link and re.fullmatch(r'<(\S+)>; rel="next"', link).group(1)
            links += 1
        self.assertEqual(links, len(sizes))
        self.assertEqual(text.replace('\r', '').strip(), self.server.run('table', 'history').replace('\r', ''))
        # What is erased meanwhile takes nothing else away.
        after = self.get('tables/history').json['next']
        left = self.get('tables/history?after=' + after).json['rows']
        self.server.sql(f"DELETE FROM history WHERE device = '{device.id}' AND at < {1800000000 + 86400 * 100}")
        self.assertEqual(self.get('tables/history?after=' + after).json['rows'], left)
        self.server.sql(f"DELETE FROM history WHERE device = '{device.id}'")

    def test_settings(self):
        given = self.get('settings').json['settings']
        self.assertEqual((given['history_days'], given['language']), (90, 'en'))
        good = {'history_days': 30, 'language': 'pl', 'hosting_region': 'Wrocław',
                'review_dpia': '2027-01-31', 'webhook_url': 'https://hooks.example/x'}
        self.assertEqual(self.post('settings', good).status, 200)
        self.assertEqual({k: self.get('settings').json['settings'][k] for k in good}, good)
        for bad in ({'history_days': 401}, {'history_days': -1}, {'history_days': '7'},
                    {'language': 'xx'}, {'review_dpia': '2027-13-01'}, {'nothing': 'x'},
                    {'contact': 'a\nb'}, {'contact': 'x' * 201}, {'contact': 7},
                    {'webhook_url': 'http://hooks.example/'}, {'webhook_url': 'https://a b'},
                    {'webhook_url': 'https://user:pass@hooks.example/'},
                    {'language': 'nl', 'history_days': 500}, [], 'x'):
            self.assertEqual(self.post('settings', bad).status, 400, bad)
        self.assertEqual(self.get('settings').json['settings']['language'], 'pl',
                         'a request that is wrong in part is refused as a whole')
        self.post('settings', {**given})


class Forgetting(Case):
    """With the clock of another day, by libfaketime: what is due is gone, and nothing else."""

    def restart(self, days):
        self.server.move_clock(f'+{days}d')
        self.server.stop()
        self.server.start()

    def held(self):
        return {row['kind']: row for row in self.server.call(
            'GET', '/api/v1/settings', headers={'Cookie': self.cookie}).json['retention']['kept']}

    def wait(self, good):
        """The first regular round begins when the server does."""
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            if good(self.held()):
                return
        raise AssertionError(self.held())

    def sign_in(self):
        self.cookie = self.server.sign_in()

    def test_history_goes_when_its_days_are_over(self):
        device = self.device('--group', 'old')
        device.report([OLD, FAIL])
        self.sign_in()
        self.assertEqual((self.held()['history']['rows'], self.held()['history']['days']), (2, 90))
        self.restart(12)  # the older is 80 days old already
        self.sign_in()
        self.wait(lambda held: held['history']['rows'] == 1)
        self.restart(92)
        self.sign_in()
        self.wait(lambda held: held['history']['rows'] == 0)
        self.assertEqual(self.held()['history']['overdue'], 0)
        page = self.server.call('GET', f'/api/v1/devices/{device.id}',
                                headers={'Cookie': self.cookie}).json
        self.assertEqual(len(page['controls']), 2, 'the latest answer of each stays')
        self.assertEqual(page['history'], [])
        # A school that wants no history at all, at once
        device.report([PASS], 'delta')
        self.assertEqual(self.held()['history']['rows'], 1)
        write = self.server.write_call
        self.assertEqual(write('POST', '/api/v1/settings', {'history_days': 0},
                               cookie=self.cookie).status, 200)
        self.assertEqual(write('POST', '/api/v1/settings/purge', cookie=self.cookie).json,
                         {'purged': 1})
        self.assertEqual(self.held()['history']['rows'], 0)


class NoAddress(Case):
    """A client's address is kept nowhere: not in the store, not in what the server says."""

    ADDRESS = '127.83.119.201'

    def test_no_address_is_kept_anywhere(self):
        said = []

        class Odd(http.client.HTTPSConnection):
            def __init__(self, port):
                super().__init__('127.0.0.1', port, timeout=WAIT_S, context=any_certificate(),
                                 source_address=(NoAddress.ADDRESS, 0))
        self.server.connection = lambda: Odd(self.server.port)
        device = self.device('--group', 'where')
        cookie = self.server.sign_in()
        device.report([FAIL])
        device.post('reports', 'x.y')
        for _ in range(7):
            self.server.write_call('POST', '/api/v1/session', {'name': 'eve', 'password': 'x'})
        for path in ('fleet', 'devices', 'nothing', 'devices?x=%00'):
            self.server.call('GET', '/api/v1/' + path, headers={
                'Cookie': cookie, 'X-Forwarded-For': NoAddress.ADDRESS,
                'Forwarded': f'for={NoAddress.ADDRESS}'})
        self.server.write_call('POST', f'/api/v1/devices/{device.id}/erase', cookie=cookie)
        packed = bytes(int(part) for part in self.ADDRESS.split('.'))
        kept = self.server.kept()
        said.append(self.server.stop().encode())
        kept += self.server.kept()
        for form in (self.ADDRESS.encode(), packed, packed[::-1],
                     str(int.from_bytes(packed, 'big')).encode(), packed.hex().encode()):
            self.assertNotIn(form, kept)
            self.assertNotIn(form, said[0])


class Whole(Case):
    """Every answer that openapi.json has for these calls"""

    def test_every_documented_answer_comes(self):
        ann, vic = self.server.sign_in('ann'), self.server.sign_in('vic')
        self.server.sql("UPDATE grants SET role = 'viewer' WHERE account = 'vic'")
        devices = [self.device('--group', 'whole') for _ in range(2)]
        for device in devices:
            device.report([FAIL])
        one = f'/api/v1/devices/{devices[0].id}/'
        none = '/api/v1/devices/nobody-001/'
        for path in (one + 'rights', none + 'rights', '/api/v1/settings',
                     '/api/v1/tables/devices', '/api/v1/tables/none'):
            for cookie in (ann, vic, None):
                self.server.call('GET', path, headers={'Cookie': cookie} if cookie else {})
            self.server.call('GET', path + '?x=1', headers={'Cookie': ann})
        dispute = {'control': 'disk.encrypted', 'reason': 'mended'}
        for path, body in ((one + 'export', None), (none + 'export', None),
                           (one + 'dispute', dispute), (none + 'dispute', dispute),
                           (one + 'lost', {'lost': False}), (none + 'lost', {'lost': True}),
                           ('/api/v1/settings', {'language': 'nl'}),
                           ('/api/v1/settings/purge', None),
                           (one + 'erase', None), (none + 'erase', None)):
            write = self.server.write_call
            for cookie in (None, vic):
                write('POST', path, body, cookie=cookie)
            write('POST', path, '{"x":1}', cookie=None)
            write('POST', path, 'x' * 65537, cookie=ann)
            if body is not None:
                write('POST', path, '{"x":1}', cookie=ann)
                write('POST', path, '{}', cookie=ann, Content_Type='text/plain')
            write('POST', path, body, cookie=ann, X_Caretaker=None)
            write('POST', path + '?x=1', body, cookie=ann)
            write('POST', path, body, cookie=ann)
        ours = [path for path in self.server.contract.root['paths'] if path.startswith((
            '/api/v1/settings', '/api/v1/tables', '/api/v1/devices/{id}/'))]
        ours = [one for one in ours if not one.endswith('/group')]
        self.assertEqual(len(ours), 8)
        self.assertEqual(self.server.contract.never_seen(ignored={503}, paths=ours), [])


if __name__ == '__main__':
    main()
