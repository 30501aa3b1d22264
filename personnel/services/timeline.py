"""Lines of the timeline."""

from __future__ import annotations

from datetime import date

from bureau.accounts.principals import Principal
from personnel.choices import EventKind
from personnel.models import CareerEvent, Teacher
from schools.models import School
from schools.models.tables import CodeTable


def line(
    teacher: Teacher,
    kind: EventKind,
    *,
    on: date,
    by: Principal,
    school: School | None = None,
    texts: tuple[str, str] = ("", ""),
) -> CareerEvent:
    """An unsaved line. `texts`: English and Chinese, without anything personal."""
    return CareerEvent(
        teacher=teacher,
        kind=kind,
        on=on,
        school=school,
        text=texts[0][:300],
        text_zh=texts[1][:300],
        by_id=by.audit_id,
        by_name=by.audit_name[:100],
    )


def note(
    teacher: Teacher,
    kind: EventKind,
    *,
    on: date,
    by: Principal,
    school: School | None = None,
    texts: tuple[str, str] = ("", ""),
) -> CareerEvent:
    """Write a line."""
    found = line(teacher, kind, on=on, by=by, school=school, texts=texts)
    found.save()
    return found


def names(*rows: CodeTable | None) -> tuple[str, str]:
    """Names of entries of code tables, in both languages."""
    known = [row for row in rows if row is not None]
    return " · ".join(row.name for row in known), " · ".join(row.name_zh for row in known)
