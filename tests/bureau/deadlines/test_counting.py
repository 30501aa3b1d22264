"""The counting rules, without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.deadlines.choices import DayKind, Unit
from bureau.deadlines.counting import Calendar, Period, add_months, add_working_days, count

WEEK_OFF = Calendar(
    {date(2026, 10, day): (DayKind.OFF, "国庆节") for day in range(1, 8)}
    | {date(2026, 10, 10): (DayKind.WORK, "国庆节")},
    frozenset({2025, 2026}),
)
DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("start", "number", "end", "is_month_end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28), True),
        (date(2024, 1, 31), 1, date(2024, 2, 29), True),
        (date(2026, 11, 30), 3, date(2027, 2, 28), True),
        (date(2026, 2, 28), 1, date(2026, 3, 28), False),
        (date(2026, 12, 15), 12, date(2027, 12, 15), False),
        (date(2026, 8, 31), -6, date(2026, 2, 28), True),
    ],
)
def test_a_month_ends_on_the_same_day_or_on_the_last_one(start, number, end, is_month_end):
    assert add_months(start, number) == (end, is_month_end)


def test_a_leap_day_comes_back_as_the_28th():
    assert count(date(2024, 2, 29), Period(1, Unit.YEARS), WEEK_OFF).day == date(2025, 2, 28)


def test_days_off_are_left_out_and_working_weekends_count():
    found = add_working_days(date(2026, 9, 30), 3, WEEK_OFF)
    assert (found.day, found.make_up, len(found.off)) == (date(2026, 10, 10), (date(2026, 10, 10),), 7)


def test_a_negative_period_is_counted_backwards():
    assert add_working_days(date(2026, 10, 12), -3, WEEK_OFF).day == date(2026, 10, 8)


def test_a_period_into_a_year_without_a_notice_is_provisional_and_takes_no_day_off():
    found = add_working_days(date(2026, 12, 30), 3, WEEK_OFF)
    assert (found.day, found.provisional) == (date(2027, 1, 4), True)


def test_calendar_days_need_no_notice():
    assert not count(date(2026, 12, 30), Period(30, Unit.DAYS), WEEK_OFF).provisional


def test_a_last_day_that_may_move_in_an_unknown_year_is_provisional():
    found = count(date(2026, 12, 18), Period(15, Unit.DAYS, rolls=True), WEEK_OFF)
    assert (found.unrolled, found.day, found.provisional) == (date(2027, 1, 2), date(2027, 1, 4), True)
    assert found.earliest == date(2027, 1, 2)


def test_a_pause_adds_the_days_it_took():
    pause = ((date(2026, 3, 4), date(2026, 3, 11)),)
    assert count(date(2026, 3, 2), Period(15, Unit.DAYS, pauses=pause), WEEK_OFF).day == date(2026, 3, 24)
    found = count(date(2026, 3, 2), Period(5, Unit.WORKING_DAYS, pauses=pause), WEEK_OFF)
    assert (found.day, found.rested) == (date(2026, 3, 16), 5)


def test_an_absurd_number_of_working_days_is_refused():
    with pytest.raises(ValueError, match="mistake"):
        add_working_days(date(2026, 1, 1), 10**6, WEEK_OFF)


@given(DAYS, st.integers(1, 60))
def test_the_last_working_day_is_one_and_the_number_lies_between(start, number):
    end = add_working_days(start, number, WEEK_OFF).day
    between = [start + timedelta(days=step) for step in range(1, (end - start).days + 1)]
    assert sum(WEEK_OFF.is_working_day(day) for day in between) == number
    assert WEEK_OFF.is_working_day(end)


@given(DAYS, st.integers(1, 60), st.sets(st.dates(date(2027, 1, 1), date(2027, 4, 30)), max_size=20))
def test_no_day_off_of_a_later_notice_makes_a_provisional_date_earlier(start, number, off):
    before = add_working_days(start, number, WEEK_OFF)
    known = Calendar(
        {**WEEK_OFF.days, **{day: (DayKind.OFF, "春节") for day in off}}, WEEK_OFF.years | {2027}
    )
    assert add_working_days(start, number, known).day >= before.day
