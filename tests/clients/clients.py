#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The clients themselves, from Debian's archive: what is kept for them is what they read.

usage: clients.py HOME HAND CLIENTS PROOFS

Each is started in a home of its own on a display of its own with no network, and closed as a person
would. The settings are kept by the real caretaker-home while the client is not running; the client is
started and closed again, which is when it writes its files; what it wrote is read by Python. Where the
client can be asked, it is: the answer is its own. PROOFS says of each setting which of the two was
shown, and docs/clients.md shows it; here they must agree.
"""

import io
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
for folder in ("netns", "faults"):
    sys.path.append(str(HERE.parent / folder))

# pylint: disable=wrong-import-position
import kept  # noqa: E402
import programs  # noqa: E402
import scene as scenes  # noqa: E402
import session  # noqa: E402
import tap  # noqa: E402

HOME, HAND, CLIENTS, PROOFS = (pathlib.Path(argument).resolve() for argument in sys.argv[1:5])
MUMBLE = ".config/Mumble/Mumble.conf"
LINPHONE = ".config/linphone/linphonerc"
JAMI = ".config/jami.net/Jami.conf"
OBS = ".config/obs-studio/global.ini"
OBS_PROFILE = ".config/obs-studio/basic/profiles/Untitled/basic.ini"
SCENES = ".config/obs-studio/basic/scenes/Untitled.json"

# OBS Studio runs scripts of its own; this one asks it what its settings are (docs.obsproject.com,
# "Frontend API": obs_frontend_get_global_config, config_get_bool).
ASK_OBS = """
local ffi = require("ffi")
ffi.cdef([[void *obs_frontend_get_global_config(void); void *obs_frontend_get_profile_config(void);
	bool config_get_bool(void *, const char *, const char *);]])
local api, core = ffi.load("obs-frontend-api.so.0"), ffi.load("libobs.so.0")
function script_load(settings)
	local out = io.open("HOME/answer", "w")
	local configs = {global = api.obs_frontend_get_global_config(),
		profile = api.obs_frontend_get_profile_config()}
	for which, section, key in io.open("HOME/ask"):read("*a"):gmatch("(%w+) (%w+) (%w+)") do
		out:write(section, ".", key, "=",
			tostring(core.config_get_bool(configs[which], section, key)), "\\n")
	end
	out:close()
