"""Workbooks that have grown a hundred thousand of something: read or refused by the child, never felt outside."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from bureau.sheets.reading import Unreadable, read
from tests.bureau.sheets.books import HEADS, replaced, sheet_xml, xlsx

MANY = 100_000
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET, STYLES, BOOK = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"
ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c><c r="B1"><v>7</v></c></row>'
GOOD = xlsx(HEADS)


def numbered(text: str, *, of: int = MANY) -> str:
    """`text` so many times, each with another number, which packs badly."""
    return "".join(text % {"n": (n * 7919) % 999_983, "r": n + 1} for n in range(of))


def styles() -> bytes:
    xfs = numbered('<xf numFmtId="%(n)d" fontId="0" fillId="0" borderId="0" xfId="0"/>')
    parts = (
        '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
        f'<cellXfs count="{MANY}">{xfs}</cellXfs>'
    )
    return replaced(sheet(), STYLES, f"<styleSheet {MAIN}>{parts}</styleSheet>")


def number_formats() -> bytes:
    found = numbered('<numFmt numFmtId="%(r)d" formatCode="0.%(n)d&quot;yuan&quot;"/>')
    return replaced(
        sheet(), STYLES, f'<styleSheet {MAIN}><numFmts count="{MANY}">{found}</numFmts></styleSheet>'
    )


def names() -> bytes:
    found = numbered('<definedName name="N%(r)d">Sheet1!$A$%(n)d</definedName>')
    sheets = (
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></sheets>'
    )
    return replaced(
        sheet(), BOOK, f"<workbook {MAIN}>{sheets}<definedNames>{found}</definedNames></workbook>"
    )


def sheet(after: str = "") -> bytes:
    return replaced(GOOD, SHEET, sheet_xml(ROW).replace("</sheetData>", f"</sheetData>{after}"))


def merged() -> bytes:
    cells = numbered('<mergeCell ref="A%(r)d:B%(r)d"/>')
    return sheet(f"<mergeCells>{cells}</mergeCells>")


def conditional_formats() -> bytes:
    rule = '<cfRule type="expression" priority="%(r)d"><formula>A%(n)d&gt;1</formula></cfRule>'
    return sheet(numbered(f'<conditionalFormatting sqref="A%(n)d">{rule}</conditionalFormatting>'))


def links() -> bytes:
    found = numbered('<hyperlink ref="A%(r)d" location="Sheet1!B%(n)d"/>')
    return sheet(f"<hyperlinks>{found}</hyperlinks>")


MAKERS: tuple[Callable[[], bytes], ...] = (styles, number_formats, names, merged, conditional_formats, links)


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_what_has_overgrown_is_read_as_if_it_had_not(make: Callable[[], bytes]) -> None:
    """Within the seconds and the memory of the child, or the sentence that the file is too large would come."""
    content = make()
    assert len(content) > 300_000
    assert read(content).rows == [(1, ["甲", 7.0])]


def test_ten_thousand_sheets_are_refused() -> None:
    target = io.BytesIO(GOOD)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(2, 10_002):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", sheet_xml(""))
    with pytest.raises(Unreadable, match="too large"):
        read(target.getvalue())
