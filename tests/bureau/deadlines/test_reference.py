"""`manage.py reference` may be run at any time."""

from datetime import date
from io import StringIO

from django.core.management import call_command

from bureau.accounts.principals import System
from bureau.deadlines.holiday_notices import import_notice, parse
from bureau.deadlines.models import CalendarDay, CalendarYear, ClockRule

BY = System("test")


def run():
    out = StringIO()
    call_command("reference", stdout=out)
    return out.getvalue()


def test_a_second_run_changes_nothing(reference):
    before = (CalendarDay.objects.count(), ClockRule.objects.count())
    assert "deadlines.calendar: 0 new, 0 corrected" in run()
    assert (CalendarDay.objects.count(), ClockRule.objects.count()) == before
    assert before[0] == 72


def test_what_was_damaged_is_put_right(reference):
    ClockRule.objects.filter(matter="letters.acceptance").update(length=99)
    CalendarDay.objects.filter(day=date(2026, 10, 1)).delete()
    text = run()
    assert "deadlines.calendar: 1 new" in text
    assert "deadlines.clock_rules: 0 new, 1 corrected" in text
    assert ClockRule.objects.get(matter="letters.acceptance").length == 15


def test_a_year_that_an_administrator_imported_is_left_alone(reference):
    import_notice(parse("2026-01-01,元旦,off", 2026), by=BY, title_zh="通知")
    run()
    assert CalendarYear.objects.get(year=2026).days.count() == 1


def test_a_rule_that_an_administrator_added_is_left_alone(reference):
    old = ClockRule.objects.get(matter="letters.acceptance")
    old.pk, old.valid_from, old.length, old.is_reference = None, date(2027, 1, 1), 10, False
    old.save()
    run()
    assert ClockRule.objects.filter(matter="letters.acceptance").count() == 2
