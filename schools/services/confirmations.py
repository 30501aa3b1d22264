"""Asking schools to look through their records, and reminding those that have not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.accounts.principals import Principal
from bureau.notices.services import tell_unit
from bureau.workflow.declare import Data
from bureau.workflow.refusals import Invalid
from bureau.workflow.services import perform
from schools.choices import ConfirmationStatus
from schools.models import Confirmation, School
from schools.models.school import ENDED
from schools.services.telling import name_of

# A school is reminded a week before the day and every week after it.
REMIND_BEFORE = timedelta(days=7)
REMIND_EVERY = timedelta(days=7)
MOST_AT_ONCE = 300


@transaction.atomic
def ask_to_confirm(*, schools: Iterable[School], due_on: date, by: Principal) -> list[Confirmation]:
    """Ask each school that was not asked this year. Raises Invalid for a past day."""
    today = timezone.localdate()
    if due_on <= today:
        sentence = _("Choose a day after today.")
        raise Invalid(sentence, {"due_on": [sentence]})
    asked = set(Confirmation.objects.filter(year=today.year).values_list("school_id", flat=True))
    wanted = [school for school in schools if school.pk not in asked and school.is_in_use]
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid(
            _("These are %(count)s schools; ask at most %(most)s at once. Choose a stage or a district.")
            % {"count": len(wanted), "most": MOST_AT_ONCE}
        )
    return [
        perform(Confirmation(school=school, year=today.year, asked_on=today, due_on=due_on), "ask", by=by)
        for school in wanted
    ]


def confirm(confirmation: Confirmation, by: Principal, data: Data) -> None:
    """Effect of `confirm`: the record is right as of today."""
    confirmation.confirmed_on = timezone.localdate()
    School.objects.filter(pk=confirmation.school_id).update(as_of=confirmation.confirmed_on)


@transaction.atomic
def remind_schools(*, on: date | None = None) -> int:
    """Tell the schools whose day is near or past. Running it twice on a day reminds once."""
    today = on or timezone.localdate()
    rows = Confirmation.objects.filter(
        status=ConfirmationStatus.ASKED, due_on__lte=today + REMIND_BEFORE
    ).select_related("school__unit")
    rows = rows.exclude(school__status__in=ENDED)  # nobody is left there who could confirm
    due = [row for row in rows if row.reminded_on is None or row.reminded_on <= today - REMIND_EVERY]
    for row in due:
        _remind(row, today)
    return len(due)


def _remind(row: Confirmation, today: date) -> None:
    row.reminders += 1
    row.reminded_on = today
    row.save(update_fields=["reminders", "reminded_on"])
    tell_unit(
        "schools.confirmation_due",
        unit=row.school.unit,
        params={"school": name_of(row.school), "due": row.due_on},
        record=row,
    )
