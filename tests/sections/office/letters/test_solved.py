"""Was it solved? Asked once when the weeks are over, answered by one click, disputed and replied to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC, Holder
from bureau.deadlines.models import ClockRule
from bureau.deadlines.selectors import open_clock
from bureau.jobs.schedule import SCHEDULE
from bureau.notices.models import Notice, OutgoingMessage
from bureau.workflow import services as workflow
from bureau.workflow.items import disagreements
from bureau.workflow.models import WorkItem
from sections.office.letters import solved
from sections.office.letters.choices import Solved, Status
from sections.office.letters.clocks import DISPUTE, SOLVED_QUESTION
from sections.office.letters.models import Dispute, Letter
from sections.office.letters.reply_guard import reasons_for
from tests.cast import Cast, in_english
from tests.factories import letters

pytestmark = pytest.mark.django_db


def answered_before(cast: Cast, days: int, **changes: Any) -> Letter:
    letter = letters.answered(cast, **changes)
    day = timezone.localdate() - timedelta(days=days)
    Letter.objects.filter(pk=letter.pk).update(answered_on=day, closed_on=day)
    letter.refresh_from_db()
    return letter


def asked(cast: Cast) -> Letter:
    letter = answered_before(cast, 28)
    solved.ask_everybody()
    letter.refresh_from_db()
    return letter


def me(letter: Letter) -> Holder:
    return Holder("office.letter", letter.pk)


def said_no(cast: Cast) -> Letter:
    letter = asked(cast)
    return solved.say_solved(letter, by=me(letter), answer=Solved.NO)


def disputed(cast: Cast) -> Letter:
    letter = said_no(cast)
    return workflow.perform(letter, "dispute", by=me(letter), data={"text": "The bus still does not stop."})


# -- asking -----------------------------------------------------------------------------------------------


def test_the_question_opens_four_weeks_after_the_answer_and_once(cast: Cast) -> None:
    early, due = answered_before(cast, 27), answered_before(cast, 28)
    assert solved.ask_everybody() == 1
    early.refresh_from_db(), due.refresh_from_db()
    assert (early.solved_asked_on, due.solved_asked_on) == (None, timezone.localdate())
    assert due.status == Status.ANSWERED
    assert solved.ask_everybody() == 0
    assert "letters.ask_solved" in SCHEDULE


def test_the_weeks_stand_in_the_table_of_rules(cast: Cast) -> None:
    letter = answered_before(cast, 10)
    rule = ClockRule.objects.get(matter=SOLVED_QUESTION)
    ClockRule.objects.create(
        matter=SOLVED_QUESTION,
        name="Shorter",
        name_zh="缩短",
        length=10,
        unit="days",
        basis="Trial",
        basis_zh="试行",
        valid_from=timezone.localdate(),
    )
    assert list(solved.letters_to_ask(timezone.localdate())) == [letter]
    ClockRule.objects.filter(matter=SOLVED_QUESTION).delete()
    assert rule.length == 28 and not solved.letters_to_ask(timezone.localdate())


@pytest.mark.parametrize("status", ["declined", "withdrawn", "referred"])
def test_only_answered_letters_are_asked_about(cast: Cast, status: str) -> None:
    letter = answered_before(cast, 40)
    Letter.objects.filter(pk=letter.pk).update(status=status)
    assert solved.ask_everybody() == 0


def test_the_message_holds_the_number_and_nothing_else_of_the_letter(cast: Cast, settings: Any) -> None:
    settings.SMS_GATEWAY = settings.NOTICE_EMAIL = "table"
    by_phone = answered_before(cast, 28, title="Canarytitle", body="Canarybody")
    by_mail = answered_before(cast, 28, email="writer@163.com")
    solved.ask_everybody()
    found = {(row.channel, row.address): f"{row.subject} {row.body}" for row in OutgoingMessage.objects.all()}
    assert set(found) == {("sms", by_phone.sender_phone), ("email", "writer@163.com")}
    texts = " ".join(found.values())
    assert by_phone.number in texts and by_mail.number in texts
    assert "Canary" not in texts and "Wang" not in texts and "bus" not in texts.casefold()


def test_without_a_gateway_the_question_stands_on_the_page_alone(cast: Cast) -> None:
    assert asked(cast).solved_asked_on
    assert not OutgoingMessage.objects.exists()


# -- saying -----------------------------------------------------------------------------------------------


def test_nothing_is_said_before_the_question_and_only_by_the_holder(cast: Cast) -> None:
    letter = answered_before(cast, 5)
    with pytest.raises(workflow.NotPermitted):
        solved.say_solved(letter, by=me(letter), answer="yes")
    letter = asked(cast)
    for by in (PUBLIC, cast.office_chief, me(answered_before(cast, 5))):
        with pytest.raises(workflow.NotPermitted):
            solved.say_solved(letter, by=by, answer="yes")
    with pytest.raises(workflow.Invalid):
        solved.say_solved(letter, by=me(letter), answer="maybe")


def test_the_last_word_counts_and_the_letter_stays_answered(cast: Cast) -> None:
    letter = said_no(cast)
    letter = solved.say_solved(letter, by=me(letter), answer=Solved.PARTLY)
    assert (letter.status, letter.solved, letter.solved_on) == (
        Status.ANSWERED,
        Solved.PARTLY,
        timezone.localdate(),
    )


def test_one_click_on_the_tracking_page(cast: Cast) -> None:
    receipt = letters.sent()
    letter = receipt.letter
    Letter.objects.filter(pk=letter.pk).update(
        status="answered",
        answer="Yes.",
        unit=letter.owner,
        answered_on=timezone.localdate() - timedelta(days=30),
    )
    solved.ask_everybody()
    client = Client()
    client.post("/en/track/", {"number": letter.number, "code": receipt.code})
    page = client.get("/en/track/status/").content.decode()
    assert 'name="solved"' in page
    client.post("/en/track/status/", {"act": "say_solved", "solved": "no"})
    letter.refresh_from_db()
    assert letter.solved == "no"
    client.post("/en/track/status/", {"act": "dispute", "text": "Nothing has changed."})
    assert Dispute.objects.get().text == "Nothing has changed."
    workflow.perform(letter, "answer_dispute", by=cast.office_clerk, data={"reply": "The stop comes in May."})
    page = client.get("/en/track/status/").content.decode()
    assert "Nothing has changed." in page and "The stop comes in May." in page


# -- disputes ---------------------------------------------------------------------------------------------


def test_a_dispute_waits_for_the_office_until_it_is_replied_to(cast: Cast) -> None:
    letter = disputed(cast)
    items = WorkItem.objects.filter(kind="office.letter", object_id=letter.pk)
    assert list(items.values_list("unit__key", "verb")) == [("office", "answer_dispute")]
    assert items.get().due == open_clock(DISPUTE, letter).alarm_on
    notices = Notice.objects.filter(kind="letters.disputed")
    assert set(notices.values_list("user__username", flat=True)) == {"office_clerk", "office_chief"}
    assert notices[0].params == {"number": letter.number}
    workflow.perform(letter, "answer_dispute", by=cast.office_clerk, data={"reply": "From May on."})
    row = Dispute.objects.get()
    assert (row.reply, row.replied_by, row.replied_on) == (
        "From May on.",
        cast.office_clerk,
        timezone.localdate(),
    )
    assert not items.exists() and open_clock(DISPUTE, letter) is None
    assert list(disagreements()) == []


def test_only_who_said_no_disputes_one_at_a_time_and_not_for_ever(cast: Cast, settings: Any) -> None:
    settings.LETTERS_DISPUTES = 1
    letter = asked(cast)
    data = {"text": "Still the same."}
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(letter, "dispute", by=me(letter), data=data)
    letter = solved.say_solved(letter, by=me(letter), answer=Solved.NO)
    workflow.perform(letter, "dispute", by=me(letter), data=data)
    with pytest.raises(workflow.NotPermitted, match="must reply"):
        workflow.perform(letter, "dispute", by=me(letter), data=data)
    workflow.perform(letter, "answer_dispute", by=cast.office_clerk, data={"reply": "Yes."})
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(letter, "dispute", by=me(letter), data=data)


def test_only_the_office_replies(cast: Cast) -> None:
    letter = disputed(cast)
    may = {
        name for name, user in cast.people().items() if letter in permitted(user, "answer_dispute", Letter)
    }
    assert may == {"office_clerk", "office_chief"}


def test_a_reopened_letter_has_no_open_dispute(cast: Cast) -> None:
    letter = workflow.perform(disputed(cast), "reopen", by=cast.office_chief, reason="The writer is right.")
    assert Dispute.objects.get().replied_on == timezone.localdate()
    assert open_clock(DISPUTE, letter) is None
    assert (letter.solved, letter.solved_asked_on) == ("", None)


# -- figures ----------------------------------------------------------------------------------------------


def test_closed_and_solved_are_counted_apart(cast: Cast, django_assert_num_queries: Any) -> None:
    first = said_no(cast)
    second = asked(cast)
    solved.say_solved(second, by=me(second), answer=Solved.YES)
    workflow.perform(second, "rate", by=me(second), data={"rating": 5, "rating_comment": ""})
    workflow.perform(first, "rate", by=me(first), data={"rating": 2, "rating_comment": ""})
    letters.answered(cast)
    letters.assigned(cast)
    with django_assert_num_queries(2):
        found = solved.solved_counts(Letter.objects.all())
    assert (found.closed, found.answered, found.asked) == (3, 3, 2)
    assert (found.yes, found.partly, found.no, found.percent) == (1, 0, 1, 50)
    assert (found.rated, found.rating) == (2, 3.5)
    assert solved.solved_counts(Letter.objects.none()).percent is None


def test_the_desk_shows_satisfaction_beside_solved(cast: Cast) -> None:
    letter = said_no(cast)
    workflow.perform(letter, "rate", by=me(letter), data={"rating": 2, "rating_comment": "Too slow"})
    client = Client()
    client.force_login(in_english(cast.basic_clerk))
    page = client.get(f"/desk/office/letters/{letter.pk}/").content.decode()
    assert "not solved" in page and "Too slow" in page


# -- letters handled with another one ---------------------------------------------------------------------


def merged_and_answered(cast: Cast) -> tuple[Letter, Letter]:
    """The letter that led, and the one that was handled with it."""
    lead = letters.proposed(cast)
    other = letters.merged(cast, lead)
    lead.refresh_from_db()
    reasons = reasons_for(lead, cast.office_chief, "approve", "A letter of a test.")
    lead = workflow.perform(lead, "approve", by=cast.office_chief, data=reasons)
    day = timezone.localdate() - timedelta(days=28)
    Letter.objects.filter(pk=lead.pk).update(answered_on=day, closed_on=day)
    return lead, other


def test_the_writer_of_a_merged_letter_is_asked_too_and_answers_with_his_own_code(cast: Cast) -> None:
    lead, other = merged_and_answered(cast)
    assert solved.ask_everybody() == 2
    assert solved.ask_everybody() == 0
    other.refresh_from_db()
    other = solved.say_solved(other, by=me(other), answer=Solved.NO)
    lead.refresh_from_db()
    assert (other.solved, lead.solved) == (Solved.NO, "")
    with pytest.raises(workflow.Refusal):
        solved.say_solved(lead, by=me(other), answer=Solved.YES)


def test_his_objection_waits_for_the_office_until_the_letter_is_opened_again(cast: Cast) -> None:
    lead, other = merged_and_answered(cast)
    solved.ask_everybody()
    other.refresh_from_db()
    other = solved.say_solved(other, by=me(other), answer=Solved.NO)
    workflow.perform(other, "dispute", by=me(other), data={"text": "Still no stop."})
    assert WorkItem.objects.filter(object_id=other.pk, kind="office.letter").exists()
    lead.refresh_from_db()
    workflow.perform(lead, "reopen", by=cast.office_chief, reason="There is more to it.")
    other.refresh_from_db()
    assert (other.solved, other.solved_asked_on, open_clock(DISPUTE, other)) == ("", None, None)
    assert list(disagreements()) == []
