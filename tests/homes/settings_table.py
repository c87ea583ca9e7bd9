# SPDX-License-Identifier: Apache-2.0
"""settings_table.py KEEP CLIENTS TABLE: every setting of the table of facts (settings.json), in TAP.

A row of the table is one setting of one packaging of one client, as it was read in the client's own
source or documentation: where, which key, which value, from which tier on. For each packaging a
machine is made that has it: once never used, once used before with every setting at another value
and with things of the owner's beside them. The settings are kept with Caretaker's own code, and
read back without it: by Python's json, configparser, tomllib and ElementTree, and by sh. What the owner had
beside them is the same afterwards, a stricter setting is not there when the tier is base, and undo
gives back the machine byte for byte, with modes and empty folders.

A row that no profile keeps is a failure, and so is a way of keeping that nothing tests."""
import configparser
import glob
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree

KEEP, CLIENTS, TABLE = sys.argv[1:4]

# What makes a packaging be there, from the makers' own packages: a path that ends in "/" is a folder
THERE = {
    ('apport', 'deb'): ['/usr/share/apport/apport'],
    ('brave', 'deb/rpm'): ['/opt/brave.com/brave/brave'],
    ('brave', 'flatpak com.brave.Browser'): ['/var/lib/flatpak/app/com.brave.Browser/'],
    ('chromium', 'deb/rpm'): ['/usr/bin/chromium'],
    ('chromium', 'snap chromium'): ['/snap/chromium/current/'],
    ('chromium', 'flatpak org.chromium.Chromium'): ['/var/lib/flatpak/app/org.chromium.Chromium/'],
    ('element-desktop', 'deb'): ['/opt/Element/element-desktop'],
    ('element-desktop', 'deb (lock)'): ['/opt/Element/element-desktop'],
    ('ferdium', 'deb/rpm'): ['/opt/Ferdium/ferdium'],
    ('firefox', 'deb/rpm/tar'): ['/usr/bin/firefox-esr'],
    ('firefox', 'snap firefox'): ['/snap/firefox/current/'],
    ('gnome-desktop', 'system'): ['/usr/bin/gnome-shell', '/usr/bin/dconf'],
    ('google-chrome', 'deb/rpm'): ['/opt/google/chrome/chrome'],
    ('google-chrome', 'flatpak com.google.Chrome'): ['/var/lib/flatpak/app/com.google.Chrome/'],
    ('jami', 'deb/rpm'): ['/usr/bin/jami'],
    ('kde-plasma', 'system'): ['/usr/bin/plasmashell', '/usr/bin/spectacle'],
    ('linphone', 'deb/rpm'): ['/usr/bin/linphone'],
    ('nextcloud-talk', 'flatpak/zip'): ['~/.config/Nextcloud Talk/'],
    ('obs-studio', 'deb/rpm'): ['/usr/bin/obs', '~/.config/obs-studio/user.ini'],
    ('obs-studio', 'flatpak com.obsproject.Studio'): [
        '/var/lib/flatpak/app/com.obsproject.Studio/',
        '~/.var/app/com.obsproject.Studio/config/obs-studio/user.ini'],
    ('popularity-contest', 'deb'): ['/usr/sbin/popularity-contest'],
    ('rocketchat', 'deb/rpm (system)'): ['/opt/Rocket.Chat/resources/'],
    ('rocketchat', 'deb/rpm (user)'): ['~/.config/Rocket.Chat/'],
    ('teams-for-linux', 'deb/rpm/AppImage'): ['/opt/teams-for-linux/teams-for-linux'],
    ('teams-for-linux', 'deb/rpm/AppImage (system default)'): [
        '/opt/teams-for-linux/teams-for-linux'],
    ('teams-for-linux', 'snap teams-for-linux'): ['~/snap/teams-for-linux/12/',
                                                  '/snap/teams-for-linux/current/'],
    ('ubuntu-insights', 'deb'): ['/usr/bin/ubuntu-insights'],
    ('whoopsie', 'deb'): ['/usr/bin/whoopsie'],
    ('xfce-desktop', 'system'): ['/usr/bin/xfce4-screensaver', '/usr/bin/xfce4-power-manager',
                                 '/usr/bin/thunar-volman'],
    ('zoom', 'snap zoom-client'): ['/snap/zoom-client/current/'],
}
# Clients whose file is made by them alone, empty to begin with
MADE_EMPTY = {'mumble'}
# Where a value that stands already is an administrator's decision, which is told and left: files that
# say what an administrator decided and nothing else, and what KConfig's mark fixes
DECIDED = ('/policies/policies.json', '/etc/teams-for-linux/config.json',
           '/etc/xdg/PlasmaUserFeedback', '/opt/Rocket.Chat/resources/overridden-settings.json')
