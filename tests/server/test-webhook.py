# SPDX-License-Identifier: Apache-2.0
"""The webhook against a receiver of another making, over real TLS: told once it begins to fail, signed
so that Python's own hmac agrees, kept while nobody takes it, never told of a family's device."""

import hashlib
import hmac
import http.server
import json
import os
import queue
import ssl
import subprocess
import threading
import unittest

from harness import Device, Server, Signer, WAIT_S, main

FAIL = ('disk.encrypted', 'fail', 'not-encrypted', 26)
PASS = ('disk.encrypted', 'pass', 'all-encrypted', 0)


class Receiver:
    """Answers with what it is told to; what came is in a queue."""

    def __init__(self, top):
        self.came, self.status = queue.Queue(), 204
        cert, key = os.path.join(top, 'hook.crt'), os.path.join(top, 'hook.key')
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                        'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=hook',
                        '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert],
                       check=True, capture_output=True)
        os.chmod(cert, 0o644)
        self.ca = cert
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length']))
                receiver.came.put((dict(self.headers), body))
                self.send_response(receiver.status)
                self.send_header('Location', 'https://localhost:1/')
                self.send_header('Content-Length', '0')
                self.end_headers()

            def log_message(self, *_):
                pass
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        self.http = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True,
                                               do_handshake_on_connect=False)
        self.url = f'https://localhost:{self.http.server_port}/hook'
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()


class Webhook(unittest.TestCase):
    def setUp(self):
        self.server, self.signer = Server(), Signer()
        self.receiver = Receiver(self.server.top)
        self.server.start('--webhook-ca', self.receiver.ca)
        self.cookie = self.server.sign_in()

    def tearDown(self):
        self.signer.close()
        self.server.close()
        self.receiver.close()

    def set_url(self):
        self.assertEqual(self.server.write_call(
            'POST', '/api/v1/settings', {'webhook_url': self.receiver.url},
            cookie=self.cookie).status, 200)

    def device(self, *words):
        device = Device(self.server, self.signer, 'key' + '-'.join(words))
        self.assertEqual(device.enrol(self.server.token(*words)).status, 201)
        return device

    def standing(self):
        return self.server.call('GET', '/api/v1/settings',
                                headers={'Cookie': self.cookie}).json['webhook']

    def take(self):
        return self.receiver.came.get(timeout=WAIT_S)

    def wait(self, good):
        for _ in range(WAIT_S * 20):
            if good(self.standing()):
                return
            threading.Event().wait(0.05)
        raise AssertionError(self.standing())

    def test_what_begins_to_fail_is_told_once_and_signed(self):
        silent = self.device('--group', 'before')
        silent.report([FAIL])  # before there was a webhook
        self.set_url()
        home = self.device('--ownership', 'private')
        home.report([FAIL[:3] + (1,)], unit='days')
        device = self.device('--group', 'lab')
        device.report([FAIL])
        head, body = self.take()
        told = json.loads(body)
        self.assertEqual([(e['device'], e['label'], e['control'], e['reason'])
                          for e in told['events']],
                         [(device.id, 'lab-001', 'disk.encrypted', 'not-encrypted')])
        self.assertEqual((told['kind'], told['format']), ('newly-failing', 1))
        stamp, mac = (part.split('=')[1] for part in head['X-Caretaker-Signature'].split(','))
        key = self.server.run('webhook-key').encode()
        self.assertEqual(mac, hmac.new(key, stamp.encode() + b'.' + body,
                                       hashlib.sha256).hexdigest())
        self.wait(lambda standing: standing['waiting'] == 0)
        device.report([FAIL], 'delta')  # it still fails: nothing new
        device.report([PASS], 'delta')
        device.report([FAIL[:3] + (0,)], 'delta')
        self.assertEqual(json.loads(self.take()[1])['events'][0]['device'], device.id)
        self.wait(lambda standing: standing['waiting'] == 0)
        self.assertTrue(self.receiver.came.empty())
        self.assertNotIn(key.decode(), self.server.run('table', 'settings'))

    def test_what_nobody_takes_is_kept_and_told_later(self):
        self.set_url()
        self.receiver.status = 500
        device = self.device('--group', 'later')
        device.report([FAIL])
        self.take()
        self.wait(lambda standing: standing['problem'] == 500)
        self.assertEqual(self.standing()['waiting'], 1)
        self.receiver.status = 307  # a redirect is no taking, and leads nowhere
        self.again(2)
        self.wait(lambda standing: standing['problem'] == 307)
        self.receiver.status = 200
        self.again(8)
        self.wait(lambda standing: standing['waiting'] == 0)
        self.assertIsNone(self.standing()['problem'])

    def again(self, minutes):
        """Killed, and begun again so many minutes later: the waiting grows with each failure."""
        self.server.move_clock(f'+{minutes}m')
        self.server.kill()
        self.server.start('--webhook-ca', self.receiver.ca)
        head, _ = self.take()
        self.assertIn('X-Caretaker-Signature', head)

    def test_a_receiver_that_cannot_be_trusted_is_told_nothing(self):
        self.server.stop()
        self.server.start()  # without its authority
        self.set_url()
        device = self.device('--group', 'stranger')
        device.report([FAIL])
        self.wait(lambda standing: standing['problem'] == 0)
        self.assertTrue(self.receiver.came.empty())
        self.assertEqual(self.standing()['waiting'], 1)
        # Erased, it is told of no more.
        self.assertEqual(self.server.write_call('POST', f'/api/v1/devices/{device.id}/erase',
                                                cookie=self.cookie).status, 200)
        self.assertEqual(self.standing()['waiting'], 0)


if __name__ == '__main__':
    main()
