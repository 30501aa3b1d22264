"""The page says how a date was computed."""

from datetime import date

import pytest
from django.utils import translation

from bureau.accounts.principals import System
from bureau.deadlines import explanations, services
from bureau.deadlines.models import ClockRule

BY = System("test", frozenset({services.EXTEND}))


def told(record, matter, on):
    return " ".join(services.start(matter, record, by=BY, on=on).explanation)


def test_working_days_name_what_was_left_out_and_what_counted(record):
    text = told(record, "disclosure.reply", date(2026, 2, 13))
    assert "20 working days (Regulations on Open Government Information, Article 33)" in text
    assert "13 February 2026, is not counted; the first day counted is 14 February 2026" in text
    assert "15 February 2026 to 23 February 2026 (Spring Festival)" in text
    assert "14 February 2026 (Spring Festival), 28 February 2026 (Spring Festival)" in text
    assert "5 Saturdays and Sundays" in text
    assert "The last day is 19 March 2026." in text


def test_a_moved_date_names_both_days_and_the_reason(record):
    text = told(record, "letters.acceptance", date(2026, 9, 20))
    assert "5 October 2026 (National Day), is a rest day" in text
    assert "next working day, 8 October 2026" in text


def test_a_date_in_an_unknown_year_says_that_it_is_provisional(record):
    assert "Provisional" in told(record, "disclosure.reply", date(2026, 12, 20))


def test_a_fixed_day_and_a_month_end_are_explained(record):
    assert "31 January of the following year" in told(record, "disclosure.annual_report", date(2026, 5, 1))
    assert "last day is taken" in told(record, "private_school.founding", date(2026, 11, 30))


def test_a_period_before_an_event_is_told_backwards(record):
    text = told(record, "licence.hearing_notice", date(2026, 3, 20))
    assert "7 working days before" in text
    assert "the first day counted is 19 March 2026" in text


def test_an_extension_and_a_pause_are_told(record):
    clock = services.start("disclosure.reply", record, by=BY, on=date(2026, 10, 12))
    clock = services.extend(clock, by=BY, days=5, reason="r")
    clock = services.pause(clock, by=BY, on=date(2026, 10, 14), reason="r")
    assert "has been paused since 14 October 2026" in " ".join(clock.explanation)
    clock = services.resume(clock, by=BY, on=date(2026, 10, 16))
    text = " ".join(clock.explanation)
    assert "Extended by 5 working days." in text
    assert "paused for 2 working days" in text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_rule_can_be_told_in_both_languages(reference, language):
    with translation.override(language):
        assert all(rule.length_label and rule.basis_label and rule.label for rule in ClockRule.objects.all())
        assert explanations.day_text(date(2026, 6, 9)) in ("9 June 2026", "2026年6月9日")


def test_a_holiday_of_two_names_is_told_with_both():
    assert explanations.holiday_name("国庆节、中秋节") == "National Day, Mid-Autumn Festival"
    assert explanations.holiday_name("新节日") == "新节日"
