"""A public page from nginx's page cache beside a file from nginx's disk: processor time of nginx for one answer.

One connection asks for both in turn, through TLS, as the stack has it. The file is as long as the page. Compared is
what nginx works for an answer, since a client in Python is slower than either.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from bench.load import _group, _own_database
from bench.measuring import Report
from bench.visitors import Visitor

HAS_OWN_STACK = True
ANSWERS = 20_000
ROUNDS = 5
LEAST = 0.7


def run(size: int = ANSWERS) -> Report:
    from deploy.stack import Stack

    report = Report(f"nginx's page cache beside a file, {size:,} answers of each")
    redis = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/5")
    limits: dict[str, Any] = {"rate": 1_000_000, "burst": 1_000_000, "connections": 10_000}
    with (
        _own_database() as url,
        tempfile.TemporaryDirectory() as home,
        Stack(url, redis, Path(home), with_workers=False, **limits) as stack,
    ):
        _compare(report, stack, size)
    report.note_machine()
    return report


def _compare(report: Report, stack: Any, size: int) -> None:
    me = Visitor(stack.https_port, stack.home / "certificate.pem")
    status, page = me.get("/zh/help/accessibility/")
    if status != 200:
        raise RuntimeError(f"the page answered {status}")
    (stack.home / "static" / "bench.html").write_text(page, encoding="utf-8")
    ways = {"page from the cache": "/zh/help/accessibility/", "file": "/static/bench.html"}
    worked = dict.fromkeys(ways, 0)
    for _round in range(ROUNDS):
        for name, path in ways.items():
            before = _ticks(stack)
            for _answer in range(size // ROUNDS):
                if me.get(path)[0] != 200:
                    raise RuntimeError(f"{path} was not answered")
            worked[name] += _ticks(stack) - before
    for name, ticks in worked.items():
        micro = ticks / os.sysconf("SC_CLK_TCK") / size * 1e6
        report.row("Processor time of nginx", what=name, bytes=len(page.encode()), microseconds_each=micro)
    ratio = worked["file"] / max(worked["page from the cache"], 1)
    report.goal("page cache of a file's speed", f"≥ {LEAST}", ratio, is_met=ratio >= LEAST)


def _ticks(stack: Any) -> int:
    """Of nginx and its workers so far."""
    total = 0
    for pid in _group(stack.nginx.pid):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total
