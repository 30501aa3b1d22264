"""The way of a letter: each step, each refusal, clocks, notices, inbox, rights."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC, Holder
from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from bureau.deadlines.selectors import open_clocks_of
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from bureau.workflow.models import WorkItem
from sections.office.letters.choices import Ground, Outcome, Status
from sections.office.letters.models import Letter
from tests.cast import Cast
from tests.factories import letters

pytestmark = pytest.mark.django_db


def open_matters(letter: Letter) -> set[str]:
    return set(open_clocks_of(letter).values_list("matter", flat=True))


def waits_for(letter: Letter) -> set[str]:
    rows = WorkItem.objects.filter(kind="office.letter", object_id=letter.pk)
    return set(rows.values_list("unit__key", flat=True))


def told(letter: Letter) -> set[str]:
    rows = Notice.objects.filter(object_kind="office.letter", object_id=str(letter.pk))
    return set(rows.values_list("user__username", flat=True))


def test_a_sent_letter_waits_for_the_office_and_runs_the_acceptance_clock(cast: Cast) -> None:
    letter = letters.sent().letter
    assert letter.status == Status.RECEIVED
    assert letter.owner.key == "office"
    assert waits_for(letter) == {"office"}
    assert open_matters(letter) == {"letters.acceptance"}
    assert told(letter) == {"office_clerk", "office_chief"}


def test_numbers_count_up_within_the_year(cast: Cast) -> None:
    first, second = letters.sent().letter, letters.sent().letter
    year = timezone.localdate().year
    assert [first.number, second.number] == [f"L{year}-000001", f"L{year}-000002"]


def test_the_whole_way_to_the_answer(cast: Cast) -> None:
    letter = letters.answered(cast)
    assert letter.status == Status.ANSWERED
    assert letter.answered_on == timezone.localdate()
    assert open_matters(letter) == {"letters.review_request"}
    assert waits_for(letter) == set()
    steps = [line.transition for line in reversed(workflow.history(letter))]
    assert steps == ["submit", "register", "accept", "assign", "draft", "propose", "approve"]


def test_acceptance_ends_its_clock_and_starts_the_one_for_the_answer(cast: Cast) -> None:
    assert open_matters(letters.accepted(cast)) == {"letters.reply"}


def test_a_letter_not_accepted_names_ground_and_reason(cast: Cast) -> None:
    letter = letters.registered(cast)
    with pytest.raises(workflow.Invalid):
        workflow.perform(letter, "decline", by=cast.office_chief, data={"ground": Ground.COURT})
    letter = workflow.perform(
        letter,
        "decline",
        by=cast.office_chief,
        data={"ground": Ground.COURT},
        reason="It is before the court.",
    )
    assert (letter.status, letter.ground) == (Status.DECLINED, Ground.COURT)
    line = workflow.public_history(letter)[0]
    assert line.reason == "It is before the court."


def test_the_section_objects_within_its_days_and_the_office_has_it_again(cast: Cast) -> None:
    letter = letters.assigned(cast)
    assert waits_for(letter) == {"basic"}
    letter = workflow.perform(letter, "object", by=cast.basic_officer, reason="School buses are not ours.")
    assert (letter.status, letter.unit) == (Status.ACCEPTED, None)
    assert waits_for(letter) == {"office"}
    assert open_matters(letter) == {"letters.reply"}


def test_an_objection_after_its_last_day_is_refused_in_words(cast: Cast) -> None:
    with time_machine.travel("2026-11-02 10:00+08:00"):
        letter = letters.assigned(cast)
    with time_machine.travel("2026-11-10 10:00+08:00"), pytest.raises(workflow.Refusal) as caught:
        workflow.perform(letter, "object", by=cast.basic_officer, reason="Too late.")
    assert "2026-11-09" in str(caught.value.sentence)


def test_nobody_approves_an_answer_of_his_own(cast: Cast) -> None:
    letter = letters.assigned(cast, to="office")
    letter = workflow.perform(
        letter, "draft", by=cast.office_chief, data={"answer": "Yes.", "outcome": Outcome.SUPPORTED}
    )
    letter = workflow.perform(letter, "propose", by=cast.office_chief)
    with pytest.raises(workflow.Refusal) as caught:
        workflow.perform(letter, "approve", by=cast.office_chief)
    assert "somebody else" in str(caught.value.sentence)


def test_an_answer_sent_back_returns_to_the_section_with_the_reason(cast: Cast) -> None:
    letter = letters.proposed(cast)
    letter = workflow.perform(letter, "send_back", by=cast.office_chief, reason="Name the timetable.")
    assert letter.status == Status.DRAFTING
    assert waits_for(letter) == {"basic"}
    assert workflow.history(letter)[0].reason == "Name the timetable."
    assert "Name the timetable." not in [line.reason for line in workflow.public_history(letter)]


def test_the_writer_takes_the_answer_back_while_nobody_has_acted_on_it(cast: Cast) -> None:
    letter = workflow.perform(letters.proposed(cast), "take_back", by=cast.basic_clerk)
    assert letter.status == Status.DRAFTING


@pytest.mark.parametrize("name", ["register", "accept", "assign", "draft", "approve"])
def test_the_holder_of_a_receipt_takes_no_step_of_the_bureau(cast: Cast, name: str) -> None:
    letter = letters.sent().letter
    with pytest.raises(workflow.Refusal):
        workflow.perform(letter, name, by=Holder("office.letter", letter.pk))


def test_the_writer_rates_once(cast: Cast) -> None:
    letter = letters.answered(cast)
    me = Holder("office.letter", letter.pk)
    letter = workflow.perform(letter, "rate", by=me, data={"rating": 4, "rating_comment": "Clear."})
    assert (letter.status, letter.rating) == (Status.ANSWERED, 4)
    with pytest.raises(workflow.Refusal):
        workflow.perform(letter, "rate", by=me, data={"rating": 1, "rating_comment": ""})


def test_a_withdrawn_letter_waits_for_nobody(cast: Cast) -> None:
    letter = letters.assigned(cast)
    letter = workflow.perform(letter, "withdraw", by=Holder("office.letter", letter.pk))
    assert letter.status == Status.WITHDRAWN
    assert waits_for(letter) == set()
    assert open_matters(letter) == set()


def test_the_same_form_twice_is_one_letter_and_one_receipt(cast: Cast) -> None:
    first = letters.sent(token="once")
    again = letters.sent(token="once")
    assert (again.letter.pk, again.code) == (first.letter.pk, first.code)
    assert Letter.objects.count() == 1


def test_codes_of_different_letters_differ_and_are_not_stored(cast: Cast) -> None:
    first, second = letters.sent(), letters.sent()
    assert first.code != second.code
    assert first.code not in str(Letter.objects.filter(pk=first.letter.pk).values()[0])


def test_name_and_phone_are_not_readable_in_the_database(cast: Cast) -> None:
    from django.db import connection

    letter = letters.sent(name="Zhang Secret", phone="13911112222").letter
    with connection.cursor() as cursor:
        cursor.execute("SELECT sender_name, sender_phone FROM office_letter WHERE id = %s", [letter.pk])
        stored = " ".join(cursor.fetchone())
    assert "Zhang" not in stored and "13911112222" not in stored
    assert Letter.objects.get(pk=letter.pk).sender_name == "Zhang Secret"


# -- rights -----------------------------------------------------------------------------------------------

SEE = {
    "office_clerk",
    "office_chief",
    "basic_clerk",
    "basic_officer",
    "deputy_leader",
    "bureau_leader",
    "auditor",
}


def test_the_office_the_section_that_answers_and_their_leaders_see_a_letter_and_nobody_else(
    cast: Cast,
) -> None:
    letter = letters.assigned(cast)
    seeing = {name for name, user in cast.people().items() if letter in permitted(user, "view", Letter)}
    assert seeing == SEE
    assert not permitted(PUBLIC, "view", Letter).exists()


def test_a_section_sees_a_letter_only_while_it_is_its_own(cast: Cast) -> None:
    letter = letters.accepted(cast)
    assert letter not in permitted(cast.basic_clerk, "view", Letter)


def test_who_belongs_to_the_school_complained_about_sees_nothing_even_as_an_officer(cast: Cast) -> None:
    letter = letters.assigned(cast, school=cast.school)
    Membership.objects.create(
        user=cast.principal,
        unit=Unit.objects.get(key="basic"),
        role=Role.OFFICER,
        since=date.today() - timedelta(days=1),
    )
    assert letter not in permitted(cast.principal, "view", Letter)
    assert letter in permitted(cast.basic_officer, "view", Letter)


def test_an_inactive_chief_accepts_nothing(cast: Cast) -> None:
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(letters.registered(cast), "accept", by=cast.inactive)


def test_without_a_holder_of_letters_the_writer_reads_why(cast: Cast) -> None:
    from bureau.charter.models import HeldCapability

    HeldCapability.objects.filter(capability="office.letters").delete()
    with pytest.raises(workflow.Invalid):
        letters.sent()
    assert not Letter.objects.exists()
