"""A part of a form as a page draws it: tables with letters and numbers, questions, repeated rows, what is said to each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from hashlib import blake2s
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from schools.returns.checking import Finding, shown
from schools.returns.definition import (
    NUMERIC,
    Block,
    Cell,
    CellSpec,
    Line,
    Part,
    Question,
    Questions,
    Rows,
    Table,
    Upload,
    letter_of,
)
from schools.returns.drawn import Beside as Beside
from schools.returns.drawn import Box, Head, Note
from schools.returns.drawn import GridRow as GridRow
from schools.returns.drawn import Shown as Shown
from schools.returns.models import Remark, Return
from schools.returns.row_pages import ALL as ALL
from schools.returns.row_pages import sheet_of
from schools.returns.selectors import answering
from schools.returns.services.entry import Conflict

LONG_TEXT = 120  # characters; a question whose answer may be longer gets a box of several lines
MINUS = "−"
INPUT_MODES = {"number": "numeric", "decimal": "decimal", "money": "decimal", "percent": "decimal"}


def beside(record: Return, *, is_open: bool, findings: Sequence[Finding] = (), **more: Any) -> Beside:
    """Everything a page of a return shows beside its cells."""
    return Beside(
        record,
        answering.asked(record),
        last=answering.last_values(record),
        has_last=answering.previous(record) is not None,
        findings=findings,
        remarks=answering.remarks_by_cell(record),
        differences=answering.register_differences(record),
        changed=answering.changed_in_round(record) if record.round else {},
        is_open=is_open,
        **more,
    )


def blocks_of(part: Part, about: Beside) -> list[Shown]:
    """The blocks of a part in their order."""
    drawn: dict[str, Callable[[Any, Part, Beside], Shown]] = {
        "table": _table,
        "questions": _questions,
        "rows": _rows,
        "upload": _upload,
    }
    return [drawn[block.type](block, part, about) for block in part.blocks]


def name_of(cell: Cell) -> str:
    """The name of a cell's box in the form: A-C4."""
    return cell.address.replace("·", "-")


def reason_name(finding_key: str) -> str:
    return f"why-{blake2s(finding_key.encode(), digest_size=5).hexdigest()}"


def row_name(place: int, number: int, column: int) -> str:
    """The name of a box in repeated rows: block of the part, row from 1, column from 1."""
    return f"R{place}-{number}-{column}"


# --- tables -----------------------------------------------------------------------------------


def _table(table: Table, part: Part, about: Beside) -> Shown:
    totals = _columns_beside(table, about)
    heads = [
        Head(letter_of(place), str(column.words), _unit(column.spec))
        for place, column in enumerate(table.columns)
    ]
    for column in totals:
        heads += [Head(_last_label(about), str(column.words)), Head(pgettext("figures", "Change"), "%")]
    rows: list[GridRow] = []
    for row in table.rows:
        rows.append(_table_row(table, row, part, about, totals))
        if row.is_total and about.has_last and not totals:
            rows.append(_last_row(table, row, about))
    return Shown("table", table.key, str(table.words), str(table.note or ""), heads, rows)


def _unit(spec: CellSpec | None) -> str:
    return str(spec.unit) if spec and spec.unit else ""


def _last_label(about: Beside) -> str:
    before = answering.previous(about.record)
    return str(before.collection.year) if before and not before.collection.part else _("Last time")


def _columns_beside(table: Table, about: Beside) -> list[Line]:
    """Columns whose last value stands beside them: the totals, or the only one with numbers."""
    if not about.has_last:
        return []
    totals = [column for column in table.columns if column.is_total]
    numbers = [column for column in table.columns if (column.spec or CellSpec()).kind in NUMERIC]
    return totals[-1:] or (numbers if len(numbers) == 1 else [])


def _table_row(table: Table, row: Line, part: Part, about: Beside, totals: Sequence[Line]) -> GridRow:
    cells = [about.definition.cells.get(f"{table.key}.{row.key}.{column.key}") for column in table.columns]
    known = [cell for cell in cells if cell is not None]
    notes_id = f"m-{table.key}-{row.key}"
    notes = together([note for cell in known for note in notes_of(cell, about)])
    boxes = [_box(cell, about, notes_id) if cell else Box("closed") for cell in cells]
    for column in totals:
        cell = about.definition.cells.get(f"{table.key}.{row.key}.{column.key}")
        boxes += _last_and_change(cell, about) if cell else [Box("closed"), Box("closed")]
    return GridRow(
        str(row.words),
        known[0].address.split("·")[1].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") if known else "",
        row.code,
        min(row.level, 3),
        row.is_total,
        boxes,
        notes,
        notes_id,
    )


