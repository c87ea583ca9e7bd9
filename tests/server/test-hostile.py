# SPDX-License-Identifier: Apache-2.0
"""Bad input, over the wire: one clear error each, and nothing changes."""

import json
import os
import select
import signal
import socket
import ssl
import threading
import unittest
import warnings

from harness import WAIT_S, Case, Server, any_certificate, main

PASS = ('patch.index-fresh', 'pass', 'index-fresh', 3)


class Reports(Case):
    def setUp(self):
        self.one = self.device()
        self.one.report([PASS])
        self.cookie = self.server.sign_in()
        self.before = self.page()

    def tearDown(self):
        self.assertEqual(self.page(), self.before, 'nothing changed')
        self.assertEqual(self.one.report([], 'heartbeat', sequence=2).status, 200)

    def page(self):
        return self.server.call('GET', '/api/v1/devices/' + self.one.id,
                                headers={'Cookie': self.cookie}).json['controls']

    def refused(self, payload, status=400, **over):
        answer = self.one.post('reports', self.one.seal(payload, **over))
        self.assertEqual(answer.status, status, payload if len(payload) < 200 else len(payload))
        return answer.json['detail']

    def changed(self, **over):
        return {**self.one.payload([PASS], sequence=2), **over}

    def test_a_field_that_is_not_known(self):
        self.assertIn('hostname', self.refused(self.changed(hostname='laptop-7')))
        row = dict(zip(('id', 'state', 'reason', 'age'), PASS), path='/home/x')
        self.refused(self.changed(controls=[row]))

    def test_values_out_of_range(self):
        for over in ({'format': 2}, {'sequence': 0}, {'sequence': -1}, {'sequence': 2.5},
                     {'sequence': '2'}, {'kind': 'all'}, {'unit': 'minutes'}, {'policy': -1},
                     {'device': 'x'}, {'controls': {}}, {'controls': [1]}, {'sequence': 1 << 70},
                     {'kind': 'heartbeat'}):
            self.refused(self.changed(**over))
        for row in (('nodot', 'pass', 'index-fresh', 1), ('a.b', 'good', 'index-fresh', 1),
                    ('a.b', 'pass', 'because', 1), ('a.b', 'pass', 'index-fresh', -1)):
            self.refused(self.one.payload([row], sequence=2))
        self.refused(self.one.payload([PASS, PASS], sequence=2))

    def test_a_missing_field(self):
        for key in self.changed():
            payload = self.changed()
            del payload[key]
            self.refused(payload)

    def test_not_json(self):
        for text in ('', '{', '[]', 'null', '{} {}', '{"a":1,"a":1}', '[' * 4000, '{"a":' * 40,
                     'NaN', '{"format":1e400}', '"' + 'x' * 9000 + '"', "{'format':1}"):
            self.refused(text or ' ')

    def test_invalid_utf8_in_the_signed_payload(self):
        # sign-tool passes bytes through: latin-1 keeps each as it is
        payload = json.dumps(self.changed()).replace('index-fresh', 'index-fr\udcff')
        process = self.signer.process
        line = f'sign {self.one.name} caretaker-report {self.one.id} {payload}\n'
        process.stdin.write(line.encode('utf-8', 'surrogateescape'))
        process.stdin.flush()
        jws = process.stdout.readline().decode().strip()
        self.assertEqual(self.one.post('reports', jws).status, 400)

    def test_invented_controls_crowd_out_none_that_a_policy_names(self):
        self.device().report([('disk.encrypted', 'fail', 'not-encrypted', 0)])
        device = self.device()
        controls = [(f'a.invented-{n}', 'fail', 'not-encrypted', 0) for n in range(256)]
        self.assertEqual(device.report(controls).status, 200)
        cookie = self.server.sign_in('eve')
        listed = self.server.call('GET', '/api/v1/controls', headers={'Cookie': cookie}).json
        ids = [control['id'] for control in listed['controls']]
        self.assertEqual(len(ids), 256)
        self.assertIn('disk.encrypted', ids)
        device.leave()

    def test_a_foreign_key_and_a_foreign_device(self):
        other = self.device()
        self.refused(self.changed(), 401, key=other.name)
        self.refused(self.changed(), 401, kid='A' * 22)
        self.refused(self.changed(), 400, kid='short')
        # Another's valid signature with this one's name inside
        answer = other.post('reports', other.seal(self.changed()))
        self.assertEqual(answer.status, 400)
        self.refused(self.changed(), 400, typ='caretaker-policy')
        self.refused(self.changed(), 400, typ='caretaker-leave')
        stranger = self.device(enrol=False)
        stranger.id = 'A' * 22
        self.assertEqual(stranger.post('reports', stranger.seal(self.changed())).status, 401)

    def test_a_report_that_was_changed_on_its_way(self):
        jws = self.one.seal(self.changed())
        head, body, signature = jws.split('.')
        for torn in (f'{head}.{body}.{signature[:-4]}AAAA', f'{head}.{body[:-1]}.{signature}',
                     f'{head}.{body}A.{signature}', f'{head}.{body}', f'{head}.{body}.',
                     f'.{body}.{signature}', jws + '.', jws + '\n', ' ' + jws, '', 'x', '..',
                     f'{head}.{body}.{signature}=', 'A' * 90000):
            answer = self.one.post('reports', torn)
            self.assertIn(answer.status, (400, 401), torn[:80])

    def test_alg_none_and_other_headers(self):
        import base64

        def b64(value):
            return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip('=')
        _, body, signature = self.one.seal(self.changed()).split('.')
        for header in ({'alg': 'none', 'typ': 'caretaker-report', 'kid': self.one.id},
                       {'alg': 'HS256', 'typ': 'caretaker-report', 'kid': self.one.id},
                       {'alg': 'ES256', 'typ': 'caretaker-report'},
                       {'alg': 'ES256', 'typ': 'caretaker-report', 'kid': self.one.id,
                        'crit': ['x']}):
            for last in (signature, ''):
                answer = self.one.post('reports', f'{b64(header)}.{body}.{last}')
                self.assertIn(answer.status, (400, 401), header)

    def test_enrolment_keys(self):
        self.assertEqual(self.one.post('enrol', self.one.seal({'format': 1, 'token': 'A' * 32},
                                                              'caretaker-enrol')).status, 400)
        fresh = self.device(enrol=False)
        for text in ('{"format":1}', '{"format":2,"token":"x"}', '{"token":1,"format":1}',
                     '{"format":1,"token":"x","name":"anna"}', '[]', 'x'):
            jws = self.signer.sign(fresh.name, 'caretaker-enrol', '-', text)
            self.assertEqual(fresh.post('enrol', jws).status, 400, text)


