# SPDX-License-Identifier: Apache-2.0
"""Lynis and OpenSCAP on the machines of the scenarios, where they answer the same question.

A scenario holds only the files that its control reads. A peer wants a whole system, so each is laid
over a minimal Debian (debootstrap), and asked there in namespaces of its own, without a network.
What that adds may change the right answer: a case counts for a peer only when caretaker, asked again on the
completed tree, still finds the scenario's right answer. OpenSCAP's content knows Debian up to 11; a
copy of it is told that 12 is fine, since everything would be "not applicable" otherwise."""

import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import xml.etree.ElementTree

import cases as case_module

BASE = '/var/cache/caretaker-tests/peers-base'
MEMORY = '/var/cache/caretaker-tests/peers.json'
CONTENT = '/usr/share/xml/scap/ssg/content/ssg-debian11-ds.xml'
RULE = 'xccdf_org.ssgproject.content_rule_'
LOCK = threading.Lock() # of MEMORY
LYNIS_S = 180
OSCAP_S = 120

# control: Lynis tests that ask the same, and how their words are read
LYNIS = {
    'auth.no-empty-password': (('AUTH-9283',), 'warned'),
    # it looks whether a module for password strength is there
    'auth.password-quality': (('AUTH-9262',), 'warned'),
    # whether a tool that applies upgrades by itself is there
    'patch.auto-updates': (('PKGS-7420',), 'warned'),
    'patch.os-supported': ((), 'end-of-life'),
    'remote.legacy': (('INSE-8016', 'INSE-8116', 'INSE-8304', 'INSE-8316', 'INSE-8320', 'INSE-8322'),
                      'warned'),
}
# control: rules of OpenSCAP's content; all have to pass. Its rules on sshd and on sources ask less than
# those controls do (nothing of log-in by password, nothing of [trusted=yes]): they are not asked.
OPENSCAP = {
    'auth.no-empty-password': ('no_empty_passwords_etc_shadow',),
    'auth.sudo-needs-password': ('sudo_remove_nopasswd', 'sudo_remove_no_authenticate'),
    'remote.legacy': ('package_inetutils-telnetd_removed', 'package_nis_removed',
                      'package_telnetd-ssl_removed', 'package_telnetd_removed'),
}


def prepare_base():
    """A minimal Debian with Lynis in it, made once"""
    if os.path.exists(os.path.join(BASE, '.ready')):
        return
    shutil.rmtree(BASE, ignore_errors=True)
    os.makedirs(os.path.dirname(BASE), exist_ok=True)
    subprocess.run(['debootstrap', '--variant=minbase', '--include=procps', 'bookworm', BASE],
                   check=True, stdout=subprocess.DEVNULL)
    for path in ('/usr/share/lynis', '/etc/lynis', os.path.dirname(case_module.FAKETIME)):
        shutil.copytree(path, BASE + path, symlinks=True, dirs_exist_ok=True)
    shutil.copy('/usr/sbin/lynis', BASE + '/usr/sbin/lynis')
    with open(os.path.join(BASE, '.ready'), 'w', encoding='utf-8'):
        pass


def prepare_stream(top):
    """OpenSCAP's data stream, told that Debian 12 and containers are fine"""
    with open(CONTENT, encoding='utf-8') as file:
        text = file.read()
    text = text.replace('^11.[0-9]+$', '^12.[0-9]+$').replace('/.dockerenv', '/.no-such-file')
    stream = os.path.join(top, 'stream.xml')
    with open(stream, 'w', encoding='utf-8') as file:
        file.write(text)
    return stream, text


def prepare_content(top):
    """The stream, and a profile of the rules that are asked for"""
    stream, text = prepare_stream(top)
    for control, rules in OPENSCAP.items():
        known = [rule for rule in rules if f'id="{RULE}{rule}"' in text]
        selects = ''.join(f'<x:select idref="{RULE}{rule}" selected="true"/>' for rule in known)
        with open(os.path.join(top, control + '.xml'), 'w', encoding='utf-8') as file:
            file.write('<?xml version="1.0"?><x:Tailoring xmlns:x="http://checklists.nist.gov/xccdf/1.2" '
                       'id="xccdf_truth_tailoring_t"><x:version time="2026-01-01T00:00:00">1</x:version>'
                       '<x:Profile id="xccdf_truth_profile_p"><x:title>p</x:title>'
                       f'{selects}</x:Profile></x:Tailoring>')
    return stream


