"""An uploaded file as rows of cells, read by a limited process. What it refuses gets a sentence."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import confined
from bureau.settings import environment as env

# Different texts that are looked out for, so that a table of many different ones costs no second table.
MOST_SHARED = 20_000


class Unreadable(Exception):
    """The file cannot be taken; the sentence says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass
class Raw:
    """The cells of one sheet: (row number, cells). Text, numbers, truth, {"d": day}, {"f": no value}."""

    sheet: str = ""
    hidden: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    marker: dict[str, str] = field(default_factory=dict)
    merged: list[list[list[int]]] = field(default_factory=list)
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)


def _too_large(detail: dict[str, Any]) -> str:
    return _("The file is far too large for a table. Copy the rows that you need into a new workbook.")


def _too_many_rows(detail: dict[str, Any]) -> str:
    return _("A sheet may have at most %(rows)s rows here. Divide it into several files.") % {
        "rows": f"{settings.SHEET_MAX_ROWS:,}"
    }


def _far_cell(detail: dict[str, Any]) -> str:
    return _(
        "There is something in cell %(cell)s, far outside of any table. "
        "Copy your rows into a new workbook and upload that one."
    ) % {"cell": detail["cell"]}


SENTENCES: dict[str, Any] = {
    "empty": gettext_lazy("The file is empty."),
    "only_hidden": gettext_lazy(
        "All sheets of this workbook are hidden. Show the one that is meant, and save."
    ),
    "password": gettext_lazy(
        "The workbook is locked with a password. Save it without one and upload it again."
    ),
    "old_format": gettext_lazy(
        "This is a workbook of the old kind (.xls). Save it as .xlsx and upload it again."
    ),
    "binary": gettext_lazy("This is a binary workbook (.xlsb). Save it as .xlsx and upload it again."),
    "macros": gettext_lazy(
        "This workbook carries macros. Save it as .xlsx, without them, and upload it again."
    ),
    "not_a_workbook": gettext_lazy("This is not a workbook. Upload a file of the kind .xlsx or .csv."),
    "damaged": gettext_lazy("The file is damaged. Open it in your spreadsheet, save it as .xlsx, try again."),
    "too_large": _too_large,
    "too_many_rows": _too_many_rows,
    "far_cell": _far_cell,
}


def limits() -> dict[str, int]:
    """What the child process is told; see the settings of the same names."""
    return {
        "rows": settings.SHEET_MAX_ROWS,
        "columns": settings.SHEET_MAX_COLUMNS,
        "cells": settings.SHEET_MAX_CELLS,
        "entries": settings.SHEET_MAX_ENTRIES,
        "unpacked_mb": settings.SHEET_MAX_UNPACKED_MB,
        "ratio": settings.SHEET_MAX_RATIO,
        "memory_mb": settings.SHEET_MEMORY_MB,
        "cpu_seconds": settings.SHEET_CPU_SECONDS,
    }


def read(data: bytes) -> Raw:
    """The first sheet with something in it. Raises Unreadable."""
    return _raws(data, {})[0]


def read_every(data: bytes) -> list[Raw]:
    """Every visible sheet with something in it: for forms that are laid out over several. Raises Unreadable."""
    return _raws(data, {"every_sheet": True})


def _raws(data: bytes, wish: dict[str, Any]) -> list[Raw]:
    if len(data) > settings.SHEET_MAX_MB << 20:
        raise Unreadable(
            _("A file may have at most %(size)s MB here. Divide it into several.")
            % {"size": settings.SHEET_MAX_MB}
        )
    found: list[Raw] = []
    # Subjects, schools and days repeat: one text each is held.
    texts: dict[str, str] = {}
    for line in io.BytesIO(_run(data, limits() | wish)):
        said = json.loads(line)
        if isinstance(said, list):
            found[-1].rows += [(number, _shared(cells, texts)) for number, cells in said]
        elif "problem" in said:
            raise Unreadable(sentence_of(said))
        else:
            found.append(Raw(**said))
    if not found:
        raise Unreadable(sentence_of({"problem": "too_large"}))
    return found


def _shared(cells: list[Any], texts: dict[str, str]) -> list[Any]:
    """The cells with texts that stood in the file before as the same objects, while there is room."""
    known = texts.setdefault if len(texts) < MOST_SHARED else texts.get
    return [known(cell, cell) if type(cell) is str else cell for cell in cells]


def sentence_of(problem: dict[str, Any]) -> str:
    found = SENTENCES[problem["problem"]]
    make: Callable[[dict[str, Any]], str] | None = found if callable(found) else None
    return make(problem) if make else str(found)


def _run(data: bytes, told: dict[str, Any]) -> bytes:
    """What the child says. Killed by its limits, it says nothing: then the file was too much for it."""
    return confined.run(
        "bureau.sheets.child", data, told, wall_seconds=settings.SHEET_WALL_SECONDS, root=str(env.ROOT)
    )
