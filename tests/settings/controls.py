#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""controls.py KEEP LAY RUN CLIENTS POLICY UNPACK SCENARIOS: checks and what is enforced agree.

Every scenario in which a control that Caretaker can set fails is a machine to try it on: its
profiles are kept there with Caretaker's own code (and the real `dconf update`), and the check, run
by the runner of the scenarios, must pass. Undone again, it must fail again, for the same reason as
before, and every file is as it was. What cannot be put right is listed with why; a scenario that
is neither put right nor listed is a failure.
"""

import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "netns"))
import tap  # noqa: E402

KEEP, LAY, RUN, CLIENTS, POLICY, UNPACK, SCENARIOS = (
    pathlib.Path(name).resolve() for name in sys.argv[1:8])

BROWSERS = ("brave", "chromium", "firefox", "google-chrome")
DESKTOPS = ("cinnamon-desktop", "gnome-desktop", "kde-plasma", "mate-desktop", "xfce-desktop")
CONTROLS = {
    "auth.no-autologin": ("gdm", "lightdm", "sddm"),
    "conf.diagnostics-off": (*BROWSERS, *DESKTOPS, "apport", "popularity-contest",
                             "ubuntu-insights", "whoopsie"),
    "conf.location-off": (*BROWSERS, *DESKTOPS, "geoclue"),
    "content.safe-search": ("safe-search",),
    "lock.idle": DESKTOPS,
    "lock.suspend": DESKTOPS,
    "patch.auto-updates": ("apt-updates", "dnf-updates", "zypper-updates"),
    "usb.no-autorun": DESKTOPS,
    "web.download-guard": BROWSERS,
    "web.https-first": BROWSERS,
    "web.safe-browsing": BROWSERS,
}
# What is not put right, and why
STAYS = {
    **{f"auth.no-autologin {name}": "a console's unit is its administrator's" for name in (
        "getty", "getty-continued", "getty-order-of-names", "getty-short-option", "getty-unit", "serial-getty")},
    "auth.no-autologin accounts-service": "whom GDM asks there is kept by AccountsService",
    "conf.diagnostics-off abrt-reports": "no profile for ABRT",
    "conf.diagnostics-off popcon-takes-part": "the key stands twice, and is refused",
    "conf.location-off flatpak-beside-open": "a flatpak of Firefox reads no file of the system",
    "content.safe-search chromium-kept-firefox-not": "Firefox has no key for it",
    "content.safe-search firefox-has-no-key": "Firefox has no key for it",
    "content.safe-search one-name-server-of-two": "Firefox has no key for it",
    "lock.idle gnome-without-gdm": "GNOME locks nothing without GDM, whatever is set",
    "lock.idle policy-of-five-minutes": "a policy of less than the five minutes that are set",
    "lock.suspend gnome-without-gdm": "GNOME locks nothing without GDM, whatever is set",
    "patch.auto-updates cleared": "a later file of the administrator's clears it",
    "patch.auto-updates later-file-turns-off": "a later file of the administrator's has its say",
    "patch.auto-updates list-cleared-later": "a later file of the administrator's clears it",
    "patch.auto-updates main-file-comes-last": "a later file of the administrator's has its say",
    "patch.auto-updates package-removed": "unattended-upgrades is not installed",
    "patch.auto-updates silverblue-only-checks": "no profile for rpm-ostree",
    "patch.auto-updates timer-masked": "somebody masked the timer",
    "patch.auto-updates timer-masked-until-restart": "somebody masked the timer",
    **{f"patch.auto-updates ubuntu-{name}": "snapd keeps its holds by itself" for name in (
        "one-snap-held-for-ever", "snaps-held-for-ever", "snaps-held-for-months",
        "snaps-not-refreshed")},
    "usb.no-autorun gnome-locked-open": "a file of the administrator's says so",
    # a file of policies that was there before us: told as a conflict, code managed or other-file
    **{f"{control} {name}": "an administrator's policy says so" for control, names in {
        "conf.location-off": ("asks-each-time", "chromium-other-value", "later-file-opens",
                              "value-is-text"),
        "content.safe-search": ("older-key-overruled", "restriction-it-does-not-know",
                                "texts-for-values"),
        "web.download-guard": ("firefox-without-the-list", "number-without-meaning",
                               "rests-on-what-is-off", "text-for-number"),
        "web.https-first": ("firefox-https-first-locked-off", "one-off-one-not-set",
                            "upgrades-off-and-mode-not-forced", "upgrades-off"),
        "web.safe-browsing": ("chromium-later-file-off", "chromium-later-wrong-type",
                              "chromium-older-key-overruled", "firefox-default-not-locked",
                              "firefox-text-for-true"),
    }.items() for name in names},
    "lock.idle xfce-at-school": "nothing of the machine's keeps Xfce's locker from being ended",
    "lock.idle xfce-no-locker": "nothing that locks is installed",
    "lock.suspend xfce-no-locker": "nothing that locks is installed",
    **{f"{control} {name}": "no profile for sway" for control, names in {
        "lock.idle": ("sway-commented-out", "sway-debian-default", "sway-late"),
        "lock.suspend": ("sway-debian-default",),
    }.items() for name in names},
}
# Undone it is not what it was, and why
STAYS_RIGHT = {
    "lock.idle gnome-locks-not-compiled": "dconf update compiles what was laid there before, too",
}
# A scenario holds what its check looks at; a profile looks for the program that it is for.
PROGRAMS = {"gnome": "usr/bin/gnome-shell", "cinnamon": "usr/bin/cinnamon-session",
            "mate": "usr/bin/mate-session", "plasma": "usr/bin/plasmashell"}
DISPLAY_MANAGERS = {"etc/lightdm": "usr/sbin/lightdm", "etc/sddm.conf": "usr/bin/sddm",
                    "etc/sddm.conf.d": "usr/bin/sddm", "usr/lib/sddm": "usr/bin/sddm"}


def look(top):
    found = {}
    for folder, folders, files in os.walk(top):
        for name in folders + files:
            path = pathlib.Path(folder) / name
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                found[str(path.relative_to(top))] = os.readlink(path)
            elif stat.S_ISREG(mode):
                text = path.read_bytes()
                # what dconf compiles is another one each time; what it says is asked by the checks
                found[str(path.relative_to(top))] = (
                    mode, b"compiled" if text.startswith(b"GVariant") else text)
            else:
                found[str(path.relative_to(top))] = mode
    return found


def put(root, path):
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    if not os.path.lexists(place):
        place.write_text("")


class Place:
    """One scenario's machine: root, home and the journals beside them"""

    def __init__(self, top, control, scenario):
        self.control, self.scenario = control, scenario
        self.top = top / f"{control}-{scenario}"
        self.top.mkdir()
        for name in ("state/hand", "state/home"):
            (self.top / name).mkdir(parents=True)
        subprocess.run([LAY, SCENARIOS / control / scenario, self.top / "root"], check=True)
        self.root = self.top / "root"
        people = sorted((self.root / "home").iterdir()) if (self.root / "home").is_dir() else []
        self.home = self.top / "home"
        if people:
            self.home.symlink_to(people[0])
        else:
            self.home.mkdir()
        self.install()
        self.before = look(self.root)

    def install(self):
        put(self.root, "usr/bin/dconf")
        for folder in ("wayland-sessions", "xsessions"):
            for session in (self.root / "usr/share" / folder).glob("*.desktop"):
                for desktop, program in PROGRAMS.items():
                    if desktop in (session.name + session.read_text(errors="replace")).lower():
                        put(self.root, program)
        if (self.home / ".config/ubuntu-insights").exists():
            put(self.root, "usr/bin/ubuntu-insights")
        for database in (self.root / "etc/dconf/db").glob("*"):
            if database.is_file() and not database.with_name(database.name + ".d").exists():
                self.decompile(database)
        for path, program in DISPLAY_MANAGERS.items():
            if (self.root / path).exists():
                put(self.root, program)

    def decompile(self, database):
        """A scenario has what dconf reads; its administrator has the texts, too."""
        profile = self.top / "dconf-profile"
        profile.write_text(f"file-db:{database}\n")
        environment = {**os.environ, "DCONF_PROFILE": str(profile)}
        text = subprocess.run(["dconf", "dump", "/"], env=environment, capture_output=True,
                              text=True, check=True).stdout
        group, locks = "", []
        for line in text.splitlines():
            group = line.strip("[]") if line.startswith("[") else group
            locks += [f"/{group}/{line.split('=')[0]}"] if "=" in line else []
        texts = database.with_name(database.name + ".d")
        (texts / "locks").mkdir(parents=True)
        (texts / "10-site").write_text(text)
        # dconf tells all keys of such a profile as locked: by their paths in it they are, or not
        whole = database.read_bytes()
        (texts / "locks/10-site").write_text("".join(
            f"{lock}\n" for lock in locks if b".locks" in whole and lock.encode() in whole))

    def each(self, tier):
        names = CONTROLS[self.control]
        # what was made for one client may be shared with the next: the last goes first
        for name in reversed(names) if tier == "undo" else names:
            subprocess.run([KEEP, CLIENTS / f"{name}.json", self.top, tier], check=True,
                           capture_output=True)

    def scene(self, where, state):
        """The machine as it is now, as a scenario of its own"""
        folder = where / self.control / f"{self.scenario.rsplit('.', 1)[0]}.{state}"
        shutil.copytree(self.root, folder / "root", symlinks=True)
        source = SCENARIOS / self.control / self.scenario
        for path in source.iterdir():
            if path.name not in ("root", "make") and (state == "fail" or path.name != "reason"):
                shutil.copy(path, folder)


