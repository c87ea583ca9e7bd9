# SPDX-License-Identifier: Apache-2.0
"""`caretaker recordings` on homes that this test makes. Run by root, the person is nobody (65534):
the command refuses root."""

import json
import os
import re
import shutil
import stat
import sys
import time

from harness import ANSI, Cli, contains, equal, fits, lacks

DAY = 86400
NOBODY = 65534
ZOOM = 'Documents/Zoom/2026-11-20 10.00.00 Class 3b/video1.mp4'
OBS = 'Videos/2026-11-22 10-00-00.mkv'
CAST = 'Videos/Screencasts/lesson.webm'
THROWN = '.local/share/Trash/files/2026-11-21 10-00-00.2.mkv'


class Home:
    """A home of the person, whose fixed ages make what is printed the same at any time."""

    def __init__(self, cli, directory):
        # the sources may lie where nobody else can read
        shutil.copytree(cli.data, os.path.join(directory, 'policies'))
        self.cli, self.path = Cli(cli.program, os.path.join(directory, 'policies')), os.path.join(directory, 'home')
        self.person = {'user': NOBODY, 'group': NOBODY, 'extra_groups': []} if os.geteuid() == 0 else {}
        os.chmod(directory, 0o755)
        os.mkdir(self.path)
        os.chmod(self.path, 0o755)
        self.give(self.path)

    def give(self, path):
        if self.person:
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)

    def folder(self, name, mode=0o755):
        at = self.path
        for part in name.split('/'):
            at = os.path.join(at, part)
            if not os.path.isdir(at):
                os.mkdir(at)
                os.chmod(at, mode)
                self.give(at)
        return at

    def file(self, name, size=1000, mode=0o600, days=3):
        if os.path.dirname(name):
            self.folder(os.path.dirname(name))
        at = os.path.join(self.path, name)
        with open(at, 'wb') as file:
            file.truncate(size)
        os.chmod(at, mode)
        then = time.time() - days * DAY - 60
        os.utime(at, (then, then))
        self.give(at)
        return at

    def throw(self, name=THROWN, called='/home/kim/Videos/2026-11-21%2010-00-00.mkv', **how):
        self.file(name, **how)
        info = self.file(name.replace('/files/', '/info/') + '.trashinfo')
        with open(info, 'w', encoding='ascii') as file:
            file.write(f'[Trash Info]\nPath={called}\nDeletionDate=2026-11-21T08:00:00\n')
        return info

    def has(self, name):
        return os.path.lexists(os.path.join(self.path, name))

    def run(self, *args, **how):
        return self.cli.run('recordings', *args, HOME=self.path, person=self.person, **how)

    def listed(self, *args):
        seen = self.run('--json', *args)
        found = json.loads(seen.out)
        return {row['path'][len(self.path) + 1:]: row for row in found['recordings']}, found, seen


def whole(t, directory):
    home = Home(t.cli, directory)
    home.file(ZOOM, size=128_000_000, mode=0o644, days=3)
    home.file(OBS, size=2_150_000_000, days=20)
    home.file(CAST, days=2)
    home.folder('Videos/Screencasts/.stfolder')
    home.throw(days=1)
    return home


def without_disk(text):
    """Whether a disk is encrypted is this machine's matter."""
    text = re.sub(r'    (✗ )?(It lies on a disk\s+that\s+is\s+not\s+encrypted\.'
                  r'|whether\s+it\s+is\s+encrypted\s+could\s+not\s+be\s+seen|encrypted)\n', '', text)
    return re.sub(r'  - Whoever has the disk.*?wants\s+it\.\n', '', text, flags=re.S)


def all_of_them_are_told_at_every_width(t, directory):
    home = whole(t, directory)
    for width in (40, 80, 120):
        seen = home.cli.terminal(width, 'recordings', NO_COLOR='1', HOME=home.path, person=home.person)
        equal(seen.err, '')
        equal(seen.code, 2)
        # a path is not cut: it is there to be copied
        fits('\n'.join(line for line in seen.out.split('\n') if '~/' not in line), width)
        t.compare(f'recordings.{width}', without_disk(seen.out))


