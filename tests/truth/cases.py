# SPDX-License-Identifier: Apache-2.0
"""The cases of the table of truth: scenarios, and what labs wrote down; and caretaker's answers."""

import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCENARIOS = os.path.join(TOP, 'tests', 'scenarios')
STATES = ('pass', 'fail', 'unknown', 'na')
NOW = '2026-11-22T00:00:00Z'  # tests/scenarios/scenario.c
# What the command has no option for: facts of a kernel, of people, of the agent itself
LINKED = ('agent.json', 'facts.json', 'first-seen.json', 'people.json')
# gzip, lz4, xz, zstd: read by caretaker-unpack, which is found where it is installed
PACKED = (b'\x1f\x8b', b'\x04\x22\x4d\x18', b'\xfd7zXZ', b'\x28\xb5\x2f\xfd')
FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'
LABS = os.path.join(TOP, 'tests', 'truth', 'labs.jsonl')  # what the labs said when last recorded
RULE = 'rule'  # the oracle of a scenario without one of its own: the catalogue's rule


class Case:
    def __init__(self, control, name, right, oracle, folder=None):
        self.control, self.name, self.right, self.oracle = control, name, right, oracle
        self.folder = folder
        self.said = {}  # {'caretaker': state or None}
        self.way = 'lab'

    def text(self, name, fallback=None):
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            return fallback
        with open(path, encoding='utf-8') as file:
            return file.read().strip()


def head_of(path):
    with open(path, 'rb') as file:
        return file.read(8)


def way_of(case):
    """'command' when the installed command can be asked, 'linked' when the same check library is."""
    if any(os.path.exists(os.path.join(case.folder, name)) for name in LINKED):
        return 'linked'
    if re.search(r'^\w+ (home|root)/', case.text('make', ''), re.M):
        return 'linked'
    root = os.path.join(case.folder, 'root')
    if os.path.isdir(os.path.join(root, 'home')) or os.path.isdir(os.path.join(root, 'root')):
        return 'linked'
    for folder, _, files in os.walk(root):
        for name in files:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path) and head_of(path).startswith(PACKED):
                return 'linked'
    return 'command'


def scenarios(only=None):
    found = []
    for control in sorted(os.listdir(SCENARIOS)):
        folder = os.path.join(SCENARIOS, control)
        if not os.path.isdir(folder) or (only and control != only):
            continue
        for name in sorted(os.listdir(folder)):
            stem, _, right = name.rpartition('.')
            if stem and right in STATES:
                case = Case(control, name, right, RULE, os.path.join(folder, name))
                case.oracle = case.text('oracle', RULE)
                case.way = way_of(case)
                found.append(case)
    return found


def labs(paths, only=None):
    """One JSON object a line: {"case","control","oracle","right","caretaker"}"""
    found = []
    for path in paths:
        with open(path, encoding='utf-8') as file:
            for line in file:
                if not line.strip():
                    continue
                row = json.loads(line)
                if only and row['control'] != only:
                    continue
                case = Case(row['control'], row['case'], row['right'], row['oracle'])
                case.said['caretaker'] = row['caretaker']
                found.append(case)
    return found


def record_labs(cases):
    rows = sorted(json.dumps({'case': case.name, 'control': case.control, 'oracle': case.oracle,
                              'right': case.right, 'caretaker': case.said['caretaker']},
                             sort_keys=True) for case in cases if case.way == 'lab')
    with open(LABS, 'w', encoding='utf-8') as file:
        file.writelines(row + '\n' for row in rows)


class Programs:
    def __init__(self, build):
        self.caretaker = os.path.join(build, 'agent/cli/caretaker')
        self.lay = os.path.join(build, 'tests/scenarios/lay-scenario')
        self.runner = os.path.join(build, 'tests/scenarios/run-scenarios')
        self.unpack = os.path.join(build, 'agent/unpack/caretaker-unpack')
        self.clock = os.path.exists(FAKETIME)
        self.remembered = False # peers: what they answered before, and nothing anew


def moment(case):
    """The scenario's time for libfaketime: its start, from where it runs on"""
    now = case.text('now', NOW)
    return '@' + re.sub(r'[TZ]', ' ', now if 'T' in now else now + 'T00:00:00Z').strip()


def data_dir(case, top):
    """A directory of data whose policy is the scenario's"""
    path = os.path.join(top, 'data')
    os.makedirs(os.path.join(path, 'baseline'))
    os.makedirs(os.path.join(path, 'texts'))
    policy = os.path.join(case.folder, 'policy.json')
    if not os.path.exists(policy):
        policy = os.path.join(TOP, 'policies/baseline/school.json')
    shutil.copy(policy, os.path.join(path, 'baseline/home.json'))
    # links would be refused: the command takes its data from where only root can write
    shutil.copy(os.path.join(TOP, 'policies/texts/en.json'), os.path.join(path, 'texts/en.json'))
    return path


def audit(programs, case, tree, top):
    """What the command says of a tree, as the scenario's policy and time have it"""
    environment = {'LC_ALL': 'C.UTF-8', 'LD_PRELOAD': FAKETIME, 'FAKETIME': moment(case),
                   'FAKETIME_DONT_RESET': '1', 'TZ': 'UTC'}
    done = subprocess.run(
        [programs.caretaker, '--data', data_dir(case, top), 'audit', '--root', tree, '--only',
         case.control, '--json'], env=environment, capture_output=True, text=True,
        errors='replace', check=False)
    try:
        return json.loads(done.stdout)['verdicts'][0]['state']
    except (ValueError, LookupError):
        raise RuntimeError(f'{case.control} {case.name}: {done.stderr.strip()}') from None


def ask_command(programs, case):
    with tempfile.TemporaryDirectory(prefix='truth-') as top:
        tree = os.path.join(top, 'tree')
        subprocess.run([programs.lay, case.folder, tree], check=True)
        os.makedirs(os.path.join(tree, 'etc'), exist_ok=True)
        try:
            case.said['caretaker'] = audit(programs, case, tree, top)
        finally:
            # a scenario may take its own rights away
            subprocess.run(['chmod', '-R', 'u+rwX', tree], check=False, stderr=subprocess.DEVNULL)


def ask_linked(programs, control, cases):
    done = subprocess.run(
        [programs.runner, SCENARIOS, os.path.join(TOP, 'policies/baseline/school.json'),
         programs.unpack, control], capture_output=True, text=True, check=False)
    said = dict(re.findall(r'^# said (\S+) (\S+) \S+$', done.stdout, re.M))
    for case in cases:
        case.said['caretaker'] = said.get(case.name)


def ask(programs, cases, jobs):
    linked = {}
    direct = []
    for case in cases:
        if case.way == 'command' and programs.clock:
            direct.append(case)
        elif case.way != 'lab':
            case.way = 'linked'
            linked.setdefault(case.control, []).append(case)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        waits = [pool.submit(ask_command, programs, case) for case in direct]
        waits += [pool.submit(ask_linked, programs, *item) for item in linked.items()]
        for wait in waits:
            wait.result()
