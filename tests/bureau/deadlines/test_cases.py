"""Section B of the published cases, each with its exact answer, "
"through the rules that come with the portal."""

from datetime import date

import pytest

from bureau.accounts.principals import System
from bureau.deadlines import calendar, services
from bureau.deadlines.choices import Unit
from bureau.deadlines.services import EXTEND

BY = System("test", frozenset({EXTEND}))


def due(record, matter, on):
    """Day before it moves off a rest day: what the law's text gives."""
    return services.start(matter, record, by=BY, on=date.fromisoformat(on)).unrolled_on.isoformat()


def test_tv_030_the_time_to_answer_runs_from_the_corrected_application(record):
    assert due(record, "disclosure.reply", "2026-09-21") != "2026-11-09"
    again = services.start("disclosure.reply", record, by=BY, on=date(2026, 10, 12))
    assert again.due_on == date(2026, 11, 9)


@pytest.mark.parametrize(
    ("matter", "on", "expected"),
    [
        pytest.param("disclosure.reply", "2026-02-13", "2026-03-19", id="TV-033"),
        pytest.param("licence.acceptance", "2026-04-29", "2026-05-09", id="TV-035"),
        pytest.param("licence.delivery", "2026-09-24", "2026-10-15", id="TV-036"),
        pytest.param("letters.acceptance", "2026-09-20", "2026-10-05", id="TV-037"),
        pytest.param("letters.review_request", "2026-03-31", "2026-04-30", id="TV-039"),
        pytest.param("letters.review", "2026-04-30", "2026-05-30", id="TV-039 opinion"),
        pytest.param("private_school.preparation", "2026-03-02", "2026-04-01", id="TV-042 preparation"),
        pytest.param("private_school.founding", "2026-03-02", "2026-06-02", id="TV-042 founding"),
        pytest.param("qualification.result", "2026-06-12", "2026-07-12", id="TV-044 regulation"),
        pytest.param("qualification.result_measures", "2026-06-12", "2026-07-27", id="TV-044 measures"),
        pytest.param("penalty.hearing_request", "2026-09-23", "2026-10-08", id="TV-045"),
        pytest.param("penalty.decision", "2026-07-01", "2026-09-29", id="TV-047"),
        pytest.param("reconsideration.decision", "2026-05-06", "2026-07-05", id="TV-049 ordinary"),
        pytest.param("reconsideration.simple_decision", "2026-05-06", "2026-06-05", id="TV-049 simplified"),
        pytest.param("school_bus.forwarding", "2026-09-22", "2026-09-28", id="TV-051 forward"),
        pytest.param("school_bus.opinions", "2026-09-28", "2026-10-08", id="TV-051 opinions"),
        pytest.param("school_bus.review", "2026-10-08", "2026-10-14", id="TV-051 review"),
        pytest.param("budget.finance_reply", "2026-02-06", "2026-02-26", id="TV-052 finance"),
        pytest.param("budget.bureau_reply", "2026-02-26", "2026-03-13", id="TV-052 bureau"),
        pytest.param("budget.publication", "2026-02-26", "2026-03-18", id="TV-052 publication"),
        pytest.param("disclosure.annual_report", "2026-12-31", "2027-01-31", id="TV-053 bureau"),
        pytest.param("disclosure.annual_report_government", "2026-12-31", "2027-03-31", id="TV-053 city"),
    ],
)
def test_the_published_date_comes_out(record, matter, on, expected):
    assert due(record, matter, on) == expected


@pytest.mark.parametrize(
    ("matter", "on", "expected"),
    [
        ("disclosure.reply", "2026-02-13", "2026-03-19"),
        ("licence.acceptance", "2026-04-29", "2026-05-09"),
        ("licence.delivery", "2026-09-24", "2026-10-15"),
        ("reconsideration.decision", "2026-05-06", "2026-07-05"),
        ("qualification.result", "2026-06-12", "2026-07-12"),
        ("disclosure.annual_report", "2026-12-31", "2027-01-31"),
    ],
)
def test_the_bureaus_own_dates_do_not_move_off_a_rest_day(record, matter, on, expected):
    clock = services.start(matter, record, by=BY, on=date.fromisoformat(on))
    assert (clock.due_on.isoformat(), clock.is_provisional) == (expected, False)


def test_tv_037_a_rest_day_moves_the_date_and_reminders_go_by_the_earlier_day(record):
    clock = services.start("letters.acceptance", record, by=BY, on=date(2026, 9, 20))
    assert (clock.unrolled_on, clock.due_on) == (date(2026, 10, 5), date(2026, 10, 8))
    assert clock.alarm_on == date(2026, 10, 5)


def test_tv_044_where_two_texts_differ_reminders_go_by_the_stricter_one(record):
    from bureau.deadlines.selectors import earliest_alarm

    for matter in ("qualification.result_measures", "qualification.result"):
        services.start(matter, record, by=BY, on=date(2026, 6, 12))
    assert earliest_alarm(record) == date(2026, 7, 12)


def test_tv_049_the_extension_is_counted_on_from_the_date_before(record):
    clock = services.start("reconsideration.decision", record, by=BY, on=date(2026, 5, 6))
    assert services.extend(clock, by=BY, days=30, reason="Complex facts").due_on == date(2026, 8, 4)


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-10-10", True), ("2026-10-08", True), ("2026-02-28", True), ("2026-09-25", False)],
)
def test_tv_057_working_weekends_and_days_off_are_known(reference, day, expected):
    assert calendar.is_working_day(date.fromisoformat(day)) is expected


@pytest.mark.parametrize("day", ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"])
def test_the_working_weekends_of_2025_are_known(reference, day):
    assert calendar.is_working_day(date.fromisoformat(day))


def test_every_rule_names_its_legal_basis_in_both_languages(reference):
    from bureau.deadlines.models import ClockRule

    for rule in ClockRule.objects.all():
        assert rule.basis and rule.basis_zh and rule.name and rule.name_zh, rule.matter
        assert rule.unit in Unit.values
        assert bool(rule.extension_length) == bool(rule.extended_by), rule.matter
