"""A slot runs once, whoever looks at the clock."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from bureau.jobs import schedule
from bureau.jobs.schedule import Entry
from bureau.outbox.models import Effect

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(hour, minute, day=9):
    return datetime(2026, 6, day, hour, minute, 30, tzinfo=SHANGHAI)


def test_two_runners_begin_a_slot_once(only_entry):
    only_entry(Entry("t.seal", minutes=1))
    assert [schedule.enqueue_due(at(10, 0)), schedule.enqueue_due(at(10, 0))] == [1, 0]
    assert Effect.objects.count() == 1


def test_the_next_minute_is_another_slot(only_entry):
    only_entry(Entry("t.seal", minutes=1))
    assert schedule.enqueue_due(at(10, 0)) + schedule.enqueue_due(at(10, 1)) == 2


def test_a_daily_task_runs_at_its_local_time(only_entry):
    only_entry(Entry("t.remind", daily_at=time(8, 30)))
    schedule.enqueue_due(at(8, 29))
    assert schedule.enqueue_due(at(8, 31)) == 1


def test_a_missed_beat_is_made_up_once(only_entry):
    only_entry(Entry("t.remind", daily_at=time(2, 0)))
    assert schedule.enqueue_due(at(11, 0)) == 1
    assert schedule.enqueue_due(at(23, 0)) == 0


def test_an_entry_that_does_not_divide_the_day_is_refused():
    with pytest.raises(ValueError, match="divide a day"):
        schedule.every(name="t.odd", minutes=7)
