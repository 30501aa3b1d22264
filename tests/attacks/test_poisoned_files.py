"""Every file that leaves for a spreadsheet holds what was typed as text: no formula, no broken row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.http import QueryDict
from django.test import Client

from bureau.pages import csv as csv_files
from bureau.pages import exporting, tables
from bureau.pages.pagesets import PageSet, mounted
from tests.attacks.test_poisoned_texts import poison, seer
from tests.attacks.walking import address, routes, signed_in, values
from tests.cast import Cast

# What a spreadsheet would calculate, fetch or run, what would end a cell or a row, and what turns the direction.
TYPED = (
    "=cmd|'/C calc'!A0 canary",
    "+1+1 canary",
    "-1+1 canary",
    "@SUM(1) canary",
    "\t=1+1 canary",
    "\r=1+1 canary",
    "\n=1+1 canary",
    "＝1+1 canary",
    " '=1+1 canary",
    "\u3000＋1 canary",
    'canary",=1+1\r\n=2+2,"',
    "canary\u2028=1+1\u2029\x85=1",
    "\u202e=1+1 canary\u2066",
    "\ufeff=1+1 canary",
)
# As a spreadsheet reads it: quotation marks, blanks and marks nobody sees in front do not help.
FORMULA = re.compile(r"[\s'\u3000\ufeff]*[=+\-@\t\r\n|%＝＋－＠]")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
FILES = re.compile(r"/(template|workbook|file|sheet|slips)/$")


@pytest.fixture
def poisoned(furnished: Cast) -> Cast:
    took = set(poison(TYPED))
    assert {"schools.school.name_zh", "personnel.teacher.name", "office.letter.title"} <= took, sorted(took)
    return furnished


def registers() -> Iterator[tuple[str, PageSet]]:
    """Each kind of list once: both workspaces write the same columns by the same lines."""
    seen: set[type[PageSet]] = set()
    for workspace, pageset in mounted():
        if pageset.exports and type(pageset) not in seen:
            seen.add(type(pageset))
            yield workspace, pageset


def is_formula(text: str) -> bool:
    return bool(FORMULA.match(text)) and not text.startswith("'") and not NUMBER.fullmatch(text)


def formulas(content: bytes) -> list[str]:
    """Cells of a workbook that a spreadsheet would calculate, and links that it would offer to follow."""
    found = []
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            found += [f"{sheet.title}!{cell.coordinate}" for cell in row if cell.data_type == "f"]
            found += [f"{sheet.title}!{cell.coordinate}" for cell in row if cell.hyperlink]
    return found


def texts_in(content: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def check_csv(pageset: PageSet, keys: list[Any]) -> int:
    """How many cells hold what was typed."""
    text = b"".join(csv_files.lines(pageset, keys)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == len(keys) + 1, pageset.label
    assert {len(row) for row in rows} == {len(pageset.columns)}, pageset.label
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if is_formula(cell)] == [], pageset.label
    return sum("canary" in cell for cell in cells)


def check_workbook(pageset: PageSet, keys: list[Any]) -> int:
    content = b"".join(exporting.as_workbook(pageset, exporting.chunks(pageset, keys)))
    assert formulas(content) == [], pageset.label
    rows = texts_in(content)
    assert len(rows) == len(keys) + 1, pageset.label
    wanted = as_listed(pageset, keys)
    assert [line for chunk in exporting.chunks(pageset, keys) for line in chunk] == wanted, pageset.label
    kept = [[plain(cell) for cell in row] for row in rows[1:]]
    assert kept == [[plain(cell) for cell in row] for row in wanted], pageset.label
    return sum("canary" in cell for row in kept for cell in row)


def as_listed(pageset: PageSet, keys: list[Any]) -> list[list[str]]:
    """The texts of the cells of the list, record by record: what leaves may be read another way."""
    records = pageset.model._default_manager.in_bulk(keys)
    return [[tables.cell(records[key], column).exported for column in pageset.columns] for key in keys]


def plain(value: Any) -> str:
    """As the two may differ: a number is one, and XML knows one kind of line break."""
    text = re.sub("\r\n?", "\n", "" if value is None else str(value))
    return text.removesuffix(".0") if NUMBER.fullmatch(text) else text


def test_no_export_of_any_register_holds_a_formula_or_a_broken_row(poisoned: Cast) -> None:
    met = {"csv": 0, "xlsx": 0}
    for workspace, pageset in registers():
        user = seer(workspace, pageset, poisoned)
        keys = exporting.exported_keys(pageset, user, QueryDict())
        if keys:
            met["csv"] += check_csv(pageset, keys) > 0
            met["xlsx"] += check_workbook(pageset, keys) > 0
    assert min(met.values()) > 20, met


# Who between them may fetch every file that is no export of a list.
FETCHERS = (
    "office_chief",
    "basic_officer",
    "personnel_clerk",
    "finance_clerk",
    "principal",
    "district_head",
    "security_admin",
)


def fetched(clients: list[Client], where: str) -> bytes:
    """The file behind the address, as the first who may have it gets it; nothing where no file is there."""
    for client in clients:
        answer = client.get(where)
        if answer.status_code == 200 and "attachment" in answer.headers.get("Content-Disposition", ""):
            return b"".join(answer.streaming_content) if answer.streaming else answer.content
    return b""


def files() -> Iterator[str]:
    """An address of each view that gives a file other than the export of a list."""
    for where, entry in routes():
        found = values(where, entry) if FILES.search(f"/{where}") and "/export/" not in where else {"": []}
        if all(found.values()):
            yield address(where, {name: each[-1] for name, each in found.items()})


def test_no_template_workbook_of_a_form_or_summary_holds_one(poisoned: Cast) -> None:
    people = poisoned.people()
    clients, met = [signed_in(people[name]) for name in FETCHERS if name in people], []
    for where in files():
        content = fetched(clients, where)
        if content[:2] == b"PK":
            assert formulas(content) == [], where
            met.append(where)
        elif content:
            rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
            assert [cell for row in rows for cell in row if is_formula(cell)] == [], where
            met.append(where)
    assert len(met) > 8, met
