"""Clocks: start, stop, move, and what is written down about it."""

from datetime import date

import pytest
from django.db import IntegrityError

from bureau.accounts.models import User
from bureau.accounts.principals import PUBLIC, System
from bureau.charter.choices import Role, UnitKind
from bureau.charter.models import Membership
from bureau.charter.units import create_unit
from bureau.deadlines import selectors, services
from bureau.deadlines.choices import ClockAct, ClockState
from bureau.deadlines.clocks import MOVED
from bureau.deadlines.errors import ClockError, MayNotExtend
from bureau.deadlines.models import CalendarDay, Clock, ClockEvent, ClockRule
from bureau.deadlines.services import EXTEND

BY = System("test", frozenset({EXTEND}))


@pytest.fixture
def clock(record):
    return services.start("disclosure.reply", record, by=BY, on=date(2026, 10, 12))


def person(role, kind):
    user = User.objects.create_user(role, name=role)
    unit = create_unit(key=role.replace("_", "-"), kind=kind, name=role, name_zh=role)
    Membership.objects.create(user=user, unit=unit, role=role)
    return user


def test_a_clock_tells_its_record_rule_and_date(clock, record):
    assert list(selectors.clocks_of(record)) == [clock]
    assert (clock.rule.basis_zh, clock.due_on) == ("《政府信息公开条例》第三十三条", date(2026, 11, 9))
    assert clock.days_left(date(2026, 11, 8)) == 1


def test_a_matter_without_a_rule_has_no_clock(record):
    with pytest.raises(ClockError, match="No clock rule"):
        services.start("nothing.here", record, by=BY)


def test_before_the_law_was_in_force_there_is_no_clock(record):
    with pytest.raises(ClockError):
        services.start("disclosure.reply", record, by=BY, on=date(2010, 1, 4))


def test_a_stopped_clock_keeps_its_date_and_stops_once(clock, record):
    stopped = services.stop("disclosure.reply", record, by=BY, on=date(2026, 11, 10))
    assert (stopped.state, stopped.is_late) == (ClockState.STOPPED, True)
    assert services.stop("disclosure.reply", record, by=BY) is None
    assert not selectors.open_clocks_of(record).exists()


def test_a_clock_started_again_on_the_same_day_is_the_same_clock(clock, record):
    assert services.start("disclosure.reply", record, by=BY, on=date(2026, 10, 12)) == clock
    assert clock.events.count() == 1


def test_a_clock_started_again_counts_from_the_new_day_and_says_so(clock, record):
    again = services.start("disclosure.reply", record, by=BY, on=date(2026, 10, 13), reason="corrected")
    assert (again.pk, again.due_on) == (clock.pk, date(2026, 11, 10))
    event = again.events.last()
    assert (event.act, event.old_due_on, event.new_due_on) == (
        ClockAct.RESTARTED,
        date(2026, 11, 9),
        date(2026, 11, 10),
    )


def test_one_record_has_one_open_clock_for_a_matter(clock):
    clock.pk = None
    with pytest.raises(IntegrityError):
        clock.save()


def test_an_extension_moves_the_date_and_is_written_down(clock):
    extended = services.extend(clock, by=BY, days=20, reason="Many files")
    assert extended.due_on == date(2026, 12, 7)
    assert extended.events.last().reason == "Many files"


@pytest.mark.parametrize(
    ("days", "reason", "says"), [(21, "r", "longer than"), (0, "r", "longer than"), (5, "  ", "reason")]
)
def test_an_extension_beyond_the_rule_or_without_a_reason_is_refused(clock, days, reason, says):
    with pytest.raises(ClockError, match=says):
        services.extend(clock, by=BY, days=days, reason=reason)
    clock.refresh_from_db()
    assert clock.extension == 0


def test_two_extensions_together_stay_within_the_rule(clock):
    services.extend(clock, by=BY, days=15, reason="r")
    with pytest.raises(ClockError):
        services.extend(clock, by=BY, days=6, reason="r")


def test_a_matter_without_extension_is_not_extended(record):
    clock = services.start("letters.acceptance", record, by=BY, on=date(2026, 9, 20))
    with pytest.raises(MayNotExtend, match="allows no extension"):
        services.extend(clock, by=BY, days=1, reason="r")


