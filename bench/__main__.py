"""python -m bench [name …] [--json FILE] [--scale N]: each benchmark in a database of its own.

A benchmark is a module of this folder with `run() -> Report`; it says in its first line what it compares.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from bench import database

# What is no benchmark but their common ground.
GROUND = {"__init__", "__main__", "database", "measuring", "workbooks"}


def names() -> list[str]:
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in GROUND)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[[], *names()], help="which ones; all where none is named"
    )
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--size", type=int, help="so many records instead of the benchmark's own number")
    given = parser.parse_args()
    database.start(given.names)
    found = []
    for name in given.names or names():
        module = importlib.import_module(f"bench.{name}")
        with database.own_database():
            report = module.run(given.size) if given.size else module.run()
            found.append(report.as_json())
        sys.stdout.write(report.as_markdown() + "\n")
        sys.stdout.flush()
    if given.json:
        given.json.write_text("[" + ",\n".join(found) + "]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