end
"""


class home_of:
    """A home for one test"""

    def __enter__(self):
        self.home = session.Home()
        return self.home

    def __exit__(self, *_):
        self.home.remove()


def profile_of(client):
    return json.loads((CLIENTS / f"{client}.json").read_text())


def must_keep(home, client):
    found = programs.results(kept.keep(home, HOME, CLIENTS, client))
    tap.equal(set(found), {("applied", None)}, f"{client}: kept")


def must_undo(home, client):
    found = programs.results(kept.undo(home, HOME, CLIENTS, client))
    tap.equal(set(found), {("undone", None)}, f"{client}: undone")


def must_hold(home, client, name):
    wanted = kept.settings_of(profile_of(client), f"~/{name}")
    found = kept.read_ini(home.read(name))
    tap.equal({key: found.get(key) for key in wanted}, wanted, f"{client}: after it wrote {name}")
    return wanted


def told(client, how, keys):
    """PROOFS says the same of these keys."""
    proofs = json.loads(PROOFS.read_text())[client]["settings"]
    tap.equal({key: proofs.get(key) for key in keys}, {key: how for key in keys}, "proofs.json")


def survives(client, command, name, before=None):
    """Kept, started, closed: still there. Undone: as the client had it. Returns the keys."""
    with home_of() as home:
        if before is not None:
            home.write(name, before)
        session.run_and_close(home, command)
        first = kept.read_ini(home.read(name))
        must_keep(home, client)
        session.run_and_close(home, command)
        wanted = must_hold(home, client, name)
        must_undo(home, client)
        now = kept.read_ini(home.read(name))
        tap.equal({key: now.get(key) for key in wanted}, {key: first.get(key) for key in wanted},
                  f"{client}: after undo")
    return wanted


def test_mumble_keeps_what_was_set():
    survives("mumble", ["mumble"], MUMBLE)


def test_what_mumble_writes_when_it_closes_is_looked_at_again():
    """It was started before anything was kept, so what it knows and writes at its end is its own."""
    with home_of() as home:
        session.run_and_close(home, ["mumble"])
        keeper = programs.Home(kept.Kept(home, CLIENTS, "mumble"), HOME)
        wanted = kept.settings_of(profile_of("mumble"), f"~/{MUMBLE}")
        with session.running(home, ["mumble"]) as close, keeper.running([]) as peer:
            keeper.set(peer, True)
            # Not by its inode: the third file may have the number of the first.
            before = (home.path / MUMBLE).stat().st_ctime_ns
            close()
            tap.equal((home.path / MUMBLE).stat().st_ctime_ns == before, False, "Mumble wrote its file")
            while not kept.holds(home.read(MUMBLE), wanted):
                tap.equal(programs.hear(peer, programs.wire.HOME_STATE) is None, False, "the worker")


def test_mumble_reads_each_of_the_settings():
    """What equals its default Mumble takes out of its file; what it does not know it leaves."""
    defaults = {"ui.usage": "true", "privacy.hideos": "false"}
    tap.equal(set(defaults), set(kept.settings_of(profile_of("mumble"), f"~/{MUMBLE}")), "settings")
    with home_of() as home:
        home.write(MUMBLE, "[ui]\nusage=true\nunknown=true\n\n[privacy]\nhideos=false\n")
        session.run_and_close(home, ["mumble"])
        found = kept.read_ini(home.read(MUMBLE))
        tap.equal(found.get("ui.unknown"), "true", "a key that Mumble does not know")
        tap.equal({key for key in defaults if key in found}, set(), "defaults still written")
    told("mumble", "read", defaults)


def test_linphone_keeps_what_was_set():
    # its window hides instead of closing unless told otherwise
    before = "[ui]\nexit_on_close=1\n"
    told("linphone", "survives", survives("linphone", ["linphone"], LINPHONE, before))


def test_jami_keeps_what_was_set():
    keys = survives("jami", ["jami"], JAMI)
    told("jami", "survives", keys)


def test_jami_writes_each_of_the_settings_itself():
    with home_of() as home:
        session.run_and_close(home, ["jami"])
        found = kept.read_ini(home.read(JAMI))
        for key in kept.settings_of(profile_of("jami"), f"~/{JAMI}"):
            tap.equal(found.get(key), "true", key)


def obs_settings():
    """Its switches, in the file of the program and in that of each profile of its own"""
    profile = profile_of("obs-studio")
    each = next(one for one in profile["files"] if "{each}" in one["path"])["path"]
    for path in (f"~/{OBS}", each):
        yield {key: value for key, value in kept.settings_of(profile, path).items()
               if value in ("true", "false")}


def ask_obs(home):
    """{section.key: "true" or "false"}, as OBS Studio itself has them"""
    ours, theirs = obs_settings()
    asked = [("global", key) for key in ours] + [("profile", key) for key in theirs]
    scenes_text = json.loads(home.read(SCENES))
    script = str(home.path / "ask.lua")
    scenes_text.setdefault("modules", {})["scripts-tool"] = [{"path": script, "settings": {}}]
    home.write(SCENES, json.dumps(scenes_text))
    home.write("ask.lua", ASK_OBS.replace("HOME", str(home.path)))
    home.write("ask", "".join(f"{which} {key.replace('.', ' ')}\n" for which, key in asked))
    session.run_and_close(home, ["obs"])
    return dict(line.split("=") for line in home.read("answer").splitlines())


def test_obs_studio_reads_what_was_set():
    ours, theirs = obs_settings()
    wanted = {**ours, **theirs}
    others = {key: "false" if value == "true" else "true" for key, value in wanted.items()}
    with home_of() as home:
        session.run_and_close(home, ["obs"])
        for name, keys in ((OBS, ("BasicWindow", "OBSWebSocket")),
                           (OBS_PROFILE, ("SimpleOutput", "AdvOut"))):
            home.write(name, with_values(home.read(name), others, keys))
        tap.equal(ask_obs(home), others, "OBS Studio before, with the other values")
        must_keep(home, "obs-studio")
        tap.equal(ask_obs(home), wanted, "OBS Studio itself")
        must_hold(home, "obs-studio", OBS)
        must_undo(home, "obs-studio")
        tap.equal(ask_obs(home), others, "OBS Studio after undo")
    told("obs-studio", "read", wanted)


def test_obs_studio_is_waited_for_and_put_right_once_it_is_closed():
    """It writes its file from memory when it closes: while it is open nothing is written."""
    ours, _ = obs_settings()
    others = {key: "false" if value == "true" else "true" for key, value in ours.items()}
    with home_of() as home:
        session.run_and_close(home, ["obs"])
        home.write(OBS, with_values(home.read(OBS), others, ("BasicWindow", "OBSWebSocket")))
        keeper = programs.Home(kept.Kept(home, CLIENTS, "obs-studio"), HOME)
        with session.running(home, ["obs"]) as close, keeper.running([]) as peer:
            before = home.read(OBS)
            told = {change["key"]: (change["result"], change["error"])
                    for change in keeper.set(peer, True)["changes"]}
            tap.equal({told.get(key) for key in ours}, {("planned", "running")}, "while it is open")
            tap.equal(home.read(OBS), before, "the file while it is open")
            close()
            while not kept.holds(home.read(OBS), ours):
                tap.equal(programs.hear(peer, programs.wire.HOME_STATE) is None, False, "the worker")


def with_values(text, values, sections):
    """An ini file with these values, as if they had been chosen in the client"""
    reader = kept.configparser.RawConfigParser(delimiters=("=",), interpolation=None)
    reader.optionxform = str
    reader.read_string(text)
    for key, value in values.items():
        section, name = key.split(".")
        if section in sections:
            if section not in reader:
                reader.add_section(section)
            reader[section][name] = value
    out = io.StringIO()
    reader.write(out, space_around_delimiters=False)
    return out.getvalue()


def test_plasma_reads_what_was_set_and_locked():
    """KConfig's own tools, as they are on a desktop: the system's file below XDG_CONFIG_DIRS."""
    profile = profile_of("kde-plasma")
    with home_of() as home:
        scene = scenes.Scene(home.path / "machine", profile, 0, None)
        scene.lay()
        tap.equal(set(programs.results(programs.Hand(scene, HAND).keep())), {("applied", None)}, "kept")
        tap.equal(kconfig(home, scene, "kreadconfig5"), "0\n", "kreadconfig5")
        kconfig(home, scene, "kwriteconfig5", "16")
        tap.equal(kconfig(home, scene, "kreadconfig5"), "0\n", "after kwriteconfig5 of 16")
        programs.Hand(scene, HAND).undo()
        kconfig(home, scene, "kwriteconfig5", "16")
        tap.equal(kconfig(home, scene, "kreadconfig5"), "16\n", "after undo and kwriteconfig5 of 16")
    told("kde-plasma", "read", ['Global["FeedbackLevel[$i]"]'])


def kconfig(home, scene, tool, *value):
    done = subprocess.run(
        session.as_user(home, [f"XDG_CONFIG_DIRS={scene.root}/etc/xdg", tool, "--file",
                               "PlasmaUserFeedback", "--group", "Global", "--key", "FeedbackLevel",
                               *value]),
        capture_output=True, text=True, timeout=60, check=False)
    return done.stdout


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("1..0 # SKIP a client runs as another user, which root alone can start")
        sys.exit(0)
    tap.run(sys.modules[__name__])
