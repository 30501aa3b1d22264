"""What a school is asked, and what stands beside its cells: last year, the register, remarks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schools.returns.choices import DONE, PARTS, Period
from schools.returns.definition import Definition
from schools.returns.models import CellChange, Remark, Return


def asked(return_: Return) -> Definition:
    """The form as this school is asked it: by the stages that the school has. Read once per instance."""
    known: Definition | None = return_.__dict__.get("_asked")
    if known is None:
        stages = frozenset(stage.stage for stage in return_.school.stages.all())
        known = return_.__dict__["_asked"] = return_.form_version.content.for_stages(stages)
    return known


def previous(return_: Return) -> Return | None:
    """The accepted return of the period before, of the same form and school. Read once per instance."""
    if "_previous" not in return_.__dict__:
        return_.__dict__["_previous"] = _previous(return_)
    found: Return | None = return_.__dict__["_previous"]
    return found


def _previous(return_: Return) -> Return | None:
    form = return_.form_version.form
    year, part = period_before(Period(form.period), return_.collection.year, return_.collection.part)
    return (
        Return.objects.filter(
            school_id=return_.school_id,
            form_version__form=form,
            collection__year=year,
            collection__part=part,
            status__in=DONE,
        )
        .select_related("collection", "form_version")
        .order_by("-pk")
        .first()
    )


def period_before(period: Period, year: int, part: int) -> tuple[int, int]:
    """(year, part) of the period just before."""
    parts = PARTS[period]
    if not parts:
        return year - 1, part
    return (year, part - 1) if part > 1 else (year - 1, parts)


def last_values(return_: Return) -> Mapping[str, str]:
    """Cell → canonical text in the accepted return of the period before; empty where there is none."""
    before = previous(return_)
    return before.values if before else {}


def register_differences(return_: Return) -> dict[str, str]:
    """Cell → what the register says, where the school says something else. Bound cells only."""
    from schools.returns import bindings  # it reads this module's neighbours

    return {one.cell: one.register for one in bindings.differences(return_)}


def remarks_by_cell(return_: Return) -> dict[str, list[Remark]]:
    """Cell → its remarks, the oldest first; with the units and people who wrote them."""
    found: dict[str, list[Remark]] = {}
    for remark in return_.remarks.select_related("unit", "written_by").order_by("pk"):
        found.setdefault(remark.cell, []).append(remark)
    return found


def changes_since(return_: Return, entry: int) -> dict[str, list[CellChange]]:
    """Cell → what happened to it after the saving `entry`, the oldest first."""
    found: dict[str, list[CellChange]] = {}
    for change in return_.changes.filter(entry__gt=entry).order_by("pk"):
        found.setdefault(change.cell, []).append(change)
    return found


def changed_in_round(return_: Return) -> dict[str, CellChange]:
    """Cell → its first change in this round: `old` is what was there when it came back."""
    found: dict[str, CellChange] = {}
    for change in return_.changes.filter(round=return_.round).order_by("pk"):
        found.setdefault(change.cell, change)
    return found


def rows_of(return_: Return, block: str) -> list[dict[str, str]]:
    """The repeated rows of a block as they stand."""
    rows: Any = return_.rows.get(block) or []
    return [dict(row) for row in rows]
