"""Past years as locked collections with accepted returns: written in bulk, with changes, history and figures."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from bureau.accounts.models import User
from bureau.inserts import insert_rows
from bureau.workflow.services import amend_many, take_over
from schools.models import School
from schools.returns.choices import PARTS, CellSource, CollectionStatus, Period, ReturnStatus, TermKey
from schools.returns.models import CellChange, Collection, FormVersion, Return
from schools.returns.services import figures
from schools.returns.services.terms import day_of_year

# School, year, part, what was imported before, cell → canonical text that is to stand there.
Entry = tuple[School, int, int, Return | None, Mapping[str, str]]


def period_end(period: Period, year: int, part: int) -> date:
    """The last day of a period. School years and terms end as the table of periods says."""
    if period in (Period.SCHOOL_YEAR, Period.TERM):
        key = TermKey.FIRST_TERM_ENDS if period == Period.TERM and part == 1 else TermKey.YEAR_ENDS
        return day_of_year(key, year + 1)
    if not PARTS[period]:
        return date(year, 12, 31)
    month = part * 12 // PARTS[period]
    return date(year, month, calendar.monthrange(year, month)[1])


@transaction.atomic
def keep(*, version: FormVersion, rows: Sequence[Entry], by: User) -> list[Return]:
    """New and changed past returns with their figures; all or nothing. Rights and values were checked before."""
    collections: dict[tuple[int, int], Collection] = {}
    for _school, year, part, record, _values in rows:
        if record is None and (year, part) not in collections:
            collections[year, part] = _collection(version, year, part, by)
    new = [_return(version, entry, collections[entry[1], entry[2]]) for entry in rows if entry[3] is None]
    take_over(new, status=ReturnStatus.ACCEPTED, by=by)
    changed = [
        _changed(record, values) for _school, _year, _part, record, values in rows if record is not None
    ]
    figures.remove([record for record, _before in changed])
    amend_many([(record, ["values", "entry"]) for record, _before in changed], by=by)
    written: list[tuple[Return, Mapping[str, str]]] = [*((record, {}) for record in new), *changed]
    _note_changes(written, by)
    for record, _before in written:
        # The whole form: which stages the school had then is not known.
        record.__dict__["_asked"] = record.form_version.content
    figures.write([record for record, _before in written])
    return [record for record, _before in written]


def _return(version: FormVersion, entry: Entry, collection: Collection) -> Return:
    school, _year, _part, _record, values = entry
    return Return(
        collection=collection,
        form_version=version,
        owner=collection.owner,
        school=school,
        values={key: value for key, value in values.items() if value != ""},
        entry=1,
        accepted_on=collection.locks_on,
    )


def _collection(version: FormVersion, year: int, part: int, by: User) -> Collection:
    """The one past collection of a form and period."""
    known = Collection.objects.filter(
        version_of_form__form_id=version.form_id, year=year, part=part, is_past=True
    ).select_related("owner")
    found = known.first()
    if found is not None:
        return found
    form = version.form
    ended = period_end(Period(form.period), year, part)
    said = f"{year}-{part}" if part else str(year)
    made = Collection(
        version_of_form=version,
        owner=form.owner,
        title_zh=f"{form.name_zh}（{said}，历史数据）"[:120],
        title=f"{form.name or form.name_zh} ({said}, past figures)"[:160],
        year=year,
        part=part,
        opens_on=ended,
        due_on=ended,
        locks_on=ended,
        issued_on=ended,
        is_past=True,
    )
    return take_over([made], status=CollectionStatus.LOCKED, by=by)[0]


def _changed(record: Return, values: Mapping[str, str]) -> tuple[Return, Mapping[str, str]]:
    """The record with its new values, and what stood there."""
    before = {key: record.values.get(key, "") for key in values}
    merged = {**record.values, **values}
    record.values = {key: value for key, value in merged.items() if value != ""}
    record.entry += 1
    return record, before


def _note_changes(written: Sequence[tuple[Return, Mapping[str, str]]], by: User) -> None:
    """Which figure came from the import; of changed returns the changed cells alone."""
    rows = [
        (record.pk, key, before.get(key, ""), record.values.get(key, ""), record.entry)
        for record, before in written
        for key in (before or record.values)
    ]
    insert_rows(
        CellChange,
        ("owner_return_id", "cell", "old", "new", "entry"),
        rows,
        {"source": CellSource.PAST, "by_id_then": by.pk, "by_name": by.audit_name[:100]},
    )
