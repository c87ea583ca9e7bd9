#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What may lie where a settings file is expected, before the real programs.

usage: hostile.py HAND HOME CLIENTS SCOPE FORMAT

Each case lays something there, has the settings kept, and looks: nothing but the one file changed, the
reason is told, a stranger's file beside it is what it was, and what was kept goes back byte for byte.
The expected code of each case is that of agent/enforce/change.h.
"""

import contextlib
import itertools
import os
import pathlib
import re
import socket
import stat
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "netns"))

# pylint: disable=wrong-import-position
import disks  # noqa: E402
import programs  # noqa: E402
import scene as scenes  # noqa: E402
import tap  # noqa: E402
from faults import differing  # noqa: E402

HAND, HOME, CLIENTS = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
SCOPE, FORMAT = sys.argv[4:6]
GIBIBYTE = 1 << 30
SHADOW = b"root:$y$j9T$secret:19000:0:99999:7:::\n"
JSON = FORMAT.startswith("json")
# What a file begins with, and what goes ever deeper in it
START = {"xfconf": b'<channel name="mine" version="1.0">'}
DEEP = {"xfconf": b'<property name="mine" type="empty">'}
RACES = 60
MARK = "CARETAKER_HOSTILE"
TEMPORARY = re.compile(r"/\.[^/]*\.(new|tmp)$")


class Place:
    """A scene with a stranger's file beside it, laid anew for each case."""

    def __init__(self, directory):
        found = scenes.first_of(CLIENTS, SCOPE, FORMAT)
        self.scene = scenes.Scene(os.path.join(directory, "one"), *found, scenes.OWNERS[FORMAT])
        self.program = (programs.Home(self.scene, HOME) if self.scene.user
                        else programs.Machine(self.scene, HAND) if FORMAT.startswith("dconf")
                        else programs.Hand(self.scene, HAND))
        self.shadow = pathlib.Path(directory) / "shadow"
        self.shadow.write_bytes(SHADOW)
        self.shadow.chmod(0o640)
        os.chmod(directory, 0o777)
        self.scene.lay()
        self.target = self.scene.target

    def own(self, path=None):
        if self.scene.user:
            os.lchown(path or self.target, scenes.NOBODY, scenes.NOBODY)

    def lay_bytes(self, data):
        self.target.write_bytes(data)
        self.own()

    def empty(self):
        self.target.unlink()

    def stranger(self):
        status = self.shadow.stat()
        return self.shadow.read_bytes(), status.st_mode, status.st_uid, status.st_mtime_ns

    def keep(self):
        return programs.results(self.program.keep())

    def undo(self):
        return programs.results(self.program.undo())


@contextlib.contextmanager
def place(below="/dev/shm"):
    with tempfile.TemporaryDirectory(dir=below, prefix="caretaker-hostile-") as directory:
        os.chmod(directory, 0o755)
        one = Place(directory)
        stranger = one.stranger()
        yield one
        tap.equal(one.stranger(), stranger, "the stranger's file")


def refused(one, code):
    before = one.scene.everything()
    found = one.keep()
    told = {error for result, error in found if result in ("refused", "failed")}
    tap.equal((told, {result for result, _ in found} & {"applied"}), ({code}, set()), "what was told")
    tap.equal(differing(one.scene.everything(), before), [], "changed")
    tap.equal(one.scene.journal(), [], "the journal")


def kept(one):
    """Applied, the one file changed alone, and undone byte for byte."""
    before = one.scene.everything()
    tap.equal(set(one.keep()), {("applied", None)}, "what was told")
    name = os.path.relpath(one.target, one.scene.path)
    after = one.scene.everything()
    tap.equal(differing(after, before), [name], "changed")
    tap.equal(after[name][:3], before[name][:3], "mode and owner")
    text = one.scene.content()
    tap.equal(set(one.undo()), {("undone", None)}, "undo")
    tap.equal(differing(one.scene.everything(), before), [], "changed after undo")
    return text