def _last_row(table: Table, row: Line, about: Beside) -> GridRow:
    cells = [about.definition.cells.get(f"{table.key}.{row.key}.{column.key}") for column in table.columns]
    boxes = [
        _text(shown(cell.spec, about.last.get(cell.key, ""))) if cell else Box("closed") for cell in cells
    ]
    return GridRow(_("%(when)s: %(row)s") % {"when": _last_label(about), "row": row.words}, boxes=boxes)


def _text(value: str, name: str = "", classes: str = "") -> Box:
    return Box("text", name, value=value, classes=f"calc {classes}".strip(), is_number=True)


def _last_and_change(cell: Cell, about: Beside) -> list[Box]:
    last, now = about.last.get(cell.key, ""), about.record.values.get(cell.key, "")
    change = percent_change(now, last)
    words = "" if change is None else signed(change)
    return [
        _text(shown(cell.spec, last)),
        _text(words, f"{name_of(cell)}-change", "due-soon" if cell.key in about.far else ""),
    ]


def far_from_last(findings: Sequence[Finding]) -> frozenset[str]:
    """Cells whose change against the last return is unusual: the limit is the cell's, its row's, its column's, the office's."""
    return frozenset(cell for one in findings if one.key.startswith("change:") for cell in one.cells)


def percent_change(now: str, last: str) -> Decimal | None:
    """By how many percent a figure grew; None where one is missing or the last one is zero."""
    try:
        before, after = Decimal(last), Decimal(now)
    except InvalidOperation:
        return None
    return (after - before) / before * 100 if before else None


def signed(change: Decimal) -> str:
    """+1.4 or −6.0, with a real minus."""
    text = f"{change:+.1f}"
    return "0" if text[1:] == "0.0" else text.replace("-", MINUS)


# --- one cell ---------------------------------------------------------------------------------


def _box(cell: Cell, about: Beside, notes_id: str, *, is_question: bool = False) -> Box:
    value = about.record.values.get(cell.key, "")
    name = name_of(cell)
    old = _old(cell, about)
    classes = _classes(cell, about)
    if cell.spec.computed or not about.is_open:
        text = shown_in_words(cell.spec, value)
        is_number = cell.spec.kind in NUMERIC
        calc = "calc" if cell.spec.computed or is_number else "calc calc-t"
        return Box(
            "text", name, value=text, classes=f"{calc} {classes}".strip(), is_number=is_number, old=old
        )
    drawn = control(cell.spec, is_question=is_question)
    typed = about.typed.get(cell.key)
    return replace(
        drawn,
        name=name,
        label=str(cell.label),
        value=typed if typed is not None else _typable(cell.spec, value),
        classes=classes,
        described=notes_id if classes and ("bad" in classes or "ask" in classes or "cmt" in classes) else "",
        is_invalid="bad" in classes,
        old=old,
    )


def control(spec: CellSpec, *, is_question: bool = False) -> Box:
    """The control that takes a value of this kind, still without name and value."""
    if spec.kind == "choice":
        return Box("select", options=[("", ""), *((code, str(words)) for code, words in spec.choices)])
    if spec.kind == "yes_no":
        return Box("select", options=[("", ""), ("yes", _("Yes")), ("no", _("No"))])
    if spec.kind == "date":
        return Box("date")
    if spec.kind == "text":
        is_long = is_question and (not spec.most.isdigit() or int(spec.most) > LONG_TEXT)
        return Box("area" if is_long else "input")
    return Box("input", mode=INPUT_MODES[spec.kind], is_number=True)


def _typable(spec: CellSpec, value: str) -> str:
    """What stands in the control: codes and ISO days for those that choose, words for those that are typed."""
    return value if spec.kind in ("choice", "yes_no", "date") else shown(spec, value)


def shown_in_words(spec: CellSpec, value: str) -> str:
    """A value for a reader: the words of a choice, yes or no, numbers as people write them."""
    if spec.kind == "choice":
        return next((str(words) for code, words in spec.choices if code == value), value)
    if spec.kind == "yes_no":
        return {"yes": _("Yes"), "no": _("No")}.get(value, value)
    return shown(spec, value)


def _old(cell: Cell, about: Beside) -> str | None:
    change = about.changed.get(cell.key)
    if change is None or change.old == about.record.values.get(cell.key, ""):
        return None
    return shown_in_words(cell.spec, change.old)