# Ways of keeping that nobody built yet
ELSEWHERE = {'dbus'}
# What the real client refuses, so that we do not write it: chrome://policy of Debian's Chromium 156
# calls this one unknown, since it is built without the service (tests/browser asks it)
REFUSED = {('chromium', 'SafeBrowsingExtendedReportingEnabled')}
# What the table leaves open: the account's own encrypted folder (keep-both.c), a server of the client
FOLDER = '/home/kim'
SERVERS = ('https://chat.school.example', 'http://10.1.2.3:8065')
# Files that are edited where they are, and never made: they hold more than settings
MADE_BY_THE_CLIENT = {
    'Signal/config.json': {'key': '0123456789abcdef'},
    'Mattermost/config.json': {'version': 4, 'servers': [
        {'name': 'x', 'order': i, 'url': server.replace('chat', 'CHAT') + '/team?a=b'}
        for i, server in enumerate(SERVERS)]},
}
PROFILES = ('Untitled', 'My class 7b')  # of OBS Studio: {each} in a path


class Failed(Exception):
    pass


def there_of(client, packaging):
    known = THERE.get((client, packaging))
    if known is None and packaging.startswith('flatpak '):
        known = ['/var/lib/flatpak/app/' + packaging.split()[1] + '/']
    return known or []


