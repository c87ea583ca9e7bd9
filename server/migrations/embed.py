#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns numbered SQL files into a C table: embed.py OUT FILE...

NNNN-name.sqlite.sql and NNNN-name.postgres.sql are what that database alone does besides, after
the other of that number.
"""
import json
import pathlib
import sys

KINDS = ('sqlite', 'postgres')


def literal(path):
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return "\n\t\t".join(json.dumps(line) for line in lines)


def kind(path):
    return next((name for name in KINDS if path.name.endswith(f".{name}.sql")), None)


def main():
    out, files = sys.argv[1], sorted(pathlib.Path(f) for f in sys.argv[2:])
    own = {(path.name[:4], kind(path)): path for path in files if kind(path)}
    files = [path for path in files if not kind(path)]
    rows = []
    for number, path in enumerate(files, 1):
        if int(path.name[:4]) != number:
            sys.exit(f"{path.name}: expected number {number:04d}")
        besides = [own.get((path.name[:4], name)) for name in KINDS]
        texts = [literal(path)] + [literal(text) if text else "NULL" for text in besides]
        rows.append(f"\t{{{number},\n\t\t" + ",\n\t\t".join(texts) + "},\n")
    pathlib.Path(out).write_text(
        "/* SPDX-License-Identifier: Apache-2.0 */\n"
        '#include "migrations.h"\n\n'
        "const struct migration migrations[] = {\n" + "".join(rows) + "};\n"
        f"const size_t migrations_len = {len(rows)};\n", encoding="utf-8")


main()
