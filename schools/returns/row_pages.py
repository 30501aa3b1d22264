"""Which of many repeated rows stand on a page: a page with them can be sent as one form."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from schools.returns.definition import Definition, Part, Rows
from schools.returns.drawn import Beside
from schools.returns.selectors import answering

ALL = 0  # instead of a page of repeated rows: all of them, for paper
# Fields of a page that are neither cells nor rows; rows that one press adds; rows that people still overlook.
FIELDS_BESIDE, MOST_NEW, LEAST_ROWS, MOST_ROWS_ON_PAGE = 100, 20, 5, 100


@dataclass(frozen=True)
class Sheet:
    """Repeated rows, and which of them stand on the page."""

    values: list[dict[str, str]]
    before: int = 0
    after: int = 0
    page: int = 1
    pages: int = 1


def sheet_of(block: Rows, part: Part, about: Beside) -> Sheet:
    typed = about.rows.get(block.key)
    values = list(typed) if typed is not None else answering.rows_of(about.record, block.key)
    size = rows_on_page(part, about.definition)
    pages = max(1, -(-len(values) // size))
    page = min(about.page, pages)
    if typed is not None:
        before, after = about.around.get(block.key, (0, 0))
        return Sheet(values, before, after, page, pages)
    if about.page == ALL:
        return Sheet(values)
    before, after = (page - 1) * size, max(0, len(values) - page * size)
    if about.is_open and page == pages:
        wanted = min(max(len(values) + about.blanks, block.least), block.most)
        values = [*values, *({} for _more in range(wanted - len(values)))]
    return Sheet(values, before, after, page, pages)


def rows_on_page(part: Part, definition: Definition) -> int:
    """So many rows of each block that a page with them can be sent as one form, reasons and all."""
    cells = sum(cell.part.key == part.key for cell in definition.cells.values())
    widths = [len(block.columns) for block in part.blocks if isinstance(block, Rows)]
    room: int = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS - FIELDS_BESIDE - 2 * cells
    return max(LEAST_ROWS, min(MOST_ROWS_ON_PAGE, room // max(1, sum(widths)) - MOST_NEW))
