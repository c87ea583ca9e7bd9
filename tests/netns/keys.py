# SPDX-License-Identifier: Apache-2.0
"""Keys made for one run, with the openssl command alone."""

import base64
import hashlib
import json
import os
import subprocess
import tempfile


def openssl(*arguments, data=None):
    return subprocess.run(
        ["openssl", *arguments], input=data, check=True, capture_output=True
    ).stdout


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class TlsKey:
    """A self-signed certificate and the pin of its key."""

    def __init__(self, directory, name):
        self.key = directory / f"{name}.key"
        self.certificate = directory / f"{name}.crt"
        openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", "/CN=unrelated.invalid", "-days", "1",
            "-keyout", str(self.key), "-out", str(self.certificate),
        )
        public = openssl("pkey", "-in", str(self.key), "-pubout", "-outform", "DER")
        self.pin = b64(hashlib.sha256(public).digest())


class SignKey:
    """A P-256 key that signs JWS with ES256 (RFC 7518, 3.4)."""

    def __init__(self, directory, name):
        self.path = directory / f"{name}.pem"
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-out", str(self.path))
        public = openssl("pkey", "-in", str(self.path), "-pubout", "-outform", "DER")
        x, y = public[-64:-32], public[-32:]  # the uncompressed point ends the structure
        self.jwk = {"crv": "P-256", "kty": "EC", "x": b64(x), "y": b64(y)}
        self.thumbprint = b64(hashlib.sha256(canonical(self.jwk)).digest())

    def sign(self, typ, payload, kid=None):
        header = {"alg": "ES256", "kid": kid or self.thumbprint, "typ": typ}
        data = payload if isinstance(payload, bytes) else canonical(payload)
        text = f"{b64(canonical(header))}.{b64(data)}"
        der = openssl("dgst", "-sha256", "-sign", str(self.path), data=text.encode())
        return f"{text}.{b64(raw_signature(der))}"


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def raw_signature(der):
    """SEQUENCE of two INTEGERs to R and S of 32 bytes each."""
    numbers, at = [], 2
    for _ in range(2):
        length = der[at + 1]
        numbers.append(int.from_bytes(der[at + 2 : at + 2 + length], "big"))
        at += 2 + length
    return b"".join(number.to_bytes(32, "big") for number in numbers)


def payload_of(jws):
    return unb64(jws.split(".")[1])


def header_of(jws):
    return json.loads(unb64(jws.split(".")[0]))


def signature_right(jws, jwk):
    """Asks openssl whether the signature is by this key."""
    text, _, signature = jws.rpartition(".")
    raw = unb64(signature)
    der = der_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    point = b"\x04" + unb64(jwk["x"]) + unb64(jwk["y"])
    head = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
    with tempfile.TemporaryDirectory() as directory:
        places = [os.path.join(directory, name) for name in ("key", "signature", "text")]
        for place, data in zip(places, (head + point, der, text.encode())):
            with open(place, "wb") as file:
                file.write(data)
        done = subprocess.run(
            ["openssl", "dgst", "-sha256", "-keyform", "DER", "-verify", places[0],
             "-signature", places[1], places[2]],
            capture_output=True,
        )
    return done.returncode == 0


def der_signature(r, s):
    def integer(number):
        data = number.to_bytes(number.bit_length() // 8 + 1, "big")
        return bytes([2, len(data)]) + data

    body = integer(r) + integer(s)
    return bytes([0x30, len(body)]) + body
