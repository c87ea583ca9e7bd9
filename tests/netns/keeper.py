#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""caretakerd with the real caretaker-hand on a machine made of files: keep, restore, undo."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys

import tap
import watching
import wire
from agent import Agent, policy

CARETAKERD, SEAL, DATA, HAND = (pathlib.Path(argument).resolve() for argument in sys.argv[1:5])
POLICY = "etc/chromium/policies/managed"
GNOME = (pathlib.Path(__file__).resolve().parent.parent /
         "homes/gnome-desktop/bare.applied/after/root/etc/dconf")


class Hand:
    """caretaker-hand started as init does: with its socket as fd 3."""

    def __init__(self, one):
        self.one = one
        path = one.path / "run" / "hand.sock"
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(str(path))
        path.chmod(0o600)
        self.listener.listen(8)
        self.start()

    def start(self):
        command = 'exec 3<&"$1"; shift; LISTEN_PID=$$ exec setpriv --no-new-privs "$@"'
        self.process = subprocess.Popen(
            ["bash", "-c", command, "hand", str(self.listener.fileno()), HAND, "--root",
             self.one.root, "--state", self.one.state / "undo"],
            env={"LISTEN_FDS": "1", "LISTEN_FDNAMES": "hand", "PATH": os.environ["PATH"]},
            pass_fds=[self.listener.fileno()],
        )

    def close(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.listener.close()


@contextlib.contextmanager
def machine(with_hand=True):
    with Agent(CARETAKERD, SEAL, DATA) as one:
        for name in ("usr/bin/chromium", "usr/lib/chromium/chromium"):
            path = one.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")
            path.chmod(0o755)
        (one.root / "etc" / "chromium").mkdir()
        os.chmod(one.root, 0o755)
        hand = Hand(one) if with_hand else None
        one.hand = hand
        try:
            yield one.start()
        finally:
            if hand:
                hand.close()


def managed(one):
    """What all managed policies say together."""
    found = {}
    directory = one.root / POLICY
    for path in sorted(directory.glob("*.json")) if directory.is_dir() else []:
        with contextlib.suppress(ValueError):
            found.update(json.loads(path.read_text()))
    return found


def ours(one):
    return next((one.root / POLICY).glob("*.json"))


def chromium(one):
    return next(client for client in one.ask("status")["clients"] if client["client"] == "chromium")


def change(one, key, value):
    """Somebody edits the file: written aside, renamed."""
    path = ours(one)
    content = json.loads(path.read_text())
    content[key] = value
    aside = one.root / "aside"
    aside.write_text(json.dumps(content))
    aside.rename(path)


def some_setting(one):
    """A boolean that is kept, and its value"""
    return next((k, v) for k, v in managed(one).items() if isinstance(v, bool))


def test_a_private_device_is_only_looked_at():
    with machine() as one:
        changes = [c for c in one.ask("plan")["changes"] if c["client"] == "chromium"]
        if not changes:
            raise AssertionError("nothing planned")
        tap.equal({change["result"] for change in changes}, {"planned"})
        tap.equal([c for c in one.ask("plan", client="chromium")["changes"]], changes)
        tap.equal(one.ask("plan", client="firefox")["changes"], [])
        tap.equal(managed(one), {})
        tap.equal(chromium(one)["installed"], True)
        tap.equal(chromium(one)["kept"], 0)


def desktop(one):
    return next(client for client in one.ask("status")["clients"]
                if client["client"] == "gnome-desktop")


def compiled(one, text):
    """The database as dconf makes it of this keyfile and our locks, which stay as they are, laid as
    `dconf update` lays it"""
    fresh, source = one.path / "database", one.path / "texts"
    shutil.copytree(one.root / "etc/dconf/db/local.d", source, dirs_exist_ok=True)
    (source / "00-caretaker").write_text(text)
    subprocess.run(["dconf", "compile", fresh, source], check=True)
    fresh.rename(one.root / "etc/dconf/db/local")


def test_a_database_that_somebody_else_made_is_seen():
    """What counts is what dconf made of the texts: that alone is another one here."""
    if not shutil.which("dconf"):
        raise tap.Skip("without dconf, of Debian's dconf-cli")
    with machine(with_hand=False) as one:
        for name in ("dconf", "gnome-shell"):
            (one.root / "usr/bin" / name).write_text("")
        shutil.copytree(GNOME, one.root / "etc/dconf", dirs_exist_ok=True)
        kept = (one.root / "etc/dconf/db/local.d/00-caretaker").read_text()
        compiled(one, kept)
        watching.until_told(lambda: (desktop(one)["kept"] > 0 and desktop(one)["drifted"] == 0),
                            "what is kept")
        before = desktop(one)["kept"]
        other = kept.replace("autorun-never=true", "autorun-never=false")
        tap.equal(other != kept, True, "another value")
        compiled(one, other)
        watching.until_told(lambda: desktop(one)["drifted"] == 1, "the other value")
        compiled(one, kept)
        watching.until_told(lambda: desktop(one)["kept"] == before, "what is kept again")


def zoom(one):
    """Its gate as planned: (result, error, from, to)"""
    found = [(c["result"], c["error"], c["from"], c["to"])
             for c in one.ask("plan")["changes"] if (c["client"], c["key"]) == ("zoom", "recording")]
    return found[0] if found else None


def test_a_recording_gate_is_shown_and_asked_for():
    """What the kernel makes of one: tests/vm/guest/cases/gate.bash"""
    with machine() as one:
        tap.equal(zoom(one), None)
        (one.root / "opt" / "zoom").mkdir(parents=True)
        (one.root / "opt" / "zoom" / "zoom").write_text("")
        tap.equal(zoom(one), ("refused", "no-gate", "allowed", "denied"))
        enabled = one.root / "sys" / "module" / "apparmor" / "parameters" / "enabled"
        profiles = one.root / "sys" / "kernel" / "security" / "apparmor" / "profiles"
        for path, text in ((enabled, "Y\n"), (profiles, "/usr/sbin/cupsd (enforce)\n")):
            path.parent.mkdir(parents=True)
            path.write_text(text)
        tap.equal(zoom(one), ("planned", None, "allowed", "denied"))
        # into a kernel that is not this machine's nothing is loaded
        changes = [c for c in one.ask("enforce", client="zoom")["changes"] if c["key"] == "recording"]
        tap.equal([(c["result"], c["error"]) for c in changes], [("refused", "no-gate")])
        tap.equal((one.root / "etc" / "apparmor.d").exists(), False)
        # somebody else's file, and somebody else's profile
        (one.root / "etc" / "apparmor.d").mkdir()
        file = one.root / "etc" / "apparmor.d" / "caretaker-zoom"
        file.write_text("profile caretaker-zoom { }\n")
        tap.equal(zoom(one), ("conflict", "other-file", "allowed", "denied"))
        file.unlink()
        attach = profiles.parent / "policy" / "profiles" / "by-hand.3" / "attach"
        attach.parent.mkdir(parents=True)
        attach.write_text("/opt/zoom/{zoom,ZoomLauncher}\n")
        tap.equal(zoom(one), ("conflict", "other-file", "allowed", "denied"))


def test_enforce_writes_and_undo_puts_back():
    with machine() as one:
        changes = one.ask("enforce", client="chromium")["changes"]
        tap.equal({change["result"] for change in changes}, {"applied"})
        wanted = {c["key"]: c["to"] for c in changes}
        tap.equal({key: managed(one).get(key) for key in wanted}, wanted)
        tap.equal(chromium(one)["drifted"], 0)
        tap.equal(one.ask("status")["keeping"], True)
        one.stop()
        one.start()
        tap.equal(one.ask("status")["keeping"], True)
        undone = one.ask("undo")["changes"]
        tap.equal({change["result"] for change in undone}, {"undone"})
        tap.equal(managed(one), {})
        tap.equal(one.ask("status")["keeping"], False)


def test_a_changed_value_is_put_back_and_shown():
    with machine() as one:
        one.ask("enforce")
        key, value = some_setting(one)
        change(one, key, not value)
        watching.until(one.root / POLICY, lambda: managed(one).get(key) == value, "restored")

        def shown():
            return [(r["client"], r["key"]) for r in one.ask("status")["restored"]]

        # the answer of the hand comes behind its rename
        tap.equal(watching.until_told(shown, "what was restored"), [("chromium", key)])


def test_a_file_that_is_taken_away_comes_back():
    with machine() as one:
        one.ask("enforce")
        wanted = managed(one)
        ours(one).unlink()
        watching.until(one.root / POLICY, lambda: managed(one) == wanted, "written anew")


ACL = "system.posix_acl_access"
# acl(5) as xattr(7): version 2; user::rw-, user:1234:r--, group::r--, mask::r--, other::r--
ACL_ENTRIES = ((1, 6, -1), (2, 4, 1234), (4, 4, -1), (16, 4, -1), (32, 4, -1))
ACL_VALUE = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in ACL_ENTRIES)


