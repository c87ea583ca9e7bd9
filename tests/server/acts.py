# SPDX-License-Identifier: Apache-2.0
"""What people do at the console, one write of each kind: for tests of a store that cannot take them."""

import datetime

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def when(days):
    return (NOW + datetime.timedelta(days=days)).strftime('%Y-%m-%dT%H:%M:%SZ')


TERMS = {'asked_by': 'teacher', 'purpose': 'lesson-for-absent', 'persons': ['pupils', 'staff'], 'feature': 'recording',
         'noticed': when(-8), 'start': when(0), 'end': when(3), 'delete_by': when(5), 'basis': 'public-task',
         'consent': 'not-needed', 'considered': ['materials-only'], 'declining': 'nothing', 'taking_part': 'voluntary',
         'notice': 'lesson-recording', 'pupils_visible': False}
# Path, body, what the store's table has more of when it was taken
ACTS = [
    ('accounts', {'grants': [{'role': 'viewer', 'group': ''}]}, 'links'),
    ('breaches', {'kind': 'other', 'happened': when(-2), 'known': when(-1), 'devices': []}, 'breaches'),
    ('codes', {'ownership': 'school', 'group': 'full', 'uses': 3, 'days': 3}, 'tokens'),
    ('duties', {'control': 'server.no-ip-logs', 'provider': '', 'answer': 'as-wanted'}, 'answers'),
    ('exemptions', {'group': 'full', 'terms': TERMS}, 'exemptions'),
    ('groups', {'group': 'brand-new', 'kind': 'class'}, 'teams'),
    ('policy', {'ownership': 'school', 'group': 'full', 'edit': {'controls': {'lock.idle': {'on': False}}}}, 'policy_lines'),
    ('settings', {'contact': 'somebody@school.example'}, 'settings'),
    ('tokens', {'name': 'program', 'group': '', 'role': 'viewer', 'days': 3}, 'api_tokens'),
]


def ask(server, cookie, path, body):
    return server.write_call('POST', '/api/v1/' + path, body, cookie=cookie)
