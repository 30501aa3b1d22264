"""CSV that a spreadsheet opens as text: UTF-8 with byte-order mark, RFC 4180, no formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from bureau.pages import exporting
from bureau.pages.exporting import heads
from bureau.pages.pagesets import PageSet
from bureau.pages.tables import Cell

# What makes a spreadsheet calculate, full-width twins and leading control characters included.
DANGEROUS = tuple("=+-@\t\r\n|%＝＋－＠")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula; NUL is dropped."""
    text = text.replace("\x00", "")
    if text.startswith(DANGEROUS) or text.lstrip(" '\u3000\ufeff").startswith(DANGEROUS):
        return f"'{text}"
    return text


def exported(one: Cell) -> str:
    """A number stays a number: -5 in a column of numbers is no formula."""
    text = one.exported
    return text if one.is_number and NUMBER.fullmatch(text) else safe(text)


def lines(pageset: PageSet, keys: Sequence[Any]) -> Iterator[bytes]:
    """Header and rows in the order of the keys, some hundred at a time."""
    yield b"\xef\xbb\xbf" + _written([[safe(head) for head in heads(pageset)]])
    for chunk in exporting.chunks(pageset, keys):
        yield _written([[exported(one) for one in row] for row in chunk])


def _written(rows: Sequence[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode("utf-8")