def test_who_may_read_a_file_stays_when_it_is_rewritten():
    with machine() as one:
        one.ask("enforce")
        key, value = some_setting(one)
        os.setxattr(ours(one), ACL, ACL_VALUE)
        before = ours(one).stat()
        # edited in place, so that the list stays with it
        content = {**json.loads(ours(one).read_text()), key: not value}
        with open(ours(one), "r+", encoding="utf-8") as file:
            file.truncate()
            file.write(json.dumps(content))
        watching.until(one.root / POLICY, lambda: managed(one).get(key) == value, "restored")
        after = ours(one).stat()
        tap.equal(os.getxattr(ours(one), ACL), ACL_VALUE)
        tap.equal((after.st_mode, after.st_uid, after.st_gid),
                  (before.st_mode, before.st_uid, before.st_gid))
        tap.equal(after.st_ino == before.st_ino, False, "it was replaced")


def refused(one, **arguments):
    try:
        one.ask("undo", **arguments)
    except wire.Refused as refusal:
        return str(refusal)
    raise AssertionError("not refused")


def test_a_key_of_one_program_here_needs_no_program_named():
    with machine() as one:
        one.ask("enforce")
        key, value = some_setting(one)
        before = managed(one)
        tap.equal(refused(one, key="NoSuchKey").split(":")[0], "unknown-client")
        tap.equal(refused(one, client="chromium", key="NoSuchKey").split(":")[0], "unknown-client")
        changes = one.ask("undo", key=key)["changes"]
        tap.equal([(c["client"], c["key"]) for c in changes if c["result"] == "undone"],
                  [("chromium", key)])
        tap.equal(managed(one), {k: v for k, v in before.items() if k != key})
        # with another program that has it, it is asked which, and nothing changes
        for name in ("usr/bin/brave-browser", "opt/brave.com/brave/brave"):
            path = one.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")
        one.ask("enforce")
        before = managed(one)
        tap.equal(refused(one, key=some_setting(one)[0]), "which-client: brave, chromium")
        tap.equal(managed(one), before)