def _classes(cell: Cell, about: Beside) -> str:
    found = []
    about_it = [finding for finding in about.findings if cell.key in finding.cells]
    if cell.key in about.faults or any(finding.severity == "error" for finding in about_it):
        found.append("bad")
    elif about_it or cell.key in about.conflicts:
        found.append("ask")
    if any(remark.closed_at is None for remark in about.remarks.get(cell.key, ())):
        found.append("cmt")
    return " ".join(found)


# --- what is said -----------------------------------------------------------------------------


def notes_of(cell: Cell, about: Beside) -> list[Note]:
    """Everything that is said about one cell, the worst first; a finding stands at its first cell here."""
    address = cell.address.split("·")[1]
    return [
        *_trouble(cell, address, about),
        *_found(cell, address, about),
        *_difference(cell, address, about),
        *_thread(cell, address, about),
    ]


def _trouble(cell: Cell, address: str, about: Beside) -> Iterator[Note]:
    if cell.key in about.faults:
        yield Note("bad", about.faults[cell.key], address)
    conflict = about.conflicts.get(cell.key)
    if conflict is not None:
        yield Note("warn", conflict_words(cell.spec, conflict), address)


def conflict_words(spec: CellSpec, conflict: Conflict) -> str:
    """Both values, who and when; what the reader can do."""
    from bureau.workflow.engine import moment

    return _(
        "%(who)s wrote “%(theirs)s” on %(moment)s. You typed “%(yours)s”: it is in the box and not saved. "
        "Save again to replace theirs."
    ) % {
        "who": conflict.who,
        "theirs": shown_in_words(spec, conflict.theirs) or _("nothing"),
        "yours": conflict.yours,
        "moment": moment(conflict.at),
    }


def _found(cell: Cell, address: str, about: Beside) -> Iterator[Note]:
    if cell.key in about.faults:
        return  # the box holds what was typed, the findings speak of what stands
    for finding in about.findings:
        if _stands_at(finding, cell, about):
            yield note_of(finding, address)


def note_of(finding: Finding, address: str = "") -> Note:
    is_error = finding.severity == "error"
    name = reason_name(finding.key) if finding.needs_reason or finding.reason else ""
    return Note(
        "bad" if is_error else "warn",
        finding.sentence,
        address,
        name,
        finding.reason,
        is_empty=finding.key.startswith("required:"),
    )


def together(notes: Sequence[Note]) -> list[Note]:
    """Several empty cells of one row are named in one sentence."""
    empty = [note for note in notes if note.is_empty]
    if len(empty) < 2:
        return list(notes)
    places = _(", ").join(note.address for note in empty)
    words = _("Fill in these cells; where there is no figure, write 0.")
    return [Note("bad", words, places, is_empty=True), *(note for note in notes if not note.is_empty)]


def _stands_at(finding: Finding, cell: Cell, about: Beside) -> bool:
    """At the first of its cells in this part, so that it is said once on a page."""
    here = [
        key for key in finding.cells if (one := about.definition.cells.get(key)) and one.part == cell.part
    ]
    return bool(here) and here[0] == cell.key


def _difference(cell: Cell, address: str, about: Beside) -> Iterator[Note]:
    known = about.differences.get(cell.key)
    if known is not None and about.is_open and about.record.values.get(cell.key):
        text = _("The register says %(value)s.") % {"value": shown_in_words(cell.spec, known)}
        yield Note("info", text, address)


def _thread(cell: Cell, address: str, about: Beside) -> Iterator[Note]:
    for remark in about.remarks.get(cell.key, ()):
        yield Note(
            "chat",
            remark.text,
            address,
            name=f"answer-{remark.pk}",
            who=f"{remark.unit} · {remark.written_by}",
            answer=remark.answer,
            remark=remark.pk,
            may_close=_is_own(remark, about),
            is_closed=remark.closed_at is not None,
            may_answer=about.is_open
            and remark.closed_at is None
            and not remark.answer
            and not _is_own(remark, about),
        )


def _is_own(remark: Remark, about: Beside) -> bool:
    """An open comment of the school itself: it answers nobody, and the school settles it."""
    is_open = about.is_open and remark.closed_at is None
    return is_open and remark.unit_id == about.record.school.unit_id


# --- questions, repeated rows, files ----------------------------------------------------------


def _questions(block: Questions, part: Part, about: Beside) -> Shown:
    rows = []
    for item in block.items:
        cell = about.definition.cells.get(f"{block.key}.{item.key}")
        if cell is None:
            continue
        notes_id = f"m-{block.key}-{item.key}"
        rows.append(
            GridRow(
                str(item.words),
                cell.address.split("·")[1],
                boxes=[_box(cell, about, notes_id, is_question=True)],
                notes=notes_of(cell, about),
                notes_id=notes_id,
                hint=str(item.hint or ""),
                unit=_unit(item.spec),
            )
        )
    return Shown("questions", block.key, str(block.words), rows=rows)


