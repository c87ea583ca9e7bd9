# SPDX-License-Identifier: Apache-2.0
"""Caretaker's programs from a build, side by side with whatever is installed: own directories,
own sockets, own endpoint. Needs root."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

WORKER_UID = 1000
NOBODY = 65534
PROGRAMS = {'caretaker': 'agent/cli', 'caretakerd': 'agent/core', 'caretaker-seal': 'agent/seal',
            'caretaker-firewall': 'agent/wall', 'caretaker-hand': 'agent/hand',
            'caretaker-legacy': 'agent/legacy',
            'caretaker-courier': 'agent/courier', 'caretaker-home': 'agent/home',
            'caretaker-unpack': 'agent/unpack', 'caretaker-server': 'server'}


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def await_true(condition, what, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f'waited {seconds} s for {what}')
        time.sleep(0.02)


def unit_environment():
    """What the units of the resident programs set."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../packaging/systemd')
    with open(os.path.join(folder, 'caretakerd.service.in'), encoding='utf-8') as file:
        return dict(re.findall(r'^Environment=(\w+)=(.*)$', file.read(), re.M))


class Lab:
    def __init__(self, build, data, directory, root='/'):
        self.environment = unit_environment()
        self.build, self.dir, self.root = build, directory, root
        self.children = []
        self.stopped = False
        os.chmod(directory, 0o755)
        for name, mode in (('bin', 0o755), ('run', 0o755), ('run/homes', 0o755), ('state', 0o700),
                           ('state/key', 0o700), ('state/undo', 0o700), ('spool', 0o755),
                           ('spool/outbox', 0o750), ('spool/inbox', 0o770), ('server', 0o700),
                           ('log', 0o755)):
            os.mkdir(self.path(name))
            os.chmod(self.path(name), mode)
        os.chown(self.path('spool/outbox'), 0, NOBODY)
        os.chown(self.path('spool/inbox'), NOBODY, 0)
        os.chown(self.path('server'), NOBODY, NOBODY)
        for name, folder in PROGRAMS.items():
            built = os.path.join(build, folder, name)
            if os.path.exists(built):
                shutil.copy(built, self.path('bin'))
        shutil.copytree(data, self.path('data'))

    def path(self, name):
        return os.path.join(self.dir, name)

    def has(self, program):
        return os.path.exists(self.path('bin/' + program))

    def start(self, program, *args, uid=0, sockets=None, argv=None):
        """A program with NoNewPrivs, the uid, and sockets as sd_listen_fds(3) hands them over."""
        if not argv:
            argv = ['/usr/bin/setpriv', '--no-new-privs']
            if uid:
                argv += [f'--reuid={uid}', f'--regid={uid}', '--clear-groups']
            argv += [self.path('bin/' + program), *args]
        env = {'PATH': '/usr/bin:/bin', **self.environment}
        if sockets:
            # LISTEN_PID is only known in the child; the shell keeps its pid over exec.
            env.update(LISTEN_FDS=str(len(sockets)), LISTEN_FDNAMES=':'.join(sockets))
            argv = ['/bin/sh', '-c', 'LISTEN_PID=$$ exec "$@"', 'sh', *argv]
        log = open(self.path(f'log/{program}'), 'ab')  # pylint: disable=consider-using-with
        fds = list(sockets.values()) if sockets else []

        def hand_over():
            for number, fd in enumerate(fds, 3):
                os.dup2(fd, number)
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env,
                                 preexec_fn=hand_over if fds else None,
                                 pass_fds=range(3, 3 + len(fds)), close_fds=True)
        log.close()
        self.children.append(child)
        return child

    def cli(self, *args, stdin=''):
        return subprocess.run(
            [self.path('bin/caretaker'), '--data', self.path('data'), '--socket',
             self.path('run/control.sock'), *args], input=stdin, capture_output=True, text=True,
            check=False, timeout=200)

    def hand_argv(self):
        """caretaker-hand as of this machine: dconf knows no other root than "/". Beside the machine's
        own /usr there is what shows that clients are installed."""
        script = ('root=$1 state=$2 program=$3; '
                  'mount -t overlay -o lowerdir="$root/usr:/usr" caretaker "$root/usr"; '
                  'mount --rbind /proc "$root/proc"; mount --rbind /dev "$root/dev"; '
                  'mount --bind "$state" "$root/run/undo"; mount --bind "$program" "$root/run/hand"; '
                  'LISTEN_PID=$$ exec /usr/sbin/chroot "$root" setpriv --no-new-privs '
                  '/run/hand --root / --state /run/undo')
        return ['/usr/bin/unshare', '--mount', '--propagation', 'private', '/bin/sh', '-ec', script,
                'sh', self.root, self.path('state/undo'), self.path('bin/caretaker-hand')]

    def start_hand(self, listener):
        if not os.path.isdir(os.path.join(self.root, 'run/undo')):
            return self.start('caretaker-hand', '--root', self.root, '--state',
                              self.path('state/undo'), sockets={'hand': listener})
        return self.start('caretaker-hand', sockets={'hand': listener}, argv=self.hand_argv())

    def start_core(self):
        self.serve_hand()
        core = self.start('caretakerd', '--state', self.path('state'), '--spool', self.path('spool'),
                          '--run', self.path('run'), '--data', self.path('data'), '--libexec',
                          self.path('bin'), '--root', self.root)
        await_true(lambda: os.path.exists(self.path('run/control.sock')), 'caretakerd')
        await_true(lambda: self.cli('status').returncode in (0, 2), 'the first answer')
        return core

    def serve_hand(self):
        """caretaker-hand when somebody connects, as its socket unit does."""
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listener.bind(self.path('run/hand.sock'))
        listener.listen(16)
        os.set_inheritable(listener.fileno(), True)

        def serve():
            import select
            while not self.stopped:
                if not select.select([listener], [], [], 0.5)[0]:
                    continue
                self.start_hand(listener.fileno()).wait()
        threading.Thread(target=serve, daemon=True).start()

    def start_home(self, home, uid=WORKER_UID):
        child = self.start('caretaker-home', '--home', home, '--root', self.root, '--socket',
                           self.path('run/home.sock'), uid=uid)
        with open(f'/proc/{child.pid}/stat', encoding='ascii') as file:
            started = file.read().rsplit(')', 1)[1].split()[19]
        with open(self.path(f'run/homes/{uid}.pid'), 'w', encoding='ascii') as file:
            file.write(f'{child.pid} {started}\n')
        return child

    def enrol(self):
        port = free_port()
        state = ['--state', self.path('server')]
        as_server = ['/usr/bin/setpriv', '--no-new-privs', f'--reuid={NOBODY}', f'--regid={NOBODY}',
                     '--clear-groups', self.path('bin/caretaker-server')]
        subprocess.run([*as_server, 'init', *state, '--data', self.path('data'), '--name', 'localhost'],
                       check=True, capture_output=True, text=True)
        self.start('caretaker-server', 'serve', *state, '--data', self.path('data'), '--listen',
                   f'127.0.0.1:{port}', uid=NOBODY)
        await_true(lambda: self.connects(port), 'the endpoint')
        token = subprocess.run([*as_server, 'token', *state, '--ownership', 'private', '--url',
                                f'https://localhost:{port}'], check=True, capture_output=True,
                               text=True).stdout.strip().splitlines()[-1].strip()
        carrying = threading.Thread(target=self.carry, daemon=True)
        carrying.start()
        done = self.cli('enrol', '--yes', stdin=token + '\n')
        if done.returncode != 0:
            raise RuntimeError('could not enrol: ' + done.stderr.strip().splitlines()[-1])

    @staticmethod
    def connects(port):
        with socket.socket() as s:
            return s.connect_ex(('127.0.0.1', port)) == 0

    def carry(self):
        """caretaker-courier when something was laid into the outbox, as its path unit does."""
        seen = None
        while not self.stopped:
            try:
                state = os.stat(self.path('spool/outbox/wake')).st_mtime_ns
            except OSError:
                state = None
            if state is not None and state != seen:
                seen = state
                self.start('caretaker-courier', '--spool', self.path('spool'), uid=NOBODY).wait()
            time.sleep(0.1)

    def log(self, program):
        try:
            with open(self.path('log/' + program), encoding='utf-8', errors='replace') as file:
                return file.read().strip().splitlines()[-3:]
        except OSError:
            return []

    def stop(self):
        self.stopped = True
        for child in reversed(self.children):
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for child in self.children:
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def fake_root(directory):
    """A system in which Chromium, Firefox and teams-for-linux are installed, and a home."""
    root, home = os.path.join(directory, 'root'), os.path.join(directory, 'home')
    for name in ('usr/bin', 'etc/chromium/policies/managed', 'etc/opt/chrome', 'etc/firefox', 'proc',
                 'opt/teams-for-linux', 'var/lib', 'home', 'run'):
        os.makedirs(os.path.join(root, name))
    for name in ('usr/bin/chromium', 'usr/bin/firefox', 'usr/bin/teams-for-linux',
                 'opt/teams-for-linux/teams-for-linux'):
        with open(os.path.join(root, name), 'w', encoding='ascii') as file:
            file.write('\n')
        os.chmod(os.path.join(root, name), 0o755)
    with open(os.path.join(root, 'etc/os-release'), 'w', encoding='ascii') as file:
        file.write('ID=debian\nVERSION_ID=12\n')
    with open(os.path.join(root, 'etc/passwd'), 'w', encoding='ascii') as file:
        file.write(f'root:x:0:0::/root:/bin/sh\nu:x:{WORKER_UID}:{WORKER_UID}::/home/u:/bin/sh\n')
    config = os.path.join(home, '.config/teams-for-linux')
    os.makedirs(config)
    with open(os.path.join(config, 'config.json'), 'w', encoding='ascii') as file:
        file.write('{}\n')
    for at, _, files in os.walk(home):
        os.chown(at, WORKER_UID, WORKER_UID)
        for name in files:
            os.chown(os.path.join(at, name), WORKER_UID, WORKER_UID)
    return root, home