class Machine:
    """A root and a home below a temporary folder"""

    def __init__(self):
        # in memory where that is possible: each write is waited for until it is on the disk
        memory = '/dev/shm' if os.access('/dev/shm', os.W_OK) else None
        self.top = tempfile.mkdtemp(prefix='caretaker-settings.', dir=memory)
        for name in ('root', 'home', 'state', 'state/hand', 'state/home'):
            os.mkdir(os.path.join(self.top, name), 0o755)

    def close(self):
        shutil.rmtree(self.top)

    def at(self, path):
        arch = {'arm64': 'aarch64', 'i686': 'i386'}.get(platform.machine(), platform.machine())
        path = path.replace('{arch}', arch).replace('/current/.config', '/12/.config')
        return self.top + ('/home' + path[1:] if path[0] == '~' else '/root' + path)

    def make(self, path, text=None):
        place = self.at(path.rstrip('/'))
        os.makedirs(place if path[-1] == '/' else os.path.dirname(place), 0o755, exist_ok=True)
        if path[-1] != '/' and not os.path.exists(place):
            with open(place, 'w', encoding='utf-8') as file:
                file.write(text or '')

    def install(self, client, packaging, rows):
        for path in there_of(client, packaging):
            self.make(path)
        if packaging == 'snap teams-for-linux':
            os.symlink('12', self.at('~/snap/teams-for-linux/current'))
        plugs = [row['key'][0] for row in rows if row['mechanism'] == 'snapd']
        if plugs:
            # as snapd keeps what is connected
            name = plugs[0].partition(':')[0]
            self.make('/var/lib/snapd/state.json', json.dumps({'data': {
                'snaps': {'core': {}, name: {}, 'other': {}},
                'conns': {**{f'{plug} core:{plug.partition(":")[2]}': {} for plug in plugs},
                          f'{name}:network core:network': {'auto': True},
                          'other:camera core:camera': {}}}}))
            os.chmod(self.at('/var/lib/snapd/state.json'), 0o600)
        if client == 'obs-studio':
            base = '~/.var/app/com.obsproject.Studio/config' if 'flatpak' in packaging else '~/.config'
            for name in PROFILES:
                self.make(f'{base}/obs-studio/basic/profiles/{name}/')

    def look(self):
        """All there is, as bytes, modes and links"""
        found = {}
        for part in ('root', 'home'):
            for folder, folders, files in os.walk(os.path.join(self.top, part)):
                for name in folders + files:
                    place = os.path.join(folder, name)
                    mode = os.lstat(place).st_mode
                    if os.path.islink(place):
                        held = os.readlink(place)
                    elif os.path.isfile(place):
                        with open(place, 'rb') as file:
                            held = file.read()
                        if place.endswith('/snapd/state.json'):
                            held = json.loads(held)  # snapd has no order in it
                    else:
                        held = None
                    found[place] = (mode, held)
        return found

    def run(self, client, what):
        profile = os.path.join(CLIENTS, client + '.json')
        if not os.path.exists(profile):
            raise Failed('no profile keeps it')
        done = subprocess.run([KEEP, profile, self.top, what], capture_output=True, text=True,
                              timeout=60, check=False)
        if done.returncode != 0:
            raise Failed(f'{what}: {done.stderr.strip()}')
        decided = []
        for line in done.stdout.splitlines():
            words = line.split(maxsplit=3)
            if words[:2] == ['conflict', 'managed'] and words[2].endswith(DECIDED):
                decided.append((words[2], words[3]))
            elif words[0] not in ('applied', 'undone'):
                raise Failed(f'{what}: {line}')
        return decided


def files_of(machine, path):
    """The files a row's path stands for, those that count more last"""
    if '{each}' in path:
        return [machine.at(path.replace('{each}', name)) for name in PROFILES]
    if '*' in path:
        return sorted(glob.glob(machine.at(path)))
    return [machine.at(path)]


def read_json(place):
    with open(place, encoding='utf-8') as file:
        return json.load(file)


def read_ini(place):
    reader = configparser.RawConfigParser(strict=True, delimiters=('=',), interpolation=None)
    reader.optionxform = str
    with open(place, encoding='utf-8-sig') as file:
        reader.read_file(file)
    return {name: dict(reader[name]) for name in reader.sections()}


def read_toml(place):
    with open(place, 'rb') as file:
        return tomllib.load(file)


def read_shell(place):
    """What sh has after it read the file"""
    os.stat(place)
    done = subprocess.run(['sh', '-c', 'set -a; . "$1"; env -0', 'sh', place], env={},
                          capture_output=True, check=True, timeout=60)
    pairs = (pair.partition(b'=') for pair in done.stdout.split(b'\0') if pair)
    return {key.decode(): value.decode() for key, _, value in pairs}


def properties(element):
    """What lies in one: a value that a person may set over is told as that, and is not ours"""
    found = {}
    for one in element.findall('property'):
        name, kind = one.get('name'), one.get('type')
        if name in found:
            raise Failed(f'{name} stands twice')
        text = one.get('value')
        value = {'int': int, 'bool': {'true': True, 'false': False}.get}.get(kind, str)(text)
        if kind == 'empty':
            found[name] = properties(one)
        else:
            found[name] = value if one.get('unlocked') == 'root' else {'open': value}
    return found


def read_xfconf(place):
    channel = xml.etree.ElementTree.parse(place).getroot()
    if (channel.tag, channel.get('name')) != ('channel', os.path.basename(place)[:-len('.xml')]):
        raise Failed(f'{place}: not a channel of that name')
    return properties(channel)


READERS = {'ini': read_ini, 'json': read_json, 'shell': read_shell, 'toml': read_toml,
           'xfconf': read_xfconf}


