"""Upload of the workbook of a return, 120 cells, beside the limited process that only reads its file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from bench.letters import _house
from bench.measuring import Report, in_turn

SIZE = 120
COLUMNS = 6
MOST_BESIDE_READING, MOST_SECONDS = 2, 1
READING, UPLOADING = "the limited process reads it", "upload: read, found, kept sealed, checked"


def run(size: int = SIZE) -> Report:
    report = Report(f"Workbook of a return, {size} cells")
    _house()
    record, clerk = _return(size)
    times = _measured(record, clerk)
    for name, took in times.items():
        report.row("Median of the runs", what=name, ms=took, beside=took / times[READING])
    ratio, seconds = times[UPLOADING] / times[READING], times[UPLOADING] / 1000
    report.goal(
        "upload beside reading alone", f"≤ {MOST_BESIDE_READING}×", ratio, is_met=ratio <= MOST_BESIDE_READING
    )
    report.goal("an upload is answered", f"< {MOST_SECONDS} s", seconds, is_met=seconds < MOST_SECONDS)
    return report


def _measured(record: Any, clerk: Any) -> dict[str, float]:
    from bureau.sheets.reading import read_every
    from schools.returns.workbook import uploading
    from schools.returns.workbook.making import workbook

    content = workbook(record)

    def upload() -> None:
        taken = uploading.take(record=record, name="return.xlsx", content=content, by=clerk)
        uploading.check(taken, record=record, by=clerk)
        taken.delete()

    return in_turn({READING: lambda: read_every(content), UPLOADING: upload})


def _return(size: int) -> tuple[Any, Any]:
    """One school with its clerk, and a return with half of its cells filled in."""
    from django.utils import timezone

    from bureau.accounts.models import User
    from bureau.charter.choices import Role
    from bureau.charter.models import Membership, Unit
    from schools.models import School
    from schools.returns.definition import CellSpec, Definition, Line, Part, Table, Words
    from schools.returns.models import Collection, Form, FormVersion, Return

    owner = Unit.objects.get(key="basic")
    columns = tuple(Line(f"c{number}", Words(f"第{number}列"), spec=CellSpec()) for number in range(COLUMNS))
    rows = tuple(Line(f"r{number}", Words(f"第{number}行")) for number in range(size // COLUMNS))
    definition = Definition((Part("p", Words("分表"), (Table("t", Words("表"), rows, columns),)),))
    form = Form.objects.create(
        code="bench", name_zh="测量", owner=owner, legal_basis="—", period="year", minutes=1
    )
    version = FormVersion.objects.create(
        form=form, number=1, status="frozen", frozen_on=date(2025, 1, 1), definition=definition.written()
    )
    today = timezone.localdate()
    collection = Collection.objects.create(
        version_of_form=version,
        owner=owner,
        title_zh="测量",
        year=today.year,
        opens_on=today,
        due_on=today,
        locks_on=today + timedelta(days=9),
        issued_on=today,
        status="issued",
    )
    school = School.objects.filter(unit__isnull=False).first()
    clerk = User.objects.create(username="bench.clerk", name="测量", password="!")  # noqa: S106
    Membership.objects.create(user=clerk, unit=school.unit, role=Role.SCHOOL_CLERK, since=date(2020, 1, 1))
    values = {key: "12" for place, key in enumerate(definition.cells) if place % 2}
    record = Return.objects.create(
        collection=collection, form_version=version, owner=owner, school=school, values=values
    )
    return record, clerk
