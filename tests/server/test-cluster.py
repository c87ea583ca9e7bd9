# SPDX-License-Identifier: Apache-2.0
"""Three processes on one PostgreSQL behind a proxy: a fleet reports while one of them is killed."""

import json
import os
import subprocess
import time

from harness import SOURCE, WAIT_S, Case, Paths, Server, main
from proxies import Proxy

DEVICES = 240
PROCESSES = 3
POLICY = os.path.join(SOURCE, 'policies/baseline/school.json')


class Fleet:
    """Simulated devices with keys of their own (tests/bench/fleet)"""

    def __init__(self, directory, count):
        self.program = os.path.join(os.path.dirname(Paths.sign_tool), '../bench/fleet/bench-fleet')
        self.file = os.path.join(directory, 'fleet')
        subprocess.run([self.program, 'make', self.file, '--count', str(count)], check=True)

    def start(self, action, port, *words):
        return subprocess.Popen([self.program, action, self.file, '--policy', POLICY, '--to',
                                 f'127.0.0.1:{port}', *words],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, action, port, *words):
        return self.end(self.start(action, port, *words))

    @staticmethod
    def end(process):
        said, wrong = process.communicate(timeout=5 * WAIT_S)
        if process.returncode != 0:
            raise AssertionError(wrong)
        return json.loads(said)


class Cluster(Case):
    def cluster(self, proxy):
        """The processes, and what they are asked through"""
        first = Server().start()
        servers = [first]
        for _ in range(PROCESSES - 1):
            other = Server.__new__(Server)
            other.__dict__.update(first.__dict__)
            other.process = None
            servers.append(other.start())
        self.addCleanup(self.end, servers)
        front = Proxy(proxy, first.top, [server.port for server in servers])
        self.addCleanup(front.close)
        asker = Server.__new__(Server)
        asker.__dict__.update(first.__dict__)
        asker.port, asker.origin = front.port, f'https://127.0.0.1:{front.port}'
        self.until_up(asker)
        return servers, asker

    @staticmethod
    def end(servers):
        for server in servers[1:]:
            if server.process:
                server.stop()
        servers[0].close()

    def until_up(self, asker):
        """A proxy tells nobody when it listens: it is asked until it does."""
        end = time.monotonic() + WAIT_S
        while True:
            try:
                if asker.call('GET', '/healthz').status == 200:
                    return
            except OSError:
                if time.monotonic() > end:
                    raise

    def survives(self, proxy):
        servers, asker = self.cluster(proxy)
        fleet = Fleet(asker.top, DEVICES)
        token = asker.token('--uses', str(DEVICES), '--group', 'lab')
        self.assertEqual(fleet.run('enrol', asker.port, '--token', token)['accepted'], DEVICES)
        first = fleet.run('report', asker.port)
        self.assertEqual((first['accepted'], first['refused']), (DEVICES, 0), first)
        # One is killed when half of the reports are answered; connections of its own break.
        reports = fleet.start('report', asker.port, '--heartbeats', '20', '--deltas', '60',
                              '--connections', '16', '--fresh', '1', '--compress', '600')
        for line in reports.stderr:
            if line == 'half\n':
                break
        servers[1].kill()
        later = fleet.end(reports)
        self.assertEqual((later['accepted'], later['refused']), (DEVICES, 0), later)
        # A report that was answered and lost would leave a gap in front of the next: none is seen.
        after = fleet.run('verify', asker.port)
        self.assertEqual((after['accepted'], after['wants_full']), (DEVICES, 0), after)
        self.pages_tell_the_truth(asker, fleet)
        self.assertIn('sound', asker.run('check'))

    def pages_tell_the_truth(self, asker, fleet):
        """What devices said, counted where they are, is what each process shows to who signed in once."""
        cookie = asker.sign_in()
        truth = fleet.run('truth', asker.port)
        for _ in range(PROCESSES):
            found = asker.call('GET', '/api/v1/fleet', headers={'Cookie': cookie}).json['devices']
            self.assertEqual((found['total'], found['failing']), (DEVICES, truth['failing']))
            controls = asker.call('GET', '/api/v1/controls', headers={'Cookie': cookie}).json
            self.assertEqual({c['id']: c['counts']['fail'] for c in controls['controls']},
                             truth['controls'])

    def test_behind_haproxy(self):
        self.survives('haproxy.cfg')

    def test_behind_nginx(self):
        self.survives('nginx.conf')


if __name__ == '__main__':
    main()
