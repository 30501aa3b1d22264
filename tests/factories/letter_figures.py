"""Letters with dates of one's choice, written straight into the tables: figures count what stands there."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from django.utils import timezone

from bureau.charter.models import Unit
from bureau.deadlines.choices import ClockState
from bureau.deadlines.models import Clock, ClockRule
from sections.office.letter_figures.models import LetterReport
from sections.office.letter_figures.services import DRAFTER, draft_report
from sections.office.letters.choices import Channel, Kind, Outcome, Status
from sections.office.letters.clocks import REPLY
from sections.office.letters.models import Letter
from tests.factories.schools import UnitFactory

_numbers = itertools.count(1)


def letter(received: date, status: Status = Status.RECEIVED, *, unit: str = "", **fields: Any) -> Letter:
    """A stored letter; `unit` by key. Answered ones get a text."""
    number = next(_numbers)
    answered = {"answer": "Done.", "outcome": Outcome.EXPLAINED} if status == Status.ANSWERED else {}
    values = {
        "number": f"F{received.year}-{number:06d}",
        "code_digest": f"{number:064d}",
        "kind": Kind.REQUEST,
        "channel": Channel.WEB,
        "title": f"Letter {number}",
        "body": "Text",
        "sender_name": "Wang Example",
        "received_on": received,
        "owner": Unit.objects.get(key="office"),
        "unit": Unit.objects.get(key=unit) if unit else None,
        **answered,
        **fields,
    }
    made = Letter(**values)
    made.status = status
    made.save()
    return made


def clock(
    of: Letter,
    started: date,
    due: date,
    stopped: date | None = None,
    *,
    matter: str = REPLY,
    extension: int = 0,
    paused: date | None = None,
) -> Clock:
    state = ClockState.STOPPED if stopped else ClockState.PAUSED if paused else ClockState.RUNNING
    return Clock.objects.create(
        matter=matter,
        rule=ClockRule.objects.filter(matter=matter).latest("valid_from"),
        object_kind=Letter._meta.label_lower,
        object_id=of.pk,
        started_on=started,
        due_on=due,
        unrolled_on=due,
        alarm_on=due,
        extension=extension,
        stopped_on=stopped,
        paused_on=paused,
        state=state,
    )


def answered(received: date, on: date, due: date, *, extension: int = 0, **fields: Any) -> Letter:
    """Accepted on the day of receipt, answered `on`, promised for `due`."""
    made = letter(received, Status.ANSWERED, answered_on=on, closed_on=on, **fields)
    clock(made, received, due, on, extension=extension)
    return made


def report(month: date) -> LetterReport:
    return draft_report(month=month, by=DRAFTER)


def stored_report() -> LetterReport:
    """A report past its steps, fit for either status."""
    made = LetterReport(
        month=date(2020, 1, 1),
        owner=Unit.objects.first() or UnitFactory(),
        counted_at=timezone.now(),
        released_on=date(2020, 2, 3),
        seal="-",
    )
    return LetterReport.objects.bulk_create([made])[0]