def test_a_link_to_a_strangers_file():
    with place() as one:
        one.empty()
        one.target.symlink_to(one.shadow)
        refused(one, "is-link")


def test_a_link_to_nothing():
    with place() as one:
        one.empty()
        one.target.symlink_to(one.shadow.with_name("absent"))
        refused(one, "is-link")
        tap.equal(one.shadow.with_name("absent").exists(), False, "made through the link")


def test_a_folder_that_is_a_link():
    with place() as one:
        elsewhere = one.scene.path.with_name("elsewhere")
        one.target.parent.rename(elsewhere)
        one.target.parent.symlink_to(elsewhere)
        refused(one, "is-link")
        tap.equal((elsewhere / one.target.name).read_text(), scenes.OWNERS[FORMAT], "through the link")


def test_a_second_name_of_a_strangers_file():
    """Whoever may not write it is refused; root's own hand gives the name a file of its own."""
    with place() as one:
        one.empty()
        os.link(one.shadow, one.target)
        if one.scene.user:
            refused(one, "not-permitted")
            one.shadow.chmod(0o644)
            refused(one, "foreign-owner")
            one.shadow.chmod(0o640)
        else:
            one.keep()
            tap.equal(one.stranger()[0], SHADOW, "the stranger's file")


def test_a_fifo():
    with place() as one:
        one.empty()
        os.mkfifo(one.target)
        one.own()
        refused(one, "is-fifo")


def test_a_device():
    with place() as one:
        one.empty()
        os.mknod(one.target, stat.S_IFCHR | 0o600, os.makedev(1, 5))  # /dev/zero never ends
        one.own()
        refused(one, "is-special")


def test_a_socket():
    with place() as one:
        one.empty()
        with socket.socket(socket.AF_UNIX) as peer:
            short = one.scene.path.with_name("s")
            peer.bind(str(short))
            short.rename(one.target)
            one.own()
            refused(one, "is-special")


def test_a_folder():
    with place() as one:
        one.empty()
        one.target.mkdir()
        one.own()
        refused(one, "is-directory")


def test_a_gibibyte():
    with place() as one:
        os.truncate(one.target, GIBIBYTE)
        before = one.target.stat()
        told = {error for result, error in one.keep() if result != "planned"}
        tap.equal(told, {"too-large"}, "what was told")
        tap.equal(one.target.stat(), before, "the file")


