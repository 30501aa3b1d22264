"""What the page of a return shows beside its facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bureau.access.services import may
from bureau.accounts.principals import Principal
from bureau.charter.choices import Role
from bureau.charter.models import Membership
from schools.returns import grid
from schools.returns.checking import Finding, Unmade, judged
from schools.returns.choices import WITH_SCHOOL, ReturnStatus
from schools.returns.definition import Cell, Table
from schools.returns.models import Remark, Return
from schools.returns.selectors import answering, tasklist
from schools.returns.selectors.locks import why_locked

MOST_TOTALS = 40

# Status → how many of the steps of the school are done.
_STEPS_DONE = {
    ReturnStatus.DRAFT: 0,
    ReturnStatus.RETURNED: 0,
    ReturnStatus.CHECKED: 1,
    ReturnStatus.SIGNED: 2,
    ReturnStatus.DISTRICT: 3,
    ReturnStatus.SECTION: 3,
    ReturnStatus.ACCEPTED: 4,
    ReturnStatus.LOCKED: 4,
}


@dataclass(frozen=True)
class Line:
    """A finding or a remark with the cell to which it leads."""

    part: str
    anchor: str
    address: str
    text: str
    kind: str = ""
    who: str = ""
    reason: str = ""
    answer: str = ""


def found(record: Return) -> Sequence[Finding]:
    return _judged(record)[0]


def _judged(record: Return) -> tuple[Sequence[Finding], Sequence[Unmade]]:
    """What the checks say, worked out once for all panels of a page."""
    known: tuple[Sequence[Finding], Sequence[Unmade]] | None = record.__dict__.get("_judged")
    if known is None:
        known = record.__dict__["_judged"] = judged(record)
    return known


def work(record: Return, by: Principal) -> Mapping[str, Any]:
    """The parts as a list of tasks, the way of the return, why it is locked."""
    locked = why_locked(record, timezone.localdate()) if may(by, "fill", record) else ""
    return {
        "record": record,
        "parts": tasklist.parts(record, found(record)),
        "locked": locked,
        "is_open": not locked and bool(may(by, "fill", record)),
        "steps": steps(record),
        "next": next_words(record, locked),
    }


def steps(record: Return) -> list[dict[str, Any]]:
    labels = [_("Fill in and check"), _("Sign"), _("Send in"), pgettext("return", "Accepted")]
    done = _STEPS_DONE.get(ReturnStatus(record.status), 0)
    states = ["done" if place < done else "now" if place == done else "" for place in range(len(labels))]
    return [{"label": label, "state": state} for label, state in zip(labels, states, strict=True)]


def next_words(record: Return, locked: str) -> str:
    """What the school does next, in one sentence."""
    if locked:
        return ""
    return {
        ReturnStatus.DRAFT: _("Fill in the parts; when nothing is left to mend, press “Check”."),
        ReturnStatus.RETURNED: _(
            "Correct the cells that came back or answer the remarks; then check, sign and send again."
        ),
        ReturnStatus.CHECKED: _("The head of the school looks at the totals and signs."),
        ReturnStatus.SIGNED: _("Signed. Send it."),
    }.get(ReturnStatus(record.status), "")


def results(record: Return, by: Principal) -> Mapping[str, Any]:
    """Errors and unusual figures, each with a link to its cell; what is only still empty is counted."""
    lines = [_finding(record, one) for one in found(record) if not _is_empty(one)]
    return {
        "record": record,
        "lines": sorted(lines, key=lambda line: line.kind != "bad"),
        "empty": sum(1 for one in found(record) if _is_empty(one)),
        "unmade": [one.sentence for one in _judged(record)[1]],
    }


def has_results(record: Return, by: Principal) -> bool:
    return record.status in WITH_SCHOOL and any(_judged(record))


def _is_empty(finding: Finding) -> bool:
    """It asks for a cell in which nothing stands yet; so many stand in a fresh return that they are counted."""
    return finding.key.startswith("required:")


def _finding(record: Return, finding: Finding) -> Line:
    key = finding.cells[0] if finding.cells else ""
    kind = "bad" if finding.severity == "error" else "warn"
    return _line(record, key, finding.sentence, kind=kind, reason=finding.reason)


def _line(record: Return, key: str, text: str, **more: str) -> Line:
    definition = answering.asked(record)
    part, cell = tasklist.part_of(key, definition), definition.cells.get(key)
    anchor = grid.anchor_of(cell) if cell else f"b-{key.split('.')[0]}"
    return Line(part.key if part else "", anchor, cell.address if cell else "", text, **more)


def said(record: Return, by: Principal) -> Mapping[str, Any]:
    """Open remarks, those that came with the return first."""
    rows = record.remarks.filter(closed_at=None).select_related("unit", "written_by").order_by("-kind", "pk")
    is_mine = bool(may(by, "comment", record))
    return {
        "record": record,
        "lines": [(_remark(record, row), row.pk if is_mine and _is_own(record, row) else 0) for row in rows],
    }


def _is_own(record: Return, remark: Remark) -> bool:
    return remark.unit_id == record.school.unit_id


def _remark(record: Return, remark: Remark) -> Line:
    who = f"{remark.unit} · {remark.written_by}"
    return _line(record, remark.cell, remark.text, kind=remark.kind, who=who, answer=remark.answer)


def is_said(record: Return, by: Principal) -> bool:
    return record.remarks.filter(closed_at=None).exists()


# --- the declaration --------------------------------------------------------------------------


@dataclass(frozen=True)
class TotalLine:
    address: str
    words: str
    now: str
    last: str
    change: str


def declaration(record: Return, by: Principal) -> Mapping[str, Any]:
    """What the head of the school signs: totals against the last time, reasons given, who signs."""
    last = answering.last_values(record)
    before = answering.previous(record)
    lines = [_total(record, cell, last) for cell in totals(record)[:MOST_TOTALS]]
    return {
        "record": record,
        "lines": lines,
        "before": before,
        "reasons": [_finding(record, one) for one in found(record) if one.reason],
        "signers": [] if record.signed_by_id else signers(record),
    }


def is_declared(record: Return, by: Principal) -> bool:
    return record.status not in (ReturnStatus.DRAFT, ReturnStatus.RETURNED, ReturnStatus.EXCUSED)


def totals(record: Return) -> list[Cell]:
    """The cells of total rows and columns; of a form without totals every number that is worked out."""
    cells = list(answering.asked(record).cells.values())
    found = [cell for cell in cells if _is_total(cell)]
    return found or [cell for cell in cells if cell.spec.computed]


def _is_total(cell: Cell) -> bool:
    """Where a table has both, the total row; the total column where it has no total row."""
    if cell.row is None or cell.column is None or not isinstance(cell.block, Table):
        return False
    has_rows = any(row.is_total for row in cell.block.rows)
    return cell.row.is_total if has_rows else cell.column.is_total


def _total(record: Return, cell: Cell, last: Mapping[str, str]) -> TotalLine:
    now, then = record.values.get(cell.key, ""), last.get(cell.key, "")
    change = grid.percent_change(now, then)
    return TotalLine(
        cell.address,
        str(cell.label),
        grid.shown_in_words(cell.spec, now),
        grid.shown_in_words(cell.spec, then),
        f"{grid.signed(change)} %" if change is not None else "",
    )


def signers(record: Return) -> list[str]:
    """Who can sign: the heads of the school."""
    heads = Membership.objects.in_force().filter(
        unit_id=record.school.unit_id, role=Role.PRINCIPAL, user__is_active=True
    )
    return [str(post.user) for post in heads.select_related("user")]
