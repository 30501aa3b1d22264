"""Starting, stopping and moving clocks. Each change is an event; a date never moves silently."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal, System
from bureau.audit.services import record as audit
from bureau.charter.choices import Role
from bureau.deadlines.calendar import load
from bureau.deadlines.choices import ClockAct, ClockState
from bureau.deadlines.clocks import MOVED
from bureau.deadlines.counting import Calendar, count
from bureau.deadlines.errors import ClockError, MayNotExtend
from bureau.deadlines.models import Clock, ClockEvent, ClockRule
from bureau.deadlines.selectors import kind_of, rule_in_force
from bureau.deadlines.selectors import open_clock as open_clock

EXTEND = "deadlines.clock.extend"  # the verb that a System principal needs


@transaction.atomic
def start(matter: str, record: Model, *, by: Principal, on: date | None = None, reason: str = "") -> Clock:
    """Start the clock of `matter` for the event on day `on` (today).

    A clock that runs already starts again from the new day. Raises ClockError where no rule is in force.
    """
    day = on or timezone.localdate()
    rule = rule_in_force(matter, day)
    if rule is None:
        raise ClockError(
            _("No clock rule is in force for this matter on this day. Add one to the calendar page.")
        )
    running = open_clock(matter, record)
    if running is not None:
        return _restart(running, rule, by=by, on=day, reason=reason)
    clock = Clock(matter=matter, rule=rule, object_kind=kind_of(record), object_id=record.pk, started_on=day)
    _set_dates(clock, load())
    clock.full_clean()
    clock.save()
    _log(clock, ClockAct.STARTED, by=by, on=day, reason=reason)
    return clock


@transaction.atomic
def stop(
    matter: str, record: Model, *, by: Principal, on: date | None = None, reason: str = ""
) -> Clock | None:
    """Stop the clock of `matter`; None if none runs."""
    clock = open_clock(matter, record)
    if clock is None:
        return None
    day = on or timezone.localdate()
    clock.state, clock.stopped_on, clock.paused_on = ClockState.STOPPED, day, None
    clock.save(update_fields=["state", "stopped_on", "paused_on"])
    _log(clock, ClockAct.STOPPED, by=by, on=day, reason=reason)
    return clock


def may_extend(clock: Clock, by: Principal) -> bool:
    """Whether the rule lets this principal extend: by role, or a System that declares the verb."""
    if isinstance(by, System):
        return EXTEND in by.verbs
    roles = [Role(value) for value in clock.rule.extended_by]
    return isinstance(by, User) and by.is_active and standing(by).has_role(*roles)


@transaction.atomic
def extend(clock: Clock, *, by: Principal, days: int, reason: str) -> Clock:
    """Add `days` of the rule's unit, at most what the rule allows in all. Raises ClockError, MayNotExtend."""
    clock = _locked(clock)
    if not clock.rule.extension_length:
        raise MayNotExtend(_("The law allows no extension in this matter."))
    if not may_extend(clock, by):
        raise MayNotExtend(_("Another role decides about this extension. Ask for it there."))
    if not reason.strip():
        raise ClockError(_("Give the reason for the extension; the person concerned is told."))
    left = clock.rule.extension_length - clock.extension
    if not 0 < days <= left:
        raise ClockError(_("The extension is longer than the rule allows. Choose a shorter one."))
    clock.extension += days
    return _moved(clock, ClockAct.EXTENDED, by=by, on=timezone.localdate(), reason=reason)


@transaction.atomic
def pause(clock: Clock, *, by: Principal, reason: str, on: date | None = None) -> Clock:
    """Stop counting after day `on`. Raises ClockError."""
    clock = _locked(clock)
    day = on or timezone.localdate()
    if clock.state != ClockState.RUNNING:
        raise ClockError(_("Only a running clock can be paused."))
    if not reason.strip():
        raise ClockError(_("Give the reason for the pause."))
    clock.state, clock.paused_on = ClockState.PAUSED, max(day, clock.started_on)
    clock.save(update_fields=["state", "paused_on"])
    _log(clock, ClockAct.PAUSED, by=by, on=day, reason=reason)
    return clock


@transaction.atomic
def resume(clock: Clock, *, by: Principal, reason: str = "", on: date | None = None) -> Clock:
    """Count again from the day after `on`; the date moves by the days in between. Raises ClockError."""
    clock = _locked(clock)
    day = on or timezone.localdate()
    if clock.state != ClockState.PAUSED or clock.paused_on is None:
        raise ClockError(_("Only a paused clock can run again."))
    if day < clock.paused_on:
        raise ClockError(_("A clock cannot run again before the day on which it was paused."))
    clock.pauses = [*clock.pauses, [clock.paused_on.isoformat(), day.isoformat()]]
    clock.state, clock.paused_on = ClockState.RUNNING, None
    return _moved(clock, ClockAct.RESUMED, by=by, on=day, reason=reason)