def test_deep_nesting():
    with place() as one:
        deep = DEEP.get(FORMAT, b"[")
        nested = JSON or FORMAT in DEEP
        one.lay_bytes(START.get(FORMAT, b"" if nested else b"; ") + deep * (200_000 // len(deep)) + b"\n")
        if nested:
            refused(one, "not-json")
        elif FORMAT == "ini":
            kept(one)
        else:
            one.keep()


def test_a_key_that_stands_twice():
    with place() as one:
        one.lay_bytes(twice(one.scene.settings[0]["key"]).encode())
        if FORMAT in ("apt", "dconf-locks", "dconf-profile"):
            # apt.conf(5): the last counts. In a list of lines one more of them says nothing new.
            kept(one)
        else:
            refused(one, "duplicate-key")


def not_taken(one):
    """What dconf makes nothing of (a key file with a mark, locks that end in a carriage return): said
    to have failed, though it stands in the file, and put back as it was."""
    before = one.scene.everything()
    told = {error for result, error in one.keep() if result == "failed"}
    tap.equal(told, {"tool-failed"}, "what was told")
    one.undo()
    name = os.path.relpath(one.target, one.scene.path)
    tap.equal(one.scene.everything()[name], before[name], "the file after undo")


def parts_of(key):
    """a.b["c.d"] is a, b, c.d"""
    return [quoted or plain for quoted, plain in re.findall(r'\["([^"]+)"\]|([^.\[\]]+)', key)]


def twice(key):
    """A file of the format in which this key stands two times"""
    parts = parts_of(key)
    if FORMAT == "dconf-locks":
        return f"/{parts[0]}/{parts[1]}\n" * 2
    if FORMAT == "dconf-profile":
        return "user-db:user\n" * 2
    if JSON:
        text = f'"{parts[-1]}": 0, "{parts[-1]}": 0'
        for part in reversed(parts[:-1]):
            text = f'"{part}": {{{text}}}'
        return f"{{{text}}}"
    if FORMAT == "xfconf":
        text = f'<property name="{parts[-1]}" type="bool" value="true"/>' * 2
        for part in reversed(parts[:-1]):
            text = f'<property name="{part}" type="empty">{text}</property>'
        return START[FORMAT].decode() + text + "</channel>\n"
    if FORMAT in ("ini", "dconf"):
        return f"[{parts[0]}]\n{parts[1]}=x\n{parts[1]}=y\n"
    if FORMAT == "apt":
        return f'{key} "x";\n{key} "y";\n'
    return f'{parts[0]} = "x"\n{parts[0]} = "y"\n'.replace(" = ", " = " if FORMAT == "toml" else "=")


def test_bytes_that_are_no_text():
    with place() as one:
        one.lay_bytes(re.sub(rb"(?i)mine", b"mine\xff\xfe", scenes.OWNERS[FORMAT].encode()))
        refused(one, "not-json")


def test_a_nul_byte():
    with place() as one:
        one.lay_bytes(scenes.OWNERS[FORMAT].encode() + b"\0\n")
        refused(one, "not-json")


def test_lines_of_windows():
    with place() as one:
        one.lay_bytes(scenes.OWNERS[FORMAT].replace("\n", "\r\n").encode())
        if FORMAT == "dconf-locks":
            not_taken(one)
            return
        text = kept(one)
        tap.equal(text.count(b"\n"), text.count(b"\r\n"), "each line ends as the owner's do")


def test_a_byte_order_mark():
    with place() as one:
        one.lay_bytes(b"\xef\xbb\xbf" + scenes.OWNERS[FORMAT].encode())
        if FORMAT == "dconf":
            not_taken(one)
        elif JSON or FORMAT in ("apt", "xfconf"):
            # RFC 8259, section 8.1, forbids it, and clients differ in what they make of it; apt
            # takes it for a part of the first name, and xfconfd does not read the file
            found = set(one.keep())
            tap.equal(found in ({("applied", None)}, {("refused", "not-json")}), True, found)
            one.undo()
            tap.equal(one.target.read_bytes()[:3], b"\xef\xbb\xbf", "the mark")
        else:
            tap.equal(kept(one)[:3], b"\xef\xbb\xbf", "the mark")


def test_no_final_newline():
    with place() as one:
        one.lay_bytes(scenes.OWNERS[FORMAT].rstrip("\n").encode())
        kept(one)


def test_an_empty_file():
    with place() as one:
        one.lay_bytes(b"")
        if JSON or FORMAT == "xfconf":
            refused(one, "not-json")
        else:
            kept(one)


def test_a_file_that_may_not_be_written():
    with place() as one:
        one.target.chmod(0o400)
        kept(one)


def test_a_folder_that_may_not_be_written():
    with place() as one:
        one.target.parent.chmod(0o555)
        if one.scene.user:
            refused(one, "not-permitted")
        else:
            kept(one)


def test_a_file_that_nobody_may_change():
    with disks.on_ext4() as disk, place(disk) as one:
        subprocess.run(["chattr", "+i", one.target], check=True)
        try:
            refused(one, "not-permitted")
        finally:
            subprocess.run(["chattr", "-i", one.target], check=True)


def test_labels_lists_and_attributes_stay():
    """An ACL, a label as SELinux has it, and an attribute of the user's own"""
    with disks.on_ext4() as disk, place(disk) as one:
        subprocess.run(["setfacl", "-m", "u:daemon:r", one.target], check=True)
        os.setxattr(one.target, "user.mine", b"kept")
        os.setxattr(one.target, "security.selinux", b"system_u:object_r:user_home_t:s0\0")
        before = attributes(one.target)
        tap.equal(len(before) >= 3, True, before)
        good = [{("applied", None)}]
        if one.scene.user:
            # whoever may not set the label leaves the file alone
            good.append({("refused", "attributes")})
        found = set(one.keep())
        tap.equal(found in good, True, found)
        tap.equal(attributes(one.target), before, "after it was kept")
        tap.equal({result for result, _ in one.undo()} <= {"undone"}, True, "undo")
        tap.equal(attributes(one.target), before, "after undo")


def attributes(path):
    return {name: os.getxattr(path, name) for name in os.listxattr(path)}


def test_a_full_disk():
    with disks.mounted("tmpfs", "size=256k") as disk, place(disk) as one:
        disks.fill(disk)
        before = one.scene.everything()
        told = {error for result, error in one.keep() if result in ("refused", "failed")}
        # the journal lies on the same disk: it has to be written first
        tap.equal(told <= {"no-space", "journal"} and bool(told), True, told)
        tap.equal(differing(one.scene.everything(), before), [], "changed")


def test_a_disk_that_is_only_read():
    with disks.mounted("tmpfs", "size=1m") as disk, place(disk) as one:
        # of a folder whose files all count: the temporary file lies one above
        aside = one.scene.file["role"] == "managed-dir"
        folder = one.target.parent.parent if aside else one.target.parent
        subprocess.run(["mount", "--bind", folder, folder], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        try:
            refused(one, "read-only")
        finally:
            subprocess.run(["umount", folder], check=True)


def swap(one, stop):
    """The file, a link to the stranger's, and the file again, as fast as it goes"""
    aside, link = one.target.with_name("aside"), one.target.with_name("link")
    while not stop.is_set():
        with contextlib.suppress(OSError):
            link.symlink_to(one.shadow)
            os.rename(link, one.target)
            aside.write_text(scenes.OWNERS[FORMAT])
            one.own(aside)
            os.rename(aside, one.target)


def test_a_race_between_check_and_use():
    """The folder may be written by whoever swaps; what the name led to a moment ago must not count."""
    with place() as one:
        stop = threading.Event()
        thread = threading.Thread(target=swap, args=(one, stop))
        thread.start()
        try:
            told = [result for _ in range(RACES) for result in one.keep()]
        finally:
            stop.set()
            thread.join()
        good = {"applied": None, "refused": "is-link", "failed": "changed-meanwhile",
                "conflict": "rewritten"}
        tap.equal({one for one in told if one[0] not in good}, set(), "what was told")


def test_a_home_that_is_not_there():
    if SCOPE != "user":
        return
    with place() as one:
        one.scene.home.rename(one.scene.path / "away")
        process = one.program.start(None, [])
        tap.equal(process.wait(timeout=60), 1, "how it ended")
        tap.equal(one.scene.home.exists(), False, "a home was made")


@contextlib.contextmanager
def elsewhere(one):
    """The home as a server's: a file system of the account's own process, which root may not even
    look at, as an NFS server that maps root to nobody. Yields where its files really lie, and how
    the server is taken away and brought back."""
    backing = one.scene.home.with_name("backing")
    one.scene.home.rename(backing)
    one.scene.home.mkdir()
    os.chown(one.scene.home, scenes.NOBODY, scenes.NOBODY)
    served = disks.Served(backing, one.scene.home, scenes.NOBODY)
    served.begin()
    try:
        yield backing, served
    finally:
        served.end()


def really(one, backing):
    """What lies in the home, looked at where the server has it"""
    home, one.scene.home = one.scene.home, backing
    try:
        return one.scene.everything()
    finally:
        one.scene.home = home


def test_a_home_that_a_server_has():
    if SCOPE != "user":
        return
    with place() as one, elsewhere(one) as (backing, _):
        try:
            os.listdir(one.scene.home)
            raise AssertionError("root can look into the home")
        except PermissionError:
            pass
        before = really(one, backing)
        tap.equal(set(one.keep()), {("applied", None)}, "what was told")
        name = os.path.relpath(one.target, one.scene.path).replace("home/", "backing/", 1)
        after = really(one, backing)
        tap.equal(differing(after, before), [name], "changed")
        tap.equal(after[name][:3], before[name][:3], "mode and owner")
        tap.equal({result for result, _ in one.undo()}, {"undone"}, "undo")
        tap.equal(differing(really(one, backing), before), [], "changed after undo")


def test_a_home_whose_server_goes_away():
    """Nothing is claimed and nothing torn while it is gone; it is kept once it is back."""
    if SCOPE != "user":
        return
    with place() as one, elsewhere(one) as (backing, served):
        before = really(one, backing)
        served.lose()
        # a program that cannot open its home ends with a reason, or says that it could not
        answer = one.program.keep()
        tap.equal({key[0] for key in programs.results(answer)} & {"applied", "undone"}, set(), answer)
        tap.equal(any(client["drifted"] == 0 and client["installed"]
                      for client in (answer or {}).get("clients", [])), False, "said to be kept")
        tap.equal(differing(really(one, backing), before), [], "changed")
        served.begin()
        tap.equal(set(one.keep()), {("applied", None)}, "once it is back")


# What the server does for a call of its client, and what it then answers: nfs(5), a server that lost
# the file, a soft mount's time that is over, a broken disk, a right taken away; or it dies.
SERVER_CALLS = ("openat", "write,pwrite64", "fsync,fdatasync", "rename,renameat,renameat2",
                "fchmod,fchmodat,chmod", "unlink,unlinkat")
SERVER_TIMES = range(1, 6)  # the first ones are the journal's
SERVER_FAULTS = ("error=ESTALE", "error=ETIMEDOUT", "error=EIO", "error=EACCES", "signal=SIGKILL")


def served_name(one):
    """The settings file among those that the server has"""
    return os.path.relpath(one.target, one.scene.path).replace("home/", "backing/", 1)


def struck(one, backing, before, after):
    """One apply in which the server fails; after: the file as it is to be. What was said of it."""
    target = served_name(one)
    answer = one.program.keep()
    told = programs.results(answer)
    found = really(one, backing)
    tap.equal(found[target] in (before[target], after[target]), True, "torn")
    others = [name for name in differing(found, before) if name != target and not TEMPORARY.search(name)]
    tap.equal(others, [], "changed beside it")
    if found[target] == before[target]:
        tap.equal({result for result, _ in told} & {"applied"}, set(), "said to be done")
    tap.equal([error for result, error in told if result in ("failed", "refused") and not error], [],
              "without a reason")
    return {error for _, error in told if error} if answer else {"no answer"}


def test_a_server_that_fails_within_a_call():
    """Its answers to single calls, and its end in them: never torn, told, and undone once it is back"""
    if SCOPE != "user":
        return
    with place() as one, elsewhere(one) as (backing, served):
        before = really(one, backing)
        tap.equal(set(one.keep()), {("applied", None)}, "what was told")
        after = really(one, backing)
        tap.equal({result for result, _ in one.undo()}, {"undone"}, "undo")
        reasons = set()
        strikes = list(itertools.product(SERVER_CALLS, SERVER_FAULTS, SERVER_TIMES))
        for strike in strikes:
            with served.failing(*strike):
                reasons |= struck(one, backing, before, after)
            if served.process.poll() is not None:
                served.begin()
            one.keep()
            tap.equal(really(one, backing)[served_name(one)], after[served_name(one)], strike)
            tap.equal({result for result, _ in one.undo()}, {"undone"}, strike)
            tap.equal(differing(really(one, backing), before), [], strike)
        print(f"# {len(strikes)} faults of a server, told as: {', '.join(sorted(reasons))}", flush=True)
        tap.equal(len(reasons) > 1, True, "faults of the file itself were not met")


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("1..0 # SKIP devices, mounts and other accounts need root")
        sys.exit(0)
    if MARK not in os.environ:
        os.execvpe("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable,
                               *sys.argv], {**os.environ, MARK: "1"})
    tap.run(sys.modules[__name__])
