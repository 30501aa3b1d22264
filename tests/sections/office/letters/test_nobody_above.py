"""Where everybody above a letter is kept away from it, somebody is told that nobody else can approve it."""

from __future__ import annotations

from typing import Any

import pytest

from bureau.accounts.models import User
from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from sections.office.letters.choices import Level
from sections.office.letters.models import Letter
from sections.office.letters.supervisors import people_above
from tests.cast import Cast, person
from tests.factories import letters

pytestmark = pytest.mark.django_db


def unit(key: str) -> Unit:
    return Unit.objects.get(key=key)


def accuse(letter: Letter, by: User, **who: Any) -> Letter:
    return workflow.perform(letter, "accuse", by=by, data={f"about_{name}": one for name, one in who.items()})


def warned(letter: Letter) -> set[str]:
    rows = Notice.objects.filter(kind="letters.nobody_above", object_id=str(letter.pk))
    return set(rows.values_list("user__username", flat=True))


def in_charge_of(cast: Cast, *keys: str) -> None:
    charge = Membership.objects.get(user=cast.deputy_leader)
    charge.in_charge_of.set([unit(key) for key in keys])


def test_the_office_chief_hears_that_the_leader_in_charge_is_kept_away(cast: Cast) -> None:
    in_charge_of(cast, "basic", "preschool")
    letter = letters.assigned(cast, to="preschool")
    assert warned(letter) == set()
    letter = accuse(letter, cast.office_clerk, unit=unit("basic"))  # the leader in charge of it is kept away
    assert warned(letter) == {"office_chief"}
    assert people_above(letter, Level.DEPUTY) == [cast.office_chief]
    assert people_above(letter, Level.HEAD) == [cast.bureau_leader]


def test_a_chief_of_the_section_who_may_see_it_is_enough(cast: Cast) -> None:
    in_charge_of(cast, "basic", "preschool")
    person("chief_of_preschool", (unit("preschool"), Role.CHIEF))
    letter = accuse(letters.assigned(cast, to="preschool"), cast.office_clerk, unit=unit("basic"))
    assert warned(letter) == set()


def test_where_the_office_chief_is_kept_away_too_the_bureau_leader_hears_of_it(cast: Cast) -> None:
    in_charge_of(cast, "basic", "preschool")
    letter = letters.accepted(cast)
    Membership.objects.create(user=cast.office_chief, unit=unit("basic"), role=Role.CLERK)
    letter = accuse(letter, cast.office_clerk, unit=unit("basic"))
    data = {"unit": unit("preschool"), "leaks_seen": True}
    letter = workflow.perform(letter, "assign", by=cast.office_clerk, data=data)
    assert warned(letter) == {"bureau_leader"}


def test_at_last_the_discipline_unit_hears_of_it(cast: Cast) -> None:
    in_charge_of(cast, "office", "discipline")
    letter = accuse(letters.accepted(cast), cast.office_clerk, person=cast.bureau_leader, unit=unit("office"))
    assert letter.owner == unit("discipline")
    assert warned(letter) == {"discipline_officer"}


def test_a_letter_about_nobody_warns_nobody(cast: Cast) -> None:
    letter = letters.assigned(cast)
    assert not Notice.objects.filter(kind="letters.nobody_above").exists()
    assert people_above(letter, Level.CHIEF) == []