def find(value, key):
    for name in key:
        if isinstance(value, dict) and '[$' in name:
            # KConfig takes the first of a name that is marked so; more marks do no harm
            plain, _, marks = name.rstrip(']').partition('[$')
            same = [one for one in value if one.partition('[$')[0] == plain]
            name = same[0] if same and all(mark in same[0] for mark in marks) else name
        if not isinstance(value, dict) or name not in value:
            raise KeyError('.'.join(key))
        value = value[name]
    return value


def in_folder(text):
    """Whether a program that is told this place stays in the account's own folder"""
    place = text.removeprefix('file://').replace('$HOME', FOLDER)
    return place == FOLDER or place.startswith(FOLDER + '/')


def holds(found, row):
    """Whether what an independent reader found is what the row says"""
    wanted = row['value']
    if isinstance(wanted, str) and '<encrypted dir>' in wanted:
        return in_folder(found)
    if row['format'] == 'ini' and isinstance(wanted, str) and wanted.endswith(';'):
        parts = [part for part in found.split(';') if part]
        word = wanted.rstrip(';')
        # flatpak takes a list in order: what is said last of a name counts
        same = [part for part in parts if part.lstrip('!') == word.lstrip('!')]
        return same[-1:] == [word]
    if row['format'] in ('ini', 'shell'):
        text = {True: 'true', False: 'false'}.get(wanted) if isinstance(wanted, bool) else str(wanted)
        return found == text
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(
            name in found and found[name] == value for name, value in wanted.items())
    return found == wanted and type(found) is type(wanted)


def read_dconf(machine, row):
    """What dconf itself reads of the database, and that nobody may say otherwise"""
    place = machine.at(row['path'])
    os.stat(place)
    profile = os.path.join(machine.top, 'state', 'profile')
    with open(profile, 'w', encoding='utf-8') as file:
        file.write(f'file-db:{place}\n')
    done = subprocess.run(['dconf', 'read', row['key'][0]], capture_output=True, text=True,
                          env={'DCONF_PROFILE': profile, 'PATH': os.environ['PATH'], 'HOME': machine.top},
                          check=True, timeout=60)
    os.unlink(profile)
    with open(place + '.d/locks/00-caretaker', encoding='utf-8') as file:
        locked = row['key'][0] in file.read().split('\n')
    text = done.stdout.strip()
    if not text or not locked:
        raise KeyError(row['key'][0])
    return {'true': True, 'false': False, '@as []': []}.get(text, text)


def values_of(machine, row):
    """The row's value in each file that it is to be in"""
    if row['mechanism'] == 'systemd':
        # systemd.unit(5): a unit that is a link to /dev/null is masked
        link = machine.at(row['path'])
        masked = os.path.islink(link) and os.readlink(link) == '/dev/null'
        return ['masked' if masked else 'not']
    if row['mechanism'] == 'dconf':
        return [read_dconf(machine, row)]
    if row['mechanism'] == 'snapd':
        connections = read_json(machine.at('/var/lib/snapd/state.json'))['data']['conns']
        if not any(one.startswith('other:camera ') for one in connections):
            raise Failed('the plug of another snap was taken away')
        there = any(one.split()[0] == row['key'][0] for one in connections)
        return ['connected' if there else 'disconnected']
    if '*' in row['path']:
        merged = {}
        for place in files_of(machine, row['path']):
            merged.update(read_json(place))
        return [find(merged, row['key'])]
    if row['key'][0] == '<server origin>':
        whole = read_json(machine.at(row['path']))
        return [find(whole, [server] + row['key'][1:]) for server in SERVERS]
    if row['value'] == '<encrypted dir>':
        # the client's own choice, where nothing is said, is that folder
        return [READERS[row['format']](place).get(row['key'][0], {}).get(row['key'][1], FOLDER)
                for place in files_of(machine, row['path'])]
    return [find(READERS[row['format']](place), row['key']) for place in files_of(machine, row['path'])]