def flip(path, changed):
    """Writes to changed what path holds with one kept value turned round and every other byte the
    same, so that the value put back makes the same file again; its key."""
    with open(path, encoding='utf-8') as file:
        text = file.read()
    values = json.loads(text)
    key = next(k for k, v in sorted(values.get('policies', values).items()) if isinstance(v, bool))
    turned = re.sub(r'("%s"\s*:\s*)(true|false)' % re.escape(key),
                    lambda m: m[1] + ('false' if m[2] == 'true' else 'true'), text)
    with open(changed, 'w', encoding='utf-8') as file:
        file.write(turned)
    return key


def with_desktop(root):
    """GNOME in that system too, and what a hand that has it for its own machine needs
    (Lab.hand_argv)."""
    for name in ('dev', 'tmp', 'etc/dconf/profile', 'run/undo'):
        os.makedirs(os.path.join(root, name), exist_ok=True)
    for name in ('bin', 'lib', 'lib64'):
        os.symlink('usr/' + name, os.path.join(root, name))
    for name in ('usr/bin/gnome-shell', 'run/hand'):
        with open(os.path.join(root, name), 'w', encoding='ascii') as file:
            file.write('\n')
    shutil.copy('/usr/bin/dconf', os.path.join(root, 'usr/bin/dconf'))
