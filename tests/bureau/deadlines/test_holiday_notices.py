"""Taking over a holiday notice: all of it or nothing, and every wrong line by its number."""

from datetime import date

import pytest

from bureau.accounts.principals import System
from bureau.audit.models import Event
from bureau.deadlines import calendar, services
from bureau.deadlines.holiday_notices import BadNotice, import_notice, parse, preview
from bureau.deadlines.models import CalendarDay, CalendarYear, Clock

BY = System("test")
NEW_YEAR = "date,name,kind\n2027-01-01,元旦,off\n2027-01-02,元旦,off\n2027-01-03,元旦,off\n"


def test_dates_kinds_and_separators_are_read_as_people_write_them():
    text = "\ufeff日期,节日,类型\n2027年1月1日，元旦，休\n2027/2/6\t春节\t放假\n\n2027-2-20;春节;班\n"
    notice = parse(text, 2027)
    assert notice.faults == ()
    assert [(line.day, line.name, line.kind) for line in notice.lines] == [
        (date(2027, 1, 1), "元旦", "off"),
        (date(2027, 2, 6), "春节", "off"),
        (date(2027, 2, 20), "春节", "work"),
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("2027-02-30,春节,off", "is not a date"),
        ("soon,春节,off", "is not a date"),
        ("2028-01-01,元旦,off", "not in 2027"),
        ("2026-12-24,元旦,off", "not in 2027"),
        ("2027-01-04,元旦,maybe", "third part"),
        ("2027-01-04,元旦,work", "Only a Saturday or Sunday"),
        ("2027-01-04,,off", "second part"),
        ("2027-01-04,元旦", "three parts"),
        ("2027-01-04,元旦,off,more", "three parts"),
        ("2027-01-01,元旦,off", "stands in line 2 already"),
    ],
)
def test_a_wrong_line_is_named_by_its_number(line, says):
    [fault] = parse(f"{NEW_YEAR}{line}\n", 2027).faults
    assert fault.number == 5
    assert says in fault.sentence


def test_an_empty_notice_is_a_fault():
    assert parse("date,name,kind\n", 2027).faults[0].number == 0


def test_the_last_days_of_the_year_before_may_belong_to_the_notice():
    assert parse("2026-12-31,元旦,off", 2027).faults == ()


def test_a_notice_with_a_wrong_line_changes_nothing(reference):
    notice = parse(NEW_YEAR + "nonsense", 2027)
    with pytest.raises(BadNotice):
        import_notice(notice, by=BY, title_zh="通知")
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_the_preview_shows_days_and_clocks_and_writes_nothing(record):
    clock = services.start("disclosure.reply", record, by=BY, on=date(2026, 12, 20))
    found = preview(parse(NEW_YEAR, 2027))
    assert [change.day for change in found.changes] == [date(2027, 1, day) for day in (1, 2, 3)]
    assert not found.is_known_year
    [move] = found.moves
    assert (move.clock, move.old_due_on, move.new_due_on) == (clock, date(2027, 1, 15), date(2027, 1, 18))
    assert not CalendarYear.objects.filter(year=2027).exists()
    clock.refresh_from_db()
    assert (clock.due_on, clock.is_provisional) == (date(2027, 1, 15), True)


def test_the_import_moves_the_clocks_that_the_preview_showed(record):
    clock = services.start("disclosure.reply", record, by=BY, on=date(2026, 12, 20))
    import_notice(parse(NEW_YEAR, 2027), by=BY, title_zh="2027年通知")
    clock.refresh_from_db()
    assert (clock.due_on, clock.is_provisional) == (date(2027, 1, 18), False)
    assert clock.events.last().reason == "2027年通知"
    assert Event.objects.get(action="deadlines.calendaryear.imported").detail["clocks"] == 1


def test_a_year_already_there_is_compared_and_replaced(reference):
    text = "\n".join(
        f"{day.day},{day.name},{day.kind}"
        for day in CalendarDay.objects.filter(day__year=2026).exclude(day=date(2026, 1, 4))
    )
    found = preview(parse(text, 2026))
    assert found.is_known_year
    [change] = found.changes
    assert (change.day, change.new) == (date(2026, 1, 4), "")
    import_notice(parse(text, 2026), by=BY, title_zh="更正")
    assert not calendar.is_working_day(date(2026, 1, 4))
    assert calendar.is_working_day(date(2025, 1, 26))


def test_a_notice_without_a_day_that_the_law_takes_off_is_pointed_out(reference):
    [warning] = preview(parse(NEW_YEAR, 2027)).warnings
    assert "1 May 2027" in warning
    assert "1 January" not in warning


def test_when_a_clock_cannot_move_the_year_is_not_written(record, monkeypatch):
    services.start("disclosure.reply", record, by=BY, on=date(2026, 12, 20))

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(Clock, "save", fail)
    with pytest.raises(RuntimeError):
        import_notice(parse(NEW_YEAR, 2027), by=BY, title_zh="通知")
    assert not CalendarYear.objects.filter(year=2027).exists()
