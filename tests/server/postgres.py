# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL of this test's own: Debian's programs, a directory below /tmp, no TCP."""

import contextlib
import glob
import os
import shutil
import subprocess
import tempfile

WAIT_S = '60'


class Postgres:
    def __init__(self, as_user):
        found = sorted(glob.glob('/usr/lib/postgresql/*/bin/initdb'))
        if not found:
            raise RuntimeError('no PostgreSQL: apt-get install postgresql')
        self.programs, self.as_user = os.path.dirname(found[-1]), as_user
        self.top = tempfile.mkdtemp(prefix='caretaker-postgres-')
        os.chmod(self.top, 0o777)
        self.data, self.made = os.path.join(self.top, 'data'), 0
        # What a power cut would do is PostgreSQL's own to prove: its data need not reach the disk.
        self.run('initdb', '-D', self.data, '-U', 'caretaker', '-A', 'trust', '--no-sync',
                 '-E', 'UTF8', '--locale=C')
        self.start()

    def run(self, program, *words):
        done = subprocess.run(self.as_user([os.path.join(self.programs, program), *words]), cwd='/',
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              check=False)
        if done.returncode != 0:
            raise RuntimeError(f'{program}: {done.stderr}')

    def start(self):
        self.run('pg_ctl', '-D', self.data, '-w', '-t', WAIT_S, '-l', os.path.join(self.top, 'log'),
                 '-o', f"-k {self.top} -c listen_addresses='' -c fsync=off", 'start')

    def stop(self, mode='fast'):
        self.run('pg_ctl', '-D', self.data, '-w', '-t', WAIT_S, '-m', mode, 'stop')

    def sql(self, text, name='postgres'):
        where = name if '://' in name else f'postgresql://caretaker@/{name}?host={self.top}'
        self.run('psql', '-d', where, '-v', 'ON_ERROR_STOP=1', '-qc', text)

    def ask(self, text, url):
        return subprocess.run(
            self.as_user([os.path.join(self.programs, 'psql'), '-d', url, '-Atc', text]), cwd='/',
            stdout=subprocess.PIPE, text=True, check=True).stdout

    @contextlib.contextmanager
    def session(self, url):
        """One that stays: what it is asked is done when ask returns"""
        psql = subprocess.Popen(self.as_user([os.path.join(self.programs, 'psql'), '-d', url, '-qAt']),
                                cwd='/', stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        def ask(text):
            psql.stdin.write(f'{text};\n\\echo done\n')
            psql.stdin.flush()
            while psql.stdout.readline() not in ('done\n', ''):
                pass

        try:
            yield ask
        finally:
            psql.stdin.close()
            psql.stdout.close()
            psql.wait()

    def dump(self, url):
        return subprocess.run(
            self.as_user([os.path.join(self.programs, 'pg_dump'), url]), cwd='/',
            stdout=subprocess.PIPE, check=True).stdout

    def database(self, more=''):
        """A new one; the URL for store.url"""
        self.made += 1
        self.sql(f"CREATE DATABASE store{self.made} {more}")
        return f'postgresql://caretaker@/store{self.made}?host={self.top}'

    def close(self):
        self.stop('immediate')
        shutil.rmtree(self.top)
