"""Review and re-review of an answer: each step, each refusal, clocks, rights, what the writer reads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
import time_machine
from django.db import connection
from django.test import Client

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC, Holder
from bureau.charter.models import Membership, Unit
from bureau.deadlines.selectors import open_clock, open_clocks_of
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from bureau.workflow.models import Delegation, WorkItem
from sections.office.letters.choices import Kind
from sections.office.letters.choices import Status as LetterStatus
from sections.office.letters.models import Letter
from sections.office.reviews.choices import Opinion, Stage, Status
from sections.office.reviews.forms import SendOnForm
from sections.office.reviews.loaders import load_bodies
from sections.office.reviews.models import Review, ReviewingBody
from sections.office.reviews.selectors import final_letters_of_writer, reviews_for_writer
from sections.office.reviews.services import ask_review
from tests.cast import Cast
from tests.factories import letters, reviews
from tests.factories.reviews import REASON, writer

pytestmark = pytest.mark.django_db

OPINION = {"outcome": Opinion.UPHELD, "opinion": "The answer follows the rules."}


def matters(record: object) -> set[str]:
    return set(open_clocks_of(record).values_list("matter", flat=True))  # type: ignore[arg-type]


def above() -> ReviewingBody:
    return ReviewingBody.objects.get(key="province_education")


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


# -- asking -----------------------------------------------------------------------------------------------


def test_the_writer_asks_and_the_clock_of_the_review_begins(cast: Cast) -> None:
    with time_machine.travel("2026-03-02 10:00+08:00"):
        letter = letters.answered(cast)
        review = reviews.asked(cast, letter)
    assert review.number == "F2026-000001"
    assert (review.stage, review.status, review.is_by_staff) == (Stage.REVIEW, Status.ASKED, False)
    assert (matters(letter), matters(review)) == (set(), {"letters.review"})
    clock = open_clock("letters.review", review)
    assert clock is not None and clock.due_on == date(2026, 4, 1)
    item = WorkItem.objects.get(kind="office.review", object_id=review.pk)
    assert item.unit is not None and item.unit.key == "office"
    assert told("reviews.asked") == {"office_clerk", "office_chief"}


def test_the_office_enters_a_request_on_paper_with_its_own_day(cast: Cast) -> None:
    with time_machine.travel("2026-03-02 10:00+08:00"):
        letter = letters.answered(cast)
    with time_machine.travel("2026-04-07 10:00+08:00"):
        day = date(2026, 3, 30)
        review = ask_review(letter, by=cast.office_clerk, reason=REASON, asked_on=day)
    assert (review.is_by_staff, review.asked_on) == (True, day)
    clock = open_clock("letters.review", review)
    assert clock is not None and clock.started_on == day


def test_after_thirty_days_it_is_too_late_in_words(cast: Cast) -> None:
    with time_machine.travel("2026-03-02 10:00+08:00"):
        letter = letters.answered(cast)
    with time_machine.travel("2026-04-02 10:00+08:00"):
        for by in (writer(letter), cast.office_clerk):
            with pytest.raises(workflow.Refusal) as caught:
                ask_review(letter, by=by, reason=REASON)
            assert "2026-04-01" in str(caught.value.sentence)
        # The writer's own act counts on the day on which it is done.
        with pytest.raises(workflow.Refusal):
            ask_review(letter, by=writer(letter), reason=REASON, asked_on=date(2026, 3, 3))
    assert not Review.objects.exists()


def test_a_review_needs_a_reason_and_a_day_that_has_come(cast: Cast) -> None:
    letter = letters.answered(cast)
    with pytest.raises(workflow.Invalid):
        ask_review(letter, by=writer(letter), reason="  ")
    with time_machine.travel("2026-03-02 10:00+08:00"):
        letter = letters.answered(cast)
        with pytest.raises(workflow.Invalid):
            ask_review(letter, by=cast.office_clerk, reason=REASON, asked_on=date(2026, 3, 3))
    assert not Review.objects.exists()


def test_only_an_answered_request_is_reviewed(cast: Cast) -> None:
    for letter in (letters.proposed(cast), letters.answered(cast, kind=Kind.SUGGESTION)):
        with pytest.raises(workflow.Refusal):
            ask_review(letter, by=writer(letter), reason=REASON)


def test_one_review_at_a_time(cast: Cast) -> None:
    review = reviews.asked(cast)
    with pytest.raises(workflow.Refusal) as caught:
        reviews.asked(cast, review.letter)
    assert review.number in str(caught.value.sentence)
    with pytest.raises(workflow.Refusal):
        workflow.perform(review.letter, "ask_again", by=writer(review.letter), reason="Please.")
    with pytest.raises(workflow.Refusal):
        workflow.perform(review.letter, "reopen", by=cast.office_chief, reason="Please.")


def test_nobody_asks_for_another_writer(cast: Cast) -> None:
    letter, other = letters.answered(cast), letters.answered(cast)
    for by in (writer(other), PUBLIC, cast.basic_clerk, cast.principal, cast.auditor):
        with pytest.raises(workflow.NotPermitted):
            ask_review(letter, by=by, reason=REASON)
    assert not Review.objects.exists()


def test_the_writer_withdraws_and_may_ask_again_in_time(cast: Cast) -> None:
    review = reviews.asked(cast)
    review = workflow.perform(review, "withdraw", by=writer(review.letter))
    assert (review.status, matters(review)) == (Status.WITHDRAWN, set())
    assert reviews.asked(cast, review.letter).status == Status.ASKED


def test_the_writer_withdraws_on_the_page_of_the_letter(cast: Cast) -> None:
    receipt = letters.sent()
    letter = letters.to_answer(cast, receipt.letter)
    review = reviews.asked(cast, letter)
    client = Client()
    page = "/en/track/"
    seen = client.post(page, {"number": letter.number, "code": receipt.code}, follow=True)
    assert review.number in seen.content.decode()
    done = client.post(seen.request["PATH_INFO"], {"act": "withdraw_review"}, follow=True)
    assert done.status_code == 200
    review.refresh_from_db()
    assert review.status == Status.WITHDRAWN
    again = client.post(seen.request["PATH_INFO"], {"act": "withdraw_review"})
    assert again.status_code == 422


# -- the opinion ------------------------------------------------------------------------------------------


def test_who_wrote_or_approved_the_answer_does_not_review_it(cast: Cast) -> None:
    review = reviews.asked(cast)
    with pytest.raises(workflow.Refusal) as caught:
        workflow.perform(review, "decide", by=cast.office_chief, data=OPINION)
    assert "somebody else" in str(caught.value.sentence)
    Membership.objects.create(
        user=cast.basic_clerk, unit=Unit.objects.get(key="office"), role="chief", since=date(2026, 1, 1)
    )
    with pytest.raises(workflow.Refusal):
        workflow.perform(review, "decide", by=cast.basic_clerk, data=OPINION)
    review.refresh_from_db()
    assert (review.status, review.opinion) == (Status.ASKED, "")


def test_the_writer_reads_opinion_and_outcome_and_may_ask_for_a_re_review(cast: Cast) -> None:
    review = reviews.decided(cast)
    assert (matters(review), told("reviews.decided")) == (
        {"letters.re_review_request"},
        {"basic_clerk", "basic_officer"},
    )
    read = reviews_for_writer(review.letter)[0]
    assert (read.opinion, read.outcome) == ("The answer follows the rules.", "answer upheld")
    assert [clock.matter for clock in read.clocks] == ["letters.re_review_request"]
    again = reviews.asked(cast, review.letter)
    assert (again.stage, again.previous) == (Stage.RE_REVIEW, review)
    assert (matters(review), matters(again)) == (set(), {"letters.re_review"})


def test_a_re_review_is_given_by_somebody_else_and_is_the_last_word(cast: Cast) -> None:
    review = reviews.decided(cast)
    again = reviews.asked(cast, review.letter)
    with pytest.raises(workflow.Refusal):
        workflow.perform(again, "decide", by=reviews.reviewer(), data=OPINION)
    again = workflow.perform(again, "send_on", by=cast.office_chief, data={"body": above()})
    assert again.status == Status.SENT_ON
    assert reviews_for_writer(review.letter)[-1].body in ("省教育厅", above().name)
    # The other body has spoken; the office only enters it.
    again = workflow.perform(again, "decide", by=cast.office_chief, data=OPINION)
    assert again.is_final
    with pytest.raises(workflow.Refusal) as caught:
        reviews.asked(cast, review.letter)
    assert "for good" in str(caught.value.sentence)


def test_a_new_letter_of_the_same_writer_shows_that_the_matter_is_closed_for_good(cast: Cast) -> None:
    review = reviews.decided(cast)
    again = reviews.asked(cast, review.letter)
    again = workflow.perform(again, "send_on", by=cast.office_chief, data={"body": above()})
    Letter.objects.filter(pk=review.letter_id).update(sender_digest="a" * 64)
    new, other = letters.registered(cast), letters.registered(cast)
    Letter.objects.filter(pk=new.pk).update(sender_digest="a" * 64)
    Letter.objects.filter(pk=other.pk).update(sender_digest="b" * 64)
    new.refresh_from_db()
    other.refresh_from_db()
    assert not final_letters_of_writer(new, cast.office_clerk).exists()
    workflow.perform(again, "decide", by=cast.office_chief, data=OPINION)
    assert list(final_letters_of_writer(new, cast.office_clerk)) == [review.letter]
    assert not final_letters_of_writer(other, cast.office_clerk).exists()
    assert not final_letters_of_writer(new, cast.preschool_clerk).exists()
    client = Client()
    client.force_login(cast.office_clerk)
    page = client.get(f"/desk/office/letters/{new.pk}/").content.decode()
    assert review.letter.number in page


def test_an_answer_that_is_sent_back_is_handled_again_and_may_be_reviewed_anew(cast: Cast) -> None:
    review = reviews.decided(cast, outcome=Opinion.SENT_BACK)
    letter = Letter.objects.get(pk=review.letter_id)
    assert (letter.status, letter.reopened_on, matters(letter)) == (
        LetterStatus.ACCEPTED,
        None,
        {"letters.reply"},
    )
    assert (matters(review), letter.earlier_answers.count()) == (set(), 1)
    letter = workflow.perform(
        letter, "assign", by=cast.office_clerk, data={"unit": Unit.objects.get(key="basic")}
    )
    data = {"answer": "A stop was built.", "outcome": "supported"}
    letter = workflow.perform(letter, "draft", by=cast.basic_clerk, data=data)
    letter = workflow.perform(letter, "propose", by=cast.basic_clerk)
    letter = workflow.perform(letter, "approve", by=cast.office_chief)
    anew = reviews.asked(cast, letter)
    assert (anew.stage, anew.round) == (Stage.REVIEW, 1)


def test_without_a_review_nobody_sends_an_answer_back(cast: Cast) -> None:
    with pytest.raises(workflow.Refusal):
        workflow.perform(letters.answered(cast), "handle_again", by=cast.office_chief)


def test_a_failure_after_the_opinion_leaves_everything_as_it_was(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sections.office.letters import endings

    def breaks(*_args: object) -> None:
        raise RuntimeError("cut")

    review = reviews.asked(cast)
    monkeypatch.setattr(endings, "keep_answer", breaks)
    data = {**OPINION, "outcome": Opinion.SENT_BACK}
    with pytest.raises(RuntimeError):
        workflow.perform(review, "decide", by=reviews.reviewer(), data=data)
    review.refresh_from_db()
    assert (review.status, review.opinion) == (Status.ASKED, "")
    assert matters(review) == {"letters.review"}
    assert Letter.objects.get(pk=review.letter_id).status == LetterStatus.ANSWERED


def test_the_days_of_a_hearing_do_not_count(cast: Cast) -> None:
    with time_machine.travel("2026-03-02 10:00+08:00"):
        review = reviews.asked(cast)
        workflow.perform(review, "pause", by=cast.office_chief, reason="A hearing is held.")
        with pytest.raises(workflow.Refusal):
            workflow.perform(review, "pause", by=cast.office_chief, reason="A hearing is held.")
    with time_machine.travel("2026-03-12 10:00+08:00"):
        workflow.perform(review, "resume", by=cast.office_chief, reason="The hearing is over.")
    clock = open_clock("letters.review", review)
    assert clock is not None and clock.unrolled_on == date(2026, 4, 11)
    assert workflow.public_history(review)[0].reason == "The hearing is over."


# -- rights -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["office_clerk", "basic_officer", "deputy_leader", "auditor", "principal"])
def test_only_officers_of_the_office_give_an_opinion(cast: Cast, name: str) -> None:
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(reviews.asked(cast), "decide", by=getattr(cast, name), data=OPINION)


def test_the_writer_gives_no_opinion_on_his_own_review(cast: Cast) -> None:
    review = reviews.asked(cast)
    for by in (writer(review.letter), Holder("office.review", review.pk)):
        for step in ("decide", "send_on"):
            with pytest.raises(workflow.NotPermitted):
                workflow.perform(review, step, by=by, data=OPINION)


def test_a_review_is_seen_by_who_sees_the_letter(cast: Cast) -> None:
    review = reviews.asked(cast)
    for user in cast.people().values():
        sees_letter = permitted(user, "view", Letter).filter(pk=review.letter_id).exists()
        assert permitted(user, "view", Review).filter(pk=review.pk).exists() == sees_letter
    assert not permitted(PUBLIC, "view", Review).exists()


def test_the_accused_sees_no_review_not_even_as_a_stand_in(cast: Cast) -> None:
    review = reviews.asked(cast, school=cast.school)
    office = Unit.objects.get(key="office")
    Membership.objects.create(user=cast.principal, unit=office, role="chief", since=date(2026, 1, 1))
    Delegation.objects.create(
        absent=cast.office_chief,
        substitute=cast.principal,
        since=date(2026, 1, 1),
        until=date(2027, 12, 31),
        created_by=cast.office_chief,
        reason="Leave",
    )
    assert not permitted(cast.principal, "view", Review).exists()
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(review, "decide", by=cast.principal, data=OPINION)


# -- pages ------------------------------------------------------------------------------------------------


def test_the_office_enters_a_review_from_the_page_of_the_letter(cast: Cast) -> None:
    letter = letters.answered(cast)
    client = Client()
    client.force_login(cast.office_clerk)
    assert (
        f"letter_number={letter.number}" in client.get(f"/desk/office/letters/{letter.pk}/").content.decode()
    )
    page = client.get(f"/desk/office/reviews/new/?letter_number={letter.number}")
    form = page.context["form"]
    fields = {"letter_number": letter.number, "asked_on": letter.answered_on, "reason": REASON}
    assert form.initial["letter_number"] == letter.number
    wrong = client.post("/desk/office/reviews/new/", {**fields, "letter_number": "L2026-999999"})
    assert wrong.status_code == 422
    assert REASON in wrong.content.decode()
    assert not Review.objects.exists()
    done = client.post("/desk/office/reviews/new/", {**fields, "key": page.context.get("key", "")})
    assert done.status_code == 302
    assert Review.objects.get().letter == letter


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_the_same_instant_are_one_review(cast: Cast) -> None:
    letter = letters.answered(cast)
    start = Barrier(2)

    def at_once(by: object) -> bool:
        try:
            start.wait()
            ask_review(letter, by=by, reason=REASON)  # type: ignore[arg-type]
        except workflow.Refusal:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(at_once, [writer(letter), cast.office_clerk]))
    assert sorted(done) == [False, True]
    assert Review.objects.count() == 1


def test_the_office_keeps_the_table_of_bodies_and_a_changed_row_is_left_alone(cast: Cast) -> None:
    body = above()
    page = f"/desk/office/reviewing-bodies/{body.pk}/edit/"
    values = {"name_zh": "本省教育厅", "name": ""}
    for user, status in ((cast.office_clerk, 403), (cast.basic_clerk, 404), (cast.office_chief, 302)):
        client = Client()
        client.force_login(user)
        form = client.get(page).context.get("form") if status == 302 else None
        seen = {"version": form["version"].value()} if form else {}
        assert client.post(page, {**values, **seen}).status_code == status, user
    load_bodies()
    body.refresh_from_db()
    assert (body.label, body.is_active) == ("本省教育厅", False)
    assert not SendOnForm.base_fields["body"].queryset.filter(pk=body.pk).exists()
