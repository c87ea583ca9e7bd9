# SPDX-License-Identifier: Apache-2.0
"""A caretaker-server of its own for each test, a client, and devices that sign."""

import base64
import functools
import hmac
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
from email.utils import parsedate_to_datetime

import contract
from postgres import Postgres

NOBODY = 65534
GOOD = 'correct horse battery'
WAIT_S = 60  # only ever reached when something hangs
FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Paths:
    server = None
    sign_tool = None
    postgres = None  # where stores lie; None for SQLite


class Tap(unittest.TestResult):
    """One TAP line for each test; what failed, in comments before it."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def line(self, good, test, more=''):
        self.count += 1
        name = test.id().removeprefix('__main__.')
        print(f'{"ok" if good else "not ok"} {self.count} - {name}{more}', flush=True)

    def say(self, test, err):
        for line in self._exc_info_to_string(err, test).splitlines():
            print(f'# {line}')
        self.line(False, test)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.line(True, test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.say(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self.say(test, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.line(True, test, f' # SKIP {reason}')


def main():
    """FILE SERVER SIGN-TOOL sqlite|postgres [TEST...]"""
    Paths.server, Paths.sign_tool, store = sys.argv[1:4]
    loader, module = unittest.defaultTestLoader, sys.modules['__main__']
    suite = loader.loadTestsFromNames(sys.argv[4:], module) if sys.argv[4:] \
        else loader.loadTestsFromModule(module)
    result = Tap()
    if store == 'postgres':
        Paths.postgres = Postgres(as_nobody)
    try:
        suite.run(result)
    finally:
        if Paths.postgres:
            Paths.postgres.close()
    print(f'1..{result.count}')
    sys.exit(0 if result.wasSuccessful() else 1)


def as_nobody(command):
    """The server refuses root, and so do these tests."""
    if os.geteuid() != 0:
        return command
    return ['setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}', '--clear-groups'] + command


@functools.cache
def any_certificate():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Signer:
    """Keys and signatures, kept in one process."""

    def __init__(self):
        self.process = subprocess.Popen([Paths.sign_tool], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def ask(self, line):
        self.process.stdin.write(line.encode() + b'\n')
        self.process.stdin.flush()
        answer = self.process.stdout.readline().decode().rstrip('\n')
        if not answer or answer == 'failed':
            raise RuntimeError(f'sign-tool: {line[:80]}')
        return answer

    def key(self, name):
        self.ask(f'key {name}')

    def sign(self, name, typ, kid, text):
        return self.ask(f'sign {name} {typ} {kid} {text}')

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class Answer:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


class Server:
    """State in a directory of its own below /tmp, which nobody but the server's user can read."""

    def __init__(self, url=None):
        self.top = tempfile.mkdtemp(prefix='caretaker-server-test-')
        os.chmod(self.top, 0o755)
        self.state = os.path.join(self.top, 'state')
        self.data = os.path.join(self.top, 'data')
        self.program = os.path.join(self.top, 'caretaker-server')
        # The tree may lie where that user cannot read.
        shutil.copy(Paths.server, self.program)
        for part in ('baseline', 'clients', 'documents', 'providers', 'texts'):
            shutil.copytree(os.path.join(SOURCE, 'policies', part), os.path.join(self.data, part))
        self.web = os.path.join(self.top, 'web')
        os.makedirs(os.path.join(self.web, 'assets'))
        self.write('web/index.html', '<!doctype html><title>console</title>')
        self.write('web/assets/app-0123ABCD.js', 'export {};')
        self.write('web/favicon.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>')
        self.write('secret.html', 'not for the web')
        os.symlink('../secret.html', os.path.join(self.web, 'link.html'))
        subprocess.run(['chmod', '-R', 'a+rX', self.top], check=True)
        os.mkdir(self.state, 0o700)
        if os.geteuid() == 0:
            os.chown(self.state, NOBODY, NOBODY)
        self.url = url or (Paths.postgres.database() if Paths.postgres else None)
        if self.url:
            self.write('state/store.url', self.url + '\n')
            if os.geteuid() == 0:
                os.chown(os.path.join(self.state, 'store.url'), NOBODY, NOBODY)
        self.process = None
        self.port = None
        self.clock = []
        self.factors, self.last_code = {}, None
        self.contract = contract.Contract(os.path.join(SOURCE, 'server', 'openapi.json'))
        self.run('init')

    def move_clock(self, by):
        """From the next start on it lives at another time: "+12d", "+5m"."""
        libraries = subprocess.run(['ldd', self.program], capture_output=True, text=True,
                                   check=True).stdout
        if 'san.so' in libraries:
            raise unittest.SkipTest("a sanitizer's runtime must come before libfaketime")
        # Behind setpriv: its lock must be the server's own user's.
        self.clock = ['env', f'LD_PRELOAD={FAKETIME}', f'FAKETIME={by}', 'DONT_FAKE_MONOTONIC=1']

    def write(self, name, text):
        with open(os.path.join(self.top, name), 'w', encoding='utf-8') as file:
            file.write(text)

    def command(self, *words):
        where = ['--state', self.state]
        if words[0] in ('document', 'export', 'init', 'serve'):
            where += ['--data', self.data]
        return as_nobody([*self.clock, self.program, *words, *where])

    def run(self, *words, code=0):
        done = subprocess.run(self.command(*words), capture_output=True, text=True,
                              timeout=WAIT_S, check=False)
        if done.returncode != code:
            raise AssertionError(f'{words}: exit {done.returncode}: {done.stderr}')
        return (done.stdout if code == 0 else done.stderr).strip()

    def start(self, *words, under=(), said=None):
        self.process = subprocess.Popen(
            list(under) + self.command('serve', '--listen', '127.0.0.1:0', '--web', self.web, *words),
            stderr=subprocess.PIPE)
        said = [] if said is None else said
        for line in self.process.stderr:
            said.append(line)
            if b'listening on https://' in line:
                self.port = int(line.rsplit(b':', 1)[1])
                break
        else:
            raise AssertionError(f'the server did not start: {b"".join(said).decode()}')
        self.origin = f'https://127.0.0.1:{self.port}'
        return self

    def sql(self, text):
        """Past the server, as somebody with the store in hands"""
        if self.url:
            Paths.postgres.sql(text, self.url)
            return
        with sqlite3.connect(os.path.join(self.state, 'store.db')) as db:
            db.execute(text)
        db.close()
        if os.geteuid() == 0:
            for name in os.listdir(self.state):
                os.chown(os.path.join(self.state, name), NOBODY, NOBODY)

    def kept(self):
        """All that the store keeps, as bytes: SQLite's files, or what PostgreSQL gives out."""
        if self.url:
            return Paths.postgres.dump(self.url)
        kept = b''
        for name in os.listdir(self.state):
            if name.startswith('store'):
                with open(os.path.join(self.state, name), 'rb') as file:
                    kept += file.read()
        return kept

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        self.process = None

    def stop(self):
        """Gracefully; what it said since it listened."""
        self.process.send_signal(signal.SIGTERM)
        said = self.process.communicate(timeout=WAIT_S)[1].decode()
        code, self.process = self.process.returncode, None
        if code != 0:
            raise AssertionError(f'the server ended with {code}: {said}')
        return said

    def close(self):
        said = self.stop() if self.process else ''
        subprocess.run(['rm', '-rf', self.top], check=True)
        return said

    def connection(self):
        return http.client.HTTPSConnection('127.0.0.1', self.port, timeout=WAIT_S,
                                           context=any_certificate())

    def tls(self):
        """A bare TLS connection, for requests that no client library would send."""
        raw = socket.create_connection(('127.0.0.1', self.port), timeout=WAIT_S)
        return any_certificate().wrap_socket(raw)

    def unread(self):
        """A connection that keeps its place: the server is at work for it, and nobody reads what it says."""
        tls = self.tls()
        tls.sendall(b'GET /api/v1/texts/en HTTP/1.1\r\nHost: x\r\n\r\n' * 200)
        return tls

    def call(self, method, path, body=None, headers=None, over=None):
        connection = over or self.connection()
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            answer = Answer(response, response.read())
        finally:
            if not over:
                connection.close()
        self.contract.check(method, path, answer)
        return answer

    def write_call(self, method, path, body=None, cookie=None, **headers):
        """As the console does it"""
        head = {'X-Caretaker': '1', 'Origin': self.origin}
        if body is not None:
            head['Content-Type'] = 'application/json'
            body = body if isinstance(body, (bytes, str)) else json.dumps(body)
        if cookie:
            head['Cookie'] = cookie
        head.update({k.replace('_', '-'): v for k, v in headers.items()})
        return self.call(method, path, body, {k: v for k, v in head.items() if v is not None})

    def link(self):
        return self.run('admin-link').split('#')[1]

    def sign_in(self, name='ann', password=GOOD, role=None):
        """A new administrator with a second factor, or who has another role without; the cookie"""
        answer = self.write_call('POST', '/api/v1/setup',
                                 {'link': self.link(), 'name': name, 'password': password})
        if answer.status != 201:
            raise AssertionError(answer.body)
        cookie = cookie_of(answer)
        if role:
            self.sql(f"UPDATE grants SET role = '{role}' WHERE account = '{name}'")
            return cookie
        secret, codes = self.second_factor(cookie, password)
        self.factors[name] = {'secret': secret, 'codes': codes}
        return cookie

    def second_factor(self, cookie, password=GOOD):
        """Begun and confirmed: the app's secret and the codes on paper"""
        begun = self.write_call('POST', '/api/v1/session/totp', {'password': password},
                                cookie=cookie)
        if begun.status != 200:
            raise AssertionError(begun.status, begun.body)
        # By the server's clock, which a test may have put on.
        now = parsedate_to_datetime(begun.headers['Date']).timestamp()
        self.last_code = app_code(begun.json['secret'], now=now)
        done = self.write_call('POST', '/api/v1/session/totp/confirm', {'code': self.last_code},
                               cookie=cookie)
        if done.status != 200:
            raise AssertionError(done.body)
        return begun.json['secret'], done.json['codes']

    def token(self, *words):
        text = self.run('token', *words).removeprefix('caretaker1.')
        return json.loads(base64.urlsafe_b64decode(text + '=' * (-len(text) % 4)))['token']