@dataclass(frozen=True)
class Move:
    """Where an open clock would go."""

    clock: Clock
    old_due_on: date
    new_due_on: date
    new_alarm_on: date
    is_provisional: bool

    @property
    def is_later(self) -> bool:
        return self.new_due_on > self.old_due_on

    @property
    def changes_date(self) -> bool:
        return self.new_due_on != self.old_due_on


def moves(calendar: Calendar, clocks: Iterable[Clock] | None = None) -> list[Move]:
    """Which open clocks another calendar would change, by date or in being provisional. Writes nothing."""
    if clocks is None:
        clocks = Clock.objects.exclude(state=ClockState.STOPPED).select_related("rule")
    found = []
    for clock in clocks:
        end = count(clock.started_on, clock.period, calendar)
        new = (end.day, end.earliest, end.provisional)
        if new != (clock.due_on, clock.alarm_on, clock.is_provisional):
            found.append(Move(clock, clock.due_on, *new))
    return found


@transaction.atomic
def recompute_open(*, by: Principal, reason: str = "") -> list[Move]:
    """Bring every open clock in line with the calendar and its rule; log and tell each date that moves."""
    calendar = load()
    locked = Clock.objects.select_for_update(of=("self",)).exclude(state=ClockState.STOPPED)
    found = moves(calendar, locked.select_related("rule").order_by("pk"))
    for move in found:
        _moved(move.clock, ClockAct.MOVED, by=by, on=timezone.localdate(), reason=reason, calendar=calendar)
    return found


@transaction.atomic
def change_rule(rule: ClockRule, *, by: Principal) -> ClockRule:
    """Save a new version of a matter's rule, given unsaved. Clocks that run keep the rule they began with."""
    latest = ClockRule.objects.filter(matter=rule.matter).order_by("-valid_from").first()
    if latest is not None and rule.valid_from <= latest.valid_from:
        raise ClockError(_("The new rule must begin after the one before it. Choose a later day."))
    if Clock.objects.filter(matter=rule.matter, started_on__gte=rule.valid_from).exists():
        raise ClockError(_("Clocks of this matter began on or after this day. Choose a later day."))
    rule.full_clean()
    rule.save()
    audit("deadlines.clockrule.changed", by=by, obj=rule, detail={"matter": rule.matter})
    return rule


def _restart(clock: Clock, rule: ClockRule, *, by: Principal, on: date, reason: str) -> Clock:
    if clock.started_on == on and clock.state == ClockState.RUNNING:
        return clock
    clock.rule, clock.started_on, clock.extension, clock.pauses = rule, on, 0, []
    clock.state, clock.paused_on = ClockState.RUNNING, None
    return _moved(clock, ClockAct.RESTARTED, by=by, on=on, reason=reason)


def _locked(clock: Clock) -> Clock:
    found = Clock.objects.select_for_update(of=("self",)).select_related("rule").get(pk=clock.pk)
    if found.state == ClockState.STOPPED:
        raise ClockError(_("This clock has been stopped."))
    return found


def _set_dates(clock: Clock, calendar: Calendar) -> None:
    end = count(clock.started_on, clock.period, calendar)
    clock.due_on, clock.unrolled_on = end.day, end.unrolled or end.day
    clock.alarm_on, clock.is_provisional = end.earliest, end.provisional


def _moved(
    clock: Clock, act: ClockAct, *, by: Principal, on: date, reason: str, calendar: Calendar | None = None
) -> Clock:
    """Compute the dates anew, save, log, and tell the floor that owns the record if the date moved."""
    old_due_on = clock.due_on
    _set_dates(clock, calendar or load())
    clock.full_clean()
    clock.save()
    event = _log(clock, act, by=by, on=on, reason=reason, old_due_on=old_due_on)
    tell = MOVED.get(clock.object_kind)
    if tell is not None and clock.due_on != old_due_on:
        tell(clock, event)
    return clock


def _log(
    clock: Clock, act: ClockAct, *, by: Principal, on: date, reason: str, old_due_on: date | None = None
) -> ClockEvent:
    return ClockEvent.objects.create(
        clock=clock,
        act=act,
        on=on,
        by_kind=by.audit_kind,
        by_id=by.audit_id,
        by_name=by.audit_name,
        reason=reason[:500],
        old_due_on=old_due_on,
        new_due_on=clock.due_on,
    )
