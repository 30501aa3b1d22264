"""A cell as HTML: the same in lists and on detail pages."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe

from bureau.pages.tables import Cell
from bureau.pages.templatetags.portal import tag, when

register = template.Library()


@register.simple_tag
def show(cell: Cell) -> SafeString | str:
    """{% show cell %}: a tag, a date for people and machines, a link, or text in its language."""
    if cell.text == "":
        return ""
    if cell.kind == "tag":
        return tag(cell.text, cell.tag)
    if cell.kind in ("date", "moment"):
        text: SafeString | str = when(cell.value, "moment" if cell.kind == "moment" else "day")
    else:
        text = format_html('<span lang="{}">{}</span>', cell.lang, cell.text) if cell.lang else cell.text
    return format_html('<a href="{}">{}</a>', cell.url, text) if cell.url else text


@register.simple_tag
def row_cells(cells: Sequence[Cell]) -> SafeString:
    """{% row_cells row.cells %}: one line of a list; the linked cell heads it.

    In Python: a list has hundreds of cells, and the template's own loop took a third of its time over them.
    """
    return format_html_join("", "{}", ((_row_cell(cell),) for cell in cells))


def _row_cell(cell: Cell) -> SafeString:
    if cell.url:
        return format_html('<th role="rowheader" scope="row">{}</th>', show(cell))
    classes = ("n " if cell.is_number else "") + ("lo" if cell.is_low else "")
    return format_html('<td role="cell" class="{}" data-l="{}">{}</td>', classes, cell.label, show(cell))


@register.simple_tag
def show_whole(cell: Cell) -> SafeString | str:
    """The same with the paragraphs of a long text."""
    if cell.kind != "long" or not cell.text:
        return show(cell)
    paragraphs = mark_safe(linebreaks(cell.text, autoescape=True))  # escaped by linebreaks itself
    return format_html('<div class="prose"{}>{}</div>', _lang(cell), paragraphs)


def _lang(cell: Cell) -> SafeString | str:
    return format_html(' lang="{}"', cell.lang) if cell.lang else ""
