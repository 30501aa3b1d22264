"""More time to answer, and the clock that rests: asked for, decided, told (Regulations 2022, art. 34)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.choices import UnitKind
from bureau.charter.models import Unit
from bureau.deadlines import services as clocks
from bureau.deadlines.choices import ClockState
from bureau.deadlines.models import Clock
from bureau.notices.services import tell
from bureau.workflow import services as workflow
from bureau.workflow.declare import Waiting
from bureau.workflow.models import HistoryEntry
from sections.office.letters.choices import OPEN
from sections.office.letters.clocks import REPLY
from sections.office.letters.models import Extension, Letter
from sections.office.letters.supervisors import leaders_of

Data = Mapping[str, Any]


def open_extension(letter: Letter) -> Extension | None:
    """The extension that waits for a decision."""
    return letter.extensions.filter(decided_on=None).select_related("asked_by").first()


def days_possible(letter: Letter) -> int:
    """How many days may still be added to the time to answer."""
    clock = clocks.open_clock(REPLY, letter)
    return clock.rule.extension_length - clock.extension if clock else 0


# -- asking -----------------------------------------------------------------------------------------------


def why_not_asked(letter: Letter, by: Principal) -> str:
    clock = clocks.open_clock(REPLY, letter)
    if clock is None:
        return _("No time to answer runs for this letter.")
    if clock.is_late:
        return _("The time to answer has passed. More time is asked for before that.")
    if clock.extension >= clock.rule.extension_length:
        return _("The time to answer was extended already; the regulations allow no more.")
    if open_extension(letter) is not None:
        return _("More time was asked for already; a leader decides.")
    return ""


def ask_for_extension(letter: Letter, by: Principal, data: Data) -> None:
    """Runs in the step of the letter, which holds its lock: two at once cannot both ask."""
    if not isinstance(by, User):
        raise workflow.NotPermitted(_("This record is not open to you."))
    most = days_possible(letter)
    if not 0 < data["days"] <= most:
        sentence = _("Enter at most %(days)d days: that is what the regulations leave.") % {"days": most}
        raise workflow.Invalid(sentence, {"days": [sentence]})
    Extension.objects.create(
        letter=letter,
        days=data["days"],
        reason=reason_of(letter, "ask_extension"),
        asked_on=timezone.localdate(),
        asked_by=by,
    )
    tell(
        "letters.extension_asked",
        to=leaders_of(letter, "grant_extension"),
        params={"number": letter.number},
        record=letter,
    )


def reason_of(letter: Letter, step: str) -> str:
    """The reason given with the step that is being taken: its line of history is written already."""
    rows = HistoryEntry.objects.filter(kind=letter._meta.label_lower, object_id=letter.pk, transition=step)
    return rows.latest("pk").reason


def waits_for_leader(letter: Letter, due: date | None) -> Iterator[Waiting]:
    """An extension that was asked for waits for the leaders of the bureau."""
    if letter.status in OPEN and open_extension(letter) is not None:
        bureau = Unit.objects.filter(kind=UnitKind.BUREAU, is_active=True).first()
        if bureau is not None:
            yield Waiting("grant_extension", unit=bureau, due=due)


# -- deciding ---------------------------------------------------------------------------------------------


def why_not_decided(letter: Letter, by: Principal) -> str:
    asked = open_extension(letter)
    clock = clocks.open_clock(REPLY, letter)
    if asked is None or clock is None:
        return _("Nobody has asked for more time.")
    if not clocks.may_extend(clock, by):
        return _("Another role decides about this extension. Ask for it there.")
    if isinstance(by, User) and asked.asked_by_id == by.pk:
        return _("You asked for this; somebody else must decide.")
    return ""


def grant_extension(letter: Letter, by: Principal, data: Data) -> None:
    """The date moves; the writer reads the new one, the reason and how it was computed."""
    asked, clock = _asked(letter), clocks.open_clock(REPLY, letter)
    if clock is None:
        raise workflow.Invalid(_("No time to answer runs for this letter."))
    moved = clocks.extend(clock, by=by, days=asked.days, reason=asked.reason)
    asked.is_granted, asked.new_due_on = True, moved.due_on
    _decided(asked, by)
    _tell_asker(asked, "letters.extension_granted")


def refuse_extension(letter: Letter, by: Principal, data: Data) -> None:
    asked = _asked(letter)
    _decided(asked, by)
    _tell_asker(asked, "letters.extension_refused")


def _asked(letter: Letter) -> Extension:
    asked = open_extension(letter)
    if asked is None:
        raise workflow.Invalid(_("Nobody has asked for more time."))
    return asked


def _decided(asked: Extension, by: Principal) -> None:
    asked.decided_on = timezone.localdate()
    asked.decided_by = by if isinstance(by, User) else None
    asked.full_clean()
    asked.save()


def _tell_asker(asked: Extension, kind: str) -> None:
    tell(kind, to=[asked.asked_by], params={"number": asked.letter.number}, record=asked.letter)


# -- resting ----------------------------------------------------------------------------------------------


def why_not_paused(letter: Letter, by: Principal) -> str:
    if _reply_clock(letter, ClockState.RUNNING) is None:
        return _("No time to answer is running for this letter.")
    return ""


def why_not_resumed(letter: Letter, by: Principal) -> str:
    if _reply_clock(letter, ClockState.PAUSED) is None:
        return _("The time to answer is not stopped.")
    return ""


def pause(letter: Letter, by: Principal, data: Data) -> None:
    """Days on which the bureau waits for the writer or for a hearing do not count."""
    clock = _reply_clock(letter, ClockState.RUNNING)
    if clock is not None:
        clocks.pause(clock, by=by, reason=reason_of(letter, "pause"))


def resume(letter: Letter, by: Principal, data: Data) -> None:
    clock = _reply_clock(letter, ClockState.PAUSED)
    if clock is not None:
        clocks.resume(clock, by=by, reason=reason_of(letter, "resume"))


def _reply_clock(letter: Letter, state: str) -> Clock | None:
    clock = clocks.open_clock(REPLY, letter)
    return clock if clock is not None and clock.state == state else None
