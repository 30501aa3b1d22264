"""A workbook written straight into a zip stream: memory does not grow with the rows, no cell is a formula.

Every cell is text (an inline string) or a number; there is no way to ask for a formula.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from struct import pack
from xml.sax.saxutils import escape

from bureau.sheets.layout import letters

# What XML 1.0 cannot hold; a spreadsheet refuses a file with one of these.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# These, and what XML writes otherwise: few texts have any of them.
_SPECIAL = re.compile("[\x00-\x08\x0b-\x1f&<>\ud800-\udfff\ufffe\uffff]")
MOST_CHARACTERS = 32_767  # of one cell
MOST_SHEET_ROWS = 1_048_576
# The zip format before ZIP64 knows no larger file.
MOST_BYTES = 0xFFFFFFFF
_DATE = (33 << 9 | 1 << 5 | 1, 0)  # 1 January 2013: a file tells no time of its own

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PLAIN = 'numFmtId="0" fontId="0" fillId="0" borderId="0"'
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"

Value = str | int | float | None


def workbook(title: str, heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """The bytes of an .xlsx with one sheet: a frozen bold header, then the rows, as they come."""
    archive = _Archive()
    for name, text in _parts(title):
        yield from archive.entry(name, [text.encode()])
    yield from archive.entry("xl/worksheets/sheet1.xml", _sheet(heads, rows))
    yield archive.directory()


def _parts(title: str) -> Iterator[tuple[str, str]]:
    types = (
        ("/xl/workbook.xml", f"{_KIND}.sheet.main+xml"),
        ("/xl/worksheets/sheet1.xml", f"{_KIND}.worksheet+xml"),
        ("/xl/styles.xml", f"{_KIND}.styles+xml"),
    )
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in types)
    yield (
        "[Content_Types].xml",
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
    )
    yield "_rels/.rels", _relations(("officeDocument", "xl/workbook.xml"))
    yield (
        "xl/workbook.xml",
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        f'<sheet name="{_sheet_name(title)}" sheetId="1" r:id="rId1"/></sheets></workbook>',
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        _relations(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")),
    )
    yield (
        "xl/styles.xml",
        f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/></font>'
        '<font><b/><sz val="11"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        f'<cellStyleXfs count="1"><xf {_PLAIN}/></cellStyleXfs><cellXfs count="3"><xf {_PLAIN} xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    )


def _relations(*targets: tuple[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _sheet_name(title: str) -> str:
    """At most 31 characters, without those that a sheet's name may not hold."""
    return _text(re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:31] or "1").replace('"', "&quot;")


def _sheet(heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    places = [letters(place) for place in range(len(heads))]
    yield (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols><col min="1" max="{max(1, len(heads))}" width="18" customWidth="1"/></cols><sheetData>'
    ).encode()
    yield _row(places, 1, heads, style=1)
    for number, row in enumerate(rows, start=2):
        yield _row(places, number, row, style=2)
    yield b"</sheetData></worksheet>"


def _row(places: Sequence[str], number: int, values: Sequence[Value], *, style: int) -> bytes:
    if number > MOST_SHEET_ROWS:
        raise ValueError("a sheet holds no more rows")
    cells = [
        _cell(f"{place}{number}", value, style)
        for place, value in zip(places, values, strict=True)
        if value not in (None, "")
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'.encode()


def _cell(place: str, value: Value, style: int) -> str:
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_text(str(value))}</t></is></c>'


def _text(value: str) -> str:
    if len(value) <= MOST_CHARACTERS and not _SPECIAL.search(value):
        return value
    return escape(_ILLEGAL.sub("", value)[:MOST_CHARACTERS]).replace("\r", "&#13;")


class _Archive:
    """A zip that is never held: sizes follow each entry's content, the directory stands at the end."""

    def __init__(self) -> None:
        self.offset = 0
        self.entries: list[bytes] = []

    def entry(self, name: str, content: Iterable[bytes]) -> Iterator[bytes]:
        start, raw = self.offset, name.encode()
        yield self._said(
            pack("<IHHHHHIIIHH", 0x04034B50, 20, 8, 8, _DATE[1], _DATE[0], 0, 0, 0, len(raw), 0) + raw
        )
        packer, check, size, packed = zlib.compressobj(6, zlib.DEFLATED, -15), 0, 0, 0
        for chunk in _gathered(content):
            check, size = zlib.crc32(chunk, check), size + len(chunk)
            if found := packer.compress(chunk):
                packed += len(found)
                yield self._said(found)
        found = packer.flush()
        packed += len(found)
        if max(size, self.offset) > MOST_BYTES:
            raise ValueError("the workbook is larger than the format allows")
        yield self._said(found + pack("<IIII", 0x08074B50, check, packed, size))
        where = (0, 0, 0, 0, 0, start)
        self.entries.append(
            pack(
                "<IHHHHHHIIIHHHHHII",
                0x02014B50,
                20,
                20,
                8,
                8,
                _DATE[1],
                _DATE[0],
                check,
                packed,
                size,
                len(raw),
                *where,
            )
            + raw
        )

    def directory(self) -> bytes:
        body = b"".join(self.entries)
        count = len(self.entries)
        return body + pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(body), self.offset, 0)

    def _said(self, chunk: bytes) -> bytes:
        self.offset += len(chunk)
        return chunk


def _gathered(chunks: Iterable[bytes], size: int = 65_536) -> Iterator[bytes]:
    """Small pieces together: compressing each row alone would cost more than the row."""
    kept: list[bytes] = []
    length = 0
    for chunk in chunks:
        kept.append(chunk)
        length += len(chunk)
        if length >= size:
            yield b"".join(kept)
            kept, length = [], 0
    yield b"".join(kept)
