#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What caretaker-hand wrote, asked of the programs that it is for.

A machine of its own (a root with the real /usr below it and an /etc of the test's making) is kept
and put back by the code of caretaker-hand, `dconf update` included. The right answer is what
Debian's gsettings, apt-config, systemctl, kreadconfig5 and xfconfd say in it; and that undo leaves /etc as it
was, byte for byte.
"""

import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "netns"))
import tap  # noqa: E402

TOOL, READER, CLIENTS = (pathlib.Path(name).resolve() for name in sys.argv[1:4])
PROGRAMS = ("apt-config", "dash", "dbus-daemon", "dbus-run-session", "dconf", "dpkg", "gsettings",
            "kreadconfig5", "setpriv", "systemctl", "xfconf-query")
MOUNTS = """mount --make-rprivate /
for folder in /usr/*; do
    [ "$folder" = /usr/bin ] || { mkdir -p "$ROOT$folder"; mount --rbind "$folder" "$ROOT$folder"; }
done
mkdir -p "$ROOT/usr/real"; mount --bind /usr/bin "$ROOT/usr/real"
mount --rbind /proc "$ROOT/proc"; mount --rbind /dev "$ROOT/dev"
exec chroot "$ROOT" "$@"
"""


def profile(name):
    return json.loads((CLIENTS / f"{name}.json").read_text())


def look(top):
    """Every file, link and folder with its mode"""
    found = {}
    for folder, folders, files in os.walk(top):
        for name in folders + files:
            path = pathlib.Path(folder) / name
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                found[str(path.relative_to(top))] = os.readlink(path)
            elif stat.S_ISREG(mode):
                found[str(path.relative_to(top))] = (mode, path.read_bytes())
            else:
                found[str(path.relative_to(top))] = mode
    return found


class Machine:
    def __init__(self, top, installed):
        self.root = pathlib.Path(top)
        for name in ("etc", "proc", "dev", "tmp", "state", "home/.config", "usr/bin", "var/lib"):
            (self.root / name).mkdir(parents=True)
        (self.root / "state").chmod(0o700)
        for name in ("lib", "lib64", "bin", "sbin"):
            os.symlink(f"usr/{name}", self.root / name)
        for name in PROGRAMS:
            os.symlink(f"../real/{name}", self.root / "usr/bin" / name)
        os.symlink("dash", self.root / "usr/bin/sh")
        for name in ("passwd", "group", "ld.so.cache"):
            shutil.copy(f"/etc/{name}", self.root / "etc")
        for path in installed:
            self.write(path, "")
        shutil.copy(TOOL, self.root / "tool")
        shutil.copy(READER, self.root / "reader")

    def write(self, path, text):
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def run(self, *command, check=True):
        environment = {"PATH": os.environ["PATH"], "ROOT": str(self.root), "HOME": "/home",
                       "LC_ALL": "C.UTF-8", "GSETTINGS_BACKEND": "dconf",
                       "XDG_RUNTIME_DIR": "/tmp", "DBUS_SESSION_BUS_ADDRESS": "none:"}
        done = subprocess.run(["unshare", "--mount", "sh", "-ec", MOUNTS, "sh", *command],
                              env=environment, capture_output=True, text=True, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: {done.stderr}")
        return done.stdout.strip()

    def hand(self, verb, name, tier, other=()):
        """other: (key, value) pairs that are asked for in place of the profile's"""
        wanted = profile(name)
        for setting in wanted["settings"]:
            setting["value"] = dict(other).get(setting["key"], setting["value"])
        self.write("profile.json", json.dumps(wanted))
        lines = self.run("/tool", verb, "/profile.json", "/state", tier).splitlines()
        return [change for line in lines for change in json.loads(line)["changes"]]

    def keep(self, name, tier="base", other=()):
        changes = self.hand("keep", name, tier, other)
        assert changes, "nothing was kept"
        return changes

    def plan(self, name):
        return self.hand("plan", name, "base")

    def undo(self, name):
        for change in self.hand("undo", name, "base"):
            tap.equal(change["result"], "undone", change["key"])


def machine(*installed):
    """The folder, and the machine in it"""
    top = tempfile.TemporaryDirectory()
    os.chmod(top.name, 0o755)
    return top, Machine(top.name, installed)


def all_applied(changes):
    for change in changes:
        tap.equal(change["result"], "applied", f"{change['path']} {change['key']}")


def settings_of(name, tiers):
    """(schema, key, value) of a desktop's profile, as far as Debian's schemas have them here"""
    known = subprocess.run(["gsettings", "list-schemas"], capture_output=True, text=True,
                           check=True).stdout.split()
    for row in profile(name)["settings"]:
        if row.get("group") or row["tier"] not in tiers:
            continue
        path, key = row["key"].split(".")
        schema = path.replace("/", ".")
        if schema in known and key in subprocess.run(
                ["gsettings", "list-keys", schema], capture_output=True, text=True,
                check=True).stdout.split():
            yield schema, key, row["value"]


def ask(box, rows):
    """What gsettings says of each: its value, and whether the person may change it"""
    script = "".join(f"gsettings get {schema} {key}; gsettings writable {schema} {key};"
                     for schema, key, _ in rows)
    lines = box.run("/bin/sh", "-ec", script).splitlines()
    return [(lines[2 * i], lines[2 * i + 1]) for i in range(len(rows))]


def read(box, rows):
    """What our own reader says of each"""
    asked = "".join(f"{schema} {key}\\n" for schema, key, _ in rows)
    return box.run("/bin/sh", "-ec", f"printf '{asked}' | /reader / /home ''").splitlines()


def desktop(name, program, tiers, etc=()):
    top, box = machine(f"usr/bin/{program}")
    with top:
        for path, text in etc:
            box.write(path, text)
        rows = list(settings_of(name, tiers))
        assert len(rows) >= 3, f"no schemas of {name}"
        before, start = look(box.root / "etc"), ask(box, rows)
        all_applied(box.keep(name, tiers[-1]))
        for (schema, key, value), found in zip(rows, ask(box, rows)):
            tap.equal(found, (value, "false"), f"{schema} {key}")
        for (schema, key, _), line in zip(rows, read(box, rows)):
            assert line.endswith(" fixed") or line == "not-seen", f"{schema} {key}: {line}"
        tap.equal(box.hand("keep", name, tiers[-1]), [], "a second time there is nothing to do")
        box.undo(name)
        tap.equal(ask(box, rows), start, "gsettings after undo")
        tap.equal(look(box.root / "etc"), before, "/etc after undo")


def root_only():
    if os.geteuid() != 0:
        raise tap.Skip("without root, who alone may lay files over the machine's")


def test_gnome_is_set_and_locked_for_everybody():
    root_only()
    desktop("gnome-desktop", "gnome-shell", ["base"])


def test_gnome_is_strict():
    root_only()
    desktop("gnome-desktop", "gnome-shell", ["base", "strict"])


def test_a_profile_of_somebody_else_stays():
    root_only()
    desktop("gnome-desktop", "gnome-shell", ["base"], [
        ("etc/dconf/profile/user", "# ours\nuser-db:user\nsystem-db:site  # the district's\n")])


def test_the_district_keeps_the_last_word():
    """A lock in a database behind ours wins, and is told as a conflict unless it is stricter."""
    district(900, [("conflict", "/etc/dconf/db/site", "org/gnome/desktop/session.idle-delay")])
    district(120, [])


def district(seconds, told):
    root_only()
    top, box = machine("usr/bin/gnome-shell")
    with top:
        box.write("etc/dconf/profile/user", "user-db:user\nsystem-db:site\n")
        box.write("etc/dconf/db/site.d/00-site",
                  f"[org/gnome/desktop/session]\nidle-delay=uint32 {seconds}\n")
        box.write("etc/dconf/db/site.d/locks/00-site", "/org/gnome/desktop/session/idle-delay\n")
        box.run("/usr/bin/dconf", "update")
        before = look(box.root / "etc")
        box.keep("gnome-desktop")
        tap.equal([(change["result"], change["path"], change["key"])
                   for change in box.plan("gnome-desktop")],
                  told, "what a plan says")
        tap.equal(box.run("/usr/bin/gsettings", "get", "org.gnome.desktop.session", "idle-delay"),
                  f"uint32 {seconds}", "the district's value")
        tap.equal(box.run("/usr/bin/gsettings", "get", "org.gnome.desktop.media-handling",
                          "autorun-never"), "true", "ours, of which the district says nothing")
        box.undo("gnome-desktop")
        tap.equal(look(box.root / "etc"), before, "/etc after undo")


def test_a_damaged_neighbour_is_told():
    """dconf update refuses the whole database: nothing is said to be applied."""
    root_only()
    top, box = machine("usr/bin/gnome-shell")
    with top:
        box.write("etc/dconf/profile/user", "user-db:user\nsystem-db:local\n")
        box.write("etc/dconf/db/local.d/50-damaged", "this is no keyfile\n")
        results = {(change["result"], change["error"]) for change in box.keep("gnome-desktop")}
        tap.equal(results, {("failed", "tool-failed")}, "what the hand says")


def test_apt_takes_it():
    root_only()
    top, box = machine("usr/bin/unattended-upgrade")
    with top:
        box.write("var/lib/dpkg/status", "")
        box.write("etc/apt/apt.conf.d/20auto-upgrades",
                  'APT::Periodic::Update-Package-Lists "0";\n'
                  'APT::Periodic::Unattended-Upgrade "0";\n')
        box.write("etc/apt/apt.conf.d/50unattended-upgrades",
                  'Unattended-Upgrade::Package-Blacklist { "linux-"; };\n')
        before = look(box.root / "etc")
        all_applied(box.keep("apt-updates"))
        lines = box.run("/usr/bin/apt-config", "dump").splitlines()
        for line in (
                'APT::Periodic::Enable "1";', 'APT::Periodic::Update-Package-Lists "1";',
                'APT::Periodic::Unattended-Upgrade "1";',
                'Unattended-Upgrade::Package-Blacklist:: "linux-";',
                'Unattended-Upgrade::Origins-Pattern:: "origin=Debian,codename=${distro_codename}'
                '-security,label=Debian-Security";',
                'Unattended-Upgrade::Allowed-Origins:: "${distro_id}:${distro_codename}-security";'):
            assert line in lines, line
        box.undo("apt-updates")
        tap.equal(look(box.root / "etc"), before, "/etc after undo")


def is_enabled(box, *arguments):
    return box.run("/usr/bin/systemctl", "--root=/", *arguments, check=False)


def test_systemd_takes_timers():
    root_only()
    top, box = machine()
    with top:
        for name in ("apt-daily.timer", "apt-daily-upgrade.timer"):
            if not pathlib.Path("/usr/lib/systemd/system", name).exists():
                raise tap.Skip(f"without {name} of Debian's apt")
            tap.equal(is_enabled(box, "is-enabled", name), "disabled", name)
        before = look(box.root / "etc")
        all_applied(box.keep("apt-updates"))
        for name in ("apt-daily.timer", "apt-daily-upgrade.timer"):
            tap.equal(is_enabled(box, "is-enabled", name), "enabled", name)
        box.undo("apt-updates")
        tap.equal(look(box.root / "etc"), before, "/etc after undo")


def test_systemd_takes_masks_of_units_that_only_ubuntu_has():
    root_only()
    top, box = machine("usr/bin/whoopsie", "usr/bin/ubuntu-insights")
    with top:
        before = look(box.root / "etc")
        for name in ("ubuntu-insights", "whoopsie"):
            all_applied(box.keep(name, "strict"))
        tap.equal(is_enabled(box, "is-enabled", "whoopsie.path"), "masked", "whoopsie.path")
        for name in ("ubuntu-insights-collect.timer", "ubuntu-insights-upload.timer"):
            tap.equal(is_enabled(box, "--global", "is-enabled", name), "masked", name)
        box.undo("whoopsie")
        tap.equal(look(box.root / "etc"), before, "/etc after undo")


def test_kde_takes_values_that_nobody_can_change():
    root_only()
    if not shutil.which("kreadconfig5"):
        raise tap.Skip("without kreadconfig5 of Debian's libkf5config-bin")
    top, box = machine("usr/bin/plasmashell")
    with top:
        box.write("etc/xdg/kscreenlockerrc", "[Daemon]\nAutolock=false\nTimeout = 60\n")
        box.write("home/.config/kscreenlockerrc", "[Daemon]\nAutolock=false\nTimeout=0\nLock=false\n")
        box.write("home/.config/PlasmaUserFeedback", "[Global]\nFeedbackLevel=64\n")
        before = look(box.root / "etc")

        def read(file, group, key):
            return box.run("/usr/bin/kreadconfig5", "--file", file, "--group", group, "--key", key)

        tap.equal(read("kscreenlockerrc", "Daemon", "Timeout"), "0", "the person's own")
        all_applied(box.keep("kde-plasma"))
        wanted = {"Autolock": "true", "Lock": "true", "LockGrace": "5", "LockOnResume": "true",
                  "RequirePassword": "true", "Timeout": "5"}
        for key, value in wanted.items():
            tap.equal(read("kscreenlockerrc", "Daemon", key), value, key)
        tap.equal(read("PlasmaUserFeedback", "Global", "FeedbackLevel"), "0", "FeedbackLevel")
        box.undo("kde-plasma")
        tap.equal(read("kscreenlockerrc", "Daemon", "Timeout"), "0", "the person's own again")
        tap.equal(look(box.root / "etc"), before, "/etc after undo")


CHANNELS = "xfce4/xfconf/xfce-perchannel-xml"
NOBODY = 65534
XFCE = ("xfce4-screensaver", "xfce4-power-manager", "thunar-volman")
# What somebody who may sign in had: each of ours otherwise, and two of their own
OWN = """<?xml version="1.0" encoding="UTF-8"?>

<channel name="xfce4-screensaver" version="1.0">
  <property name="saver" type="empty">
    <property name="enabled" type="bool" value="false"/>
    <property name="idle-activation" type="empty">
      <property name="enabled" type="bool" value="false"/>
      <property name="delay" type="int" value="60"/>
    </property>
    <property name="mode" type="int" value="2"/>
  </property>
  <property name="lock" type="empty">
    <property name="enabled" type="bool" value="false"/>
    <property name="saver-activation" type="empty">
      <property name="enabled" type="bool" value="false"/>
      <property name="delay" type="int" value="30"/>
    </property>
    <property name="sleep-activation" type="bool" value="false"/>
  </property>
  <property name="mine" type="string" value="kept"/>
</channel>
"""
OWN_POWER = """<channel name="xfce4-power-manager" version="1.0">
  <property name="xfce4-power-manager" type="empty">
    <property name="lock-screen-suspend-hibernate" type="bool" value="false"/>
  </property>
</channel>
"""
OWN_VOLUMES = """<channel name="thunar-volman" version="1.0">
  <property name="autorun" type="empty">
    <property name="enabled" type="bool" value="true"/>
  </property>
  <property name="autoopen" type="empty">
    <property name="enabled" type="bool" value="true"/>
  </property>
</channel>
"""
# As Debian's package lays it, and one of an administrator's with a property that holds nothing yet
VOLUMES = """<?xml version="1.0" encoding="UTF-8"?>

<channel name="thunar-volman" version="1.0">
  <property name="automount-media" type="empty">
    <property name="enabled" type="bool" value="false"/>
  </property>
  <property name="autoopen" type="empty">
    <property name="enabled" type="bool" value="false"/>
  </property>
</channel>
"""
SAVER = """<!-- ours --><channel name="xfce4-screensaver" version="1.0">\r
\t<property name="saver" type="empty"/>\r
\t<property name="lock" type="empty">\r
\t\t<property value='false' name='enabled' type='bool' locked='@pupils' />\r
\t</property>\r
</channel>"""


def xfce(*etc):
    """A machine with Xfce's programs and somebody's own settings, and these files of the system's"""
    if not shutil.which("xfconf-query"):
        raise tap.Skip("without xfconf-query of Debian's xfconf")
    top, box = machine(*(f"usr/bin/{name}" for name in XFCE))
    for channel, text in etc:
        box.write(f"etc/xdg/{CHANNELS}/{channel}.xml", text)
    for channel, text in zip(XFCE, (OWN, OWN_POWER, OWN_VOLUMES)):
        box.write(f"home/.config/{CHANNELS}/{channel}.xml", text)
    return top, box


def session(box, script):
    """What a session of that person's answers, with an xfconfd of its own"""
    (box.root / "tmp").chmod(0o1777)
    for path in (box.root / "home", *(box.root / "home").rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    return box.run("/usr/bin/setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
                   "/usr/bin/dbus-run-session", "--", "/bin/sh", "-c", script).splitlines()


def xfce_rows():
    """(channel, property, value as xfconf-query has it) of each setting"""
    known = profile("xfce-desktop")
    channels = {file["group"]: pathlib.Path(file["path"]).stem for file in known["files"]}
    return [(channels[row["group"]], "/" + row["key"].replace(".", "/"), json.dumps(row["value"]))
            for row in known["settings"]]


def xfce_told(box, script=""):
    """Each setting in turn, after what the script does"""
    queries = "; ".join(f"xfconf-query -c {channel} -p {path}" for channel, path, _ in xfce_rows())
    return session(box, f"{script}; {queries}" if script else queries)


def test_xfce_takes_values_that_nobody_can_change():
    root_only()
    for etc in ((), (("thunar-volman", VOLUMES), ("xfce4-screensaver", SAVER))):
        top, box = xfce(*etc)
        with top:
            before, start = look(box.root / "etc"), xfce_told(box)
            wanted = [value for _, _, value in xfce_rows()]
            for row, own, value in zip(xfce_rows(), start, wanted):
                assert own != value, f"{row}: the person has it as we do"
            all_applied(box.keep("xfce-desktop"))
            tap.equal(box.hand("keep", "xfce-desktop", "base"), [], "a second time there is nothing to do")
            tap.equal(xfce_told(box), wanted, "what xfconfd says")
            tries = "; ".join(f"xfconf-query -c {channel} -p {path} -s {own}" for
                              (channel, path, _), own in zip(xfce_rows(), start))
            tap.equal(xfce_told(box, tries), wanted, "once that person tried to set them")
            tap.equal(xfce_told(box, "xfconf-query -c thunar-volman -p / -r -R"), wanted,
                      "once that person gave up all of a channel")
            own = box.root / f"home/.config/{CHANNELS}/thunar-volman.xml"
            tap.equal(own.exists(), False, "that person's file of it")
            own.write_text(OWN_VOLUMES)
            box.undo("xfce-desktop")
            tap.equal(xfce_told(box), start, "what xfconfd says after undo")
            tap.equal(look(box.root / "etc"), before, "/etc after undo")


def test_xfce_leaves_a_person_what_is_not_ours():
    root_only()
    top, box = xfce()
    with top:
        all_applied(box.keep("xfce-desktop"))
        query = "xfconf-query -c xfce4-screensaver -p"
        tap.equal(session(box, f"{query} /saver/mode; {query} /saver/mode -s 1; {query} /saver/mode;"
                          f"{query} /lock/mine -n -t string -s new; {query} /lock/mine; {query} /mine"),
                  ["2", "1", "new", "kept"], "that person's own")


SHORTER = (("gnome-desktop", "gnome-shell", "org/gnome/desktop/session.idle-delay", "uint32 60",
            ("uint32 301", "uint32 0", "60", "int32 60", "uint32 -1", "uint32 60 ", "uint32 6e1")),
           ("kde-plasma", "plasmashell", 'Daemon["Timeout[$i]"]', "1",
            ("6", "0", "-1", "1\nAutolock=false", "0x1", 1)),
           ("xfce-desktop", "xfce4-screensaver", "saver.idle-activation.delay", 1,
            (6, 0, -1, "1", True, None)))


def wanted_of(box, name, key, value):
    """What is written when the hand is asked for this value; None when it refuses"""
    try:
        return box.keep(name, other=[(key, value)])
    except AssertionError as error:
        assert "refused" in str(error), error
        return None


def asked(box, name):
    if name == "gnome-desktop":
        tap.equal(box.run("/usr/bin/gsettings", "writable", "org.gnome.desktop.session",
                          "idle-delay"), "false")
        return box.run("/usr/bin/gsettings", "get", "org.gnome.desktop.session", "idle-delay")
    if name == "xfce-desktop":
        return int(session(box, "xfconf-query -c xfce4-screensaver -p /saver/idle-activation/delay")[0])
    return box.run("/usr/bin/kreadconfig5", "--file", "kscreenlockerrc", "--group", "Daemon",
                   "--key", "Timeout")


def test_a_shorter_time_that_somebody_chose_is_written_and_no_longer_one():
    root_only()
    for name, program, key, shorter, refused in SHORTER:
        if name == "xfce-desktop" and not shutil.which("xfconf-query"):
            raise tap.Skip("without xfconf-query of Debian's xfconf")
        top, box = machine(f"usr/bin/{program}")
        with top:
            before = look(box.root / "etc")
            for value in refused:
                tap.equal(wanted_of(box, name, key, value), None, f"{key} {value!r}")
            changes = box.keep(name, other=[(key, shorter)])
            all_applied(changes)
            tap.equal({change["to"] for change in changes if change["key"] == key}, {shorter}, key)
            tap.equal(asked(box, name), shorter, "what its program says")
            tap.equal(box.plan(name), [], "and nothing is left to do, by the profile's own value")
            box.undo(name)
            tap.equal(look(box.root / "etc"), before, "/etc after undo")


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
