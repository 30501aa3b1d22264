"""The moves file: who and what goes where, when the charts alone cannot say.

Written by `charter diff`, read by `charter load`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bureau.access.succession import Line, Moves, Plan
from bureau.charter.chart import Chart
from bureau.charter.files import Problem, WrongFile, parse_toml, read_text

LINE_KEYS = {"kind", "id", "field", "unit", "what", "to"}


def write_moves(path: Path, plan: Plan, chart: Chart, running: Chart) -> None:
    """`plan`: with its presets. An empty destination is to be filled in by hand."""
    path.write_text("\n".join(_text(plan, chart, running)) + "\n", encoding="utf-8")


def _text(plan: Plan, chart: Chart, running: Chart) -> Iterator[str]:
    yield "# " + _("Who and what goes where. Fill in every empty destination; sections of the new chart are:")
    yield "# " + ", ".join(chart.section_keys())
    yield f"from = {_quoted(running.key)}"
    yield f"to = {_quoted(chart.key)}"
    yield ""
    yield "# " + _("Whole sections: for everyone and everything that has no line of its own below.")
    yield "[units]"
    for key, to in plan.units.items():
        if to != key or any(line.unit == key for line in plan.lines):
            yield f"{_quoted(key)} = {_quoted(to)}"
    for line in plan.lines:
        # Records that go with their whole section need no line; people are always shown.
        if line.is_person or line.to != (plan.units.get(line.unit, ""),):
            yield ""
            yield from _line(line)


def _line(line: Line) -> Iterator[str]:
    to = line.to[0] if len(line.to) == 1 else list(line.to)
    yield "[[line]]"
    yield f"what = {_quoted(line.what)}"
    yield f"kind = {_quoted(line.kind)}"
    yield f"id = {line.id}"
    yield f"field = {_quoted(line.field)}"
    yield f"unit = {_quoted(line.unit)}"
    yield f"to = {_quoted(to or '')}"


def _quoted(value: str | list[str]) -> str:
    return json.dumps(value, ensure_ascii=False)


def read_moves(path: Path, *, chart: Chart, running: Chart | None) -> Moves:
    """Raises WrongFile. Empty destinations are left out: they stay undecided."""
    if not path.is_file():
        raise WrongFile([Problem(0, _("There is no file “%(name)s”.") % {"name": path})])
    text = read_text(path)
    return _Reader(text, chart, running).moves(parse_toml(text))


class _Reader:
    def __init__(self, text: str, chart: Chart, running: Chart | None) -> None:
        self.lines = text.splitlines()
        self.starts = [n for n, line in enumerate(self.lines) if line.strip().replace(" ", "") == "[[line]]"]
        self.chart = chart
        self.running = running
        self.problems: list[Problem] = []

    def moves(self, data: dict[str, Any]) -> Moves:
        for key in set(data) - {"from", "to", "units", "line"}:
            self.wrong(key, 0, _("“%(key)s” does not belong in a moves file.") % {"key": key})
        self.right_charts(data)
        units = data.get("units", {})
        for key, to in units.items():
            self.known(key, 0)
            self.destinations(to, 0)
        lines = {}
        for number, table in enumerate(data.get("line", [])):
            begin = self.starts[number] if number < len(self.starts) else 0
            to = self.destinations(table.get("to", ""), begin)
            if self.complete(table, begin) and to:
                lines[table["kind"], table["id"], table["field"], table["unit"]] = to
        if self.problems:
            raise WrongFile(self.problems)
        return Moves({key: to for key, to in units.items() if to}, lines)

    def right_charts(self, data: dict[str, Any]) -> None:
        running = self.running.key if self.running else ""
        if data.get("to") != self.chart.key or data.get("from") != running:
            names = {
                "from": data.get("from"),
                "to": data.get("to"),
                "running": running,
                "new": self.chart.key,
            }
            sentence = (
                _("The file was made for “%(from)s” → “%(to)s”, not for “%(running)s” → “%(new)s”.") % names
            )
            self.wrong("from", 0, sentence)

    def known(self, key: str, begin: int) -> None:
        if self.running is None or self.running.section(key) is None:
            self.wrong(key, begin, _("“%(key)s” is no section of the chart in force.") % {"key": key})

    def destinations(self, value: object, begin: int) -> tuple[str, ...]:
        found = value if isinstance(value, list) else [value] if value else []
        for key in found:
            if not isinstance(key, str) or self.chart.section(key) is None:
                self.wrong(str(key), begin, _("“%(key)s” is no section of the new chart.") % {"key": key})
        return tuple(str(key) for key in found)

    def complete(self, table: dict[str, Any], begin: int) -> bool:
        right = set(table) <= LINE_KEYS and isinstance(table.get("id"), int)
        right = right and all(isinstance(table.get(key), str) for key in ("kind", "field", "unit"))
        if not right:
            self.wrong("", begin, _("A line needs kind, id, field, unit and to, and nothing else but what."))
        return right

    def wrong(self, needle: str, begin: int, sentence: str) -> None:
        found = (n for n in range(begin, len(self.lines)) if needle in self.lines[n])
        self.problems.append(Problem(next(found, begin) + 1, sentence))
