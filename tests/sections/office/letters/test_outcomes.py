"""How letters end: outcome, referral, withdrawal, and reopening once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from bureau.accounts.principals import Holder
from bureau.deadlines.selectors import open_clocks_of
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from sections.office.letters.choices import Ground, Kind, Outcome, Status
from sections.office.letters.models import EarlierAnswer, Letter
from tests.cast import Cast
from tests.factories import letters

pytestmark = pytest.mark.django_db

ANSWER = {"answer": "The bus stops at the north gate."}


def matters(letter: Letter) -> set[str]:
    return set(open_clocks_of(letter).values_list("matter", flat=True))


def writer(letter: Letter) -> Holder:
    return Holder("office.letter", letter.pk)


@pytest.mark.parametrize("given", [{}, {"outcome": ""}, {"outcome": "maybe"}])
def test_an_answer_to_a_request_needs_an_outcome(cast: Cast, given: dict[str, str]) -> None:
    letter = letters.assigned(cast)
    with pytest.raises(workflow.Invalid) as caught:
        workflow.perform(letter, "draft", by=cast.basic_clerk, data={**ANSWER, **given})
    assert "outcome" in caught.value.errors
    letter.refresh_from_db()
    assert (letter.status, letter.answer) == (Status.ASSIGNED, "")


def test_an_answer_without_an_outcome_is_not_approved(cast: Cast) -> None:
    letter = letters.proposed(cast)
    Letter.objects.filter(pk=letter.pk).update(outcome="")
    with pytest.raises(workflow.Invalid):
        workflow.perform(letter, "approve", by=cast.office_chief)
    letter.refresh_from_db()
    assert (letter.status, letter.closed_on) == (Status.PROPOSED, None)
    assert matters(letter) == {"letters.reply"}


def test_a_suggestion_is_answered_without_an_outcome_and_without_a_review(cast: Cast) -> None:
    letter = letters.answered(cast, kind=Kind.SUGGESTION)
    assert letter.outcome == ""
    assert matters(letter) == set()


def test_every_ending_writes_the_day(cast: Cast) -> None:
    today = timezone.localdate()
    declined = workflow.perform(
        letters.registered(cast),
        "decline",
        by=cast.office_chief,
        data={"ground": Ground.COURT},
        reason="Before the court.",
    )
    withdrawn = letters.accepted(cast)
    withdrawn = workflow.perform(withdrawn, "withdraw", by=writer(withdrawn))
    assert [one.closed_on for one in (letters.answered(cast), declined, withdrawn)] == [today] * 3
    assert letters.proposed(cast).closed_on is None


@pytest.mark.parametrize("state", ["registered", "accepted"])
def test_a_letter_is_referred_to_a_named_authority_with_a_reason_that_the_writer_reads(
    cast: Cast, state: str
) -> None:
    letter = getattr(letters, state)(cast)
    data = {"referred_to": "City bureau of human resources"}
    with pytest.raises(workflow.Invalid):
        workflow.perform(letter, "refer", by=cast.office_chief, data=data)
    letter = workflow.perform(letter, "refer", by=cast.office_chief, data=data, reason="Wages are theirs.")
    assert (letter.status, letter.referred_to) == (Status.REFERRED, "City bureau of human resources")
    assert letter.closed_on == timezone.localdate()
    assert matters(letter) == set()
    assert workflow.public_history(letter)[0].reason == "Wages are theirs."


@pytest.mark.parametrize("name", ["office_clerk", "basic_officer", "deputy_leader", "auditor", "principal"])
def test_only_the_office_refers_a_letter(cast: Cast, name: str) -> None:
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(
            letters.accepted(cast),
            "refer",
            by=getattr(cast, name),
            data={"referred_to": "Police"},
            reason="Theirs.",
        )


# -- reopening --------------------------------------------------------------------------------------------


def reopen(letter: Letter, by: Any) -> Letter:
    step = "ask_again" if isinstance(by, Holder) else "reopen"
    return workflow.perform(letter, step, by=by, reason="The stop was moved again.")


@pytest.mark.parametrize("who", ["office", "writer"])
def test_a_letter_is_reopened_with_a_new_time_to_answer_and_the_old_answer_stays(
    cast: Cast, who: str
) -> None:
    letter = letters.answered(cast)
    letter = reopen(letter, writer(letter) if who == "writer" else cast.office_chief)
    assert (letter.status, letter.reopened_on) == (Status.ACCEPTED, timezone.localdate())
    assert (letter.closed_on, letter.answered_on, letter.answer) == (None, None, "")
    assert matters(letter) == {"letters.reply"}
    old = EarlierAnswer.objects.get(letter=letter)
    assert (old.answer, old.outcome) == ("The bus stops at the north gate.", Outcome.EXPLAINED)
    assert old.unit and old.unit.key == "basic"


def test_the_office_hears_when_the_writer_reopens(cast: Cast) -> None:
    letter = letters.answered(cast)
    reopen(letter, writer(letter))
    told = Notice.objects.filter(kind="letters.reopened").values_list("user__username", flat=True)
    assert set(told) == {"office_clerk", "office_chief"}


def test_a_letter_is_reopened_once_only(cast: Cast) -> None:
    letter = reopen(letters.answered(cast), cast.office_chief)
    Letter.objects.filter(pk=letter.pk).update(status=Status.ANSWERED, answer="Again.")
    for by in (cast.office_chief, writer(letter)):
        with pytest.raises(workflow.Refusal) as caught:
            reopen(letter, by)
        assert "once" in str(caught.value.sentence)
    assert EarlierAnswer.objects.count() == 1


def test_the_writer_cannot_reopen_after_the_time_to_ask_for_a_review(cast: Cast) -> None:
    with time_machine.travel("2026-03-02 10:00+08:00"):
        letter = letters.answered(cast)
    with time_machine.travel("2026-04-02 10:00+08:00"):
        with pytest.raises(workflow.Refusal) as caught:
            reopen(letter, writer(letter))
        assert "2026-04-01" in str(caught.value.sentence)
        assert reopen(letter, cast.office_chief).status == Status.ACCEPTED


def test_the_writer_cannot_reopen_a_suggestion_or_another_letter(cast: Cast) -> None:
    suggestion, other = letters.answered(cast, kind=Kind.SUGGESTION), letters.answered(cast)
    with pytest.raises(workflow.Refusal):
        reopen(suggestion, writer(suggestion))
    with pytest.raises(workflow.NotPermitted):
        reopen(other, writer(suggestion))


def test_a_reopened_letter_goes_its_way_again(cast: Cast) -> None:
    letter = reopen(letters.answered(cast), cast.office_chief)
    from bureau.charter.models import Unit

    letter = workflow.perform(
        letter, "assign", by=cast.office_clerk, data={"unit": Unit.objects.get(key="basic")}
    )
    data = {"answer": "A new stop was built.", "outcome": Outcome.SUPPORTED}
    letter = workflow.perform(letter, "draft", by=cast.basic_clerk, data=data)
    letter = workflow.perform(letter, "propose", by=cast.basic_clerk)
    letter = workflow.perform(letter, "approve", by=cast.office_chief)
    assert (letter.status, letter.outcome) == (Status.ANSWERED, Outcome.SUPPORTED)
    clock = open_clocks_of(letter).get()
    assert clock.matter == "letters.review_request"
    assert clock.due_on >= timezone.localdate() + timedelta(days=30)
