#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""caretaker-courier against real TLS servers: what it posts, what it brings, what it refuses."""

import json
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

import tap
from keys import TlsKey

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
NOBODY = 65534
DELIVERED, BROKEN, UNDELIVERED, PRIVILEGE = 0, 1, 75, 77


class Server:
    """Takes connections one by one; answer(connection, request) writes what the test wants."""

    def __init__(self, key, answer, tls=True):
        self.answer = answer
        self.requests = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.context = None
        if tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(key.certificate, key.key)
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            try:
                if self.context:
                    connection = self.context.wrap_socket(connection, server_side=True)
                while self.serve_one(connection):
                    pass
            except (OSError, ssl.SSLError):
                pass
            finally:
                connection.close()

    def serve_one(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            more = connection.recv(65536)
            if not more:
                return False
            head += more
            if head[0] == 0x16:  # a TLS handshake (RFC 8446, 5.1) at a server that has none
                connection.sendall(b"HTTP/1.1 400 X\r\nContent-Length: 0\r\n\r\n")
                return False
        head, body = head.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        headers = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in lines[1:])}
        while len(body) < int(headers.get("content-length", "0")):
            body += connection.recv(65536)
        self.requests.append((lines[0], headers, body))
        return self.answer(connection, self.requests[-1])

    def close(self):
        # shutdown wakes the accept that close alone would leave waiting
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


def plain(status, body, extra=""):
    body = body if isinstance(body, bytes) else body.encode()

    def answer(connection, _request):
        connection.sendall(
            f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{extra}\r\n".encode() + body
        )
        return True

    return answer


