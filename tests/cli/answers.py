# SPDX-License-Identifier: Apache-2.0
"""Answers of caretakerd that the tests show. Times lie whole hours in the past, so that what is
printed ("3 days ago") is the same at any time."""

import base64
import json
import time

HOUR = 3600
DAY = 24 * HOUR
REPORT = ('{"controls":[{"age":26,"id":"disk.encrypted","reason":"not-encrypted","state":"fail"},'
          '{"age":1,"id":"patch.os-supported","reason":"supported","state":"pass"}],'
          '"device":"AAAAAAAAAAAAAAAAAAAAAA","format":1,"kind":"full","policy":3,"sequence":2,'
          '"unit":"hours"}')


def ago(seconds):
    return int(time.time()) - seconds - 60


UNTIL = 1893456000  # 2030-01-01: a failure that does not count yet


def verdict(control, state, reason, since=None, due=None, **evidence):
    return {'id': control, 'state': state, 'reason': reason, 'since': since, 'due': due,
            'evidence': {k.replace('_', '-'): v for k, v in evidence.items()}}


def answer(verdicts, **changes):
    body = {'format': 1, 'enrolled': False, 'school': False, 'keeping': False,
            'policy': {'name': 'home', 'version': 1}, 'reported': None,
            'sending': {'next': None, 'problem': None, 'waiting': 0},
            'verdicts': verdicts, 'clients': [], 'restored': []}
    body.update(changes)
    return body


def client(name, kept, drifted=0, tier='base', uid=None, installed=True, assessed=False, **more):
    return {'assessed': assessed, 'client': name, 'installed': installed, 'kept': kept, 'drifted': drifted, 'tier': tier,
            'uid': uid, **more}


def fine():
    return answer([
        verdict('auth.no-autologin', 'pass', 'autologin-off', ago(9 * DAY)),
        verdict('disk.encrypted', 'pass', 'all-encrypted', ago(9 * DAY)),
        verdict('fw.inbound-default-deny', 'pass', 'firewall-denies', ago(3 * HOUR)),
        verdict('patch.os-supported', 'pass', 'supported', ago(9 * DAY), support_end='2028-06-30'),
        verdict('wifi.strong-encryption', 'na', 'no-radio', ago(9 * DAY)),
    ])


def wrong():
    """One of each state."""
    return answer(
        [
            verdict('auth.no-autologin', 'pass', 'autologin-off', ago(9 * DAY)),
            verdict('conf.camera-mic-gate', 'exempt', 'extra-origin', ago(2 * HOUR)),
            verdict('disk.encrypted', 'fail', 'not-encrypted', ago(26 * HOUR)),
            verdict('fw.inbound-default-deny', 'unknown', 'not-permitted', ago(3 * HOUR)),
            verdict('malware.av-active', 'fail', 'av-stopped', ago(3 * DAY), due=UNTIL),
            verdict('patch.index-fresh', 'error', 'check-failed', ago(HOUR)),
            verdict('patch.os-supported', 'pass', 'supported', ago(9 * DAY)),
            verdict('patch.security-updates', 'fail', 'fix-overdue', ago(20 * DAY), pending='3',
                    oldest_days='20'),
            verdict('wifi.strong-encryption', 'na', 'no-radio', ago(9 * DAY)),
        ],
        enrolled=True, school=True, keeping=True, policy={'name': 'school', 'version': 3},
        reported=ago(2 * HOUR),
        clients=[client('chromium', 12), client('firefox', 8, drifted=1),
                 client('google-chrome', 0, installed=False),
                 client('apt-updates', 7, later='start'), client('gnome-desktop', 23, later='sign-in'),
                 client('teams-for-linux', 5, uid=1000), client('brave', 0, tier='off'),
                 client('discord', 0), client('skypeforlinux', 0, assessed=True),
                 client('zoom', 3, tier='strict', assessed=True)],
        restored=[{'client': 'chromium', 'key': 'MetricsReportingEnabled', 'at': ago(2 * HOUR)},
                  {'client': 'firefox', 'key': 'DisableTelemetry', 'at': ago(DAY)},
                  {'client': 'firefox', 'key': 'DisablePocket', 'at': ago(2 * DAY)},
                  {'client': 'chromium', 'key': 'SpellCheckServiceEnabled', 'at': ago(3 * DAY)}])


def private():
    """Enrolled, the owner's own, nothing kept, and the last try to send failed."""
    return answer(
        [verdict('disk.encrypted', 'pass', 'all-encrypted', ago(9 * DAY)),
         verdict('lock.idle', 'unknown', 'account-closed', ago(2 * DAY)),
         verdict('lock.suspend', 'unknown', 'account-closed', ago(2 * DAY)),
         verdict('patch.os-supported', 'unknown', 'support-unknown', ago(9 * DAY))],
        enrolled=True, reported=ago(2 * DAY),
        sending={'next': None, 'problem': 'unreachable', 'waiting': 1},
        clients=[client('chromium', 10, drifted=2), client('firefox', 9)])


def change(key, before, after, result='planned', path='/etc/chromium/policies/managed/caretaker.json',
           who='chromium', code=None):
    return {'client': who, 'path': path, 'key': key, 'from': before, 'to': after,
            'why': 'setting.test.key', 'result': result, 'error': code}


def changes(*items):
    return {'format': 1, 'changes': list(items)}


def exemption(name, feature, phase, given=True, persons=('family', 'pupils')):
    """2026-11-25, 10:00 to 12:00"""
    return {'id': name, 'feature': feature, 'phase': phase, 'given': given,
            'persons': list(persons), 'purpose': 'own-practice', 'start': 1795600800,
            'devices': 1 if given else 12, 'noticed': 1795428000,
            'end': 1795608000}


def enrol_string(url='https://school.example:8443'):
    body = json.dumps({'key': 'A' * 43, 'pins': ['B' * 42 + 'A'], 'token': 'C' * 32, 'url': url},
                      separators=(',', ':'), sort_keys=True)
    return 'caretaker1.' + base64.urlsafe_b64encode(body.encode()).decode().rstrip('=')


def device(number, state, kind=None, reason=None, since=125):
    return {'kind': kind, 'number': number, 'reason': reason, 'since_seconds': since, 'state': state}


def media(cameras=(), microphones=(), more=False):
    """What camera and microphone do: every word of it once"""
    return {'cameras': list(cameras), 'format': 1, 'microphones': list(microphones), 'more': more}


def media_all():
    return media(
        (device(1, 'meeting', 'conferencing'), device(2, 'other', 'recorder', since=7300),
         device(3, 'held', 'browser'), device(4, 'off', reason='privacy-switch'),
         device(5, 'unknown', reason='unseen-holder')),
        (device(1, 'idle'), device(2, 'idle', reason='daemon'), device(3, 'other', 'other'),
         device(4, 'unknown', reason='hidden-streams')), more=True)


def switch(off=False, on=0, running=0, stuck=0):
    return {'off': off, 'on': on, 'running': running, 'stuck': stuck}


def switches(camera=None, microphone=None):
    return {'camera': camera or switch(on=1), 'format': 1, 'microphone': microphone or switch(on=2)}
