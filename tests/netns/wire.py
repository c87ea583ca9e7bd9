# SPDX-License-Identifier: Apache-2.0
"""common/ipc.h from the other side: packets as they are, also wrong ones."""

import array
import json
import os
import socket
import struct

VERSION = 1
REQUEST, REPLY, ERROR, PROGRESS = 1, 2, 3, 4
HOME_HELLO, HOME_SETTINGS, HOME_STATE, HOME_UNDO, HOME_FACTS = 10, 11, 12, 13, 14
HEADER = struct.Struct("=BBHI")
WAIT_S = 60  # no test is about time: this only ends one that hangs


def connect(path):
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    peer.settimeout(WAIT_S)
    peer.connect(str(path))
    return peer


def packet(kind, body, version=VERSION, flags=0, length=None):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HEADER.pack(version, flags, kind, len(data) if length is None else length) + data


def send(peer, kind, body):
    peer.send(packet(kind, body))


def receive(peer):
    """(type, body), or (None, None) when the other side has hung up."""
    try:
        data, ancillary, _, _ = peer.recvmsg(1 << 17, socket.CMSG_SPACE(4))
    except ConnectionError:
        return None, None
    if not data:
        return None, None
    _, flags, kind, length = HEADER.unpack(data[: HEADER.size])
    if flags:
        fds = array.array("i")
        fds.frombytes(ancillary[0][2][:4])
        text = os.pread(fds[0], length, 0)
        os.close(fds[0])
    else:
        text = data[HEADER.size :]
    return kind, json.loads(text)


class Refused(Exception):
    def __init__(self, body):
        super().__init__(f"{body['code']}: {body['text']}")
        self.code = body["code"]


def ask(path, verb, **arguments):
    """The reply's body; steps told meanwhile are dropped."""
    with connect(path) as peer:
        send(peer, REQUEST, {"verb": verb, **arguments})
        while True:
            kind, body = receive(peer)
            if kind == REPLY:
                return body
            if kind == ERROR:
                raise Refused(body)
            if kind != PROGRESS:
                raise AssertionError(f"{verb}: hung up, or sent {kind}")
