"""Findings about single cells: empty, unreadable, out of bounds, far from the last return; and typed totals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.expressions import MISSING, Missing, Value
from bureau.expressions.comparing import compared
from bureau.expressions.values import NUMBERS
from schools.returns.checking.finding import Finding, Subject
from schools.returns.checking.plan import Total
from schools.returns.checking.values import said, shown, text_of, value_of
from schools.returns.definition import NUMERIC, Cell, CellSpec, Rows, Table

NEVER = 0  # below it: the designer wants no comparison of this cell


@dataclass(frozen=True)
class Place:
    """One value with its name; a cell, or a cell of a repeated row."""

    key: str
    label: object  # words, or what makes them: most cells are never named
    spec: CellSpec
    text: str


def of_cells(subject: Subject) -> Iterator[Finding]:
    for key, cell in subject.plan.cells.items():
        place = Place(key, cell.label, cell.spec, subject.values.get(key, ""))
        yield from _of_place(subject, place)
        yield from _against_last(subject, cell)
    for total in subject.plan.totals:
        yield from _of_total(subject, total)


def of_rows(subject: Subject) -> Iterator[Finding]:
    """Repeated rows: how many there are, and each cell of each row."""
    for part in subject.definition.parts:
        for block in part.blocks:
            if isinstance(block, Rows):
                yield from _of_block(subject, block)


def of_files(subject: Subject) -> Iterator[Finding]:
    """Files of a return have one kind: they are counted, and people see which is which."""
    wanted, found = subject.plan.required_files, subject.world.beside.files
    if found >= len(wanted):
        return
    sentence = ngettext(
        "The form asks for %(count)s file: %(names)s. There are %(found)s. Add what is missing.",
        "The form asks for %(count)s files: %(names)s. There are %(found)s. Add what is missing.",
        len(wanted),
    )
    names = "; ".join(str(block.words) for block in wanted)
    words = {"count": len(wanted), "names": names, "found": found}
    yield subject.error("files:", [block.key for block in wanted], sentence % words)


def _of_block(subject: Subject, block: Rows) -> Iterator[Finding]:
    rows = subject.world.rows.get(block.key) or []
    if len(rows) < block.least:
        yield subject.error(
            f"rows:{block.key}",
            [block.key],
            ngettext(
                "“%(name)s” needs at least %(least)s row; there are %(found)s. Add what is missing.",
                "“%(name)s” needs at least %(least)s rows; there are %(found)s. Add what is missing.",
                block.least,
            )
            % {"name": block.words, "least": block.least, "found": len(rows)},
        )
    if len(rows) > block.most:
        yield subject.error(
            f"rows:{block.key}",
            [block.key],
            _(
                "“%(name)s” takes at most %(most)s rows; there are %(found)s. Remove what does not belong here."
            )
            % {"name": block.words, "most": block.most, "found": len(rows)},
        )
    for number, row in enumerate(rows[: block.most], 1):
        for column in block.columns:
            label = _("%(block)s, row %(number)s · %(column)s") % {
                "block": block.words,
                "number": number,
                "column": column.words,
            }
            key = f"{block.key}.{number}.{column.key}"
            yield from _of_place(subject, Place(key, label, column.spec, row.get(column.key, "")))


def _of_place(subject: Subject, place: Place) -> Iterator[Finding]:
    if place.text == "":
        if place.spec.required and not place.spec.computed:
            yield subject.error(f"required:{place.key}", [place.key], _empty(place))
        return
    value = value_of(place.spec, place.text)
    if isinstance(value, Missing) or not _is_choice(place):
        yield subject.error(f"kind:{place.key}", [place.key], _unreadable(place))
        return
    if sentence := _beyond(place, value):
        yield subject.error(f"limit:{place.key}", [place.key], sentence)


def _is_choice(place: Place) -> bool:
    return place.spec.kind != "choice" or any(code == place.text for code, _words in place.spec.choices)


def _empty(place: Place) -> str:
    if place.spec.kind in NUMERIC:
        return _("“%(name)s” is empty. Enter the figure; where there is none, write 0.") % {
            "name": place.label
        }
    return _("“%(name)s” is empty. Answer it.") % {"name": place.label}


def _unreadable(place: Place) -> str:
    return _("“%(name)s” holds “%(value)s”, which does not belong into this cell. Enter it anew.") % {
        "name": place.label,
        "value": place.text[:60],
    }


def _beyond(place: Place, value: Value) -> str:
    """A sentence where the value lies outside the bounds; of a text they bound the number of characters."""
    spec = place.spec
    if not spec.least and not spec.most:
        return ""
    measured = spec if spec.kind != "text" else replace(spec, kind="number")
    measure: Value = Decimal(len(value)) if isinstance(value, str) else value
    if compared("<", measure, value_of(measured, spec.least)) is True:
        sentence = _("“%(name)s” is %(value)s, but at least %(limit)s is possible. Correct it.")
        limit = spec.least
    elif compared(">", measure, value_of(measured, spec.most)) is True:
        sentence = _("“%(name)s” is %(value)s, but at most %(limit)s is possible. Correct it.")
        limit = spec.most
    else:
        return ""
    found = said(measure) if isinstance(value, str) else shown(spec, place.text)
    return sentence % {"name": place.label, "value": found, "limit": shown(measured, limit)}


# --- against the last return --------------------------------------------------------------------


def limit_of(cell: Cell) -> int | None:
    """By how many percent the cell may change: its own, its row's, its column's; None: what the office holds."""
    lines = (cell.row.spec if cell.row else None, cell.column.spec if cell.column else None)
    specs = (cell.spec, *(spec for spec in lines if spec is not None))
    return next((spec.change_percent for spec in specs if spec.change_percent is not None), None)


def _against_last(subject: Subject, cell: Cell) -> Iterator[Finding]:
    beside = subject.world.beside
    if cell.spec.kind not in NUMERIC or not beside.last:
        return
    own = limit_of(cell)
    limit = own if own is not None else beside.percent if _is_compared(cell) else None
    now, last = subject.world.value(cell.key), beside.last_value(cell.key, cell.spec.kind)
    if limit is None or limit < NEVER or not isinstance(now, Decimal) or not isinstance(last, Decimal):
        return
    difference = abs(now - last)
    if difference * 100 <= abs(last) * limit or (own is None and difference < beside.least):
        return
    yield subject.unusual(
        f"change:{cell.key}", [cell.key], _changed(cell, now, last, limit), [str(now), str(last)]
    )


def _is_compared(cell: Cell) -> bool:
    """Without a word of the designer: totals where a table has them, otherwise every figure. Shares are not."""
    if cell.spec.kind == "percent":
        return False
    if not isinstance(cell.block, Table) or cell.row is None or cell.column is None:
        return True
    lines = (*cell.block.rows, *cell.block.columns)
    return cell.row.is_total or cell.column.is_total or not any(line.is_total for line in lines)


def _changed(cell: Cell, now: Decimal, last: Decimal, limit: int) -> str:
    words = {"name": cell.label, "now": said(now), "last": said(last), "limit": limit}
    if not last:
        return (
            _("“%(name)s” is %(now)s; in the last return it was 0. Correct it, or say why it is right.")
            % words
        )
    percent = NUMBERS.quantize((now - last) / abs(last) * 100, Decimal("0.1"))
    words["percent"] = said(abs(percent))
    if percent > 0:
        return (
            _(
                "“%(name)s” is %(now)s; in the last return it was %(last)s. It grew by %(percent)s%%, and more than "
                "%(limit)s%% is unusual. Correct it, or say why it is right."
            )
            % words
        )
    return (
        _(
            "“%(name)s” is %(now)s; in the last return it was %(last)s. It fell by %(percent)s%%, and more than "
            "%(limit)s%% is unusual. Correct it, or say why it is right."
        )
        % words
    )


# --- totals -------------------------------------------------------------------------------------


def _of_total(subject: Subject, total: Total) -> Iterator[Finding]:
    """A typed total against its lines. Nothing is said while a required line is still empty."""
    stated = subject.world.value(total.cell.key)
    parts = [subject.world.value(part.key) for part in total.parts]
    found = [part for part in parts if isinstance(part, Decimal)]
    lacks = any(part is MISSING and cell.spec.required for part, cell in zip(parts, total.parts, strict=True))
    if not isinstance(stated, Decimal) or not found or lacks or sum(found) == stated:
        return
    spec = total.cell.spec
    added = sum(found, Decimal(0))
    yield subject.error(
        f"total:{total.cell.key}:{total.parts[0].key}",
        [total.cell.key, *(part.key for part in total.parts)],
        _(
            "“%(name)s” says %(stated)s, but its lines %(first)s to %(last)s add up to %(added)s. "
            "Correct the total or the line that is wrong."
        )
        % {
            "name": total.cell.label,
            "stated": shown(spec, subject.values[total.cell.key]),
            "first": total.parts[0].address,
            "last": total.parts[-1].address,
            "added": shown(spec, text_of(spec, added)),
        },
    )
