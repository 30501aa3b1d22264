"""The figures of a return beside everything that helps to judge them: one row for each cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from schools.returns import bindings
from schools.returns.checking import Finding, judged, shown
from schools.returns.choices import RemarkKind, Severity
from schools.returns.definition import NUMERIC, Cell, Definition, Part, Rows
from schools.returns.models import Remark, Return
from schools.returns.selectors import reviewing
from schools.returns.selectors.answering import asked, last_values, remarks_by_cell, rows_of


@dataclass(frozen=True)
class Note:
    """What stands below a figure. `kind`: error, warn or "" for the rest."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Row:
    """One cell. Texts as people read them; `old` is None where the school changed nothing since the return."""

    key: str
    address: str
    label: str
    unit: str
    now: str
    last: str
    change: str
    median: str
    old: str | None
    is_number: bool
    is_short: bool  # a day or yes and no: never on two lines
    is_accepted: bool
    is_computed: bool
    notes: Sequence[Note]
    marked: bool = False
    reason: str = ""

    @property
    def stands_out(self) -> bool:
        return bool(self.notes) or self.old is not None


@dataclass(frozen=True)
class RowsBlock:
    """Repeated rows as they stand; they come back as a whole."""

    key: str
    words: str
    heads: Sequence[str]
    lines: Sequence[Sequence[str]]
    notes: Sequence[Note]
    marked: bool = False
    reason: str = ""


@dataclass(frozen=True)
class PartTable:
    letter: str
    words: str
    rows: Sequence[Row]
    blocks: Sequence[RowsBlock]


@dataclass(frozen=True)
class Known:
    """Everything that is read once for the page."""

    record: Return
    definition: Definition
    last: Mapping[str, str]
    medians: Mapping[str, Decimal]
    changed: Mapping[str, tuple[str, str]]
    remarks: Mapping[str, Sequence[Remark]]
    findings: Mapping[str, Sequence[Finding]]
    unmade: Sequence[str]
    register: Mapping[str, str]
    marks: Mapping[str, str] = field(default_factory=dict)

    @property
    def general(self) -> list[Note]:
        """What is about the return as a whole."""
        return [_of_finding(one) for one in self.findings.get("", ())]


def gather(record: Return, marks: Mapping[str, str] | None = None) -> Known:
    """`marks`: cell → reason, as a reviewer typed them before something was refused."""
    definition = asked(record)
    by_cell: dict[str, list[Finding]] = {}
    found, unmade = judged(record)
    for one in found:
        by_cell.setdefault(_place(definition, one), []).append(one)
    return Known(
        record,
        definition,
        last_values(record),
        reviewing.medians(record),
        reviewing.changed_cells(record),
        remarks_by_cell(record),
        by_cell,
        [one.sentence for one in unmade],
        {one.cell: one.register for one in bindings.differences(record)},
        marks or {},
    )


def _place(definition: Definition, one: Finding) -> str:
    """Where a finding stands: its first cell, the block of a repeated row, or "" for the whole return."""
    key = one.cells[0] if one.cells else ""
    return key if key in definition.cells else key.partition(".")[0]


def tables(known: Known) -> list[PartTable]:
    return [_part(known, part) for part in known.definition.parts]


def _part(known: Known, part: Part) -> PartTable:
    cells = [cell for cell in known.definition.cells.values() if cell.part.key == part.key]
    return PartTable(
        known.definition.letter(part),
        str(part.words),
        [_row(known, cell) for cell in cells],
        [_block(known, block) for block in part.blocks if isinstance(block, Rows)],
    )


def _row(known: Known, cell: Cell) -> Row:
    key, spec = cell.key, cell.spec
    now, last = known.record.values.get(key, ""), known.last.get(key, "")
    is_number = spec.kind in NUMERIC
    change = reviewing.change_percent(now, last) if is_number else None
    middle = known.medians.get(key)
    old = known.changed.get(key)
    return Row(
        key=key,
        address=cell.address,
        label=str(cell.label),
        unit=str(spec.unit or ""),
        now=shown(spec, now),
        last=shown(spec, last),
        change="" if change is None else _signed(change),
        median="" if middle is None else shown(spec, _plain(middle, spec.kind)),
        old=shown(spec, old[0]) if old else None,
        is_number=is_number,
        is_short=spec.kind in ("date", "yes_no"),
        is_accepted=key in known.record.accepted_cells,
        is_computed=bool(spec.computed),
        notes=_notes(known, key, lambda text: shown(spec, text)),
        marked=key in known.marks,
        reason=known.marks.get(key, ""),
    )


def _signed(change: Decimal) -> str:
    """A real minus sign; a plus for what grew."""
    text = number_format(change, use_l10n=True)
    return f"+{text} %" if change > 0 else f"{text} %".replace("-", "\u2212")


def _plain(middle: Decimal, kind: str) -> str:
    """The median as canonical text of its kind: whole fen for money, half a pupil stays half."""
    if kind == "money":
        return str(int(middle.to_integral_value()))
    return f"{middle.normalize():f}"


def _block(known: Known, block: Rows) -> RowsBlock:
    lines = [
        [shown(column.spec, row.get(column.key, "")) for column in block.columns]
        for row in rows_of(known.record, block.key)
    ]
    return RowsBlock(
        block.key,
        str(block.words),
        [str(column.words) for column in block.columns],
        lines,
        _notes(known, block.key, str),
        block.key in known.marks,
        known.marks.get(block.key, ""),
    )


def _notes(known: Known, key: str, show: Callable[[str], str]) -> list[Note]:
    found = [_of_finding(one) for one in known.findings.get(key, ())]
    if key in known.register:
        value = show(known.register[key])
        found.append(Note(_("The register says %(value)s.") % {"value": value}, "warn"))
    return [*found, *(_of_remark(one) for one in known.remarks.get(key, ()))]


def _of_finding(one: Finding) -> Note:
    kind = "error" if one.severity == Severity.ERROR else "warn"
    if not one.reason:
        return Note(one.sentence, kind)
    said = _("%(sentence)s The school says: %(reason)s") % {"sentence": one.sentence, "reason": one.reason}
    return Note(said, kind)


def _of_remark(remark: Remark) -> Note:
    words = {
        "unit": remark.unit,
        "day": date_format(remark.written_at, "SHORT_DATE_FORMAT"),
        "text": remark.text,
        "answer": remark.answer,
    }
    is_returned = remark.kind == RemarkKind.RETURNED
    line = _("Returned by %(unit)s on %(day)s: %(text)s") if is_returned else _("%(unit)s, %(day)s: %(text)s")
    if remark.answer:
        line = f"{line} {_('Answer of the school: %(answer)s')}"
    return Note(line % words, "" if remark.closed_at else "warn")
