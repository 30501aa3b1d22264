"""Which tests run where: races need PostgreSQL, browser tests a Chromium; with CI=true nothing is left out.

A browser on a machine that is busy with other things may miss a page, a server of its own may come up too late;
such a test gets one more try, and the summary counts it ("1 rerun"): who sees the same name there twice mends it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from hypothesis import settings as hypothesis_settings

# Programs that a test drives (@pytest.mark.tool("nginx")). What CI itself installs is never left out there.
INSTALLED_BY_CI = {"nginx"}
IN_CI = os.environ.get("CI") == "true"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Their tests start servers of their own, and break them.
OWN_SERVERS = ("tests/outages/", "tests/bureau/deploy/", "tests/bureau/backup/")
left_out: dict[str, int] = {}

# The same examples in every run, and no clock: a test that fails here fails everywhere.
hypothesis_settings.register_profile("portal", deadline=None, derandomize=True)
hypothesis_settings.load_profile("portal")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are asserted in the source language; what a request shows is the request's own matter."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What a process remembers for a minute must not outlive the rows of a test."""
    cache.clear()


def tool_path(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def item_tool(item: pytest.Item) -> str:
    mark = item.get_closest_marker("tool")
    return str(mark.args[0]) if mark else ""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    on_postgres = "postgresql" in settings.DATABASES["default"]["ENGINE"]
    reasons = {}
    if not on_postgres:
        reasons["postgres"] = "need PostgreSQL (set DATABASE_URL)"
    if not CHROMIUM and not IN_CI:
        reasons["browser"] = "need a Chromium (Debian package chromium)"
    for name in {item_tool(item) for item in items} - {""}:
        if not tool_path(name) and not (IN_CI and name in INSTALLED_BY_CI):
            reasons[f"tool:{name}"] = f"need {name}"
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        marks = {mark.name for mark in item.iter_markers()} | {f"tool:{item_tool(item)}"}
        why = next((text for mark, text in reasons.items() if mark in marks), None)
        (dropped if why else kept).append(item)
        if item.get_closest_marker("browser") or item.nodeid.startswith(OWN_SERVERS):
            item.add_marker(pytest.mark.flaky(reruns=1))
        if why:
            left_out[why] = left_out.get(why, 0) + 1
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker process tells the one that prints what it left out."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = left_out


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    left_out.update(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for why, count in left_out.items():
        terminalreporter.write_line(f"{count} tests {why}; they did not run here.")