class Spool:
    def __init__(self, url, pins):
        self.directory = tempfile.TemporaryDirectory(prefix="caretaker-courier-")
        self.path = pathlib.Path(self.directory.name)
        self.path.chmod(0o755)
        self.outbox = self.path / "outbox"
        self.inbox = self.path / "inbox"
        self.outbox.mkdir(mode=0o755)
        self.inbox.mkdir(mode=0o777)
        self.inbox.chmod(0o777)
        endpoint = {"format": 1, "pins": pins, "url": url}
        (self.outbox / "endpoint.json").write_text(json.dumps(endpoint))

    def put(self, name, data="a.b.c"):
        (self.outbox / name).write_text(data)

    def run(self, *options, environment=None, privileged=False):
        command = [str(PROGRAM), "--spool", str(self.path), *options]
        if not privileged:
            drop = ["setpriv", "--no-new-privs"]
            if os.getuid() == 0:
                drop += [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
            command = drop + command
        done = subprocess.run(command, env=environment or {}, capture_output=True, text=True)
        self.errors = done.stderr
        return done.returncode

    def reply(self, number):
        path = self.inbox / f"{number:08}.reply"
        return json.loads(path.read_text()) if path.exists() else None

    def replies(self):
        return sorted(path.name for path in self.inbox.iterdir())


class Lab:
    def __init__(self, directory):
        self.directory = directory
        self.key = TlsKey(directory, "right")
        self.other = TlsKey(directory, "other")

    def exchange(self, answer, *options, items=("00000001.report",), pins=None, tls=True,
                 environment=None):
        server = Server(self.key, answer, tls)
        try:
            spool = Spool(server.url, pins or [self.key.pin])
            for item in items:
                spool.put(item, f"jws.of.{item}")
            code = spool.run(*options, environment=environment)
        finally:
            server.close()
        return code, spool, server.requests


def failed(word):
    return {"error": word, "format": 1, "status": 0}


def test_items_are_posted_in_order_to_their_place(lab):
    items = ("00000010.leave", "00000002.report", "00000000.enrol", "00000009.report", "wake", "x")
    code, spool, requests = lab.exchange(plain(200, '{"accepted":1}'), items=items)
    tap.equal(code, DELIVERED, spool.errors)
    tap.equal(
        [(line, body.decode()) for line, _, body in requests],
        [
            ("POST /api/v1/enrol HTTP/1.1", "jws.of.00000000.enrol"),
            ("POST /api/v1/reports HTTP/1.1", "jws.of.00000002.report"),
            ("POST /api/v1/reports HTTP/1.1", "jws.of.00000009.report"),
            ("POST /api/v1/leave HTTP/1.1", "jws.of.00000010.leave"),
        ],
    )
    tap.equal(spool.reply(9), {"body": '{"accepted":1}', "format": 1, "status": 200})
    tap.equal(
        spool.replies(),
        ["00000000.reply", "00000002.reply", "00000009.reply", "00000010.reply"],
    )


def test_a_request_tells_nothing_of_the_device(lab):
    _, _, requests = lab.exchange(plain(200, "{}"))
    headers = requests[0][1]
    tap.equal(
        sorted(headers), ["accept", "content-length", "content-type", "host", "user-agent"]
    )
    tap.equal(headers["user-agent"], "caretaker")
    tap.equal(headers["content-type"], "application/jose")


def test_the_second_pin_counts_too(lab):
    code, _, _ = lab.exchange(plain(200, "{}"), pins=[lab.other.pin, lab.key.pin])
    tap.equal(code, DELIVERED)


def test_another_key_gets_nothing(lab):
    code, spool, requests = lab.exchange(plain(200, "{}"), pins=[lab.other.pin])
    tap.equal(code, UNDELIVERED)
    tap.equal(spool.reply(1), failed("wrong-key"))
    tap.equal(requests, [])


def test_a_server_that_is_down(lab):
    with socket.socket() as bound:  # held, so that nobody else listens there meanwhile
        bound.bind(("127.0.0.1", 0))
        spool = Spool(f"https://127.0.0.1:{bound.getsockname()[1]}", [lab.key.pin])
        spool.put("00000001.report")
        spool.put("00000002.report")
        tap.equal(spool.run(), UNDELIVERED)
    tap.equal(spool.reply(1), failed("unreachable"))
    tap.equal(spool.replies(), ["00000001.reply"], "stops at the first failure")


def test_a_server_that_never_answers(lab):
    released = threading.Event()

    def answer(_connection, _request):
        released.wait()
        return False

    server = Server(lab.key, answer)
    spool = Spool(server.url, [lab.key.pin])
    spool.put("00000001.report")
    try:
        tap.equal(spool.run("--timeout", "1"), UNDELIVERED)
    finally:
        released.set()
        server.close()
    tap.equal(spool.reply(1), failed("timeout"))


def test_a_server_that_drips(lab):
    stopped = threading.Event()

    def answer(connection, _request):
        connection.sendall(b"HTTP/1.1 200 X\r\nContent-Length: 100000\r\n\r\n")
        while not stopped.wait(0.05):
            connection.sendall(b" ")
        return False

    server = Server(lab.key, answer)
    spool = Spool(server.url, [lab.key.pin])
    spool.put("00000001.report")
    try:
        tap.equal(spool.run("--timeout", "1"), UNDELIVERED)
    finally:
        stopped.set()
        server.close()
    tap.equal(spool.reply(1), failed("timeout"))


def test_html_is_brought_as_it_is(lab):
    code, spool, _ = lab.exchange(plain(200, "<html>sign in</html>"))
    tap.equal(code, DELIVERED)
    tap.equal(spool.reply(1)["body"], "<html>sign in</html>")


def test_bytes_that_are_no_text(lab):
    for body in (b"\xff\xfe\x00\x01", b"a\0b"):
        _, spool, _ = lab.exchange(plain(200, body))
        tap.equal(spool.reply(1), failed("not-http"))


def test_a_redirect_is_not_followed(lab):
    elsewhere = Server(lab.key, plain(200, "{}"))
    code, spool, _ = lab.exchange(plain(307, "", f"Location: {elsewhere.url}/\r\n"))
    elsewhere.close()
    tap.equal(code, UNDELIVERED)
    tap.equal(spool.reply(1)["status"], 307)
    tap.equal(elsewhere.requests, [])


def test_an_answer_that_is_too_large(lab):
    code, spool, _ = lab.exchange(plain(200, b"a" * ((1 << 20) + 1)))
    tap.equal(code, UNDELIVERED)
    tap.equal(spool.reply(1), failed("too-large"))


def test_an_endless_answer_without_a_length(lab):
    def answer(connection, _request):
        connection.sendall(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"10000\r\n" + b"a" * 65536 + b"\r\n")

    code, spool, _ = lab.exchange(answer)
    tap.equal(code, UNDELIVERED)
    tap.equal(spool.reply(1), failed("too-large"))


def test_endless_headers(lab):
    def answer(connection, _request):
        connection.sendall(b"HTTP/1.1 200 X\r\n")
        while True:
            connection.sendall(b"X-More: " + b"a" * 8192 + b"\r\n")

    code, spool, _ = lab.exchange(answer)
    tap.equal(code, UNDELIVERED)
    tap.equal(spool.reply(1)["status"], 0)


def test_the_largest_answer_that_fits(lab):
    code, spool, _ = lab.exchange(plain(200, b"a" * (1 << 20)))
    tap.equal(code, DELIVERED)
    tap.equal(len(spool.reply(1)["body"]), 1 << 20)


def test_an_answer_that_grows_when_it_is_written(lab):
    _, spool, _ = lab.exchange(plain(200, b"\x01" * (1 << 20)))
    tap.equal(spool.reply(1), failed("too-large"))


def test_something_that_speaks_no_http(lab):
    def answer(connection, _request):
        connection.sendall(b"220 mail.example ESMTP\r\n")
        return False

    _, spool, _ = lab.exchange(answer)
    tap.equal(spool.reply(1), failed("not-http"))


def test_a_server_without_tls(lab):
    code, spool, requests = lab.exchange(plain(200, "{}"), tls=False)
    tap.equal(code, UNDELIVERED)
    tap.equal(spool.reply(1)["status"], 0)
    tap.equal(requests, [])


def test_a_refusal_stops_the_rest(lab):
    for status in (401, 409, 503):
        code, spool, requests = lab.exchange(
            plain(status, '{"status":1}'), items=("00000001.report", "00000002.report")
        )
        tap.equal(code, UNDELIVERED)
        tap.equal(spool.reply(1)["status"], status)
        tap.equal(len(requests), 1)


def test_the_environment_names_no_proxy(lab):
    proxy = Server(lab.key, plain(200, "{}"), tls=False)
    address = proxy.url.replace("https", "http")
    code, _, requests = lab.exchange(
        plain(200, "{}"), environment={"HTTPS_PROXY": address, "ALL_PROXY": address}
    )
    proxy.close()
    tap.equal(code, DELIVERED)
    tap.equal(len(requests), 1)
    tap.equal(proxy.requests, [])


def test_without_an_endpoint_there_is_nothing_to_do(lab):
    spool = Spool("https://127.0.0.1:1", [lab.key.pin])
    spool.put("00000001.report")
    (spool.outbox / "endpoint.json").unlink()
    tap.equal(spool.run(), DELIVERED)
    tap.equal(spool.replies(), [])


def test_a_bad_endpoint_is_named(lab):
    for text in ("", "{", '{"format":1,"pins":[],"url":"https://a"}', "x" * 5000):
        spool = Spool("https://127.0.0.1:1", [lab.key.pin])
        (spool.outbox / "endpoint.json").write_text(text)
        tap.equal(spool.run(), BROKEN)
        if "endpoint.json" not in spool.errors:
            raise AssertionError(spool.errors)


def test_an_item_that_is_no_regular_file(lab):
    secret = lab.directory / "secret"
    secret.write_text("not for the network")
    for make in (lambda path: os.symlink(secret, path), os.mkfifo, os.mkdir):
        server = Server(lab.key, plain(200, "{}"))
        spool = Spool(server.url, [lab.key.pin])
        make(spool.outbox / "00000001.report")
        code = spool.run()
        server.close()
        tap.equal(code, BROKEN)
        tap.equal(server.requests, [])


def test_wrong_privileges_are_refused(lab):
    """As root: being root. As anybody else: that privileges could still grow."""
    spool = Spool("https://127.0.0.1:1", [lab.key.pin])
    tap.equal(spool.run(privileged=True), PRIVILEGE)


def main():
    with tempfile.TemporaryDirectory(prefix="caretaker-keys-") as directory:
        path = pathlib.Path(directory)
        tap.run(sys.modules[__name__], Lab(path))


if __name__ == "__main__":
    main()
