"""Workbooks as people and their programs make them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl

HEADS = ("学校标识码", "学校名称", "详细地址")


def book(rows: Sequence[Sequence[Any]], *, title: str = "Sheet1") -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def xlsx(*rows: Sequence[Any]) -> bytes:
    return saved(book(rows))


def loaded(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def replaced(content: bytes, name: str, text: str) -> bytes:
    """The same workbook with one of its parts written by hand."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, text if entry.filename == name else old.read(entry.filename))
        if name not in old.namelist():
            new.writestr(name, text)
    return target.getvalue()


def sheet_xml(body: str) -> str:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'