def json_tells_the_same(t, directory):
    home = whole(t, directory)
    rows, found, seen = home.listed()
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lint'))
    from schema import Validator
    with open(os.path.join(t.cli.data, 'schema/recordings.json'), encoding='utf-8') as file:
        equal(list(Validator(json.load(file)).errors(found)), [])
    equal((seen.code, seen.err), (2, ''))
    equal(sorted(rows), sorted([ZOOM, OBS, CAST, THROWN]))
    equal([rows[name]['age_days'] for name in (ZOOM, OBS, CAST, THROWN)], [3, 20, 2, 1])
    equal([rows[name]['others_can_open'] for name in (ZOOM, OBS)], [True, False])
    equal([rows[name]['sync'] for name in (ZOOM, CAST)], [[], ['syncthing']])
    equal([rows[name]['trash'] for name in (ZOOM, THROWN)], [False, True])
    equal(rows[OBS]['size'], 2_150_000_000)


def nothing_is_said_to_a_pipe_in_colour(t, directory):
    home = whole(t, directory)
    if ANSI.search(home.run().out):
        raise AssertionError('colour in a pipe')
    seen = home.cli.terminal(80, 'recordings', HOME=home.path, person=home.person)
    contains(seen.out, '\x1b[1;31m')


def an_empty_home_is_fine(t, directory):
    seen = Home(t.cli, directory).run()
    equal(seen.code, 0)
    contains(seen.out, 'No recordings of meetings are left')


def root_and_others_are_refused(t, directory):
    home = whole(t, directory)
    if home.person:
        seen = home.cli.run('recordings', HOME=home.path)
        equal((seen.code, seen.out), (64, ''))
        contains(seen.err, 'without sudo')
        seen = home.cli.run('recordings', '--yes', '--delete', os.path.join(home.path, OBS), HOME=home.path)
        equal((seen.code, home.has(OBS)), (64, True))
    for other in ('/', '/etc', os.path.join(directory, 'none')):
        seen = home.cli.run('recordings', HOME=other, person=home.person)
        equal((seen.code, seen.out), (1, ''), other)
        contains(seen.err, 'not yours')


def deleting_asks_first(t, directory):
    home = whole(t, directory)
    target = os.path.join(home.path, OBS)
    seen = home.run('--delete', target)
    equal((seen.code, seen.out), (64, ''))
    contains(seen.err, '~/' + OBS, '--yes')
    seen = home.cli.talk('recordings', '--delete', target, lines=[('Type yes', 'no')], HOME=home.path,
                      person=home.person)
    equal(seen.code, 1)
    contains(seen.out, 'nothing was done')
    equal(home.has(OBS), True)
    seen = home.cli.talk('recordings', '--delete', '~/' + OBS, lines=[('Type yes', 'yes')],
                      HOME=home.path, person=home.person)
    equal((seen.code, home.has(OBS), home.has(ZOOM)), (2, False, True))
    contains(seen.out, 'One recording was deleted', 'backups', '3 recordings are left')


def what_is_deleted_is_gone_from_the_trash_too(t, directory):
    home = whole(t, directory)
    inside = '.local/share/Trash/files/old class/video1.mp4'
    home.throw('.local/share/Trash/files/old class/video1.mp4')
    os.remove(os.path.join(home.path, '.local/share/Trash/info/old class/video1.mp4.trashinfo'))
    info = home.file('.local/share/Trash/info/old class.trashinfo')
    with open(info, 'w', encoding='ascii') as file:
        file.write('[Trash Info]\nPath=/home/kim/Documents/Zoom/old%20class\n')
    rows, _, _ = home.listed()
    equal(rows[inside]['trash'], True)
    seen = home.run('--yes', '--json', '--delete', os.path.join(home.path, THROWN),
                    os.path.join(home.path, inside))
    equal(json.loads(seen.out)['deleted'], 2)
    equal([home.has(name) for name in (THROWN, THROWN.replace('/files/', '/info/') + '.trashinfo', inside)],
          [False, False, False])
    equal(os.path.exists(info), True, 'the folder itself is still in the trash')