def app_code(secret, later=0, now=None):
    """What an app shows (RFC 6238), with nothing of ours in it"""
    step = (int(now or time.time()) // 30 + later).to_bytes(8, 'big')
    mac = hmac.new(base64.b32decode(secret), step, 'sha1').digest()
    at = mac[19] & 15
    return f'{(int.from_bytes(mac[at:at + 4], "big") & 0x7fffffff) % 10 ** 6:06}'


def cookie_of(answer):
    return answer.headers['Set-Cookie'].split(';')[0]


class Device:
    """Enrols and reports the way the agent does."""

    def __init__(self, server, signer, name):
        self.server, self.signer, self.name = server, signer, name
        self.id, self.sequence = None, 0
        signer.key(name)

    def post(self, path, jws, content_type='application/jose', over=None):
        return self.server.call('POST', '/api/v1/' + path, jws, {'Content-Type': content_type},
                                over)

    def sealed_enrol(self, token):
        return self.signer.sign(self.name, 'caretaker-enrol', '-',
                                json.dumps({'format': 1, 'token': token}))

    def enrol(self, token):
        answer = self.post('enrol', self.sealed_enrol(token))
        if answer.status == 201:
            self.id = answer.json['device']
        return answer

    def payload(self, controls, kind='full', sequence=None, **over):
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        rows = [dict(zip(('id', 'state', 'reason', 'age'), row)) for row in sorted(controls)]
        return {'controls': rows, 'device': self.id, 'format': 1, 'kind': kind, 'policy': 1,
                'sequence': sequence, 'unit': 'hours', **over}

    def seal(self, payload, typ='caretaker-report', kid=None, key=None):
        text = payload if isinstance(payload, str) else json.dumps(
            payload, sort_keys=True, separators=(',', ':'))
        return self.signer.sign(key or self.name, typ, kid or self.id, text)

    def report(self, controls, kind='full', connection=None, **over):
        return self.post('reports', self.seal(self.payload(controls, kind, **over)),
                         over=connection)

    def leave(self):
        self.sequence += 1
        return self.post('leave', self.seal(
            {'device': self.id, 'format': 1, 'sequence': self.sequence}, 'caretaker-leave'))


class Case(unittest.TestCase):
    """One server for each class."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.signer = Signer()
        cls.keys = 0

    @classmethod
    def tearDownClass(cls):
        cls.signer.close()
        said = cls.server.close()
        if said.strip():
            raise AssertionError(f'the server had something to say: {said}')

    def device(self, *token_words, enrol=True):
        type(self).keys += 1
        device = Device(self.server, self.signer, f'key{self.keys}')
        if enrol:
            self.assertEqual(device.enrol(self.server.token(*token_words)).status, 201)
        return device
