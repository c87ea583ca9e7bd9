# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL or HAProxy for a test in another language. One line says where it is; it ends with standard input.

parts.py postgres              the URL of a new database
parts.py haproxy DIR PORT...   the port where it listens, in front of three processes
"""

import signal
import sys

from harness import as_nobody
from postgres import Postgres
from proxies import Proxy


def main():
    what, *words = sys.argv[1:]
    # Whoever started it ends it by closing the pipe, however that one ends: nothing is left behind.
    signal.signal(signal.SIGTERM, lambda *_: None)
    if what == 'postgres':
        part = Postgres(as_nobody)
        said = part.database()
    else:
        directory, *ports = words
        part = Proxy('haproxy.cfg', directory, ports)
        said = part.port
    try:
        print(said, flush=True)
        sys.stdin.read()
    finally:
        part.close()


if __name__ == '__main__':
    main()
