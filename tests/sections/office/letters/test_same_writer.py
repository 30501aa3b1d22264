"""What the office sees beside a letter: the same writer's others, nearly the same texts, links."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.workflow import services as workflow
from sections.office.letters import handling, same_writer
from sections.office.letters.likeness import Sieve, likeness, pairs_of, signature
from sections.office.letters.models import Letter, LetterLink
from tests.cast import Cast
from tests.factories import letters

pytestmark = pytest.mark.django_db

CHARACTERS = "校车站点早班abc"
LONG = "我们小区离最近的校车站点有九百米，早班车七点零五分发车。请问新学期线路是否调整？"


def page(user: User, letter: Letter) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("desk:office:letter_detail", args=[letter.pk])).content.decode()


def test_the_office_sees_the_other_letters_of_the_same_writer(cast: Cast) -> None:
    first = letters.sent(title="First matter", body="Lunch", phone="13911112222").letter
    second = letters.entered(cast, sender_phone="13911112222")
    letters.sent(title="Stranger", body="Quite another thing", phone="13933334444")
    assert [one.letter for one in same_writer.others(second, cast.office_clerk)] == [first]
    shown = page(cast.office_clerk, second)
    assert "First matter" in shown and "Stranger" not in shown


def test_two_writers_without_a_phone_are_not_the_same_person(cast: Cast) -> None:
    one = letters.entered(cast, sender_phone="", title="Heating", body="It is cold in winter.")
    letters.entered(cast, sender_phone="", title="Homework", body="There is far too much of it.")
    assert same_writer.others(one, cast.office_clerk) == []


def test_nearly_the_same_text_is_found_whatever_its_spaces_and_signs(cast: Cast) -> None:
    first = letters.sent(title="校车站点", body=LONG, phone="13911112222").letter
    text = LONG.replace("，", " , ").replace("九百米", "900 米")
    second = letters.sent(title="校车站点太远", body=text, phone="13933334444").letter
    (found,) = same_writer.near_duplicates(second, cast.office_clerk)
    assert found.letter == first and 60 < found.percent < 100


def test_likeness_is_a_hundred_for_the_same_and_nothing_for_strangers() -> None:
    assert likeness(pairs_of(LONG), pairs_of(LONG)) == 100
    assert likeness(pairs_of("甲乙丙"), pairs_of("丁戊己")) == 0
    assert likeness(pairs_of(""), pairs_of("")) == 0


@given(st.text(CHARACTERS, max_size=60), st.text(CHARACTERS, max_size=60), st.integers(1, 100))
def test_the_signature_never_rules_out_a_text_that_is_like_enough(one: str, two: str, least: int) -> None:
    if likeness(pairs_of(one), pairs_of(two)) >= least:
        assert Sieve(signature(one), least).lets_pass(signature(two))


def test_the_signature_rules_out_a_stranger() -> None:
    stranger = "食堂午餐价格上涨后菜量反而减少，希望公示每周采购清单和价格。"
    assert not Sieve(signature(LONG), 50).lets_pass(signature(stranger))


def test_an_older_letter_without_a_signature_is_compared_in_full(cast: Cast) -> None:
    old = letters.entered(cast, body=LONG)
    new = letters.entered(cast, body=LONG, sender_phone="")
    Letter.objects.filter(pk=old.pk).update(signature=None)
    assert [one.letter for one in same_writer.near_duplicates(new, cast.office_clerk)] == [old]


def test_old_and_withdrawn_letters_are_not_compared(cast: Cast, settings: object) -> None:
    old = letters.entered(cast, body=LONG, received_on=timezone.localdate() - timedelta(days=10))
    new = letters.entered(cast, body=LONG)
    assert [one.letter for one in same_writer.near_duplicates(new, cast.office_clerk)] == [old]
    settings.LETTERS_ALIKE_DAYS = 5
    assert same_writer.near_duplicates(new, cast.office_clerk) == []


def test_no_more_texts_are_compared_than_the_setting_says(
    cast: Cast, settings: object, django_assert_num_queries: object
) -> None:
    new = letters.entered(cast, body=LONG)
    for _number in range(4):
        letters.entered(cast, body=LONG, sender_phone="")
    settings.LETTERS_ALIKE_COMPARED, settings.LETTERS_ALIKE_SHOWN = 3, 2
    assert len(same_writer.near_duplicates(new, cast.office_clerk)) == 2


@pytest.mark.parametrize("who", ["basic_clerk", "deputy_leader", "auditor"])
def test_nobody_but_the_office_learns_which_letters_have_one_writer(cast: Cast, who: str) -> None:
    other = letters.assigned(cast, title="The other matter", phone="13911112222", name="Hidden Writer")
    letter = letters.assigned(cast, title="This matter", phone="13911112222", name="Hidden Writer")
    handling.link(letter=letter, other=other, reason="same street", by=cast.office_clerk)
    shown = page(getattr(cast, who), letter)
    assert "This matter" in shown
    for secret in ("Hidden Writer", "The other matter", "same street", other.number, "1391111"):
        assert secret not in shown
    assert same_writer.others(letter, getattr(cast, who)) == []


def test_a_letter_about_my_school_is_not_shown_beside_another_one(cast: Cast) -> None:
    from bureau.charter.choices import Role
    from bureau.charter.models import Membership, Unit

    letter = letters.entered(cast, body=LONG)
    letters.sent(body=LONG, school=cast.school, phone="13911112222")
    office = Unit.objects.get(key="office")
    Membership.objects.create(user=cast.principal, unit=office, role=Role.CLERK, since=timezone.localdate())
    assert same_writer.others(letter, cast.principal) == []
    assert len(same_writer.others(letter, cast.office_clerk)) == 1


# -- links ------------------------------------------------------------------------------------------------


def test_a_link_is_seen_from_both_sides_and_made_once(cast: Cast) -> None:
    first, second = letters.sent().letter, letters.sent(title="Other").letter
    handling.link(letter=second, other=first, reason="same street", by=cast.office_clerk)
    assert same_writer.linked(first, cast.office_clerk) == [(second, "same street")]
    assert same_writer.linked(second, cast.office_clerk) == [(first, "same street")]
    with pytest.raises(workflow.Invalid):
        handling.link(letter=first, other=second, reason="again", by=cast.office_clerk)
    with pytest.raises(workflow.Invalid):
        handling.link(letter=first, other=first, reason="myself", by=cast.office_clerk)
    handling.unlink(letter=first, other=second, by=cast.office_clerk)
    assert not LetterLink.objects.exists()


@pytest.mark.parametrize("who", ["basic_clerk", "principal", "auditor", "bureau_leader"])
def test_only_the_office_links(cast: Cast, who: str) -> None:
    first, second = letters.assigned(cast), letters.assigned(cast)
    with pytest.raises(workflow.NotPermitted):
        handling.link(letter=first, other=second, reason="x", by=getattr(cast, who))
    client = Client()
    client.force_login(getattr(cast, who))
    address = reverse("desk:office:letter_link", args=[first.pk])
    assert client.post(address, {"other": second.number, "reason": "x"}).status_code in (403, 404)
    assert not LetterLink.objects.exists()


def test_the_clerk_links_by_number_and_takes_the_link_away(cast: Cast) -> None:
    first, second = letters.sent().letter, letters.sent(title="Other").letter
    client = Client()
    client.force_login(cast.office_clerk)
    address = reverse("desk:office:letter_link", args=[first.pk])
    assert client.post(address, {"other": "L2026-999999", "reason": "x"}).status_code == 422
    typed = second.number.replace("-", "").lower()
    assert client.post(address, {"other": typed, "reason": "same bus"}).status_code == 302
    assert LetterLink.objects.get().reason == "same bus"
    client.post(address, {"remove": second.pk})
    assert not LetterLink.objects.exists()


def test_a_link_opens_no_letter_to_anybody(cast: Cast) -> None:
    mine, other = letters.assigned(cast), letters.assigned(cast, to="preschool")
    handling.link(letter=mine, other=other, reason="x", by=cast.office_clerk)
    assert other not in permitted(cast.basic_clerk, "view", Letter)
