"""Asking for speed: the office with a sentence, the writer once a day has passed."""

from __future__ import annotations

import pytest
import time_machine

from bureau.accounts.principals import Holder
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from sections.office.letters.models import Letter
from tests.cast import Cast
from tests.factories import letters

pytestmark = pytest.mark.django_db

SENTENCE = "The family has called three times."


def urge(letter: Letter, by: object) -> Letter:
    return workflow.perform(letter, "urge", by=by, reason=SENTENCE)  # type: ignore[arg-type]


def told() -> list[str]:
    rows = Notice.objects.filter(kind="letters.urged").order_by("user__username")
    return list(rows.values_list("user__username", flat=True))


@pytest.mark.parametrize("name", ["office_clerk", "office_chief", "deputy_leader", "bureau_leader"])
def test_office_and_leaders_urge_the_section_with_a_sentence(cast: Cast, name: str) -> None:
    letter = letters.assigned(cast)
    urge(letter, getattr(cast, name))
    line = workflow.history(letter)[0]
    assert (line.transition, line.reason) == ("urge", SENTENCE)
    assert line.who == getattr(cast, name).name
    assert told() == ["basic_clerk", "basic_officer"]
    assert {str(notice.params) for notice in Notice.objects.filter(kind="letters.urged")} == {
        str({"number": letter.number})
    }


def test_urging_is_no_answer_and_spoils_none(cast: Cast) -> None:
    letter = letters.assigned(cast)
    urge(letter, cast.office_clerk)
    data = {"answer": "Done.", "outcome": "explained"}
    letter = workflow.perform(letter, "draft", by=cast.basic_clerk, data=data, version=letter.version)
    assert letter.answer == "Done."


def test_once_a_day_and_person_is_enough(cast: Cast) -> None:
    with time_machine.travel("2026-03-02 10:00+08:00"):
        letter = letters.assigned(cast)
        urge(letter, cast.office_clerk)
        with pytest.raises(workflow.Refusal) as caught:
            urge(letter, cast.office_clerk)
        assert "Once a day" in str(caught.value.sentence)
        urge(letter, cast.office_chief)
    with time_machine.travel("2026-03-03 00:10+08:00"):
        urge(letter, cast.office_clerk)


def test_urging_needs_a_sentence(cast: Cast) -> None:
    with pytest.raises(workflow.Invalid):
        workflow.perform(letters.assigned(cast), "urge", by=cast.office_clerk)
    assert told() == []


@pytest.mark.parametrize("name", ["basic_clerk", "preschool_clerk", "auditor", "principal"])
def test_who_is_asked_does_not_urge(cast: Cast, name: str) -> None:
    with pytest.raises(workflow.Refusal):
        urge(letters.assigned(cast), getattr(cast, name))


def test_nobody_urges_his_own_section(cast: Cast) -> None:
    with pytest.raises(workflow.Refusal):
        urge(letters.assigned(cast, to="office"), cast.office_clerk)


def test_the_writer_asks_for_speed_once_the_day_has_passed_and_once_a_day(cast: Cast) -> None:
    with time_machine.travel("2026-03-02 10:00+08:00"):
        letter = letters.assigned(cast)
        me = Holder("office.letter", letter.pk)
        with pytest.raises(workflow.Refusal):
            workflow.perform(letter, "urge_by_writer", by=me)
    with time_machine.travel("2026-05-07 10:00+08:00"):
        workflow.perform(letter, "urge_by_writer", by=me)
        assert told() == ["basic_clerk", "basic_officer"]
        assert workflow.public_history(letter)[0].transition == "urge_by_writer"
        with pytest.raises(workflow.Refusal):
            workflow.perform(letter, "urge_by_writer", by=me)


def test_a_letter_that_nobody_accepts_in_time_is_urged_at_the_office(cast: Cast) -> None:
    with time_machine.travel("2026-03-02 10:00+08:00"):
        letter = letters.sent().letter
    with time_machine.travel("2026-03-18 10:00+08:00"):
        workflow.perform(letter, "urge_by_writer", by=Holder("office.letter", letter.pk))
    assert told() == ["office_chief", "office_clerk"]


def test_a_writer_urges_only_his_own_letter(cast: Cast) -> None:
    with time_machine.travel("2026-03-02 10:00+08:00"):
        letter, other = letters.assigned(cast), letters.assigned(cast)
    with time_machine.travel("2026-05-07 10:00+08:00"), pytest.raises(workflow.NotPermitted):
        workflow.perform(letter, "urge_by_writer", by=Holder("office.letter", other.pk))
