# SPDX-License-Identifier: Apache-2.0
"""As much of the X11 protocol as it takes to see windows appear and to ask them to close, as a window
manager would (X Window System Protocol, version 11; ICCCM 4.2.8.1, WM_DELETE_WINDOW)."""

import select
import socket
import struct
import time

INTERN_ATOM, GET_PROPERTY, QUERY_TREE, SEND_EVENT, CHANGE_ATTRIBUTES = 16, 20, 15, 25, 2
MAP_NOTIFY, CLIENT_MESSAGE = 19, 33
SUBSTRUCTURE_NOTIFY = 1 << 19
EVENT_MASK = 1 << 11


class Display:
    def __init__(self, number):
        self.peer = socket.socket(socket.AF_UNIX)
        self.peer.connect(f"/tmp/.X11-unix/X{number}")
        self.peer.send(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
        good, _, _, length = struct.unpack("<BxHHH", self.take(8))
        setup = self.take(4 * length)
        if good != 1:
            raise ConnectionError("the display refuses")
        vendor, formats = struct.unpack_from("<H", setup, 16)[0], setup[21]
        self.root = struct.unpack_from("<I", setup, 32 + (vendor + 3) // 4 * 4 + 8 * formats)[0]
        self.events = []
        self.protocols = self.atom("WM_PROTOCOLS")
        self.delete = self.atom("WM_DELETE_WINDOW")
        self.request(CHANGE_ATTRIBUTES, 0, struct.pack("<III", self.root, EVENT_MASK,
                                                       SUBSTRUCTURE_NOTIFY))

    def close(self):
        self.peer.close()

    def take(self, n):
        data = b""
        while len(data) < n:
            part = self.peer.recv(n - len(data))
            if not part:
                raise ConnectionError("the display is gone")
            data += part
        return data

    def request(self, code, small, body):
        self.peer.sendall(struct.pack("<BBH", code, small, 1 + len(body) // 4) + body)

    def packet(self):
        head = self.take(32)
        if head[0] == 1:
            return head + self.take(4 * struct.unpack_from("<I", head, 4)[0])
        return head

    def reply(self):
        """None when the window of the request is gone."""
        while True:
            found = self.packet()
            if found[0] == 1:
                return found
            if found[0] == 0:
                return None
            self.events.append(found[0] & 0x7F)

    def atom(self, name):
        data = name.encode()
        self.request(INTERN_ATOM, 0, struct.pack("<Hxx", len(data)) + data + b"\0" * (-len(data) % 4))
        return struct.unpack_from("<I", self.reply(), 8)[0]

    def closable(self):
        """The shown windows that can be asked to close"""
        self.request(QUERY_TREE, 0, struct.pack("<I", self.root))
        tree = self.reply()
        count = struct.unpack_from("<H", tree, 16)[0]
        return [one for one in struct.unpack_from(f"<{count}I", tree, 32) if self.can_close(one)]

    def can_close(self, window):
        self.request(GET_PROPERTY, 0, struct.pack("<IIIII", window, self.protocols, 4, 0, 32))
        found = self.reply()
        if found is None:
            return False
        count = struct.unpack_from("<I", found, 16)[0]
        return self.delete in struct.unpack_from(f"<{count}I", found, 32) and self.shown(window)

    def shown(self, window):
        self.request(3, 0, struct.pack("<I", window))  # GetWindowAttributes
        found = self.reply()
        return found is not None and found[26] == 2

    def ask_to_close(self, window):
        event = struct.pack("<BBHIIII12x", CLIENT_MESSAGE, 32, 0, window, self.protocols, self.delete, 0)
        self.request(SEND_EVENT, 0, struct.pack("<II", window, 0) + event)

    def wait_shown(self, seconds):
        """Waits until a window is mapped; False when none was by then."""
        end = time.monotonic() + seconds
        while MAP_NOTIFY not in self.events:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.peer], [], [], left)[0]:
                return False
            self.events.append(self.packet()[0] & 0x7F)
        self.events.clear()
        return True
