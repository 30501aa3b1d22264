"""More time to answer, and a clock that rests: asked for, decided, told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection

from bureau.accounts.models import User
from bureau.accounts.principals import Holder
from bureau.deadlines.choices import ClockState
from bureau.deadlines.models import Clock
from bureau.deadlines.selectors import open_clock
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from bureau.workflow.models import WorkItem
from sections.office.letters.models import Extension, Letter
from tests.cast import Cast
from tests.factories import letters

pytestmark = pytest.mark.django_db

REASON = "Three bus companies must be heard."


def ask(letter: Letter, by: User, days: int = 20) -> Letter:
    return workflow.perform(letter, "ask_extension", by=by, data={"days": days}, reason=REASON)


def grant(letter: Letter, by: User) -> Letter:
    return workflow.perform(letter, "grant_extension", by=by)


def reply(letter: Letter) -> Clock:
    clock = open_clock("letters.reply", letter)
    assert clock is not None
    return clock


def waits_for(letter: Letter) -> set[str]:
    rows = WorkItem.objects.filter(kind="office.letter", object_id=letter.pk)
    return set(rows.values_list("unit__key", flat=True))


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


def test_what_the_section_asks_for_waits_for_the_leaders_beside_the_answer(cast: Cast) -> None:
    letter = letters.assigned(cast)
    ask(letter, cast.basic_clerk)
    assert waits_for(letter) == {"basic", "bureau"}
    assert told("letters.extension_asked") == {"deputy_leader", "bureau_leader"}


@pytest.mark.parametrize("name", ["deputy_leader", "bureau_leader"])
def test_a_leader_agrees_and_the_date_moves_by_so_many_days(cast: Cast, name: str) -> None:
    with time_machine.travel("2026-03-02 10:00+08:00"):
        letter = ask(letters.assigned(cast), cast.basic_clerk)
        assert reply(letter).due_on == date(2026, 5, 6)  # 1 May, and rolled past the holiday
        grant(letter, getattr(cast, name))
        assert reply(letter).due_on == date(2026, 5, 21)
    row = Extension.objects.get()
    assert (row.is_granted, row.new_due_on, row.decided_on) == (True, date(2026, 5, 21), date(2026, 3, 2))
    assert row.reason == REASON
    assert "20 days" in " ".join(reply(letter).explanation)
    assert waits_for(letter) == {"basic"}
    assert told("letters.extension_granted") == {"basic_clerk"}


def test_a_refusal_moves_nothing_and_gives_its_reason(cast: Cast) -> None:
    letter = letters.assigned(cast)
    before = reply(letter).due_on
    ask(letter, cast.basic_clerk)
    with pytest.raises(workflow.Invalid):
        workflow.perform(letter, "refuse_extension", by=cast.deputy_leader)
    workflow.perform(letter, "refuse_extension", by=cast.deputy_leader, reason="It is a simple matter.")
    assert reply(letter).due_on == before
    assert told("letters.extension_refused") == {"basic_clerk"}
    assert not Extension.objects.get().is_granted
    ask(letter, cast.basic_clerk)  # may be asked again with better reasons


@pytest.mark.parametrize("days", [0, -1, 31])
def test_no_more_days_than_the_regulations_allow(cast: Cast, days: int) -> None:
    with pytest.raises(workflow.Invalid) as caught:
        ask(letters.assigned(cast), cast.basic_clerk, days)
    assert "days" in caught.value.errors
    assert not Extension.objects.exists()


def test_two_extensions_together_stay_within_the_limit(cast: Cast) -> None:
    letter = letters.assigned(cast)
    grant(ask(letter, cast.basic_clerk, 20), cast.deputy_leader)
    with pytest.raises(workflow.Invalid):
        ask(letter, cast.basic_clerk, 11)
    grant(ask(letter, cast.basic_clerk, 10), cast.deputy_leader)
    with pytest.raises(workflow.Refusal) as caught:
        ask(letter, cast.basic_clerk, 1)
    assert "no more" in str(caught.value.sentence)


def test_more_time_is_not_asked_for_twice_nor_after_the_date(cast: Cast) -> None:
    with time_machine.travel("2026-03-02 10:00+08:00"):
        letter, other = letters.assigned(cast), letters.assigned(cast)
        ask(letter, cast.basic_clerk)
        with pytest.raises(workflow.Refusal):
            ask(letter, cast.basic_clerk)
    with time_machine.travel("2026-05-07 10:00+08:00"), pytest.raises(workflow.Refusal):
        ask(other, cast.basic_clerk)
    assert Extension.objects.count() == 1


@pytest.mark.parametrize("name", ["office_chief", "basic_officer", "basic_clerk", "auditor", "principal"])
def test_who_is_no_leader_does_not_decide(cast: Cast, name: str) -> None:
    letter = ask(letters.assigned(cast), cast.basic_clerk)
    before = reply(letter).due_on
    with pytest.raises(workflow.Refusal):
        grant(letter, getattr(cast, name))
    assert reply(letter).due_on == before


@pytest.mark.parametrize("name", ["preschool_clerk", "auditor", "deputy_leader", "principal"])
def test_only_who_works_on_the_letter_asks(cast: Cast, name: str) -> None:
    with pytest.raises(workflow.NotPermitted):
        ask(letters.assigned(cast), getattr(cast, name))


def test_nothing_is_agreed_to_that_nobody_asked_for(cast: Cast) -> None:
    with pytest.raises(workflow.Refusal):
        grant(letters.assigned(cast), cast.deputy_leader)


def test_a_leader_who_agrees_does_not_spoil_an_answer_that_is_being_written(cast: Cast) -> None:
    letter = letters.assigned(cast)
    seen = letter.version
    grant(ask(letter, cast.basic_clerk), cast.deputy_leader)
    data = {"answer": "Done.", "outcome": "explained"}
    letter = workflow.perform(letter, "draft", by=cast.basic_clerk, data=data, version=seen)
    assert letter.answer == "Done."


def test_an_open_question_ends_with_the_letter(cast: Cast) -> None:
    letter = letters.assigned(cast)
    ask(letter, cast.basic_clerk)
    letter = workflow.perform(letter, "withdraw", by=Holder("office.letter", letter.pk))
    assert waits_for(letter) == set()
    assert Extension.objects.get().decided_on is not None


def test_a_failure_while_agreeing_leaves_everything_as_it_was(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sections.office.letters import reply_clock

    def breaks(*_args: object) -> None:
        raise RuntimeError("cut")

    letter = ask(letters.assigned(cast), cast.basic_clerk)
    before = reply(letter).due_on
    monkeypatch.setattr(reply_clock, "_tell_asker", breaks)
    with pytest.raises(RuntimeError):
        grant(letter, cast.deputy_leader)
    assert reply(letter).due_on == before
    assert Extension.objects.get().decided_on is None


# -- a clock that rests -----------------------------------------------------------------------------------


def test_days_of_waiting_for_the_writer_do_not_count(cast: Cast) -> None:
    with time_machine.travel("2026-03-02 10:00+08:00"):
        letter = letters.assigned(cast)
        before = reply(letter).unrolled_on
        workflow.perform(letter, "pause", by=cast.office_chief, reason="The contract is missing.")
        assert reply(letter).state == ClockState.PAUSED
    with time_machine.travel("2026-03-12 10:00+08:00"):
        workflow.perform(letter, "resume", by=cast.office_chief, reason="The contract came.")
    assert reply(letter).unrolled_on == before + timedelta(days=10)
    lines = [(line.transition, line.reason) for line in workflow.public_history(letter)[:2]]
    assert lines == [("resume", "The contract came."), ("pause", "The contract is missing.")]


def test_a_clock_is_not_stopped_or_started_twice_or_without_a_reason(cast: Cast) -> None:
    letter = letters.assigned(cast)
    with pytest.raises(workflow.Invalid):
        workflow.perform(letter, "pause", by=cast.office_chief)
    with pytest.raises(workflow.Refusal):
        workflow.perform(letter, "resume", by=cast.office_chief, reason="It never rested.")
    workflow.perform(letter, "pause", by=cast.office_chief, reason="Waiting.")
    with pytest.raises(workflow.Refusal):
        workflow.perform(letter, "pause", by=cast.office_chief, reason="Waiting.")


@pytest.mark.parametrize("name", ["basic_officer", "office_clerk", "deputy_leader"])
def test_only_the_office_stops_the_clock(cast: Cast, name: str) -> None:
    letter = letters.assigned(cast)
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(letter, "pause", by=getattr(cast, name), reason="Waiting.")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_the_same_instant_are_one_question(cast: Cast) -> None:
    letter = letters.assigned(cast)
    start = Barrier(2)

    def at_once(who: User) -> bool:
        try:
            start.wait()
            ask(letter, who)
        except workflow.Refusal:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(at_once, [cast.basic_clerk, cast.basic_officer]))
    assert sorted(done) == [False, True]
    assert Extension.objects.count() == 1
