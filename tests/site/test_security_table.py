"""docs/security.md is true: every requirement stands there once with its state, and every test it names exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.ROOT)
COUNTS = {"A": 15, "B": 8, "C": 8, "D": 10, "E": 4, "F": 7, "G": 5, "R": 10}
IDS = [f"{letter}{number}" for letter, count in COUNTS.items() for number in range(1, count + 1)]
STATE = re.compile(r"covered|(?:partly|not yet): \S.*\S\.", re.DOTALL)
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
CELL = re.compile(r"(?<!\\)\|")


def rows() -> list[list[str]]:
    lines = (ROOT / "docs/security.md").read_text(encoding="utf-8").splitlines()
    table = [[cell.strip() for cell in CELL.split(line)[1:-1]] for line in lines if line.startswith("|")]
    return [row for row in table if re.fullmatch(r"[A-Z]\d+", row[0])]


ROWS = {row[0]: row for row in rows()}


@cache
def names_in(path: str) -> frozenset[str]:
    """Read, not collected: this asks for names alone."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.name.lower().startswith("test")
    ) | {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id.startswith("Test")
    }


def test_every_requirement_stands_in_the_table_once() -> None:
    assert [row[0] for row in rows()] == IDS


@pytest.mark.parametrize("key", IDS)
def test_a_requirement_has_its_state_and_the_tests_that_it_names_exist(key: str) -> None:
    assert key in ROWS
    _key, attack, stand, named, state = ROWS[key]
    assert attack and stand
    assert STATE.fullmatch(state), "covered · partly: a sentence. · not yet: a sentence."
    found = NAMED.findall(named)
    assert bool(found) != state.startswith("not yet"), (
        "tests are named where something is tried, and only there"
    )
    missing = [
        f"{path}::{name}"
        for path, name in found
        if not (ROOT / path).is_file() or (name and name not in names_in(path))
    ]
    assert missing == []
    assert len(found) == named.count("`tests/"), "a test is written `path::name`"
