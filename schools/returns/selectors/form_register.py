"""What anyone may read about the forms that schools fill in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC
from bureau.charter.models import Unit
from schools.returns.choices import PARTS, CollectionStatus, Period, VersionStatus
from schools.returns.definition import Definition
from schools.returns.designer.blank import blank
from schools.returns.models import Collection, Form, FormVersion, Return


@dataclass(frozen=True)
class PublicForm:
    """A form in use; of its last collection when it went out, and how many schools were asked."""

    code: str
    name_zh: str
    name: str
    purpose_zh: str
    purpose: str
    owner: Unit
    legal_basis: str
    expires_on: date | None
    period: str
    times: int  # in a year; 0 for a form that is asked once
    minutes: int
    content: Definition
    stages: tuple[str, ...]  # asked last time; all where empty
    issued_on: date | None
    schools: int

    @property
    def minutes_a_year(self) -> int:
        return self.minutes * self.times

    @property
    def parts(self) -> list[dict[str, Any]]:
        return blank(self.content)


def public_forms() -> list[PublicForm]:
    """The forms of the public register in the order of their owners; the same number of queries for any number."""
    forms = permitted(PUBLIC, "view", Form).select_related("owner").order_by("owner__order", "code")
    return _rows(list(forms))


def public_form(code: str) -> PublicForm | None:
    return next(
        iter(_rows(list(permitted(PUBLIC, "view", Form).filter(code=code).select_related("owner")))), None
    )


def _rows(forms: Sequence[Form]) -> list[PublicForm]:
    used = FormVersion.objects.filter(status=VersionStatus.FROZEN, form__in=forms)
    versions = {version.form_id: version for version in used}
    last = _last_collections(forms)
    asked = Return.objects.filter(collection__in=[row.pk for row in last.values()]).order_by()
    counts = dict(asked.values_list("collection_id").annotate(count=Count("pk")))
    return [_row(form, versions[form.pk], last.get(form.pk), counts) for form in forms if form.pk in versions]


def _last_collections(forms: Sequence[Form]) -> dict[int, Collection]:
    found = Collection.objects.filter(
        version_of_form__form__in=forms,
        status__in=(CollectionStatus.ISSUED, CollectionStatus.LOCKED),
        is_past=False,
        issued_on__isnull=False,
    )
    rows = found.select_related("version_of_form").order_by("issued_on", "pk")
    return {row.version_of_form.form_id: row for row in rows}


def _row(form: Form, version: FormVersion, last: Collection | None, counts: dict[int, int]) -> PublicForm:
    return PublicForm(
        code=form.code,
        name_zh=form.name_zh,
        name=form.name,
        purpose_zh=form.purpose_zh,
        purpose=form.purpose,
        owner=form.owner,
        legal_basis=form.legal_basis,
        expires_on=form.expires_on,
        period=form.get_period_display(),
        times=times_a_year(form.period),
        minutes=form.minutes,
        content=version.content,
        stages=tuple(last.stages) if last else (),
        issued_on=last.issued_on if last else None,
        schools=counts.get(last.pk, 0) if last else 0,
    )


def times_a_year(period: str) -> int:
    return 0 if period == Period.ONCE else PARTS[Period(period)] or 1


def minutes_a_year(rows: Sequence[PublicForm], stage: str) -> int:
    """What the forms cost a school with this one stage, by their own estimate."""
    return sum(row.minutes_a_year for row in rows if _asks(row, stage))


def _asks(row: PublicForm, stage: str) -> bool:
    asked = not row.stages or stage in row.stages
    return asked and bool(row.content.for_stages(frozenset({stage})).parts)
