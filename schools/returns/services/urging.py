"""Urging schools by hand: the section, or the county bureau for its own schools; once a day and return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.access.services import permitted
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.audit import services as audit
from bureau.charter.choices import UnitKind
from bureau.charter.models import Unit
from bureau.notices.kinds import Value
from bureau.notices.services import tell_unit
from bureau.workflow.refusals import Invalid
from schools.models.school import ENDED
from schools.returns.choices import WITH_SCHOOL, CollectionStatus, ReminderLevel
from schools.returns.models import Reminder, Return
from schools.returns.notices import URGED, URGED_MANY
from schools.returns.selectors.contacts import due_of
from schools.services.telling import name_of

# What one page sends in one go; more would keep the person waiting.
MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Urged:
    """`already`: returns of which the school was urged today, by anybody."""

    schools: int
    returns: int
    already: int


def open_for_urging(by: User, day: date | None = None) -> QuerySet[Return]:
    """Returns that lie with a school which could act on them."""
    today = day or timezone.localdate()
    return (
        permitted(by, "urge", Return)
        .filter(
            status__in=WITH_SCHOOL,
            collection__status=CollectionStatus.ISSUED,
            collection__is_past=False,
            collection__opens_on__lte=today,
        )
        .exclude(school__status__in=ENDED)
    )


def urge(*, returns: Iterable[int], by: User, text: str = "") -> Urged:
    """One notice to each school, whatever the number of its returns. Raises Invalid with a sentence."""
    keys = set(returns)
    if len(keys) > MOST_AT_ONCE:
        sentence = _(
            "These are %(count)s returns; urge at most %(most)s at once. Choose a form or a district."
        )
        raise Invalid(sentence % {"count": len(keys), "most": MOST_AT_ONCE})
    today = timezone.localdate()
    with transaction.atomic():
        rows = list(_locked(open_for_urging(by, today), keys))
        if not rows:
            raise Invalid(_("None of these returns lies with a school that you may urge."))
        told = set(_urged_on(today, rows).values_list("owner_return", flat=True))
        fresh = [row for row in rows if row.pk not in told]
        _write(fresh, by, text, today)
        schools = 0
        for _school, group in groupby(fresh, key=lambda row: row.school_id):
            _tell(list(group), by, text)
            schools += 1
    return Urged(schools, len(fresh), len(rows) - len(fresh))


def said(done: Urged) -> str:
    """What happened, for the person."""
    parts = []
    if done.schools:
        words = ngettext("%(count)s school was urged.", "%(count)s schools were urged.", done.schools)
        parts.append(words % {"count": done.schools})
    if done.already:
        words = ngettext(
            "%(count)s return was urged today already. Once a day is enough.",
            "%(count)s returns were urged today already. Once a day is enough.",
            done.already,
        )
        parts.append(words % {"count": done.already})
    return " ".join(parts)


def _locked(rows: QuerySet[Return], keys: set[int]) -> QuerySet[Return]:
    """Two people who urge at once wait for each other: the second finds what the first wrote."""
    pks = list(rows.filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))
    list(Return.objects.select_for_update().filter(pk__in=pks).order_by("pk").values_list("pk"))
    found = Return.objects.filter(pk__in=pks).defer("values", "reasons", "rows")
    related = ("school__unit", "school__managed_by", "collection", "owner")
    return found.select_related(*related).order_by("school_id", "collection__due_on", "pk")


def _urged_on(day: date, rows: list[Return]) -> QuerySet[Reminder]:
    return Reminder.objects.filter(owner_return__in=rows, level=ReminderLevel.URGED, on=day)


def _write(rows: list[Return], by: User, text: str, day: date) -> None:
    Reminder.objects.bulk_create(
        Reminder(
            owner_return=row,
            level=ReminderLevel.URGED,
            on=day,
            due_on=due_of(row),
            text=text[:300],
            by_name=by.audit_name[:100],
        )
        for row in rows
    )
    if rows:
        detail = {"count": len(rows), "returns": [row.pk for row in rows]}
        audit.record("schools.return.urged", by=by, detail=detail)


def _tell(rows: list[Return], by: User, text: str) -> None:
    """Of one school: the return itself where it is one, else its list of what is to do."""
    first = rows[0]
    unit = _speaks(by, first)
    params: dict[str, Value] = {
        "unit": _both(unit.name_zh, unit.name),
        "school": name_of(first.school),
        "due": due_of(first),
    }
    if len(rows) == 1:
        params["title"] = _both(first.collection.title_zh, first.collection.title)
        tell_unit(URGED, unit=first.school.unit, params=params, record=first)
    else:
        params["count"] = len(rows)
        tell_unit(URGED_MANY, unit=first.school.unit, params=params, url=reverse("school:inbox"))


def _speaks(by: User, row: Return) -> Unit:
    """In whose name: the county bureau of the person where it manages the school, else the section in charge."""
    mine = {post.unit_id for post in standing(by).posts if post.unit_kind == UnitKind.DISTRICT}
    return row.school.managed_by if row.school.managed_by_id in mine else row.owner


def _both(chinese: str, english: str) -> Mapping[str, str]:
    return {"zh": chinese, "en": english}
