# SPDX-License-Identifier: Apache-2.0
"""A peer that talks like caretakerd, or badly: AF_UNIX SOCK_SEQPACKET, as common/ipc.h has it."""

import array
import json
import os
import socket
import struct
import threading

VERSION = 1
REQUEST, REPLY, ERROR, PROGRESS = 1, 2, 3, 4
MEMFD = 1


def packet(kind, body, version=VERSION, flags=0, length=None):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return struct.pack('=BBHI', version, flags, kind,
                       len(data) if length is None else length) + data


def reply(body):
    return packet(REPLY, body)


def error(code, text=''):
    return packet(ERROR, {'code': code, 'text': text})


def progress(step, done, of):
    return packet(PROGRESS, {'step': step, 'done': done, 'of': of})


def memfd(kind, data, seal=True, length=None):
    """A packet whose body lies in a memfd: (packet, fd)."""
    import fcntl
    fd = os.memfd_create('body', os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.write(fd, data)
    if seal:
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW |
                    fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL)
    header = packet(kind, b'', flags=MEMFD, length=len(data) if length is None else length)
    return header, fd


class FakeService:
    """answers: verb to a list of packets, sent in order; then it hangs up. The verb '' answers
    whatever has none of its own. requests: what was asked, in order."""

    def __init__(self, directory, answers):
        self.path = os.path.join(directory, 'control.sock')
        self.answers = answers
        self.requests = []
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(self.path)
        self.listener.listen(8)
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()
        os.unlink(self.path)

    def serve(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            with peer:
                self.answer(peer)

    def answer(self, peer):
        data = peer.recv(1 << 17)
        if len(data) < 8:
            return
        request = json.loads(data[8:])
        self.requests.append(request)
        for item in self.answers.get(request['verb'], self.answers.get('', [])):
            try:
                self.send(peer, item)
            except OSError:
                return

    @staticmethod
    def send(peer, item):
        if isinstance(item, tuple):
            header, fd = item
            peer.sendmsg([header], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [fd]))])
        else:
            peer.send(item)
