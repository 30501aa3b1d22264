"""The report on paper. See docs/decisions/0013-pdf-without-system-libraries.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bureau.charter.selectors import charter_in_force
from sections.office.letter_figures.links import COLUMNS, Cell, Row, Table, tables
from sections.office.letter_figures.models import LetterReport
from sections.office.letter_figures.snapshots import read

if TYPE_CHECKING:
    from fpdf import FPDF

FAMILY = "report"
# Where Debian's fonts-noto-cjk and other common packages put a font with Chinese characters.
USUAL_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "C:/Windows/Fonts/simsun.ttc",
)
FIRST_COLUMN, LINE = 42.0, 6.5  # millimetres


class NoFont(Exception):
    """No font with Chinese characters is installed; the sentence says what to do."""


def font_file() -> Path:
    """The font named by PDF_FONT, or the first usual one. Raises NoFont."""
    named = settings.PDF_FONT
    for one in (named,) if named else USUAL_FONTS:
        if Path(one).is_file():
            return Path(one)
    raise NoFont(
        _(
            "A PDF needs a font with Chinese characters, and this machine has none. "
            "The system administrator installs the package fonts-noto-cjk or names a font in PDF_FONT."
        )
    )


def content(report: LetterReport) -> bytes:
    """The bytes of the PDF, in the language of the caller. Raises NoFont."""
    page = _page()
    found = tables(read(report.figures))
    _title(page, report)
    for table in found:
        _draw(page, table)
    if report.remarks:
        _heading(page, _("Remarks"))
        page.multi_cell(0, LINE, report.remarks, new_x="LMARGIN", new_y="NEXT")
    return bytes(page.output())


def _page() -> FPDF:
    # Loaded here: only a worker that makes a PDF needs it.
    from fpdf import FPDF

    file = font_file()
    page = FPDF(orientation="landscape", format="A4")
    page.set_margins(12, 12)
    page.set_auto_page_break(True, margin=14)
    page.add_font(FAMILY, fname=str(file), collection_font_number=_simplified(file))
    page.add_page()
    return page


def _simplified(file: Path) -> int:
    """Which font of a collection draws the simplified characters."""
    if file.suffix.lower() != ".ttc":
        return 0
    from fontTools.ttLib import TTCollection  # type: ignore[import-untyped]

    with TTCollection(str(file), lazy=True) as collection:
        names = [str(font["name"].getDebugName(1)) for font in collection.fonts]
    return next((place for place, name in enumerate(names) if name.endswith("CJK SC")), 0)


def _title(page: FPDF, report: LetterReport) -> None:
    charter = charter_in_force()
    month = date_format(report.month, "YEAR_MONTH_FORMAT")
    title = _("Letters in %(month)s") % {"month": month}
    page.set_title(title)
    page.set_font(FAMILY, size=16)
    page.cell(0, 10, title, new_x="LMARGIN", new_y="NEXT")
    page.set_font(FAMILY, size=9)
    page.cell(
        0, 5, " · ".join(filter(None, [str(charter or ""), *_state(report)])), new_x="LMARGIN", new_y="NEXT"
    )


def _state(report: LetterReport) -> Iterator[str]:
    yield report.owner.label
    if report.released_on is None:
        yield _("Draft, not released")
    else:
        yield _("Released on %(day)s by %(who)s") % {
            "day": date_format(report.released_on, "DATE_FORMAT"),
            "who": report.released_by,
        }


def _heading(page: FPDF, text: str) -> None:
    page.ln(3)
    page.set_font(FAMILY, size=11)
    page.cell(0, 8, text, new_x="LMARGIN", new_y="NEXT")
    page.set_font(FAMILY, size=8)


def _draw(page: FPDF, table: Table) -> None:
    _heading(page, table.heading)
    names = ["", *(str(figure.label) for figure in COLUMNS), _("Median days")]
    rest = (page.epw - FIRST_COLUMN) / (len(names) - 1)
    widths = (FIRST_COLUMN, *[rest] * (len(names) - 1))
    aligns: Any = ("LEFT", *["RIGHT"] * (len(names) - 1))
    with page.table(
        col_widths=widths, text_align=aligns, line_height=4.5, headings_style=_plain(page)
    ) as drawn:
        for line in (names, *(_texts(row) for row in table.rows)):
            drawn.row(line)


def _plain(page: FPDF) -> Any:
    """Headings without a bold face, which the font need not have."""
    from fpdf.fonts import FontFace

    return FontFace(family=FAMILY, emphasis="", fill_color=(231, 240, 248))


def _texts(row: Row) -> Sequence[str]:
    middle = "" if row.median is None else f"{row.median:g}"
    return [row.label, *(_text(cell) for cell in row.cells), middle]


def _text(cell: Cell) -> str:
    if cell.value is None:
        return ""
    return f"{cell.value}" if cell.rate is None else f"{cell.value} ({cell.rate:g}%)"
