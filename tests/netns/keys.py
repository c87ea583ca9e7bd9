# SPDX-License-Identifier: Apache-2.0
"""Keys made for one run, with the openssl command alone."""

import base64
import hashlib
import subprocess


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
