"""What the process that reads one file holds at most, with the largest and the most hostile that come so far."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bureau.settings.environment import ROOT
from bureau.sheets.reading import limits
from tests.bureau.sheets.books import replaced, sheet_xml, xlsx

MOST_MIB = 300  # row D4 of docs/security.md
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
# A small process begins the child: a child's peak counts what its parent held when it began.
MEASURED = """
import os, subprocess, sys
with open(sys.argv[2], "rb") as given:
    child = subprocess.Popen([sys.executable, "-m", "bureau.sheets.child", sys.argv[1]], stdin=given, stdout=subprocess.PIPE)
    said = 0
    while part := child.stdout.read(65536):
        said += len(part)
print(os.wait4(child.pid, 0)[2].ru_maxrss // 1024, said)
"""
DICE = random.Random(4)


def all_cells() -> bytes:
    """As many rows and cells as are taken at all, no two alike."""
    told = limits()
    columns = told["cells"] // told["rows"]
    row = "<row>" + "<c><v>%d</v></c>" * columns + "</row>"
    rows = (row % tuple(DICE.choices(range(10**6), k=columns)) for _row in range(told["rows"] - 1))
    return replaced(xlsx(("x",)), SHEET, sheet_xml("".join(rows)))


def many_strings() -> bytes:
    """Texts that no cell shows, each another one."""
    texts = "".join(f"<si><t>{DICE.getrandbits(80):020x}</t></si>" for _text in range(1_000_000))
    return replaced(xlsx(("x",)), STRINGS, f"<sst>{texts}</sst>")


def empty_rows() -> bytes:
    return replaced(xlsx(("x",)), SHEET, sheet_xml("<row/>" * 3_000_000))


@pytest.mark.parametrize("hostile", [all_cells, many_strings, empty_rows])
def test_who_reads_a_file_stays_small(hostile: Callable[[], bytes], tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(hostile())
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, json.dumps(limits()), str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    peak, said = (int(word) for word in done.stdout.split())
    assert said > 0
    assert 5 < peak < MOST_MIB