def test_the_role_named_by_the_rule_extends_and_others_do_not(clock, record):
    for other in (person(Role.CLERK, UnitKind.SECTION), PUBLIC, System("other")):
        with pytest.raises(MayNotExtend):
            services.extend(clock, by=other, days=1, reason="r")
    assert services.extend(clock, by=person(Role.CHIEF, UnitKind.SECTION), days=1, reason="r").extension == 1


def test_a_pause_holds_the_clock_and_the_days_are_added(clock):
    paused = services.pause(clock, by=BY, on=date(2026, 10, 14), reason="Asked a third party")
    assert (paused.state, paused.is_late) == (ClockState.PAUSED, False)
    assert not selectors.alarmed_clocks(date(2030, 1, 1)).exists()
    again = services.resume(paused, by=BY, on=date(2026, 10, 28))
    assert (again.state, again.due_on) == (ClockState.RUNNING, date(2026, 11, 23))


def test_only_a_running_clock_is_paused_and_only_a_paused_one_runs_again(clock):
    with pytest.raises(ClockError, match="paused clock can run"):
        services.resume(clock, by=BY)
    services.pause(clock, by=BY, on=date(2026, 10, 14), reason="r")
    with pytest.raises(ClockError, match="running clock"):
        services.pause(clock, by=BY, reason="r")
    with pytest.raises(ClockError, match="before the day"):
        services.resume(clock, by=BY, on=date(2026, 10, 13))


def test_a_stopped_clock_is_not_moved(clock, record):
    services.stop("disclosure.reply", record, by=BY)
    with pytest.raises(ClockError, match="has been stopped"):
        services.extend(clock, by=BY, days=1, reason="r")


def test_a_changed_calendar_moves_open_clocks_and_tells_their_owner(clock, record, monkeypatch):
    told = []
    monkeypatch.setitem(
        MOVED._entries, "accounts.user", lambda clock, event: told.append((clock.pk, event.act))
    )
    CalendarDay.objects.filter(day=date(2026, 9, 25)).update(day=date(2026, 11, 9))
    [move] = services.recompute_open(by=BY, reason="notice")
    assert (move.old_due_on, move.new_due_on, move.is_later) == (date(2026, 11, 9), date(2026, 11, 10), True)
    assert told == [(clock.pk, ClockAct.MOVED)]
    clock.refresh_from_db()
    assert clock.due_on == date(2026, 11, 10)
    assert services.recompute_open(by=BY) == []


def test_a_stopped_clock_stays_where_it_was_when_the_calendar_changes(clock, record):
    services.stop("disclosure.reply", record, by=BY, on=date(2026, 11, 2))
    CalendarDay.objects.filter(day=date(2026, 9, 25)).update(day=date(2026, 11, 9))
    assert services.recompute_open(by=BY) == []


def test_when_telling_fails_nothing_has_moved(clock, monkeypatch):
    def fail(clock, event):
        raise RuntimeError

    monkeypatch.setitem(MOVED._entries, "accounts.user", fail)
    with pytest.raises(RuntimeError):
        services.extend(clock, by=BY, days=1, reason="r")
    clock.refresh_from_db()
    assert (clock.extension, ClockEvent.objects.count()) == (0, 1)


def newer_rule(**values):
    old = ClockRule.objects.get(matter="disclosure.reply")
    fields = {f.attname: getattr(old, f.attname) for f in ClockRule._meta.concrete_fields if f.name != "id"}
    return ClockRule(**{**fields, "is_reference": False, **values})


def test_a_new_rule_holds_from_its_day_and_running_clocks_keep_theirs(clock, record):
    services.change_rule(newer_rule(length=15, valid_from=date(2027, 1, 1)), by=BY)
    assert services.recompute_open(by=BY) == []
    services.stop("disclosure.reply", record, by=BY)
    again = services.start("disclosure.reply", record, by=BY, on=date(2027, 1, 4))
    assert (again.rule.length, clock.rule.length) == (15, 20)


@pytest.mark.parametrize("day", [date(2019, 5, 15), date(2026, 10, 1)])
def test_a_new_rule_does_not_reach_back(clock, day):
    with pytest.raises(ClockError):
        services.change_rule(newer_rule(valid_from=day), by=BY)


def test_the_earliest_clock_of_each_record_of_a_list_needs_one_query(
    record, clock, django_assert_num_queries
):
    services.start("disclosure.correction", record, by=BY, on=date(2026, 10, 12))
    with django_assert_num_queries(1):
        found = selectors.next_clocks("accounts.user", [record.pk])
        assert found[record.pk].rule.matter == "disclosure.correction"
    assert Clock.objects.count() == 2