def judge(where):
    """{"CONTROL NAME.STATE": whether it came out so}"""
    lines = subprocess.run([RUN, where, POLICY, UNPACK], capture_output=True, text=True,
                           check=False).stdout.splitlines()
    found = {}
    for line in lines:
        word, _, rest = line.partition(" - ")
        if rest:
            found[rest.strip()] = word.startswith("ok")
    return found


def failing():
    for control in CONTROLS:
        for folder in sorted((SCENARIOS / control).glob("*.fail")):
            yield control, folder.name


def test_what_fails_passes_once_it_is_kept():
    with tempfile.TemporaryDirectory() as name:
        top = pathlib.Path(name)
        places = [Place(top, *row) for row in failing()]
        for place in places:
            place.each("strict")
            place.scene(top / "kept", "pass")
        kept = judge(top / "kept")
        wrong = []
        for place in places:
            place.each("undo")
            if look(place.root) != place.before:
                wrong.append(f"{place.control} {place.scenario}: not as it was once undone")
            place.scene(top / "undone", "fail")
        undone = judge(top / "undone")
        for place in places:
            stem = place.scenario.rsplit(".", 1)[0]
            key = f"{place.control} {stem}"
            passes = kept[f"{key}.pass"]
            if passes == (key in STAYS):
                wrong.append(f"{key}: {'passes' if passes else 'does not pass'} once it is kept")
            if undone[f"{key}.fail"] == (key in STAYS_RIGHT):
                wrong.append(f"{key}: does not fail again once it is undone")
        print(f"# {len(places)} machines, {len(places) - len(STAYS)} put right")
        assert not wrong, "\n".join(wrong)


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
