# SPDX-License-Identifier: Apache-2.0
"""The list of devices in every order, page by page, held against the same rows sorted here."""

import collections
import random
import time
import urllib.parse

from harness import Case, main

DAY = 86400
TEAMS = ('a', 'b-2', 'lab', 'lab-x', 'z9')
CONTROLS = ('disk.encrypted', 'firewall.active', 'malware.av-active', 'patch.index-fresh',
            'updates.automatic', 'wifi.strong-encryption')
STATES = ('failing', 'unknown', 'silent', 'passing')  # in the order of sort=state
PAGE = 50
AT_ONCE = 400  # rows of one statement: a word of a command has its limit
SORTS = ('label', 'group', 'heard', 'failing', 'state')


class Row:
    """A device as the store has it"""

    def __init__(self, n, chance, now):
        self.id = f'{n:022d}'
        self.team = chance.choice(TEAMS)
        self.number = n + 1
        self.silent = chance.random() < 0.2
        self.heard = now - DAY * (chance.randrange(30, 34) if self.silent else chance.randrange(4))
        # Half of all fail nothing; one control fails on few of them.
        share = chance.choice((0, 0, 0.3, 0.6))
        self.controls = {control: 'fail' if chance.random() < share else
                         'unknown' if chance.random() < 0.1 else 'pass' for control in CONTROLS[1:]}
        self.controls[CONTROLS[0]] = 'fail' if n % 9 == 0 else 'pass'

    @property
    def label(self):
        return f'{self.team}-{self.number:03d}'

    @property
    def failing(self):
        return sum(state == 'fail' for state in self.controls.values())

    @property
    def unknown(self):
        return sum(state == 'unknown' for state in self.controls.values())

    @property
    def posture(self):
        return 'failing' if self.failing else 'unknown' if self.unknown else 'passing'

    @property
    def state(self):
        return 'silent' if self.silent else self.posture

    def value(self, sort):
        return {'heard': self.heard // DAY, 'failing': self.failing,
                'state': STATES.index(self.state)}[sort]


def ordered(rows, sort):
    """What openapi.json says of the order, by Python's own stable sort"""
    down = sort.startswith('-')
    word = sort.lstrip('-')
    rows = sorted(rows, key=lambda row: (row.team, row.number))
    if word == 'label':
        return rows[::-1] if down else rows
    if word == 'group':
        return sorted(rows, key=lambda row: row.team, reverse=down)
    return sorted(rows, key=lambda row: row.value(word), reverse=down)


