#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns numbered SQL files into a C table: embed.py OUT FILE...

NNNN-name.sqlite.sql is what SQLite alone does besides, after the other of that number.
"""
import json
import pathlib
import sys


def literal(path):
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return "\n\t\t".join(json.dumps(line) for line in lines)


def main():
    out, files = sys.argv[1], sorted(pathlib.Path(f) for f in sys.argv[2:])
    own = {path.name[:4]: path for path in files if path.name.endswith(".sqlite.sql")}
    files = [path for path in files if path not in own.values()]
    rows = []
    for number, path in enumerate(files, 1):
        if int(path.name[:4]) != number:
            sys.exit(f"{path.name}: expected number {number:04d}")
        besides = literal(own[path.name[:4]]) if path.name[:4] in own else "NULL"
        rows.append(f"\t{{{number},\n\t\t{literal(path)},\n\t\t{besides}}},\n")
    pathlib.Path(out).write_text(
        "/* SPDX-License-Identifier: Apache-2.0 */\n"
        '#include "migrations.h"\n\n'
        "const struct migration migrations[] = {\n" + "".join(rows) + "};\n"
        f"const size_t migrations_len = {len(rows)};\n", encoding="utf-8")


main()
