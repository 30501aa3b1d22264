"""CSV that a spreadsheet opens as text: UTF-8 with byte-order mark, RFC 4180, no formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bureau.pages import exporting
from bureau.pages.exporting import heads
from bureau.pages.pagesets import PageSet

# What makes a spreadsheet calculate, full-width twins and leading control characters included.
# Behind what it passes over at the beginning of a cell, too.
DANGEROUS = re.compile("[ '\u3000\ufeff]*[=+\\-@\t\r\n|%＝＋－＠]")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula; NUL is dropped."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return f"'{text}" if DANGEROUS.match(text) else text


def lines(pageset: PageSet, keys: Sequence[Any]) -> Iterator[bytes]:
    """Header and rows in the order of the keys, some thousand at a time."""
    numeric = exporting.numeric(pageset)
    yield b"\xef\xbb\xbf" + _written([[safe(head) for head in heads(pageset)]])
    for chunk in exporting.chunks(pageset, keys):
        columns = zip(numeric, zip(*chunk, strict=True), strict=False)
        written = [
            [number(text) if is_number else safe(text) for text in column] for is_number, column in columns
        ]
        yield _written(zip(*written, strict=True))


def number(text: str) -> str:
    """A number stays a number: -5 in a column of numbers is no formula."""
    return text if NUMBER.fullmatch(text) else safe(text)


def _written(rows: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode("utf-8")
