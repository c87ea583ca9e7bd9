# SPDX-License-Identifier: Apache-2.0
"""HAProxy and nginx in front of several processes, with the configurations that packaging/proxy has."""

import os
import re
import socket
import subprocess

from harness import NOBODY, SOURCE, WAIT_S, as_nobody

MODULE = '/usr/lib/nginx/modules/ngx_stream_module.so'


def free_port():
    """The system's choice, asked for a moment before it is used"""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Proxy:
    """One of them, in a directory of its own below the one given. port: where it listens"""

    def __init__(self, name, directory, ports):
        with open(os.path.join(SOURCE, 'packaging/proxy', name), encoding='utf-8') as file:
            text = file.read()
        self.port = free_port()
        for shipped, port in zip((8443, 8444, 8445), ports):
            text = text.replace(f'127.0.0.1:{shipped}', f'127.0.0.1:{port}')
        directory = os.path.join(directory, 'proxy')
        os.mkdir(directory)
        if os.geteuid() == 0:
            os.chown(directory, NOBODY, NOBODY)
        path = os.path.join(directory, name)
        if name == 'haproxy.cfg':
            # Where a test runs, so many descriptors may not be had.
            text = text.replace('maxconn 8000', 'maxconn 400')
            text = text.replace('bind :443', f'bind 127.0.0.1:{self.port}')
            command = ['haproxy', '-db', '-q', '-f', path]
        else:
            text = text.replace('listen 443', f'listen 127.0.0.1:{self.port}')
            text = re.sub(r'^include .*$', f'load_module {MODULE};\ndaemon off;\n'
                          f'pid {directory}/nginx.pid;', text, flags=re.M)
            command = ['nginx', '-p', directory, '-e', 'stderr', '-c', path]
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        os.chmod(path, 0o644)
        self.process = subprocess.Popen(as_nobody(command), stdout=subprocess.DEVNULL)

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=WAIT_S)