class Machine:
    """A scenario's files over the minimal Debian, mounted in a mount namespace of each command"""

    def __init__(self, programs, case, top):
        self.top, self.case = top, case
        for name in ('upper', 'work', 'tree'):
            os.mkdir(os.path.join(top, name))
        laid = os.path.join(top, 'laid')
        subprocess.run([programs.lay, case.folder, laid], check=True)
        # links of the base (lib to usr/lib) lead to where the scenario's files belong
        for entry in os.listdir(laid):
            subprocess.run(['cp', '-a', os.path.join(laid, entry), os.path.join(top, 'upper')],
                           check=True)
        self.merge_links()

    def merge_links(self):
        upper = os.path.join(self.top, 'upper')
        for entry in os.listdir(upper):
            in_base = os.path.join(BASE, entry)
            path = os.path.join(upper, entry)
            if os.path.islink(in_base) and os.path.isdir(path) and not os.path.islink(path):
                target = os.path.join(upper, os.readlink(in_base).lstrip('/'))
                os.makedirs(target, exist_ok=True)
                subprocess.run(['cp', '-a', path + '/.', target], check=True)
                shutil.rmtree(path)

    def run(self, command, seconds, **environment):
        """In the namespaces; `{tree}` in the command is where the machine is mounted"""
        tree = os.path.join(self.top, 'tree')
        options = f'lowerdir={BASE},upperdir={self.top}/upper,workdir={self.top}/work'
        words = [word.replace('{tree}', tree) for word in command]
        return subprocess.run(
            ['timeout', '-k', '5', str(seconds), 'unshare', '--mount', '--net', '--pid', '--fork',
             '--ipc', 'sh', '-c', f'mount -t overlay overlay -o {options} {tree} && exec "$@"', 'sh',
             *words], capture_output=True, text=True, errors='replace', check=False,
            stdin=subprocess.DEVNULL,
            env={'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL': 'C', 'TZ': 'UTC',
                 **environment})


def same_answer(programs, machine, case):
    """Whether completing the tree left the right answer what it is"""
    data = case_module.data_dir(case, os.path.join(machine.top))
    done = machine.run([programs.caretaker, '--data', data, 'audit', '--root', '{tree}', '--only',
                        case.control, '--json'], 60, LD_PRELOAD=case_module.FAKETIME,
                       FAKETIME=case_module.moment(case), FAKETIME_DONT_RESET='1')
    try:
        return json.loads(done.stdout)['verdicts'][0]['state'] == case.right
    except (ValueError, LookupError):
        return False


def read_lynis(tests, how, log, report):
    if how == 'end-of-life':
        seen = re.search(r'EOL check: (\d+)', log)
        return {'0': 'pass', '1': 'fail'}.get(seen[1]) if seen else None
    performed = [t for t in tests if f'Performing test ID {t} ' in log]
    if not performed:
        return None
    said = re.findall(r'^(?:warning|suggestion)\[\]=([A-Z]+-\d+)\|', report, re.M)
    return 'fail' if any(t in said for t in performed) else 'pass'


def slurp(path):
    try:
        with open(path, encoding='utf-8', errors='replace') as file:
            return file.read()
    except OSError:
        return ''


def ask_lynis(machine, case):
    tests, how = LYNIS[case.control]
    machine.run(['chroot', '{tree}', '/usr/sbin/lynis', 'audit', 'system', '--no-colors', '--quiet',
                 '--tests', ' '.join(('CORE-1000',) + tests), '--logfile', '/lynis.log',
                 '--report-file', '/lynis.dat'], LYNIS_S, LD_PRELOAD=case_module.FAKETIME,
                FAKETIME=case_module.moment(case), FAKETIME_DONT_RESET='1')
    upper = os.path.join(machine.top, 'upper')
    return read_lynis(tests, how, slurp(upper + '/lynis.log'), slurp(upper + '/lynis.dat'))