def test_one_key_alone_is_let_go():
    with machine() as one:
        one.ask("enforce")
        key, value = some_setting(one)
        changes = one.ask("undo", client="chromium", key=key)["changes"]
        tap.equal([c["key"] for c in changes if c["result"] == "undone"], [key])
        other = next(k for k, v in managed(one).items() if isinstance(v, bool) and k != key)
        kept = managed(one)[other]
        change(one, other, not kept)
        watching.until(one.root / POLICY, lambda: managed(one).get(other) == kept, "restored")
        tap.equal(key in managed(one), False)


def test_a_school_device_is_kept_from_the_start_and_undo_holds_against_it():
    with machine() as one:
        one.enrol()
        watching.until_told(lambda: chromium(one)["kept"] > 0, "kept")
        if not managed(one):
            raise AssertionError("a school's device is not kept")
        one.ask("undo", client="chromium")
        tap.equal(managed(one), {})
        one.stop()
        one.start()
        tap.equal(managed(one), {})
        one.ask("enforce", client="chromium")
        if not managed(one):
            raise AssertionError("not enforced again")


def enrolled_with_one_of_its_own(one):
    """A school's device whose owner had agreed to one setting before: its key and value"""
    (one.root / POLICY).mkdir(parents=True)
    key = next(c["key"] for c in one.ask("plan", client="chromium")["changes"])
    one.ask("enforce", client="chromium", key=key)
    agreed = managed(one)
    tap.equal(list(agreed), [key])
    one.enrol()
    watching.until(one.root / POLICY, lambda: len(managed(one)) > 1, "the school's")
    watching.until_told(lambda: chromium(one)["drifted"] == 0, "all of it")
    return agreed


def until_back(one, agreed):
    watching.until(one.root / POLICY, lambda: managed(one) == agreed, "the owner's own alone")


