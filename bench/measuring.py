"""Times and what is told of them: medians of several runs, in turn, as ratios."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ROUNDS = 7


def milliseconds(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def cpu_milliseconds(act: Callable[[], Any]) -> float:
    """Of this process and of the server process that works for it: steadier than the clock on a busy machine.

    The server's share is known to a hundredth of a second, so only sums of several runs mean something.
    """
    server, own = _server_ticks(), time.process_time()
    act()
    ticks = _server_ticks() - server
    return (time.process_time() - own) * 1000 + ticks * 1000 / os.sysconf("SC_CLK_TCK")


def _server_ticks() -> int:
    """0 where the database works in this process, or on another machine."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0
    connection.ensure_connection()
    try:
        with open(f"/proc/{connection.connection.info.backend_pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def in_turn(acts: Mapping[str, Callable[[], Any]], rounds: int = ROUNDS) -> dict[str, float]:
    """Median milliseconds of each. One after the other in every round, so that noise meets all alike."""
    for act in acts.values():
        act()
    times: dict[str, list[float]] = {name: [] for name in acts}
    for _round in range(rounds):
        for name, act in acts.items():
            times[name].append(milliseconds(act))
    return {name: statistics.median(taken) for name, taken in times.items()}


@dataclass
class Report:
    """What one benchmark found: tables of rows, and goals with whether they were met."""

    name: str
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    goals: list[dict[str, Any]] = field(default_factory=list)
    machine: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0

    def row(self, table: str, **cells: Any) -> None:
        self.tables.setdefault(table, []).append(cells)

    def goal(self, what: str, wanted: str, reached: float, *, is_met: bool) -> None:
        self.goals.append({"what": what, "goal": wanted, "reached": round(reached, 2), "met": is_met})

    def note_machine(self) -> None:
        self.machine = machine()

    def as_json(self) -> str:
        told = {"benchmark": self.name, "machine": self.machine, "tables": self.tables, "goals": self.goals}
        return json.dumps({**told, "seconds": round(self.seconds)}, ensure_ascii=False)

    def as_markdown(self) -> str:
        parts = [f"## {self.name}", ""]
        for title, rows in self.tables.items():
            parts += [f"**{title}**", "", *table(rows), ""]
        if self.goals:
            parts += ["**Goals**", "", *table(self.goals), ""]
        return "\n".join(parts)


def table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    heads = list(rows[0])
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return lines + [f"| {' | '.join(_cell(row.get(head)) for head in heads)} |" for row in rows]


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.1f}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def machine() -> dict[str, Any]:
    """The shape of the machine; ratios travel, milliseconds do not."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()"
        )
        server = cursor.fetchone()[0]
    return {"cores": os.cpu_count(), "python": platform.python_version(), connection.vendor: server}
