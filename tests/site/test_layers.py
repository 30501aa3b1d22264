"""What the import contracts cannot see: which files know of requests, and who may ask guardian."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.ROOT)
TOP = ("bureau", "schools", "personnel", "finance", "supervision", "sections")
# Files that work on records, never on a request or a form.
QUIET = {"models", "selectors", "services", "workflow", "tasks"}
# Sign-in is a service on requests by nature.
SIGN_IN = {"bureau/accounts/services.py"}


def sources() -> Iterator[str]:
    for top in TOP:
        for path in sorted((ROOT / top).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix()


def imported(source: str) -> set[str]:
    tree = ast.parse((ROOT / source).read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def is_quiet(source: str) -> bool:
    parts = Path(source).with_suffix("").parts
    return parts[-1] in QUIET or any(folder in QUIET for folder in parts[1:-1] if folder != "workflow")


QUIET_FILES = [source for source in sources() if is_quiet(source) and source not in SIGN_IN]


@pytest.mark.parametrize("source", QUIET_FILES)
def test_no_file_that_works_on_records_knows_of_requests(source: str) -> None:
    assert not {name for name in imported(source) if name.startswith(("django.http", "rest_framework"))}


def test_the_rule_covers_the_rooms() -> None:
    assert "sections/office/letters/services.py" in QUIET_FILES
    assert "schools/models/school.py" in QUIET_FILES


def test_only_access_asks_guardian() -> None:
    askers = {
        source for source in sources() if any(name.split(".")[0] == "guardian" for name in imported(source))
    }
    assert {asker for asker in askers if not asker.startswith("bureau/access/")} == set()


def test_nobody_asks_has_perm_or_superuser() -> None:
    asking = []
    for source in sources():
        for node in ast.walk(ast.parse((ROOT / source).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("has_perm", "has_perms", "is_superuser"):
                asking.append(source)
    assert asking == []
