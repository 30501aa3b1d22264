"""Letters that are late or nearly: the list, the counts, and who is told at night."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bureau.charter.models import Membership, Unit
from bureau.deadlines.models import Clock
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from sections.office.letters import overdue
from sections.office.letters.escalation import end_lapsed_requests, warn_of_dates
from sections.office.letters.models import Accused, Escalation, Letter
from sections.office.reviews.models import Review
from tests.cast import Cast
from tests.factories import letters, reviews

pytestmark = pytest.mark.django_db

START = "2026-03-02 10:00+08:00"  # acceptance due 17 March; answers of letters accepted that day: 6 May
SOON, LATE = "2026-04-28 10:00+08:00", "2026-05-07 10:00+08:00"
PAGE = "/desk/office/letters/deadlines/"


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def numbers(client: Client, which: str) -> list[str]:
    return [row["number"] for row in client.get(f"{PAGE}?list={which}").context["rows"]]


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


def test_letters_stand_in_the_list_by_their_day(cast: Cast) -> None:
    with time_machine.travel(START):
        first = letters.assigned(cast)
    with time_machine.travel("2026-02-28 10:00+08:00"):
        earlier = letters.assigned(cast)
    with time_machine.travel("2026-03-20 10:00+08:00"):
        letters.assigned(cast)
    client = signed_in(cast.office_chief)
    with time_machine.travel(SOON):
        assert numbers(client, "soon") == [earlier.number, first.number]
        assert numbers(client, "late") == []
    with time_machine.travel(LATE):
        assert numbers(client, "late") == [earlier.number, first.number]
        assert overdue.counts(cast.office_chief) == (2, 0)


def test_a_letter_that_rests_or_was_answered_is_not_late(cast: Cast) -> None:
    with time_machine.travel(START):
        resting = letters.assigned(cast)
        workflow.perform(resting, "pause", by=cast.office_chief, reason="Papers are missing.")
        letters.answered(cast)
    with time_machine.travel(LATE):
        assert overdue.counts(cast.office_chief) == (0, 0)


def test_everybody_sees_only_letters_of_his_own_in_the_list(cast: Cast) -> None:
    with time_machine.travel(START):
        letters.assigned(cast, to="basic")
    with time_machine.travel(LATE):
        found = {name for name, user in cast.people().items() if overdue.counts(user)[0]}
    assert found == {
        "office_clerk",
        "office_chief",
        "basic_clerk",
        "basic_officer",
        "deputy_leader",
        "bureau_leader",
        "auditor",
    }


@pytest.mark.parametrize("query", ["list=secret", "page=0", "page=x", "page=99999999"])
def test_an_address_that_says_nothing_is_refused(cast: Cast, query: str) -> None:
    assert signed_in(cast.office_chief).get(f"{PAGE}?{query}").status_code == 400


def many(number: int) -> None:
    """Copies of the one letter there is, with its clock."""
    letter, clock = Letter.objects.latest("pk"), Clock.objects.filter(matter="letters.reply").latest("pk")
    start = Letter.objects.count()
    rows = []
    for place in range(number):
        copy = Letter.objects.get(pk=letter.pk)
        copy.pk, copy.number = None, f"L2026-9{start + place:05d}"
        rows.append(copy)
    made = Letter.objects.bulk_create(rows)
    clocks = []
    for one in made:
        other = Clock.objects.get(pk=clock.pk)
        other.pk, other.object_id = None, one.pk
        clocks.append(other)
    Clock.objects.bulk_create(clocks)


def queries_of(client: Client) -> int:
    client.get(PAGE)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(PAGE).status_code == 200
    return len(caught)


def test_a_list_without_a_line_takes_as_many_queries_as_one_with_some(cast: Cast) -> None:
    with time_machine.travel(START):
        letters.assigned(cast)
        reviews.asked(cast)
    client = signed_in(cast.office_chief)
    with time_machine.travel("2026-03-03 10:00+08:00"):
        assert numbers(client, "late") == []
        none = queries_of(client)
    with time_machine.travel(LATE):
        assert numbers(client, "late")
        assert queries_of(client) == none


def test_a_line_reads_no_text_and_no_sealed_column(cast: Cast) -> None:
    with time_machine.travel(START):
        letters.assigned(cast)
        reviews.asked(cast)
    with time_machine.travel(LATE):
        lines = overdue.page_of(cast.office_chief, overdue.late_clocks(), start=0, size=10)
    assert {line.dated.model for line in lines} == {Letter, Review}
    for line in lines:
        assert set(Letter.long_or_sealed) <= line.letter.get_deferred_fields()


def test_the_list_takes_as_many_queries_for_two_letters_as_for_two_hundred(cast: Cast) -> None:
    with time_machine.travel(START):
        letters.assigned(cast)
        many(1)
    client = signed_in(cast.office_chief)
    with time_machine.travel(LATE):
        few = queries_of(client)
        many(198)
        assert overdue.counts(cast.office_chief) == (200, 0)
        assert queries_of(client) == few
        second = client.get(f"{PAGE}?page=2").context
        assert len(second["rows"]) == 50 and second["previous"] and second["next"]


# -- warnings ---------------------------------------------------------------------------------------------


def make_chief(cast: Cast) -> None:
    Membership.objects.filter(user=cast.basic_officer).update(role="chief")


def test_chief_leader_and_head_are_told_one_after_the_other(cast: Cast) -> None:
    make_chief(cast)
    with time_machine.travel(START):
        letter = letters.assigned(cast)
    with time_machine.travel(SOON):
        assert warn_of_dates() == 1
        assert told("letters.soon") == {"basic_officer"}
    with time_machine.travel(LATE):
        assert warn_of_dates() == 1
        assert told("letters.late") == {"deputy_leader"}
    with time_machine.travel("2026-05-15 10:00+08:00"):
        assert warn_of_dates() == 1
        assert told("letters.very_late") == {"bureau_leader"}
    assert set(Escalation.objects.values_list("level", flat=True)) == {"chief", "deputy", "head"}
    sent = Notice.objects.filter(kind="letters.very_late").get()
    assert sent.params == {"number": letter.number, "day": "2026-05-06"}


def test_the_same_night_twice_tells_nobody_twice(cast: Cast) -> None:
    make_chief(cast)
    with time_machine.travel(START):
        letters.assigned(cast)
    with time_machine.travel(LATE):
        warn_of_dates()
        before = Notice.objects.count()
        assert warn_of_dates() == 0
        assert Notice.objects.count() == before


def test_a_date_that_moved_is_told_of_anew(cast: Cast) -> None:
    make_chief(cast)
    with time_machine.travel(START):
        letter = letters.assigned(cast)
    with time_machine.travel(SOON):
        warn_of_dates()
        workflow.perform(
            letter, "ask_extension", by=cast.basic_clerk, data={"days": 20}, reason="Complicated."
        )
        workflow.perform(letter, "grant_extension", by=cast.deputy_leader)
        assert warn_of_dates() == 0
    with time_machine.travel("2026-05-19 10:00+08:00"):
        assert warn_of_dates() == 1


def test_an_unassigned_letter_warns_the_office(cast: Cast) -> None:
    with time_machine.travel(START):
        letters.registered(cast)
    with time_machine.travel("2026-03-16 06:00+08:00"):
        warn_of_dates()
    assert told("letters.soon") == {"office_chief"}


def test_nobody_is_told_of_a_letter_that_is_kept_from_him(cast: Cast) -> None:
    make_chief(cast)
    Membership.objects.create(
        user=cast.basic_officer,
        unit=Unit.objects.get(key=f"school-{cast.school.code}"),
        role="principal",
        since=date(2026, 1, 1),
    )
    with time_machine.travel(START):
        letters.assigned(cast, school=cast.school)
    with time_machine.travel(SOON):
        warn_of_dates()
    assert told("letters.soon") == {"office_chief"}  # in the place of the chief who is kept away


def test_the_time_to_ask_for_a_review_ends_by_itself(cast: Cast) -> None:
    with time_machine.travel(START):
        letter = letters.answered(cast)
    with time_machine.travel("2026-04-01 10:00+08:00"):
        assert end_lapsed_requests() == 0
    with time_machine.travel("2026-04-02 06:00+08:00"):
        assert end_lapsed_requests() == 1
        assert end_lapsed_requests() == 0
    clock = Clock.objects.get(object_id=letter.pk, matter="letters.review_request")
    assert (clock.state, clock.stopped_on) == ("stopped", date(2026, 4, 1))


# -- reviews ----------------------------------------------------------------------------------------------


def test_a_review_stands_in_the_list_and_is_told_of_but_not_to_the_accused(cast: Cast) -> None:
    with time_machine.travel(START):
        review = reviews.asked(cast)  # its opinion is due after 30 days
    client = signed_in(cast.office_chief)
    with time_machine.travel("2026-04-20 10:00+08:00"):
        assert numbers(client, "late") == [review.number]
        assert overdue.counts(cast.basic_clerk) == (1, 0)
        assert overdue.counts(cast.personnel_clerk) == (0, 0)
        Accused.objects.create(letter=review.letter, kind="unit", unit=Unit.objects.get(key="basic"))
        assert overdue.counts(cast.basic_clerk) == (0, 0)
        assert warn_of_dates() == 2  # late, and very late at once
        assert warn_of_dates() == 0
    assert told("reviews.very_late") == {"bureau_leader"}
    assert "deputy_leader" not in told("reviews.late")  # in charge of the accused section


def test_the_time_to_ask_for_a_re_review_ends_by_itself(cast: Cast) -> None:
    with time_machine.travel(START):
        review = reviews.decided(cast)
    with time_machine.travel("2026-05-20 10:00+08:00"):
        assert end_lapsed_requests() == 1
    assert Clock.objects.get(matter="letters.re_review_request", object_id=review.pk).state == "stopped"