def check_kept(machine, rows, tier):
    for row in rows:
        name = f'{row["path"]} {".".join(row["key"])}'
        asked = row['tier'] == 'base' or tier == 'strict'
        asked = asked and (row['client'], row['key'][-1]) not in REFUSED
        try:
            good = [holds(found, row) for found in values_of(machine, row)]
        except (KeyError, FileNotFoundError):
            good = []
        if asked and (not good or not all(good)):
            raise Failed(f'{name}: not as the table says')
        if not asked and any(good):
            raise Failed(f'{name}: kept, though nobody asked for it')


def check_decided(machine, rows, decided, tier):
    """An administrator's own values are what they were, and each is told."""
    for row in rows:
        asked = row['tier'] == 'base' or tier == 'strict'
        told = any(machine.at(row['path']) == machine.at(path) and all(name in key for name in row['key'])
                   for path, key in decided)
        if asked != told:
            raise Failed(f'{".".join(row["key"])}: {"not told" if asked else "told unasked"}')
        if any(holds(found, row) for found in values_of(machine, row)):
            raise Failed(f'{".".join(row["key"])}: replaced, though an administrator decided it')


def other(value):
    """Another value of the same kind"""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 16
    if isinstance(value, str) and '<encrypted dir>' in value:
        return value.replace('/<encrypted dir>', '<encrypted dir>').replace('<encrypted dir>', '/srv/all')
    if isinstance(value, str):
        return 'all;' if value == '!all;' else 'pulseaudio;' if value == '!pulseaudio;' else value + 'x'
    if isinstance(value, dict):
        return {name: other(member) for name, member in value.items()}
    return ['x'] if value == [] else 'x'


def put(tree, key, value):
    for name in key[:-1]:
        tree = tree.setdefault(name, {})
    tree[key[-1]] = value


def made_of(path):
    """What a client has in a file that it makes itself"""
    return dict(MADE_BY_THE_CLIENT.get('/'.join(path.split('/')[-2:]), {}))


def text_of_properties(tree, indent):
    lines = []
    for name, value in tree.items():
        start = f'{indent}<property name="{name}" type='
        if isinstance(value, dict):
            lines += [f'{start}"empty">', *text_of_properties(value, indent + '\t'), f'{indent}</property>']
        else:
            kind, text = ('bool', str(value).lower()) if isinstance(value, bool) else ('int', value)
            lines.append(f'{start}"{kind}" value="{text}"/>')
    return lines


def text_of(form, rows, tree):
    """A file as the client may have left it, with the owner's own things in it"""
    for row in rows:
        for server in SERVERS if row['key'][0] == '<server origin>' else row['key'][:1]:
            put(tree, [server] + row['key'][1:], other(row['value']))
    if form == 'json':
        tree['z of the owner'] = {'list': [1, {'deep': None}], 'text': 'Zoë "7b" / \u2713'}
        return json.dumps(tree, indent=3, ensure_ascii=False)
    if form == 'ini':
        lines = ['# the owner\'s own']
        for section, pairs in tree.items():
            lines.append(f'[{section}]')
            for name, value in pairs.items():
                text = str(value).lower() if isinstance(value, bool) else value
                lines.append(f'{name}={text}')
            lines += ['Mine=kept', '']
        return '\n'.join(lines + ['[Owner]', 'Colour=red', ''])
    if form == 'xfconf':
        name = os.path.basename(rows[0]['path'])[:-len('.xml')]
        return '\n'.join([f'<channel name="{name}" version="1.0">', '\t<!-- the owner\'s own -->',
                          *text_of_properties({**tree, 'Mine': 7}, '\t'), '</channel>', ''])
    if form == 'toml':
        return '# mine\nmine = "kept"\n' + ''.join(
            f'{name} = {json.dumps(value)}\n' for name, value in tree.items())
    return '# mine\nMINE="kept"\n' + ''.join(f'{name}={value}\n' for name, value in tree.items())