def test_what_a_school_had_kept_goes_back_when_it_is_left():
    with machine() as one:
        agreed = enrolled_with_one_of_its_own(one)
        kept = managed(one)
        tap.equal(one.leave()[2]["school"], True)
        until_back(one, agreed)
        # its owner may want all of it
        one.ask("enforce")
        tap.equal(managed(one), kept)
        one.stop()
        one.start()
        tap.equal((managed(one), chromium(one)["drifted"]), (kept, 0))


def test_what_could_not_go_back_at_once_does_so_later():
    with machine() as one:
        agreed = enrolled_with_one_of_its_own(one)
        kept = managed(one)
        one.hand.process.send_signal(signal.SIGKILL)
        one.hand.process.wait()
        one.leave()
        tap.equal(managed(one), kept)
        one.stop(signal.SIGKILL)
        one.hand.start()
        one.start()
        until_back(one, agreed)


def test_what_a_school_had_kept_goes_back_when_it_gives_the_device_away():
    with machine() as one:
        agreed = enrolled_with_one_of_its_own(one)
        given = policy(version=2, ownership="private", report={"interval_seconds": 86400})
        one.accept(1, policy=one.key.sign("caretaker-policy", given))
        until_back(one, agreed)
        tap.equal(one.ask("status")["enrolled"], True)


def test_a_policy_that_cannot_be_read_lets_nothing_go():
    with machine() as one:
        agreed = enrolled_with_one_of_its_own(one)
        kept = managed(one)
        one.stop()
        (one.state / "policy.jws").write_text("torn")
        one.start()
        tap.equal(one.ask("status")["school"], False)
        # what would be put back is asked of the hand before this, in the same line
        one.ask("enforce", client="chromium", key=next(iter(agreed)))
        tap.equal(managed(one), kept)


def with_tier(version, tier):
    """The school's policy with Chromium at this tier"""
    value = policy(version=version)
    value["clients"]["chromium"] = {"tier": tier}
    return value


def test_a_policy_that_asks_for_less_takes_out_what_the_stricter_one_wrote():
    with machine() as one:
        directory = one.root / POLICY
        directory.mkdir(parents=True)
        one.ask("enforce", client="chromium")
        base = managed(one)
        one.enrol(body=one.enrolled_answer(with_tier(1, "strict")))
        watching.until(directory, lambda: len(managed(one)) > len(base), "strict")
        watching.until_told(lambda: chromium(one)["drifted"] == 0, "all of it")
        strict = managed(one)
        if not base.items() < strict.items():
            raise AssertionError(f"{base} is no part of {strict}")
        one.accept(1, policy=one.key.sign("caretaker-policy", with_tier(2, "base")))
        watching.until(directory, lambda: managed(one) == base, "base again")
        tap.equal(chromium(one)["tier"], "base")
        tap.equal(one.ask("undo", client="chromium")["changes"] != [], True)
        tap.equal(managed(one), {})


def test_somebody_who_keeps_rewriting_is_left_alone_for_a_while():
    with machine() as one:
        one.ask("enforce")
        key, value = some_setting(one)

        def rewritten():
            found = [c for c in one.ask("plan")["changes"] if c["client"] == "chromium"]
            return found if any(c["error"] == "rewritten" for c in found) else None

        def answered():
            return rewritten() or managed(one)[key] == value

        for _ in range(200):
            change(one, key, not value)
            # not faster than it is put back: what comes meanwhile counts as one
            watching.until_told(answered, "put back, or left")
            found = rewritten()
            if found:
                break
        else:
            raise AssertionError("never noticed")
        tap.equal({c["result"] for c in found if c["error"] == "rewritten"}, {"conflict"})
        # whoever asks for it gets it at once
        one.ask("enforce")
        tap.equal(managed(one)[key], value)


def test_without_the_hand_nothing_is_written_and_it_is_said():
    with machine(with_hand=False) as one:
        try:
            one.ask("enforce")
            raise AssertionError("not refused")
        except wire.Refused as refusal:
            tap.equal(refusal.code, "internal")
        tap.equal(managed(one), {})
        one.ask("status")


def main():
    if os.getuid() != 0:
        print("1..0 # SKIP needs root")
        return
    tap.run(sys.modules[__name__])


if __name__ == "__main__":
    main()