def read_openscap(path):
    words = {'pass': 'pass', 'fail': 'fail', 'notapplicable': 'na'}
    try:
        tree = xml.etree.ElementTree.parse(path)
    except (OSError, xml.etree.ElementTree.ParseError):
        return None
    space = '{http://checklists.nist.gov/xccdf/1.2}'
    found = {words.get(result.text) for result in tree.iter(space + 'result')
             if result.text != 'notselected'}
    if 'fail' in found:
        return 'fail'
    return found.pop() if len(found) == 1 else None


def ask_openscap(machine, case, content):
    results = os.path.join(machine.top, 'results.xml')
    stream, tailoring = content
    machine.run(['env', 'OSCAP_PROBE_ROOT={tree}', 'oscap', 'xccdf', 'eval', '--tailoring-file',
                 os.path.join(tailoring, case.control + '.xml'), '--profile', 'xccdf_truth_profile_p',
                 '--results', results, stream], OSCAP_S)
    return read_openscap(results)


def fingerprint(case):
    """Of the scenario's files and of what is asked: an answer that is remembered is of the same"""
    digest = hashlib.sha256(repr((case.right, LYNIS.get(case.control), OPENSCAP.get(case.control)))
                            .encode())
    for folder, dirs, files in os.walk(case.folder):
        dirs.sort()
        for name in sorted(files + [d for d in dirs if os.path.islink(os.path.join(folder, d))]):
            path = os.path.join(folder, name)
            digest.update(os.path.relpath(path, case.folder).encode() + b'\0')
            if os.path.islink(path):
                digest.update(os.readlink(path).encode())
            else:
                with open(path, 'rb') as file:
                    digest.update(file.read())
    return digest.hexdigest()


def recall(case, memory, programs, content):
    """The remembered answers of the same case, or new ones: a run takes an hour otherwise"""
    key = fingerprint(case)
    if key not in memory and programs.remembered:
        return None
    if key not in memory:
        counts = ask_one(programs, case, content)
        memory[key] = dict(case.said, counts=counts)
        with LOCK:
            write_memory(memory)
    told = memory[key]
    for tool in ('lynis', 'openscap'):
        if tool in told:
            case.said[tool] = told[tool]
    return told['counts']


def read_memory(fresh):
    try:
        with open(MEMORY, encoding='utf-8') as file:
            return {} if fresh else json.load(file)
    except (OSError, ValueError):
        return {}


def write_memory(memory):
    with open(MEMORY + '.new', 'w', encoding='utf-8') as file:
        json.dump(dict(memory), file)
    os.replace(MEMORY + '.new', MEMORY)


def ask_one(programs, case, content):
    with tempfile.TemporaryDirectory(prefix='truth-peer-') as top:
        machine = Machine(programs, case, top)
        if not same_answer(programs, machine, case):
            return False
        if case.control in LYNIS:
            case.said['lynis'] = ask_lynis(machine, case)
        if case.control in OPENSCAP:
            case.said['openscap'] = ask_openscap(machine, case, content)
        return True


def version(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (re.search(r'\d+\.\d+[\w.+-]*', done.stdout + done.stderr) or ['?'])[0]


def ask(programs, cases, jobs, fresh):
    """Fills said['lynis'] and said['openscap']; the names and versions of both."""
    if os.geteuid() != 0:
        raise SystemExit('--peers needs root')
    prepare_base()
    ours = [case for case in cases
            if case.way == 'command' and (case.control in LYNIS or case.control in OPENSCAP)]
    memory = read_memory(fresh)
    with tempfile.TemporaryDirectory(prefix='truth-content-') as top:
        content = (prepare_content(top), top)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            counted = list(pool.map(lambda c: recall(c, memory, programs, content), ours))
    # a control of which some cases were never asked is left out: half of them would say anything
    partly = {case.control for case, told in zip(ours, counted) if told is None}
    for case in ours:
        if case.control in partly:
            case.said.pop('lynis', None)
            case.said.pop('openscap', None)
    if partly:
        print('peers: not asked yet, so left out: ' + ', '.join(sorted(partly)))
    counted = [told for told in counted if told is not None]
    print(f'peers: {sum(counted)} of {len(ours)} cases could be completed to a whole Debian and keep '
          'their right answer')
    return {'lynis': 'Lynis ' + version('lynis', 'show', 'version'),
            'openscap': 'OpenSCAP ' + version('oscap', '--version')
                        + ', ssg-debian ' + version('dpkg-query', '-W', 'ssg-debian')}
