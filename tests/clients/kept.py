# SPDX-License-Identifier: Apache-2.0
"""A client's settings, kept by the real caretaker-home in a home on this machine, and read without
Caretaker's code."""

import configparser
import json
import pathlib

import programs


class Kept:
    """What programs.Home asks of a scene: one profile, at its strictest, on this machine."""

    def __init__(self, home, clients, client):
        self.path, self.home, self.root = home.path, home.path, pathlib.Path("/")
        self.profile = json.loads((pathlib.Path(clients) / f"{client}.json").read_text())
        self.tier, self.left = "strict", []


def keep(home, program, clients, client):
    return programs.Home(Kept(home, clients, client), program).keep()


def undo(home, program, clients, client):
    return programs.Home(Kept(home, clients, client), program).undo()


def read_ini(text):
    reader = configparser.RawConfigParser(strict=True, delimiters=("=",), interpolation=None)
    reader.optionxform = str
    reader.read_string(text)
    return {f"{section}.{key}": value for section in reader for key, value in reader[section].items()}


def settings_of(profile, path):
    """{key: value} that the profile keeps in the file of this path"""
    group = next(one.get("group") for one in profile["files"] if one["path"] == path)
    return {one["key"]: one["value"] for one in profile["settings"] if one.get("group") == group}


def holds(text, wanted):
    found = read_ini(text)
    return all(found.get(key) == value for key, value in wanted.items())