def only_what_is_listed_can_be_deleted(t, directory):
    home = whole(t, directory)
    home.file('Documents/letter.txt')
    home.file('outside.mkv')
    os.symlink('../Documents/letter.txt', os.path.join(home.path, 'Videos/2026-11-22 11-00-00.mkv'))
    os.symlink(os.path.join(home.path, OBS), os.path.join(home.path, 'short.mkv'))
    os.mkfifo(os.path.join(home.path, 'Documents/Zoom/pipe.mp4'))
    home.folder('Documents/Zoom/folder.mp4')
    rows, _, _ = home.listed()
    equal(sorted(rows), sorted([ZOOM, OBS, CAST, THROWN]))
    for other in ('Documents/letter.txt', 'outside.mkv', 'Videos/2026-11-22 11-00-00.mkv', 'short.mkv',
                  'Documents/Zoom/pipe.mp4', 'Documents/Zoom/folder.mp4', 'none.mkv', 'Videos', '.'):
        seen = home.run('--yes', '--delete', os.path.join(home.path, OBS),
                        os.path.join(home.path, other))
        equal((seen.code, seen.out), (64, ''), other)
        contains(seen.err, 'not among the recordings')
    equal([home.has(name) for name in (OBS, 'Documents/letter.txt', 'outside.mkv')], [True] * 3)
    for args in (['--delete'], ['--yes', '--delete'], [OBS]):
        seen = home.run(*args)
        equal(seen.code, 64, args)
        contains(seen.err, '--delete FILE')


def a_folder_behind_a_link_is_not_looked_into(t, directory):
    home = Home(t.cli, directory)
    home.file('elsewhere/class/video1.mp4')
    home.folder('Documents')
    os.symlink('../elsewhere', os.path.join(home.path, 'Documents/Zoom'))
    rows, found, seen = home.listed()
    equal((rows, found['unseen'], seen.code), ({}, True, 2))
    contains(home.run().out, 'there may be more')
    seen = home.run('--yes', '--delete', os.path.join(home.path, 'Documents/Zoom/class/video1.mp4'))
    equal((seen.code, home.has('elsewhere/class/video1.mp4')), (64, True))


def another_name_of_it_is_said(t, directory):
    home = whole(t, directory)
    os.link(os.path.join(home.path, OBS), os.path.join(home.path, 'kept'))
    rows, _, _ = home.listed()
    equal(rows[OBS]['names'], 2)
    contains(home.run().out, 'more than one name')


def what_cannot_be_deleted_is_said(t, directory):
    home = whole(t, directory)
    folder = os.path.dirname(os.path.join(home.path, OBS))
    os.chmod(folder, stat.S_IRUSR | stat.S_IXUSR)
    seen = home.run('--yes', '--delete', os.path.join(home.path, OBS))
    equal((seen.code, home.has(OBS)), (1, True))
    contains(seen.err, 'Permission denied', os.path.join(home.path, OBS))


def hostile_names_never_drive_the_terminal(t, directory):
    home = Home(t.cli, directory)
    home.file('Documents/Zoom/a\x1b[31m\nb/v\x07.mp4')
    raw = os.path.join(os.fsencode(home.path), b'Documents/Zoom/\xff\xfe.mp4')
    with open(raw, 'wb'):
        home.give(raw)
    home.throw(called='%2Fa%00b')
    home.throw('.local/share/Trash/files/b.mkv', called='%zz')
    seen = home.run()
    equal(seen.code, 2)
    lacks(seen.out, '\x1b', '\x07')
    _, found, _ = home.listed()
    equal((len(found['recordings']), found['unseen']), (2, True))
    seen = home.run('--yes', '--json', '--delete',
                    os.path.join(home.path, 'Documents/Zoom/a\x1b[31m\nb/v\x07.mp4'))
    equal(json.loads(seen.out)['deleted'], 1)


CASES = [all_of_them_are_told_at_every_width, json_tells_the_same, nothing_is_said_to_a_pipe_in_colour,
         an_empty_home_is_fine, root_and_others_are_refused, deleting_asks_first,
         what_is_deleted_is_gone_from_the_trash_too, only_what_is_listed_can_be_deleted,
         a_folder_behind_a_link_is_not_looked_into, another_name_of_it_is_said,
         what_cannot_be_deleted_is_said, hostile_names_never_drive_the_terminal]
