"""Invented letters of the last half year, on every channel and with every ending.

They are taken over as from an earlier register: walking each of them through every step would take half a minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from bureau.accounts.models import User
from bureau.accounts.principals import System
from bureau.charter.models import Unit
from bureau.deadlines import services as deadlines
from bureau.deadlines.models import Clock
from bureau.identifiers import codes, series
from bureau.workflow import services as workflow
from schools.models import School
from sections.office.letters.choices import Channel, Ground, Kind, Outcome, Solved, Status
from sections.office.letters.clocks import REPLY
from sections.office.letters.demo_texts import TEXTS
from sections.office.letters.models import Letter
from sections.office.letters.services import CODE_PURPOSE

if TYPE_CHECKING:
    from bureau.demo import DemoRun

NAME, PHONE = "演示人", "13800000000"
MAKER = System("invented letters")
CHANNELS = (
    Channel.WEB,
    Channel.WEB,
    Channel.POST,
    Channel.PHONE,
    Channel.WEB,
    Channel.VISIT,
    Channel.WEB,
    Channel.MAYORS_LINE,
)
OUTCOMES = (Outcome.SUPPORTED, Outcome.EXPLAINED, Outcome.EXPLAINED, Outcome.NOT_SUPPORTED)
VERDICTS = (Solved.YES, Solved.YES, Solved.PARTLY, Solved.NO, "")
PAST, FIRST_DAY, STRIDE = 46, 7, 4  # how many, how many days ago the newest came, days between two
BATCH = 4  # letters of the mayor's line that came in yesterday
ACCEPTED_AFTER = 3  # days
LATE, EXTENDED = 66, 75  # days until the answer; the second after an extension of 30


@dataclass(frozen=True)
class Staff:
    """Who handles the invented letters; `writers`: key of the section → its clerk."""

    clerk: User
    office: Unit
    writers: dict[str, tuple[Unit, User]]
    schools: Sequence[School]

    def answering(self, key: str) -> tuple[Unit, User]:
        return self.writers.get(key) or next(iter(self.writers.values()))


@dataclass(frozen=True)
class Made:
    """A letter with its ending: not stored yet."""

    letter: Letter
    status: Status
    accepted_on: date | None = None
    answered_on: date | None = None
    is_extended: bool = False


def seed_past(run: DemoRun, staff: Staff) -> int:
    made = [_made(run, staff, number) for number in range(PAST)]
    stored = []
    for status in dict.fromkeys(one.status for one in made):
        same = [one.letter for one in made if one.status == status]
        stored += workflow.take_over(same, status=status, by=MAKER)
    for one in made:
        _run_clock(one)
    workflow.draw_items(stored)  # an item says the day of its clock
    _batch(run, staff)
    return PAST + BATCH


def _made(run: DemoRun, staff: Staff, number: int) -> Made:
    days = FIRST_DAY + number * STRIDE
    letter = _letter(run, staff, number, TEXTS[number % len(TEXTS)], days)
    match number % 12:
        case 5:
            letter.ground = Ground.REPEATED
            return _ended(run, letter, Status.DECLINED, days - 5)
        case 9:
            letter.referred_to = "市交通运输局"
            return _ended(run, letter, Status.REFERRED, days - 5)
        case 11:
            return _ended(run, letter, Status.WITHDRAWN, days - 2)
        case _:
            return _handled(run, staff, letter, number, days)


def _letter(run: DemoRun, staff: Staff, number: int, text: Sequence[Any], days: int) -> Letter:
    kind, title, body, names_school, *_more = text
    received_on = _day(run, days)
    channel = CHANNELS[number % len(CHANNELS)]
    return Letter(
        number=f"L{received_on.year}-{series.draw('letters', received_on.year):06d}",
        code_digest=codes.digest(CODE_PURPOSE, codes.new_code()),
        kind=kind,
        title=title,
        body=body,
        channel=channel,
        school=run.dice.choice(staff.schools) if names_school and staff.schools else None,
        sender_name=NAME,
        sender_phone=PHONE,
        outside_number=f"SZ{run.today:%Y}{number:05d}" if channel == Channel.MAYORS_LINE else "",
        owner=staff.office,
        received_on=received_on,
    )


def _ended(run: DemoRun, letter: Letter, status: Status, days: int) -> Made:
    letter.closed_on = _day(run, days)
    return Made(letter, status)


def _handled(run: DemoRun, staff: Staff, letter: Letter, number: int, days: int) -> Made:
    """Accepted and answered: most in some weeks, some late, some after an extension, some not yet."""
    text = TEXTS[number % len(TEXTS)]
    unit, writer = staff.answering(text[4])
    needed = {3: LATE, 7: EXTENDED}.get(number % 10, 12 + number * 5 % 40)
    letter.unit = unit
    accepted_on = _day(run, days - ACCEPTED_AFTER)
    if needed >= days:
        return Made(letter, Status.ASSIGNED, accepted_on, None, needed == EXTENDED)
    letter.answer, letter.drafted_by = text[5], writer
    letter.outcome = OUTCOMES[number % len(OUTCOMES)] if letter.kind == Kind.REQUEST else ""
    letter.answered_on = letter.closed_on = _day(run, days - needed)
    _said(run, letter, number, days - needed)
    return Made(letter, Status.ANSWERED, accepted_on, letter.answered_on, needed == EXTENDED)


def _said(run: DemoRun, letter: Letter, number: int, days: int) -> None:
    """What the writer said after the answer."""
    if number % 3:
        letter.rating = (5, 4, 4, 3, 2)[number % 5]
    if days > 30:
        letter.solved_asked_on = _day(run, days - 28)
        letter.solved = VERDICTS[number % len(VERDICTS)]
        letter.solved_on = _day(run, days - 30) if letter.solved else None


def _run_clock(made: Made) -> None:
    """The time to answer, as it ran."""
    if made.accepted_on is None:
        return
    clock = deadlines.start(REPLY, made.letter, by=MAKER, on=made.accepted_on)
    if made.is_extended:
        _extend(clock, 30)
    if made.answered_on is not None:
        deadlines.stop(REPLY, made.letter, by=MAKER, on=made.answered_on)


def _extend(clock: Clock, days: int) -> None:
    """As if a leader had agreed in time."""
    more = timedelta(days=days)
    clock.extension = days
    clock.due_on, clock.unrolled_on, clock.alarm_on = (
        clock.due_on + more,
        clock.unrolled_on + more,
        clock.alarm_on + more,
    )
    clock.save()


def _batch(run: DemoRun, staff: Staff) -> None:
    """A sheet of the mayor's line that came in yesterday."""
    at = timezone.make_aware(datetime.combine(_day(run, 1), time(16, 30)))
    for number in range(BATCH):
        letter = _letter(run, staff, 1000 + number, TEXTS[(number * 5 + 1) % len(TEXTS)], 1)
        fresh = Letter(
            kind=letter.kind,
            title=letter.title,
            body=letter.body,
            channel=Channel.MAYORS_LINE,
            school=letter.school,
            sender_name=NAME,
            sender_phone=PHONE,
            outside_number=f"SZ{run.today:%Y%m}{900 + number}",
            received_on=letter.received_on,
        )
        data = {"token": f"demo-line-{number}", "on": fresh.received_on}
        workflow.perform(fresh, "take_in", by=staff.clerk, data=data, at=at)


def _day(run: DemoRun, days_ago: int) -> date:
    return run.today - timedelta(days=days_ago)