def remains(machine, row):
    """The owner's own things in a file of this format, as read back"""
    for place in files_of(machine, row['path']):
        read = READERS[row['format']](place)
        if row['format'] == 'json' and '*' not in row['path']:
            good = read['z of the owner']['text'] == 'Zoë "7b" / \u2713'
        elif row['format'] == 'ini':
            good = read['Owner'] == {'Colour': 'red'} and read[row['key'][0]]['Mine'] == 'kept'
        elif row['format'] == 'toml':
            good = read['mine'] == 'kept'
        elif row['format'] == 'xfconf':
            good = read['Mine'] == {'open': 7}
        elif row['format'] == 'shell':
            good = read['MINE'] == 'kept'
        else:
            good = True
        if not good:
            raise Failed(f'{row["path"]}: what the owner had beside it is gone')


def by_path(rows):
    paths = {}
    for row in rows:
        paths.setdefault(row['path'], []).append(row)
    return paths


def play(client, packaging, rows, tier, used):
    machine = Machine()
    try:
        machine.install(client, packaging, rows)
        for path, group in by_path(rows).items():
            own = path.replace('*.json', 'caretaker.json')
            form = group[0]['format']
            if group[0]['mechanism'] != 'file':
                continue
            if used:
                for place in ([own] if '{each}' not in own
                              else [own.replace('{each}', name) for name in PROFILES]):
                    remove_empty(machine.at(place))
                    machine.make(place, text_of(form, group, made_of(path)))
            elif made_of(path):
                machine.make(own, json.dumps(made_of(path)))
            elif client in MADE_EMPTY and path[0] == '~':
                machine.make(own, '{}' if form == 'json' else '')
        before = machine.look()
        decided = machine.run(client, tier)
        if decided and not used:
            raise Failed('somebody decided otherwise in a file that was not there')
        left = [row for row in rows if used and row['path'].endswith(DECIDED)]
        check_decided(machine, left, decided, tier)
        check_kept(machine, [row for row in rows if row not in left], tier)
        if used:
            for row in rows:
                if row['mechanism'] == 'file':
                    remains(machine, row)
        machine.run(client, 'undo')
        after = machine.look()
        if before != after:
            names = [place for place in sorted(set(before) | set(after))
                     if before.get(place) != after.get(place)]
            raise Failed('undo did not give back ' + names[0][len(machine.top):])
    finally:
        machine.close()


def remove_empty(place):
    if os.path.isfile(place) and os.path.getsize(place) == 0:
        os.unlink(place)


def main():
    with open(TABLE, encoding='utf-8') as file:
        table = json.load(file)
    groups, elsewhere = {}, {}
    for row in table:
        if row['mechanism'] in ('dconf', 'file', 'snapd', 'systemd'):
            groups.setdefault((row['client'], row['packaging']), []).append(row)
        elif row['mechanism'] in ELSEWHERE:
            elsewhere[row['mechanism']] = elsewhere.get(row['mechanism'], 0) + 1
        else:
            raise SystemExit(f'a mechanism that is not known: {row["mechanism"]}')
    number, failed = 0, False
    for (client, packaging), rows in sorted(groups.items()):
        for tier in ('base', 'strict'):
            for used in (False, True):
                number += 1
                name = f'{client}, {packaging}, {tier}, {"used before" if used else "never used"}: ' \
                       f'{len(rows)} settings'
                try:
                    play(client, packaging, rows, tier, used)
                    print(f'ok {number} - {name}')
                except (Failed, OSError, ValueError, KeyError, configparser.Error) as error:
                    failed = True
                    print(f'not ok {number} - {name}: {error}')
    print(f'# {sum(map(len, groups.values()))} settings; nobody keeps yet:',
          ', '.join(f'{n} {name}' for name, n in sorted(elsewhere.items())))
    print(f'1..{number}')
    return 1 if failed else 0


sys.exit(main())
