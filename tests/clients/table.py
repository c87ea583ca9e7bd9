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
latter says is tested: `tests/clients/clients.py`, `tests/browser/policies-*.mjs` and `tests/settings/enforced.py` ask
the client itself, `tests/homes/settings_table.py` reads files without it.

A setting counts once, whatever the number of packagings and files that it is written to.
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
    return "\n".join(lines) + "\n"


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
          "not ok 2 - docs/clients.md is old: run tests/clients/table.py with --write")
    return 0 if same and not stale else 1


if __name__ == "__main__":
    sys.exit(main())
