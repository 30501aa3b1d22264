"""The rule that keeps the accused away: from the person's side, from the letter's side, and while it is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.access.services import is_kept_from, may, permitted
from bureau.access.standing import rights_scope
from bureau.accounts.models import User
from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from bureau.notices.models import Notice
from bureau.notices.selectors import notices_of, unread_count
from bureau.notices.services import tell_unit
from bureau.workflow import services as workflow
from bureau.workflow.delegation import delegate
from bureau.workflow.inbox import done_by, inbox, open_count, pulse
from bureau.workflow.models import WorkItem
from sections.office.letters.accused import homeless, kept_out, kept_out_units
from sections.office.letters.choices import AccusedKind, Status
from sections.office.letters.models import Accused, Letter
from tests.cast import Cast, person
from tests.factories import letters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(cast: Cast) -> Iterator[None]:
    User.objects.update(language="en")
    with translation.override("en"):
        yield


def unit(key: str) -> Unit:
    return Unit.objects.get(key=key)


def accuse(letter: Letter, by: User, **who: Any) -> Letter:
    return workflow.perform(letter, "accuse", by=by, data={f"about_{name}": one for name, one in who.items()})


def sees(user: User, letter: Letter) -> bool:
    return permitted(user, "view", Letter).filter(pk=letter.pk).exists()


def chief_of(key: str) -> User:
    return person(f"chief_of_{key}", (unit(key), Role.CHIEF))


# -- who is kept away ---------------------------------------------------------------------------------------


def test_everybody_of_the_accused_section_is_kept_away_whatever_the_chart_gives(cast: Cast) -> None:
    letter = letters.assigned(cast)
    assert sees(cast.basic_clerk, letter)
    letter = accuse(letter, cast.office_clerk, unit=unit("basic"))
    assert not sees(cast.basic_clerk, letter)
    assert not sees(cast.basic_officer, letter)
    assert not sees(cast.deputy_leader, letter)  # in charge of the section
    assert sees(cast.office_clerk, letter)
    assert sees(cast.bureau_leader, letter)


def test_whoever_reports_to_the_accused_chief_is_kept_away(cast: Cast) -> None:
    chief = chief_of("basic")
    letter = accuse(letters.assigned(cast), cast.office_clerk, person=chief)
    for user in (chief, cast.basic_clerk, cast.basic_officer):
        assert not sees(user, letter)
    assert sees(cast.office_chief, letter)


def test_an_accused_officer_is_kept_away_and_the_colleagues_are_not(cast: Cast) -> None:
    letter = accuse(letters.assigned(cast), cast.office_clerk, person=cast.basic_officer)
    assert not sees(cast.basic_officer, letter)
    assert sees(cast.basic_clerk, letter)


def test_an_officer_transferred_to_the_accused_school_loses_the_letter_at_once(cast: Cast) -> None:
    letter = letters.assigned(cast, school=cast.other_school)
    assert sees(cast.basic_clerk, letter)
    Membership.objects.create(user=cast.basic_clerk, unit=cast.other_school.unit, role=Role.SCHOOL_CLERK)
    assert not sees(cast.basic_clerk, letter)
    assert letter.pk not in {item.record.pk for item in inbox(cast.basic_clerk).entries}


def test_a_post_at_the_accused_school_counts_while_it_is_held(cast: Cast) -> None:
    letter = accuse(letters.assigned(cast), cast.office_clerk, school=cast.other_school)
    today = timezone.localdate()
    post = Membership.objects.create(
        user=cast.basic_clerk,
        unit=cast.other_school.unit,
        role=Role.SCHOOL_CLERK,
        since=today - timedelta(days=9),
        until=today,
    )
    assert not sees(cast.basic_clerk, letter)
    post.until = today - timedelta(days=1)
    post.save()
    assert sees(cast.basic_clerk, letter)


def test_a_stand_in_who_is_the_accused_neither_sees_nor_acts(cast: Cast) -> None:
    letter = accuse(letters.accepted(cast), cast.office_clerk, person=cast.office_clerk)
    today = timezone.localdate()
    delegate(
        absent=cast.office_chief,
        substitute=person("office_officer", (unit("office"), Role.OFFICER)),
        since=today,
        until=today,
        reason="Leave",
        by=cast.office_chief,
    )
    stand_in = User.objects.get(username="office_officer")
    assert may(stand_in, "assign", letter)
    letter = accuse(letter, cast.office_chief, person=stand_in)
    assert not sees(stand_in, letter)
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(letter, "assign", by=stand_in, data={"unit": unit("basic")})
    assert open_count(stand_in) == 0


def test_a_district_is_kept_from_letters_about_it_and_its_schools_too(cast: Cast) -> None:
    letter = accuse(letters.accepted(cast), cast.office_clerk, unit=unit("district-140702"))
    for user in (cast.district_reviewer, cast.district_leader, cast.principal, cast.school_clerk):
        assert is_kept_from(user, letter)
    assert not is_kept_from(cast.other_district, letter)


def test_letters_about_the_bureaus_leader_go_to_the_discipline_unit(cast: Cast) -> None:
    letter = accuse(letters.assigned(cast), cast.office_clerk, person=cast.bureau_leader)
    for user in (cast.bureau_leader, cast.deputy_leader, cast.office_clerk, cast.office_chief, cast.auditor):
        assert not sees(user, letter)
    assert letter.owner.key == "discipline"
    assert (letter.status, letter.unit) == (Status.ACCEPTED, None)
    assert may(cast.discipline_officer, "refer", letter)
    assert WorkItem.objects.filter(object_id=letter.pk, kind="office.letter", unit=letter.owner).exists()
    assert Notice.objects.filter(user=cast.discipline_officer, kind="letters.received").exists()


def test_where_the_chief_of_the_office_is_accused_the_leaders_and_the_discipline_unit_remain(
    cast: Cast,
) -> None:
    letter = accuse(letters.accepted(cast), cast.office_chief, person=cast.office_chief)
    assert not sees(cast.office_chief, letter)
    assert not sees(cast.office_clerk, letter)
    assert sees(cast.bureau_leader, letter)
    assert may(cast.discipline_officer, "assign", letter)


def test_a_clerk_of_the_office_who_becomes_chief_afterwards_makes_the_discipline_unit_see_it(
    cast: Cast,
) -> None:
    letter = accuse(letters.accepted(cast), cast.office_chief, person=cast.basic_officer)
    assert not sees(cast.discipline_officer, letter)
    Membership.objects.create(user=cast.basic_officer, unit=unit("office"), role=Role.CHIEF)
    assert not sees(cast.office_clerk, letter)
    assert may(cast.discipline_officer, "assign", letter)


def test_no_letter_is_invisible_to_all_the_auditor_sees_what_is_about_leader_and_discipline_unit(
    cast: Cast,
) -> None:
    letter = accuse(
        letters.accepted(cast), cast.office_clerk, person=cast.bureau_leader, unit=unit("discipline")
    )
    seers = [name for name, user in cast.people().items() if sees(user, letter)]
    assert seers == ["auditor"]
    assert not may(cast.auditor, "assign", letter)


# -- both sides say the same ---------------------------------------------------------------------------------

POSTS = st.lists(
    st.tuples(
        st.sampled_from(["office", "basic", "discipline", "bureau", "district-140702", "school"]),
        st.sampled_from(["member", "head"]),
    ),
    max_size=2,
)
ABOUT = st.lists(
    st.sampled_from(["school", "office", "basic", "discipline", "district-140702", "p0", "p1", "p2"]),
    min_size=1,
    max_size=3,
    unique=True,
)
ROLES = {
    "section": (Role.OFFICER, Role.CHIEF),
    "bureau": (Role.DEPUTY_LEADER, Role.BUREAU_LEADER),
    "district": (Role.DISTRICT_REVIEWER, Role.DISTRICT_LEADER),
    "school": (Role.SCHOOL_CLERK, Role.PRINCIPAL),
}


@given(posts=st.lists(POSTS, min_size=3, max_size=3), about=ABOUT)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_rule_says_the_same_from_both_sides_and_no_right_overrides_it(
    cast: Cast, posts: list[list[tuple[str, str]]], about: list[str]
) -> None:
    from django.db import transaction

    with transaction.atomic():
        people = [_somebody(number, held, cast) for number, held in enumerate(posts)]
        letter = letters.assigned(cast)
        _about(letter, about, people, cast)
        everybody = [*people, *(user for user in cast.people().values() if user.is_active)]
        out = set(kept_out(letter).values_list("pk", flat=True))
        last_resort = cast.auditor.pk
        with rights_scope():
            for user in everybody:
                assert is_kept_from(user, letter) == (user.pk in out) or user.pk == last_resort, user
                if is_kept_from(user, letter):
                    assert not any(may(user, verb, letter) for verb in ("view", "export", "assign", "draft"))
        staff = Membership.objects.in_force().filter(unit__in=kept_out_units(letter))
        assert set(staff.values_list("user_id", flat=True)) <= out
        assert any(sees(user, letter) for user in everybody) or not homeless().exists()
        transaction.set_rollback(True)


def _somebody(number: int, held: list[tuple[str, str]], cast: Cast) -> User:
    found = person(f"person_{number}")
    for key, rank in held:
        place = cast.school.unit if key == "school" else unit(key)
        role = ROLES[place.kind][rank == "head"]
        post, _made = Membership.objects.get_or_create(user=found, unit=place, role=role)
        if role is Role.DEPUTY_LEADER:
            post.in_charge_of.set([unit("basic")])
    return found


def _about(letter: Letter, about: list[str], people: list[User], cast: Cast) -> None:
    for one in about:
        row = Accused(letter=letter)
        if one == "school":
            row.kind, row.school = AccusedKind.SCHOOL, cast.school
        elif one.startswith("p"):
            row.kind, row.user = AccusedKind.PERSON, people[int(one[1:])]
        else:
            row.kind, row.unit = AccusedKind.UNIT, unit(one)
        row.save()


# -- giving it to somebody -----------------------------------------------------------------------------------


def test_a_letter_is_not_assigned_to_the_accused_and_the_sentence_does_not_say_why(cast: Cast) -> None:
    letter = accuse(letters.accepted(cast), cast.office_clerk, person=chief_of("basic"))
    with pytest.raises(workflow.Invalid, match="Choose another one") as refusal:
        workflow.perform(letter, "assign", by=cast.office_clerk, data={"unit": unit("basic")})
    assert "accused" not in refusal.value.sentence


def test_the_form_of_assigning_offers_no_section_of_the_accused(cast: Cast, client: Any) -> None:
    letter = accuse(letters.accepted(cast), cast.office_clerk, unit=unit("basic"))
    client.force_login(cast.office_clerk)
    form = client.get(f"/desk/office/letters/{letter.pk}/do/assign/").context["form"]
    for name in ("unit", "co_units"):
        offered = {one.key for one in form.fields[name].queryset}
        assert "preschool" in offered
        assert "basic" not in offered


def test_a_letter_is_taken_from_the_section_it_turns_out_to_be_about(cast: Cast) -> None:
    letter = accuse(letters.proposed(cast), cast.office_clerk, unit=unit("basic"))
    assert (letter.status, letter.unit) == (Status.ACCEPTED, None)
    items = WorkItem.objects.filter(kind="office.letter", object_id=letter.pk)
    assert [item.unit.key for item in items if item.unit] == ["office"]


def test_taking_somebody_off_the_list_needs_a_reason_and_stands_in_the_history(cast: Cast) -> None:
    letter = accuse(letters.accepted(cast), cast.office_clerk, unit=unit("basic"), school=cast.school)
    row = letter.accused.get(unit__isnull=False)
    with pytest.raises(workflow.Invalid):
        workflow.perform(letter, "clear_accused", by=cast.office_clerk, data={"row": row})
    workflow.perform(
        letter, "clear_accused", by=cast.office_clerk, data={"row": row}, reason="Another section is meant"
    )
    assert not is_kept_from(cast.basic_clerk, letter)
    assert [line.transition for line in workflow.history(letter)][:2] == ["clear_accused", "accuse"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Say whom the letter is about"),
        ({"about_person": "Nobody Known"}, "Nobody with an account has this name"),
        ({"about_teacher": "T1"}, "The teacher register knows no such number"),
        ({"about_school": "No such school"}, "No school has this name"),
    ],
)
def test_what_no_register_knows_is_said_and_kept(
    cast: Cast, client: Any, fields: dict[str, str], sentence: str
) -> None:
    letter = letters.accepted(cast)
    client.force_login(cast.office_clerk)
    page = client.post(f"/desk/office/letters/{letter.pk}/do/accuse/", fields)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert all(value in page.content.decode() for value in fields.values())


def test_the_office_records_a_person_by_name_and_loses_the_letter_with_its_own_chief(
    cast: Cast, client: Any
) -> None:
    letter = letters.accepted(cast)
    client.force_login(cast.office_clerk)
    page = client.post(
        f"/desk/office/letters/{letter.pk}/do/accuse/", {"about_person": "Office Chief"}, follow=True
    )
    assert page.request["PATH_INFO"] == "/desk/office/letters/"
    assert client.get(f"/desk/office/letters/{letter.pk}/").status_code == 404
    assert letter.number not in page.content.decode()


# -- notices, counts -----------------------------------------------------------------------------------------


def test_notices_go_to_nobody_who_is_kept_out_and_old_ones_disappear(cast: Cast) -> None:
    letter = letters.assigned(cast)
    assert letter.number in {one.params["number"] for one in notices_of(cast.basic_officer)}
    before = unread_count(cast.basic_officer)
    letter = accuse(letter, cast.office_clerk, person=cast.basic_officer)
    assert letter.number not in {one.params["number"] for one in notices_of(cast.basic_officer)}
    assert unread_count(cast.basic_officer) == before - 1
    told = tell_unit("letters.assigned", unit=unit("basic"), params={"number": letter.number}, record=letter)
    assert cast.basic_officer.pk not in {one.user_id for one in told}
    assert cast.basic_clerk.pk in {one.user_id for one in told}


def test_the_figures_of_a_unit_do_not_count_what_is_kept_from_the_reader(cast: Cast) -> None:
    letter = letters.accepted(cast)
    [before] = pulse(cast.office_clerk)
    accuse(letter, cast.office_chief, person=cast.office_clerk)
    [after] = pulse(cast.office_clerk)
    [chief] = pulse(cast.office_chief)
    assert (before.open - after.open, chief.open) == (1, before.open)
    assert letter.pk not in done_by(cast.office_clerk).values_list("object_id", flat=True)
    assert open_count(cast.office_clerk) == 0


def test_the_rule_takes_as_many_queries_for_many_letters_as_for_few(cast: Cast) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries, rights_scope():
            list(permitted(cast.office_clerk, "view", Letter))
            list(permitted(cast.office_clerk, "export", Letter))
        return len(queries)

    accuse(letters.accepted(cast), cast.office_clerk, unit=unit("basic"))
    few = cost()
    for _number in range(8):
        accuse(letters.accepted(cast), cast.office_clerk, person=cast.basic_officer, school=cast.school)
    assert cost() == few
