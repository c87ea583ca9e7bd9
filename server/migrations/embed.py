#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns numbered SQL files into a C table: embed.py OUT FILE..."""
import json
import pathlib
import sys


def main():
    out, files = sys.argv[1], sorted(pathlib.Path(f) for f in sys.argv[2:])
    rows = []
    for number, path in enumerate(files, 1):
        if int(path.name[:4]) != number:
            sys.exit(f"{path.name}: expected number {number:04d}")
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        text = "\n\t\t".join(json.dumps(line) for line in lines)
        rows.append(f"\t{{{number},\n\t\t{text}}},\n")
    pathlib.Path(out).write_text(
        "/* SPDX-License-Identifier: Apache-2.0 */\n"
        '#include "migrations.h"\n\n'
        "const struct migration migrations[] = {\n" + "".join(rows) + "};\n"
        f"const size_t migrations_len = {len(rows)};\n", encoding="utf-8")


main()