def place_of(part: Part, block: Block) -> int:
    return [one.key for one in part.blocks].index(block.key) + 1


def _rows(block: Rows, part: Part, about: Beside) -> Shown:
    sheet = sheet_of(block, part, about)
    values, is_typed, place = sheet.values, block.key in about.rows, place_of(part, block)
    shown_rows = list(enumerate(values, 1))[sheet.before : len(values) - sheet.after]
    drawn = [_row(block, place, number, row, about, is_typed) for number, row in shown_rows]
    return Shown(
        "rows",
        block.key,
        str(block.words),
        heads=[
            Head(letter_of(number), str(column.words), _unit(column.spec))
            for number, column in enumerate(block.columns)
        ],
        rows=drawn,
        notes=_notes_of_rows(block, about),
        may_add=about.is_open and len(values) < block.most,
        around=f"{sheet.before}-{sheet.after}" if sheet.pages > 1 else "",
        page=sheet.page,
        pages=range(1, sheet.pages + 1) if sheet.pages > 1 else (),
        span=_("Rows %(first)s to %(last)s of %(count)s")
        % {"first": sheet.before + 1, "last": len(values) - sheet.after, "count": len(values)},
    )


def _row(
    block: Rows, place: int, number: int, row: Mapping[str, str], about: Beside, is_typed: bool
) -> GridRow:
    notes_id = f"m-{block.key}-{number}"
    notes, boxes = [], []
    for at, column in enumerate(block.columns, 1):
        fault = about.faults.get(f"{block.key}.{number}.{column.key}", "")
        if fault:
            notes.append(Note("bad", fault, f"{letter_of(at - 1)}{number}"))
        boxes.append(_row_box(column, row.get(column.key, ""), row_name(place, number, at), about, is_typed))
        found = _found_in_row(f"{block.key}.{number}.{column.key}", about)
        notes += [note_of(one, f"{letter_of(at - 1)}{number}") for one in found]
        if fault or any(one.severity == "error" for one in found):
            boxes[-1] = replace(boxes[-1], classes="bad", is_invalid=True, described=notes_id)
    named = [
        replace(box, label=_("Row %(number)d, %(column)s") % {"number": number, "column": column.words})
        for box, column in zip(boxes, block.columns, strict=True)
    ]
    remove = f"{block.key}.{number}" if about.is_open and any(row.values()) else ""
    return GridRow(str(number), boxes=named, notes=notes, notes_id=notes_id, remove=remove)


def _found_in_row(key: str, about: Beside) -> list[Finding]:
    return [one for one in about.findings if one.cells[:1] == (key,)]


def _row_box(column: Question, value: str, name: str, about: Beside, is_typed: bool) -> Box:
    if not about.is_open:
        is_number = column.spec.kind in NUMERIC
        classes = "calc" if is_number else "calc calc-t"
        return Box("text", value=shown_in_words(column.spec, value), is_number=is_number, classes=classes)
    text = value if is_typed else _typable(column.spec, value)
    return replace(control(column.spec), name=name, value=text)


def _notes_of_rows(block: Rows, about: Beside) -> list[Note]:
    """Findings about the whole block or its columns; they stand under its table."""
    found = [
        note_of(finding)
        for finding in about.findings
        if any(_is_about(key, block) for key in finding.cells[:1])
    ]
    if block.key in about.faults:
        found.insert(0, Note("bad", about.faults[block.key]))
    conflict = about.conflicts.get(block.key)
    if conflict is not None:
        words = _("%(who)s changed these rows meanwhile. Yours are not saved; save again to replace theirs.")
        found.insert(0, Note("warn", words % {"who": conflict.who}))
    return found


def _is_about(key: str, block: Rows) -> bool:
    """The block itself or a column of it; what is said of one row stands in that row."""
    return key == block.key or (key.startswith(f"{block.key}.") and key.count(".") == 1)


def _upload(block: Upload, part: Part, about: Beside) -> Shown:
    notes = [note_of(one) for one in about.findings if block.key in one.cells]
    return Shown("upload", block.key, str(block.words), notes=notes, required=block.required)


def anchor_of(cell: Cell) -> str:
    """The id of a cell's box, to which lists of findings and remarks lead."""
    return f"c-{name_of(cell)}"