class Wire(Case):
    """Bytes that no client library sends. The server must live on after each."""

    def tearDown(self):
        self.assertEqual(self.server.call('GET', '/healthz').status, 200)

    def raw(self, data):
        with self.server.tls() as tls:
            tls.sendall(data)
            return self.read_all(tls)

    def read_all(self, tls):
        got = b''
        try:
            while chunk := tls.recv(65536):
                got += chunk
        except (ssl.SSLError, ConnectionError):
            pass
        return got

    def status(self, data):
        line = self.raw(data).split(b'\r\n')[0].split(b' ')
        return int(line[1]) if len(line) > 1 else 0

    def test_traversal(self):
        for target in ('/../secret.html', '/..%2fsecret.html', '/%2e%2e/secret.html', '//etc/passwd',
                       '/assets/../../secret.html', '/assets/..', '/./index.html', '/assets//x.js',
                       '/..\\secret.html', '/%00', '/a%', '/api/v1/texts/../../secret',
                       '/api/v1/texts/..%2f..%2fsecret', '/link.html', 'index.html', '*',
                       'https://127.0.0.1/../secret.html'):
            request = f'GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
            got = self.raw(request.encode())
            self.assertNotIn(b'not for the web', got, target)
            self.assertIn(got.split(b' ')[1], (b'400', b'404'), target)

    def test_length_and_chunks_together(self):
        for lines in ('Content-Length: 5\r\nTransfer-Encoding: chunked',
                      'Transfer-Encoding: chunked\r\nContent-Length: 5',
                      'Content-Length: 5\r\nContent-Length: 6', 'Content-Length: -1',
                      'Content-Length: 99999999999999999999', 'Content-Length: 5x'):
            request = ('POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'
                       f'Content-Type: application/jose\r\n{lines}\r\n\r\n0\r\n\r\n')
            self.assertIn(self.status(request.encode()), (400, 413), lines)

    def test_too_much(self):
        head = 'GET /healthz HTTP/1.1\r\nHost: x\r\n'
        self.assertEqual(self.status((head + 'A: ' + 'x' * 20000 + '\r\n\r\n').encode()), 431)
        self.assertEqual(self.status((head + 'A: x\r\n' * 5000 + '\r\n').encode()), 431)
        self.assertEqual(self.status((head + 'A: x\r\n' * 65 + '\r\n').encode()), 431)
        self.assertEqual(self.status(b'GET /' + b'a' * 9000 + b' HTTP/1.1\r\n\r\n'), 431)
        body = self.status(b'POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'
                           b'Content-Length: 10000000\r\n\r\n')
        self.assertEqual(body, 413)
        # What is not read any more is thrown away, so that the answer is not lost with it.
        huge = (b'POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n' +
                b'x' * 1000000)
        self.assertEqual(self.status(huge), 413)

    def test_what_is_refused_is_told_why(self):
        for data, status in ((b'GET / HTTP/1.1\n\n', 400), (b'GET / HTTP/2.0\r\nHost: x\r\n\r\n', 505),
                             (b'GET / HTTP/1.1\r\n\r\n', 400),
                             (b'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400),
                             (b'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n', 501),
                             (b'GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n', 417)):
            head, body = self.raw(data + b'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n').split(b'\r\n\r\n')
            self.assertEqual(int(head.split(b' ')[1]), status, data)
            self.assertIn(b'application/problem+json', head)
            self.assertIn(b'\r\nConnection: close', head)
            self.assertEqual(json.loads(body)['status'], status)

    def test_smuggled_behind_a_body(self):
        """What a proxy in front would take for a body is a body here, too."""
        inner = b'GET /api/v1/fleet HTTP/1.1\r\nHost: x\r\n\r\n'
        for framing, body in ((b'Content-Length: %d' % len(inner), inner),
                              (b'Transfer-Encoding: chunked', b'%x\r\n%s\r\n0\r\n\r\n' % (len(inner), inner))):
            got = self.raw(b'POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'
                           b'Content-Type: application/jose\r\n' + framing + b'\r\n\r\n' + body)
            self.assertEqual(got.count(b'HTTP/1.1 '), 1, framing)
            self.assertEqual(got.split(b' ')[1], b'400', framing)

    def test_a_client_that_asks_whether_to_go_on(self):
        with self.server.tls() as tls:
            tls.sendall(b'POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n'
                        b'Connection: close\r\nContent-Type: application/jose\r\nContent-Length: 3\r\n\r\n')
            self.assertEqual(tls.recv(4096), b'HTTP/1.1 100 Continue\r\n\r\n')
            tls.sendall(b'x.y')
            self.assertEqual(self.read_all(tls).split(b' ')[1], b'400')

    def test_not_http_at_all(self):
        for data in (b'\0' * 100, b'GET\r\n\r\n', b'\r\n\r\n', b'GET / HTTP/9.9\r\n\r\n',
                     b'BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n', b'GET / HTTP/1.1\r\n: x\r\n\r\n',
                     b'GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n', b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'):
            with self.server.tls() as tls:
                tls.sendall(data)
                tls.shutdown(socket.SHUT_WR)
                self.assertNotIn(b' 200 ', self.read_all(tls).split(b'\r\n')[0], data)

    def test_pipelined_requests_get_their_answers_in_order(self):
        one = b'GET /%s HTTP/1.1\r\nHost: x\r\n%s\r\n'
        got = self.raw(one % (b'healthz', b'') + one % (b'api/v1/fleet', b'') +
                       one % (b'healthz', b'Connection: close\r\n'))
        lines = [line for line in got.split(b'\r\n') if b'HTTP/1.1 ' in line]
        self.assertEqual([line.split(b'HTTP/1.1 ')[1][:3] for line in lines],
                         [b'200', b'401', b'200'])

    def test_half_a_request_then_gone(self):
        for data in (b'', b'G', b'POST /api/v1/reports HTTP/1.1\r\nContent-Length: 100\r\n\r\nxx'):
            for _ in range(20):
                self.server.tls().close()
                with self.server.tls() as tls:
                    tls.sendall(data)

    def test_gone_before_the_answer(self):
        """Many clients that leave while a lane still works for them."""
        body = json.dumps({'name': 'gone', 'password': 'x'})
        for number in range(30):
            with self.server.tls() as tls:
                tls.sendall((f'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nOrigin: https://x\r\n'
                             'X-Caretaker: 1\r\nContent-Type: application/json\r\n'
                             f'Content-Length: {len(body)}\r\n\r\n{body}').encode())
                if number % 2:
                    tls.shutdown(socket.SHUT_WR)

    def test_plain_text_on_the_tls_port(self):
        with socket.create_connection(('127.0.0.1', self.server.port)) as raw:
            raw.sendall(b'GET / HTTP/1.1\r\n\r\n')
            raw.settimeout(60)
            try:
                self.assertNotIn(b'HTTP', raw.recv(4096))
            except ConnectionError:
                pass

    def test_old_tls_is_refused(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_ciphers('ALL:@SECLEVEL=0')
        with warnings.catch_warnings(action='ignore'):
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection(('127.0.0.1', self.server.port)) as raw:
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                context.wrap_socket(raw)

    def test_many_at_once(self):
        """More connections than the server takes: those that got in are served."""
        held = [self.server.tls() for _ in range(100)]
        statuses = []

        def ask():
            statuses.append(self.server.call('GET', '/healthz').status)
        threads = [threading.Thread(target=ask) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for tls in held:
            tls.close()
        self.assertEqual(statuses, [200] * 20)


class Limits(unittest.TestCase):
    """Its own small limits. Waits end with what the server does, never with a clock."""

    def start(self, *words):
        server = Server().start(*words)
        self.addCleanup(server.close)
        return server

    def drip(self, connection, data):
        """One byte whenever nothing came back for a while; True when the server hung up."""
        for byte in data:
            if select.select([connection], [], [], 0.1)[0]:
                return True
            try:
                connection.sendall(bytes([byte]))
            except OSError:
                return True
        return False

    def test_one_byte_at_a_time_holds_no_connection(self):
        server = self.start('--deadline', '1')
        with server.tls() as tls:
            self.assertTrue(self.drip(tls, b'GET /healthz HTTP/1.1\r\n' + b'A: b\r\n' * 100))
        body = b'POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n'
        with server.tls() as tls:
            tls.sendall(body)
            self.assertTrue(self.drip(tls, b'x' * 600))
        # Nor before the handshake, nor between two requests.
        with socket.create_connection(('127.0.0.1', server.port)) as raw:
            self.assertTrue(self.drip(raw, b'\x16\x03\x01\x7f\xff' + b'x' * 600))
        with server.tls() as tls:
            tls.sendall(b'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
            self.assertIn(b'200 OK', tls.recv(4096))
            self.assertEqual(self.rest(tls), b'')
        self.assertEqual(server.call('GET', '/healthz').status, 200)

    def rest(self, tls):
        got = b''
        try:
            while chunk := tls.recv(4096):
                got += chunk if b'status' not in chunk else b''
        except (ssl.SSLError, ConnectionError):
            pass
        return got

    def alive(self, tls):
        try:
            tls.sendall(b'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
            return b'200 OK' in tls.recv(4096)
        except OSError:
            return False

    def test_connections_are_capped_and_come_back(self):
        server = self.start('--connections', '4', '--deadline', '600')
        held = [server.tls() for _ in range(4)]
        # Who is no guest yet is let in when another goes, or is told so at once by a reset.
        held.pop().close()
        self.assertEqual(server.call('GET', '/healthz').status, 200)
        held.append(server.tls())
        self.assertEqual([self.alive(tls) for tls in held], [True] * 4)
        for tls in held:
            tls.close()

    def test_the_longest_silent_makes_room(self):
        """All places are taken by who says nothing: a newcomer is refused by a reset, and comes again as
        agents do, until whoever was silent the longest has lost its place. The others keep theirs."""
        server = self.start('--connections', '4', '--deadline', '600')
        held = [server.tls() for _ in range(4)]
        self.assertTrue(self.alive(held[0]), 'so that the second is the longest silent')
        for _ in range(600):
            try:
                fifth = server.tls()
                break
            except (ConnectionError, ssl.SSLError):
                continue
        self.assertTrue(self.alive(fifth))
        self.assertFalse(self.alive(held[1]))
        self.assertTrue(self.alive(held[0]))
        for tls in held + [fifth]:
            tls.close()

    def stop_process(self, server):
        server.process.send_signal(signal.SIGSTOP)
        # A signal is only sent: until every thread has stopped, it still works.
        os.waitid(os.P_PID, server.process.pid, os.WSTOPPED | os.WNOWAIT)

    def sockets(self, server):
        directory = f'/proc/{server.process.pid}/fd'
        return sum(os.readlink(os.path.join(directory, fd)).startswith('socket:')
                   for fd in os.listdir(directory))

    def test_connections_are_capped_when_they_come_at_once(self):
        server = self.start('--connections', '4', '--deadline', '600')
        self.stop_process(server)
        open_before = self.sockets(server)
        raw = [socket.create_connection(('127.0.0.1', server.port)) for _ in range(12)]
        server.process.send_signal(signal.SIGCONT)
        served = any_certificate().wrap_socket(raw[0])
        served.sendall(b'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
        self.assertIn(b'200 OK', served.recv(4096))
        # Four are in; to the others nothing was said, and they are reset before they have waited long.
        waiting, ended = raw[1:], 0
        while ended < 8:
            ready = select.select(waiting, [], [], WAIT_S)[0]
            self.assertTrue(ready, f'{ended} were told')
            for each in ready:
                with self.assertRaises(ConnectionResetError):
                    each.recv(1)
                waiting.remove(each)
                ended += 1
        self.assertEqual(self.sockets(server) - open_before, 4)
        for each in waiting + [served]:
            each.close()

    def test_more_work_than_fits_is_refused_and_said(self):
        """Passwords are checked one by one: of many at once, some wait, and the others are told."""
        server = self.start()
        held = [server.tls() for _ in range(60)]
        head = (f'POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n'
                f'Origin: {server.origin}\r\nX-Caretaker: 1\r\n'
                'Content-Type: application/json\r\nContent-Length: ')
        self.stop_process(server)
        for number, tls in enumerate(held):  # one name alone would be slowed before that
            body = json.dumps({'name': f'nobody{number}', 'password': 'some long password'})
            tls.sendall(f'{head}{len(body)}\r\n\r\n{body}'.encode())
        server.process.send_signal(signal.SIGCONT)
        answers = [tls.recv(65536) for tls in held]
        for tls in held:
            tls.close()
        busy = [answer for answer in answers if answer.startswith(b'HTTP/1.1 503 ')]
        self.assertGreater(len(busy), 0)
        self.assertLess(len(busy), len(answers))
        for answer in busy:
            self.assertIn(b'\r\nretry-after: ', answer.split(b'\r\n\r\n')[0].lower())
            self.assertIn(b'application/problem+json', answer)
        server.sign_in('later')

    def test_an_answer_that_nobody_reads(self):
        """The largest answers, asked for again and again, never read: others are still served."""
        server = self.start()
        with server.tls() as tls:
            tls.setblocking(False)
            one = b'GET /api/v1/texts/en HTTP/1.1\r\nHost: x\r\n\r\n'
            for _ in range(200):
                try:
                    tls.send(one)
                except ssl.SSLWantWriteError:
                    break
            self.assertEqual(server.call('GET', '/healthz').status, 200)


if __name__ == '__main__':
    main()
