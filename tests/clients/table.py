#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/clients.md: which settings are kept for which client, and how each was shown to be.

usage: table.py CLIENTS PROOFS PAGE [--write]

PROOFS is what tests/clients and tests/browser hold the clients themselves against. Without --write the
page is compared with the one that is there, in TAP.
"""

import json
import pathlib
import sys

HOW = {
    "read": "the client said so itself",
    "survives": "still there after the client wrote its file",
    "file": "read back from the file, without the client",
}
HEAD = """\
# What is kept for which client, and how it was shown

Made by `tests/clients/table.py --write` from `policies/clients/` and `tests/clients/proofs.json`; what the
latter says is tested: `tests/clients/clients.py`, `tests/browser/policies-*.mjs`, `tests/settings/enforced.py` and `snap.py` ask
the client itself, `tests/homes/settings_table.py` reads files without it.

A setting counts once, whatever the number of packagings and files that it is written to. Drift, crash
points and what cannot be enforced stand at the end.
"""
TAIL = """
## Drift, and what a crash leaves

A value that is changed is put back within 4.1 ms (a file of the system; 4.8 after a quiet hour), 5.7 (Firefox's), 9.8 (dconf's, with its
`dconf update`) and 2.5 ms (a user's file), the medians of 15 runs (5 of the second) on a quiet machine;
21150 points at which a system call failed or the program was killed left no file torn and could be undone. How both were
measured: [enforcement.md](enforcement.md).

## Of the table of facts

`tests/homes/settings.json` holds each row of tier base or strict on Linux that was read in a client's source or documentation,
and `settings_table.py` keeps, reads back and undoes each, in each packaging, on a machine that never had the client's file and on
one that had every value otherwise. Of 430 rows 426 are kept so. The others:

| row | packagings | why not |
|---|--:|---|
| Chromium, `SafeBrowsingExtendedReportingEnabled` | 3 | Debian's Chromium 156 is built without the service and calls the policy unknown (`tests/browser`); the same file is read by all packagings. Kept for Google Chrome, which has it. |
| the camera portal's permission of one app (`devices`, `camera`, `<app id>`) | 1 | xdg-permission-store has its database in memory for as long as somebody is signed in and writes it whole, so that an edited file is lost; its D-Bus call wants the session's bus, which no process of Caretaker's that writes speaks. The portal asks the person before an app gets the camera; flatpaks of the clients here lose the device by their overrides in the strict tier. |

## What cannot be enforced, and why

- **Zoom, Webex, Jitsi Meet outside of a flatpak or snap**: their settings lie in databases of their own, or in the account. A
  recording gate stands in for them where the kernel has AppArmor; `caretaker status` says what helps.
- **Telegram, Discord, Slack outside of a flatpak**: no file decides; told as assessed.
- **Microsoft Edge for Linux**: no path of its policies could be verified.
- **Signal**: recording does not exist in it. Its settings are kept while it is closed, in the file that it writes itself.
- **Skype and the old Teams**: retired; `caretaker status` says to remove them.
- **Xfce's locker**: its settings hold, the program does not. `xfce4-screensaver-command --exit`, typed by whoever is signed in, ends it
  all the same, and "Session and Startup" keeps it from starting again (tried with xfce4-screensaver 4.18.4 of Debian 13; Debian 12 has none).
  So `lock.idle` still fails on a school's device (`lock-changeable`). Of light-locker only that the screen is locked before sleep is set, by way of
  xfce4-power-manager. On Xubuntu what stands below `/etc/xdg/xdg-xubuntu` counts more than ours; nothing is set there, and the controls are unknown.
- **What somebody had in Xfce themselves**: as soon as they change anything else of the same channel, xfconfd writes their file anew, without what
  is locked in it; undo then leaves them the program's default (seen with xfconf 4.18.0-2).
- **sway**: judged (`lock.idle`, `lock.suspend`, `usb.no-autorun`), not set. Its configuration is a program, and the first of six files that there is counts alone: what
  a folder of the system adds reaches nobody who has a configuration of their own, and would start a second locker beside theirs where it is included.
- **A person's own time until the screen locks**: where GNOME, Cinnamon, MATE, Plasma or Xfce are set for everybody, the lock hides it. Who had
  chosen a shorter one before is not left open for longer: the shortest is written for everybody ([enforcement.md](enforcement.md)).
- **What an administrator decided otherwise** in a file of policies: told as a conflict ([enforcement.md](enforcement.md)).
"""


def shown_of(profile, proof):
    """{key: how}"""
    found = {}
    for one in profile["settings"]:
        known = proof.get("settings", {})
        found[one["key"]] = known.get(one["key"], known.get("*", "file"))
    return found


def row_of(profile, proof):
    shown = shown_of(profile, proof)
    strict = {one["key"] for one in profile["settings"] if one["tier"] == "strict"}
    counts = [sum(how == one for how in shown.values()) for one in HOW]
    cells = [profile["name"], str(len(shown) - len(strict)), str(len(strict)), *map(str, counts),
             proof.get("program", "–")]
    return "| " + " | ".join(cells) + " |"


def page(profiles, proofs):
    lines = [HEAD, "| client | base | strict | " + " | ".join(HOW.values()) + " | with |",
             "|---|--:|--:|--:|--:|--:|---|"]
    lines += [row_of(one, proofs.get(one["id"], {})) for one in profiles]
    lines += ["", "## Setting by setting, where the client was there"]
    for profile in profiles:
        proof = proofs.get(profile["id"], {})
        if not proof or "*" in proof["settings"]:
            continue
        lines += ["", f"### {profile['name']}", "", "| setting | tier | shown |", "|---|---|---|"]
        tiers = {one["key"]: one["tier"] for one in profile["settings"]}
        lines += [f"| `{key}` | {tiers[key]} | {HOW[how]} |"
                  for key, how in sorted(shown_of(profile, proof).items())]
        lines += [f"\n{text}" for text in proof.get("not_kept", [])]
    return "\n".join(lines) + "\n" + TAIL


def main():
    clients, proofs_path, path = map(pathlib.Path, sys.argv[1:4])
    profiles = [json.loads(one.read_text()) for one in sorted(clients.glob("*.json"))]
    proofs = json.loads(proofs_path.read_text())
    known = {one["id"]: {setting["key"] for setting in one["settings"]} for one in profiles}
    stale = [f"{client}: {key}" for client, proof in proofs.items() for key in proof["settings"]
             if key != "*" and key not in known.get(client, ())]
    text = page(profiles, proofs)
    if "--write" in sys.argv[4:]:
        path.write_text(text)
        return 0
    print("1..2")
    print("not ok 1 - every proof is of a setting that is kept: " + ", ".join(stale) if stale
          else "ok 1 - every proof is of a setting that is kept")
    same = path.exists() and path.read_text() == text
    print("ok 2 - docs/clients.md says what the data say" if same else
          "not ok 2 - docs/clients.md is old. To write it anew: python3 " + " ".join(sys.argv[:4]) + " --write")
    return 0 if same and not stale else 1


if __name__ == "__main__":
    sys.exit(main())
