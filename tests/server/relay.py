# SPDX-License-Identifier: Apache-2.0
"""A mail relay of this test's own: as much of SMTP (RFC 5321, 3207, 4954) as a client needs to be tried."""

import base64
import os
import queue
import socketserver
import ssl
import subprocess
import threading

DAYS = '400'


def openssl(*words):
    subprocess.run(['openssl', *words], check=True, capture_output=True)


class Authority:
    """A CA and a certificate for localhost"""

    def __init__(self, top):
        self.ca, self.cert, self.key = (os.path.join(top, name) for name in ('ca.crt', 'relay.crt', 'relay.key'))
        ca_key, request = os.path.join(top, 'ca.key'), os.path.join(top, 'relay.csr')
        new = ('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes')
        openssl('req', '-x509', *new, '-days', DAYS, '-subj', '/CN=school', '-keyout', ca_key, '-out', self.ca)
        openssl('req', *new, '-subj', '/CN=relay', '-addext', 'subjectAltName=DNS:localhost', '-keyout', self.key,
                '-out', request)
        openssl('x509', '-req', '-in', request, '-CA', self.ca, '-CAkey', ca_key, '-CAcreateserial', '-days', DAYS,
                '-copy_extensions', 'copy', '-out', self.cert)
        os.chmod(self.ca, 0o644)


class Session(socketserver.BaseRequestHandler):
    def handle(self):
        self.relay = self.server.relay
        self.tls, self.signed_in = False, not self.relay.login
        try:
            if self.relay.mode == 'implicit':
                self.begin_tls()
            self.file = self.request.makefile('rb')
            self.say('220 relay.example ESMTP')
            while self.one_line():
                pass
        except (OSError, ssl.SSLError):
            pass

    def begin_tls(self):
        self.request = self.relay.context.wrap_socket(self.request, server_side=True)
        self.tls = True

    def say(self, *lines):
        for i, line in enumerate(lines):
            if i < len(lines) - 1:
                line = line[:3] + '-' + line[4:]
            self.request.sendall(line.encode() + b'\r\n')

    def one_line(self):
        line = self.file.readline().decode().rstrip('\r\n')
        if not line:
            return False
        self.relay.said.append(line)
        verb = line.split(' ')[0].upper()
        if verb in self.relay.answers:
            self.say(self.relay.answers[verb])
            return True
        act = getattr(self, 'on_' + verb.lower(), None)
        if not act:
            self.say('502 no such thing')
            return True
        return act(line)

    def on_ehlo(self, _line):
        more = []
        if self.relay.mode == 'starttls' and not self.tls:
            more.append('250 STARTTLS')
        if self.relay.login:
            more.append('250 AUTH PLAIN')
        self.say('250 relay.example', *more)
        return True

    def on_starttls(self, _line):
        if self.relay.mode != 'starttls':
            self.say('502 none here')
            return True
        self.say('220 go on')
        self.begin_tls()
        self.file = self.request.makefile('rb')
        return True

    def on_auth(self, line):
        words = line.split(' ')
        if len(words) < 3:
            self.say('334 ')
            words.append(self.file.readline().decode().strip())
        self.signed_in = tuple(base64.b64decode(words[2]).decode().split('\0')[1:]) == self.relay.login
        self.say('235 welcome' if self.signed_in else '535 who are you?')
        return True

    def on_mail(self, _line):
        self.say('250 yes' if self.signed_in else '530 sign in first')
        return True

    def on_rcpt(self, _line):
        self.say('250 yes')
        return True

    def on_data(self, _line):
        self.say('354 go on')
        text = b''
        while not text.endswith(b'\r\n.\r\n'):
            piece = self.file.readline()
            if not piece:
                return False
            text += piece
        self.relay.gate.wait()
        if self.relay.taken:
            self.say(self.relay.taken)
        else:
            self.relay.mails.put(text[:-3])
            self.say('250 taken')
        return True

    def on_quit(self, _line):
        self.say('221 bye')
        return False


class Relay(socketserver.ThreadingTCPServer):
    """mode: implicit, starttls or plain. answers: verb to reply; taken: what is said of a mail that is not taken;
    gate: what is said of any waits until it is open"""

    allow_reuse_address = daemon_threads = True

    def __init__(self, authority, mode='implicit', login=None):
        super().__init__(('127.0.0.1', 0), Session)
        self.relay, self.mode, self.login = self, mode, login
        self.mails, self.said, self.answers, self.taken = queue.Queue(), [], {}, None
        self.gate = threading.Event()
        self.gate.set()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(authority.cert, authority.key)
        scheme = 'smtps' if mode == 'implicit' else 'smtp'
        self.address = f'{scheme}://localhost:{self.server_address[1]}'
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()