class Fleet(Case):
    DEVICES = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        chance, now = random.Random(7), int(time.time()) // 3600 * 3600
        cls.rows = [Row(n, chance, now) for n in range(cls.DEVICES)]
        cls.fill()
        cls.cookie = cls.server.sign_in()

    @classmethod
    def fill(cls):
        def put(table, columns, values):
            texts = ['(' + ', '.join(f"'{v}'" if isinstance(v, str) else str(v) for v in value) + ')'
                     for value in values]
            for at in range(0, len(texts), AT_ONCE):
                cls.server.sql(f'INSERT INTO {table} ({columns}) VALUES '
                               + ', '.join(texts[at:at + AT_ONCE]))

        put('teams', 'site, name, last_number',
            [('main', team, max(row.number for row in cls.rows)) for team in TEAMS])
        put('devices', 'site, id, public_key, ownership, team, number, enrolled, heard, confirmed, '
            'sequence, policy, posture, failing, unknown, want, shown, heard_day',
            [('main', row.id, row.id, 'school', row.team, row.number, row.heard - 90 * DAY, row.heard,
              row.heard, 1, 1, row.posture, row.failing, row.unknown, 'delta', row.state,
              row.heard // DAY) for row in cls.rows])
        put('held', 'site, device, controls',
            [('main', row.id, '1' + ''.join(
                f'\n{control} {state[0]}source-missing {row.heard // 3600} 0 1'
                for control, state in sorted(row.controls.items()))) for row in cls.rows])
        put('findings', 'site, control, state, device, reason, since',
            [('main', control, state, row.id, 'source-missing', row.heard)
             for row in cls.rows for control, state in row.controls.items() if state != 'pass'])
        cls.server.sql("INSERT INTO holdings SELECT site, ownership, team, policy, COUNT(*) FROM devices "
                       'GROUP BY 1, 2, 3, 4')
        cls.server.sql("INSERT INTO tallies (site, subject, team, state, devices) SELECT site, '', team, shown, "
                       'COUNT(*) FROM devices GROUP BY 1, 3, 4')
        counts = collections.Counter(
            (control, row.team, 'unknown' if (row.state, state) == ('silent', 'pass') else state)
            for row in cls.rows for control, state in row.controls.items())
        put('tallies', 'site, subject, team, state, devices',
            [('main', *key, n) for key, n in sorted(counts.items())])
        cls.server.sql('INSERT INTO totals SELECT site, subject, state, SUM(devices) FROM tallies '
                       'GROUP BY 1, 2, 3')

    def get(self, **query):
        return self.server.call('GET', '/api/v1/devices?' + urllib.parse.urlencode(query),
                                headers={'Cookie': self.cookie})

    def walk(self, **query):
        """All pages; each is full but the last."""
        found, cursor = [], {}
        while True:
            answer = self.get(**query, **cursor)
            self.assertEqual(answer.status, 200, answer.body)
            found += [device['label'] for device in answer.json['devices']]
            if answer.json['next'] is None:
                break
            self.assertEqual(len(answer.json['devices']), PAGE)
            cursor = {'cursor': answer.json['next']}
        self.assertEqual(answer.json['total'], len(found), query)
        return found

    def holds(self, rows, **query):
        for sort in SORTS:
            for way in ('', '-'):
                with self.subTest(sort=way + sort, **query):
                    self.assertEqual(self.walk(sort=way + sort, **query),
                                     [row.label for row in ordered(rows, way + sort)])


class Orders(Fleet):
    DEVICES = 260

    def test_what_was_written_here_is_what_the_server_counts(self):
        self.assertIn('sound', self.server.run('check'))

    def test_all(self):
        self.holds(self.rows)
        self.assertEqual(self.walk(), self.walk(sort='label'), 'what is meant when nothing is said')

    def test_a_state(self):
        for state in STATES:
            self.holds([row for row in self.rows if row.state == state], state=state)

    def test_a_group(self):
        for team in ('a', 'lab', 'lab-x'):
            self.holds([row for row in self.rows if row.team == team], group=team)
        self.holds([row for row in self.rows if row.team == 'lab' and row.state == 'failing'],
                   group='lab', state='failing')

    def test_a_control(self):
        """From the few on which it fails, and down the list of all"""
        self.holds([row for row in self.rows if row.controls[CONTROLS[0]] == 'fail'],
                   control=CONTROLS[0])
        self.holds([row for row in self.rows if row.controls[CONTROLS[1]] == 'unknown' or
                    (row.silent and row.controls[CONTROLS[1]] == 'pass')],
                   control=CONTROLS[1], control_state='unknown')
        self.holds([row for row in self.rows if row.controls[CONTROLS[2]] == 'fail' and
                    row.state == 'failing'], control=CONTROLS[2], state='failing')

    def test_part_of_a_label(self):
        for part in ('lab', '-1', 'lab-x', 'b-2-0', '19'):
            self.holds([row for row in self.rows if part in row.label], q=part)
        self.holds([row for row in self.rows if 'lab' in row.label and row.state == 'failing'],
                   q='lab', state='failing')

    def test_a_device_that_moves_takes_no_other_with_it(self):
        """The cursor is a place, not a count: who goes away before it is missed by nobody."""
        first = self.get(sort='-failing').json
        gone = next(row for row in self.rows if row.label == first['devices'][0]['label'])
        self.server.sql(f"UPDATE devices SET failing = 0 WHERE id = '{gone.id}'")
        try:
            second = self.get(sort='-failing', cursor=first['next']).json
            expected = ordered(self.rows, '-failing')[PAGE:2 * PAGE]
            self.assertEqual([device['label'] for device in second['devices']],
                             [row.label for row in expected])
        finally:
            self.server.sql(f"UPDATE devices SET failing = {gone.failing} WHERE id = '{gone.id}'")

    def test_hostile_orders_and_places(self):
        for sort in ('', '-', '--label', 'Label', 'label ', 'label,heard', 'id', 'public_key', '1',
                     "label' --", 'label DESC', 'label\0', '\u202elabel', 'x' * 5000, '%'):
            answer = self.get(sort=sort)
            self.assertIn(answer.status, (400, 414, 431), sort)
            if answer.status == 400:
                self.assertEqual(answer.headers['Content-Type'], 'application/problem+json')
        for sort, cursor in (('heard', 'lab.1'), ('-failing', 'lab.1'), ('label', '3.lab.1'),
                             ('state', '4.lab.1'), ('state', '-1.lab.1'), ('heard', '1.lab.1.1'),
                             ('heard', f'{2 ** 64}.lab.1'), ('failing', '1.LAB.1'), ('group', 'lab.x'),
                             ('failing', '1..1'), ('failing', "1.lab' --.1"), ('heard', '')):
            self.assertEqual(self.get(sort=sort, cursor=cursor).status, 400, (sort, cursor))
        for sort in SORTS:
            for way in ('', '-'):
                value = '' if sort in ('label', 'group') else '0.'
                for place in ('a.0', 'a.9223372036854775807', '0.0', 'zzzzzzzz.1', '-.5'):
                    answer = self.get(sort=way + sort, cursor=value + place)
                    self.assertEqual(answer.status, 200, (sort, place))
                    self.assertEqual(self.get(sort=way + sort, cursor=value + place, group='lab',
                                              state='failing').status, 200)


class Large(Fleet):
    DEVICES = 6000

    def test_part_of_a_label_that_most_have(self):
        """More than are sorted in memory (FLEET_SORT_MAX): page by page, from value to value"""
        self.holds(self.rows, q='-')
        self.holds([row for row in self.rows if row.state == 'failing'], q='-', state='failing')
        self.holds([row for row in self.rows if 'a' in row.label], q='a')

    def test_part_of_a_label_that_few_have(self):
        """From a few runs of numbers, and from more than are kept (LABELS_RUNS_MAX)"""
        for part in ('-12', '599', '99', 'b-2-5'):
            self.holds([row for row in self.rows if part in row.label], q=part)
        self.holds([row for row in self.rows if '599' in row.label and row.state == 'unknown'], q='599',
                   state='unknown')


if __name__ == '__main__':
    main()
