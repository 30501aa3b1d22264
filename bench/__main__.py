"""python -m bench [name …]: the portal beside its peers, every goal as a ratio, from one run.

  --quick          smaller sizes, ten minutes in all
  --scale 10       the ten times larger sizes, where the ordinary ones do not hold both already
  --size N         so many records instead
  --json FILE      the figures, for programs
  --write PAGE     the tables into PAGE, between its two markers

A benchmark is a module of this folder with `run(size) -> Report`; its first line says what it compares.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import database
from bench.measuring import Report, table

# What is no benchmark but their common ground.
GROUND = {"__init__", "__main__", "database", "measuring", "peers", "visitors", "workbooks"}
# Name → records in a quick run, in an ordinary one, in a ten times larger one. Letters, lists and returns measure
# their size and ten times as much in every run; a file of teachers may have 60,000 rows.
SIZES = {
    "duplicates": (2_000, 38_000, 38_000),
    "exports": (10_000, 50_000, 500_000),
    "front": (3_000, 20_000, 20_000),
    "imports": (2_000, 38_000, 59_000),
    "letters": (500, 2_000, 2_000),
    "lists": (5_000, 50_000, 50_000),
    "load": (20, 120, 120),
    "public_pages": (5_000, 100_000, 100_000),
    "return_workbook": (120, 120, 120),
    "returns": (200, 2_000, 2_000),
    "search": (10_000, 100_000, 1_000_000),
    "sign_in": (50, 200, 200),
}
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


def main() -> None:
    given = _given()
    database.start(given.names)
    began = [_now(), *os.getloadavg()]
    names = given.names or list(SIZES)
    reports = [report for name in names if (report := _measured(name, _size(name, given)))]
    facts = _facts(reports, began, _size_words(given))
    summary = "\n".join(["## Every goal", "", *table(_goals(reports)), "", facts, ""])
    sys.stdout.write(summary + "\n")
    if given.json:
        given.json.write_text(
            json.dumps([json.loads(report.as_json()) for report in reports], ensure_ascii=False, indent=1)
        )
    if given.write:
        _write(given.write, "\n".join([summary, *(report.as_markdown() for report in reports)]))


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", choices=[[], *SIZES], help="which ones; all where none is named")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--size", type=int)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--scale", type=int, choices=(1, 10), default=1)
    return parser.parse_args()


def _size(name: str, given: argparse.Namespace) -> int:
    quick, ordinary, large = SIZES[name]
    return int(given.size or (quick if given.quick else large if given.scale == 10 else ordinary))


def _size_words(given: argparse.Namespace) -> str:
    return "quick run, small sizes" if given.quick else f"sizes of scale {given.scale}"


def _measured(name: str, size: int) -> Report | None:
    """A benchmark that fails says so and does not take the others with it."""
    module = importlib.import_module(f"bench.{name}")
    started = time.monotonic()
    try:
        if getattr(module, "HAS_OWN_STACK", False):
            report = module.run(size)
        else:
            with database.own_database():
                report = module.run(size)
                report.note_machine()
    except Exception as fault:
        sys.stderr.write(f"{name} was not measured: {type(fault).__name__}: {fault}\n")
        return None
    report.seconds = time.monotonic() - started
    sys.stdout.write(report.as_markdown() + "\n")
    sys.stdout.flush()
    made: Report = report
    return made


def _goals(reports: Sequence[Report]) -> list[dict[str, Any]]:
    return [{"benchmark": one.name, **goal} for one in reports for goal in one.goals] or [
        {"benchmark": "none"}
    ]


def _facts(reports: Sequence[Report], began: Sequence[Any], sizes: str) -> str:
    machine = next((one.machine for one in reports if one.machine), {})
    shape = ", ".join(f"{name} {value}" for name, value in machine.items())
    load = " ".join(f"{value:.1f}" for value in began[1:])
    now = " ".join(f"{value:.1f}" for value in os.getloadavg())
    met = [goal["met"] for one in reports for goal in one.goals]
    return (
        f"{sum(met)} of {len(met)} goals met; {sizes}. Machine: {shape}. "
        f"Load {load} at {began[0]}, {now} at {_now()}."
    )


def _now() -> str:
    return time.strftime("%Y-%m-%d %H:%M")


def _write(page: Path, text: str) -> None:
    """Between the markers; what stands around them is written by people."""
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n\n{text.replace('## ', '### ')}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
